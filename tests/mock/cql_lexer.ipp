// SPDX-License-Identifier: MIT
// The lexer: one class that walks the text, one function for each family of tokens.
#ifndef COODIE_TESTS_MOCK_CQL_LEXER_IPP
#define COODIE_TESTS_MOCK_CQL_LEXER_IPP

#include <algorithm>
#include <array>

#include "protocol/values/cql_identifier.hpp"
#include "tests/mock/cql_lexer.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

inline bool cql_is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline bool cql_is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool cql_is_word(char c) noexcept { return cql_is_letter(c) || cql_is_digit(c) || c == '_'; }
inline bool cql_is_hex(char c) noexcept {
  return cql_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
inline bool cql_is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
inline char cql_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class cql_scanner {
 public:
  cql_scanner(std::string_view text, std::vector<token>& tokens) : text_(text), tokens_(tokens) {}

  refusal run() {
    while (true) {
      if (auto refused = skip_blanks_and_comments()) return refused;
      if (at_ == text_.size()) break;
      if (auto refused = next()) return refused;
    }
    tokens_.push_back({token_kind::end, {}, at_});
    return {};
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return text_.size() - at_ > ahead ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] refusal fail(std::string_view what) const {
    return syntax_error(line_and_column(text_, at_) + ' ' + std::string(what));
  }
  void emit(token_kind kind, std::string text, std::size_t length) {
    tokens_.push_back({kind, std::move(text), at_});
    at_ += length;
  }
  void emit_raw(token_kind kind, std::size_t length) {
    emit(kind, std::string(text_.substr(at_, length)), length);
  }

  refusal skip_blanks_and_comments() {
    while (at_ < text_.size()) {
      if (cql_is_blank(peek())) {
        ++at_;
      } else if ((peek() == '-' && peek(1) == '-') || (peek() == '/' && peek(1) == '/')) {
        const auto end = text_.find_first_of("\r\n", at_);
        if (end == std::string_view::npos) return fail("a comment needs a line end after it");
        at_ = end + 1;
      } else if (peek() == '/' && peek(1) == '*') {
        const auto end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return fail("a comment is not closed");
        at_ = end + 2;
      } else {
        break;
      }
    }
    return {};
  }

  refusal next() {
    const char c = peek();
    if (c == '\'') return quoted(c, token_kind::string);
    if (c == '"') return quoted(c, token_kind::quoted_identifier);
    if (c == '$' && peek(1) == '$') return dollar_quoted();
    if (const auto length = uuid_length(); length != 0) return emit_raw(token_kind::uuid, length), refusal{};
    if (c == '0' && (peek(1) == 'x' || peek(1) == 'X')) return hex();
    if (const auto length = duration_length(); length != 0)
      return emit_raw(token_kind::duration, length), refusal{};
    if (cql_is_digit(c) || (c == '-' && cql_is_digit(peek(1)))) return number();
    if (cql_is_letter(c)) return word();
    return punctuation();
  }

  refusal quoted(char quote, token_kind kind) {
    std::string content;
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] != quote) {
        content += text_[i];
      } else if (i + 1 < text_.size() && text_[i + 1] == quote) {
        content += text_[i++];
      } else {
        if (kind == token_kind::quoted_identifier && content.empty()) return fail("an empty name");
        emit(kind, std::move(content), i + 1 - at_);
        return {};
      }
    }
    return fail("a quote is not closed");
  }

  refusal dollar_quoted() {
    const auto end = text_.find("$$", at_ + 2);
    if (end == std::string_view::npos) return fail("a $$ quote is not closed");
    emit(token_kind::string, std::string(text_.substr(at_ + 2, end - at_ - 2)), end + 2 - at_);
    return {};
  }

  // 36 for "8-4-4-4-12" hexadecimal digits that no word goes on behind, else 0.
  [[nodiscard]] std::size_t uuid_length() const noexcept {
    constexpr std::size_t length = 36;
    if (text_.size() - at_ < length || cql_is_word(peek(length))) return 0;
    for (std::size_t i = 0; i < length; ++i) {
      const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? peek(i) != '-' : !cql_is_hex(peek(i))) return 0;
    }
    return length;
  }

  refusal hex() {
    std::size_t n = 2;
    while (cql_is_hex(peek(n))) ++n;
    if (cql_is_word(peek(n))) return fail("a blob constant has another character than hexadecimal digits");
    emit(token_kind::hex, std::string(text_.substr(at_ + 2, n - 2)), n);
    return {};
  }

  [[nodiscard]] std::size_t digits(std::size_t from) const noexcept {
    std::size_t n = from;
    while (cql_is_digit(peek(n))) ++n;
    return n - from;
  }

  // A run of "<number><unit>" pairs, with units of one or two characters.
  [[nodiscard]] std::size_t unit_duration_length(std::size_t from) const noexcept {
    std::size_t n = from;
    while (true) {
      const auto count = digits(n);
      if (count == 0) break;
      const auto unit = unit_length(n + count);
      if (unit == 0) return 0;
      n += count + unit;
    }
    return n == from || cql_is_word(peek(n)) ? 0 : n;
  }
  [[nodiscard]] std::size_t unit_length(std::size_t n) const noexcept {
    const char a = cql_lower(peek(n)), b = cql_lower(peek(n + 1));
    if (b == 's' && (a == 'm' || a == 'u' || a == 'n')) return 2;
    if (a == '\xc2' && peek(n + 1) == '\xb5' && cql_lower(peek(n + 2)) == 's') return 3;
    if (a == 'm' && b == 'o') return 2;
    return a == 'y' || a == 'w' || a == 'd' || a == 'h' || a == 'm' || a == 's' ? 1 : 0;
  }

  // P1Y2M3DT4H5M6S, P1W and P0001-02-03T04:05:06; a lone P is a name.
  [[nodiscard]] std::size_t iso_duration_length(std::size_t from) const noexcept {
    std::size_t n = from + 1;
    bool any = false, dashed = false;
    while (true) {
      const char c = cql_lower(peek(n));
      if (cql_is_digit(c)) {
        any = true;
        ++n;
      } else if (any && (c == '-' || c == ':') && cql_is_digit(peek(n + 1))) {
        dashed = true;
        ++n;
      } else if (c == 't' && (cql_is_digit(peek(n + 1)))) {
        ++n;
      } else if (any && (c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's' || c == 'w')) {
        ++n;
      } else {
        break;
      }
    }
    if (!any || cql_is_word(peek(n))) return 0;
    return dashed || !cql_is_digit(peek(n - 1)) ? n : 0;
  }
  [[nodiscard]] std::size_t duration_length() const noexcept {
    const std::size_t sign = peek() == '-' ? 1 : 0;
    return cql_lower(peek(sign)) == 'p' ? iso_duration_length(sign) : unit_duration_length(sign);
  }

  refusal number() {
    std::size_t n = peek() == '-' ? 1 : 0;
    n += digits(n);
    bool floating = false;
    if (peek(n) == '.' && peek(n + 1) != '.') {
      floating = true;
      n += 1 + digits(n + 1);
    }
    if (peek(n) == 'e' || peek(n) == 'E') {
      const std::size_t sign = peek(n + 1) == '-' || peek(n + 1) == '+' ? 1 : 0;
      if (const auto count = digits(n + 1 + sign); count != 0) {
        floating = true;
        n += 1 + sign + count;
      }
    }
    emit_raw(floating ? token_kind::floating : token_kind::integer, n);
    return {};
  }

  refusal word() {
    std::string lower;
    for (std::size_t n = 0; cql_is_word(peek(n)); ++n) lower += cql_lower(peek(n));
    const auto length = lower.size();
    emit(token_kind::identifier, std::move(lower), length);
    return {};
  }

  refusal punctuation() {
    static constexpr std::array pairs = {std::string_view("!="), std::string_view("<="),
                                         std::string_view(">="), std::string_view("+="),
                                         std::string_view("-="), std::string_view("..")};
    for (const auto pair : pairs) {
      if (text_.substr(at_, 2) == pair) return emit_raw(token_kind::punctuation, 2), refusal{};
    }
    if (std::string_view("(){}[],;:.?=<>+-*/%").find(peek()) == std::string_view::npos)
      return fail("no viable alternative at character '" + std::string(text_.substr(at_, 1)) + "'");
    emit_raw(token_kind::punctuation, 1);
    return {};
  }

  std::string_view text_;
  std::vector<token>& tokens_;
  std::size_t at_ = 0;
};

}  // namespace detail

refusal unavailable(coodie::consistency level, std::string_view where, std::size_t required,
                    std::size_t alive) {
  refusal::details why;
  why.code = wire_code(server_errc::unavailable);
  why.message.append("Cannot achieve consistency level ").append(to_string(level)).append(where);
  why.consistency = level;
  why.required = static_cast<std::int32_t>(required);
  why.alive = static_cast<std::int32_t>(alive);
  return refusal(std::move(why));
}

refusal already_exists(std::string message, std::string keyspace, std::string table) {
  return refusal(refusal::details{wire_code(server_errc::already_exists),
                                  std::move(message),
                                  std::move(keyspace),
                                  std::move(table),
                                  {},
                                  {}});
}

refusal tokenize(std::string_view text, std::vector<token>& tokens) {
  return detail::cql_scanner(text, tokens).run();
}

bool is_reserved(std::string_view word) noexcept {
  return coodie::detail::is_word_of(word, coodie::detail::reserved_words);
}

std::string line_and_column(std::string_view text, std::size_t position) {
  const auto before = text.substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto last = before.rfind('\n');
  const auto column = last == std::string_view::npos ? position : position - last - 1;
  return "line " + std::to_string(line) + ':' + std::to_string(column);
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_LEXER_IPP
