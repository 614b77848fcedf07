// SPDX-License-Identifier: MIT
// Statements whose text is only known at run time, by text.
#ifndef COODIE_DRIVER_STATEMENT_CACHE_HPP
#define COODIE_DRIVER_STATEMENT_CACHE_HPP

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "driver/result.hpp"
#include "driver/value_list.hpp"
#include "protocol/machine/conditional_text.hpp"
#include "protocol/machine/statement.hpp"

namespace coodie::inline COODIE_ABI::detail {

struct owned_text {
  std::string cql;
};

/// A statement that owns its text, for values of certain types: what types its markers have only the server
/// knows.
struct text_statement : private owned_text, protocol::statement {
  column_memory columns;

  explicit text_statement(std::string_view words, std::span<const value_view> values = {},
                          std::uint8_t statement_flags = 0)
      : owned_text{std::string(words)},
        statement(cql, statement_flags, values.empty() ? nullptr : &check_values) {
    for (const value_view& value : values) faces_.push_back(&value.face());
  }
  ~text_statement() { retire(); }

  [[nodiscard]] bool takes(std::span<const value_view> values) const noexcept {
    return std::equal(faces_.begin(), faces_.end(), values.begin(), values.end(),
                      [](const value_face* face, const value_view& value) { return face == &value.face(); });
  }

 private:
  COODIE_DECL static errc check_values(const protocol::statement& what,
                                       const protocol::prepared_result& prepared, std::string& why);

  std::vector<const value_face*> faces_;
};

/// The statements that were used last. Thread-safe.
class statement_cache {
 public:
  static constexpr std::size_t most_kept = 1000;

  [[nodiscard]] std::shared_ptr<const text_statement> find_or_add(std::string_view text,
                                                                  std::span<const value_view> values) {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = by_text_.equal_range(text);
    for (auto found = first; found != last; ++found)
      if ((*found->second)->takes(values)) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return recent_.front();
      }
    recent_.push_front(std::make_shared<const text_statement>(text, values, flags_of(text)));
    by_text_.emplace(recent_.front()->text, recent_.begin());
    if (recent_.size() > most_kept) drop_oldest();
    return recent_.front();
  }

 private:
  using line = std::list<std::shared_ptr<const text_statement>>;

  [[nodiscard]] static std::uint8_t flags_of(std::string_view text) noexcept {
    return protocol::is_conditional_text(text) ? protocol::statement_flag::conditional : std::uint8_t{0};
  }

  void drop_oldest() {
    auto [first, last] = by_text_.equal_range(recent_.back()->text);
    while (first != last && first->second != std::prev(recent_.end())) ++first;
    by_text_.erase(first);
    recent_.pop_back();
  }

  std::mutex mutex_;
  line recent_;
  std::unordered_multimap<std::string_view, line::iterator> by_text_;  // one for each combination of types
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_STATEMENT_CACHE_HPP
