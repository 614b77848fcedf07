// SPDX-License-Identifier: MIT
// Chooses the parser of a statement by its first word.
#ifndef COODIE_TESTS_MOCK_CQL_PARSER_IPP
#define COODIE_TESTS_MOCK_CQL_PARSER_IPP

#include <string>
#include <vector>

#include "tests/mock/cql_lexer.hpp"
#include "tests/mock/cql_parse_terms.hpp"
#include "tests/mock/cql_parser.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

inline any_statement parse_use(cursor& in) { return use_statement{in.identifier()}; }

inline any_statement parse_truncate(cursor& in) {
  (void)(in.at_word("table") || in.at_word("columnfamily") ? in.take() : token{});
  truncate_statement result{parse_object_name(in)};
  if (in.scylla && in.accept_words("using", "timeout")) skip_timeout(in);
  return result;
}

// Takes the whole statement: what it says is of no interest.
inline any_statement parse_unsupported(cursor& in, std::string what) {
  while (!in.at_end() && !in.at(";")) (void)in.take();
  return unsupported_statement{std::move(what)};
}

inline any_statement parse_any(cursor& in) {
  if (in.accept_word("select")) return parse_select(in);
  if (in.accept_word("insert")) return parse_insert(in);
  if (in.accept_word("update")) return parse_update(in);
  if (in.accept_word("delete")) return parse_delete(in);
  if (in.accept_word("begin")) return parse_batch(in);
  if (in.accept_word("use")) return parse_use(in);
  if (in.accept_word("truncate")) return parse_truncate(in);
  if (in.accept_word("create")) return parse_create(in);
  if (in.accept_word("alter")) return parse_alter(in);
  if (in.accept_word("drop")) return parse_drop(in);
  if (in.accept_word("grant")) return parse_unsupported(in, "GRANT");
  if (in.accept_word("revoke")) return parse_unsupported(in, "REVOKE");
  if (in.accept_word("list")) return parse_unsupported(in, "LIST");
  if (in.accept_word("describe") || in.accept_word("desc")) return parse_unsupported(in, "DESCRIBE");
  in.fail_expecting("a statement");
  return unsupported_statement{};
}

}  // namespace detail

refusal parse(std::string_view text, parsed_statement& parsed, dialect whose) {
  std::vector<token> tokens;
  if (auto refused = tokenize(text, tokens)) return refused;
  if (tokens.front().kind == token_kind::end)
    return syntax_error("line 0:-1 no viable alternative at input '<EOF>'");
  cursor in(text, std::move(tokens));
  in.scylla = whose == dialect::scylla;
  parsed.statement = detail::parse_any(in);
  while (in.accept(";")) {
  }
  if (!in.at_end()) in.fail_expecting("the end of the statement");
  parsed.markers = in.take_markers();
  return in.take_refusal();
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSER_IPP
