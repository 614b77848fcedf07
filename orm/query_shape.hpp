// SPDX-License-Identifier: MIT
// The shape of a query, which decides its text: columns, relations, order. And what CQL would refuse of it.
#ifndef COODIE_ORM_QUERY_SHAPE_HPP
#define COODIE_ORM_QUERY_SHAPE_HPP

#include <array>
#include <cstddef>
#include <cstdint>

#include "orm/column.hpp"
#include "orm/faults.hpp"
#include "orm/table_info.hpp"

// The rules are those of Cassandra 5.0 with secondary indexes of the legacy kind, which are also the
// narrowest.

namespace coodie::inline COODIE_ABI::detail {

struct condition_shape {
  std::size_t column = no_column;
  relation how = relation::equal;
  bool may_be_null = false;
};
struct order_shape {
  std::size_t column = no_column;
  bool descending = false;
};
struct assignment_shape {
  std::size_t column = no_column;
  assignment_kind how = assignment_kind::set;
};

/// How the columns of a table with N columns are restricted.
template <std::size_t N>
struct restrictions {
  struct of_column {
    bool equal = false, in = false, lower = false, upper = false;

    [[nodiscard]] constexpr bool any() const noexcept { return equal || in || lower || upper; }
    [[nodiscard]] constexpr bool range() const noexcept { return lower || upper; }
  };
  std::array<of_column, N> columns{};
  verdict found{};

  constexpr void add(const table_info<N>& table, const condition_shape& shape) noexcept {
    if (!found.good()) return;
    if (shape.column == no_column) return refuse(fault::foreign_column, no_column);
    if (shape.may_be_null) return refuse(fault::null_compared, shape.column);
    if (shape.how == relation::not_equal) return refuse(fault::not_equal, shape.column);
    if (table.columns[shape.column].type.collection) return refuse(fault::collection_compared, shape.column);
    of_column& c = columns[shape.column];
    const bool lower = shape.how == relation::greater || shape.how == relation::greater_equal;
    const bool upper = shape.how == relation::less || shape.how == relation::less_equal;
    const bool twice = c.equal || c.in || (lower ? c.lower : upper ? c.upper : c.any());
    if (twice) return refuse(fault::column_twice, shape.column);
    c.lower = c.lower || lower;
    c.upper = c.upper || upper;
    c.equal = c.equal || shape.how == relation::equal;
    c.in = c.in || shape.how == relation::in;
  }
  constexpr void refuse(fault problem, std::size_t column) noexcept { found = {problem, column}; }
};

template <std::size_t N>
[[nodiscard]] constexpr bool has_whole_partition_key(const table_info<N>& table,
                                                     const restrictions<N>& where) noexcept {
  for (std::size_t i = 0; i < table.partition_size; ++i) {
    const auto& c = where.columns[table.key[i]];
    if (!c.equal && !c.in) return false;
  }
  return true;
}

/// Marks the columns whose restrictions the primary key serves: with the whole partition key, that and the
/// clustering columns up to the first gap or range.
template <std::size_t N>
[[nodiscard]] constexpr std::array<bool, N> served_by_key(const table_info<N>& table,
                                                          const restrictions<N>& where) noexcept {
  std::array<bool, N> served{};
  if (!has_whole_partition_key(table, where)) return served;
  bool open = true;
  for (std::size_t i = 0; i < table.key_size(); ++i) {
    const auto& c = where.columns[table.key[i]];
    served[table.key[i]] = open && c.any();
    if (i >= table.partition_size && !c.equal && !c.in) open = false;
  }
  return served;
}

/// Why a restricted column that the key does not serve needs ALLOW FILTERING.
template <std::size_t N>
[[nodiscard]] constexpr fault why_filtering(const table_info<N>& table, const restrictions<N>& where,
                                            std::size_t column) noexcept {
  const model_column& info = table.columns[column];
  if (info.kind == column_kind::partition_key)
    return where.columns[column].range() ? fault::partition_range : fault::partition_incomplete;
  if (info.kind == column_kind::clustering_key) {
    if (!has_whole_partition_key(table, where)) return fault::clustering_alone;
    for (std::size_t i = table.partition_size; i < table.key_size() && table.key[i] != column; ++i)
      if (!where.columns[table.key[i]].any()) return fault::clustering_skipped;
    return fault::clustering_after_range;
  }
  return info.indexed && where.columns[column].equal ? fault::second_index : fault::not_indexed;
}

/// Whether the query can be answered without reading rows that do not match.
template <std::size_t N>
[[nodiscard]] constexpr verdict check_filtering(const table_info<N>& table,
                                                const restrictions<N>& where) noexcept {
  const auto served = served_by_key(table, where);
  std::size_t left = 0, indexed = 0, culprit = no_column, last_indexed = no_column;
  for (std::size_t i = 0; i < N; ++i) {
    if (!where.columns[i].any() || served[i]) continue;
    ++left;
    if (table.columns[i].indexed && where.columns[i].equal) {
      ++indexed;
      last_indexed = i;
    } else if (culprit == no_column) {
      culprit = i;
    }
  }
  if (left == 0 || (left == 1 && indexed == 1)) return {};
  if (culprit == no_column) culprit = last_indexed;
  return {why_filtering(table, where, culprit), culprit};
}

template <std::size_t N>
[[nodiscard]] constexpr bool uses_index(const table_info<N>& table, const restrictions<N>& where) noexcept {
  const auto served = served_by_key(table, where);
  for (std::size_t i = 0; i < N; ++i)
    if (!served[i] && where.columns[i].equal && table.columns[i].indexed) return true;
  return false;
}

template <std::size_t N, std::size_t Orders>
[[nodiscard]] constexpr verdict check_order(const table_info<N>& table, const restrictions<N>& where,
                                            const std::array<order_shape, Orders>& orders) noexcept {
  if (Orders == 0) return {};
  for (const order_shape& each : orders) {
    if (each.column == no_column) return {fault::foreign_column, no_column};
    if (table.columns[each.column].kind != column_kind::clustering_key)
      return {fault::order_by_regular, each.column};
  }
  if (!has_whole_partition_key(table, where)) return {fault::order_without_partition, orders[0].column};
  if (uses_index(table, where)) return {fault::order_with_index, orders[0].column};
  std::size_t next = 0;
  for (std::size_t i = table.partition_size; i < table.key_size() && next < Orders; ++i) {
    if (table.key[i] == orders[next].column)
      ++next;
    else if (!where.columns[table.key[i]].equal)
      return {fault::order_skips, orders[next].column};
  }
  if (next < Orders) return {fault::order_skips, orders[next].column};
  const auto reversed = [&](const order_shape& each) {
    return each.descending != table.columns[each.column].descending;
  };
  for (const order_shape& each : orders)
    if (reversed(each) != reversed(orders[0])) return {fault::order_mixed, each.column};
  return {};
}

/// The server searches an index in one partition, or in all.
template <std::size_t N>
[[nodiscard]] constexpr verdict check_index(const table_info<N>& table,
                                            const restrictions<N>& where) noexcept {
  if (!uses_index(table, where)) return {};
  for (std::size_t i = 0; i < table.partition_size; ++i)
    if (where.columns[table.key[i]].in) return {fault::index_with_list, table.key[i]};
  return {};
}

/// A SELECT, and whether .allow_filtering() was said.
template <std::size_t N, std::size_t Conditions, std::size_t Orders>
[[nodiscard]] constexpr verdict judge_select(const table_info<N>& table,
                                             const std::array<condition_shape, Conditions>& conditions,
                                             const std::array<order_shape, Orders>& orders,
                                             bool allow_filtering) noexcept {
  restrictions<N> where;
  for (const condition_shape& each : conditions) where.add(table, each);
  if (!where.found.good()) return where.found;
  if (!allow_filtering)
    if (verdict v = check_filtering(table, where); !v.good()) return v;
  if (verdict v = check_index(table, where); !v.good()) return v;
  return check_order(table, where, orders);
}

/// A DELETE by conditions.
template <std::size_t N, std::size_t Conditions>
[[nodiscard]] constexpr verdict judge_remove(
    const table_info<N>& table, const std::array<condition_shape, Conditions>& conditions) noexcept {
  restrictions<N> where;
  for (const condition_shape& each : conditions) where.add(table, each);
  if (!where.found.good()) return where.found;
  const auto served = served_by_key(table, where);
  for (std::size_t i = 0; i < N; ++i) {
    if (!where.columns[i].any() || served[i]) continue;
    if (!table.columns[i].is_key()) return {fault::remove_by_regular, i};
    if (table.columns[i].kind == column_kind::clustering_key && has_whole_partition_key(table, where))
      return {fault::remove_skips, i};
  }
  if (has_whole_partition_key(table, where)) return {};
  for (std::size_t i = 0; i < table.partition_size; ++i)
    if (!where.columns[table.key[i]].equal && !where.columns[table.key[i]].in)
      return {fault::remove_incomplete, table.key[i]};
  return {};
}

/// The conditions of only_if.
template <std::size_t N, std::size_t Conditions>
[[nodiscard]] constexpr verdict judge_only_if(
    const table_info<N>& table, const std::array<condition_shape, Conditions>& conditions) noexcept {
  for (const condition_shape& each : conditions) {
    if (each.column == no_column) return {fault::foreign_column, no_column};
    if (table.columns[each.column].is_key()) return {fault::condition_on_key, each.column};
  }
  return {};
}

/// The assignments of an UPDATE.
template <std::size_t N, std::size_t Assignments>
[[nodiscard]] constexpr verdict judge_assignments(
    const table_info<N>& table, const std::array<assignment_shape, Assignments>& assignments) noexcept {
  std::array<std::size_t, N> times{}, sets{};
  for (const assignment_shape& each : assignments) {
    if (each.column == no_column) return {fault::foreign_column, no_column};
    const model_column& column = table.columns[each.column];
    if (column.is_key()) return {fault::key_assigned, each.column};
    if (column.type.counter && each.how == assignment_kind::set)
      return {fault::counter_assigned, each.column};
    times[each.column] += 1;
    sets[each.column] += each.how == assignment_kind::set ? 1 : 0;
    if (times[each.column] > 1 && sets[each.column] > 0) return {fault::assigned_twice, each.column};
  }
  return {};
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_QUERY_SHAPE_HPP
