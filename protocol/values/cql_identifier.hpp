// SPDX-License-Identifier: MIT
// Names in CQL: which have to be quoted, and how.
#ifndef COODIE_PROTOCOL_VALUES_CQL_IDENTIFIER_HPP
#define COODIE_PROTOCOL_VALUES_CQL_IDENTIFIER_HPP

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/bytes/fixed_string.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The reserved words of Cassandra 5.0, in order.
inline constexpr std::string_view reserved_words[] = {
    "add",      "allow",       "alter",        "and",    "apply",    "asc",   "authorize",    "batch",
    "begin",    "by",          "columnfamily", "create", "delete",   "desc",  "describe",     "drop",
    "entries",  "execute",     "from",         "full",   "grant",    "if",    "in",           "index",
    "infinity", "insert",      "into",         "is",     "keyspace", "limit", "materialized", "modify",
    "nan",      "norecursive", "not",          "null",   "of",       "on",    "or",           "order",
    "primary",  "rename",      "revoke",       "schema", "select",   "set",   "table",        "to",
    "token",    "truncate",    "unlogged",     "update", "use",      "using", "view",         "where",
    "with"};

/// Names that the place of a type would take for a type of CQL's own.
inline constexpr std::string_view type_words[] = {
    "ascii",    "bigint",  "bitstring", "blob",  "boolean", "byte",     "complex", "counter", "date",
    "decimal",  "double",  "duration",  "empty", "enum",    "float",    "frozen",  "inet",    "int",
    "interval", "list",    "macaddr",   "map",   "set",     "smallint", "text",    "time",    "timestamp",
    "timeuuid", "tinyint", "tuple",     "uuid",  "varchar", "varint",   "vector"};

template <std::size_t N>
[[nodiscard]] constexpr bool is_word_of(std::string_view name, const std::string_view (&words)[N]) noexcept {
  for (std::string_view word : words)
    if (word == name) return true;
  return false;
}

[[nodiscard]] constexpr bool is_plain_name(std::string_view name) noexcept {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

}  // namespace detail

/// True unless `name` means itself when it stands bare: a lower-case letter, then lower-case letters, digits
/// and underscores, and no reserved word.
[[nodiscard]] constexpr bool needs_quotes(std::string_view name) noexcept {
  return !detail::is_plain_name(name) || detail::is_word_of(name, detail::reserved_words);
}
/// The same for the name of a user-defined type, which must not look like a type of CQL's own.
[[nodiscard]] constexpr bool type_name_needs_quotes(std::string_view name) noexcept {
  return needs_quotes(name) || detail::is_word_of(name, detail::type_words);
}

/// Length of `name` in double quotes, with each double quote in it doubled.
[[nodiscard]] constexpr std::size_t quoted_size(std::string_view name) noexcept {
  std::size_t n = name.size() + 2;
  for (char c : name) n += c == '"';
  return n;
}

/// Appends `name`, quoted if it has to be.
inline void append_identifier(std::string& text, std::string_view name, bool quote) {
  if (!quote) {
    text += name;
    return;
  }
  text += '"';
  for (char c : name) text.append(c == '"' ? 2 : 1, c);
  text += '"';
}
inline void append_identifier(std::string& text, std::string_view name) {
  append_identifier(text, name, needs_quotes(name));
}

namespace detail {

template <fixed_string Name, bool Quote>
[[nodiscard]] constexpr auto quoted_if() noexcept {
  if constexpr (!Quote) {
    return Name;
  } else {
    fixed_string<quoted_size(Name.view())> text;
    std::size_t at = 0;
    text.data[at++] = '"';
    for (char c : Name.view()) {
      if (c == '"') text.data[at++] = c;
      text.data[at++] = c;
    }
    text.data[at] = '"';
    return text;
  }
}

}  // namespace detail

/// `Name` as it stands in CQL, quoted if it has to be, at compile time.
template <fixed_string Name>
[[nodiscard]] constexpr auto quoted_identifier() noexcept {
  return detail::quoted_if<Name, needs_quotes(Name.view())>();
}
/// The same for the name of a user-defined type.
template <fixed_string Name>
[[nodiscard]] constexpr auto quoted_type_name() noexcept {
  return detail::quoted_if<Name, type_name_needs_quotes(Name.view())>();
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_CQL_IDENTIFIER_HPP
