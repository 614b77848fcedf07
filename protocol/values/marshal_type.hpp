// SPDX-License-Identifier: MIT
// Types as the class names of org.apache.cassandra.db.marshal.
#ifndef COODIE_PROTOCOL_VALUES_MARSHAL_TYPE_HPP
#define COODIE_PROTOCOL_VALUES_MARSHAL_TYPE_HPP

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/values/cql_type.hpp"

namespace coodie::inline COODIE_ABI {

/// Parses a class name of org.apache.cassandra.db.marshal, with its arguments: what a v4 server sends for
/// duration and vector, and everything that can stand inside. The package may be left out. A class that has
/// no CQL type becomes custom. Errors: invalid_value, nesting_too_deep. `type` is untouched after an error.
[[nodiscard]] COODIE_DECL errc parse_marshal_type(std::string_view text, cql_type& type);
/// The class name that a v4 server sends or understands for the type.
[[nodiscard]] COODIE_DECL std::string to_marshal(const cql_type& type);

namespace detail {

/// The type of a custom class that stands at `depth`: duration or vector, or custom with the name as it is.
[[nodiscard]] COODIE_DECL errc normalise_custom(std::string_view name, cql_type& type, std::size_t depth);

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_MARSHAL_TYPE_HPP
