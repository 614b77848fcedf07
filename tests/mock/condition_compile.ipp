// SPDX-License-Identifier: MIT
// Relations become conditions.
#ifndef COODIE_TESTS_MOCK_CONDITION_COMPILE_IPP
#define COODIE_TESTS_MOCK_CONDITION_COMPILE_IPP

#include <algorithm>

#include "tests/mock/condition.hpp"
#include "tests/mock/cql_printer.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

cql::refusal find_column(const table_schema& table, const std::string& name, const column*& found) {
  found = table.find(name);
  if (found != nullptr) return {};
  return cql::invalid("Undefined column name " + quoted_name(name) + " in table " + table.keyspace + '.' +
                      table.name);
}

namespace detail {

[[nodiscard]] inline cql_type list_of(cql_type type) {
  cql_type list(type_id::list, {std::move(type)});
  list.frozen = true;
  return list;
}

// The values of =, <, IN (...) and IN ?; the target is that of each.
inline cql::refusal compile_values(term_context& context, const cql::relation& relation,
                                   const receiver& target, condition& result) {
  result.in_marker = relation.in_marker;
  if (relation.in_marker)
    return compile(context, relation.values.front(), {"in(" + target.name + ')', list_of(target.type)},
                   result.values.emplace_back());
  for (const auto& value : relation.values)
    if (auto refused = compile(context, value, target, result.values.emplace_back())) return refused;
  return {};
}

inline cql::refusal compile_contains(term_context& context, const cql::relation& relation,
                                     condition& result) {
  const column& on = *result.columns.front();
  const bool key = relation.op == cql::relation_op::contains_key;
  if (key && on.type.id != type_id::map)
    return cql::invalid("Cannot use CONTAINS KEY on non-map column " + quoted_name(on.name));
  if (!is_collection(on.type))
    return cql::invalid("Cannot use CONTAINS on non-collection column " + quoted_name(on.name));
  const bool map_value = on.type.id == type_id::map && !key;
  result.type = on.type.parameters[map_value ? 1 : 0];
  return compile_values(context, relation, {(key ? "key(" : "value(") + on.name + ')', result.type}, result);
}

inline cql::refusal check_restrictable(const cql::relation& relation, const column& on,
                                       const condition& result) {
  if (is_multi_cell(on.type)) {
    if (on.type.id == type_id::udt)
      return cql::invalid("Non-frozen UDT column '" + on.name + "' (" + schema_type_text(on.type) +
                          ") cannot be restricted by any relation");
    return cql::invalid("Collection column '" + on.name + "' (" + schema_type_text(on.type) +
                        ") cannot be restricted by a '" + std::string(cql::operator_text(relation.op)) +
                        "' relation");
  }
  if (result.is_slice() && on.type.id == type_id::duration)
    return cql::invalid("Slice restrictions are not supported on duration columns");
  return {};
}

inline cql::refusal compile_element_relation(term_context& context, const cql::relation& relation,
                                             condition& result) {
  const column& on = *result.columns.front();
  if (on.type.id != type_id::map)
    return cql::invalid("Column " + quoted_name(on.name) + " cannot be used as a map");
  if (relation.op != cql::relation_op::eq)
    return cql::invalid("Only EQ relations are supported on map entries");
  if (on.type.frozen)
    return cql::invalid("Map-entry equality predicates on frozen map column " + on.name +
                        " are not supported");
  if (auto refused = compile(context, *relation.key, {"key(" + on.name + ')', on.type.parameters[0]},
                             result.key.emplace()))
    return refused;
  result.type = on.type.parameters[1];
  return compile_values(context, relation, {"value(" + on.name + ')', result.type}, result);
}

// (1, ?) in a relation of several columns: each item is for its column.
inline cql::refusal compile_row_value(term_context& context, const cql::term& value, const condition& row,
                                      expression& result) {
  result.kind = expression::what::nested;
  result.type = row.type;
  for (std::size_t i = 0; i < value.items.size(); ++i)
    if (auto refused =
            compile(context, value.items[i], receiver_of(*row.columns[i]), result.parts.emplace_back()))
      return refused;
  return {};
}

inline cql::refusal compile_tuple_relation(term_context& context, const cql::relation& relation,
                                           condition& result) {
  std::string name;
  std::vector<cql_type> types;
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    const column& on = *result.columns[i];
    if (on.kind != column_kind::clustering)
      return cql::invalid(
          "Multi-column relations can only be applied to clustering columns but was applied to: " +
          quoted_name(on.name));
    if (std::find(result.columns.begin(), result.columns.begin() + static_cast<std::ptrdiff_t>(i), &on) !=
        result.columns.begin() + static_cast<std::ptrdiff_t>(i))
      return cql::invalid("Column \"" + on.name + "\" appeared twice in a relation: " + cql::print(relation));
    if (i != 0 && on.position != result.columns[i - 1]->position + 1)
      return cql::invalid(
          "Clustering columns must appear in the PRIMARY KEY order in multi-column relations: " +
          cql::print(relation));
    name += (i == 0 ? "" : ",") + on.name;
    types.push_back(on.type);
  }
  const std::size_t expected = types.size();
  result.type = cql_type(type_id::tuple, std::move(types));
  if (relation.in_marker) return compile_values(context, relation, {name, result.type}, result);
  for (const auto& value : relation.values) {
    if (value.kind != relation.values.front().kind)
      return cql::syntax_error("IN has tuples and bind markers: " + cql::print(relation));
    expression& compiled = result.values.emplace_back();
    if (value.kind != cql::term_kind::tuple) {
      if (auto refused = compile(context, value, {'(' + name + ')', result.type}, compiled)) return refused;
      continue;
    }
    if (value.items.size() != expected)
      return cql::invalid("Expected " + std::to_string(expected) + " elements in value tuple, but got " +
                          std::to_string(value.items.size()) + ": " + cql::print(value));
    if (auto refused = compile_row_value(context, value, result, compiled)) return refused;
  }
  return {};
}

inline cql::refusal compile_token_relation(term_context& context, const cql::relation& relation,
                                           condition& result) {
  const table_schema& table = context.table;
  std::string order;
  bool ordered = result.columns.size() == table.partition_size;
  for (std::size_t i = 0; i < table.partition_size; ++i) {
    order += (i == 0 ? "" : ", ") + quoted_name(table.partition_column(i).name);
    ordered = ordered && result.columns[i] == &table.partition_column(i);
  }
  const bool all_there = std::all_of(result.columns.begin(), result.columns.end(),
                                     [](const column* on) { return on->kind == column_kind::partition_key; });
  if (!all_there || result.columns.size() != table.partition_size)
    return cql::invalid(
        "The token() function must be applied to all partition key components or none of them");
  if (!ordered)
    return cql::invalid("The token function arguments must be in the partition key order: " + order);
  result.type = cql_type(type_id::bigint);
  return compile_values(context, relation, {"partition key token", result.type}, result);
}

inline cql::refusal find_columns(const term_context& context, const cql::relation& relation,
                                 condition& result) {
  result.target = relation.target;
  const bool single =
      relation.op == cql::relation_op::in && !relation.in_marker && relation.values.size() == 1;
  result.op = single ? cql::relation_op::eq : relation.op;
  for (const auto& name : relation.columns)
    if (auto refused = find_column(context.table, name, result.columns.emplace_back())) return refused;
  return {};
}

}  // namespace detail

cql::refusal compile_relation(term_context& context, const cql::relation& relation, condition& result) {
  if (auto refused = detail::find_columns(context, relation, result)) return refused;
  if (relation.op == cql::relation_op::ne)
    return cql::invalid("Unsupported \"!=\" relation: " + cql::print(relation));
  if (relation.target == cql::relation_target::token)
    return detail::compile_token_relation(context, relation, result);
  if (relation.target == cql::relation_target::tuple)
    return detail::compile_tuple_relation(context, relation, result);
  const column& on = *result.columns.front();
  if (relation.op == cql::relation_op::is_not_null)
    return cql::invalid("Unsupported restriction: " + cql::print(relation));
  if (relation.op == cql::relation_op::contains || relation.op == cql::relation_op::contains_key)
    return detail::compile_contains(context, relation, result);
  if (relation.target == cql::relation_target::element)
    return detail::compile_element_relation(context, relation, result);
  result.type = on.type;
  if (relation.op != cql::relation_op::like)
    if (auto refused = detail::check_restrictable(relation, on, result)) return refused;
  if (auto refused = detail::compile_values(context, relation, receiver_of(on), result)) return refused;
  if (relation.op == cql::relation_op::like)
    return cql::invalid("LIKE restriction is only supported on properly indexed columns. " +
                        cql::print(relation) + " is not valid.");
  return {};
}

namespace detail {

inline cql::refusal compile_if_element(term_context& context, const cql::relation& relation,
                                       condition& result) {
  const column& on = *result.columns.front();
  if (on.type.id == type_id::set)
    return cql::invalid("Invalid element access syntax for set column " + on.name);
  if (on.type.id != type_id::list && on.type.id != type_id::map)
    return cql::invalid("Invalid element access syntax for non-collection column " + on.name);
  const bool list = on.type.id == type_id::list;
  const receiver key{(list ? "idx(" : "key(") + on.name + ')',
                     list ? cql_type(type_id::int_) : on.type.parameters[0]};
  result.type = on.type.parameters[list ? 0 : 1];
  return compile(context, *relation.key, key, result.key.emplace());
}

inline cql::refusal find_field(const cql::relation& relation, condition& result) {
  const column& on = *result.columns.front();
  if (on.type.id != type_id::udt)
    return cql::invalid("Invalid field access syntax for non-UDT column " + on.name);
  const auto& names = on.type.field_names;
  const auto at = std::find(names.begin(), names.end(), relation.field);
  if (at == names.end()) return cql::invalid("Unknown field " + relation.field + " for column " + on.name);
  result.field = static_cast<std::size_t>(at - names.begin());
  result.type = on.type.parameters[result.field];
  return {};
}

}  // namespace detail

cql::refusal compile_if_condition(term_context& context, const cql::relation& relation, condition& result) {
  if (auto refused = detail::find_columns(context, relation, result)) return refused;
  const column& on = *result.columns.front();
  if (on.is_key()) return cql::invalid("PRIMARY KEY column '" + on.name + "' cannot have IF conditions");
  if (on.type.id == type_id::counter) return cql::invalid("Conditions on counters are not supported");
  switch (relation.op) {
    case cql::relation_op::contains:
    case cql::relation_op::contains_key: return detail::compile_contains(context, relation, result);
    case cql::relation_op::like:
    case cql::relation_op::is_not_null:
      return cql::syntax_error("line 1:0 no viable alternative at input '" +
                               std::string(cql::operator_text(relation.op)) + "'");
    default: break;
  }
  result.type = on.type;
  if (relation.target == cql::relation_target::element)
    if (auto refused = detail::compile_if_element(context, relation, result)) return refused;
  if (relation.target == cql::relation_target::field)
    if (auto refused = detail::find_field(relation, result)) return refused;
  if (result.is_slice() && result.type.id == type_id::duration)
    return cql::invalid("Slice conditions are not supported on durations");
  const std::string name =
      relation.target == cql::relation_target::element ? "value(" + on.name + ')' : on.name;
  return detail::compile_values(context, relation, {name, result.type}, result);
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONDITION_COMPILE_IPP
