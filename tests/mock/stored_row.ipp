// SPDX-License-Identifier: MIT
// The cells of a row.
#ifndef COODIE_TESTS_MOCK_STORED_ROW_IPP
#define COODIE_TESTS_MOCK_STORED_ROW_IPP

#include <algorithm>

#include "tests/mock/stored_row.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

bool wins(const cell& next, const cell& present) noexcept {
  if (next.life.timestamp != present.life.timestamp) return next.life.timestamp > present.life.timestamp;
  if (next.deleted != present.deleted) return next.deleted;
  if (next.life.expires() != present.life.expires()) return next.life.expires();
  if (next.life.expires() && next.life.expires_at != present.life.expires_at)
    return next.life.expires_at > present.life.expires_at;
  return next.value > present.value;
}

bool column_cells::is_live(std::int64_t now_seconds) const noexcept {
  if (simple.is_live(now_seconds)) return true;
  if (!elements) return false;
  return std::any_of(elements->cells.begin(), elements->cells.end(),
                     [&](const auto& element) { return element.second.is_live(now_seconds); });
}

const column_cells* stored_row::find(std::uint32_t column_id) const noexcept {
  const auto at = std::lower_bound(columns_.begin(), columns_.end(), column_id,
                                   [](const auto& entry, std::uint32_t id) { return entry.first < id; });
  return at != columns_.end() && at->first == column_id ? &at->second : nullptr;
}

column_cells& stored_row::at(std::uint32_t column_id) {
  const auto at = std::lower_bound(columns_.begin(), columns_.end(), column_id,
                                   [](const auto& entry, std::uint32_t id) { return entry.first < id; });
  if (at != columns_.end() && at->first == column_id) return at->second;
  return columns_.emplace(at, column_id, column_cells{})->second;
}

void stored_row::forget(std::uint32_t column_id) noexcept {
  std::erase_if(columns_, [&](const auto& entry) { return entry.first == column_id; });
}

bool stored_row::is_live(std::int64_t now_seconds) const noexcept {
  return marker.is_live(now_seconds) || std::any_of(columns_.begin(), columns_.end(), [&](const auto& entry) {
           return entry.second.is_live(now_seconds);
         });
}

void stored_row::remove_up_to(std::int64_t timestamp) {
  deleted_at = std::max(deleted_at, timestamp);
  if (marker.timestamp <= timestamp) marker = {};
  for (auto& [id, column] : columns_) {
    if (column.simple.life.timestamp <= timestamp) column.simple = {};
    if (column.elements) clear_elements(*column.elements, timestamp);
  }
  std::erase_if(columns_, [](const auto& entry) {
    return entry.second.simple.life.timestamp == never && !entry.second.elements;
  });
}

void put_marker(stored_row& row, const lifetime& marker) noexcept {
  const bool replaces =
      marker.timestamp != row.marker.timestamp
          ? marker.timestamp > row.marker.timestamp
          : marker.expires() && (!row.marker.expires() || marker.expires_at > row.marker.expires_at);
  if (replaces) row.marker = marker;
}

void put_cell(cell& present, cell next, std::int64_t shadow) {
  if (next.life.timestamp <= shadow) return;
  if (present.life.timestamp == never || wins(next, present)) present = std::move(next);
}

void put_element(element_cells& elements, const octets& path, cell next, std::int64_t shadow) {
  if (next.life.timestamp <= std::max(shadow, elements.deleted_at)) return;
  const auto [at, added] = elements.cells.try_emplace(path, next);
  if (!added && wins(next, at->second)) at->second = std::move(next);
}

void clear_elements(element_cells& elements, std::int64_t timestamp) {
  elements.deleted_at = std::max(elements.deleted_at, timestamp);
  std::erase_if(elements.cells,
                [&](const auto& element) { return element.second.life.timestamp <= timestamp; });
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_STORED_ROW_IPP
