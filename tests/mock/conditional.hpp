// SPDX-License-Identifier: MIT
// Statements with IF: all of them are applied, or none.
#ifndef COODIE_TESTS_MOCK_CONDITIONAL_HPP
#define COODIE_TESTS_MOCK_CONDITIONAL_HPP

#include <memory>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/modification_plan.hpp"
#include "tests/mock/query_context.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// A statement that is about to be executed.
struct bound_modification {
  const modification_plan* plan = nullptr;
  std::shared_ptr<stored_table> table;
  bindings values;
  query_context context;
};

/// Executes a conditional statement, or (with `batch`) a batch that has at least one; the answer's first
/// column is [applied]. A batch names the rows that stood in the way by their key.
[[nodiscard]] COODIE_DECL cql::refusal execute_conditional(const std::vector<bound_modification>& members,
                                                           bool batch, result_rows& result);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONDITIONAL_HPP
