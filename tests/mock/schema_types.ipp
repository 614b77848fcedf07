// SPDX-License-Identifier: MIT
// CREATE TYPE, ALTER TYPE and CREATE INDEX.
#ifndef COODIE_TESTS_MOCK_SCHEMA_TYPES_IPP
#define COODIE_TESTS_MOCK_SCHEMA_TYPES_IPP

#include <algorithm>
#include <tuple>

#include "tests/mock/schema_executor.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

inline cql::refusal add_field(schema_session& session, const cql::column_declaration& declared,
                              cql_type& type) {
  if (std::find(type.field_names.begin(), type.field_names.end(), declared.name) != type.field_names.end())
    return cql::invalid("Duplicate field name '" + declared.name + "' in type '" + type.name + "'");
  cql_type field;
  if (auto refused = resolve_type(session.schema, type.keyspace, declared.type, field)) return refused;
  if (field.id == type_id::counter) return cql::invalid("A user type cannot contain counters");
  if (field.id == type_id::udt && !field.frozen)
    return cql::invalid("A user type cannot contain non-frozen UDTs");
  type.field_names.push_back(declared.name);
  type.parameters.push_back(std::move(field));
  return {};
}

// Replaces every copy of a user type inside `type`, keeping whether it is frozen.
inline bool refresh_type(cql_type& type, const cql_type& altered) {
  bool changed = false;
  if (type.id == type_id::udt && type.name == altered.name && type.keyspace == altered.keyspace) {
    const bool frozen = type.frozen;
    type = altered;
    type.frozen = frozen;
    return true;
  }
  for (auto& inner : type.parameters) changed = refresh_type(inner, altered) || changed;
  return changed;
}

inline void refresh_keyspace(keyspace_schema& keyspace, const cql_type& altered) {
  for (auto& [name, type] : keyspace.types) refresh_type(type, altered);
  for (auto& [name, table] : keyspace.tables) {
    auto copy = std::make_shared<table_schema>(*table->schema);
    bool changed = false;
    for (auto& candidate : copy->columns) changed = refresh_type(candidate.type, altered) || changed;
    if (changed) table->schema = std::move(copy);
  }
}

inline cql::refusal check_partition_keys(const keyspace_schema& keyspace, const cql_type& type,
                                         const cql::column_declaration& field) {
  std::string tables;
  for (const auto& [name, table] : keyspace.tables)
    for (const auto& candidate : table->schema->columns)
      if (candidate.kind == column_kind::partition_key && uses_type(candidate.type, keyspace.name, type.name))
        tables += (tables.empty() ? "" : ", ") + keyspace.name + '.' + name;
  if (tables.empty()) return {};
  return cql::invalid("Cannot add new field " + field.name + " of type " + field.type.name +
                      " to user type " + keyspace.name + '.' + type.name +
                      " as the type is being used in partition key by the following tables: " + tables);
}

inline cql::refusal rename_field(const std::pair<std::string, std::string>& names, bool if_exists,
                                 cql_type& type) {
  const auto at = std::find(type.field_names.begin(), type.field_names.end(), names.first);
  if (at == type.field_names.end()) {
    if (if_exists) return {};
    return cql::invalid("Unkown field " + names.first + " in user type " + type.keyspace + '.' + type.name);
  }
  if (std::find(type.field_names.begin(), type.field_names.end(), names.second) != type.field_names.end())
    return cql::invalid("Duplicate field name " + names.second + " in type " + type.keyspace + '.' +
                        type.name);
  *at = names.second;
  return {};
}

}  // namespace detail

cql::refusal execute_schema(schema_session& session, const cql::create_type_statement& statement,
                            schema_change_done& done) {
  cql_type type(type_id::udt);
  if (auto refused = keyspace_of(session, statement.type, type.keyspace)) return refused;
  type.name = statement.type.name;
  keyspace_schema* keyspace = session.schema.find(type.keyspace);
  if (keyspace == nullptr) return cql::invalid("Keyspace '" + type.keyspace + "' doesn't exist");
  if (keyspace->types.contains(type.name)) {
    if (statement.if_not_exists) return {};
    return cql::invalid("A user type with name '" + type.name + "' already exists");
  }
  for (const auto& field : statement.fields)
    if (auto refused = detail::add_field(session, field, type)) return refused;
  done = {"CREATED", "TYPE", type.keyspace, type.name, false};
  keyspace->types.emplace(statement.type.name, std::move(type));
  return {};
}

cql::refusal execute_schema(schema_session& session, const cql::alter_type_statement& statement,
                            schema_change_done& done) {
  std::string name;
  if (auto refused = keyspace_of(session, statement.type, name)) return refused;
  keyspace_schema* keyspace = session.schema.find(name);
  const auto present = keyspace == nullptr ? nullptr : &keyspace->types;
  const auto at =
      present == nullptr ? std::map<std::string, cql_type>::iterator{} : present->find(statement.type.name);
  if (present == nullptr || at == present->end()) {
    if (statement.if_exists) return {};
    return cql::invalid("Type " + name + '.' + statement.type.name + " doesn't exist");
  }
  cql_type altered = at->second;
  if (statement.kind == cql::alteration_kind::alter_type)
    return cql::invalid("Altering field types is no longer supported");
  for (const auto& field : statement.fields) {
    const auto& names = altered.field_names;
    if (std::find(names.begin(), names.end(), field.name) != names.end()) {
      if (statement.if_field) return {};
      return cql::invalid("Cannot add field " + field.name + " to type " + name + '.' + altered.name +
                          ": a field with name " + field.name + " already exists");
    }
    if (auto refused = detail::check_partition_keys(*keyspace, altered, field)) return refused;
    if (auto refused = detail::add_field(session, field, altered)) return refused;
  }
  for (const auto& names : statement.renamed)
    if (auto refused = detail::rename_field(names, statement.if_field, altered)) return refused;
  at->second = altered;
  detail::refresh_keyspace(*keyspace, altered);
  done = {"UPDATED", "TYPE", name, statement.type.name, false};
  return {};
}

namespace detail {

inline std::string target_text(cql::index_target_kind kind, const std::string& column) {
  switch (kind) {
    case cql::index_target_kind::keys: return "keys(" + column + ')';
    case cql::index_target_kind::values: return "values(" + column + ')';
    case cql::index_target_kind::entries: return "entries(" + column + ')';
    case cql::index_target_kind::full: return "full(" + column + ')';
    case cql::index_target_kind::column: break;
  }
  return column;
}

inline cql::refusal check_index_column(const table_schema& table, const column& indexed,
                                       cql::index_target_kind& target) {
  using kind = cql::index_target_kind;
  if (table.counters) return cql::invalid("Secondary indexes on counter tables aren't supported");
  if (indexed.kind == column_kind::partition_key && table.partition_size == 1)
    return cql::invalid("Cannot create secondary index on the only partition key column " + indexed.name);
  if (indexed.type.id == type_id::duration)
    return cql::invalid("Secondary indexes are not supported on duration columns");
  const bool frozen = is_collection(indexed.type) && indexed.type.frozen;
  if (target == kind::full && !frozen)
    return cql::invalid("full() indexes can only be created on frozen collections");
  if (!is_collection(indexed.type)) {
    if (target == kind::column) return {};
    return cql::invalid("Cannot create " + target_text(target, {}) + " index on " + indexed.name +
                        ". Non-collection columns only support simple indexes");
  }
  if (frozen && target != kind::full)
    return cql::invalid("Cannot create values() index on frozen column " + indexed.name +
                        ". Frozen collections are immutable and must be fully indexed by using the 'full(" +
                        indexed.name + ")' modifier");
  if (indexed.type.id != type_id::map && (target == kind::keys || target == kind::entries))
    return cql::invalid("Cannot create " + target_text(target, {}) + " index on column " + indexed.name +
                        " with non-map type");
  if (target == kind::column) target = kind::values;
  return {};
}

inline bool index_name_taken(const keyspace_schema& keyspace, const std::string& name) {
  return std::any_of(keyspace.tables.begin(), keyspace.tables.end(), [&](const auto& entry) {
    const auto& indexes = entry.second->schema->indexes;
    return std::any_of(indexes.begin(), indexes.end(),
                       [&](const index_definition& index) { return index.name == name; });
  });
}

inline std::string free_index_name(const keyspace_schema& keyspace, const std::string& table,
                                   const std::string& column) {
  std::string base;
  for (const char c : table + '_' + column + "_idx")
    if (is_object_name({&c, 1})) base += c;
  std::string name = base;
  for (int i = 1; index_name_taken(keyspace, name); ++i) name = base + '_' + std::to_string(i);
  return name;
}

inline cql::refusal read_index_class(const cql::create_index_statement& statement, index_definition& index) {
  const std::string& name = statement.class_name;
  const bool attached = name.ends_with("StorageAttachedIndex") || name == "sai";
  if (!statement.custom && (name.empty() || name == "legacy_local_table")) return {};
  if (!attached)
    return cql::bad_configuration("Unable to find custom indexer class '" +
                                  (name.empty() ? "legacy_local_table" : name) + "'");
  index.kind = "CUSTOM";
  index.options["class_name"] = name;
  for (const auto& property : statement.properties) {
    if (property.name != "options") return cql::syntax_error("Unknown property '" + property.name + "'");
    std::map<std::string, std::string> options;
    if (auto refused = constant_map(property, options)) return refused;
    index.options.merge(options);
  }
  return {};
}

}  // namespace detail

cql::refusal execute_schema(schema_session& session, const cql::create_index_statement& statement,
                            schema_change_done& done) {
  std::string name;
  const cql::object_name table_name{
      statement.table.keyspace.empty() ? statement.keyspace : statement.table.keyspace, statement.table.name};
  if (auto refused = keyspace_of(session, table_name, name)) return refused;
  std::shared_ptr<stored_table> stored;
  if (session.schema.find(name) == nullptr) return cql::invalid("Keyspace '" + name + "' doesn't exist");
  if (session.schema.find_table({name, table_name.name}, {}, stored))
    return cql::invalid("Table '" + table_name.name + "' doesn't exist");
  keyspace_schema& keyspace = *session.schema.find(name);
  if (!statement.name.empty() && detail::index_name_taken(keyspace, statement.name)) {
    if (statement.if_not_exists) return {};
    return cql::invalid("Index '" + statement.name + "' already exists");
  }
  if (!statement.custom && statement.class_name.empty() && !statement.properties.empty())
    return cql::invalid("Cannot specify options for a non-CUSTOM index");
  if (statement.targets.size() != 1)
    return statement.custom ? cql::unsupported("indexes of several columns")
                            : cql::invalid("Only CUSTOM indexes support multiple columns");
  const table_schema& table = *stored->schema;
  index_definition index;
  std::tie(index.target, index.column) = statement.targets.front();
  const column* indexed = table.find(index.column);
  if (indexed == nullptr)
    return cql::invalid("Undefined column name " + quoted_name(index.column) + " in table " + name + '.' +
                        table.name);
  if (auto refused = detail::check_index_column(table, *indexed, index.target)) return refused;
  if (auto refused = detail::read_index_class(statement, index)) return refused;
  index.options["target"] = detail::target_text(index.target, quoted_name(index.column));
  index.name =
      statement.name.empty() ? detail::free_index_name(keyspace, table.name, index.column) : statement.name;
  for (const auto& other : table.indexes) {
    if (other.options != index.options) continue;
    if (statement.if_not_exists) return {};
    return cql::invalid("Index " + index.name + " is a duplicate of existing index " + other.name);
  }
  auto altered = std::make_shared<table_schema>(table);
  altered->indexes.push_back(std::move(index));
  stored->schema = std::move(altered);
  done = {"UPDATED", "TABLE", name, table_name.name, true};
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SCHEMA_TYPES_IPP
