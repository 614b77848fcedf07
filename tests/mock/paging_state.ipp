// SPDX-License-Identifier: MIT
// Paging states of the mock server.
#ifndef COODIE_TESTS_MOCK_PAGING_STATE_IPP
#define COODIE_TESTS_MOCK_PAGING_STATE_IPP

#include "protocol/bytes/reader.hpp"
#include "tests/mock/select_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

// "coo1"<table id: 16><token: 8><routing key: bytes><remaining: 4><remaining in partition: 4>
// <clustering columns: 4, or -1 for the partition's statics>(<column: bytes>) x n

octets encode_paging_state(const table_schema& table, const paging_position& position) {
  octets state = "coo1";
  state += as_octets(std::span<const std::byte>(table.id));
  append_big(state, position.partition.token);
  append_element(state, octets_view(position.partition.routing_key));
  append_big(state, position.remaining);
  append_big(state, position.remaining_in_partition);
  append_big(state, position.row ? static_cast<std::int32_t>(position.row->size()) : std::int32_t{-1});
  if (position.row)
    for (const auto& column : *position.row) append_element(state, octets_view(column));
  return state;
}

bool decode_paging_state(const table_schema& table, octets_view state, paging_position& position) {
  const octets head = "coo1" + octets(as_octets(std::span<const std::byte>(table.id)));
  if (!state.starts_with(head)) return false;
  protocol::reader in(as_bytes(state.substr(head.size())));
  protocol::bytes_view key;
  std::int32_t columns = 0;
  if (in.read(position.partition.token) != errc::ok || in.read_bytes(key) != errc::ok || key.is_null() ||
      in.read(position.remaining) != errc::ok || in.read(position.remaining_in_partition) != errc::ok ||
      in.read(columns) != errc::ok)
    return false;
  position.partition.routing_key = octets(as_octets(key.bytes()));
  if (columns < 0) return in.empty();
  if (static_cast<std::size_t>(columns) != table.clustering_size) return false;
  position.row.emplace();
  for (std::int32_t i = 0; i < columns; ++i) {
    protocol::bytes_view column;
    if (in.read_bytes(column) != errc::ok || column.is_null()) return false;
    position.row->emplace_back(as_octets(column.bytes()));
  }
  return in.empty();
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_PAGING_STATE_IPP
