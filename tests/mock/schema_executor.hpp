// SPDX-License-Identifier: MIT
// Executes CREATE, ALTER and DROP on the mock cluster's catalog.
#ifndef COODIE_TESTS_MOCK_SCHEMA_EXECUTOR_HPP
#define COODIE_TESTS_MOCK_SCHEMA_EXECUTOR_HPP

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/catalog.hpp"
#include "tests/mock/cql_ast.hpp"
#include "tests/mock/cql_refusal.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// What a schema statement did, for its RESULT and the events. `change` is empty when there was nothing to
/// do: the answer is then void.
struct schema_change_done {
  std::string change;  ///< "CREATED", "UPDATED", "DROPPED"
  std::string target;  ///< "KEYSPACE", "TABLE", "TYPE"
  std::string keyspace;
  std::string name;
  bool invalidates_statements = false;  ///< statements that were prepared for it are forgotten
};

/// Where a schema statement is executed: `current` is the session's keyspace.
struct schema_session {
  catalog& schema;
  std::string current;
  std::vector<std::string> datacenters;
};

[[nodiscard]] COODIE_DECL cql::refusal execute_schema(schema_session& session,
                                                      const cql::create_keyspace_statement& statement,
                                                      schema_change_done& done);
[[nodiscard]] COODIE_DECL cql::refusal execute_schema(schema_session& session,
                                                      const cql::create_table_statement& statement,
                                                      schema_change_done& done);
[[nodiscard]] COODIE_DECL cql::refusal execute_schema(schema_session& session,
                                                      const cql::alter_table_statement& statement,
                                                      schema_change_done& done);
[[nodiscard]] COODIE_DECL cql::refusal execute_schema(schema_session& session,
                                                      const cql::create_type_statement& statement,
                                                      schema_change_done& done);
[[nodiscard]] COODIE_DECL cql::refusal execute_schema(schema_session& session,
                                                      const cql::alter_type_statement& statement,
                                                      schema_change_done& done);
[[nodiscard]] COODIE_DECL cql::refusal execute_schema(schema_session& session,
                                                      const cql::create_index_statement& statement,
                                                      schema_change_done& done);
[[nodiscard]] COODIE_DECL cql::refusal execute_schema(schema_session& session,
                                                      const cql::drop_statement& statement,
                                                      schema_change_done& done);

/// The options of WITH of a table, put into `options`.
[[nodiscard]] COODIE_DECL cql::refusal apply_properties(const std::vector<cql::property>& properties,
                                                        table_options& options);
/// A map of constants, as in `replication = {'class': 'x', 'dc1': 3}`.
[[nodiscard]] COODIE_DECL cql::refusal constant_map(const cql::property& property,
                                                    std::map<std::string, std::string>& map);
/// Whether a keyspace or table may have the name: letters, digits and underscores, at most 48.
[[nodiscard]] COODIE_DECL bool is_object_name(std::string_view name, std::size_t longest = 48) noexcept;
/// The keyspace that a schema statement on `name` is about. Refuses system keyspaces, and when there is none.
[[nodiscard]] COODIE_DECL cql::refusal keyspace_of(schema_session& session, const cql::object_name& name,
                                                   std::string& keyspace);
/// Whether `type` is, or has inside, the user type.
[[nodiscard]] COODIE_DECL bool uses_type(const cql_type& type, std::string_view keyspace,
                                         std::string_view name) noexcept;

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SCHEMA_EXECUTOR_HPP
