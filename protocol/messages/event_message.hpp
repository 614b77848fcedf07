// SPDX-License-Identifier: MIT
// EVENT: what a server tells unasked.
#ifndef COODIE_PROTOCOL_MESSAGES_EVENT_MESSAGE_HPP
#define COODIE_PROTOCOL_MESSAGES_EVENT_MESSAGE_HPP

#include <cstdint>
#include <string_view>

#include "protocol/messages/frame.hpp"
#include "protocol/messages/schema_change.hpp"

namespace coodie::inline COODIE_ABI::protocol {

enum class event_type : std::uint8_t {
  topology_change,  ///< A node joined or left the cluster.
  status_change,    ///< A node came up or went down.
  schema_change,    ///< A keyspace, table, type, function or aggregate changed.
};

/// The name that stands in EVENT and REGISTER ("TOPOLOGY_CHANGE").
[[nodiscard]] COODIE_DECL std::string_view event_type_name(event_type type) noexcept;

/// EVENT (native_protocol_v4.spec section 4.2.6): `<event type: string>`, then
///
///     TOPOLOGY_CHANGE, STATUS_CHANGE: <change: string><node: inet>
///     SCHEMA_CHANGE: a schema_change
struct event_message {
  static constexpr opcode message_opcode = opcode::event;
  event_type type = event_type::topology_change;
  std::string_view change;         ///< "NEW_NODE", "REMOVED_NODE"; "UP", "DOWN"; others are passed on
  node_address node;               ///< topology_change, status_change
  protocol::schema_change schema;  ///< schema_change
};

/// errc::unknown_event for a type, or a target of a schema change, that the specification does not define: to
/// be counted and ignored.
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, event_message& message) noexcept;
COODIE_DECL void serialize(writer& out, const event_message& message) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_EVENT_MESSAGE_HPP
