// SPDX-License-Identifier: MIT
// Reads and writes BATCH.
#ifndef COODIE_PROTOCOL_MESSAGES_BATCH_MESSAGE_IPP
#define COODIE_PROTOCOL_MESSAGES_BATCH_MESSAGE_IPP

#include "protocol/messages/batch_message.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

inline constexpr std::uint8_t batch_flags = query_flag::serial_consistency | query_flag::timestamp;
inline constexpr std::uint8_t batch_forbidden_flags =
    query_flag::values | query_flag::skip_metadata | query_flag::page_size | query_flag::paging_state;

inline errc read_batch_statement(reader& body, batch_statement& statement) noexcept {
  std::uint8_t kind = 0;
  if (errc e = body.read(kind); e != errc::ok) return e;
  if (kind > 1) return errc::invalid_value;
  statement.prepared = kind == 1;
  const errc e =
      statement.prepared ? body.read_short_bytes(statement.id) : body.read_long_string(statement.query);
  return e == errc::ok ? read_values(body, statement.values) : e;
}

inline errc read_batch_options(reader& body, query_options& options) noexcept {
  options = {};
  std::uint8_t flags = 0;
  if (errc e = read_consistency(body, options.consistency); e != errc::ok) return e;
  if (errc e = body.read(flags); e != errc::ok) return e;
  if ((flags & batch_forbidden_flags) != 0) return errc::invalid_value;
  options.flags = flags & batch_flags;
  errc e = errc::ok;
  if (options.has(query_flag::serial_consistency)) e = read_consistency(body, options.serial_consistency);
  if (e == errc::ok && options.has(query_flag::timestamp)) e = body.read(options.timestamp);
  return e;
}

}  // namespace detail

errc deserialize(reader& body, batch_message& message) noexcept {
  std::uint8_t type = 0;
  std::uint16_t count = 0;
  if (errc e = body.read(type); e != errc::ok) return e;
  if (type > static_cast<std::uint8_t>(batch_type::counter)) return errc::invalid_value;
  message.type = static_cast<batch_type>(type);
  // The shortest statement is a kind, an empty id and no values: five bytes.
  if (errc e = detail::read_count(body, 5, message.statements, count); e != errc::ok) return e;
  for (; count != 0; --count) {
    if (errc e = detail::read_batch_statement(body, message.statements.emplace_back()); e != errc::ok)
      return e;
  }
  return detail::read_batch_options(body, message.options);
}

void serialize(writer& out, const batch_message& message) noexcept {
  begin_batch(out, message.type, message.statements.size());
  for (const batch_statement& statement : message.statements) {
    if (statement.prepared)
      begin_batch_statement(out, statement.id, statement.values.size());
    else
      begin_batch_statement(out, statement.query, statement.values.size());
    for (bytes_view value : statement.values) out.write_bytes(value);
  }
  end_batch(out, message.options);
}

void end_batch(writer& out, const query_options& options) noexcept {
  write_consistency(out, options.consistency);
  out.write(static_cast<std::uint8_t>(options.flags & detail::batch_flags));
  if (options.has(query_flag::serial_consistency)) write_consistency(out, options.serial_consistency);
  if (options.has(query_flag::timestamp)) out.write(options.timestamp);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_BATCH_MESSAGE_IPP
