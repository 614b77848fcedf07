// SPDX-License-Identifier: MIT
// What the mock server knows of a table.
#ifndef COODIE_TESTS_MOCK_TABLE_SCHEMA_IPP
#define COODIE_TESTS_MOCK_TABLE_SCHEMA_IPP

#include <algorithm>
#include <tuple>

#include "protocol/values/cql_identifier.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

void sort_columns(table_schema& table) {
  std::sort(table.columns.begin(), table.columns.end(), [](const column& a, const column& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    return a.is_key() ? a.position < b.position : a.name < b.name;
  });
}

std::string quoted_name(std::string_view name) {
  std::string text;
  append_identifier(text, name);
  return text;
}

namespace detail {

inline std::string unfrozen_type_text(const cql_type& type) {
  const auto inner = [&](std::string_view name) {
    std::string text(name);
    for (std::size_t i = 0; i < type.parameters.size(); ++i)
      text += (i == 0 ? "<" : ", ") + schema_type_text(type.parameters[i]);
    return text;
  };
  switch (type.id) {
    case type_id::list: return inner("list") + '>';
    case type_id::set: return inner("set") + '>';
    case type_id::map: return inner("map") + '>';
    case type_id::tuple: return inner("tuple") + '>';
    case type_id::vector: return inner("vector") + ", " + std::to_string(type.dimensions) + '>';
    case type_id::udt: return quoted_name(type.name);
    default: return to_cql(type);
  }
}

}  // namespace detail

std::string schema_type_text(const cql_type& type) {
  const std::string text = detail::unfrozen_type_text(type);
  const bool freezes = is_collection(type) || type.id == type_id::udt;
  return type.id == type_id::tuple || (freezes && type.frozen) ? "frozen<" + text + '>' : text;
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_TABLE_SCHEMA_IPP
