// SPDX-License-Identifier: MIT
// What changed in the schema: the body of a RESULT kind and of an event.
#ifndef COODIE_PROTOCOL_MESSAGES_SCHEMA_CHANGE_HPP
#define COODIE_PROTOCOL_MESSAGES_SCHEMA_CHANGE_HPP

#include <string_view>

#include "protocol/messages/notations.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// native_protocol_v4.spec section 4.2.6:
///
///     <change type: string><target: string><keyspace: string>
///     [<name: string>]                             unless the target is KEYSPACE
///     [<types of the arguments: string list>]      when it is FUNCTION or AGGREGATE
struct schema_change {
  std::string_view change_type;  ///< "CREATED", "UPDATED", "DROPPED"
  std::string_view target;       ///< "KEYSPACE", "TABLE", "TYPE", "FUNCTION", "AGGREGATE"
  std::string_view keyspace;
  std::string_view name;
  string_list arguments;
};

/// errc::invalid_value for another target: its options are not known. The change type may be any.
[[nodiscard]] COODIE_DECL errc deserialize(reader& body, schema_change& change) noexcept;
/// errc::invalid_value for another target.
COODIE_DECL void serialize(writer& out, const schema_change& change) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_SCHEMA_CHANGE_HPP
