// SPDX-License-Identifier: MIT
// The partitions of a table.
#ifndef COODIE_TESTS_MOCK_STORED_TABLE_IPP
#define COODIE_TESTS_MOCK_STORED_TABLE_IPP

#include <algorithm>
#include <utility>

#include "protocol/routing/murmur3.hpp"
#include "tests/mock/stored_table.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

int clustering_order::compare(const clustering_key& a, const clustering_key& b) const {
  const std::size_t columns = std::min({a.size(), b.size(), types.size()});
  for (std::size_t i = 0; i < columns; ++i) {
    const int order = compare_values(types[i], a[i], b[i]);
    if (order != 0) return (order < 0) != descending[i] ? -1 : 1;
  }
  return 0;
}

bool covers(const clustering_order& order, const clustering_range& range, const clustering_key& row) {
  const int from_start = range.start.prefix.empty() ? 1 : order.compare(row, range.start.prefix);
  const int from_end = range.end.prefix.empty() ? -1 : order.compare(row, range.end.prefix);
  return (from_start > 0 || (from_start == 0 && range.start.inclusive)) &&
         (from_end < 0 || (from_end == 0 && range.end.inclusive));
}

std::int64_t stored_partition::shadow_at(const clustering_key& row) const {
  std::int64_t shadow = deleted_at;
  for (const auto& range : ranges)
    if (range.deleted_at > shadow && covers(*rows.key_comp().order, range.range, row))
      shadow = range.deleted_at;
  return shadow;
}

void stored_partition::remove_range(const clustering_range& range, std::int64_t timestamp) {
  ranges.push_back({range, timestamp});
  for (auto& [place, row] : rows)
    if (covers(*rows.key_comp().order, range, place)) row.remove_up_to(timestamp);
}

void stored_partition::remove_all(std::int64_t timestamp) {
  deleted_at = std::max(deleted_at, timestamp);
  statics.remove_up_to(timestamp);
  for (auto& [place, row] : rows) row.remove_up_to(timestamp);
}

partition_position position_of(const std::vector<octets>& key) {
  partition_position position;
  if (key.size() == 1) {
    position.routing_key = key.front();
  } else {
    for (const auto& column : key) {
      append_big(position.routing_key, static_cast<std::uint16_t>(column.size()));
      position.routing_key.append(column).push_back('\0');
    }
  }
  position.token = protocol::murmur3_token(as_bytes(position.routing_key));
  return position;
}

stored_table::stored_table(std::shared_ptr<const table_schema> first) : schema(std::move(first)) {
  auto order = std::make_shared<clustering_order>();
  for (std::size_t i = 0; i < schema->clustering_size; ++i) {
    order->types.push_back(schema->clustering_column(i).type);
    order->descending.push_back(schema->clustering_column(i).descending);
  }
  order_ = std::move(order);
}

stored_partition* stored_table::find(const std::vector<octets>& key) {
  const auto at = partitions.find(position_of(key));
  return at == partitions.end() ? nullptr : &at->second;
}

stored_partition& stored_table::at(const std::vector<octets>& key) {
  return partitions.try_emplace(position_of(key), key, order_).first->second;
}

void stored_table::forget_column(std::uint32_t column_id) noexcept {
  for (auto& [position, partition] : partitions) {
    partition.statics.forget(column_id);
    for (auto& [key, row] : partition.rows) row.forget(column_id);
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_STORED_TABLE_IPP
