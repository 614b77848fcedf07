// SPDX-License-Identifier: MIT
// Reads and writes EVENT.
#ifndef COODIE_PROTOCOL_MESSAGES_EVENT_MESSAGE_IPP
#define COODIE_PROTOCOL_MESSAGES_EVENT_MESSAGE_IPP

#include "protocol/messages/event_message.hpp"

namespace coodie::inline COODIE_ABI::protocol {

std::string_view event_type_name(event_type type) noexcept {
  switch (type) {
    case event_type::topology_change: return "TOPOLOGY_CHANGE";
    case event_type::status_change: return "STATUS_CHANGE";
    case event_type::schema_change: return "SCHEMA_CHANGE";
  }
  return "UNKNOWN";
}

errc deserialize(reader& body, event_message& message) noexcept {
  std::string_view name;
  if (errc e = body.read_string(name); e != errc::ok) return e;
  message.change = {};
  message.node = {};
  message.schema = {};
  if (name == event_type_name(event_type::schema_change)) {
    message.type = event_type::schema_change;
    const errc e = deserialize(body, message.schema);
    return e == errc::invalid_value ? errc::unknown_event : e;
  }
  if (name == event_type_name(event_type::status_change))
    message.type = event_type::status_change;
  else if (name == event_type_name(event_type::topology_change))
    message.type = event_type::topology_change;
  else
    return errc::unknown_event;
  if (errc e = body.read_string(message.change); e != errc::ok) return e;
  return read_inet(body, message.node);
}

void serialize(writer& out, const event_message& message) noexcept {
  out.write_string(event_type_name(message.type));
  if (message.type == event_type::schema_change) return serialize(out, message.schema);
  out.write_string(message.change);
  write_inet(out, message.node);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_EVENT_MESSAGE_IPP
