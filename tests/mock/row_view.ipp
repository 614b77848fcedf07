// SPDX-License-Identifier: MIT
// A row as a query sees it.
#ifndef COODIE_TESTS_MOCK_ROW_VIEW_IPP
#define COODIE_TESTS_MOCK_ROW_VIEW_IPP

#include <algorithm>

#include "tests/mock/mock_values.hpp"
#include "tests/mock/row_view.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

std::vector<live_element> live_elements(const column_cells* cells, const cql_type& type,
                                        std::int64_t now_seconds) {
  std::vector<live_element> live;
  if (cells == nullptr || !cells->elements) return live;
  for (const auto& [path, content] : cells->elements->cells)
    if (content.is_live(now_seconds)) live.push_back({&path, &content});
  // Lists and fields are stored by their place, sets and maps by the bytes of their keys.
  if (type.id == type_id::set || type.id == type_id::map)
    std::stable_sort(live.begin(), live.end(), [&](const live_element& a, const live_element& b) {
      return compare_values(type.parameters[0], *a.path, *b.path) < 0;
    });
  return live;
}

namespace detail {

[[nodiscard]] inline nullable read_elements(const column_cells* cells, const cql_type& type,
                                            std::int64_t now_seconds) {
  const auto live = live_elements(cells, type, now_seconds);
  if (live.empty()) return std::nullopt;
  std::vector<nullable> parts;
  if (type.id == type_id::udt) {
    parts.resize(type.parameters.size());
    for (const auto& [path, content] : live) parts[decode_big<std::uint16_t>(*path)] = content->value;
    return join(type, parts);
  }
  for (const auto& [path, content] : live) {
    if (type.id == type_id::set || type.id == type_id::map) parts.emplace_back(*path);
    if (type.id == type_id::list || type.id == type_id::map) parts.emplace_back(content->value);
  }
  return join(type, parts);
}

}  // namespace detail

nullable read_column(const row_view& from, const column& wanted) {
  if (wanted.kind == column_kind::partition_key) return (*from.partition_key)[wanted.position];
  if (wanted.kind == column_kind::clustering)
    return from.clustering == nullptr ? nullable() : nullable((*from.clustering)[wanted.position]);
  const column_cells* cells = from.cells(wanted);
  if (cells == nullptr) return std::nullopt;
  if (is_multi_cell(wanted.type)) return detail::read_elements(cells, wanted.type, from.now_seconds);
  if (!cells->simple.is_live(from.now_seconds)) return std::nullopt;
  return cells->simple.value;
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_ROW_VIEW_IPP
