// SPDX-License-Identifier: MIT
// CREATE TABLE and ALTER TABLE.
#ifndef COODIE_TESTS_MOCK_SCHEMA_TABLES_IPP
#define COODIE_TESTS_MOCK_SCHEMA_TABLES_IPP

#include <algorithm>

#include "protocol/values/timestamp.hpp"
#include "protocol/values/uuid.hpp"
#include "tests/mock/schema_executor.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

inline cql::refusal check_table_name(const std::string& keyspace, const std::string& name) {
  constexpr std::size_t longest = 222;  // with its id it names a folder; the words of the error are older
  if (is_object_name(name, longest)) return {};
  return cql::bad_configuration(keyspace + '.' + name +
                                ": Table name must not be empty, more than 48 characters long, or contain "
                                "non-alphanumeric-underscore characters (got \"" +
                                name + "\")");
}

// Which columns are the key: exactly one PRIMARY KEY, behind a column or on its own.
inline cql::refusal key_columns(const cql::create_table_statement& statement,
                                std::vector<std::string>& partition) {
  const std::size_t count = statement.inline_keys.size() + statement.primary_keys.size();
  if (count == 0)
    return cql::invalid("No PRIMARY KEY specifed for table '" + statement.table.name +
                        "' (exactly one required)");
  if (count > 1)
    return cql::invalid("Multiple PRIMARY KEY specified for table '" + statement.table.name +
                        "' (exactly one required)");
  partition = statement.primary_keys.empty() ? statement.inline_keys : statement.primary_keys.front();
  return {};
}

inline cql::refusal check_key_type(const column& key) {
  const auto named = " for PRIMARY KEY column '" + key.name + "'";
  if (key.type.id == type_id::counter || key.type.id == type_id::duration)
    return cql::invalid(to_cql(key.type) + " type is not supported" + named);
  if (key.type.id == type_id::udt && is_multi_cell(key.type))
    return cql::invalid("Invalid non-frozen user-defined type \"" + key.type.keyspace + '.' + key.type.name +
                        '"' + named);
  if (is_multi_cell(key.type))
    return cql::invalid("Invalid non-frozen collection type " + schema_type_text(key.type) + named);
  return {};
}

// A user type that is written field by field can't have fields that are written element by element.
inline cql::refusal check_user_type(const cql_type& type, const std::string& where) {
  const auto is_nested = [](const cql_type& field) { return is_multi_cell(field); };
  if (type.id != type_id::udt || !is_multi_cell(type) ||
      std::none_of(type.parameters.begin(), type.parameters.end(), is_nested))
    return {};
  return cql::invalid("Non-frozen UDTs with nested non-frozen collections are not supported" + where);
}

inline cql::refusal declare_columns(schema_session& session, const cql::create_table_statement& statement,
                                    table_schema& table) {
  for (const auto& declared : statement.columns) {
    if (table.find(declared.name) != nullptr)
      return cql::invalid("Duplicate column '" + declared.name + "' declaration for table '" + table.name +
                          "'");
    column made;
    made.name = declared.name;
    made.kind = declared.is_static ? column_kind::static_ : column_kind::regular;
    made.id = table.next_column_id++;
    if (auto refused = resolve_type(session.schema, table.keyspace, declared.type, made.type)) return refused;
    if (auto refused = check_user_type(made.type, {})) return refused;
    table.columns.push_back(std::move(made));
  }
  return {};
}

inline cql::refusal assign_key(const std::vector<std::string>& names, column_kind kind, table_schema& table) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto at = std::find_if(table.columns.begin(), table.columns.end(),
                                 [&](const column& candidate) { return candidate.name == names[i]; });
    if (at == table.columns.end())
      return cql::invalid("Unknown column '" + names[i] + "' referenced in PRIMARY KEY for table '" +
                          table.name + "'");
    if (at->is_key())
      return cql::invalid("Duplicate column '" + names[i] + "' in PRIMARY KEY clause for table '" +
                          table.name + "'");
    if (at->is_static())
      return cql::invalid("Static column '" + names[i] + "' cannot be part of the PRIMARY KEY");
    if (auto refused = check_key_type(*at)) return refused;
    at->kind = kind;
    at->position = i;
  }
  return {};
}

inline cql::refusal assign_clustering_order(const cql::create_table_statement& statement,
                                            table_schema& table) {
  const auto& orders = statement.clustering_order;
  for (auto at = orders.begin(); at != orders.end(); ++at)
    if (std::any_of(orders.begin(), at, [&](const auto& before) { return before.column == at->column; }))
      return cql::invalid("Duplicate column '" + at->column + "' in CLUSTERING ORDER BY clause for table '" +
                          table.name + "'");
  std::string strangers;
  for (const auto& order : orders)
    if (std::find(statement.clustering.begin(), statement.clustering.end(), order.column) ==
        statement.clustering.end())
      strangers += (strangers.empty() ? "" : ", ") + order.column;
  if (!strangers.empty())
    return cql::invalid("Only clustering key columns can be defined in CLUSTERING ORDER directive: [" +
                        strangers + "] are not clustering columns");
  if (orders.empty()) return {};
  for (std::size_t i = 0; i < statement.clustering.size(); ++i) {
    const std::string& name = statement.clustering[i];
    const auto named = std::find_if(orders.begin(), orders.end(),
                                    [&](const cql::ordering& order) { return order.column == name; });
    if (named == orders.end()) return cql::invalid("Missing CLUSTERING ORDER for column " + name);
    if (orders[i].column != name)
      return cql::invalid(
          "The order of columns in the CLUSTERING ORDER directive must match that of the "
          "clustering columns (" +
          name + " must appear before " + orders[i].column + ')');
    for (auto& candidate : table.columns)
      if (candidate.name == name) candidate.descending = named->descending;
  }
  return {};
}

inline cql::refusal check_columns(const table_schema& table) {
  std::size_t counters = 0, others = 0;
  for (const auto& candidate : table.columns) {
    if (candidate.is_key()) continue;
    (candidate.type.id == type_id::counter ? counters : others) += 1;
    if (candidate.is_static() && table.clustering_size == 0)
      return cql::invalid(
          "Static columns are only useful (and thus allowed) if the table has at least one "
          "clustering column");
  }
  if (counters != 0 && others != 0)
    return cql::invalid("Cannot mix counter and non counter columns in the same table");
  if (counters != 0 && table.options.default_time_to_live > 0)
    return cql::invalid("Cannot set default_time_to_live on a table with counters");
  return {};
}

inline cql::refusal build_table(schema_session& session, const cql::create_table_statement& statement,
                                table_schema& table) {
  std::vector<std::string> partition;
  if (auto refused = check_table_name(table.keyspace, table.name)) return refused;
  if (auto refused = apply_properties(statement.properties, table.options)) return refused;
  if (statement.compact_storage) return cql::unsupported("COMPACT STORAGE");
  if (auto refused = key_columns(statement, partition)) return refused;
  if (auto refused = declare_columns(session, statement, table)) return refused;
  if (auto refused = assign_key(partition, column_kind::partition_key, table)) return refused;
  if (auto refused = assign_key(statement.clustering, column_kind::clustering, table)) return refused;
  if (auto refused = assign_clustering_order(statement, table)) return refused;
  table.partition_size = partition.size();
  table.clustering_size = statement.clustering.size();
  table.counters = std::any_of(table.columns.begin(), table.columns.end(),
                               [](const column& c) { return c.type.id == type_id::counter; });
  table.id = uuid::random().bytes;
  sort_columns(table);
  return check_columns(table);
}

}  // namespace detail

cql::refusal execute_schema(schema_session& session, const cql::create_table_statement& statement,
                            schema_change_done& done) {
  table_schema table;
  if (auto refused = keyspace_of(session, statement.table, table.keyspace)) return refused;
  table.name = statement.table.name;
  keyspace_schema* keyspace = session.schema.find(table.keyspace);
  if (keyspace == nullptr) return cql::invalid("Keyspace '" + table.keyspace + "' doesn't exist");
  if (keyspace->tables.contains(table.name)) {
    if (statement.if_not_exists) return {};
    return cql::already_exists(
        "Cannot add already existing table \"" + table.name + "\" to keyspace \"" + table.keyspace + '"',
        table.keyspace, table.name);
  }
  if (auto refused = detail::build_table(session, statement, table)) return refused;
  done = {"CREATED", "TABLE", table.keyspace, table.name, false};
  const std::string name = table.name;
  keyspace->tables.emplace(
      name, std::make_shared<stored_table>(std::make_shared<const table_schema>(std::move(table))));
  return {};
}

namespace detail {

inline cql::refusal add_column(schema_session& session, const cql::column_declaration& declared,
                               bool if_not_exists, table_schema& table) {
  if (table.find(declared.name) != nullptr) {
    if (if_not_exists) return {};
    return cql::invalid("Column with name '" + declared.name + "' already exists");
  }
  column made;
  made.name = declared.name;
  made.kind = declared.is_static ? column_kind::static_ : column_kind::regular;
  made.id = table.next_column_id++;
  if (auto refused = resolve_type(session.schema, table.keyspace, declared.type, made.type)) return refused;
  if (auto refused = check_user_type(made.type, " for column " + made.name)) return refused;
  if (made.is_static() && table.clustering_size == 0)
    return cql::invalid(
        "Static columns are only useful (and thus allowed) if the table has at least one "
        "clustering column");
  const bool counter = made.type.id == type_id::counter;
  if (counter && !table.counters)
    return cql::bad_configuration(table.keyspace + '.' + table.name + ": Cannot have a counter column (\"" +
                                  made.name + "\") in a non counter table");
  if (!counter && table.counters)
    return cql::bad_configuration(table.keyspace + '.' + table.name +
                                  ": Cannot have a non counter column (\"" + made.name +
                                  "\") in a counter table");
  const auto dropped = table.dropped.find(made.name);
  if (dropped != table.dropped.end() && !same_encoding(dropped->second.type, made.type))
    return cql::invalid("Cannot re-add previously dropped column '" + made.name + "' of type " +
                        schema_type_text(made.type) + ", incompatible with previous type " +
                        schema_type_text(dropped->second.type));
  table.columns.push_back(std::move(made));
  return {};
}

inline cql::refusal drop_column(const std::string& name, bool if_exists, stored_table& stored,
                                table_schema& table) {
  const column* found = table.find(name);
  if (found == nullptr) {
    if (if_exists) return {};
    return cql::invalid("Column " + name + " was not found in table '" + table.keyspace + '.' + table.name +
                        "'");
  }
  if (found->is_key()) return cql::invalid("Cannot drop PRIMARY KEY column " + name);
  for (const auto& index : table.indexes)
    if (index.column == name)
      return cql::invalid("Cannot drop column " + name + " because it has dependent secondary indexes (" +
                          index.name + ')');
  table.dropped[name] = {found->type, found->kind, coodie::now().time_since_epoch().count()};
  stored.forget_column(found->id);
  std::erase_if(table.columns, [&](const column& candidate) { return candidate.name == name; });
  return {};
}

inline cql::refusal rename_column(const std::pair<std::string, std::string>& names, table_schema& table) {
  const auto& [from, to] = names;
  const column* found = table.find(from);
  if (found == nullptr)  // with and without IF EXISTS
    return cql::invalid("Undefined column name " + quoted_name(from) + " in table " + table.keyspace + '.' +
                        table.name);
  if (!found->is_key()) return cql::invalid("Cannot rename non PRIMARY KEY column " + from);
  if (table.find(to) != nullptr)
    return cql::invalid("Cannot rename column " + from + " to " + to + " in table '" + table.keyspace + '.' +
                        table.name + "'; another column with that name already exists");
  for (const auto& index : table.indexes)
    if (index.column == from)
      return cql::invalid("Can't rename column " + from + " because it has dependent secondary indexes (" +
                          index.name + ')');
  for (auto& candidate : table.columns)
    if (candidate.name == from) candidate.name = to;
  return {};
}

inline cql::refusal alter_table(schema_session& session, const cql::alter_table_statement& statement,
                                stored_table& stored, table_schema& table) {
  switch (statement.kind) {
    case cql::alteration_kind::add:
      for (const auto& declared : statement.columns)
        if (auto refused = add_column(session, declared, statement.if_column, table)) return refused;
      return {};
    case cql::alteration_kind::drop:
      for (const auto& declared : statement.columns)
        if (auto refused = drop_column(declared.name, statement.if_column, stored, table)) return refused;
      return {};
    case cql::alteration_kind::rename:
      for (const auto& names : statement.renamed)
        if (auto refused = rename_column(names, table)) return refused;
      return {};
    case cql::alteration_kind::with: return apply_properties(statement.properties, table.options);
    case cql::alteration_kind::alter_type: break;
  }
  return cql::invalid("Altering column types is no longer supported");
}

}  // namespace detail

cql::refusal execute_schema(schema_session& session, const cql::alter_table_statement& statement,
                            schema_change_done& done) {
  std::string keyspace;
  if (auto refused = keyspace_of(session, statement.table, keyspace)) return refused;
  std::shared_ptr<stored_table> stored;
  if (session.schema.find_table({keyspace, statement.table.name}, {}, stored)) {
    if (statement.if_exists) return {};
    return cql::invalid("Table '" + keyspace + '.' + statement.table.name + "' doesn't exist");
  }
  auto altered = std::make_shared<table_schema>(*stored->schema);
  if (auto refused = detail::alter_table(session, statement, *stored, *altered)) return refused;
  sort_columns(*altered);
  stored->schema = std::move(altered);
  done = {"UPDATED", "TABLE", keyspace, statement.table.name, true};
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SCHEMA_TABLES_IPP
