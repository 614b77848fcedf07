// SPDX-License-Identifier: MIT
// The rules of SELECT.
#ifndef COODIE_TESTS_MOCK_SELECT_COMPILE_IPP
#define COODIE_TESTS_MOCK_SELECT_COMPILE_IPP

#include <algorithm>

#include "tests/mock/select_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] inline cql::refusal check_supported(const cql::select_statement& statement) {
  if (statement.json) return cql::unsupported("SELECT JSON");
  if (!statement.group_by.empty()) return cql::unsupported("GROUP BY");
  for (const auto& order : statement.order_by)
    if (order.ann_of) return cql::unsupported("ANN queries");
  return {};
}

[[nodiscard]] inline cql::refusal check_distinct(const select_plan& plan) {
  const table_schema& table = *plan.schema;
  if (!plan.distinct) return {};
  for (const auto& item : plan.what.items) {
    const bool fits = item.kind == selected::what::column &&
                      (item.on->kind == column_kind::partition_key || item.on->is_static());
    if (!fits && item.on != nullptr)
      return cql::invalid(
          "SELECT DISTINCT queries must only request partition key columns and/or static columns "
          "(not " +
          item.on->name + ')');
    if (!fits && item.aggregates) return cql::unsupported("aggregates with DISTINCT");
  }
  for (std::size_t i = 0; i < table.partition_size; ++i) {
    const bool there = std::any_of(plan.what.items.begin(), plan.what.items.end(), [&](const selected& item) {
      return item.on == &table.partition_column(i);
    });
    if (!there)
      return cql::invalid("SELECT DISTINCT queries must request all the partition key columns (missing " +
                          table.partition_column(i).name + ')');
  }
  return {};
}

[[nodiscard]] inline bool restricts(const where_plan& where, column_kind kind) noexcept {
  return std::any_of(where.conditions.begin(), where.conditions.end(), [&](const condition& each) {
    return each.target != cql::relation_target::token && each.columns.front()->kind == kind;
  });
}

[[nodiscard]] inline cql::refusal plan_order(const cql::select_statement& statement, select_plan& plan) {
  const table_schema& table = *plan.schema;
  std::size_t position = 0;
  bool first = true;
  for (const auto& order : statement.order_by) {
    const column* on = nullptr;
    if (auto refused = find_column(table, order.column, on)) return refused;
    if (on->kind != column_kind::clustering)
      return cql::invalid(
          "Order by is currently only supported on the clustered columns of the PRIMARY KEY, got " +
          quoted_name(on->name));
    constexpr std::string_view out_of_order =
        "Order by currently only supports the ordering of columns following their declared order in the "
        "PRIMARY KEY";
    if (std::find(plan.order_by.begin(), plan.order_by.end(), on) != plan.order_by.end()) continue;
    plan.order_by.push_back(on);
    if (on->position < position) return cql::invalid(std::string(out_of_order));
    // Columns that have one value each may be left out.
    for (; position < on->position; ++position) {
      const bool fixed =
          std::any_of(plan.where.clustering.begin(), plan.where.clustering.end(), [&](const condition* each) {
            return each->is_eq() && each->columns.front()->position <= position &&
                   each->columns.back()->position >= position;
          });
      if (!fixed) return cql::invalid(std::string(out_of_order));
    }
    position = on->position + 1;
    const bool reversed = order.descending != on->descending;
    if (!first && reversed != plan.reversed) return cql::invalid("Unsupported order by relation");
    plan.reversed = reversed;
    first = false;
  }
  return {};
}

[[nodiscard]] inline cql::refusal check_order(const cql::select_statement& statement, select_plan& plan) {
  if (statement.order_by.empty()) return {};
  if (plan.where.uses_index)
    return cql::invalid("ORDER BY with 2ndary indexes is not supported, except for ANN queries.");
  if (!plan.where.partition_complete)
    return cql::invalid("ORDER BY is only supported when the partition key is restricted by an EQ or an IN.");
  return plan_order(statement, plan);
}

[[nodiscard]] inline cql::refusal plan_limits(term_context& context, const cql::select_statement& statement,
                                              select_plan& plan) {
  const cql_type integer(type_id::int_);
  if (statement.per_partition_limit) {
    if (plan.distinct) return cql::invalid("PER PARTITION LIMIT is not allowed with SELECT DISTINCT queries");
    if (plan.what.aggregates)
      return cql::invalid("PER PARTITION LIMIT is not allowed with aggregate queries.");
    if (auto refused = compile(context, *statement.per_partition_limit, {"[per_partition_limit]", integer},
                               plan.per_partition_limit.emplace()))
      return refused;
  }
  if (!statement.limit) return {};
  return compile(context, *statement.limit, {"[limit]", integer}, plan.limit.emplace());
}

}  // namespace detail

cql::refusal plan_select(term_context& context, std::shared_ptr<const table_schema> schema,
                         const cql::select_statement& statement, select_plan& plan) {
  plan.schema = std::move(schema);
  plan.distinct = statement.distinct;
  if (auto refused = detail::check_supported(statement)) return refused;
  if (auto refused = compile_selection(context, statement, plan.what)) return refused;
  const where_options options{where_user::select, statement.allow_filtering,
                              plan.what.only_statics() && !statement.distinct};
  if (auto refused = plan_where(context, statement.where, options, plan.where)) return refused;
  if (auto refused = detail::check_distinct(plan)) return refused;
  const bool restricts_rows = detail::restricts(plan.where, column_kind::clustering) ||
                              detail::restricts(plan.where, column_kind::regular);
  if (plan.distinct && restricts_rows)
    return cql::invalid(
        "SELECT DISTINCT with WHERE clause only supports restriction by partition key and/or static "
        "columns.");
  plan.shows_lonely_statics = !restricts_rows;
  if (auto refused = detail::plan_limits(context, statement, plan)) return refused;
  return detail::check_order(statement, plan);
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SELECT_COMPILE_IPP
