// SPDX-License-Identifier: MIT
// Selectors, and the conditions of WHERE and IF.
#ifndef COODIE_TESTS_MOCK_CQL_PARSE_CONDITIONS_IPP
#define COODIE_TESTS_MOCK_CQL_PARSE_CONDITIONS_IPP

#include "tests/mock/cql_parse_terms.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

inline selector parse_cast(cursor& in) {
  selector result;
  result.kind = selector_kind::cast;
  in.expect("(");
  result.items.push_back(parse_selector(in));
  in.expect_word("as");
  result.types.push_back(parse_type(in));
  in.expect(")");
  return result;
}

inline selector parse_selector_function(cursor& in) {
  selector result;
  result.kind = selector_kind::function;
  if (in.at_word("token")) {
    result.name = in.take().text;
  } else {
    object_name name = parse_object_name(in);
    result.keyspace = std::move(name.keyspace);
    result.name = std::move(name.name);
  }
  if (result.name == "cast" && result.keyspace.empty()) return parse_cast(in);
  in.expect("(");
  const bool counts = result.name == "count" && result.keyspace.empty();
  if (counts && (in.at("*") || (in.peek().kind == token_kind::integer && in.peek(1).is(")")))) {
    (void)in.take();
    result.kind = selector_kind::count_all;
    in.expect(")");
    return result;
  }
  if (in.accept(")")) return result;
  do {
    result.items.push_back(parse_selector(in));
  } while (!in.failed() && in.accept(","));
  in.expect(")");
  return result;
}

inline selector parse_plain_selector(cursor& in) {
  selector result;
  const bool called = in.peek(1).is("(") || (in.peek(1).is(".") && in.peek(3).is("("));
  if (called && (in.at_identifier() || in.at_word("token"))) return parse_selector_function(in);
  if (in.at_identifier() && !in.peek().is_literal_word()) {
    result.name = in.identifier();
    return result;
  }
  result.kind = selector_kind::literal;
  result.terms.push_back(parse_term(in));
  return result;
}

inline selector wrap_selector(selector_kind kind, selector inner) {
  selector outer;
  outer.kind = kind;
  outer.items.push_back(std::move(inner));
  return outer;
}

}  // namespace detail

selector parse_selector(cursor& in) {
  const cursor::level guard(in);
  if (in.failed()) return {};
  selector result = detail::parse_plain_selector(in);
  for (unsigned depth = 0; !in.failed(); ++depth) {
    if (depth == cursor::max_nesting) in.fail_with(syntax_error("the selection is nested too deeply"));
    if (in.accept("[")) {
      result = detail::wrap_selector(selector_kind::element, std::move(result));
      if (!in.at("..")) result.terms.push_back(parse_term(in));
      if (in.at("..")) in.fail_with(unsupported("slices of collections in a selection"));
      in.expect("]");
    } else if (in.accept(".")) {
      result = detail::wrap_selector(selector_kind::field, std::move(result));
      result.name = in.identifier();
    } else {
      break;
    }
  }
  return result;
}

namespace detail {

inline bool parse_comparison(cursor& in, relation_op& op) {
  static constexpr std::pair<std::string_view, relation_op> operators[] = {
      {"=", relation_op::eq},  {"!=", relation_op::ne}, {"<", relation_op::lt},
      {"<=", relation_op::le}, {">", relation_op::gt},  {">=", relation_op::ge}};
  for (const auto& [text, meaning] : operators) {
    if (!in.accept(text)) continue;
    op = meaning;
    return true;
  }
  return false;
}

inline void parse_in_values(cursor& in, relation& result) {
  result.op = relation_op::in;
  if (in.at("?") || in.at(":")) {
    result.in_marker = true;
    result.values.push_back(parse_term(in));
    return;
  }
  in.expect("(");
  result.values = parse_term_list(in, ")");
}

inline std::vector<std::string> parse_names(cursor& in) {
  std::vector<std::string> names;
  do {
    names.push_back(in.identifier());
  } while (!in.failed() && in.accept(","));
  in.expect(")");
  return names;
}

// What stands behind the column, tuple or token() of a relation.
inline void parse_operation(cursor& in, relation& result) {
  if (parse_comparison(in, result.op)) {
    result.values.push_back(parse_term(in));
  } else if (in.accept_word("in")) {
    parse_in_values(in, result);
  } else if (in.accept_word("contains")) {
    result.op = in.accept_word("key") ? relation_op::contains_key : relation_op::contains;
    result.values.push_back(parse_term(in));
  } else if (in.accept_word("like")) {
    result.op = relation_op::like;
    result.values.push_back(parse_term(in));
  } else if (in.accept_word("is")) {
    in.expect_word("not");
    in.expect_word("null");
    result.op = relation_op::is_not_null;
  } else {
    in.fail_expecting("an operator");
  }
}

inline relation parse_relation(cursor& in, bool condition) {
  const cursor::level guard(in);
  relation result;
  if (in.failed()) return result;
  if (!condition && in.at_word("token") && in.peek(1).is("(")) {
    (void)in.take();
    (void)in.take();
    result.target = relation_target::token;
    result.columns = parse_names(in);
    if (!parse_comparison(in, result.op)) in.fail_expecting("a comparison");
    result.values.push_back(parse_term(in));
    return result;
  }
  if (!condition && in.accept("(")) {
    if (!in.peek(1).is(",") && !in.peek(1).is(")")) {
      result = parse_relation(in, condition);
      in.expect(")");
      return result;
    }
    result.target = relation_target::tuple;
    result.columns = parse_names(in);
    parse_operation(in, result);
    return result;
  }
  result.columns.push_back(in.identifier());
  if (in.accept("[")) {
    result.target = relation_target::element;
    result.key = parse_term(in);
    in.expect("]");
  } else if (condition && in.accept(".")) {
    result.target = relation_target::field;
    result.field = in.identifier();
  }
  parse_operation(in, result);
  return result;
}

}  // namespace detail

std::vector<relation> parse_relations(cursor& in, bool conditions) {
  std::vector<relation> relations;
  do {
    relations.push_back(detail::parse_relation(in, conditions));
  } while (!in.failed() && in.accept_word("and"));
  return relations;
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSE_CONDITIONS_IPP
