// SPDX-License-Identifier: MIT
// The messages that make a connection ready: OPTIONS, SUPPORTED, STARTUP, READY, REGISTER and authentication.
#ifndef COODIE_PROTOCOL_MESSAGES_HANDSHAKE_HPP
#define COODIE_PROTOCOL_MESSAGES_HANDSHAKE_HPP

#include <string_view>

#include "protocol/messages/frame.hpp"
#include "protocol/messages/notations.hpp"

namespace coodie::inline COODIE_ABI::protocol {

// Of every message: deserialize() reads its body, behind the prelude, and leaves what follows the known
// fields (section 1 allows a body to be longer); views borrow from the body. serialize() writes the body
// alone.

/// OPTIONS (native_protocol_v4.spec section 4.1.3): no body.
struct options_message {
  static constexpr opcode message_opcode = opcode::options;
};

/// READY (section 4.2.2): no body.
struct ready_message {
  static constexpr opcode message_opcode = opcode::ready;
};

/// STARTUP (section 4.1.1): `<options: string map>`, "CQL_VERSION" among them.
struct startup_message {
  static constexpr opcode message_opcode = opcode::startup;
  string_map options;

  /// The value of the first option of that name, or nullptr.
  [[nodiscard]] COODIE_DECL const std::string_view* find(std::string_view name) const noexcept;
};

/// SUPPORTED (section 4.2.4): `<options: string multimap>`.
struct supported_message {
  static constexpr opcode message_opcode = opcode::supported;
  string_multimap options;

  /// The values of the first option of that name, or nullptr.
  [[nodiscard]] COODIE_DECL const string_list* find(std::string_view name) const noexcept;
};

/// REGISTER (section 4.1.8): `<event types: string list>`, see event_type_name().
struct register_message {
  static constexpr opcode message_opcode = opcode::register_;
  string_list event_types;
};

/// AUTHENTICATE (section 4.2.3): `<class name of the authenticator: string>`.
struct authenticate_message {
  static constexpr opcode message_opcode = opcode::authenticate;
  std::string_view authenticator;
};

/// AUTH_CHALLENGE (section 4.2.7): `<token: bytes>`, which may be null.
struct auth_challenge_message {
  static constexpr opcode message_opcode = opcode::auth_challenge;
  bytes_view token;
};

/// AUTH_RESPONSE (section 4.1.2): `<token: bytes>`, which may be null.
struct auth_response_message {
  static constexpr opcode message_opcode = opcode::auth_response;
  bytes_view token;
};

/// AUTH_SUCCESS (section 4.2.8): `<token: bytes>`, which may be null.
struct auth_success_message {
  static constexpr opcode message_opcode = opcode::auth_success;
  bytes_view token;
};

[[nodiscard]] inline errc deserialize(reader&, options_message&) noexcept { return errc::ok; }
[[nodiscard]] inline errc deserialize(reader&, ready_message&) noexcept { return errc::ok; }
[[nodiscard]] inline errc deserialize(reader& body, startup_message& message) noexcept {
  return read_string_map(body, message.options);
}
[[nodiscard]] inline errc deserialize(reader& body, supported_message& message) noexcept {
  return read_string_multimap(body, message.options);
}
[[nodiscard]] inline errc deserialize(reader& body, register_message& message) noexcept {
  return read_string_list(body, message.event_types);
}
[[nodiscard]] inline errc deserialize(reader& body, authenticate_message& message) noexcept {
  return body.read_string(message.authenticator);
}
[[nodiscard]] inline errc deserialize(reader& body, auth_challenge_message& message) noexcept {
  return body.read_bytes(message.token);
}
[[nodiscard]] inline errc deserialize(reader& body, auth_response_message& message) noexcept {
  return body.read_bytes(message.token);
}
[[nodiscard]] inline errc deserialize(reader& body, auth_success_message& message) noexcept {
  return body.read_bytes(message.token);
}

inline void serialize(writer&, const options_message&) noexcept {}
inline void serialize(writer&, const ready_message&) noexcept {}
inline void serialize(writer& out, const startup_message& message) noexcept {
  write_string_map(out, message.options);
}
inline void serialize(writer& out, const supported_message& message) noexcept {
  write_string_multimap(out, message.options);
}
inline void serialize(writer& out, const register_message& message) noexcept {
  write_string_list(out, message.event_types);
}
inline void serialize(writer& out, const authenticate_message& message) noexcept {
  out.write_string(message.authenticator);
}
inline void serialize(writer& out, const auth_challenge_message& message) noexcept {
  out.write_bytes(message.token);
}
inline void serialize(writer& out, const auth_response_message& message) noexcept {
  out.write_bytes(message.token);
}
inline void serialize(writer& out, const auth_success_message& message) noexcept {
  out.write_bytes(message.token);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_HANDSHAKE_HPP
