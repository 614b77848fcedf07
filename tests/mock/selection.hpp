// SPDX-License-Identifier: MIT
// What a SELECT puts into its rows: columns, elements, functions and aggregates.
#ifndef COODIE_TESTS_MOCK_SELECTION_HPP
#define COODIE_TESTS_MOCK_SELECTION_HPP

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/condition.hpp"
#include "tests/mock/expression.hpp"
#include "tests/mock/native_functions.hpp"
#include "tests/mock/query_context.hpp"
#include "tests/mock/row_view.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// A selector whose names were found.
struct selected {
  enum class what : std::uint8_t {
    column,
    element,  ///< items[0][key]
    field,    ///< items[0].field
    call,     ///< function(items)
    literal,
    writetime,  ///< of `on`
    max_writetime,
    ttl,
    count,  ///< count(*), or count(items[0])
    sum,
    average,
    minimum,
    maximum,
  };

  what kind = what::column;
  cql_type type;
  std::string name;            ///< of the column in the result
  const column* on = nullptr;  ///< of a column, writetime, ttl
  std::vector<selected> items;
  expression term;  ///< the literal, or the key of an element
  std::size_t field = 0;
  native_function function;
  bool aggregates = false;  ///< it, or something inside, is an aggregate
  std::size_t slot = 0;     ///< its place among the accumulators

  [[nodiscard]] bool is_aggregate() const noexcept { return kind >= what::count; }
};

/// What the selectors of an aggregating query have seen so far.
struct accumulator {
  std::uint64_t count = 0;
  std::vector<octets> values;  ///< of sum and avg
  nullable value;              ///< of min and max, and of what is taken from the first row
};

/// The selection of a query.
struct selection {
  std::vector<selected> items;
  bool aggregates = false;
  std::size_t slots = 0;

  [[nodiscard]] COODIE_DECL std::vector<result_column> columns(const table_schema& table) const;
  /// Whether nothing but partition key and static columns is selected, and at least one of the latter.
  [[nodiscard]] COODIE_DECL bool only_statics() const noexcept;
};

/// Types the selectors of a statement; `star` selects every column.
[[nodiscard]] COODIE_DECL cql::refusal compile_selection(term_context& context,
                                                         const cql::select_statement& statement,
                                                         selection& result);

/// Appends the cells of a row.
[[nodiscard]] COODIE_DECL cql::refusal select_row(const selection& what, const row_view& row,
                                                  const bindings& values, result_rows& result);
/// Takes a row into the accumulators, which select_aggregates() makes a row of.
[[nodiscard]] COODIE_DECL cql::refusal accumulate(const selection& what, const row_view& row,
                                                  const bindings& values, std::vector<accumulator>& state);
[[nodiscard]] COODIE_DECL cql::refusal select_aggregates(const selection& what, const bindings& values,
                                                         const std::vector<accumulator>& state,
                                                         result_rows& result);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SELECTION_HPP
