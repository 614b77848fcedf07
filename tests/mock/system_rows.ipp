// SPDX-License-Identifier: MIT
// Writes rows of system tables.
#ifndef COODIE_TESTS_MOCK_SYSTEM_ROWS_IPP
#define COODIE_TESTS_MOCK_SYSTEM_ROWS_IPP

#include "tests/mock/mock_values.hpp"
#include "tests/mock/system_rows.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

system_row& system_row::set_texts(std::string_view name, const std::vector<std::string>& elements) {
  std::vector<nullable> parts(elements.begin(), elements.end());
  return set(name, join(cql_type(type_id::list, {type_id::varchar}), parts));
}

system_row& system_row::set_map(std::string_view name, const std::map<std::string, std::string>& entries) {
  std::vector<nullable> parts;
  for (const auto& [key, value] : entries) {
    parts.emplace_back(key);
    parts.emplace_back(value);
  }
  return set(name, join(cql_type(type_id::map, {type_id::varchar, type_id::varchar}), parts));
}

void system_row::add_to(stored_table& table) const {
  const table_schema& schema = *table.schema;
  const auto value_of = [&](const column& on) -> octets {
    const auto at = values_.find(on.name);
    return at == values_.end() ? octets() : at->second;
  };
  std::vector<octets> key;
  clustering_key clustering;
  for (std::size_t i = 0; i < schema.partition_size; ++i) key.push_back(value_of(schema.partition_column(i)));
  for (std::size_t i = 0; i < schema.clustering_size; ++i)
    clustering.push_back(value_of(schema.clustering_column(i)));
  stored_row& row = table.at(key).rows[clustering];
  constexpr lifetime since_ever{0, 0, 0};
  row.marker = since_ever;
  for (const auto& on : schema.columns) {
    const auto at = values_.find(on.name);
    if (on.is_key() || at == values_.end()) continue;
    if (!is_multi_cell(on.type)) {
      row.at(on.id).simple = {since_ever, false, at->second};
      continue;
    }
    std::vector<nullable> parts;
    if (!split(on.type, at->second, parts)) continue;
    const bool map = on.type.id == type_id::map;
    for (std::size_t i = 0; i < parts.size(); i += map ? 2 : 1)
      row.at(on.id).each().cells[*parts[i]] = {since_ever, false, map ? *parts[i + 1] : octets()};
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SYSTEM_ROWS_IPP
