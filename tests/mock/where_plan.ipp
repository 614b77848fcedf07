// SPDX-License-Identifier: MIT
// The rules of WHERE clauses.
#ifndef COODIE_TESTS_MOCK_WHERE_PLAN_IPP
#define COODIE_TESTS_MOCK_WHERE_PLAN_IPP

#include <algorithm>

#include "tests/mock/where_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] inline cql::refusal needs_filtering() {
  return cql::invalid(
      "Cannot execute this query as it might involve data filtering and thus may have "
      "unpredictable performance. If you want to execute this query despite the performance "
      "unpredictability, use ALLOW FILTERING");
}

[[nodiscard]] inline std::string_view user_name(where_user user) noexcept {
  return user == where_user::select ? "SELECT" : user == where_user::update ? "UPDATE" : "DELETE";
}

[[nodiscard]] inline std::string column_names(const std::vector<const column*>& columns) {
  std::string names;
  for (const column* on : columns) names += (names.empty() ? "" : ", ") + quoted_name(on->name);
  return names;
}

[[nodiscard]] inline bool is_contains(const condition& what) noexcept {
  return what.op == cql::relation_op::contains || what.op == cql::relation_op::contains_key ||
         what.target == cql::relation_target::element;
}
[[nodiscard]] inline bool is_start(const condition& what) noexcept {
  return what.op == cql::relation_op::gt || what.op == cql::relation_op::ge;
}

[[nodiscard]] inline bool share_a_column(const condition& a, const condition& b) noexcept {
  if ((a.target == cql::relation_target::token) != (b.target == cql::relation_target::token)) return false;
  return std::any_of(a.columns.begin(), a.columns.end(), [&](const column* on) {
    return std::find(b.columns.begin(), b.columns.end(), on) != b.columns.end();
  });
}

// Two conditions on one column: only a lower and an upper bound go together, or several CONTAINS.
[[nodiscard]] inline cql::refusal check_pair(const condition& first, const condition& second) {
  if (!share_a_column(first, second)) return {};
  if (is_contains(first) && is_contains(second)) return {};
  const std::string names = column_names(second.columns);
  if (first.is_eq() || first.is_in() || is_contains(first) != is_contains(second))
    return cql::invalid(names + " cannot be restricted by more than one relation if it includes an Equal");
  if (!second.is_slice())
    return cql::invalid("Column \"" + names +
                        "\" cannot be restricted by both an equality and an inequality relation");
  if (is_start(first) == is_start(second))
    return cql::invalid(std::string("More than one restriction was found for the ") +
                        (is_start(second) ? "start" : "end") + " bound on " + names);
  return {};
}

[[nodiscard]] inline cql::refusal check_pairs(const std::vector<condition>& conditions) {
  for (std::size_t i = 0; i < conditions.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (auto refused = check_pair(conditions[k], conditions[i])) return refused;
  return {};
}

[[nodiscard]] inline bool index_serves(const index_definition& index, const condition& what) noexcept {
  using target = cql::index_target_kind;
  if (what.columns.size() != 1 || what.columns.front()->name != index.column) return false;
  if (what.target == cql::relation_target::element) return index.target == target::entries && what.is_eq();
  switch (what.op) {
    case cql::relation_op::contains: return index.target == target::values;
    case cql::relation_op::contains_key: return index.target == target::keys;
    case cql::relation_op::eq: return index.target == target::column || index.target == target::full;
    default: return index.kind == "CUSTOM" && what.is_slice() && index.target == target::column;
  }
}

[[nodiscard]] inline bool has_index(const table_schema& table, const condition& what) noexcept {
  return std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const index_definition& index) { return index_serves(index, what); });
}

// Sorts the conditions by the part of the key that they are about.
inline void classify(where_plan& plan, std::vector<const condition*>& regular, bool& on_token) {
  for (const auto& each : plan.conditions) {
    if (each.target == cql::relation_target::token) {
      on_token = true;
      continue;
    }
    switch (each.columns.front()->kind) {
      case column_kind::partition_key:
        if (each.is_eq() || each.is_in()) plan.partition[each.columns.front()->position] = &each;
        plan.partition_has_in = plan.partition_has_in || each.is_in();
        break;
      case column_kind::clustering: plan.clustering.push_back(&each); break;
      default: regular.push_back(&each); break;
    }
  }
  plan.partition_complete =
      std::find(plan.partition.begin(), plan.partition.end(), nullptr) == plan.partition.end();
  plan.restricts_clustering = !plan.clustering.empty();
  plan.restricts_regular = !regular.empty();
}

// Whether partition key columns are restricted in a way that does not name partitions.
[[nodiscard]] inline bool filters_partitions(const where_plan& plan) noexcept {
  if (plan.partition_complete) return false;
  return std::any_of(plan.conditions.begin(), plan.conditions.end(), [](const condition& each) {
    return each.target != cql::relation_target::token &&
           each.columns.front()->kind == column_kind::partition_key;
  });
}

[[nodiscard]] inline cql::refusal check_written_partition(const where_plan& plan, const table_schema& table,
                                                          where_user user, bool on_token) {
  if (on_token)
    return cql::invalid("The token function cannot be used in WHERE clauses for " +
                        std::string(user_name(user)) + " statements");
  std::string missing;
  for (std::size_t i = 0; i < table.partition_size; ++i) {
    const bool restricted = std::any_of(
        plan.conditions.begin(), plan.conditions.end(),
        [&](const condition& each) { return each.columns.front() == &table.partition_column(i); });
    if (!restricted) missing += (missing.empty() ? "" : ", ") + table.partition_column(i).name;
  }
  if (!missing.empty()) return cql::invalid("Some partition key parts are missing: " + missing);
  if (!plan.partition_complete)
    return cql::invalid(
        "Only EQ and IN relation are supported on the partition key (unless you use the token() "
        "function) for " +
        std::string(user_name(user)) + " statements");
  return {};
}

// As Cassandra adds conditions one by one: nothing may follow a slice.
[[nodiscard]] inline cql::refusal check_slices(const std::vector<const condition*>& clustering) {
  const condition* last = nullptr;
  for (const condition* each : clustering) {
    if (last == nullptr) {
      last = each;
      continue;
    }
    const column &before = *last->columns.front(), &now = *each->columns.front();
    if (last->is_slice() && now.position > before.position)
      return cql::invalid("Clustering column \"" + now.name + "\" cannot be restricted (preceding column \"" +
                          before.name + "\" is restricted by a non-EQ relation)");
    if (each->is_slice() && now.position < before.position)
      return cql::invalid("PRIMARY KEY column \"" + before.name +
                          "\" cannot be restricted (preceding column \"" + now.name +
                          "\" is restricted by a non-EQ relation)");
    if (now.position >= before.position) last = each;
  }
  return {};
}

// The first clustering column that is left out before a restricted one, and that one; false when none is.
[[nodiscard]] inline bool has_gap(const where_plan& plan, const table_schema& table, const column*& skipped,
                                  const column*& restricted) {
  std::size_t next = 0;
  for (const condition* each : plan.clustering) {
    if (is_contains(*each) || each->columns.front()->position > next) {
      skipped = &table.clustering_column(std::min(next, table.clustering_size - 1));
      restricted = each->columns.front();
      return true;
    }
    next = std::max(next, each->columns.back()->position + 1);
  }
  return false;
}

[[nodiscard]] inline cql::refusal check_clustering(const where_plan& plan, const table_schema& table,
                                                   const where_options& options, bool indexed,
                                                   bool& filtering) {
  const column *skipped = nullptr, *restricted = nullptr;
  filtering = has_gap(plan, table, skipped, restricted);
  if (!filtering || options.allow_filtering || indexed) return {};
  if (options.user == where_user::update) return {};  // "Some clustering keys are missing" says it better
  const bool contains = std::any_of(plan.clustering.begin(), plan.clustering.end(),
                                    [](const condition* each) { return is_contains(*each); });
  if (contains)
    return cql::invalid(
        "Clustering columns can only be restricted with CONTAINS with a secondary index or filtering");
  return cql::invalid("PRIMARY KEY column \"" + restricted->name +
                      "\" cannot be restricted as preceding column \"" + skipped->name +
                      "\" is not restricted");
}

[[nodiscard]] inline cql::refusal check_selection(const table_schema& table, const where_options& options,
                                                  const std::vector<const condition*>& regular, bool on_token,
                                                  where_plan& plan) {
  const bool indexed = std::any_of(plan.conditions.begin(), plan.conditions.end(),
                                   [&](const condition& each) { return has_index(table, each); });
  const bool partial_key = filters_partitions(plan);
  if (partial_key && !options.allow_filtering && !indexed) return needs_filtering();
  if (options.only_statics && plan.restricts_clustering)
    return cql::invalid("Cannot restrict clustering columns when selecting only static columns");
  bool filters_clustering = false;
  if (auto refused = check_clustering(plan, table, options, indexed || on_token || !plan.partition_complete,
                                      filters_clustering))
    return refused;
  if (!regular.empty() && !indexed && !options.allow_filtering) return needs_filtering();
  plan.uses_index = indexed && (!plan.partition_complete || !regular.empty() || filters_clustering);
  if (plan.uses_index && plan.partition_has_in)
    return cql::invalid("Select on indexed columns and with IN clause for the PRIMARY KEY are not supported");
  if (options.allow_filtering) return {};
  const bool key_range = !plan.partition_complete;
  if (!key_range && !plan.uses_index) return {};
  std::size_t filters = regular.size() + (partial_key ? 1 : 0);
  if (plan.restricts_clustering && (key_range || filters_clustering)) filters += plan.clustering.size();
  const bool served = plan.uses_index && filters == 1;
  return filters == 0 || served ? cql::refusal{} : needs_filtering();
}

}  // namespace detail

cql::refusal plan_where(term_context& context, const std::vector<cql::relation>& relations,
                        const where_options& options, where_plan& plan) {
  plan.conditions.reserve(relations.size());
  for (const auto& relation : relations)
    if (auto refused = compile_relation(context, relation, plan.conditions.emplace_back())) return refused;
  if (auto refused = detail::check_pairs(plan.conditions)) return refused;
  const table_schema& table = context.table;
  plan.partition.assign(table.partition_size, nullptr);
  std::vector<const condition*> regular;
  bool on_token = false;
  detail::classify(plan, regular, on_token);
  const bool indexed = std::any_of(plan.clustering.begin(), plan.clustering.end(),
                                   [&](const condition* each) { return detail::has_index(table, *each); });
  if (!options.allow_filtering && !indexed)
    if (auto refused = detail::check_slices(plan.clustering)) return refused;
  std::stable_sort(plan.clustering.begin(), plan.clustering.end(),
                   [](const condition* a, const condition* b) {
                     return a->columns.front()->position < b->columns.front()->position;
                   });
  if (options.user == where_user::select)
    return detail::check_selection(table, options, regular, on_token, plan);
  if (auto refused = detail::check_written_partition(plan, table, options.user, on_token)) return refused;
  bool filters_clustering = false;
  if (auto refused = detail::check_clustering(plan, table, options, false, filters_clustering))
    return refused;
  if (regular.empty()) return {};
  std::string names;
  for (const condition* each : regular) names += each->columns.front()->name + ' ';
  return cql::invalid("Non PRIMARY KEY columns found in where clause: " + names);
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_WHERE_PLAN_IPP
