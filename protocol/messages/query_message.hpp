// SPDX-License-Identifier: MIT
// QUERY, PREPARE and EXECUTE.
#ifndef COODIE_PROTOCOL_MESSAGES_QUERY_MESSAGE_HPP
#define COODIE_PROTOCOL_MESSAGES_QUERY_MESSAGE_HPP

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "protocol/messages/frame.hpp"
#include "protocol/messages/query_parameters.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// QUERY (native_protocol_v4.spec section 4.1.4): `<query: long string><query parameters>`.
struct query_message {
  static constexpr opcode message_opcode = opcode::query;
  std::string_view query;
  query_parameters parameters;
};

/// PREPARE (section 4.1.5): `<query: long string>`.
struct prepare_message {
  static constexpr opcode message_opcode = opcode::prepare;
  std::string_view query;
};

/// EXECUTE (section 4.1.6): `<id: short bytes><query parameters>`. A request of ours is written without this
/// struct: begin_execute(), the values, end_parameters(), end_frame().
struct execute_message {
  static constexpr opcode message_opcode = opcode::execute;
  std::span<const std::byte> id;  ///< of a prepared_result
  query_parameters parameters;
};

[[nodiscard]] inline errc deserialize(reader& body, query_message& message) noexcept {
  if (errc e = body.read_long_string(message.query); e != errc::ok) return e;
  return deserialize(body, message.parameters);
}
[[nodiscard]] inline errc deserialize(reader& body, prepare_message& message) noexcept {
  return body.read_long_string(message.query);
}
[[nodiscard]] inline errc deserialize(reader& body, execute_message& message) noexcept {
  if (errc e = body.read_short_bytes(message.id); e != errc::ok) return e;
  return deserialize(body, message.parameters);
}

inline void serialize(writer& out, const query_message& message) noexcept {
  out.write_long_string(message.query);
  serialize(out, message.parameters);
}
inline void serialize(writer& out, const prepare_message& message) noexcept {
  out.write_long_string(message.query);
}
inline void serialize(writer& out, const execute_message& message) noexcept {
  out.write_short_bytes(message.id);
  serialize(out, message.parameters);
}

/// begin_frame(), the id, and what begin_parameters() writes.
inline void begin_execute(writer& out, std::int16_t stream, std::uint8_t flags, std::string_view id,
                          const query_options& options, std::size_t value_count) noexcept {
  if (id.size() > 0xFFFF || value_count > 0xFFFF) [[unlikely]]
    return out.fail(errc::value_too_large);
  const std::size_t head = detail::parameters_head_size(options, value_count);
  std::byte* to = out.append(frame_header_size + 2 + id.size() + head);
  if (to == nullptr) [[unlikely]]
    return;
  to =
      store_frame_header(to, {request_version, flags, stream, static_cast<std::uint8_t>(opcode::execute), 0});
  to = store_big(to, static_cast<std::uint16_t>(id.size()));
  if (!id.empty()) std::memcpy(to, id.data(), id.size());
  detail::store_parameters_head(to + id.size(), options, value_count);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_QUERY_MESSAGE_HPP
