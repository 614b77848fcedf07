// SPDX-License-Identifier: MIT
// Parses the CQL that the mock server executes.
#ifndef COODIE_TESTS_MOCK_CQL_PARSER_HPP
#define COODIE_TESTS_MOCK_CQL_PARSER_HPP

#include <string_view>

#include "protocol/config.hpp"
#include "tests/mock/cql_ast.hpp"
#include "tests/mock/cql_cursor.hpp"
#include "tests/mock/cql_refusal.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

/// Whose CQL is understood.
enum class dialect : std::uint8_t {
  cassandra,
  scylla,  ///< also BYPASS CACHE and USING TIMEOUT, which mean nothing here
};

/// One statement, with or without semicolons behind it. Refuses with a syntax error (0x2000), or with an
/// invalid-request error (0x2200) for what is CQL but not supported.
[[nodiscard]] COODIE_DECL refusal parse(std::string_view text, parsed_statement& parsed,
                                        dialect whose = dialect::cassandra);

// The families of statements; the cursor stands behind the first word (SELECT, INSERT, ...).
[[nodiscard]] COODIE_DECL select_statement parse_select(cursor& in);
[[nodiscard]] COODIE_DECL insert_statement parse_insert(cursor& in);
[[nodiscard]] COODIE_DECL update_statement parse_update(cursor& in);
[[nodiscard]] COODIE_DECL delete_statement parse_delete(cursor& in);
[[nodiscard]] COODIE_DECL batch_statement parse_batch(cursor& in);
[[nodiscard]] COODIE_DECL any_statement parse_create(cursor& in);
[[nodiscard]] COODIE_DECL any_statement parse_alter(cursor& in);
[[nodiscard]] COODIE_DECL any_statement parse_drop(cursor& in);

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSER_HPP
