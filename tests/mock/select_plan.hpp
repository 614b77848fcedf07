// SPDX-License-Identifier: MIT
// A SELECT that was checked against its table, and its execution.
#ifndef COODIE_TESTS_MOCK_SELECT_PLAN_HPP
#define COODIE_TESTS_MOCK_SELECT_PLAN_HPP

#include <memory>
#include <optional>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/query_context.hpp"
#include "tests/mock/selection.hpp"
#include "tests/mock/where_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// Where a query goes on.
struct paging_position {
  partition_position partition;
  std::optional<clustering_key> row;  ///< the last row that was given; none: only the partition's statics
  std::int32_t remaining = -1;        ///< rows up to LIMIT; -1: no limit
  std::int32_t remaining_in_partition = -1;
};

/// A position as opaque bytes, and back. `table_id` guards against a state of another table; false when the
/// bytes are no state of it.
[[nodiscard]] COODIE_DECL octets encode_paging_state(const table_schema& table,
                                                     const paging_position& position);
[[nodiscard]] COODIE_DECL bool decode_paging_state(const table_schema& table, octets_view state,
                                                   paging_position& position);

struct select_plan {
  std::shared_ptr<const table_schema> schema;
  selection what;
  where_plan where;
  bool distinct = false, reversed = false;
  std::vector<const column*> order_by;  ///< clustering columns
  bool shows_lonely_statics = false;    ///< a partition with statics only is a row
  std::optional<expression> limit, per_partition_limit;
};

/// Applies Cassandra's rules to a statement; `context.table` is the table that it names.
[[nodiscard]] COODIE_DECL cql::refusal plan_select(term_context& context,
                                                   std::shared_ptr<const table_schema> schema,
                                                   const cql::select_statement& statement, select_plan& plan);

/// Reads one page. `table` has the plan's schema.
[[nodiscard]] COODIE_DECL cql::refusal execute_select(const select_plan& plan, const stored_table& table,
                                                      const bindings& values, const query_context& context,
                                                      result_rows& result);

/// The rows of LIMIT; -1 when there is none or it is unset.
[[nodiscard]] COODIE_DECL cql::refusal evaluate_limit(const std::optional<expression>& limit,
                                                      const bindings& values, std::int32_t& rows);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SELECT_PLAN_HPP
