// SPDX-License-Identifier: MIT
// Rows become the cells of a result.
#ifndef COODIE_TESTS_MOCK_SELECTION_EVALUATE_IPP
#define COODIE_TESTS_MOCK_SELECTION_EVALUATE_IPP

#include <algorithm>

#include "tests/mock/mock_numbers.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/selection.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] inline nullable cell_time(const cell& from, bool ttl, std::int64_t now_seconds) {
  if (!from.is_live(now_seconds)) return std::nullopt;
  if (!ttl) return encode_big(from.life.timestamp);
  if (!from.life.expires()) return std::nullopt;
  return encode_big(static_cast<std::int32_t>(from.life.expires_at - now_seconds));
}

// Of a collection: one for each element.
[[nodiscard]] inline nullable element_times(const selected& what, const column_cells* cells,
                                            std::int64_t now_seconds) {
  std::vector<nullable> times;
  for (const auto& element : live_elements(cells, what.on->type, now_seconds)) {
    times.push_back(cell_time(*element.content, what.kind == selected::what::ttl, now_seconds));
    // A list has no room for null, and Cassandra sends one all the same.
  }
  if (times.empty()) return std::nullopt;
  return join(what.type, times);
}

[[nodiscard]] inline nullable select_time(const selected& what, const row_view& row) {
  const column_cells* cells = row.cells(*what.on);
  if (cells == nullptr) return std::nullopt;
  if (!is_multi_cell(what.on->type))
    return cell_time(cells->simple, what.kind == selected::what::ttl, row.now_seconds);
  if (what.kind != selected::what::max_writetime) return element_times(what, cells, row.now_seconds);
  std::int64_t latest = never;
  for (const auto& element : live_elements(cells, what.on->type, row.now_seconds))
    latest = std::max(latest, element.content->life.timestamp);
  return latest == never ? nullable() : nullable(encode_big(latest));
}

[[nodiscard]] inline cql::refusal select_element(const selected& what, const nullable& whole,
                                                 const bindings& values, nullable& result) {
  bound_value key;
  if (auto refused = evaluate(what.term, values, key)) return refused;
  const cql_type& type = what.items.front().type;
  if (!key.has_value())
    return cql::invalid("Invalid null value for element selection on " + what.items.front().name);
  std::vector<nullable> parts;
  if (!whole || !split(type, *whole, parts)) return {};
  const std::size_t step = type.id == type_id::map ? 2 : 1;
  for (std::size_t i = 0; i < parts.size(); i += step)
    if (compare_values(type.parameters[0], *parts[i], key.bytes) == 0) result = parts[i + step - 1];
  return {};
}

[[nodiscard]] inline nullable select_field(const selected& what, const nullable& whole) {
  std::vector<nullable> parts;
  if (!whole || !split(what.items.front().type, *whole, parts) || what.field >= parts.size())
    return std::nullopt;
  return parts[what.field];
}

// The value of a selector whose items are known.
[[nodiscard]] inline cql::refusal combine(const selected& what, const std::vector<nullable>& items,
                                          const bindings& values, nullable& result) {
  if (what.kind == selected::what::element) return select_element(what, items.front(), values, result);
  if (what.kind == selected::what::call) return call(what.function, items, result);
  result = select_field(what, items.front());
  return {};
}

[[nodiscard]] inline cql::refusal select_value(const selected& what, const row_view& row,
                                               const bindings& values, nullable& result) {
  result.reset();
  switch (what.kind) {
    case selected::what::column: result = read_column(row, *what.on); return {};
    case selected::what::writetime:
    case selected::what::max_writetime:
    case selected::what::ttl: result = select_time(what, row); return {};
    case selected::what::literal: {
      bound_value value;
      if (auto refused = evaluate(what.term, values, value)) return refused;
      result = value.to_nullable();
      return {};
    }
    default: break;
  }
  std::vector<nullable> items(what.items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    if (auto refused = select_value(what.items[i], row, values, items[i])) return refused;
  return combine(what, items, values, result);
}

[[nodiscard]] inline cql::refusal accumulate_one(const selected& what, const row_view& row,
                                                 const bindings& values, std::vector<accumulator>& state) {
  accumulator& own = state[what.slot];
  if (!what.aggregates) {
    if (own.count++ != 0) return {};
    return select_value(what, row, values, own.value);
  }
  if (!what.is_aggregate()) {
    for (const auto& item : what.items)
      if (auto refused = accumulate_one(item, row, values, state)) return refused;
    return {};
  }
  nullable value;
  if (!what.items.empty()) {
    if (auto refused = select_value(what.items.front(), row, values, value)) return refused;
    if (!value) return {};
  }
  ++own.count;
  if (what.kind == selected::what::sum || what.kind == selected::what::average) {
    if (!value->empty()) own.values.push_back(*value);
  } else if (what.kind == selected::what::minimum || what.kind == selected::what::maximum) {
    const int order = own.value ? compare_values(what.items.front().type, *value, *own.value) : 0;
    const bool better = what.kind == selected::what::minimum ? order < 0 : order > 0;
    if (!own.value || better) own.value = value;
  }
  return {};
}

[[nodiscard]] inline cql::refusal finish(const selected& what, const bindings& values,
                                         const std::vector<accumulator>& state, nullable& result) {
  const accumulator& own = state[what.slot];
  result = own.value;
  if (!what.aggregates) return {};
  if (what.kind == selected::what::count) {
    result = encode_big(static_cast<std::int64_t>(own.count));
  } else if (what.kind == selected::what::sum) {
    return sum_numbers(what.type.id, own.values, result.emplace());
  } else if (what.kind == selected::what::average) {
    return average_numbers(what.type.id, own.values, result.emplace());
  } else if (!what.is_aggregate()) {
    std::vector<nullable> items(what.items.size());
    for (std::size_t i = 0; i < items.size(); ++i)
      if (auto refused = finish(what.items[i], values, state, items[i])) return refused;
    result.reset();
    return combine(what, items, values, result);
  }
  return {};
}

}  // namespace detail

cql::refusal select_row(const selection& what, const row_view& row, const bindings& values,
                        result_rows& result) {
  for (const auto& item : what.items) {
    nullable value;
    if (auto refused = detail::select_value(item, row, values, value)) return refused;
    result.add(value);
  }
  ++result.count;
  return {};
}

cql::refusal accumulate(const selection& what, const row_view& row, const bindings& values,
                        std::vector<accumulator>& state) {
  for (const auto& item : what.items)
    if (auto refused = detail::accumulate_one(item, row, values, state)) return refused;
  return {};
}

cql::refusal select_aggregates(const selection& what, const bindings& values,
                               const std::vector<accumulator>& state, result_rows& result) {
  for (const auto& item : what.items) {
    nullable value;
    if (auto refused = detail::finish(item, values, state, value)) return refused;
    result.add(value);
  }
  ++result.count;
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SELECTION_EVALUATE_IPP
