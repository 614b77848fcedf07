// SPDX-License-Identifier: MIT
// Statements with IF.
#ifndef COODIE_TESTS_MOCK_CONDITIONAL_IPP
#define COODIE_TESTS_MOCK_CONDITIONAL_IPP

#include <algorithm>

#include "tests/mock/conditional.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

class conditional_runner {
 public:
  conditional_runner(const std::vector<bound_modification>& members, bool batch, result_rows& result)
      : members_(members), batch_(batch), result_(result), schema_(*members.front().plan->schema) {}

  cql::refusal run() {
    if (auto refused = build()) return refused;
    if (auto refused = check_mixture()) return refused;
    bool applies = true;
    for (const auto& each : conditional_) {
      bool holds = false;
      if (auto refused = check(each, holds)) return refused;
      applies = applies && holds;
    }
    if (applies)
      for (const auto& each : mutations_) apply(each);
    answer(applies);
    return {};
  }

 private:
  // A conditional statement and the row that its conditions are about.
  struct conditional_member {
    const bound_modification* member;
    std::vector<octets> partition;
    std::optional<clustering_key> row;
  };

  cql::refusal build() {
    for (const auto& member : members_) {
      const std::size_t first = mutations_.size();
      const std::int64_t timestamp = members_.front().context.now_microseconds;
      if (auto refused = build_mutations(*member.plan, member.table, member.values, member.context, timestamp,
                                         mutations_))
        return refused;
      for (std::size_t i = first; i < mutations_.size(); ++i) {
        if (mutations_[i].partition == mutations_.front().partition &&
            mutations_[i].table == mutations_.front().table)
          continue;
        return cql::invalid(mutations_[i].table == mutations_.front().table
                                ? "Batch with conditions cannot span multiple partitions"
                                : "Batch with conditions cannot span multiple tables");
      }
      if (member.plan->is_conditional() && first < mutations_.size())
        conditional_.push_back({&member, mutations_[first].partition, mutations_[first].row});
    }
    return {};
  }

  [[nodiscard]] cql::refusal check_mixture() const {
    for (const auto& a : conditional_)
      for (const auto& b : conditional_)
        if (a.row == b.row && a.member->plan->if_exists && b.member->plan->if_not_exists)
          return cql::invalid("Cannot mix IF EXISTS and IF NOT EXISTS conditions for the same row");
    return {};
  }

  [[nodiscard]] row_view view(const conditional_member& each) const {
    row_view row{&each.partition, each.row ? &*each.row : nullptr, nullptr, nullptr,
                 each.member->context.now_seconds()};
    const stored_partition* partition = each.member->table->find(each.partition);
    if (partition == nullptr) return row;
    row.statics = &partition->statics;
    if (each.row) {
      const auto at = partition->rows.find(*each.row);
      if (at != partition->rows.end()) row.row = &at->second;
    }
    return row;
  }

  // Whether there is something that IF EXISTS would find.
  [[nodiscard]] static bool exists(const row_view& row) {
    const stored_row* wanted = row.clustering == nullptr ? row.statics : row.row;
    return wanted != nullptr && wanted->is_live(row.now_seconds);
  }

  [[nodiscard]] cql::refusal check(const conditional_member& each, bool& holds) const {
    const modification_plan& plan = *each.member->plan;
    const row_view row = view(each);
    holds = !(plan.if_not_exists && exists(row)) && !(plan.if_exists && !exists(row));
    for (const auto& condition : plan.conditions) {
      bound_condition bound;
      if (auto refused = bind_if_condition(condition, each.member->values, bound)) return refused;
      holds = holds && satisfies_if(row, bound);
    }
    return {};
  }

  void add_column(const column& on) {
    if (std::find(shown_.begin(), shown_.end(), &on) != shown_.end()) return;
    shown_.push_back(&on);
  }

  // What an answer shows of the rows that stood in the way.
  void choose_columns() {
    const bool whole_rows = std::any_of(conditional_.begin(), conditional_.end(), [](const auto& each) {
      return each.member->plan->if_not_exists || each.member->plan->if_exists;
    });
    for (const auto& each : schema_.columns)
      if (whole_rows || (batch_ && each.is_key())) add_column(each);
    if (whole_rows) return;
    for (const bool statics : {false, true})
      for (const auto& each : conditional_)
        for (const auto& condition : each.member->plan->conditions)
          if (condition.columns.front()->is_static() == statics) add_column(*condition.columns.front());
  }

  // A row is shown when it is there, or when its statics are and a condition was about one of them.
  [[nodiscard]] bool is_shown(const conditional_member& each, const row_view& row) const {
    if (exists(row)) return true;
    const auto& conditions = each.member->plan->conditions;
    const bool about_statics = std::any_of(conditions.begin(), conditions.end(), [](const condition& what) {
      return what.columns.front()->is_static();
    });
    return about_statics && row.statics != nullptr && row.statics->is_live(row.now_seconds);
  }

  // Static columns are shown beside the key of the partition's first row.
  [[nodiscard]] row_view with_first_key(const conditional_member& each, row_view row) const {
    if (row.clustering != nullptr) return row;
    const stored_partition* partition = each.member->table->find(each.partition);
    const auto first = std::find_if(partition->rows.begin(), partition->rows.end(),
                                    [&](const auto& entry) { return entry.second.is_live(row.now_seconds); });
    if (first != partition->rows.end()) row.clustering = &first->first;
    return row;
  }

  void answer(bool applied) {
    result_.columns.push_back({schema_.keyspace, schema_.name, "[applied]", cql_type(type_id::boolean)});
    if (applied) return add_row(true, nullptr);
    choose_columns();
    std::vector<std::optional<clustering_key>> seen;
    std::vector<row_view> rows;
    for (const auto& each : conditional_) {
      const row_view row = view(each);
      if (std::find(seen.begin(), seen.end(), each.row) != seen.end() || !is_shown(each, row)) continue;
      seen.push_back(each.row);
      rows.push_back(with_first_key(each, row));
    }
    if (rows.empty()) return add_row(false, nullptr);
    for (const column* each : shown_)
      result_.columns.push_back({schema_.keyspace, schema_.name, each->name, each->type});
    std::sort(rows.begin(), rows.end(), [&](const row_view& a, const row_view& b) {
      if (a.clustering == nullptr || b.clustering == nullptr)
        return a.clustering == nullptr && b.clustering != nullptr;
      return members_.front().table->order().compare(*a.clustering, *b.clustering) < 0;
    });
    for (const auto& row : rows) add_row(false, &row);
  }

  void add_row(bool applied, const row_view* row) {
    result_.add(octets(1, applied ? '\1' : '\0'));
    if (row != nullptr)
      for (const column* each : shown_) result_.add(read_column(*row, *each));
    ++result_.count;
  }

  const std::vector<bound_modification>& members_;
  const bool batch_;
  result_rows& result_;
  const table_schema& schema_;
  std::vector<mutation> mutations_;
  std::vector<conditional_member> conditional_;
  std::vector<const column*> shown_;
};

}  // namespace detail

cql::refusal execute_conditional(const std::vector<bound_modification>& members, bool batch,
                                 result_rows& result) {
  return detail::conditional_runner(members, batch, result).run();
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONDITIONAL_IPP
