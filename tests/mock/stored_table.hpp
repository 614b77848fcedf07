// SPDX-License-Identifier: MIT
// The partitions of a table in token order, and their rows in clustering order.
#ifndef COODIE_TESTS_MOCK_STORED_TABLE_HPP
#define COODIE_TESTS_MOCK_STORED_TABLE_HPP

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/mock_octets.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/stored_row.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// The clustering columns of a row, or the first few of them.
using clustering_key = std::vector<octets>;

/// How rows are ordered: the types of the clustering columns and whether each is DESC.
struct clustering_order {
  std::vector<cql_type> types;
  std::vector<bool> descending;

  /// Compares as many columns as both have.
  [[nodiscard]] COODIE_DECL int compare(const clustering_key& a, const clustering_key& b) const;
};

struct clustering_less {
  std::shared_ptr<const clustering_order> order;
  [[nodiscard]] bool operator()(const clustering_key& a, const clustering_key& b) const {
    return order->compare(a, b) < 0;
  }
};

/// One end of a range of rows: before or behind all rows that begin with `prefix`.
struct clustering_bound {
  clustering_key prefix;  ///< empty: the end of the partition
  bool inclusive = true;  ///< whether the rows that begin with `prefix` are in the range
};

struct clustering_range {
  clustering_bound start, end;
};

/// Whether a row stands in a range; start and end are in clustering order.
[[nodiscard]] COODIE_DECL bool covers(const clustering_order& order, const clustering_range& range,
                                      const clustering_key& row);

struct range_tombstone {
  clustering_range range;
  std::int64_t deleted_at = never;
};

using row_map = std::map<clustering_key, stored_row, clustering_less>;

struct stored_partition {
  std::vector<octets> key;  ///< the partition key's columns
  std::int64_t deleted_at = never;
  stored_row statics;
  std::vector<range_tombstone> ranges;
  row_map rows;

  stored_partition(std::vector<octets> columns, std::shared_ptr<const clustering_order> order)
      : key(std::move(columns)), rows(clustering_less{std::move(order)}) {}

  /// Up to which timestamp deletions of more than the row have removed writes at that row.
  [[nodiscard]] COODIE_DECL std::int64_t shadow_at(const clustering_key& row) const;
  COODIE_DECL void remove_range(const clustering_range& range, std::int64_t timestamp);
  COODIE_DECL void remove_all(std::int64_t timestamp);
};

/// Where a partition stands: by token, then by the bytes of its key.
struct partition_position {
  std::int64_t token = 0;
  octets routing_key;

  [[nodiscard]] friend bool operator<(const partition_position& a, const partition_position& b) noexcept {
    return a.token != b.token ? a.token < b.token : a.routing_key < b.routing_key;
  }
};

/// The position of a partition key: a single column is its own routing key, several are composed.
[[nodiscard]] COODIE_DECL partition_position position_of(const std::vector<octets>& key);

using partition_map = std::map<partition_position, stored_partition>;

/// A table: its schema, which is replaced as a whole when it is altered, and its data.
struct stored_table {
  std::shared_ptr<const table_schema> schema;
  partition_map partitions;

  COODIE_DECL explicit stored_table(std::shared_ptr<const table_schema> first);

  /// The partition of a key, or nullptr.
  [[nodiscard]] COODIE_DECL stored_partition* find(const std::vector<octets>& key);
  /// The partition of a key, made when it is not there.
  [[nodiscard]] COODIE_DECL stored_partition& at(const std::vector<octets>& key);
  /// Removes the cells of a dropped column.
  COODIE_DECL void forget_column(std::uint32_t column_id) noexcept;
  [[nodiscard]] const clustering_order& order() const noexcept { return *order_; }

 private:
  std::shared_ptr<const clustering_order> order_;
};

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_STORED_TABLE_HPP
