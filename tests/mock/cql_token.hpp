// SPDX-License-Identifier: MIT
// The tokens of CQL, as the mock server's lexer makes them.
#ifndef COODIE_TESTS_MOCK_CQL_TOKEN_HPP
#define COODIE_TESTS_MOCK_CQL_TOKEN_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

enum class token_kind : std::uint8_t {
  end,                ///< behind the last token
  identifier,         ///< unquoted: a name, a keyword or a function; text is in lower case
  quoted_identifier,  ///< "Name": text without the quotes
  string,             ///< 'it''s' or $$it's$$: text without the quotes
  integer,            ///< -?[0-9]+
  floating,           ///< -?[0-9]+ with a fraction or an exponent
  uuid,               ///< 8-4-4-4-12 hexadecimal digits
  hex,                ///< 0x...: text without the prefix
  duration,           ///< 1h30m, P1Y, P1W, P0001-02-03T04:05:06
  punctuation,        ///< one of ( ) { } [ ] , ; : . .. ? = != < <= > >= + += - -= * / %
};

/// One token and where it begins (byte offset in the statement).
struct token {
  token_kind kind = token_kind::end;
  std::string text;
  std::size_t position = 0;

  /// True for the punctuation `what`.
  [[nodiscard]] bool is(std::string_view what) const noexcept {
    return kind == token_kind::punctuation && text == what;
  }
  /// True for the unquoted word `what` (lower case).
  [[nodiscard]] bool is_word(std::string_view what) const noexcept {
    return kind == token_kind::identifier && text == what;
  }
  /// True for the words that are values where a term may stand.
  [[nodiscard]] bool is_literal_word() const noexcept {
    return is_word("null") || is_word("true") || is_word("false") || is_word("nan") || is_word("infinity");
  }
};

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_TOKEN_HPP
