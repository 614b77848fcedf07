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

struct schema_column {
  std::string keyspace_name, table_name, column_name, clustering_order, kind;
  std::int32_t position = 0;
  std::string type;
};
struct schema_index {
  std::string keyspace_name, table_name, index_name;
  std::map<std::string, std::string> options;
};
/// The options that a model can name and sync_table compares.
struct schema_table {
  std::string keyspace_name, table_name;
  std::optional<std::string> comment;
  std::optional<std::int32_t> default_time_to_live, gc_grace_seconds;
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
  /// All rows of `table`, or those of a keyspace, or those of one of its tables. `columns` by commas.
  COODIE_DECL schema_query(std::string_view columns, std::string_view table, std::string_view keyspace = {},
                           std::string_view name = {});
  template <class Row>
  [[nodiscard]] static schema_query of(std::string_view table, std::string_view keyspace,
                                       std::string_view name) {
    std::string columns;
    for (const column_expectation& column : result_columns<Row>)
      columns.append(columns.empty() ? "" : ", ").append(column.name);
    return schema_query(columns, table, keyspace, name);
  }

  COODIE_DECL void prepare_request(protocol::request& r) const noexcept;
  [[nodiscard]] errc consume(const protocol::response& answer, bool& more) {
    return rows_.append(answer, more);
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return rows_.paging_state(); }
  /// What has come, when there are no more pages.
  [[nodiscard]] const result& rows() const noexcept { return rows_; }
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
