// SPDX-License-Identifier: MIT
// Plans and executes statements: what the nodes of a mock cluster share.
#ifndef COODIE_TESTS_MOCK_ENGINE_HPP
#define COODIE_TESTS_MOCK_ENGINE_HPP

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/catalog.hpp"
#include "tests/mock/cluster_description.hpp"
#include "tests/mock/conditional.hpp"
#include "tests/mock/consistency_rules.hpp"
#include "tests/mock/cql_ast.hpp"
#include "tests/mock/modification_plan.hpp"
#include "tests/mock/query_context.hpp"
#include "tests/mock/schema_executor.hpp"
#include "tests/mock/select_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// A statement of a batch, or a batch's own BEGIN BATCH ... APPLY BATCH.
struct batch_plan {
  std::vector<modification_plan> members;
  std::vector<std::shared_ptr<stored_table>> tables;  ///< of each member
  cql::batch_kind kind = cql::batch_kind::logged;
  std::optional<expression> timestamp;
};

/// A statement that was parsed, and planned for the schema as it was then.
struct planned_statement {
  cql::parsed_statement parsed;
  std::string keyspace;  ///< of the session that planned it
  std::vector<marker_spec> markers;
  std::vector<std::uint16_t> pk_indexes;
  std::vector<result_column>
      columns;  ///< of the rows; empty when there are none, and of conditional statements
  std::vector<cql::object_name> about;  ///< the tables that it reads or writes
  std::shared_ptr<stored_table> table;  ///< of a SELECT or a modification
  std::variant<std::monostate, select_plan, modification_plan, batch_plan> plan;
  std::uint64_t revision = 0;  ///< of the catalog

  [[nodiscard]] bool is_conditional() const noexcept {
    if (const auto* one = std::get_if<modification_plan>(&plan)) return one->is_conditional();
    const auto* batch = std::get_if<batch_plan>(&plan);
    return batch != nullptr && std::any_of(batch->members.begin(), batch->members.end(),
                                           [](const auto& each) { return each.is_conditional(); });
  }
};

enum class answer_kind : std::uint8_t { void_, rows, set_keyspace, schema_change };

/// What a statement gives.
struct answer {
  answer_kind kind = answer_kind::void_;
  result_rows rows;
  std::string keyspace;
  schema_change_done change;
};

/// Who executes.
struct engine_session {
  std::string keyspace;  ///< of USE
  std::size_t node = 0;
};

/// How modifications are executed.
struct modification_options {
  cql::batch_kind kind = cql::batch_kind::unlogged;
  bool batch = false;
  std::optional<std::int64_t> timestamp = {};  ///< of BEGIN BATCH USING
  query_context levels = {};                   ///< of the request: consistency and serial consistency
  std::size_t node = 0;                        ///< the coordinator

  [[nodiscard]] static modification_options of(const query_context& context, std::size_t node) {
    modification_options how;
    how.levels.consistency = context.consistency;
    how.levels.serial_consistency = context.serial_consistency;
    how.node = node;
    return how;
  }
};

/// One statement of a BATCH message.
struct batch_member {
  std::shared_ptr<planned_statement> statement;
  std::vector<protocol::bytes_view> values;
};

/// Used by one thread.
class engine {
 public:
  COODIE_DECL explicit engine(cluster_description description);

  /// Parses and plans. What a statement without a plan (schema, USE, TRUNCATE) means is found out by
  /// execute().
  [[nodiscard]] COODIE_DECL cql::refusal prepare(std::string_view text, const std::string& keyspace,
                                                 std::shared_ptr<planned_statement>& result);
  /// Plans again when the schema has changed since.
  [[nodiscard]] COODIE_DECL cql::refusal refresh(planned_statement& statement);

  [[nodiscard]] COODIE_DECL cql::refusal execute(planned_statement& statement, const sent_values& sent,
                                                 query_context context, engine_session& session,
                                                 answer& result);
  [[nodiscard]] COODIE_DECL cql::refusal execute_batch(cql::batch_kind kind,
                                                       std::vector<batch_member>& members,
                                                       query_context context, const engine_session& session,
                                                       answer& result);

  [[nodiscard]] catalog& schema() noexcept { return catalog_; }
  /// What the system tables tell.
  [[nodiscard]] cluster_description& cluster() noexcept { return cluster_; }
  /// Microseconds since 1970, later than at every call before.
  [[nodiscard]] COODIE_DECL std::int64_t now() noexcept;

 private:
  [[nodiscard]] COODIE_DECL cql::refusal plan(planned_statement& statement);
  [[nodiscard]] COODIE_DECL cql::refusal plan_select_statement(planned_statement& statement,
                                                               const cql::select_statement& select);
  template <class Statement>
  [[nodiscard]] cql::refusal plan_modification_statement(planned_statement& statement, const Statement& from,
                                                         modification_plan& result,
                                                         std::shared_ptr<stored_table>& table);
  [[nodiscard]] COODIE_DECL cql::refusal plan_batch(planned_statement& statement,
                                                    const cql::batch_statement& batch);
  [[nodiscard]] COODIE_DECL cql::refusal execute_unplanned(const planned_statement& statement,
                                                           engine_session& session, answer& result);
  [[nodiscard]] COODIE_DECL cql::refusal run_modifications(std::vector<bound_modification>& members,
                                                           const modification_options& how, answer& result);
  [[nodiscard]] COODIE_DECL cql::refusal run_select(planned_statement& statement, const select_plan& select,
                                                    const bindings& bound, const query_context& context,
                                                    std::size_t node, answer& result);
  /// Whether the consistency levels of a modification or batch are allowed and can be had.
  [[nodiscard]] COODIE_DECL cql::refusal check_levels(const std::vector<bound_modification>& members,
                                                      const modification_options& how);
  [[nodiscard]] COODIE_DECL replica_count replicas_of(const table_schema& table, std::size_t node);

  cluster_description cluster_;
  catalog catalog_;
  std::int64_t last_now_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_ENGINE_HPP
