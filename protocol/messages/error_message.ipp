// SPDX-License-Identifier: MIT
// Reads and writes ERROR.
#ifndef COODIE_PROTOCOL_MESSAGES_ERROR_MESSAGE_IPP
#define COODIE_PROTOCOL_MESSAGES_ERROR_MESSAGE_IPP

#include "protocol/messages/error_message.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

// One table of the fields of each code for both directions: `Codec` reads or writes a field.
template <class Codec, class Message>
void error_fields(Codec& codec, Message& m, std::int32_t rate_limit_code) noexcept {
  const auto replicas = [&] {
    codec.level(m.consistency);
    codec.number(m.received);
    codec.number(m.block_for);
  };
  switch (m.code) {
    case error_code_v4::unavailable:
      codec.level(m.consistency);
      codec.number(m.required);
      return codec.number(m.alive);
    case error_code_v4::write_timeout: replicas(); return codec.text(m.write_type);
    case error_code_v4::read_timeout: replicas(); return codec.number(m.data_present);
    case error_code_v4::read_failure:
      replicas();
      codec.number(m.num_failures);
      return codec.number(m.data_present);
    case error_code_v4::write_failure:
      replicas();
      codec.number(m.num_failures);
      return codec.text(m.write_type);
    case error_code_v4::function_failure:
      codec.text(m.keyspace);
      codec.text(m.function);
      return codec.list(m.arg_types);
    case error_code_v4::already_exists: codec.text(m.keyspace); return codec.text(m.table);
    case error_code_v4::unprepared: return codec.bytes(m.id);
    default: break;
  }
  if (rate_limit_code != 0 && m.code == rate_limit_code) {
    codec.number(m.op_type);
    codec.number(m.rejected_by_coordinator);
  }
}

// Stops at the first field that is missing.
struct error_field_reader {
  reader& in;
  errc result = errc::ok;

  void keep(errc e) noexcept { result = e; }
  template <class Integer>
  void number(Integer& value) noexcept {
    if (result == errc::ok) keep(in.read(value));
  }
  // Not checked: what failed is told by the code, and the level is only shown.
  void level(consistency& value) noexcept {
    std::uint16_t raw = 0;
    number(raw);
    value = static_cast<consistency>(raw);
  }
  void text(std::string_view& value) noexcept {
    if (result == errc::ok) keep(in.read_string(value));
  }
  void list(string_list& value) noexcept {
    if (result == errc::ok) keep(read_string_list(in, value));
  }
  void bytes(std::span<const std::byte>& value) noexcept {
    if (result == errc::ok) keep(in.read_short_bytes(value));
  }
};

struct error_field_writer {
  writer& out;

  template <class Integer>
  void number(Integer value) noexcept {
    out.write(value);
  }
  void level(consistency value) noexcept { write_consistency(out, value); }
  void text(std::string_view value) noexcept { out.write_string(value); }
  void list(const string_list& value) noexcept { write_string_list(out, value); }
  void bytes(std::span<const std::byte> value) noexcept { out.write_short_bytes(value); }
};

}  // namespace detail

errc deserialize(reader& body, error_message& message, std::int32_t rate_limit_code) noexcept {
  message = {};
  if (errc e = body.read(message.code); e != errc::ok) return e;
  if (errc e = body.read_string(message.message); e != errc::ok) return e;
  detail::error_field_reader fields{body};
  detail::error_fields(fields, message, rate_limit_code);
  return fields.result;
}

void serialize(writer& out, const error_message& message, std::int32_t rate_limit_code) noexcept {
  out.write(message.code);
  out.write_string(message.message);
  detail::error_field_writer fields{out};
  detail::error_fields(fields, message, rate_limit_code);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_ERROR_MESSAGE_IPP
