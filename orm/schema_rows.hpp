// SPDX-License-Identifier: MIT
// The server's own tables about the schema: their rows, and how they are asked for.
#ifndef COODIE_ORM_SCHEMA_ROWS_HPP
#define COODIE_ORM_SCHEMA_ROWS_HPP

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/result.hpp"
#include "orm/result_rows.hpp"
#include "orm/table_info.hpp"
#include "protocol/machine/request.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI::detail {

// What Cassandra from 3.11 on and ScyllaDB have in common.

struct schema_keyspace {
  std::string keyspace_name;
  std::optional<bool> durable_writes;
  std::map<std::string, std::string> replication;
};
struct schema_column {
  std::string keyspace_name, table_name, column_name, clustering_order, kind;
  std::int32_t position = 0;
  std::string type;
};
struct schema_index {
  std::string keyspace_name, table_name, index_name, kind;
  std::map<std::string, std::string> options;
};
struct schema_table {
  std::string keyspace_name, table_name;
  std::optional<uuid> id;
  std::optional<std::string> comment;
  std::optional<std::int32_t> default_time_to_live, gc_grace_seconds;
  std::optional<double> bloom_filter_fp_chance, crc_check_chance;
  std::optional<std::int32_t> memtable_flush_period_in_ms, min_index_interval, max_index_interval;
  std::optional<std::string> speculative_retry;
  std::map<std::string, std::string> caching, compaction, compression;
};
struct schema_view {
  std::string keyspace_name, view_name, base_table_name;
  std::optional<std::string> where_clause;
  std::optional<bool> include_all_columns;
  std::optional<uuid> id;
  std::optional<std::string> comment;
  std::optional<std::int32_t> default_time_to_live, gc_grace_seconds;
  std::optional<double> bloom_filter_fp_chance, crc_check_chance;
  std::optional<std::int32_t> memtable_flush_period_in_ms, min_index_interval, max_index_interval;
  std::optional<std::string> speculative_retry;
  std::map<std::string, std::string> caching, compaction, compression;
};
struct schema_trigger {
  std::string keyspace_name, table_name, trigger_name;
  std::map<std::string, std::string> options;
};
struct schema_type {
  std::string keyspace_name, type_name;
  std::vector<std::string> field_names, field_types;
};
struct schema_function {
  std::string keyspace_name, function_name;
  std::vector<std::string> argument_names, argument_types;
  std::optional<std::string> body, language, return_type;
  std::optional<bool> called_on_null_input;
};
struct schema_aggregate {
  std::string keyspace_name, aggregate_name;
  std::vector<std::string> argument_types;
  std::optional<std::string> return_type, state_type, state_func, final_func, initcond;
};
struct virtual_keyspace {
  std::string keyspace_name;
};
struct virtual_table {
  std::string keyspace_name, table_name;
  std::optional<std::string> comment;
};

/// The value of system_schema.columns.kind.
[[nodiscard]] constexpr std::string_view kind_name(column_kind kind) noexcept {
  switch (kind) {
    case column_kind::partition_key: return "partition_key";
    case column_kind::clustering_key: return "clustering";
    case column_kind::static_column: return "static";
    case column_kind::regular: break;
  }
  return "regular";
}

/// Rows of one of these tables, page after page.
class schema_query {
 public:
  schema_query() = default;
  /// All rows of `table`, or those of a keyspace, or those of one of its tables.
  template <class Row>
  [[nodiscard]] static schema_query of(std::string_view table, std::string_view keyspace = {},
                                       std::string_view name = {}) {
    schema_query made;
    made.text_ = "SELECT ";
    for (const column_expectation& column : result_columns<Row>)
      made.text_.append(made.text_.size() == 7 ? "" : ", ").append(column.name);
    made.text_.append(" FROM ").append(table);
    if (!keyspace.empty()) made.text_.append(" WHERE keyspace_name = '").append(keyspace).append("'");
    if (!name.empty()) made.text_.append(" AND table_name = '").append(name).append("'");
    return made;
  }

  void prepare_request(protocol::request& r) const noexcept {
    r.kind = protocol::request_kind::query;
    r.what = nullptr;
    r.text = text_;
    r.value_count = 0;
    r.page_size = 5000;
    r.idempotent = true;
    r.has_token = false;
    r.timestamp = protocol::no_timestamp;
    r.consistency_level = consistency::one;  // every node has them for itself
    r.given = protocol::given_option::consistency;
  }
  [[nodiscard]] errc consume(const protocol::response& answer, bool& more) {
    return rows_.append(answer, more);
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return rows_.paging_state(); }
  /// What has come, when there are no more pages.
  template <class Row>
  [[nodiscard]] errc take(std::vector<Row>& into, diagnostics* diag) const {
    diagnostics why;
    const errc e = rows_.rows(into, why);
    if (e != errc::ok && diag != nullptr) *diag = std::move(why);
    return e;
  }

 private:
  std::string text_;
  result rows_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_ROWS_HPP
