// SPDX-License-Identifier: MIT
// Comparing, printing, reading and writing types.
#ifndef COODIE_PROTOCOL_VALUES_CQL_TYPE_IPP
#define COODIE_PROTOCOL_VALUES_CQL_TYPE_IPP

#include <algorithm>
#include <limits>

#include "protocol/values/cql_identifier.hpp"
#include "protocol/values/cql_literal.hpp"
#include "protocol/values/cql_type.hpp"
#include "protocol/values/marshal_type.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The types that are multi-cell unless they are frozen.
[[nodiscard]] inline bool is_freezable(type_id id) noexcept {
  return id == type_id::list || id == type_id::set || id == type_id::map || id == type_id::udt;
}

[[nodiscard]] inline bool same_type(const cql_type& a, const cql_type& b, bool frozen_counts) noexcept {
  if (a.id != b.id || a.dimensions != b.dimensions || a.name != b.name || a.keyspace != b.keyspace ||
      a.field_names != b.field_names || a.parameters.size() != b.parameters.size())
    return false;
  if (frozen_counts && is_freezable(a.id) && a.frozen != b.frozen) return false;
  return std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(),
                    [](const cql_type& x, const cql_type& y) { return same_type(x, y, false); });
}

std::string_view native_type_name(type_id id) noexcept {
  switch (id) {
    case type_id::ascii: return "ascii";
    case type_id::bigint: return "bigint";
    case type_id::blob: return "blob";
    case type_id::boolean: return "boolean";
    case type_id::counter: return "counter";
    case type_id::decimal: return "decimal";
    case type_id::double_: return "double";
    case type_id::float_: return "float";
    case type_id::int_: return "int";
    case type_id::timestamp: return "timestamp";
    case type_id::uuid: return "uuid";
    case type_id::varchar: return "text";
    case type_id::varint: return "varint";
    case type_id::timeuuid: return "timeuuid";
    case type_id::inet: return "inet";
    case type_id::date: return "date";
    case type_id::time: return "time";
    case type_id::smallint: return "smallint";
    case type_id::tinyint: return "tinyint";
    case type_id::duration: return "duration";
    case type_id::list: return "list";
    case type_id::map: return "map";
    case type_id::set: return "set";
    case type_id::tuple: return "tuple";
    case type_id::vector: return "vector";
    case type_id::custom:
    case type_id::udt: break;
  }
  return {};
}

inline void append_type(std::string& text, const cql_type& type, bool nested) {
  const bool wrap = is_freezable(type.id) && (nested || type.frozen);
  if (wrap) text += "frozen<";
  if (type.id == type_id::custom) {
    append_quoted_literal(text, type.name);
  } else if (type.id == type_id::udt) {
    append_identifier(text, type.name, type_name_needs_quotes(type.name));
  } else {
    text += native_type_name(type.id);
  }
  if (type.id != type_id::udt && !type.parameters.empty()) {
    char before = '<';
    for (const cql_type& each : type.parameters) {
      text += before;
      if (before == ',') text += ' ';
      before = ',';
      append_type(text, each, true);
    }
    if (type.id == type_id::vector) text.append(", ").append(std::to_string(type.dimensions));
    text += '>';
  }
  if (wrap) text += '>';
}

[[nodiscard]] inline errc read_nested_type(protocol::reader& in, cql_type& type, std::size_t depth);

[[nodiscard]] inline errc read_parameters(protocol::reader& in, cql_type& type, std::size_t n,
                                          std::size_t depth) {
  if (n > in.remaining() / 2) return errc::length_exceeds_input;
  // Grows with what has been read: were there room for all of them at once, each of the tuples inside one
  // another could announce all that remains.
  if (n <= 2) type.parameters.reserve(n);
  for (std::size_t i = 0; i < n; ++i)
    if (errc e = read_nested_type(in, type.parameters.emplace_back(), depth + 1); e != errc::ok) return e;
  return errc::ok;
}

// udt: [string] keyspace, [string] name, [short] n, then n times [string] field name and [option].
[[nodiscard]] inline errc read_udt(protocol::reader& in, cql_type& type, std::size_t depth) {
  std::string_view text;
  std::uint16_t n = 0;
  if (errc e = in.read_string(text); e != errc::ok) return e;
  type.keyspace = text;
  if (errc e = in.read_string(text); e != errc::ok) return e;
  type.name = text;
  if (errc e = in.read(n); e != errc::ok) return e;
  if (n > in.remaining() / 4) return errc::length_exceeds_input;
  for (std::size_t i = 0; i < n; ++i) {  // grows with what has been read, as in read_parameters
    if (errc e = in.read_string(text); e != errc::ok) return e;
    type.field_names.emplace_back(text);
    if (errc e = read_nested_type(in, type.parameters.emplace_back(), depth + 1); e != errc::ok) return e;
  }
  return errc::ok;
}

[[nodiscard]] inline errc read_custom(protocol::reader& in, cql_type& type, std::size_t depth) {
  std::string_view name;
  if (errc e = in.read_string(name); e != errc::ok) return e;
  return normalise_custom(name, type, depth);
}

[[nodiscard]] inline errc read_tuple(protocol::reader& in, cql_type& type, std::size_t depth) {
  std::uint16_t n = 0;
  if (errc e = in.read(n); e != errc::ok) return e;
  return read_parameters(in, type, n, depth);
}

inline errc read_nested_type(protocol::reader& in, cql_type& type, std::size_t depth) {
  if (depth > max_type_depth) return errc::nesting_too_deep;
  std::uint16_t id = 0;
  const protocol::reader start = in;
  if (errc e = in.read(id); e != errc::ok) return e;
  type.id = static_cast<type_id>(id);
  switch (type.id) {
    case type_id::custom: return read_custom(in, type, depth);
    case type_id::list:
    case type_id::set: return read_parameters(in, type, 1, depth);
    case type_id::map: return read_parameters(in, type, 2, depth);
    case type_id::udt: return read_udt(in, type, depth);
    case type_id::tuple: return read_tuple(in, type, depth);
    default: break;
  }
  if (type.id != type_id::vector && !native_type_name(type.id).empty()) return errc::ok;
  in = start;
  return errc::unknown_type;
}

inline void write_udt(protocol::writer& out, const cql_type& type) {
  if (type.parameters.size() > std::numeric_limits<std::uint16_t>::max())
    return out.fail(errc::value_too_large);
  out.write_string(type.keyspace);
  out.write_string(type.name);
  out.write(static_cast<std::uint16_t>(type.parameters.size()));
  for (std::size_t i = 0; i < type.parameters.size(); ++i) {
    out.write_string(i < type.field_names.size() ? std::string_view(type.field_names[i]) : "");
    protocol::write_type(out, type.parameters[i]);
  }
}

}  // namespace detail

bool operator==(const cql_type& a, const cql_type& b) noexcept { return detail::same_type(a, b, true); }
bool same_encoding(const cql_type& a, const cql_type& b) noexcept { return detail::same_type(a, b, false); }

std::size_t type_depth(const cql_type& type) noexcept {
  std::size_t deepest = 0;
  for (const cql_type& each : type.parameters) deepest = std::max(deepest, type_depth(each));
  return deepest + 1;
}

std::string to_cql(const cql_type& type) {
  std::string text;
  detail::append_type(text, type, false);
  return text;
}

namespace protocol {

errc read_type(reader& in, cql_type& type) {
  cql_type found;
  const errc e = coodie::detail::read_nested_type(in, found, 1);
  if (e == errc::ok) type = std::move(found);
  return e;
}

void write_type(writer& out, const cql_type& type) {
  const bool is_custom =
      type.id == type_id::custom || type.id == type_id::duration || type.id == type_id::vector;
  out.write(static_cast<std::uint16_t>(is_custom ? type_id::custom : type.id));
  switch (type.id) {
    case type_id::custom: return out.write_string(type.name);
    case type_id::duration:
    case type_id::vector: return out.write_string(to_marshal(type));
    case type_id::udt: return coodie::detail::write_udt(out, type);
    case type_id::tuple:
      if (type.parameters.size() > std::numeric_limits<std::uint16_t>::max())
        return out.fail(errc::value_too_large);
      out.write(static_cast<std::uint16_t>(type.parameters.size()));
      break;
    default: break;
  }
  for (const cql_type& each : type.parameters) write_type(out, each);
}

}  // namespace protocol
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_CQL_TYPE_IPP
