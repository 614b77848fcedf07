// SPDX-License-Identifier: MIT
// What the mock server knows of a table: columns, indexes and options.
#ifndef COODIE_TESTS_MOCK_TABLE_SCHEMA_HPP
#define COODIE_TESTS_MOCK_TABLE_SCHEMA_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/values/cql_type.hpp"
#include "tests/mock/cql_ast.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

enum class column_kind : std::uint8_t { partition_key, clustering, static_, regular };

/// True for a list, set, map or user type whose elements are written one by one.
[[nodiscard]] inline bool is_multi_cell(const cql_type& type) noexcept {
  const bool kind = type.id == type_id::list || type.id == type_id::set || type.id == type_id::map ||
                    type.id == type_id::udt;
  return kind && !type.frozen;
}
[[nodiscard]] inline bool is_collection(const cql_type& type) noexcept {
  return type.id == type_id::list || type.id == type_id::set || type.id == type_id::map;
}

struct column {
  std::string name;
  cql_type type;
  column_kind kind = column_kind::regular;
  std::size_t position = 0;  ///< in its part of the key
  bool descending = false;   ///< of a clustering column
  std::uint32_t id = 0;      ///< of the cells; never used again after the column was dropped

  [[nodiscard]] bool is_key() const noexcept {
    return kind == column_kind::partition_key || kind == column_kind::clustering;
  }
  [[nodiscard]] bool is_static() const noexcept { return kind == column_kind::static_; }
};

struct index_definition {
  std::string name;
  std::string column;
  cql::index_target_kind target = cql::index_target_kind::column;
  std::string kind = "COMPOSITES";
  std::map<std::string, std::string> options;  ///< "target" among them
};

struct table_options {
  std::string comment, additional_write_policy = "99p", read_repair = "BLOCKING", speculative_retry = "99p";
  double bloom_filter_fp_chance = 0.01, crc_check_chance = 1.0;
  std::int32_t default_time_to_live = 0, gc_grace_seconds = 864000, max_index_interval = 2048,
               memtable_flush_period_in_ms = 0, min_index_interval = 128;
  std::map<std::string, std::string> caching = {{"keys", "ALL"}, {"rows_per_partition", "NONE"}};
  std::map<std::string, std::string> compaction = {
      {"class", "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy"},
      {"max_threshold", "32"},
      {"min_threshold", "4"}};
  std::map<std::string, std::string> compression = {
      {"chunk_length_in_kb", "16"}, {"class", "org.apache.cassandra.io.compress.LZ4Compressor"}};
};

/// A column that is not there any more.
struct dropped_column {
  cql_type type;
  column_kind kind = column_kind::regular;
  std::int64_t time = 0;  ///< milliseconds since 1970
};

struct table_schema {
  std::string keyspace, name;
  std::array<std::byte, 16> id{};
  std::vector<column> columns;  ///< in the order of SELECT *: key, clustering, statics and others by name
  std::size_t partition_size = 0, clustering_size = 0;  ///< columns of the partition and clustering key
  bool counters = false;
  std::vector<index_definition> indexes;
  table_options options;
  std::map<std::string, dropped_column> dropped;
  std::uint32_t next_column_id = 0;

  [[nodiscard]] const column* find(std::string_view wanted) const noexcept {
    for (const auto& candidate : columns)
      if (candidate.name == wanted) return &candidate;
    return nullptr;
  }
  [[nodiscard]] const column& partition_column(std::size_t i) const noexcept { return columns[i]; }
  [[nodiscard]] const column& clustering_column(std::size_t i) const noexcept {
    return columns[partition_size + i];
  }
  [[nodiscard]] bool has_statics() const noexcept {
    for (const auto& candidate : columns)
      if (candidate.is_static()) return true;
    return false;
  }
};

/// Puts statics and regular columns into their order, by name, behind the key.
COODIE_DECL void sort_columns(table_schema& table);

/// A name as it stands in messages and statements: quoted when it has to be.
[[nodiscard]] COODIE_DECL std::string quoted_name(std::string_view name);

/// The type as system_schema.columns says it: tuples are frozen there.
[[nodiscard]] COODIE_DECL std::string schema_type_text(const cql_type& type);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_TABLE_SCHEMA_HPP
