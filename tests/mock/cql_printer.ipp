// SPDX-License-Identifier: MIT
// Statements printed as CQL: terms, selectors, conditions and what reads and writes rows.
#ifndef COODIE_TESTS_MOCK_CQL_PRINTER_IPP
#define COODIE_TESTS_MOCK_CQL_PRINTER_IPP

#include <string_view>

#include "tests/mock/cql_print_parts.hpp"
#include "tests/mock/cql_printer.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

inline std::string print_map(const term& value) {
  std::string text = "{";
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2)
    text += (i == 0 ? "" : ", ") + print(value.items[i]) + ": " + print(value.items[i + 1]);
  return text + '}';
}
inline std::string print_user_type(const term& value) {
  std::string text = "{";
  for (std::size_t i = 0; i < value.items.size(); ++i)
    text += (i == 0 ? "" : ", ") + print_name(value.names[i]) + ": " + print(value.items[i]);
  return text + '}';
}
// A marker may be named by a reserved word.
inline std::string print_marker_name(std::string_view name) {
  return coodie::detail::is_plain_name(name) ? std::string(name) : print_name(name);
}
// token is reserved and yet a function.
inline std::string print_function(std::string_view keyspace, std::string_view name) {
  if (keyspace.empty() && name == "token") return "token";
  return keyspace.empty() ? print_name(name) : print_name(keyspace) + '.' + print_name(name);
}

}  // namespace detail

std::string print(const type_name& type) {
  if (type.custom) return detail::print_string(type.name);
  std::string text = type.keyspace.empty() ? "" : detail::print_name(type.keyspace) + '.';
  text += type.keyspace.empty() && type.name == "set" ? "set" : detail::print_name(type.name);
  if (!type.parameters.empty()) {
    text += '<' + detail::print_list(type.parameters, [](const type_name& inner) { return print(inner); });
    if (type.dimensions != 0) text += ", " + std::to_string(type.dimensions);
    text += '>';
  }
  return type.frozen ? "frozen<" + text + '>' : text;
}

std::string print(const term& value) {
  switch (value.kind) {
    case term_kind::null: return "NULL";
    case term_kind::string: return detail::print_string(value.text);
    case term_kind::hex: return "0x" + value.text;
    case term_kind::marker: return value.text.empty() ? "?" : ':' + detail::print_marker_name(value.text);
    case term_kind::list: return '[' + detail::print_terms(value.items) + ']';
    case term_kind::set: return '{' + detail::print_terms(value.items) + '}';
    case term_kind::map: return detail::print_map(value);
    case term_kind::tuple: return '(' + detail::print_terms(value.items) + ')';
    case term_kind::user_type: return detail::print_user_type(value);
    case term_kind::function:
      return detail::print_function(value.names.empty() ? "" : value.names.front(), value.text) + '(' +
             detail::print_terms(value.items) + ')';
    case term_kind::hint: return '(' + print(value.types.front()) + ')' + print(value.items.front());
    case term_kind::integer:
    case term_kind::floating:
    case term_kind::boolean:
    case term_kind::uuid:
    case term_kind::duration: break;
  }
  return value.text;
}

std::string print(const selector& selected) {
  const auto inner = [](const selector& item) { return print(item); };
  std::string text;
  switch (selected.kind) {
    case selector_kind::column: text = detail::print_name(selected.name); break;
    case selector_kind::element:
      text = print(selected.items.front()) + '[' + print(selected.terms.front()) + ']';
      break;
    case selector_kind::field:
      text = print(selected.items.front()) + '.' + detail::print_name(selected.name);
      break;
    case selector_kind::count_all: text = "count(*)"; break;
    case selector_kind::cast:
      text = "cast(" + print(selected.items.front()) + " as " + print(selected.types.front()) + ')';
      break;
    case selector_kind::literal: text = print(selected.terms.front()); break;
    case selector_kind::function:
      text = detail::print_function(selected.keyspace, selected.name) + '(' +
             detail::print_list(selected.items, inner) + ')';
      break;
  }
  return selected.alias.empty() ? text : text + " AS " + detail::print_name(selected.alias);
}

std::string_view operator_text(relation_op op) noexcept {
  switch (op) {
    case relation_op::eq: return "=";
    case relation_op::ne: return "!=";
    case relation_op::lt: return "<";
    case relation_op::le: return "<=";
    case relation_op::gt: return ">";
    case relation_op::ge: return ">=";
    case relation_op::in: return "IN";
    case relation_op::contains: return "CONTAINS";
    case relation_op::contains_key: return "CONTAINS KEY";
    case relation_op::like: return "LIKE";
    case relation_op::is_not_null: break;
  }
  return "IS NOT NULL";
}

std::string print(const relation& condition) {
  std::string text;
  switch (condition.target) {
    case relation_target::column: text = detail::print_name(condition.columns.front()); break;
    case relation_target::tuple: text = '(' + detail::print_names(condition.columns) + ')'; break;
    case relation_target::token: text = "token(" + detail::print_names(condition.columns) + ')'; break;
    case relation_target::element:
      text = detail::print_name(condition.columns.front()) + '[' + print(*condition.key) + ']';
      break;
    case relation_target::field:
      text = detail::print_name(condition.columns.front()) + '.' + detail::print_name(condition.field);
      break;
  }
  (text += ' ') += operator_text(condition.op);
  if (condition.op == relation_op::is_not_null) return text;
  if (condition.op == relation_op::in && !condition.in_marker)
    return text + " (" + detail::print_terms(condition.values) + ')';
  return text + ' ' + print(condition.values.front());
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PRINTER_IPP
