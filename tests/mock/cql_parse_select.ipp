// SPDX-License-Identifier: MIT
// SELECT.
#ifndef COODIE_TESTS_MOCK_CQL_PARSE_SELECT_IPP
#define COODIE_TESTS_MOCK_CQL_PARSE_SELECT_IPP

#include "tests/mock/cql_parse_terms.hpp"
#include "tests/mock/cql_parser.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

// JSON and DISTINCT are names too: they are keywords only when a selector follows.
inline bool accept_select_modifier(cursor& in, std::string_view word) {
  if (!in.at_word(word)) return false;
  const token& next = in.peek(1);
  const bool selector_follows =
      next.is("*") || next.kind == token_kind::quoted_identifier ||
      (next.kind == token_kind::identifier && !next.is_word("from") && !next.is_word("as"));
  if (selector_follows) (void)in.take();
  return selector_follows;
}

inline void parse_selection(cursor& in, select_statement& result) {
  if (in.accept("*")) {
    result.star = true;
    return;
  }
  do {
    selector next = parse_selector(in);
    if (in.accept_word("as")) next.alias = in.identifier();
    result.selection.push_back(std::move(next));
  } while (!in.failed() && in.accept(","));
}

inline void parse_order_by(cursor& in, select_statement& result) {
  do {
    ordering next;
    next.column = in.identifier();
    if (in.accept_words("ann", "of")) {
      next.ann_of = parse_term(in);
    } else if (in.accept_word("desc")) {
      next.descending = true;
    } else {
      (void)in.accept_word("asc");
    }
    result.order_by.push_back(std::move(next));
  } while (!in.failed() && in.accept(","));
}

}  // namespace detail

select_statement parse_select(cursor& in) {
  select_statement result;
  result.json = detail::accept_select_modifier(in, "json");
  result.distinct = detail::accept_select_modifier(in, "distinct");
  detail::parse_selection(in, result);
  in.expect_word("from");
  result.table = parse_object_name(in);
  if (in.accept_word("where")) result.where = parse_relations(in, false);
  if (in.accept_words("group", "by")) {
    do {
      result.group_by.push_back(parse_selector(in));
    } while (!in.failed() && in.accept(","));
  }
  if (in.accept_words("order", "by")) detail::parse_order_by(in, result);
  if (in.accept_words("per", "partition")) {
    in.expect_word("limit");
    result.per_partition_limit = parse_integer_term(in);
  }
  if (in.accept_word("limit")) result.limit = parse_integer_term(in);
  if (in.accept_word("allow")) {
    in.expect_word("filtering");
    result.allow_filtering = true;
  }
  if (!in.scylla) return result;
  (void)in.accept_words("bypass", "cache");
  if (in.accept_words("using", "timeout")) skip_timeout(in);
  return result;
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSE_SELECT_IPP
