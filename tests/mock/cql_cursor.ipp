// SPDX-License-Identifier: MIT
// The parser's place in the tokens of a statement.
#ifndef COODIE_TESTS_MOCK_CQL_CURSOR_IPP
#define COODIE_TESTS_MOCK_CQL_CURSOR_IPP

#include "tests/mock/cql_cursor.hpp"
#include "tests/mock/cql_lexer.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

cursor::cursor(std::string_view text, std::vector<token> tokens) : text_(text), tokens_(std::move(tokens)) {
  if (tokens_.empty() || tokens_.back().kind != token_kind::end)
    tokens_.push_back({token_kind::end, {}, text.size()});
}

token cursor::take() {
  const token& next = peek();
  if (next.kind == token_kind::end) return next;
  return std::move(tokens_[at_++]);
}

bool cursor::accept(std::string_view punctuation) {
  if (!at(punctuation)) return false;
  ++at_;
  return true;
}

bool cursor::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  ++at_;
  return true;
}

bool cursor::accept_words(std::string_view first, std::string_view second) {
  if (!at_word(first) || !peek(1).is_word(second)) return false;
  at_ += 2;
  return true;
}

void cursor::expect(std::string_view punctuation) {
  if (!accept(punctuation)) fail_expecting("'" + std::string(punctuation) + "'");
}

void cursor::expect_word(std::string_view word) {
  if (accept_word(word)) return;
  std::string upper(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  fail_expecting(upper);
}

bool cursor::at_identifier(std::size_t ahead) const noexcept {
  const token& next = peek(ahead);
  return next.kind == token_kind::quoted_identifier ||
         (next.kind == token_kind::identifier && !is_reserved(next.text));
}

std::string cursor::identifier() {
  if (at_identifier()) return take().text;
  fail_expecting("an identifier");
  return {};
}

// An operator behind an operand is arithmetic, which Cassandra knows and the mock does not.
bool cursor::stands_behind_an_operand() const noexcept {
  if (at_ == 0) return false;
  const token& before = tokens_[at_ - 1];
  return before.kind != token_kind::punctuation || before.is(")") || before.is("]") || before.is("?");
}

void cursor::fail_expecting(std::string_view what) {
  if (failed()) return;
  const token& found = peek();
  const bool operation = found.is("+") || found.is("-") || found.is("*") || found.is("/") || found.is("%");
  const bool signed_number = (found.kind == token_kind::integer || found.kind == token_kind::floating) &&
                             found.text.starts_with('-');
  if ((operation || signed_number) && stands_behind_an_operand())
    return fail_with(unsupported("arithmetic in terms and selections"));
  const std::string text = found.kind == token_kind::end ? "<EOF>" : found.text;
  fail_with(syntax_error(line_and_column(text_, found.position) + " mismatched input '" + text +
                         "' expecting " + std::string(what)));
}

void cursor::fail_with(refusal why) {
  if (failed()) return;
  refused_ = std::move(why);
  at_ = tokens_.size() - 1;
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_CURSOR_IPP
