// SPDX-License-Identifier: MIT
// The keyspaces of the mock cluster, with their types and tables.
#ifndef COODIE_TESTS_MOCK_CATALOG_HPP
#define COODIE_TESTS_MOCK_CATALOG_HPP

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/config.hpp"
#include "protocol/values/cql_type.hpp"
#include "protocol/values/uuid.hpp"
#include "tests/mock/cql_ast.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/stored_table.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

struct keyspace_schema {
  std::string name;
  std::map<std::string, std::string> replication;
  bool durable_writes = true;
  std::map<std::string, cql_type> types;  ///< user types, not frozen
  std::map<std::string, std::shared_ptr<stored_table>> tables;
};

/// What every node of the cluster agrees on. All nodes share one.
struct catalog {
  std::map<std::string, keyspace_schema> keyspaces;
  uuid schema_version = uuid::random();
  std::uint64_t revision = 0;  ///< counts changes, so that what was planned can be planned anew

  [[nodiscard]] COODIE_DECL keyspace_schema* find(std::string_view keyspace);
  /// The table `name` means for a session whose keyspace is `current`; refuses with Cassandra's words.
  [[nodiscard]] COODIE_DECL cql::refusal find_table(const cql::object_name& name, std::string_view current,
                                                    std::shared_ptr<stored_table>& table);
  /// To be called after each change.
  COODIE_DECL void touch();
};

/// True for the keyspaces that are the server's own.
[[nodiscard]] COODIE_DECL bool is_system_keyspace(std::string_view name) noexcept;

/// The type that `written` means in a keyspace; what stands inside a frozen type, a tuple or a vector is
/// frozen.
[[nodiscard]] COODIE_DECL cql::refusal resolve_type(const catalog& schema, const std::string& keyspace,
                                                    const cql::type_name& written, cql_type& type);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CATALOG_HPP
