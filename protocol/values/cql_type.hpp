// SPDX-License-Identifier: MIT
// A CQL type as a value: read from and written to the wire, parsed from and printed as CQL.
#ifndef COODIE_PROTOCOL_VALUES_CQL_TYPE_HPP
#define COODIE_PROTOCOL_VALUES_CQL_TYPE_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/bytes/reader.hpp"
#include "protocol/bytes/writer.hpp"
#include "protocol/config.hpp"
#include "protocol/errc.hpp"

namespace coodie::inline COODIE_ABI {

/// The type ids of native_protocol_v4.spec section 4.2.5.2; `duration` has the id that v5 gives it.
enum class type_id : std::uint16_t {
  custom = 0x0000,
  ascii = 0x0001,
  bigint = 0x0002,
  blob = 0x0003,
  boolean = 0x0004,
  counter = 0x0005,
  decimal = 0x0006,
  double_ = 0x0007,
  float_ = 0x0008,
  int_ = 0x0009,
  timestamp = 0x000B,
  uuid = 0x000C,
  varchar = 0x000D,  ///< text
  varint = 0x000E,
  timeuuid = 0x000F,
  inet = 0x0010,
  date = 0x0011,
  time = 0x0012,
  smallint = 0x0013,
  tinyint = 0x0014,
  duration = 0x0015,
  list = 0x0020,
  map = 0x0021,
  set = 0x0022,
  udt = 0x0030,
  tuple = 0x0031,
  vector = 0xFF00,  ///< Not a wire id: every protocol version sends a vector as a custom type.
};

/// How deep a type may be nested: list<list<int>> is 3 deep.
inline constexpr std::size_t max_type_depth = 64;

/// A CQL type. Which members mean something depends on the id; the others are empty.
struct cql_type {
  type_id id = type_id::custom;
  std::vector<cql_type> parameters;      ///< list, set, vector: 1; map: key, value; tuple, udt: one a field
  std::string name;                      ///< custom: the class name; udt: the name, unquoted
  std::string keyspace;                  ///< udt; empty when it is not known (parsed CQL)
  std::vector<std::string> field_names;  ///< udt, unquoted; empty when they are not known (parsed CQL)
  std::uint32_t dimensions = 0;          ///< vector
  bool frozen = false;                   ///< said to be frozen; the wire does not tell

  cql_type() = default;
  cql_type(type_id which) noexcept : id(which) {}
  cql_type(type_id which, std::vector<cql_type> nested) noexcept : id(which), parameters(std::move(nested)) {}
};

/// The same type. `frozen` counts only where CQL makes a difference: at the outside, for list, set, map and
/// udt.
[[nodiscard]] COODIE_DECL bool operator==(const cql_type& a, const cql_type& b) noexcept;
/// The same type as far as values are concerned: `frozen` does not count anywhere.
[[nodiscard]] COODIE_DECL bool same_encoding(const cql_type& a, const cql_type& b) noexcept;

/// How many levels `type` has; a scalar is 1.
[[nodiscard]] COODIE_DECL std::size_t type_depth(const cql_type& type) noexcept;

/// The type as in CREATE TABLE: `map<text, frozen<list<int>>>`, `vector<float, 3>`, `frozen<"Address">`,
/// `'some.class.Name'`. Nested collections and user types are frozen; tuples are so by themselves and stand
/// bare.
[[nodiscard]] COODIE_DECL std::string to_cql(const cql_type& type);

/// Parses a type as CQL writes it (system_schema.columns.type, CREATE TABLE): any case and spacing, quoted
/// names, `keyspace.name`, frozen<>, a custom class in single quotes. A name that is no CQL type is taken for
/// a user type, without fields. Errors: invalid_value, nesting_too_deep. `type` is untouched after an error.
[[nodiscard]] COODIE_DECL errc parse_cql_type(std::string_view text, cql_type& type);

namespace detail {

/// The name in CQL of a type that has one of its own; empty for custom, udt and ids that are none.
[[nodiscard]] COODIE_DECL std::string_view native_type_name(type_id id) noexcept;

}  // namespace detail

namespace protocol {

/// Reads an [option] (native_protocol_v4.spec section 4.2.5.2). Custom classes that stand for duration and
/// vector become those types; all others stay custom. Errors: truncated, unknown_type, nesting_too_deep,
/// length_exceeds_input, invalid_value. Memory: at most 256 bytes for each byte of input.
[[nodiscard]] COODIE_DECL errc read_type(reader& in, cql_type& type);
/// Writes an [option] as a v4 server does: duration and vector as custom classes. A failure sticks in `out`.
COODIE_DECL void write_type(writer& out, const cql_type& type);

}  // namespace protocol
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_CQL_TYPE_HPP
