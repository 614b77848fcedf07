// SPDX-License-Identifier: MIT
// Rules and records.
#ifndef COODIE_TESTS_MOCK_RULE_BOOK_IPP
#define COODIE_TESTS_MOCK_RULE_BOOK_IPP

#include "tests/mock/rule_book.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

rule_id rule_book::add(request_filter filter, reaction what) {
  const rule_id id{next_id_++};
  rules_.push_back({id, std::move(filter), std::move(what), 0, 0});
  return id;
}

void rule_book::remove(rule_id id) {
  std::erase_if(rules_, [&](const rule& each) { return each.id == id; });
}

std::size_t rule_book::applied(rule_id id) const noexcept {
  for (const auto& each : rules_)
    if (each.id == id) return each.applied;
  return 0;
}

[[nodiscard]] inline bool filter_matches(const request_filter& filter, const request_record& request) {
  return (!filter.opcode || *filter.opcode == request.opcode) &&
         (!filter.node || *filter.node == request.node) &&
         (!filter.shard || *filter.shard == request.shard) &&
         (!filter.connection || *filter.connection == request.connection) &&
         (filter.statement.empty() || request.statement.find(filter.statement) != std::string::npos);
}

std::optional<reaction> rule_book::take(request_record request) {
  std::optional<reaction> wanted;
  for (auto& each : rules_) {
    if (!filter_matches(each.filter, request)) continue;
    if (each.matched++ < each.filter.skip) continue;
    if (each.filter.times != 0 && each.applied == each.filter.times) continue;
    ++each.applied;
    wanted = each.what;
    break;
  }
  ++count_;
  if (records_.size() == max_records_ && !records_.empty()) records_.pop_front();
  if (max_records_ != 0) records_.push_back(std::move(request));
  return wanted;
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_RULE_BOOK_IPP
