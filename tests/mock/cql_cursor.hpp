// SPDX-License-Identifier: MIT
// The parser's place in the tokens of a statement.
#ifndef COODIE_TESTS_MOCK_CQL_CURSOR_HPP
#define COODIE_TESTS_MOCK_CQL_CURSOR_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/cql_token.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

/// Walks tokens. The first failure sticks and the cursor stands on the end from then on, so that parsing
/// functions return values and need not look at errors.
class cursor {
 public:
  bool scylla = false;                         ///< understands ScyllaDB's additions, too
  static constexpr unsigned max_nesting = 64;  ///< of types, terms, selectors and parentheses

  COODIE_DECL cursor(std::string_view text, std::vector<token> tokens);

  [[nodiscard]] const token& peek(std::size_t ahead = 0) const noexcept {
    return tokens_[at_ + ahead < tokens_.size() ? at_ + ahead : tokens_.size() - 1];
  }
  [[nodiscard]] bool at_end() const noexcept { return peek().kind == token_kind::end; }
  /// The next token, and one further; the end stays.
  COODIE_DECL token take();

  [[nodiscard]] bool at(std::string_view punctuation) const noexcept { return peek().is(punctuation); }
  [[nodiscard]] bool at_word(std::string_view word) const noexcept { return peek().is_word(word); }
  /// Takes the token when it is the one.
  COODIE_DECL bool accept(std::string_view punctuation);
  COODIE_DECL bool accept_word(std::string_view word);
  /// Takes all of these words, or none.
  COODIE_DECL bool accept_words(std::string_view first, std::string_view second);
  /// Takes the token, or fails.
  COODIE_DECL void expect(std::string_view punctuation);
  COODIE_DECL void expect_word(std::string_view word);
  /// A name: a quoted one, or a word that is not reserved.
  [[nodiscard]] COODIE_DECL bool at_identifier(std::size_t ahead = 0) const noexcept;
  COODIE_DECL std::string identifier();

  [[nodiscard]] bool failed() const noexcept { return static_cast<bool>(refused_); }
  /// A syntax error at the present token.
  COODIE_DECL void fail_expecting(std::string_view what);
  COODIE_DECL void fail_with(refusal why);
  [[nodiscard]] refusal take_refusal() noexcept { return std::move(refused_); }

  /// Numbers a bind marker; `name` is empty for `?`.
  std::uint32_t add_marker(std::string name) {
    markers_.push_back(std::move(name));
    return static_cast<std::uint32_t>(markers_.size() - 1);
  }
  [[nodiscard]] std::vector<std::string> take_markers() noexcept { return std::move(markers_); }

  /// Counts one level of nesting for as long as it lives; fails past max_nesting.
  class level {
   public:
    explicit level(cursor& owner) : owner_(owner) {
      if (++owner_.depth_ > max_nesting) owner_.fail_with(syntax_error("the statement is nested too deeply"));
    }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() { --owner_.depth_; }

   private:
    cursor& owner_;
  };

 private:
  [[nodiscard]] COODIE_DECL bool stands_behind_an_operand() const noexcept;

  std::string_view text_;
  std::vector<token> tokens_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  std::vector<std::string> markers_;
  refusal refused_;
};

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_CURSOR_HPP
