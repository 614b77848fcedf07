// SPDX-License-Identifier: MIT
// Terms get their types.
#ifndef COODIE_TESTS_MOCK_EXPRESSION_COMPILE_IPP
#define COODIE_TESTS_MOCK_EXPRESSION_COMPILE_IPP

#include <algorithm>

#include "tests/mock/cql_printer.hpp"
#include "tests/mock/expression.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] inline std::vector<cql_type> partition_key_types(const table_schema& table) {
  std::vector<cql_type> types;
  for (std::size_t i = 0; i < table.partition_size; ++i) types.push_back(table.partition_column(i).type);
  return types;
}

[[nodiscard]] inline bool gives(const native_function& function, const cql_type& result) noexcept {
  return same_encoding(function.result, result) ||
         (function.result.id == type_id::timeuuid && result.id == type_id::uuid);
}

[[nodiscard]] inline bool all_assignable(const term_context& context, const std::vector<cql::term>& terms,
                                         const std::vector<cql_type>& types) {
  if (terms.size() != types.size()) return false;
  for (std::size_t i = 0; i < terms.size(); ++i)
    if (!is_assignable(context, terms[i], types[i])) return false;
  return true;
}

// The overloads that take the arguments, those first that give `result`.
[[nodiscard]] inline std::vector<native_function> choose_functions(const term_context& context,
                                                                   const cql::term& term,
                                                                   const cql_type& result) {
  std::vector<native_function> chosen;
  for (auto& candidate : find_functions(term.text, partition_key_types(context.table)))
    if (all_assignable(context, term.items, candidate.arguments)) chosen.push_back(std::move(candidate));
  std::stable_partition(chosen.begin(), chosen.end(),
                        [&](const native_function& each) { return gives(each, result); });
  return chosen;
}

[[nodiscard]] inline bool hint_fits(const term_context& context, const cql::term& term,
                                    const cql_type& type) {
  cql_type hinted;
  if (resolve_type(context.schema, context.table.keyspace, term.types.front(), hinted)) return false;
  const bool text = (hinted.id == type_id::ascii && type.id == type_id::varchar) ||
                    (hinted.id == type_id::timeuuid && type.id == type_id::uuid);
  return (text || same_encoding(hinted, type)) && is_assignable(context, term.items.front(), hinted);
}

[[nodiscard]] inline bool each_assignable(const term_context& context, const cql::term& term,
                                          const cql_type& type) {
  for (std::size_t i = 0; i < term.items.size(); ++i) {
    const std::size_t parameter = term.kind == cql::term_kind::map ? i % 2 : 0;
    if (!is_assignable(context, term.items[i], type.parameters[parameter])) return false;
  }
  return true;
}

[[nodiscard]] inline bool user_type_assignable(const term_context& context, const cql::term& term,
                                               const cql_type& type) {
  for (std::size_t i = 0; i < term.names.size(); ++i) {
    const auto at = std::find(type.field_names.begin(), type.field_names.end(), term.names[i]);
    if (at == type.field_names.end()) return false;
    const auto field = static_cast<std::size_t>(at - type.field_names.begin());
    if (!is_assignable(context, term.items[i], type.parameters[field])) return false;
  }
  return true;
}

[[nodiscard]] inline bool tuple_assignable(const term_context& context, const cql::term& term,
                                           const cql_type& type) {
  if (term.items.size() > type.parameters.size()) return false;
  for (std::size_t i = 0; i < term.items.size(); ++i)
    if (!is_assignable(context, term.items[i], type.parameters[i])) return false;
  return true;
}

}  // namespace detail

bool is_assignable(const term_context& context, const cql::term& term, const cql_type& type) {
  using cql::term_kind;
  switch (term.kind) {
    case term_kind::null:
    case term_kind::marker: return true;
    case term_kind::list:
      return (type.id == type_id::list ||
              (type.id == type_id::vector && term.items.size() == type.dimensions)) &&
             detail::each_assignable(context, term, type);
    case term_kind::set:
      if (term.items.empty() && type.id == type_id::map) return true;
      return type.id == type_id::set && detail::each_assignable(context, term, type);
    case term_kind::map: return type.id == type_id::map && detail::each_assignable(context, term, type);
    case term_kind::tuple: return type.id == type_id::tuple && detail::tuple_assignable(context, term, type);
    case term_kind::user_type:
      return type.id == type_id::udt && detail::user_type_assignable(context, term, type);
    case term_kind::hint: return detail::hint_fits(context, term, type);
    case term_kind::function: {
      const auto chosen = detail::choose_functions(context, term, type);
      return !chosen.empty() && detail::gives(chosen.front(), type);
    }
    default: return constant_fits(term.kind, type);
  }
}

namespace detail {

[[nodiscard]] inline receiver part_of(const receiver& whole, std::string_view what, const cql_type& type) {
  return {std::string(what) + '(' + whole.name + ')', type};
}

[[nodiscard]] inline std::string_view literal_name(cql::term_kind kind) noexcept {
  switch (kind) {
    case cql::term_kind::list: return "list";
    case cql::term_kind::set: return "set";
    case cql::term_kind::map: return "map";
    case cql::term_kind::tuple: return "tuple";
    default: return "user type";
  }
}

[[nodiscard]] inline cql::refusal wrong_literal(const cql::term& term, const receiver& target) {
  if (term.kind == cql::term_kind::list && is_collection(target.type))
    return cql::invalid("Unexpected receiver type '" + schema_type_text(target.type) +
                        "'; only list and vector are expected");
  return cql::invalid("Invalid " + std::string(literal_name(term.kind)) + " literal for " + target.name +
                      " of type " + schema_type_text(target.type));
}

[[nodiscard]] inline bool contains_marker(const cql::term& term) noexcept {
  return term.kind == cql::term_kind::marker ||
         std::any_of(term.items.begin(), term.items.end(), contains_marker);
}

inline cql::refusal compile_part(term_context& context, const cql::term& item, const receiver& part,
                                 const std::string& otherwise, expression& result) {
  if (contains_marker(item))
    return cql::invalid(otherwise.substr(0, otherwise.find(':')) +
                        ": bind variables are not supported inside collection literals");
  if (item.kind == cql::term_kind::null)
    return cql::invalid("null is not supported inside " +
                        std::string(otherwise.starts_with("Invalid vector") ? "vectors" : "collections"));
  if (!is_assignable(context, item, part.type)) return cql::invalid(otherwise);
  return compile(context, item, part, result.parts.emplace_back());
}

inline cql::refusal compile_elements(term_context& context, const cql::term& term, const receiver& target,
                                     expression& result) {
  const bool map = term.kind == cql::term_kind::map;
  const std::string_view kind = target.type.id == type_id::vector ? "vector" : literal_name(term.kind);
  for (std::size_t i = 0; i < term.items.size(); ++i) {
    const bool key = map && i % 2 == 0;
    const cql_type& type = target.type.parameters[map ? i % 2 : 0];
    const std::string otherwise = "Invalid " + std::string(kind) + " literal for " + target.name + ": " +
                                  (key ? "key " : "value ") + print(term.items[i]) + " is not of type " +
                                  schema_type_text(type);
    if (auto refused = compile_part(context, term.items[i], part_of(target, key ? "key" : "value", type),
                                    otherwise, result))
      return refused;
  }
  return {};
}

inline cql::refusal compile_tuple(term_context& context, const cql::term& term, const receiver& target,
                                  expression& result) {
  const cql_type& type = target.type;
  if (term.items.size() > type.parameters.size())
    return cql::invalid("Invalid tuple literal for " + target.name + ": too many elements. Type " +
                        schema_type_text(type) + " expects " + std::to_string(type.parameters.size()) +
                        " but got " + std::to_string(term.items.size()));
  for (std::size_t i = 0; i < term.items.size(); ++i) {
    const receiver part{target.name + '[' + std::to_string(i) + ']', type.parameters[i]};
    if (!is_assignable(context, term.items[i], part.type))
      return cql::invalid("Invalid tuple literal for " + target.name + ": component " + std::to_string(i) +
                          " is not of type " + schema_type_text(part.type));
    if (auto refused = compile(context, term.items[i], part, result.parts.emplace_back())) return refused;
  }
  return {};
}

inline cql::refusal compile_user_type(term_context& context, const cql::term& term, const receiver& target,
                                      expression& result) {
  const cql_type& type = target.type;
  result.parts.resize(type.parameters.size());
  for (std::size_t i = 0; i < term.names.size(); ++i) {
    const auto at = std::find(type.field_names.begin(), type.field_names.end(), term.names[i]);
    if (at == type.field_names.end())
      return cql::invalid("Unknown field '" + term.names[i] + "' in value of user defined type " + type.name);
    const auto field = static_cast<std::size_t>(at - type.field_names.begin());
    const receiver part{target.name + '.' + term.names[i], type.parameters[field]};
    if (!is_assignable(context, term.items[i], part.type))
      return cql::invalid("Invalid user type literal for " + target.name + ": field " + term.names[i] +
                          " is not of type " + schema_type_text(part.type));
    if (auto refused = compile(context, term.items[i], part, result.parts[field])) return refused;
  }
  return {};
}

inline cql::refusal compile_nested(term_context& context, const cql::term& term, const receiver& target,
                                   expression& result) {
  using cql::term_kind;
  result.kind = expression::what::nested;
  const type_id id = target.type.id;
  if (term.kind == term_kind::list && id == type_id::vector && term.items.size() != target.type.dimensions)
    return cql::invalid("Invalid vector literal for " + target.name + " of type " +
                        schema_type_text(target.type) + "; expected " +
                        std::to_string(target.type.dimensions) + " elements, but given " +
                        std::to_string(term.items.size()));
  const bool fits = (term.kind == term_kind::list && (id == type_id::list || id == type_id::vector)) ||
                    (term.kind == term_kind::set && id == type_id::set) ||
                    (term.kind == term_kind::set && id == type_id::map && term.items.empty()) ||
                    (term.kind == term_kind::map && id == type_id::map) ||
                    (term.kind == term_kind::tuple && id == type_id::tuple) ||
                    (term.kind == term_kind::user_type && id == type_id::udt);
  if (!fits) return wrong_literal(term, target);
  if (term.kind == term_kind::tuple) return compile_tuple(context, term, target, result);
  if (term.kind == term_kind::user_type) return compile_user_type(context, term, target, result);
  return compile_elements(context, term, target, result);
}

[[nodiscard]] inline cql::refusal ambiguous_call(std::string_view name) {
  return cql::invalid("Ambiguous call to function " + std::string(name) +
                      " (can be matched by several signatures): use type casts to disambiguate");
}

inline cql::refusal compile_call(term_context& context, const cql::term& term, const receiver& target,
                                 expression& result) {
  if (!term.names.empty() && term.names.front() != "system")
    return cql::unsupported("user-defined functions");
  if (find_functions(term.text, partition_key_types(context.table)).empty())
    return unknown_function(term.text, "Unknown function " + term.text + " called");
  result.kind = expression::what::call;
  auto chosen = choose_functions(context, term, target.type);
  if (chosen.empty())
    return cql::invalid("Invalid call to function system." + term.text +
                        ", none of its type signatures match the arguments");
  result.function = std::move(chosen.front());
  if (!gives(result.function, target.type))
    return cql::invalid("Type error: cannot assign result of function system." + result.function.name +
                        " (type " + schema_type_text(result.function.result) + ") to " + target.name +
                        " (type " + schema_type_text(target.type) + ')');
  if (chosen.size() > 1 && gives(chosen[1], target.type)) return ambiguous_call(term.text);
  for (std::size_t i = 0; i < term.items.size(); ++i) {
    const receiver argument{"arg" + std::to_string(i) + "(system." + term.text + ')',
                            result.function.arguments[i]};
    if (auto refused = compile(context, term.items[i], argument, result.parts.emplace_back())) return refused;
  }
  return {};
}

inline cql::refusal compile_marker(term_context& context, const cql::term& term, const receiver& target,
                                   expression& result) {
  result.kind = expression::what::marker;
  result.marker = term.index;
  const std::string& given = context.marker_names[term.index];
  context.markers[term.index] = {context.table.keyspace, context.table.name,
                                 given.empty() ? target.name : given, target.type, target.on};
  return {};
}

}  // namespace detail

cql::refusal compile(term_context& context, const cql::term& term, const receiver& target,
                     expression& result) {
  using cql::term_kind;
  result = {};
  result.type = target.type;
  result.name = target.name;
  switch (term.kind) {
    case term_kind::null: return {};
    case term_kind::marker: return detail::compile_marker(context, term, target, result);
    case term_kind::list:
    case term_kind::set:
    case term_kind::map:
    case term_kind::tuple:
    case term_kind::user_type: return detail::compile_nested(context, term, target, result);
    case term_kind::function: return detail::compile_call(context, term, target, result);
    case term_kind::hint:
      if (!is_assignable(context, term, target.type))
        return cql::invalid("Cannot assign value " + print(term) + " to " + target.name + " of type " +
                            schema_type_text(target.type));
      return compile(context, term.items.front(), target, result);
    default: break;
  }
  result.kind = expression::what::constant;
  return encode_constant(term, target, result.value);
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_EXPRESSION_COMPILE_IPP
