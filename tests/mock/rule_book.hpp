// SPDX-License-Identifier: MIT
// The rules that tests gave a mock server, and the requests that it has seen.
#ifndef COODIE_TESTS_MOCK_RULE_BOOK_HPP
#define COODIE_TESTS_MOCK_RULE_BOOK_HPP

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/mock_script.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

class rule_book {
 public:
  explicit rule_book(std::size_t max_records) : max_records_(max_records) {}

  COODIE_DECL rule_id add(request_filter filter, reaction what);
  COODIE_DECL void remove(rule_id rule);
  void clear() { rules_.clear(); }
  [[nodiscard]] COODIE_DECL std::size_t applied(rule_id rule) const noexcept;

  /// Remembers a request and tells what a rule wants for it, if one does.
  [[nodiscard]] COODIE_DECL std::optional<reaction> take(request_record request);

  [[nodiscard]] const std::deque<request_record>& records() const noexcept { return records_; }
  void clear_records() { records_.clear(); }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  struct rule {
    rule_id id;
    request_filter filter;
    reaction what;
    std::size_t matched = 0, applied = 0;
  };

  std::size_t max_records_;
  std::vector<rule> rules_;
  std::deque<request_record> records_;
  std::uint64_t count_ = 0, next_id_ = 1;
};

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_RULE_BOOK_HPP
