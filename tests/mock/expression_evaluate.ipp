// SPDX-License-Identifier: MIT
// Values of terms, and of bind markers.
#ifndef COODIE_TESTS_MOCK_EXPRESSION_EVALUATE_IPP
#define COODIE_TESTS_MOCK_EXPRESSION_EVALUATE_IPP

#include <algorithm>

#include "tests/mock/expression.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

inline cql::refusal evaluate_nested(const expression& what, const bindings& values, bound_value& result) {
  const bool takes_nulls = what.type.id == type_id::tuple || what.type.id == type_id::udt;
  std::vector<nullable> parts;
  for (const auto& part : what.parts) {
    bound_value value;
    if (auto refused = evaluate(part, values, value)) return refused;
    if (value.is_unset() && !takes_nulls)
      return cql::invalid("Invalid unset value for element of " + what.name);
    if (value.is_null() && !takes_nulls) return cql::invalid("null is not supported inside collections");
    parts.push_back(value.to_nullable());
  }
  result.is = bound_value::state::value;
  result.bytes = join(what.type, parts);
  return check_and_sort(what.type, result.bytes);
}

inline cql::refusal evaluate_call(const expression& what, const bindings& values, bound_value& result) {
  std::vector<nullable> arguments;
  for (const auto& part : what.parts) {
    bound_value value;
    if (auto refused = evaluate(part, values, value)) return refused;
    if (value.is_unset())
      return cql::invalid("Invalid unset value for argument in call to function " + what.function.name);
    arguments.push_back(value.to_nullable());
  }
  nullable returned;
  if (auto refused = call(what.function, arguments, returned)) return refused;
  result.is = returned ? bound_value::state::value : bound_value::state::null;
  if (returned) result.bytes = std::move(*returned);
  return {};
}

inline cql::refusal bind_one(const marker_spec& marker, const protocol::bytes_view& value,
                             bound_value& bound) {
  if (value.is_null()) {
    bound.is = value.is_unset() ? bound_value::state::unset : bound_value::state::null;
    return {};
  }
  bound.is = bound_value::state::value;
  bound.bytes = octets(as_octets(value.bytes()));
  return check_and_sort(marker.type, bound.bytes);
}

}  // namespace detail

cql::refusal evaluate(const expression& what, const bindings& values, bound_value& result) {
  result = {};
  switch (what.kind) {
    case expression::what::null: return {};
    case expression::what::constant:
      result.is = bound_value::state::value;
      result.bytes = what.value;
      return {};
    case expression::what::marker: result = values[what.marker]; return {};
    case expression::what::nested: return detail::evaluate_nested(what, values, result);
    case expression::what::call: break;
  }
  return detail::evaluate_call(what, values, result);
}

namespace detail {

// Which value each marker gets; as many as have one are counted.
inline std::vector<const protocol::bytes_view*> match_values(const std::vector<marker_spec>& markers,
                                                             const std::vector<std::string>& marker_names,
                                                             const sent_values& sent, std::size_t& matched) {
  std::vector<const protocol::bytes_view*> chosen(markers.size(), nullptr);
  matched = sent.names.empty() ? sent.values.size() : 0;
  for (std::size_t i = 0; i < markers.size(); ++i) {
    if (sent.names.empty()) {
      if (i < sent.values.size()) chosen[i] = &sent.values[i];
      continue;
    }
    const std::string& wanted = marker_names[i].empty() ? markers[i].name : marker_names[i];
    const auto at = std::find(sent.names.begin(), sent.names.end(), wanted);
    if (at == sent.names.end()) continue;
    chosen[i] = &sent.values[static_cast<std::size_t>(at - sent.names.begin())];
    ++matched;
  }
  return chosen;
}

}  // namespace detail

cql::refusal bind_values(const std::vector<marker_spec>& markers,
                         const std::vector<std::string>& marker_names, const sent_values& sent,
                         bindings& bound) {
  std::size_t matched = 0;
  const auto chosen = detail::match_values(markers, marker_names, sent, matched);
  if (matched != markers.size()) {
    if (!sent.to_prepared) return cql::invalid("Invalid amount of bind variables");
    return cql::invalid("there were " + std::to_string(markers.size()) + " markers(?) in CQL but " +
                        std::to_string(matched) + " bound variables");
  }
  bound.assign(markers.size(), {});
  for (std::size_t i = 0; i < markers.size(); ++i)
    if (auto refused = detail::bind_one(markers[i], *chosen[i], bound[i])) return refused;
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_EXPRESSION_EVALUATE_IPP
