// SPDX-License-Identifier: MIT
// From what a server has and what a model says to the statements that make up the difference.
#ifndef COODIE_ORM_SCHEMA_PLAN_HPP
#define COODIE_ORM_SCHEMA_PLAN_HPP

#include <string>
#include <string_view>
#include <vector>

#include "driver/diagnostics.hpp"
#include "orm/schema_rows.hpp"
#include "orm/table_description.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// What the server has by the name of the table; no columns: no such table.
struct table_on_server {
  std::vector<schema_column> columns;
  std::vector<schema_index> indexes;
  std::vector<schema_table> options;
};

/// `CREATE TABLE IF NOT EXISTS keyspace.table ...`.
[[nodiscard]] COODIE_DECL std::string create_table_text(const table_description& table,
                                                        std::string_view keyspace);
/// Name of the index on a column.
[[nodiscard]] COODIE_DECL std::string index_name_of(const table_description& table,
                                                    const model_column& column);

/// The statements that are missing, in order: the table, its columns, its options, its indexes. Columns that
/// only the server has are left alone. errc::schema_mismatch, with a sentence, when adding is not enough:
/// another key, another type, static or not, another order.
[[nodiscard]] COODIE_DECL errc plan_table(const table_description& table, std::string_view keyspace,
                                          const table_on_server& found, std::vector<std::string>& statements,
                                          diagnostics* diag);

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_PLAN_HPP
