// SPDX-License-Identifier: MIT
// Names, types, terms and USING.
#ifndef COODIE_TESTS_MOCK_CQL_PARSE_TERMS_IPP
#define COODIE_TESTS_MOCK_CQL_PARSE_TERMS_IPP

#include <cmath>
#include <cstdlib>

#include "tests/mock/cql_parse_terms.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

object_name parse_object_name(cursor& in) {
  object_name result;
  result.name = in.identifier();
  if (in.accept(".")) {
    result.keyspace = std::move(result.name);
    result.name = in.identifier();
  }
  return result;
}

namespace detail {

inline void parse_type_parameters(cursor& in, type_name& type) {
  if (!in.accept("<")) return;
  do {
    if (in.peek().kind == token_kind::integer && !type.parameters.empty()) {
      type.dimensions = static_cast<std::int32_t>(std::strtol(in.take().text.c_str(), nullptr, 10));
      break;
    }
    type.parameters.push_back(parse_type(in));
  } while (!in.failed() && in.accept(","));
  in.expect(">");
}

}  // namespace detail

type_name parse_type(cursor& in) {
  const cursor::level guard(in);
  type_name type;
  if (in.failed()) return type;
  if (in.peek().kind == token_kind::string) {
    type.custom = true;
    type.name = in.take().text;
    return type;
  }
  if (in.at_word("frozen") && in.peek(1).is("<")) {
    (void)in.take();
    in.expect("<");
    type = parse_type(in);
    type.frozen = true;
    in.expect(">");
    return type;
  }
  if (in.at_word("set")) {  // the one reserved word that is a type
    type.name = in.take().text;
  } else {
    object_name name = parse_object_name(in);
    type.keyspace = std::move(name.keyspace);
    type.name = std::move(name.name);
  }
  detail::parse_type_parameters(in, type);
  return type;
}

namespace detail {

// (1, 'a') is a tuple; (int) 5 says the type of what follows.
inline term parse_parenthesized(cursor& in) {
  term result;
  const token& next = in.peek();
  const bool names_a_type = (in.at_identifier() || next.kind == token_kind::quoted_identifier) &&
                            !next.is_literal_word() && !in.peek(1).is("(") &&
                            !(in.peek(1).is(".") && in.peek(3).is("("));
  if (names_a_type) {
    result.kind = term_kind::hint;
    result.types.push_back(parse_type(in));
    in.expect(")");
    result.items.push_back(parse_term(in));
    return result;
  }
  result.kind = term_kind::tuple;
  result.items = parse_term_list(in, ")");
  if (result.items.empty()) in.fail_expecting("a term");
  return result;
}

inline void parse_user_type_fields(cursor& in, term& result) {
  result.kind = term_kind::user_type;
  do {
    result.names.push_back(in.identifier());
    in.expect(":");
    result.items.push_back(parse_term(in));
  } while (!in.failed() && in.accept(","));
  in.expect("}");
}

// {} and {1, 2} are sets, {1: 2} a map, {field: 1} a user type.
inline term parse_braces(cursor& in) {
  term result;
  result.kind = term_kind::set;
  if (in.accept("}")) return result;
  if (in.at_identifier() && !in.peek().is_literal_word() && in.peek(1).is(":")) {
    parse_user_type_fields(in, result);
    return result;
  }
  do {
    result.items.push_back(parse_term(in));
    if (in.at(":") && result.items.size() == 1) result.kind = term_kind::map;
    if (result.kind == term_kind::map) {
      in.expect(":");
      result.items.push_back(parse_term(in));
    }
  } while (!in.failed() && in.accept(","));
  in.expect("}");
  return result;
}

inline term parse_marker(cursor& in) {
  term result;
  result.kind = term_kind::marker;
  if (in.accept("?")) {
    result.index = in.add_marker({});
    return result;
  }
  in.expect(":");
  const token& name = in.peek();
  if (name.kind != token_kind::identifier && name.kind != token_kind::quoted_identifier) {
    in.fail_expecting("the name of a bind marker");
    return result;
  }
  result.text = in.take().text;
  result.index = in.add_marker(result.text);
  return result;
}

inline term parse_function_call(cursor& in) {
  term result;
  result.kind = term_kind::function;
  if (in.at_word("token")) {
    result.text = in.take().text;
  } else {
    object_name name = parse_object_name(in);
    result.text = std::move(name.name);
    if (!name.keyspace.empty()) result.names.push_back(std::move(name.keyspace));
  }
  in.expect("(");
  result.items = parse_term_list(in, ")");
  return result;
}

inline bool parse_word_literal(cursor& in, term& result) {
  const bool negative = in.at("-");
  const token& word = in.peek(negative ? 1 : 0);
  if (word.is_word("nan") || word.is_word("infinity")) {
    if (negative) (void)in.take();
    result.kind = term_kind::floating;
    result.text = std::string(negative ? "-" : "") + (word.is_word("nan") ? "NaN" : "Infinity");
    (void)in.take();
    return true;
  }
  if (negative) return false;
  if (in.accept_word("null")) return true;
  if (!in.at_word("true") && !in.at_word("false")) return false;
  result.kind = term_kind::boolean;
  result.text = in.take().text;
  return true;
}

[[nodiscard]] inline bool constant_kind(token_kind token, term_kind& kind) noexcept {
  switch (token) {
    case token_kind::string: kind = term_kind::string; return true;
    case token_kind::integer: kind = term_kind::integer; return true;
    case token_kind::floating: kind = term_kind::floating; return true;
    case token_kind::uuid: kind = term_kind::uuid; return true;
    case token_kind::hex: kind = term_kind::hex; return true;
    case token_kind::duration: kind = term_kind::duration; return true;
    default: return false;
  }
}

}  // namespace detail

term parse_term(cursor& in) {
  const cursor::level guard(in);
  term result;
  if (in.failed()) return result;
  if (detail::constant_kind(in.peek().kind, result.kind)) {
    result.text = in.take().text;
    // A number that no double holds is not CQL to Cassandra, whatever it is for.
    if (result.kind == term_kind::floating && std::isinf(std::strtod(result.text.c_str(), nullptr)))
      in.fail_with(syntax_error("the number " + result.text + " is out of range"));
    return result;
  }
  if (detail::parse_word_literal(in, result)) return result;
  if (in.at("?") || in.at(":")) return detail::parse_marker(in);
  if (in.accept("(")) return detail::parse_parenthesized(in);
  if (in.accept("{")) return detail::parse_braces(in);
  if (in.accept("[")) {
    result.kind = term_kind::list;
    result.items = parse_term_list(in, "]");
    return result;
  }
  const bool called = in.peek(1).is("(") || (in.peek(1).is(".") && in.peek(3).is("("));
  if (called && (in.at_identifier() || in.at_word("token"))) return detail::parse_function_call(in);
  in.fail_expecting("a term");
  return result;
}

std::vector<term> parse_term_list(cursor& in, std::string_view close) {
  std::vector<term> items;
  if (in.accept(close)) return items;
  do {
    items.push_back(parse_term(in));
  } while (!in.failed() && in.accept(","));
  in.expect(close);
  return items;
}

term parse_integer_term(cursor& in) {
  if (in.peek().kind == token_kind::integer || in.at("?") || in.at(":")) return parse_term(in);
  in.fail_expecting("an integer or a bind marker");
  return {};
}

void skip_timeout(cursor& in) {
  if (in.peek().kind != token_kind::duration) return in.fail_expecting("a duration");
  (void)in.take();
}

attributes parse_using(cursor& in, bool ttl_allowed) {
  attributes result;
  if (!in.accept_word("using")) return result;
  do {
    if (in.accept_word("timestamp")) {
      result.timestamp = parse_integer_term(in);
    } else if (ttl_allowed && in.accept_word("ttl")) {
      result.ttl = parse_integer_term(in);
    } else if (in.scylla && in.accept_word("timeout")) {
      skip_timeout(in);
    } else {
      in.fail_expecting(ttl_allowed ? "TIMESTAMP or TTL" : "TIMESTAMP");
    }
  } while (!in.failed() && in.accept_word("and"));
  return result;
}

property parse_property(cursor& in) {
  property result;
  result.name = in.identifier();
  in.expect("=");
  if (in.at_identifier() && !in.peek().is_literal_word()) {
    result.value.kind = term_kind::string;  // a bare word, as in durable_writes = on
    result.value.text = in.take().text;
  } else {
    result.value = parse_term(in);
  }
  return result;
}

std::vector<property> parse_properties(cursor& in) {
  std::vector<property> properties;
  if (!in.accept_word("with")) return properties;
  do {
    properties.push_back(parse_property(in));
  } while (!in.failed() && in.accept_word("and"));
  return properties;
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PARSE_TERMS_IPP
