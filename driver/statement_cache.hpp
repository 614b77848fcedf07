// SPDX-License-Identifier: MIT
// Statements whose text is only known at run time, by text.
#ifndef COODIE_DRIVER_STATEMENT_CACHE_HPP
#define COODIE_DRIVER_STATEMENT_CACHE_HPP

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "driver/result.hpp"
#include "protocol/machine/statement.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// A statement that owns its text.
struct text_statement {
  std::string text;
  protocol::statement what;
  column_memory columns;
  explicit text_statement(std::string_view cql) : text(cql), what(text) {}
  ~text_statement() { what.retire(); }
};

/// The statements that were used last. Thread-safe.
class statement_cache {
 public:
  static constexpr std::size_t most_kept = 1000;

  [[nodiscard]] std::shared_ptr<const text_statement> find_or_add(std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_text_.find(text); found != by_text_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
      return recent_.front();
    }
    recent_.push_front(std::make_shared<const text_statement>(text));
    by_text_.emplace(recent_.front()->text, recent_.begin());
    if (recent_.size() > most_kept) {
      by_text_.erase(recent_.back()->text);
      recent_.pop_back();
    }
    return recent_.front();
  }

 private:
  using line = std::list<std::shared_ptr<const text_statement>>;
  std::mutex mutex_;
  line recent_;
  std::unordered_map<std::string_view, line::iterator> by_text_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_STATEMENT_CACHE_HPP
