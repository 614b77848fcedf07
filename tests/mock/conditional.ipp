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
    if (auto refused = find_rows()) return refused;
    if (auto refused = check_mixture()) return refused;
    bool applies = true;
    // As Cassandra does it: statics first, then row by row, until a condition is false or can't be told.
    for (const bool statics : {true, false})
      for (const conditional_member* each : in_clustering_order())
        if (auto refused = check(*each, statics, applies)) return refused;
    if (applies)
      if (auto refused = write()) return refused;
    answer(applies);
    return {};
  }

 private:
  // A conditional statement and the row that its conditions are about.
  struct conditional_member {
    const bound_modification* member;
    std::optional<clustering_key> row;  ///< none: the statics
  };

  // All members are about one partition of one table, the conditional ones about a row or its statics.
  cql::refusal find_rows() {
    for (const auto& member : members_) {
      const modification_plan& plan = *member.plan;
      if (member.table != members_.front().table)
        return cql::invalid("Batch with conditions cannot span multiple tables");
      if (has_in(plan.where.clustering))  // a member without IF too
        return cql::invalid("IN on the clustering key columns is not supported with conditional " +
                            std::string(plan.kind == modification_kind::delete_ ? "deletions" : "updates"));
      bound_where where;
      if (auto refused = bind_where(plan.where, *plan.schema, member.values, where)) return refused;
      if (where.matches_nothing) continue;
      for (const auto& partition : where.partitions) {
        if (partition_.empty()) partition_ = partition;
        if (partition != partition_)
          return cql::invalid("Batch with conditions cannot span multiple partitions");
      }
      named_rows rows;
      if (auto refused = name_rows(plan.where, where, *plan.schema, rows)) return refused;
      const bool statics = plan.only_statics || rows.keys.empty();
      if (plan.is_conditional())
        conditional_.push_back({&member, statics ? std::nullopt : std::optional(rows.keys.front())});
    }
    return {};
  }

  // What is deleted is so a microsecond before what is written, so that the members' order does not matter.
  static void delete_first(mutation& what, std::int64_t timestamp) {
    what.timestamp = timestamp - 1;
    for (auto& write : what.writes)
      if (write.kind == cell_write::what::clear) write.content.life.timestamp = timestamp - 1;
  }

  cql::refusal write() const {
    const std::int64_t timestamp = members_.front().context.now_microseconds;
    std::vector<mutation> mutations;
    for (const auto& member : members_)
      if (auto refused = build_mutations(*member.plan, member.table, member.values, member.context, timestamp,
                                         mutations))
        return refused;
    for (auto& each : mutations) delete_first(each, timestamp);
    for (const auto& each : mutations) apply(each);
    return {};
  }

  // A member asks about its row, about the partition's statics, or both.
  [[nodiscard]] static bool asks_row(const conditional_member& each) {
    const auto& conditions = each.member->plan->conditions;
    return each.row && (conditions.empty() ||
                        std::any_of(conditions.begin(), conditions.end(),
                                    [](const auto& what) { return !what.columns.front()->is_static(); }));
  }

  [[nodiscard]] static bool asks_statics(const conditional_member& each) {
    const auto& conditions = each.member->plan->conditions;
    return !each.row || std::any_of(conditions.begin(), conditions.end(),
                                    [](const auto& what) { return what.columns.front()->is_static(); });
  }

  [[nodiscard]] static bool ask_the_same(const conditional_member& a, const conditional_member& b) {
    return (asks_row(a) && asks_row(b) && a.row == b.row) || (asks_statics(a) && asks_statics(b));
  }

  // Several members may ask about one row, but all in the same way.
  [[nodiscard]] cql::refusal check_mixture() const {
    for (auto b = conditional_.begin(); b != conditional_.end(); ++b) {
      const auto a =
          std::find_if(conditional_.begin(), b, [&](const auto& each) { return ask_the_same(each, *b); });
      if (a == b) continue;
      const modification_plan &before = *a->member->plan, &plan = *b->member->plan;
      if (before.if_exists == plan.if_exists && before.if_not_exists == plan.if_not_exists) continue;
      const bool both = before.conditions.empty() && plan.conditions.empty();
      if (both) return cql::invalid("Cannot mix IF EXISTS and IF NOT EXISTS conditions for the same row");
      return cql::invalid("Cannot mix IF conditions and IF " + std::string(plan.if_exists ? "" : "NOT ") +
                          "EXISTS for the same row");
    }
    return {};
  }

  [[nodiscard]] row_view view(const conditional_member& each) const {
    row_view row{&partition_, each.row ? &*each.row : nullptr, nullptr, nullptr,
                 each.member->context.now_seconds()};
    const stored_partition* partition = each.member->table->find(partition_);
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

  // What < and > can't compare with; empty when all is well. An empty collection of elements is null.
  [[nodiscard]] static std::string_view compared_nothing(const bound_condition& bound) {
    const condition& what = *bound.what;
    if (!what.is_slice()) return {};
    const nullable& value = bound.values.front().front();
    if (!value) return "null";
    const bool elements = what.target == cql::relation_target::column && is_collection(what.type);
    if (!elements || !is_multi_cell(what.type) || value->size() != 4) return {};
    if (what.type.id == type_id::list) return "an empty list";
    return what.type.id == type_id::set ? "an empty set" : "an empty map";
  }

  // Why a condition is neither true nor false.
  [[nodiscard]] static cql::refusal doubt(const bound_condition& bound) {
    const condition& what = *bound.what;
    const bool list = what.columns.front()->type.id == type_id::list;
    if (what.key && (!bound.key || (list && bound.key->empty())))
      return cql::invalid("Invalid null value for " + std::string(list ? "list" : "map") + " element access");
    if (what.key && list && decode_big<std::int32_t>(*bound.key) < 0)
      return cql::invalid("Invalid negative list index " +
                          std::to_string(decode_big<std::int32_t>(*bound.key)));
    const std::string_view nothing = compared_nothing(bound);
    if (nothing.empty()) return {};
    return cql::invalid("Invalid comparison with " + std::string(nothing) + " for operator \"" +
                        std::string(cql::operator_text(what.op)) + '"');
  }

  [[nodiscard]] std::vector<const conditional_member*> in_clustering_order() const {
    std::vector<const conditional_member*> sorted;
    for (const auto& each : conditional_) sorted.push_back(&each);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const conditional_member* a, const conditional_member* b) {
                       if (!a->row || !b->row) return !a->row && b->row;
                       return members_.front().table->order().compare(*a->row, *b->row) < 0;
                     });
    return sorted;
  }

  // Holds a member's conditions on statics, or the others, against its row.
  [[nodiscard]] cql::refusal check(const conditional_member& each, bool statics, bool& applies) const {
    const modification_plan& plan = *each.member->plan;
    const row_view row = view(each);
    if (statics != each.row.has_value())
      applies = applies && !(plan.if_not_exists && exists(row)) && !(plan.if_exists && !exists(row));
    if (!applies) return {};
    cql::refusal doubtful;  // Cassandra takes them in no order: one that is false comes first here
    for (const auto& condition : plan.conditions) {
      bound_condition bound;
      if (condition.columns.front()->is_static() != statics) continue;
      if (auto refused = bind_if_condition(condition, each.member->values, bound)) return refused;
      if (auto why = doubt(bound))
        doubtful = std::move(why);
      else
        applies = applies && satisfies_if(row, bound);
    }
    return applies ? std::move(doubtful) : cql::refusal{};
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
    for (const auto& each : conditional_)
      for (const bool statics : {false, true})
        for (const auto& condition : each.member->plan->conditions)
          if (condition.columns.front()->is_static() == statics) add_column(*condition.columns.front());
  }

  // Of the statics only those are read that a condition is about, unless a conditional member writes one.
  [[nodiscard]] bool is_read(const column& on) const {
    const auto writes = [](const operation& each) { return each.on->is_static(); };
    const auto asks = [&](const condition& each) { return each.columns.front() == &on; };
    return !on.is_static() || std::any_of(conditional_.begin(), conditional_.end(), [&](const auto& each) {
      const modification_plan& plan = *each.member->plan;
      return std::any_of(plan.operations.begin(), plan.operations.end(), writes) ||
             std::any_of(plan.conditions.begin(), plan.conditions.end(), asks);
    });
  }

  [[nodiscard]] bool has_statics(const row_view& row) const {
    return std::any_of(schema_.columns.begin(), schema_.columns.end(), [&](const column& on) {
      return on.is_static() && is_read(on) && read_column(row, on).has_value();
    });
  }

  // The rows that stood in the way: those that the conditions are about; the partition's first when all are
  // about statics; with none of these the statics alone.
  [[nodiscard]] std::vector<row_view> rows_in_the_way() const {
    std::vector<row_view> rows;
    const conditional_member& any = conditional_.front();
    const bool about_rows = std::any_of(conditional_.begin(), conditional_.end(), asks_row);
    for (const auto& each : conditional_) {
      const row_view row = view(each);
      const auto same = [&](const row_view& other) { return *other.clustering == *row.clustering; };
      if (asks_row(each) && exists(row) && std::none_of(rows.begin(), rows.end(), same)) rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end(), [&](const row_view& a, const row_view& b) {
      return any.member->table->order().compare(*a.clustering, *b.clustering) < 0;
    });
    const stored_partition* partition = any.member->table->find(partition_);
    if (!rows.empty() || partition == nullptr) return rows;
    row_view lonely{&partition_, nullptr, &partition->statics, nullptr, any.member->context.now_seconds()};
    // A row without a marker is seen by its columns, which are read when a member may write them.
    const bool sees_columns = std::any_of(members_.begin(), members_.end(), [](const auto& each) {
      return !each.plan->where.clustering.empty();
    });
    const auto is_seen = [&](const stored_row& row) {
      return sees_columns ? row.is_live(lonely.now_seconds) : row.marker.is_live(lonely.now_seconds);
    };
    if (!about_rows)
      for (const auto& [key, row] : partition->rows)
        if (lonely.clustering == nullptr && is_seen(row)) lonely.clustering = &key;
    if (lonely.clustering != nullptr || has_statics(lonely)) rows.push_back(lonely);
    return rows;
  }

  void answer(bool applied) {
    result_.columns.push_back({schema_.keyspace, schema_.name, "[applied]", cql_type(type_id::boolean)});
    if (applied) return add_row(true, nullptr);
    choose_columns();
    const std::vector<row_view> rows = rows_in_the_way();
    if (rows.empty()) return add_row(false, nullptr);
    for (const column* each : shown_)
      result_.columns.push_back({schema_.keyspace, schema_.name, each->name, each->type});
    for (const auto& row : rows) add_row(false, &row);
  }

  void add_row(bool applied, const row_view* row) {
    result_.add(octets(1, applied ? '\1' : '\0'));
    if (row != nullptr)
      for (const column* each : shown_) result_.add(is_read(*each) ? read_column(*row, *each) : std::nullopt);
    ++result_.count;
  }

  const std::vector<bound_modification>& members_;
  const bool batch_;
  result_rows& result_;
  const table_schema& schema_;
  std::vector<octets> partition_;
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
