// SPDX-License-Identifier: MIT
// Reads pages of rows.
#ifndef COODIE_TESTS_MOCK_SELECT_EXECUTE_IPP
#define COODIE_TESTS_MOCK_SELECT_EXECUTE_IPP

#include <algorithm>
#include <limits>

#include "tests/mock/select_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

cql::refusal evaluate_limit(const std::optional<expression>& limit, const bindings& values,
                            std::int32_t& rows) {
  rows = -1;
  if (!limit) return {};
  bound_value value;
  if (auto refused = evaluate(*limit, values, value)) return refused;
  if (value.is_unset()) return {};
  if (!value.has_value() || value.bytes.empty()) return cql::invalid("Invalid null value of limit");
  rows = decode_big<std::int32_t>(value.bytes);
  return rows > 0 ? cql::refusal{} : cql::invalid("LIMIT must be strictly positive");
}

namespace detail {

class select_runner {
 public:
  select_runner(const select_plan& plan, const stored_table& table, const bindings& values,
                const query_context& context, result_rows& result)
      : plan_(plan), table_(table), values_(values), context_(context), result_(result) {}

  cql::refusal run() {
    result_.columns = plan_.what.columns(*plan_.schema);
    if (auto refused = bind_where(plan_.where, *plan_.schema, values_, where_)) return refused;
    if (auto refused = read_limits()) return refused;
    const bool sorts = !plan_.order_by.empty() && where_.partitions.size() > 1;
    if (sorts && context_.page_size > 0)
      return cql::invalid(
          "Cannot page queries with both ORDER BY and a IN restriction on the partition key; you must "
          "either remove the ORDER BY or the IN and sort client side, or disable paging for this "
          "query");
    collects_ = sorts;
    state_.resize(plan_.what.slots);
    if (!where_.matches_nothing)
      if (auto refused = scan()) return refused;
    if (collects_)
      if (auto refused = emit_sorted()) return refused;
    return plan_.what.aggregates ? select_aggregates(plan_.what, values_, state_, result_) : cql::refusal{};
  }

 private:
  struct collected_row {
    partition_position partition;
    row_view row;
  };

  cql::refusal read_limits() {
    if (auto refused = evaluate_limit(plan_.limit, values_, remaining_)) return refused;
    if (auto refused = evaluate_limit(plan_.per_partition_limit, values_, per_partition_)) return refused;
    if (!context_.paging_state) return {};
    start_.emplace();
    if (!decode_paging_state(*plan_.schema, *context_.paging_state, *start_))
      return {server_errc::protocol_error, "Invalid value for the paging state"};
    remaining_ = start_->remaining;
    return {};
  }

  cql::refusal scan() { return plan_.where.partition_complete ? scan_keys() : scan_range(); }

  // Partitions that are named, by the value of their keys.
  cql::refusal scan_keys() {
    bool started = !start_;
    for (const auto& key : where_.partitions) {
      const partition_position position = position_of(key);
      const bool resumes = !started && position.routing_key == start_->partition.routing_key;
      if (!started && !resumes) continue;
      started = true;
      last_named_ = &key == &where_.partitions.back();
      const auto at = table_.partitions.find(position);
      if (at == table_.partitions.end()) continue;
      if (auto refused = scan_partition(position, at->second, resumes)) return refused;
      if (done_) break;
    }
    return {};
  }

  // All partitions, by token, but for those that token() conditions leave out.
  cql::refusal scan_range() {
    auto at = table_.partitions.begin();
    if (start_) at = table_.partitions.lower_bound(start_->partition);
    for (; at != table_.partitions.end() && !done_; ++at) {
      const bool resumes = start_ && !(start_->partition < at->first) && !(at->first < start_->partition);
      if (auto refused = scan_partition(at->first, at->second, resumes)) return refused;
    }
    return {};
  }

  [[nodiscard]] row_view view(const stored_partition& partition, const clustering_key* key,
                              const stored_row* row) const noexcept {
    return {&partition.key, key, &partition.statics, row, context_.now_seconds()};
  }

  cql::refusal scan_partition(const partition_position& position, const stored_partition& partition,
                              bool resumes) {
    in_partition_ = resumes ? start_->remaining_in_partition : per_partition_;
    const std::optional<clustering_key> behind = resumes ? start_->row : std::nullopt;
    if (resumes && (!behind || in_partition_ == 0)) return {};
    if (plan_.distinct) return resumes ? cql::refusal{} : scan_distinct(position, partition);
    bool any_row = false;
    if (auto refused = scan_rows(position, partition, behind, any_row)) return refused;
    if (any_row || resumes || done_ || !plan_.shows_lonely_statics) return {};
    const row_view lonely = view(partition, nullptr, nullptr);
    const bool live = partition.statics.is_live(context_.now_seconds());
    return live && where_.accepts(lonely, position.token) ? emit(position, lonely) : cql::refusal{};
  }

  cql::refusal scan_distinct(const partition_position& position, const stored_partition& partition) {
    const auto now = context_.now_seconds();
    const bool live = partition.statics.is_live(now) ||
                      std::any_of(partition.rows.begin(), partition.rows.end(),
                                  [&](const auto& entry) { return entry.second.is_live(now); });
    const row_view row = view(partition, nullptr, nullptr);
    return live && where_.accepts(row, position.token) ? emit(position, row) : cql::refusal{};
  }

  cql::refusal scan_rows(const partition_position& position, const stored_partition& partition,
                         const std::optional<clustering_key>& behind, bool& any_row) {
    const clustering_key prefix = equal_prefix(plan_.where, where_);
    auto first = prefix.empty() ? partition.rows.begin() : partition.rows.lower_bound(prefix);
    auto last = prefix.empty() ? partition.rows.end() : partition.rows.upper_bound(prefix);
    if (plan_.reversed) {
      if (behind) last = partition.rows.lower_bound(*behind);
      while (first != last && !done_) {
        --last;
        if (auto refused = scan_row(position, partition, last->first, last->second, any_row)) return refused;
      }
      return {};
    }
    if (behind) first = partition.rows.upper_bound(*behind);
    for (; first != last && !done_; ++first)
      if (auto refused = scan_row(position, partition, first->first, first->second, any_row)) return refused;
    return {};
  }

  cql::refusal scan_row(const partition_position& position, const stored_partition& partition,
                        const clustering_key& key, const stored_row& row, bool& any_row) {
    if (in_partition_ == 0 || !row.is_live(context_.now_seconds())) return {};
    any_row = true;
    const row_view seen = view(partition, &key, &row);
    return where_.accepts(seen, position.token) ? emit(position, seen) : cql::refusal{};
  }

  cql::refusal emit(const partition_position& position, const row_view& row) {
    if (collects_) {
      collected_.push_back({position, row});
      if (in_partition_ > 0) --in_partition_;
      return {};
    }
    if (plan_.what.aggregates) return accumulate(plan_.what, row, values_, state_);
    if (auto refused = select_row(plan_.what, row, values_, result_)) return refused;
    if (remaining_ > 0) --remaining_;
    if (in_partition_ > 0) --in_partition_;
    if (remaining_ == 0) {
      done_ = true;
    } else if (context_.page_size > 0 && result_.count == static_cast<std::uint32_t>(context_.page_size)) {
      done_ = true;
      if (!ends_behind(row)) keep_position(position, row);
    }
    return {};
  }

  // Is it sure, without looking, that nothing follows this row? Else a full page has another one behind it.
  [[nodiscard]] bool ends_behind(const row_view& row) const noexcept {
    const bool only_row = plan_.distinct || row.clustering == nullptr || row.clustering->empty();
    return last_named_ && (only_row || in_partition_ == 0);
  }

  void keep_position(const partition_position& position, const row_view& row) {
    paging_position next{position, std::nullopt, remaining_, in_partition_};
    if (row.clustering != nullptr) next.row = *row.clustering;
    result_.paging_state = encode_paging_state(*plan_.schema, next);
  }

  // Whether a row stands before another one in the order of ORDER BY.
  [[nodiscard]] bool is_before(const collected_row& a, const collected_row& b) const {
    if (a.row.clustering == nullptr || b.row.clustering == nullptr)
      return a.row.clustering == nullptr && b.row.clustering != nullptr;
    for (const column* on : plan_.order_by) {
      const int order =
          compare_values(on->type, (*a.row.clustering)[on->position], (*b.row.clustering)[on->position]);
      if (order != 0) return (order < 0) != (on->descending != plan_.reversed);
    }
    return false;
  }

  // The rows of several partitions in one order, those that are equal in it as they came.
  cql::refusal emit_sorted() {
    collects_ = false;
    std::stable_sort(collected_.begin(), collected_.end(),
                     [&](const collected_row& a, const collected_row& b) { return is_before(a, b); });
    for (const auto& each : collected_) {
      in_partition_ = -1;
      if (auto refused = emit(each.partition, each.row)) return refused;
      if (done_) break;
    }
    return {};
  }

  const select_plan& plan_;
  const stored_table& table_;
  const bindings& values_;
  const query_context& context_;
  result_rows& result_;
  bound_where where_;
  std::optional<paging_position> start_;
  std::int32_t remaining_ = -1, per_partition_ = -1, in_partition_ = -1;
  bool done_ = false, collects_ = false;
  bool last_named_ = false;  // in the last of the partitions that are named
  std::vector<collected_row> collected_;
  std::vector<accumulator> state_;
};

}  // namespace detail

cql::refusal execute_select(const select_plan& plan, const stored_table& table, const bindings& values,
                            const query_context& context, result_rows& result) {
  return detail::select_runner(plan, table, values, context, result).run();
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SELECT_EXECUTE_IPP
