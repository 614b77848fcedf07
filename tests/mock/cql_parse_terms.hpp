// SPDX-License-Identifier: MIT
// The parts of statements: names, types, terms, selectors, conditions, USING and WITH.
#ifndef COODIE_TESTS_MOCK_CQL_PARSE_TERMS_HPP
#define COODIE_TESTS_MOCK_CQL_PARSE_TERMS_HPP

#include <string_view>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/cql_ast.hpp"
#include "tests/mock/cql_cursor.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

// A failure is kept by the cursor; what is returned then is not to be used.
[[nodiscard]] COODIE_DECL object_name parse_object_name(cursor& in);
[[nodiscard]] COODIE_DECL type_name parse_type(cursor& in);
[[nodiscard]] COODIE_DECL term parse_term(cursor& in);
/// Terms between commas, up to `close`, which is taken.
[[nodiscard]] COODIE_DECL std::vector<term> parse_term_list(cursor& in, std::string_view close);
/// An integer or a bind marker: LIMIT, TTL, TIMESTAMP.
[[nodiscard]] COODIE_DECL term parse_integer_term(cursor& in);
[[nodiscard]] COODIE_DECL selector parse_selector(cursor& in);
/// `relation AND relation ...`, as WHERE (and with `conditions`, IF) has them.
[[nodiscard]] COODIE_DECL std::vector<relation> parse_relations(cursor& in, bool conditions);
/// USING TIMESTAMP a AND TTL b, when it is there.
[[nodiscard]] COODIE_DECL attributes parse_using(cursor& in, bool ttl_allowed);
/// Behind ScyllaDB's USING TIMEOUT: a duration, which means nothing here.
COODIE_DECL void skip_timeout(cursor& in);
/// `name = value`
[[nodiscard]] COODIE_DECL property parse_property(cursor& in);
/// [WITH property AND property ...]
[[nodiscard]] COODIE_DECL std::vector<property> parse_properties(cursor& in);

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSE_TERMS_HPP
