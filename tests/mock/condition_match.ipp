// SPDX-License-Identifier: MIT
// Conditions get their values, and rows are held against them.
#ifndef COODIE_TESTS_MOCK_CONDITION_MATCH_IPP
#define COODIE_TESTS_MOCK_CONDITION_MATCH_IPP

#include <algorithm>

#include "tests/mock/condition.hpp"
#include "tests/mock/mock_values.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] inline std::string condition_name(const condition& what) {
  std::string name;
  for (const column* on : what.columns) name += (name.empty() ? "" : ", ") + on->name;
  return what.columns.size() == 1 ? name : '(' + name + ')';
}

// One comparison value as the values of its columns.
inline cql::refusal take_value(const condition& what, const nullable& value, std::vector<nullable>& parts) {
  if (what.target != cql::relation_target::tuple) {
    parts.push_back(value);
    return {};
  }
  if (!value || !split(what.type, *value, parts))
    return cql::invalid("Invalid null value for " + condition_name(what));
  parts.resize(what.columns.size());
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!parts[i])
      return cql::invalid((what.is_slice() ? "Invalid null value in condition for column "
                                           : "Invalid null value for column ") +
                          what.columns[i]->name);
  return {};
}

inline cql::refusal bind_in_list(const condition& what, const bindings& values, bound_condition& result) {
  bound_value list;
  if (auto refused = evaluate(what.values.front(), values, list)) return refused;
  if (list.is_unset()) return cql::invalid("Invalid unset value for column " + condition_name(what));
  if (list.is_null()) return cql::invalid("Invalid null value for column " + condition_name(what));
  std::vector<nullable> elements;
  if (!split(what.values.front().type, list.bytes, elements))
    return cql::invalid("Invalid list of IN values");
  for (const auto& element : elements) {
    // To Cassandra an element of no bytes is null, unless it is a text or a blob.
    const bool text =
        what.type.id == type_id::varchar || what.type.id == type_id::ascii || what.type.id == type_id::blob;
    if (!element || (element->empty() && !text))
      return cql::invalid("Invalid null value in condition for column " + condition_name(what));
    if (auto refused = take_value(what, element, result.values.emplace_back())) return refused;
  }
  return {};
}

// The value of a term of WHERE. A null is let through for < and >, which have a meaning for it.
inline cql::refusal bind_term(const condition& what, const expression& term, const bindings& values,
                              bound_condition& result) {
  bound_value value;
  if (auto refused = evaluate(term, values, value)) return refused;
  const std::string name = condition_name(what);
  const bool regular = !what.columns.front()->is_key();
  if (value.is_unset())
    return cql::invalid(
        (regular ? "Unsupported unset value for column " : "Invalid unset value for column ") + name);
  if (value.is_null() && regular) return cql::invalid("Unsupported null value for column " + name);
  if (value.is_null() && what.target == cql::relation_target::token)
    return cql::invalid("Invalid null token value");
  if (value.is_null()) {
    if (!what.is_slice() || what.target != cql::relation_target::column)
      return cql::invalid("Invalid null value in condition for column " + name);
    const bool greater = what.op == cql::relation_op::gt || what.op == cql::relation_op::ge;
    (greater ? result.matches_everything : result.matches_nothing) = true;
    return {};
  }
  return take_value(what, value.bytes, result.values.emplace_back());
}

}  // namespace detail

cql::refusal bind_condition(const condition& what, const bindings& values, bound_condition& result) {
  result = {};
  result.what = &what;
  if (what.key) {
    bound_value key;
    if (auto refused = evaluate(*what.key, values, key)) return refused;
    if (!key.has_value())
      return cql::invalid("Unsupported null map key for column " + what.columns.front()->name);
    result.key = key.bytes;
  }
  if (what.in_marker) {
    if (auto refused = detail::bind_in_list(what, values, result)) return refused;
  } else {
    for (const auto& term : what.values)
      if (auto refused = detail::bind_term(what, term, values, result)) return refused;
  }
  result.matches_nothing = result.matches_nothing || (what.is_in() && result.values.empty());
  return {};
}

namespace detail {

inline cql::refusal bind_if_list(const condition& what, const bindings& values, bound_condition& result) {
  bound_value list;
  if (auto refused = evaluate(what.values.front(), values, list)) return refused;
  if (list.is_unset()) return cql::invalid("Invalid 'unset' value in condition");
  if (list.is_null()) return cql::invalid("Invalid null list in IN condition");
  std::vector<nullable> elements;
  if (!split(what.values.front().type, list.bytes, elements))
    return cql::invalid("Invalid list of IN values");
  for (auto& element : elements) result.values.push_back({std::move(element)});
  return {};
}

}  // namespace detail

cql::refusal bind_if_condition(const condition& what, const bindings& values, bound_condition& result) {
  result = {};
  result.what = &what;
  if (what.key) {
    bound_value key;
    if (auto refused = evaluate(*what.key, values, key)) return refused;
    result.key = key.to_nullable();
  }
  if (what.in_marker) return detail::bind_if_list(what, values, result);
  for (const auto& term : what.values) {
    bound_value value;
    if (auto refused = evaluate(term, values, value)) return refused;
    if (value.is_unset() && what.is_in()) continue;
    if (value.is_unset()) return cql::invalid("Invalid 'unset' value in condition");
    result.values.push_back({value.to_nullable()});
  }
  return {};
}

namespace detail {

[[nodiscard]] inline bool holds(cql::relation_op op, int order) noexcept {
  switch (op) {
    case cql::relation_op::eq:
    case cql::relation_op::in: return order == 0;
    case cql::relation_op::ne: return order != 0;
    case cql::relation_op::lt: return order < 0;
    case cql::relation_op::le: return order <= 0;
    case cql::relation_op::gt: return order > 0;
    case cql::relation_op::ge: return order >= 0;
    default: return false;
  }
}

// Whether an element of a list, set or map (or, with `keys`, a key) is the wanted one.
[[nodiscard]] inline bool contains_value(const nullable& collection, const bound_condition& what, bool keys) {
  const cql_type& type = what.what->columns.front()->type;
  std::vector<nullable> parts;
  if (!collection || !split(type, *collection, parts)) return false;
  const std::size_t step = type.id == type_id::map ? 2 : 1;
  for (std::size_t i = type.id == type_id::map && !keys ? 1 : 0; i < parts.size(); i += step)
    if (compare_values(what.what->type, *parts[i], *what.values.front().front()) == 0) return true;
  return false;
}

[[nodiscard]] inline nullable map_element(const row_view& row, const bound_condition& what) {
  const cql_type& type = what.what->columns.front()->type;
  const nullable map = read_column(row, *what.what->columns.front());
  std::vector<nullable> parts;
  if (!map || !what.key || !split(type, *map, parts)) return std::nullopt;
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
    if (compare_values(type.parameters[0], *parts[i], *what.key) == 0) return parts[i + 1];
  return std::nullopt;
}

// Compares column by column; false when one of them is null.
[[nodiscard]] inline bool compare_columns(const row_view& row, const condition& what,
                                          const std::vector<nullable>& wanted, int& order) {
  order = 0;
  for (std::size_t i = 0; i < what.columns.size() && order == 0; ++i) {
    const nullable value = read_column(row, *what.columns[i]);
    if (!value || !wanted[i]) return false;
    order = compare_values(what.columns[i]->type, *value, *wanted[i]);
  }
  return true;
}

}  // namespace detail

bool satisfies(const row_view& row, std::int64_t token, const bound_condition& bound) {
  const condition& what = *bound.what;
  if (bound.matches_nothing) return false;
  if (bound.matches_everything) return true;
  if (what.target == cql::relation_target::token) {
    const auto wanted = decode_big<std::int64_t>(*bound.values.front().front());
    return detail::holds(what.op, token < wanted ? -1 : token > wanted ? 1 : 0);
  }
  if (what.op == cql::relation_op::contains || what.op == cql::relation_op::contains_key)
    return detail::contains_value(read_column(row, *what.columns.front()), bound,
                                  what.op == cql::relation_op::contains_key);
  if (what.target == cql::relation_target::element) {
    const nullable value = detail::map_element(row, bound);
    return value && compare_values(what.type, *value, *bound.values.front().front()) == 0;
  }
  return std::any_of(bound.values.begin(), bound.values.end(), [&](const std::vector<nullable>& wanted) {
    int order = 0;
    return detail::compare_columns(row, what, wanted, order) && detail::holds(what.op, order);
  });
}

namespace detail {

[[nodiscard]] inline nullable list_element(const row_view& row, const bound_condition& what) {
  const cql_type& type = what.what->columns.front()->type;
  const nullable list = read_column(row, *what.what->columns.front());
  std::vector<nullable> parts;
  if (!list || !what.key || what.key->empty() || !split(type, *list, parts)) return std::nullopt;
  const auto index = decode_big<std::int32_t>(*what.key);
  return index >= 0 && static_cast<std::size_t>(index) < parts.size() ? parts[static_cast<std::size_t>(index)]
                                                                      : nullable();
}

[[nodiscard]] inline nullable if_value(const row_view& row, const bound_condition& bound) {
  const condition& what = *bound.what;
  const column& on = *what.columns.front();
  if (what.target == cql::relation_target::element)
    return on.type.id == type_id::list ? list_element(row, bound) : map_element(row, bound);
  nullable value = read_column(row, on);
  if (what.target != cql::relation_target::field || !value) return value;
  std::vector<nullable> parts;
  if (!split(on.type, *value, parts) || what.field >= parts.size()) return std::nullopt;
  return parts[what.field];
}

}  // namespace detail

namespace detail {

// By which type values are compared. Cassandra 5.0 takes that of a map's keys for < and > on its values.
[[nodiscard]] inline const cql_type& if_order(const condition& what) noexcept {
  const cql_type& type = what.columns.front()->type;
  if (what.target != cql::relation_target::element || type.id != type_id::map || !what.is_slice())
    return what.type;
  const type_id key = type.parameters[0].id;
  const bool plain = key == type_id::varchar || key == type_id::ascii || key == type_id::blob;
  return plain ? type.parameters[0] : what.type;  // others would fail on the values, or are the same
}

}  // namespace detail

bool satisfies_if(const row_view& row, const bound_condition& bound) {
  const bool keys = bound.what->op == cql::relation_op::contains_key;
  if (keys || bound.what->op == cql::relation_op::contains)
    return bound.values.front().front() &&
           detail::contains_value(read_column(row, *bound.what->columns.front()), bound, keys);
  const nullable present = detail::if_value(row, bound);
  const condition& what = *bound.what;
  // A collection that is written element by element is null when it is empty.
  const auto normal = [&](const nullable& wanted) {
    const bool collection = what.target == cql::relation_target::column && is_collection(what.type) &&
                            is_multi_cell(what.type) && wanted && wanted->size() == 4;
    return collection ? nullable() : wanted;
  };
  return std::any_of(bound.values.begin(), bound.values.end(), [&](const std::vector<nullable>& each) {
    const nullable wanted = normal(each.front());
    if (!present || !wanted) {
      const bool same = !present && !wanted;
      return what.op == cql::relation_op::ne ? !same : !what.is_slice() && same;
    }
    return detail::holds(what.op, compare_values(detail::if_order(what), *present, *wanted));
  });
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONDITION_MATCH_IPP
