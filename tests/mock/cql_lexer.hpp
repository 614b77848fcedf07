// SPDX-License-Identifier: MIT
// Splits a CQL statement into tokens.
#ifndef COODIE_TESTS_MOCK_CQL_LEXER_HPP
#define COODIE_TESTS_MOCK_CQL_LEXER_HPP

#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/cql_token.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

/// Fills `tokens`; the last one is token_kind::end. Comments are skipped; as in Cassandra a `--` or `//`
/// comment needs a line end after it. Refuses with a syntax error.
[[nodiscard]] COODIE_DECL refusal tokenize(std::string_view text, std::vector<token>& tokens);

/// True for a word that can't be an identifier unless it is quoted. `word` is in lower case.
[[nodiscard]] COODIE_DECL bool is_reserved(std::string_view word) noexcept;

/// "line L:C" of a byte offset, as Cassandra writes it: lines from 1, columns from 0.
[[nodiscard]] COODIE_DECL std::string line_and_column(std::string_view text, std::size_t position);

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_LEXER_HPP
