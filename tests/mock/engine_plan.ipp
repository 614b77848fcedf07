// SPDX-License-Identifier: MIT
// Statements are parsed and planned.
#ifndef COODIE_TESTS_MOCK_ENGINE_PLAN_IPP
#define COODIE_TESTS_MOCK_ENGINE_PLAN_IPP

#include <algorithm>
#include <chrono>

#include "tests/mock/cql_parser.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/system_tables.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

engine::engine(cluster_description description) : cluster_(std::move(description)) {
  create_system_keyspaces(catalog_, cluster_.scylla);
}

std::int64_t engine::now() noexcept {
  using namespace std::chrono;
  const auto clock = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
  last_now_ = std::max<std::int64_t>(clock, last_now_ + 1);
  return last_now_;
}

cql::refusal engine::prepare(std::string_view text, const std::string& keyspace,
                             std::shared_ptr<planned_statement>& result) {
  result = std::make_shared<planned_statement>();
  result->keyspace = keyspace;
  const auto dialect = cluster_.scylla ? cql::dialect::scylla : cql::dialect::cassandra;
  if (auto refused = cql::parse(text, result->parsed, dialect)) return refused;
  return plan(*result);
}

cql::refusal engine::refresh(planned_statement& statement) {
  return statement.revision == catalog_.revision ? cql::refusal{} : plan(statement);
}

namespace detail {

// For each partition key column the last marker that is for it; nothing unless every column has one.
[[nodiscard]] inline std::vector<std::uint16_t> find_pk_indexes(const std::vector<marker_spec>& markers,
                                                                const table_schema& table) {
  constexpr std::uint16_t none = 0xffff;
  std::vector<std::uint16_t> indexes(table.partition_size, none);
  for (std::size_t i = 0; i < markers.size(); ++i)
    if (markers[i].on != nullptr && markers[i].on->kind == column_kind::partition_key)
      indexes[markers[i].on->position] = static_cast<std::uint16_t>(i);
  if (std::find(indexes.begin(), indexes.end(), none) != indexes.end()) indexes.clear();
  return indexes;
}

}  // namespace detail

cql::refusal engine::plan_select_statement(planned_statement& statement,
                                           const cql::select_statement& select) {
  if (auto refused = catalog_.find_table(select.table, statement.keyspace, statement.table)) return refused;
  const auto schema = statement.table->schema;
  statement.about.push_back({schema->keyspace, schema->name});
  term_context context{catalog_, *schema, statement.parsed.markers, statement.markers};
  auto& made = statement.plan.emplace<select_plan>();
  if (auto refused = plan_select(context, schema, select, made)) return refused;
  statement.columns = made.what.columns(*schema);
  statement.pk_indexes = detail::find_pk_indexes(statement.markers, *schema);
  return {};
}

template <class Statement>
cql::refusal engine::plan_modification_statement(planned_statement& statement, const Statement& from,
                                                 modification_plan& result,
                                                 std::shared_ptr<stored_table>& table) {
  if (auto refused = catalog_.find_table(from.table, statement.keyspace, table)) return refused;
  if (is_system_keyspace(table->schema->keyspace))
    return {server_errc::unauthorized, table->schema->keyspace + " keyspace is not user-modifiable."};
  const auto schema = table->schema;
  statement.about.push_back({schema->keyspace, schema->name});
  term_context context{catalog_, *schema, statement.parsed.markers, statement.markers};
  return plan_modification(context, schema, from, result);
}

cql::refusal engine::plan_batch(planned_statement& statement, const cql::batch_statement& batch) {
  auto& made = statement.plan.emplace<batch_plan>();
  made.kind = batch.kind;
  made.members.resize(batch.statements.size());
  made.tables.resize(batch.statements.size());
  if (batch.using_.ttl) return cql::invalid("Global TTL on the BATCH statement is not supported.");
  for (std::size_t i = 0; i < batch.statements.size(); ++i) {
    const auto one = [&](const auto& from) {
      return plan_modification_statement(statement, from, made.members[i], made.tables[i]);
    };
    if (auto refused = std::visit(one, batch.statements[i])) return refused;
    if (made.members[i].timestamp && batch.using_.timestamp)
      return cql::invalid("Timestamp must be set either on BATCH or individual statements");
  }
  const bool one_table =
      !made.tables.empty() && std::all_of(made.tables.begin(), made.tables.end(),
                                          [&](const auto& table) { return table == made.tables.front(); });
  const bool own_marker = batch.using_.timestamp && batch.using_.timestamp->kind == cql::term_kind::marker;
  if (one_table && !own_marker)
    statement.pk_indexes = detail::find_pk_indexes(statement.markers, *made.tables.front()->schema);
  if (!batch.using_.timestamp) return {};
  const bool conditional = std::any_of(made.members.begin(), made.members.end(),
                                       [](const modification_plan& each) { return each.is_conditional(); });
  if (conditional) return cql::invalid("Cannot provide custom timestamp for conditional BATCH");
  if (batch.kind == cql::batch_kind::counter)
    return cql::invalid("Cannot provide custom timestamp for counter BATCH");
  table_schema none;  // Cassandra, too, names these two so
  none.keyspace = none.name = "[batch]";
  term_context context{catalog_, none, statement.parsed.markers, statement.markers};
  return compile(context, *batch.using_.timestamp, {"[timestamp]", cql_type(type_id::bigint)},
                 made.timestamp.emplace());
}

cql::refusal engine::plan(planned_statement& statement) {
  statement.markers.assign(statement.parsed.markers.size(), {});
  statement.about.clear();
  statement.columns.clear();
  statement.pk_indexes.clear();
  statement.table.reset();
  statement.revision = catalog_.revision;
  const cql::any_statement& parsed = statement.parsed.statement;
  if (const auto* select = std::get_if<cql::select_statement>(&parsed))
    return plan_select_statement(statement, *select);
  if (const auto* batch = std::get_if<cql::batch_statement>(&parsed)) return plan_batch(statement, *batch);
  if (const auto* other = std::get_if<cql::unsupported_statement>(&parsed))
    return cql::unsupported(other->what);
  cql::refusal refused;
  auto& made = statement.plan.emplace<modification_plan>();
  if (const auto* insert = std::get_if<cql::insert_statement>(&parsed))
    refused = plan_modification_statement(statement, *insert, made, statement.table);
  else if (const auto* update = std::get_if<cql::update_statement>(&parsed))
    refused = plan_modification_statement(statement, *update, made, statement.table);
  else if (const auto* deletion = std::get_if<cql::delete_statement>(&parsed))
    refused = plan_modification_statement(statement, *deletion, made, statement.table);
  else
    statement.plan = std::monostate{};
  if (refused) return refused;
  if (statement.table)
    statement.pk_indexes = detail::find_pk_indexes(statement.markers, *statement.table->schema);
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_ENGINE_PLAN_IPP
