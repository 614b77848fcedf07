// SPDX-License-Identifier: MIT
// WHERE clauses with their values: the partitions and rows that they name.
#ifndef COODIE_TESTS_MOCK_WHERE_BIND_IPP
#define COODIE_TESTS_MOCK_WHERE_BIND_IPP

#include <algorithm>

#include "tests/mock/mock_values.hpp"
#include "tests/mock/where_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

const bound_condition* bound_where::find(const condition* what) const noexcept {
  const auto at = std::find_if(conditions.begin(), conditions.end(),
                               [&](const bound_condition& each) { return each.what == what; });
  return at == conditions.end() ? nullptr : &*at;
}

bool bound_where::accepts(const row_view& row, std::int64_t token) const {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const bound_condition& each) { return satisfies(row, token, each); });
}

namespace detail {

// Every combination of one value for each column.
inline void combine_keys(const where_plan& plan, const bound_where& bound,
                         std::vector<std::vector<octets>>& keys) {
  keys.assign(1, {});
  for (const condition* each : plan.partition) {
    std::vector<std::vector<octets>> longer;
    for (const auto& key : keys)
      for (const auto& value : bound.find(each)->values) {
        longer.push_back(key);
        longer.back().push_back(*value.front());
      }
    keys = std::move(longer);
  }
}

inline void sort_keys(const table_schema& table, std::vector<std::vector<octets>>& keys) {
  const auto compare = [&](const std::vector<octets>& a, const std::vector<octets>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (const int order = compare_values(table.partition_column(i).type, a[i], b[i]); order != 0)
        return order;
    return 0;
  };
  std::sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) {
    const int order = compare(a, b);
    return order != 0 ? order < 0 : a < b;
  });
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

inline cql::refusal check_partition_key(const std::vector<octets>& key) {
  if (key.size() == 1 && key.front().empty()) return cql::invalid("Key may not be empty");
  for (const auto& part : key)
    if (part.size() > 65535)
      return cql::invalid("Key length of " + std::to_string(part.size()) +
                          " is longer than maximum of 65535");
  return {};
}

}  // namespace detail

cql::refusal bind_where(const where_plan& plan, const table_schema& table, const bindings& values,
                        bound_where& bound) {
  bound.conditions.resize(plan.conditions.size());
  for (std::size_t i = 0; i < plan.conditions.size(); ++i) {
    if (auto refused = bind_condition(plan.conditions[i], values, bound.conditions[i])) return refused;
    bound.matches_nothing = bound.matches_nothing || bound.conditions[i].matches_nothing;
  }
  if (!plan.partition_complete) return {};
  detail::combine_keys(plan, bound, bound.partitions);
  for (const auto& key : bound.partitions)
    if (auto refused = detail::check_partition_key(key)) return refused;
  detail::sort_keys(table, bound.partitions);
  return {};
}

clustering_key equal_prefix(const where_plan& plan, const bound_where& bound) {
  clustering_key prefix;
  for (const condition* each : plan.clustering) {
    const bound_condition& values = *bound.find(each);
    const bool single = (each->is_eq() || each->is_in()) && values.values.size() == 1 &&
                        each->target != cql::relation_target::element;
    if (!single || each->columns.front()->position != prefix.size()) break;
    for (const auto& value : values.values.front()) prefix.push_back(*value);
  }
  return prefix;
}

namespace detail {

// Cuts a range at a slice's value. In a column that is DESC the lower bound of the values is the end of the
// rows.
inline cql::refusal cut_range(const bound_condition& slice, clustering_range& range) {
  const condition& what = *slice.what;
  const bool descending = what.columns.front()->descending;
  for (const column* on : what.columns)
    if (on->descending != descending)
      return cql::unsupported("a range over clustering columns of mixed order in DELETE");
  clustering_bound bound;
  bound.inclusive = what.op == cql::relation_op::ge || what.op == cql::relation_op::le;
  for (const auto& value : slice.values.front()) bound.prefix.push_back(*value);
  const bool lower = what.op == cql::relation_op::ge || what.op == cql::relation_op::gt;
  (lower != descending ? range.start : range.end) = std::move(bound);
  return {};
}

inline void prepend(const clustering_key& prefix, clustering_bound& bound) {
  bound.prefix.insert(bound.prefix.begin(), prefix.begin(), prefix.end());
}

}  // namespace detail

cql::refusal name_rows(const where_plan& plan, const bound_where& bound, const table_schema& table,
                       named_rows& rows) {
  std::vector<clustering_key> prefixes(1);
  clustering_range slice;
  bool sliced = false;
  for (const condition* each : plan.clustering) {
    const bound_condition& values = *bound.find(each);
    if (each->is_slice()) {
      sliced = true;
      if (values.matches_everything || values.values.empty()) continue;
      if (auto refused = detail::cut_range(values, slice)) return refused;
      continue;
    }
    std::vector<clustering_key> longer;
    for (const auto& prefix : prefixes)
      for (const auto& value : values.values) {
        longer.push_back(prefix);
        for (const auto& part : value) longer.back().push_back(*part);
      }
    prefixes = std::move(longer);
  }
  for (auto& prefix : prefixes) {
    if (!sliced && prefix.size() == table.clustering_size) {
      rows.keys.push_back(std::move(prefix));
      continue;
    }
    clustering_range range = slice;
    detail::prepend(prefix, range.start);
    detail::prepend(prefix, range.end);
    rows.ranges.push_back(std::move(range));
  }
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_WHERE_BIND_IPP
