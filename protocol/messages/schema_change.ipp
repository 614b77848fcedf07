// SPDX-License-Identifier: MIT
// Reads and writes schema changes.
#ifndef COODIE_PROTOCOL_MESSAGES_SCHEMA_CHANGE_IPP
#define COODIE_PROTOCOL_MESSAGES_SCHEMA_CHANGE_IPP

#include "protocol/messages/schema_change.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

// How many of keyspace, name and arguments a target has; 0 when it is not known.
inline int schema_target_fields(std::string_view target) noexcept {
  if (target == "KEYSPACE") return 1;
  if (target == "TABLE" || target == "TYPE") return 2;
  if (target == "FUNCTION" || target == "AGGREGATE") return 3;
  return 0;
}

}  // namespace detail

errc deserialize(reader& body, schema_change& change) noexcept {
  change.name = {};
  change.arguments.clear();
  if (errc e = body.read_string(change.change_type); e != errc::ok) return e;
  if (errc e = body.read_string(change.target); e != errc::ok) return e;
  const int fields = detail::schema_target_fields(change.target);
  if (fields == 0) return errc::invalid_value;
  errc e = body.read_string(change.keyspace);
  if (e == errc::ok && fields > 1) e = body.read_string(change.name);
  if (e == errc::ok && fields > 2) e = read_string_list(body, change.arguments);
  return e;
}

void serialize(writer& out, const schema_change& change) noexcept {
  const int fields = detail::schema_target_fields(change.target);
  if (fields == 0) return out.fail(errc::invalid_value);
  out.write_string(change.change_type);
  out.write_string(change.target);
  out.write_string(change.keyspace);
  if (fields > 1) out.write_string(change.name);
  if (fields > 2) write_string_list(out, change.arguments);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_SCHEMA_CHANGE_IPP
