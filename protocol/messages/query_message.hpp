// SPDX-License-Identifier: MIT
// QUERY, PREPARE and EXECUTE.
#ifndef COODIE_PROTOCOL_MESSAGES_QUERY_MESSAGE_HPP
#define COODIE_PROTOCOL_MESSAGES_QUERY_MESSAGE_HPP

#include <cstddef>
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
/// struct: the id by writer::write_short_bytes(), then begin_parameters().
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

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_QUERY_MESSAGE_HPP
