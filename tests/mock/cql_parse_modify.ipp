// SPDX-License-Identifier: MIT
// INSERT, UPDATE, DELETE and BATCH.
#ifndef COODIE_TESTS_MOCK_CQL_PARSE_MODIFY_IPP
#define COODIE_TESTS_MOCK_CQL_PARSE_MODIFY_IPP

#include "tests/mock/cql_parse_terms.hpp"
#include "tests/mock/cql_parser.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

inline void parse_insert_values(cursor& in, insert_statement& result) {
  in.expect("(");
  do {
    result.columns.push_back(in.identifier());
  } while (!in.failed() && in.accept(","));
  in.expect(")");
  in.expect_word("values");
  in.expect("(");
  do {
    result.values.push_back(parse_term(in));
  } while (!in.failed() && in.accept(","));
  in.expect(")");
}

inline void parse_insert_json(cursor& in, insert_statement& result) {
  result.json = true;
  if (in.peek().kind != token_kind::string && !in.at("?") && !in.at(":"))
    return in.fail_expecting("a JSON string or a bind marker");
  result.values.push_back(parse_term(in));
  if (!in.accept_word("default")) return;
  result.default_unset = in.accept_word("unset");
  if (!result.default_unset) in.expect_word("null");
}

// Behind `column =`: a value, `column + value`, `column - value` or `value + column`.
inline void parse_assigned_value(cursor& in, assignment& result) {
  const token& next = in.peek();
  const bool names_a_column =
      in.at_identifier() && !next.is_literal_word() && !in.peek(1).is("(") && !in.peek(1).is(".");
  if (names_a_column) {
    const std::string named = in.take().text;
    const token& sign = in.peek();
    if (named != result.column) {
      return in.fail_with(syntax_error("Only expressions of the form X = X +<value> are supported."));
    }
    if (sign.kind == token_kind::integer && sign.text.starts_with('-')) {  // c = c -1
      result.kind = assignment_kind::subtract;
      result.value = parse_term(in);
      result.value.text.erase(0, 1);
      return;
    }
    result.kind = in.at("-") ? assignment_kind::subtract : assignment_kind::add;
    if (!in.accept("+") && !in.accept("-")) return in.fail_expecting("'+' or '-'");
    result.value = parse_term(in);
    return;
  }
  result.value = parse_term(in);
  if (in.at("+") && in.peek(1).kind != token_kind::integer && in.at_identifier(1)) {
    (void)in.take();
    result.kind = assignment_kind::prepend;
    if (in.identifier() != result.column)
      in.fail_with(syntax_error("Only expressions of the form X = <value> + X are supported."));
  }
}

inline assignment parse_assignment(cursor& in) {
  assignment result;
  result.column = in.identifier();
  if (in.accept("[")) {
    result.kind = assignment_kind::element;
    result.key = parse_term(in);
    in.expect("]");
    in.expect("=");
    result.value = parse_term(in);
  } else if (in.accept(".")) {
    result.kind = assignment_kind::field;
    result.field = in.identifier();
    in.expect("=");
    result.value = parse_term(in);
  } else if (in.at("+=") || in.at("-=")) {
    result.kind = in.take().text == "+=" ? assignment_kind::add : assignment_kind::subtract;
    result.value = parse_term(in);
  } else {
    in.expect("=");
    parse_assigned_value(in, result);
  }
  return result;
}

template <class Statement>
void parse_conditions(cursor& in, Statement& result) {
  if (!in.accept_word("if")) return;
  if (in.at_word("exists") && (in.peek(1).kind == token_kind::end || in.peek(1).is(";") ||
                               in.peek(1).kind == token_kind::identifier)) {
    (void)in.take();
    result.if_exists = true;
  } else {
    result.conditions = parse_relations(in, true);
  }
}

inline deletion parse_deletion(cursor& in) {
  deletion result;
  result.column = in.identifier();
  if (in.accept("[")) {
    result.key = parse_term(in);
    in.expect("]");
  } else if (in.accept(".")) {
    result.field = in.identifier();
  }
  return result;
}

}  // namespace detail

insert_statement parse_insert(cursor& in) {
  insert_statement result;
  in.expect_word("into");
  result.table = parse_object_name(in);
  if (in.accept_word("json")) {
    detail::parse_insert_json(in, result);
  } else {
    detail::parse_insert_values(in, result);
  }
  if (in.accept_word("if")) {
    in.expect_word("not");
    in.expect_word("exists");
    result.if_not_exists = true;
  }
  result.using_ = parse_using(in, true);
  return result;
}

update_statement parse_update(cursor& in) {
  update_statement result;
  result.table = parse_object_name(in);
  result.using_ = parse_using(in, true);
  in.expect_word("set");
  do {
    result.assignments.push_back(detail::parse_assignment(in));
  } while (!in.failed() && in.accept(","));
  in.expect_word("where");
  result.where = parse_relations(in, false);
  detail::parse_conditions(in, result);
  return result;
}

delete_statement parse_delete(cursor& in) {
  delete_statement result;
  if (!in.at_word("from")) {
    do {
      result.deletions.push_back(detail::parse_deletion(in));
    } while (!in.failed() && in.accept(","));
  }
  in.expect_word("from");
  result.table = parse_object_name(in);
  result.using_ = parse_using(in, false);
  in.expect_word("where");
  result.where = parse_relations(in, false);
  detail::parse_conditions(in, result);
  return result;
}

batch_statement parse_batch(cursor& in) {
  batch_statement result;
  if (in.accept_word("unlogged"))
    result.kind = batch_kind::unlogged;
  else if (in.accept_word("counter"))
    result.kind = batch_kind::counter;
  in.expect_word("batch");
  result.using_ = parse_using(in, true);
  while (!in.failed() && !in.at_word("apply")) {
    if (in.accept_word("insert"))
      result.statements.emplace_back(parse_insert(in));
    else if (in.accept_word("update"))
      result.statements.emplace_back(parse_update(in));
    else if (in.accept_word("delete"))
      result.statements.emplace_back(parse_delete(in));
    else
      in.fail_expecting("INSERT, UPDATE, DELETE or APPLY");
    (void)in.accept(";");
  }
  in.expect_word("apply");
  in.expect_word("batch");
  return result;
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSE_MODIFY_IPP
