// SPDX-License-Identifier: MIT
// The conditions of WHERE and IF once their types are known, and whether rows satisfy them.
#ifndef COODIE_TESTS_MOCK_CONDITION_HPP
#define COODIE_TESTS_MOCK_CONDITION_HPP

#include <cstddef>
#include <optional>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/cql_ast.hpp"
#include "tests/mock/expression.hpp"
#include "tests/mock/row_view.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// A relation whose columns were found. The columns are borrowed from the table's schema.
struct condition {
  cql::relation_target target = cql::relation_target::column;
  cql::relation_op op = cql::relation_op::eq;
  std::vector<const column*> columns;
  std::optional<expression> key;   ///< of an element
  std::size_t field = 0;           ///< of a field: its number
  std::vector<expression> values;  ///< one; of IN: each, or with `in_marker` the one list
  bool in_marker = false;
  cql_type type;  ///< of what is compared: the column's, an element's, a tuple of several columns'

  [[nodiscard]] bool is_slice() const noexcept {
    return op == cql::relation_op::lt || op == cql::relation_op::le || op == cql::relation_op::gt ||
           op == cql::relation_op::ge;
  }
  [[nodiscard]] bool is_eq() const noexcept { return op == cql::relation_op::eq; }
  [[nodiscard]] bool is_in() const noexcept { return op == cql::relation_op::in; }
};

/// A condition with its values: of a tuple each is a list of the columns' values, else of one value.
struct bound_condition {
  const condition* what = nullptr;
  std::vector<std::vector<nullable>> values;  ///< of IN any number, else one
  nullable key;                               ///< of an element
  bool matches_everything = false;            ///< c > null
  bool matches_nothing = false;               ///< c < null, IN ()
};

/// Looks up the columns of a WHERE relation and gives its terms their types.
[[nodiscard]] COODIE_DECL cql::refusal compile_relation(term_context& context, const cql::relation& relation,
                                                        condition& result);
/// The same for a condition of IF.
[[nodiscard]] COODIE_DECL cql::refusal compile_if_condition(term_context& context,
                                                            const cql::relation& relation, condition& result);

/// Evaluates the terms of a WHERE condition; a null or unset value is refused where Cassandra does.
[[nodiscard]] COODIE_DECL cql::refusal bind_condition(const condition& what, const bindings& values,
                                                      bound_condition& result);
/// The same for IF, where null is a value.
[[nodiscard]] COODIE_DECL cql::refusal bind_if_condition(const condition& what, const bindings& values,
                                                         bound_condition& result);

/// Whether a row satisfies a condition of WHERE. `token` is that of its partition.
[[nodiscard]] COODIE_DECL bool satisfies(const row_view& row, std::int64_t token,
                                         const bound_condition& what);
/// Whether a row (which may not exist) satisfies a condition of IF.
[[nodiscard]] COODIE_DECL bool satisfies_if(const row_view& row, const bound_condition& what);

/// A column of a table, refused with Cassandra's words when there is none.
[[nodiscard]] COODIE_DECL cql::refusal find_column(const table_schema& table, const std::string& name,
                                                   const column*& found);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONDITION_HPP
