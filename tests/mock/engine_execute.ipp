// SPDX-License-Identifier: MIT
// Statements are executed.
#ifndef COODIE_TESTS_MOCK_ENGINE_EXECUTE_IPP
#define COODIE_TESTS_MOCK_ENGINE_EXECUTE_IPP

#include <algorithm>

#include "tests/mock/engine.hpp"
#include "tests/mock/system_tables.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

// What has no plan: schema statements, USE and TRUNCATE.
class unplanned_runner {
 public:
  unplanned_runner(catalog& schema, const cluster_description& cluster, const std::string& planned_keyspace,
                   engine_session& session, answer& result)
      : schema_(schema),
        session_(session),
        result_(result),
        where_{schema, session.keyspace.empty() ? planned_keyspace : session.keyspace,
               cluster.datacenters()} {}

  cql::refusal operator()(const cql::use_statement& statement) {
    if (schema_.find(statement.keyspace) == nullptr)
      return cql::invalid("Keyspace '" + statement.keyspace + "' does not exist");
    session_.keyspace = statement.keyspace;
    result_.kind = answer_kind::set_keyspace;
    result_.keyspace = statement.keyspace;
    return {};
  }

  cql::refusal operator()(const cql::truncate_statement& statement) {
    std::shared_ptr<stored_table> table;
    if (auto refused = schema_.find_table(statement.table, where_.current, table)) return refused;
    if (is_system_keyspace(table->schema->keyspace))
      return {server_errc::unauthorized, "system keyspace is not user-modifiable."};
    table->partitions.clear();
    return {};
  }

  template <class Statement>
  cql::refusal operator()(const Statement& statement) {
    if constexpr (requires { execute_schema(where_, statement, result_.change); }) {
      if (auto refused = execute_schema(where_, statement, result_.change)) return refused;
      if (result_.change.change.empty()) return {};
      result_.kind = answer_kind::schema_change;
      schema_.touch();
    }
    return {};
  }

 private:
  catalog& schema_;
  engine_session& session_;
  answer& result_;
  schema_session where_;
};

}  // namespace detail

cql::refusal engine::execute_unplanned(const planned_statement& statement, engine_session& session,
                                       answer& result) {
  return std::visit(detail::unplanned_runner(catalog_, cluster_, statement.keyspace, session, result),
                    statement.parsed.statement);
}

cql::refusal engine::execute(planned_statement& statement, const sent_values& sent, query_context context,
                             engine_session& session, answer& result) {
  if (auto refused = refresh(statement)) return refused;
  bindings bound;
  if (auto refused = bind_values(statement.markers, statement.parsed.markers, sent, bound)) return refused;
  context.now_microseconds = now();
  context.sequence = ++sequence_;
  if (const auto* select = std::get_if<select_plan>(&statement.plan))
    return run_select(statement, *select, bound, context, session.node, result);
  modification_options how = modification_options::of(context, session.node);
  std::vector<bound_modification> members;
  if (const auto* one = std::get_if<modification_plan>(&statement.plan)) {
    members.push_back({one, statement.table, std::move(bound), context});
    return run_modifications(members, how, result);
  }
  const auto* batch = std::get_if<batch_plan>(&statement.plan);
  if (batch == nullptr) return execute_unplanned(statement, session, result);
  how.kind = batch->kind;
  how.batch = true;
  if (batch->timestamp) {
    bound_value value;
    if (auto refused = evaluate(*batch->timestamp, bound, value)) return refused;
    if (value.is_null()) return cql::invalid("Invalid null value of timestamp");
    if (value.has_value()) how.timestamp = decode_big<std::int64_t>(value.bytes);
  }
  for (std::size_t i = 0; i < batch->members.size(); ++i) {
    context.sequence = ++sequence_;
    members.push_back({&batch->members[i], batch->tables[i], bound, context});
  }
  return run_modifications(members, how, result);
}

replica_count engine::replicas_of(const table_schema& table, std::size_t node) {
  return {cluster_, *catalog_.find(table.keyspace), node};
}

cql::refusal engine::run_select(planned_statement& statement, const select_plan& select,
                                const bindings& bound, const query_context& context, std::size_t node,
                                answer& result) {
  std::size_t partitions = select.where.partition_complete ? 1 : 0;
  if (is_serial(context.consistency) && select.where.partition_has_in && context.page_size <= 0) {
    bound_where where;
    if (auto refused = bind_where(select.where, *select.schema, bound, where)) return refused;
    partitions = where.partitions.size();
  }
  if (auto refused = check_read(replicas_of(*select.schema, node), context.consistency, partitions))
    return refused;
  result.kind = answer_kind::rows;
  const bool stored =
      !is_system_keyspace(select.schema->keyspace) || select.schema->keyspace == "system_traces";
  if (stored) return execute_select(select, *statement.table, bound, context, result.rows);
  const auto table = fill_system_table(select.schema, catalog_, cluster_, node);
  return execute_select(select, table, bound, context, result.rows);
}

cql::refusal engine::execute_batch(cql::batch_kind kind, std::vector<batch_member>& members,
                                   query_context context, const engine_session& session, answer& result) {
  context.now_microseconds = now();
  std::vector<bound_modification> bound;
  const std::vector<std::string_view> none;
  for (auto& member : members) {
    planned_statement& statement = *member.statement;
    if (auto refused = refresh(statement)) return refused;
    const auto* plan = std::get_if<modification_plan>(&statement.plan);
    if (plan == nullptr)
      return cql::invalid(
          "Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.");
    bindings values;
    if (auto refused =
            bind_values(statement.markers, statement.parsed.markers, {member.values, none}, values))
      return refused;
    context.sequence = ++sequence_;
    bound.push_back({plan, statement.table, std::move(values), context});
  }
  modification_options how = modification_options::of(context, session.node);
  how.kind = kind;
  how.batch = true;
  return run_modifications(bound, how, result);
}

namespace detail {

[[nodiscard]] inline cql::refusal check_counters(const std::vector<bound_modification>& members,
                                                 cql::batch_kind kind) {
  std::size_t counters = 0;
  for (const auto& each : members) counters += each.plan->schema->counters ? 1U : 0U;
  if (kind == cql::batch_kind::counter && counters != members.size())
    return cql::invalid("Cannot include non-counter statement in a counter batch");
  if (kind == cql::batch_kind::logged && counters != 0)
    return cql::invalid("Cannot include a counter statement in a logged batch");
  if (counters != 0 && counters != members.size())
    return cql::invalid("Counter and non-counter mutations cannot exist in the same batch");
  return {};
}

}  // namespace detail

namespace detail {

[[nodiscard]] inline bool any_conditional(const std::vector<bound_modification>& members) {
  return std::any_of(members.begin(), members.end(),
                     [](const bound_modification& each) { return each.plan->is_conditional(); });
}

// The first cell of the first row is [applied].
[[nodiscard]] inline bool was_applied(const result_rows& rows) {
  return rows.cells.size() > 4 && rows.cells[4] == '\1';
}

}  // namespace detail

cql::refusal engine::check_levels(const std::vector<bound_modification>& members,
                                  const modification_options& how) {
  const table_schema& first = *members.front().plan->schema;
  if (detail::any_conditional(members)) return check_conditional(replicas_of(first, how.node), how.levels);
  if (!how.batch) return check_write(replicas_of(first, how.node), first, how.levels.consistency);
  for (const auto& each : members)
    if (auto refused = replicas_of(*each.plan->schema, how.node).check(how.levels.consistency))
      return refused;
  return {};
}

cql::refusal engine::run_modifications(std::vector<bound_modification>& members,
                                       const modification_options& how, answer& result) {
  if (members.empty()) return {};
  if (how.batch)
    if (auto refused = detail::check_counters(members, how.kind)) return refused;
  if (auto refused = check_levels(members, how)) return refused;
  if (detail::any_conditional(members)) {
    result.kind = answer_kind::rows;
    if (auto refused = execute_conditional(members, how.batch, result.rows)) return refused;
    if (!detail::was_applied(result.rows)) return {};
    // Accepted by now, though it can't be committed as widely as was asked.
    return replicas_of(*members.front().plan->schema, how.node).check(how.levels.consistency);
  }
  std::vector<mutation> mutations;
  for (const auto& each : members)
    if (auto refused =
            build_mutations(*each.plan, each.table, each.values, each.context, how.timestamp, mutations))
      return refused;
  for (const auto& each : mutations) apply(each);
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_ENGINE_EXECUTE_IPP
