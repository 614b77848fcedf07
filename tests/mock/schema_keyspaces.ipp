// SPDX-License-Identifier: MIT
// CREATE, ALTER and DROP KEYSPACE, TABLE, TYPE and INDEX: what is common, keyspaces, and DROP.
#ifndef COODIE_TESTS_MOCK_SCHEMA_KEYSPACES_IPP
#define COODIE_TESTS_MOCK_SCHEMA_KEYSPACES_IPP

#include <algorithm>

#include "tests/mock/schema_executor.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

bool is_object_name(std::string_view name, std::size_t longest) noexcept {
  return !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

cql::refusal keyspace_of(schema_session& session, const cql::object_name& name, std::string& keyspace) {
  keyspace = name.keyspace.empty() ? session.current : name.keyspace;
  if (keyspace.empty())
    return cql::invalid(
        "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");
  if (is_system_keyspace(keyspace))
    return {server_errc::unauthorized, keyspace + " keyspace is not user-modifiable."};
  return {};
}

bool uses_type(const cql_type& type, std::string_view keyspace, std::string_view name) noexcept {
  if (type.id == type_id::udt && type.name == name && type.keyspace == keyspace) return true;
  return std::any_of(type.parameters.begin(), type.parameters.end(),
                     [&](const cql_type& inner) { return uses_type(inner, keyspace, name); });
}

namespace detail {

inline bool is_natural(std::string_view text) noexcept {
  return !text.empty() && text.size() < 10 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

inline cql::refusal check_factors(const schema_session& session, const std::string& keyspace,
                                  std::map<std::string, std::string>& map) {
  const bool simple = map["class"].ends_with("SimpleStrategy");
  for (const auto& [key, value] : map) {
    if (key == "class") continue;
    const bool known = key == "replication_factor" ||
                       (!simple && std::find(session.datacenters.begin(), session.datacenters.end(), key) !=
                                       session.datacenters.end());
    if (!known && simple)
      return cql::bad_configuration("Unrecognized strategy option {" + key + "} passed to SimpleStrategy");
    if (!known)
      return cql::bad_configuration("Unrecognized strategy option {" + key +
                                    "} passed to NetworkTopologyStrategy for keyspace " + keyspace);
    if (!is_natural(value))
      return cql::bad_configuration("Replication factor must be numeric; found " + value);
  }
  if (simple && !map.contains("replication_factor")) map["replication_factor"] = "1";
  if (!simple && map.contains("replication_factor")) {  // the same for every datacenter
    for (const auto& datacenter : session.datacenters) map.try_emplace(datacenter, map["replication_factor"]);
    map.erase("replication_factor");
  }
  return {};
}

inline cql::refusal read_replication(const schema_session& session, const cql::property& property,
                                     const std::string& keyspace,
                                     std::map<std::string, std::string>& replication) {
  std::map<std::string, std::string> map;
  if (auto refused = constant_map(property, map)) return refused;
  const auto name = map.find("class");
  if (name == map.end()) return cql::bad_configuration("Missing replication strategy class");
  if (name->second.find('.') == std::string::npos) name->second.insert(0, "org.apache.cassandra.locator.");
  if (name->second != "org.apache.cassandra.locator.SimpleStrategy" &&
      name->second != "org.apache.cassandra.locator.NetworkTopologyStrategy")
    return cql::bad_configuration("Unable to find replication strategy class '" + name->second + "'");
  if (auto refused = check_factors(session, keyspace, map)) return refused;
  replication = std::move(map);
  return {};
}

inline cql::refusal read_keyspace_properties(const schema_session& session,
                                             const std::vector<cql::property>& properties,
                                             keyspace_schema& keyspace) {
  for (const auto& property : properties) {
    if (property.name == "durable_writes") {
      if (property.value.text != "true" && property.value.text != "false")
        return cql::syntax_error("Invalid boolean value " + property.value.text + " for 'durable_writes'");
      keyspace.durable_writes = property.value.text == "true";
    } else if (auto refused = read_replication(session, property, keyspace.name, keyspace.replication)) {
      return refused;
    }
  }
  return {};
}

inline cql::refusal check_property_names(const std::vector<cql::property>& properties) {
  for (const auto& property : properties)
    if (property.name != "durable_writes" && property.name != "replication")
      return cql::syntax_error("Unknown property '" + property.name + "'");
  return {};
}

inline cql::refusal alter_keyspace(schema_session& session, const cql::create_keyspace_statement& statement,
                                   schema_change_done& done) {
  keyspace_schema* present = session.schema.find(statement.keyspace);
  if (present == nullptr) {
    if (statement.if_exists) return {};
    return cql::invalid("Keyspace '" + statement.keyspace + "' doesn't exist");
  }
  if (auto refused = read_keyspace_properties(session, statement.properties, *present)) return refused;
  done = {"UPDATED", "KEYSPACE", statement.keyspace, {}, false};
  return {};
}

}  // namespace detail

cql::refusal execute_schema(schema_session& session, const cql::create_keyspace_statement& statement,
                            schema_change_done& done) {
  if (is_system_keyspace(statement.keyspace))
    return statement.alter
               ? cql::refusal{server_errc::unauthorized,
                              statement.keyspace + " keyspace is not user-modifiable."}
               : cql::invalid("System keyspace '" + statement.keyspace + "' is not user-modifiable");
  if (auto refused = detail::check_property_names(statement.properties)) return refused;
  if (statement.alter) return detail::alter_keyspace(session, statement, done);
  if (!is_object_name(statement.keyspace))
    return cql::invalid(
        "Keyspace name must not be empty, more than 48 characters long, or contain "
        "non-alphanumeric-underscore characters (got '" +
        statement.keyspace + "')");
  if (session.schema.find(statement.keyspace) != nullptr) {
    if (statement.if_not_exists) return {};
    return cql::already_exists("Cannot add existing keyspace \"" + statement.keyspace + '"',
                               statement.keyspace, {});
  }
  keyspace_schema created;
  created.name = statement.keyspace;
  if (auto refused = detail::read_keyspace_properties(session, statement.properties, created)) return refused;
  if (created.replication.empty()) return cql::invalid("Missing mandatory option 'replication'");
  session.schema.keyspaces.emplace(statement.keyspace, std::move(created));
  done = {"CREATED", "KEYSPACE", statement.keyspace, {}, false};
  return {};
}

namespace detail {

inline cql::refusal drop_type(keyspace_schema& keyspace, const std::string& name) {
  std::string tables, types;
  for (const auto& [type_name, type] : keyspace.types)
    if (type_name != name && uses_type(type, keyspace.name, name))
      types += (types.empty() ? "" : ", ") + type_name;
  if (!types.empty())
    return cql::invalid("Cannot drop user type '" + keyspace.name + '.' + name +
                        "' as it is still used by user types " + types);
  for (const auto& [table_name, table] : keyspace.tables) {
    const auto& columns = table->schema->columns;
    const bool used = std::any_of(columns.begin(), columns.end(), [&](const column& candidate) {
      return uses_type(candidate.type, keyspace.name, name);
    });
    if (used) tables += (tables.empty() ? "" : ", ") + table_name;
  }
  if (!tables.empty())
    return cql::invalid("Cannot drop user type '" + keyspace.name + '.' + name +
                        "' as it is still used by tables " + tables);
  keyspace.types.erase(name);
  return {};
}

// Removes an index; tells the table that had it.
inline bool drop_index(keyspace_schema& keyspace, const std::string& name, std::string& table_name) {
  for (auto& [candidate, table] : keyspace.tables) {
    auto altered = std::make_shared<table_schema>(*table->schema);
    if (std::erase_if(altered->indexes, [&](const auto& index) { return index.name == name; }) == 0) continue;
    table->schema = std::move(altered);
    table_name = candidate;
    return true;
  }
  return false;
}

inline cql::refusal drop_from_keyspace(keyspace_schema& keyspace, const cql::drop_statement& statement,
                                       schema_change_done& done, bool& found) {
  const std::string& name = statement.name.name;
  found = true;
  if (statement.kind == cql::dropped_kind::table && keyspace.tables.erase(name) == 1) {
    done = {"DROPPED", "TABLE", keyspace.name, name, true};
    return {};
  }
  if (statement.kind == cql::dropped_kind::type && keyspace.types.contains(name)) {
    if (auto refused = drop_type(keyspace, name)) return refused;
    done = {"DROPPED", "TYPE", keyspace.name, name, false};
    return {};
  }
  std::string table_name;
  if (statement.kind == cql::dropped_kind::index && drop_index(keyspace, name, table_name)) {
    done = {"UPDATED", "TABLE", keyspace.name, table_name, true};
    return {};
  }
  found = false;
  return {};
}

inline cql::refusal drop_keyspace(schema_session& session, const cql::drop_statement& statement,
                                  schema_change_done& done) {
  const std::string& name = statement.name.name;
  if (is_system_keyspace(name))
    return {server_errc::unauthorized, name + " keyspace is not user-modifiable."};
  if (session.schema.keyspaces.erase(name) == 1) {
    done = {"DROPPED", "KEYSPACE", name, {}, true};
    return {};
  }
  if (statement.if_exists) return {};
  return cql::invalid("Keyspace '" + name + "' doesn't exist");
}

}  // namespace detail

cql::refusal execute_schema(schema_session& session, const cql::drop_statement& statement,
                            schema_change_done& done) {
  if (statement.kind == cql::dropped_kind::keyspace) return detail::drop_keyspace(session, statement, done);
  std::string keyspace;
  if (auto refused = keyspace_of(session, statement.name, keyspace)) return refused;
  if (keyspace_schema* found = session.schema.find(keyspace)) {
    bool dropped = false;
    if (auto refused = detail::drop_from_keyspace(*found, statement, done, dropped)) return refused;
    if (dropped) return {};
  }
  if (statement.if_exists) return {};
  const std::string name = '\'' + keyspace + '.' + statement.name.name + '\'';
  if (statement.kind == cql::dropped_kind::table) return cql::invalid("Table " + name + " doesn't exist");
  if (statement.kind == cql::dropped_kind::type) return cql::invalid("Type " + name + " doesn't exist");
  return cql::invalid("Index " + name + " doesn't exist'");
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SCHEMA_KEYSPACES_IPP
