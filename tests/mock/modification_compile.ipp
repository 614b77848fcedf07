// SPDX-License-Identifier: MIT
// The rules of INSERT, UPDATE and DELETE.
#ifndef COODIE_TESTS_MOCK_MODIFICATION_COMPILE_IPP
#define COODIE_TESTS_MOCK_MODIFICATION_COMPILE_IPP

#include <algorithm>

#include "tests/mock/cql_printer.hpp"
#include "tests/mock/modification_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

inline cql::refusal plan_attributes(term_context& context, const cql::attributes& using_,
                                    modification_plan& plan) {
  const bool counters = plan.schema->counters;
  if (using_.timestamp) {
    if (counters) return cql::invalid("Cannot provide custom timestamp for counter updates");
    if (plan.is_conditional()) return cql::invalid("Cannot provide custom timestamp for conditional updates");
    if (auto refused = compile(context, *using_.timestamp, {"[timestamp]", cql_type(type_id::bigint)},
                               plan.timestamp.emplace()))
      return refused;
  }
  if (!using_.ttl) return {};
  if (counters) return cql::invalid("Cannot provide custom TTL for counter updates");
  return compile(context, *using_.ttl, {"[ttl]", cql_type(type_id::int_)}, plan.ttl.emplace());
}

inline cql::refusal check_conditional(const modification_plan& plan) {
  if (plan.is_conditional() && plan.schema->counters)
    return cql::invalid("Conditional updates are not supported on counter tables");
  return {};
}

[[nodiscard]] inline bool writes_only_statics(const modification_plan& plan) {
  return !plan.operations.empty() && std::all_of(plan.operations.begin(), plan.operations.end(),
                                                 [](const operation& each) { return each.on->is_static(); });
}

// Whether the statement needs no row: neither what it writes nor what it asks about is in one.
inline void find_static_only(modification_plan& plan) {
  plan.only_statics = writes_only_statics(plan) &&
                      std::all_of(plan.conditions.begin(), plan.conditions.end(),
                                  [](const condition& each) { return each.columns.front()->is_static(); });
}

[[nodiscard]] inline std::string missing_clustering(const modification_plan& plan) {
  std::string missing;
  const table_schema& table = *plan.schema;
  for (std::size_t i = 0; i < table.clustering_size; ++i) {
    const column* wanted = &table.clustering_column(i);
    const bool there =
        std::any_of(plan.where.clustering.begin(), plan.where.clustering.end(), [&](const condition* each) {
          return std::find(each->columns.begin(), each->columns.end(), wanted) != each->columns.end();
        });
    if (!there) missing += (missing.empty() ? "" : ", ") + wanted->name;
  }
  return missing;
}

inline cql::relation key_relation(const std::string& name, const cql::term& value) {
  cql::relation relation;
  relation.columns.push_back(name);
  relation.values.push_back(value);
  return relation;
}

// The key columns of an INSERT are conditions, the others operations.
inline cql::refusal split_insert(term_context& context, const cql::insert_statement& statement,
                                 modification_plan& plan) {
  plan.where.partition.assign(plan.schema->partition_size, nullptr);
  plan.where.conditions.reserve(statement.columns.size());
  for (std::size_t i = 0; i < statement.columns.size(); ++i) {
    const column* on = nullptr;
    if (auto refused = find_column(*plan.schema, statement.columns[i], on)) return refused;
    const auto before = statement.columns.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(statement.columns.begin(), before, statement.columns[i]) != before)
      return cql::invalid("The column names contains duplicates");
    if (on->is_key()) {
      condition& key = plan.where.conditions.emplace_back();
      if (auto refused = compile_relation(context, key_relation(on->name, statement.values[i]), key))
        return refused;
    } else {
      operation& write = plan.operations.emplace_back();
      write.on = on;
      if (auto refused = compile(context, statement.values[i], receiver_of(*on), write.value)) return refused;
    }
  }
  return {};
}

inline cql::refusal check_insert_key(modification_plan& plan) {
  for (const auto& each : plan.where.conditions) {
    if (each.columns.front()->kind == column_kind::partition_key)
      plan.where.partition[each.columns.front()->position] = &each;
    else
      plan.where.clustering.push_back(&each);
  }
  std::sort(plan.where.clustering.begin(), plan.where.clustering.end(),
            [](const condition* a, const condition* b) {
              return a->columns.front()->position < b->columns.front()->position;
            });
  std::string missing;
  for (std::size_t i = 0; i < plan.schema->partition_size; ++i)
    if (plan.where.partition[i] == nullptr)
      missing += (missing.empty() ? "" : ", ") + plan.schema->partition_column(i).name;
  if (!missing.empty()) return cql::invalid("Some partition key parts are missing: " + missing);
  plan.where.partition_complete = true;
  // Static columns alone need no row; with a row key they are written beside it.
  plan.only_statics = plan.only_statics && plan.where.clustering.empty();
  if (plan.only_statics) return {};
  if (const auto left_out = missing_clustering(plan); !left_out.empty())
    return cql::invalid("Some clustering keys are missing: " + left_out);
  return {};
}

}  // namespace detail

cql::refusal plan_modification(term_context& context, std::shared_ptr<const table_schema> schema,
                               const cql::insert_statement& statement, modification_plan& plan) {
  plan.schema = std::move(schema);
  plan.if_not_exists = statement.if_not_exists;
  if (statement.json) return cql::unsupported("INSERT JSON");
  if (plan.schema->counters)
    return cql::invalid("INSERT statements are not allowed on counter tables, use UPDATE instead");
  if (statement.columns.size() != statement.values.size())
    return cql::invalid("Unmatched column names/values");
  if (auto refused = detail::split_insert(context, statement, plan)) return refused;
  detail::find_static_only(plan);
  if (auto refused = detail::check_insert_key(plan)) return refused;
  return detail::plan_attributes(context, statement.using_, plan);
}

namespace detail {

[[nodiscard]] inline std::string operation_text(const cql::assignment& from) {
  const std::string value = cql::print(from.value);
  switch (from.kind) {
    case cql::assignment_kind::element: return from.column + '[' + cql::print(*from.key) + "] = " + value;
    case cql::assignment_kind::field: return from.column + '.' + from.field + " = " + value;
    case cql::assignment_kind::add: return from.column + " = " + from.column + " + " + value;
    case cql::assignment_kind::subtract: return from.column + " = " + from.column + " - " + value;
    case cql::assignment_kind::prepend: return from.column + " = " + value + " - " + from.column;
    case cql::assignment_kind::set: break;
  }
  return from.column + " = " + value;
}

[[nodiscard]] inline cql::refusal wrong_operation(const cql::assignment& from, std::string_view why) {
  return cql::invalid("Invalid operation (" + operation_text(from) + ") for " + std::string(why) + ' ' +
                      from.column);
}

[[nodiscard]] inline cql_type key_set(const cql_type& map) {
  cql_type keys(type_id::set, {map.parameters[0]});
  return keys;
}

inline cql::refusal plan_add(term_context& context, const cql::assignment& from, operation& result) {
  const cql_type& type = result.on->type;
  const bool subtracts = from.kind == cql::assignment_kind::subtract;
  if (from.kind == cql::assignment_kind::prepend) {
    result.kind = operation_kind::prepend;
    if (type.id != type_id::list) return wrong_operation(from, "non list column");
  } else {
    result.kind = subtracts ? operation_kind::subtract : operation_kind::add;
    if (type.id == type_id::udt || type.id == type_id::tuple) return wrong_operation(from, "tuple column");
    if (!is_collection(type) && type.id != type_id::counter)
      return wrong_operation(from, "non counter column");
  }
  if (is_collection(type) && type.frozen) return wrong_operation(from, "frozen collection column");
  if (type.id == type_id::counter && from.value.kind == cql::term_kind::null)
    return cql::invalid("Invalid null value for counter increment/decrement");
  const receiver target{result.on->name, subtracts && type.id == type_id::map ? key_set(type) : type};
  return compile(context, from.value, target, result.value);
}

inline cql::refusal plan_element(term_context& context, const cql::assignment& from, operation& result) {
  const cql_type& type = result.on->type;
  result.kind = operation_kind::set_element;
  if (!is_collection(type)) return wrong_operation(from, "non collection column");
  if (type.frozen) return wrong_operation(from, "frozen collection column");
  if (type.id == type_id::set) return wrong_operation(from, "set column");
  const bool list = type.id == type_id::list;
  const receiver key{(list ? "idx(" : "key(") + result.on->name + ')',
                     list ? cql_type(type_id::int_) : type.parameters[0]};
  if (auto refused = compile(context, *from.key, key, result.key.emplace())) return refused;
  const receiver value{"value(" + result.on->name + ')', type.parameters[list ? 0 : 1]};
  return compile(context, from.value, value, result.value);
}

[[nodiscard]] inline bool find_field_number(const cql_type& type, const std::string& name,
                                            std::size_t& number) {
  const auto at = std::find(type.field_names.begin(), type.field_names.end(), name);
  number = static_cast<std::size_t>(at - type.field_names.begin());
  return at != type.field_names.end();
}

inline cql::refusal plan_field(term_context& context, const cql::assignment& from, operation& result) {
  const cql_type& type = result.on->type;
  result.kind = operation_kind::set_field;
  if (type.id != type_id::udt) return wrong_operation(from, "non-UDT column");
  if (type.frozen) return wrong_operation(from, "frozen UDT column");
  if (!find_field_number(type, from.field, result.field))
    return cql::invalid("UDT column " + from.column + " does not have a field named " + from.field);
  return compile(context, from.value, {result.on->name + '.' + from.field, type.parameters[result.field]},
                 result.value);
}

inline cql::refusal plan_assignment(term_context& context, const cql::assignment& from, operation& result) {
  if (auto refused = find_column(context.table, from.column, result.on)) return refused;
  if (result.on->is_key()) return cql::invalid("PRIMARY KEY part " + from.column + " found in SET part");
  switch (from.kind) {
    case cql::assignment_kind::set:
      if (result.on->type.id == type_id::counter && from.value.kind == cql::term_kind::null)
        return cql::invalid("Invalid null value for counter increment/decrement");
      if (result.on->type.id == type_id::counter)
        return cql::invalid("Cannot set the value of counter column " + from.column +
                            " (counters can only be incremented/decremented, not set)");
      return compile(context, from.value, receiver_of(*result.on), result.value);
    case cql::assignment_kind::element: return plan_element(context, from, result);
    case cql::assignment_kind::field: return plan_field(context, from, result);
    default: return plan_add(context, from, result);
  }
}

// A column may be set once; elements, fields and additions of one column go together.
[[nodiscard]] inline bool are_compatible(const cql::assignment& a, const cql::assignment& b) {
  if (a.column != b.column) return true;
  if (a.kind == cql::assignment_kind::set || b.kind == cql::assignment_kind::set) return false;
  if (a.kind == cql::assignment_kind::field || b.kind == cql::assignment_kind::field)
    return a.kind == b.kind && a.field != b.field;
  return true;
}

inline cql::refusal check_assignments(const std::vector<cql::assignment>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (!are_compatible(all[k], all[i]))
        return cql::syntax_error("Multiple incompatible setting of column " + all[i].column);
  return {};
}

inline cql::refusal plan_conditions(term_context& context, const std::vector<cql::relation>& relations,
                                    modification_plan& plan) {
  plan.conditions.reserve(relations.size());
  for (const auto& relation : relations)
    if (auto refused = compile_if_condition(context, relation, plan.conditions.emplace_back()))
      return refused;
  return {};
}

inline cql::refusal check_conditional_key(const modification_plan& plan, std::string_view what) {
  if (!plan.is_conditional()) return {};
  const std::string text = " is not supported with conditional " + std::string(what);
  if (plan.where.partition_has_in) return cql::invalid("IN on the partition key" + text);
  if (has_in(plan.where.clustering)) return cql::invalid("IN on the clustering key columns" + text);
  return {};
}

inline cql::refusal check_static_where(const modification_plan& plan, std::string_view statement) {
  if (plan.only_statics && !plan.where.clustering.empty())
    return cql::invalid("Invalid restrictions on clustering columns since the " + std::string(statement) +
                        " statement modifies only static columns");
  return {};
}

[[nodiscard]] inline bool is_sliced(const modification_plan& plan) noexcept {
  return std::any_of(plan.where.clustering.begin(), plan.where.clustering.end(),
                     [](const condition* each) { return each->is_slice(); });
}

}  // namespace detail

cql::refusal plan_modification(term_context& context, std::shared_ptr<const table_schema> schema,
                               const cql::update_statement& statement, modification_plan& plan) {
  plan.kind = modification_kind::update;
  plan.schema = std::move(schema);
  plan.if_exists = statement.if_exists;
  if (auto refused = detail::check_assignments(statement.assignments)) return refused;
  plan.operations.resize(statement.assignments.size());
  for (std::size_t i = 0; i < plan.operations.size(); ++i)
    if (auto refused = detail::plan_assignment(context, statement.assignments[i], plan.operations[i]))
      return refused;
  if (auto refused = detail::plan_conditions(context, statement.conditions, plan)) return refused;
  detail::find_static_only(plan);
  if (auto refused = plan_where(context, statement.where, {where_user::update, false, false}, plan.where))
    return refused;
  if (auto refused = detail::check_static_where(plan, "UPDATE")) return refused;
  if (detail::is_sliced(plan))
    return cql::invalid(
        "Slice restrictions are not supported on the clustering columns in UPDATE statements");
  const auto missing = plan.only_statics ? std::string() : detail::missing_clustering(plan);
  if (!missing.empty()) return cql::invalid("Some clustering keys are missing: " + missing);
  if (auto refused = detail::check_conditional(plan)) return refused;
  if (auto refused = detail::check_conditional_key(plan, "updates")) return refused;
  return detail::plan_attributes(context, statement.using_, plan);
}

namespace detail {

inline cql::refusal plan_deletion(term_context& context, const cql::deletion& from, operation& result) {
  if (auto refused = find_column(context.table, from.column, result.on)) return refused;
  const cql_type& type = result.on->type;
  if (result.on->is_key())
    return cql::invalid("Invalid identifier " + from.column +
                        " for deletion (should not be a PRIMARY KEY part)");
  if (!from.field.empty()) {
    result.kind = operation_kind::remove_field;
    if (type.id != type_id::udt)
      return cql::invalid("Invalid deletion operation for non-UDT column " + from.column);
    if (type.frozen)
      return cql::invalid("Frozen UDT column " + from.column + " does not support field deletions");
    if (!find_field_number(type, from.field, result.field))
      return cql::invalid("UDT column " + from.column + " does not have a field named " + from.field);
    return {};
  }
  if (!from.key) {
    result.kind = operation_kind::remove;
    return {};
  }
  result.kind = operation_kind::remove_element;
  if (!is_collection(type))
    return cql::invalid("Invalid deletion operation for non collection column " + from.column);
  if (type.frozen)
    return cql::invalid("Invalid deletion operation for frozen collection column " + from.column);
  const bool list = type.id == type_id::list, map = type.id == type_id::map;
  const receiver key{(list  ? "idx("
                      : map ? "key("
                            : "value(") +
                         from.column + ')',
                     list ? cql_type(type_id::int_) : type.parameters[0]};
  return compile(context, *from.key, key, result.key.emplace());
}

inline cql::refusal check_deleted_rows(const modification_plan& plan) {
  const table_schema& table = *plan.schema;
  const bool whole_key = missing_clustering(plan).empty() && !is_sliced(plan);
  if (plan.is_conditional() && !plan.only_statics && !whole_key && writes_only_statics(plan))
    return cql::invalid(
        "DELETE statements must restrict all PRIMARY KEY columns with equality relations in order to "
        "use IF condition on non static columns");
  if (!plan.operations.empty() && !plan.only_statics && !whole_key)
    return cql::invalid("Range deletions are not supported for specific columns");
  if (!plan.is_conditional() || plan.only_statics || whole_key) return {};
  const bool static_conditions =
      !plan.conditions.empty() &&
      std::all_of(plan.conditions.begin(), plan.conditions.end(),
                  [](const condition& each) { return each.columns.front()->is_static(); });
  if (static_conditions && !plan.operations.empty() && table.clustering_size == 0) return {};
  return cql::invalid(
      "DELETE statements must restrict all PRIMARY KEY columns with equality relations in order to "
      "delete non static columns");
}

}  // namespace detail

cql::refusal plan_modification(term_context& context, std::shared_ptr<const table_schema> schema,
                               const cql::delete_statement& statement, modification_plan& plan) {
  plan.kind = modification_kind::delete_;
  plan.schema = std::move(schema);
  plan.if_exists = statement.if_exists;
  plan.operations.resize(statement.deletions.size());
  for (std::size_t i = 0; i < plan.operations.size(); ++i)
    if (auto refused = detail::plan_deletion(context, statement.deletions[i], plan.operations[i]))
      return refused;
  if (auto refused = detail::plan_conditions(context, statement.conditions, plan)) return refused;
  detail::find_static_only(plan);
  if (auto refused = plan_where(context, statement.where, {where_user::delete_, false, false}, plan.where))
    return refused;
  if (auto refused = detail::check_static_where(plan, "DELETE")) return refused;
  if (auto refused = detail::check_deleted_rows(plan)) return refused;
  if (auto refused = detail::check_conditional(plan)) return refused;
  if (auto refused = detail::check_conditional_key(plan, "deletions")) return refused;
  return detail::plan_attributes(context, statement.using_, plan);
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MODIFICATION_COMPILE_IPP
