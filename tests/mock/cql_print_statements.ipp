// SPDX-License-Identifier: MIT
// Whole statements printed as CQL.
#ifndef COODIE_TESTS_MOCK_CQL_PRINT_STATEMENTS_IPP
#define COODIE_TESTS_MOCK_CQL_PRINT_STATEMENTS_IPP

#include "tests/mock/cql_print_parts.hpp"
#include "tests/mock/cql_printer.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

namespace detail {

inline std::string print_where(const std::vector<relation>& relations, std::string_view word) {
  if (relations.empty()) return {};
  return std::string(word) +
         print_list(
             relations, [](const relation& condition) { return print(condition); }, " AND ");
}

// In the order of their markers, as these are numbered by where they stand.
inline std::string print_using(const attributes& using_) {
  const std::string timestamp = using_.timestamp ? "TIMESTAMP " + print(*using_.timestamp) : "";
  const std::string ttl = using_.ttl ? "TTL " + print(*using_.ttl) : "";
  if (!using_.timestamp || !using_.ttl)
    return timestamp.empty() && ttl.empty() ? "" : " USING " + timestamp + ttl;
  const bool ttl_first = using_.ttl->index < using_.timestamp->index;
  return " USING " + (ttl_first ? ttl + " AND " + timestamp : timestamp + " AND " + ttl);
}

inline std::string print_properties(const std::vector<property>& properties,
                                    std::string_view word = " WITH ") {
  if (properties.empty()) return {};
  return std::string(word) +
         print_list(
             properties,
             [](const property& each) { return print_name(each.name) + " = " + print(each.value); }, " AND ");
}

inline std::string print_column(const column_declaration& column) {
  return print_name(column.name) + ' ' + print(column.type) + (column.is_static ? " static" : "");
}

inline std::string print_order(const ordering& order) {
  if (order.ann_of) return print_name(order.column) + " ANN OF " + print(*order.ann_of);
  return print_name(order.column) + (order.descending ? " DESC" : " ASC");
}

struct statement_printer {
  std::string operator()(const select_statement& s) const {
    const auto one = [](const selector& item) { return print(item); };
    std::string text = "SELECT ";
    if (s.json) text += "JSON ";
    if (s.distinct) text += "DISTINCT ";
    text += (s.star ? "*" : print_list(s.selection, one)) + " FROM " + print_name(s.table);
    text += print_where(s.where, " WHERE ");
    if (!s.group_by.empty()) text += " GROUP BY " + print_list(s.group_by, one);
    if (!s.order_by.empty()) text += " ORDER BY " + print_list(s.order_by, print_order);
    if (s.per_partition_limit) text += " PER PARTITION LIMIT " + print(*s.per_partition_limit);
    if (s.limit) text += " LIMIT " + print(*s.limit);
    return s.allow_filtering ? text + " ALLOW FILTERING" : text;
  }

  std::string operator()(const insert_statement& s) const {
    std::string text = "INSERT INTO " + print_name(s.table);
    if (s.json)
      text += " JSON " + print(s.values.front()) + (s.default_unset ? " DEFAULT UNSET" : "");
    else
      text += " (" + print_names(s.columns) + ") VALUES (" + print_terms(s.values) + ')';
    return text + (s.if_not_exists ? " IF NOT EXISTS" : "") + print_using(s.using_);
  }

  static std::string print_assignment(const assignment& each) {
    const std::string name = print_name(each.column), value = print(each.value);
    switch (each.kind) {
      case assignment_kind::set: return name + " = " + value;
      case assignment_kind::add: return name + " = " + name + " + " + value;
      case assignment_kind::subtract: return name + " = " + name + " - " + value;
      case assignment_kind::prepend: return name + " = " + value + " + " + name;
      case assignment_kind::element: return name + '[' + print(*each.key) + "] = " + value;
      case assignment_kind::field: break;
    }
    return name + '.' + print_name(each.field) + " = " + value;
  }

  static std::string print_if(const std::vector<relation>& conditions, bool if_exists) {
    return if_exists ? " IF EXISTS" : print_where(conditions, " IF ");
  }

  std::string operator()(const update_statement& s) const {
    return "UPDATE " + print_name(s.table) + print_using(s.using_) + " SET " +
           print_list(s.assignments, print_assignment) + print_where(s.where, " WHERE ") +
           print_if(s.conditions, s.if_exists);
  }

  static std::string print_deletion(const deletion& each) {
    if (each.key) return print_name(each.column) + '[' + print(*each.key) + ']';
    return each.field.empty() ? print_name(each.column)
                              : print_name(each.column) + '.' + print_name(each.field);
  }

  std::string operator()(const delete_statement& s) const {
    return "DELETE " + print_list(s.deletions, print_deletion) + (s.deletions.empty() ? "" : " ") + "FROM " +
           print_name(s.table) + print_using(s.using_) + print_where(s.where, " WHERE ") +
           print_if(s.conditions, s.if_exists);
  }

  std::string operator()(const batch_statement& s) const {
    static constexpr std::string_view kinds[] = {"", "UNLOGGED ", "COUNTER "};
    std::string text =
        "BEGIN " + std::string(kinds[static_cast<std::size_t>(s.kind)]) + "BATCH" + print_using(s.using_);
    for (const auto& each : s.statements) text += ' ' + std::visit(*this, each) + ';';
    return text + " APPLY BATCH";
  }

  std::string operator()(const use_statement& s) const { return "USE " + print_name(s.keyspace); }
  std::string operator()(const truncate_statement& s) const {
    return "TRUNCATE TABLE " + print_name(s.table);
  }

  std::string operator()(const create_keyspace_statement& s) const {
    return std::string(s.alter ? "ALTER" : "CREATE") + " KEYSPACE " +
           (s.if_not_exists ? "IF NOT EXISTS " : "") + (s.if_exists ? "IF EXISTS " : "") +
           print_name(s.keyspace) + print_properties(s.properties);
  }

  static std::string print_keys(const create_table_statement& s) {
    std::string text;
    bool first = true;  // clustering columns are those of all PRIMARY KEY clauses; print them once
    for (const auto& partition : s.primary_keys) {
      text += ", PRIMARY KEY ((" + print_names(partition) + ')';
      if (first && !s.clustering.empty()) text += ", " + print_names(s.clustering);
      first = false;
      text += ')';
    }
    return text;
  }

  static std::string print_table_options(const create_table_statement& s) {
    std::string text;
    const auto word = [&] { return text.empty() ? " WITH " : " AND "; };
    if (s.compact_storage) text += " WITH COMPACT STORAGE";
    if (!s.clustering_order.empty())
      text += word() + ("CLUSTERING ORDER BY (" + print_list(s.clustering_order, print_order)) + ')';
    return text + print_properties(s.properties, word());
  }

  std::string operator()(const create_table_statement& s) const {
    std::size_t key = 0;
    const auto one = [&](const column_declaration& column) {
      const bool inline_key = key < s.inline_keys.size() && s.inline_keys[key] == column.name;
      if (inline_key) ++key;
      return print_column(column) + (inline_key ? " PRIMARY KEY" : "");
    };
    return std::string("CREATE TABLE ") + (s.if_not_exists ? "IF NOT EXISTS " : "") + print_name(s.table) +
           " (" + print_list(s.columns, one) + print_keys(s) + ')' + print_table_options(s);
  }

  static std::string print_renames(const std::vector<std::pair<std::string, std::string>>& renamed) {
    return print_list(
        renamed,
        [](const auto& names) { return print_name(names.first) + " TO " + print_name(names.second); },
        " AND ");
  }

  std::string operator()(const alter_table_statement& s) const {
    const auto only_name = [](const column_declaration& column) { return print_name(column.name); };
    std::string text = std::string("ALTER TABLE ") + (s.if_exists ? "IF EXISTS " : "") + print_name(s.table);
    const std::string_view if_exists = s.if_column ? "IF EXISTS " : "";
    switch (s.kind) {
      case alteration_kind::add:
        return text + " ADD " + (s.if_column ? "IF NOT EXISTS " : "") + '(' +
               print_list(s.columns, print_column) + ')';
      case alteration_kind::drop:
        return text + " DROP " + std::string(if_exists) + '(' + print_list(s.columns, only_name) + ')';
      case alteration_kind::rename:
        return text + " RENAME " + std::string(if_exists) + print_renames(s.renamed);
      case alteration_kind::with: return text + print_properties(s.properties);
      case alteration_kind::alter_type: break;
    }
    return text + " ALTER " + print_name(s.columns.front().name) + " TYPE " + print(s.columns.front().type);
  }

  std::string operator()(const create_type_statement& s) const {
    return std::string("CREATE TYPE ") + (s.if_not_exists ? "IF NOT EXISTS " : "") + print_name(s.type) +
           " (" + print_list(s.fields, print_column) + ')';
  }

  std::string operator()(const alter_type_statement& s) const {
    std::string text = std::string("ALTER TYPE ") + (s.if_exists ? "IF EXISTS " : "") + print_name(s.type);
    if (s.kind == alteration_kind::add)
      return text + " ADD " + (s.if_field ? "IF NOT EXISTS " : "") + print_column(s.fields.front());
    if (s.kind == alteration_kind::rename)
      return text + " RENAME " + (s.if_field ? "IF EXISTS " : "") + print_renames(s.renamed);
    return text + " ALTER " + print_name(s.fields.front().name) + " TYPE " + print(s.fields.front().type);
  }

  static std::string print_target(const std::pair<index_target_kind, std::string>& target) {
    static constexpr std::string_view kinds[] = {"", "keys", "values", "entries", "full"};
    if (target.first == index_target_kind::column) return print_name(target.second);
    return std::string(kinds[static_cast<std::size_t>(target.first)]) + '(' + print_name(target.second) + ')';
  }

  std::string operator()(const create_index_statement& s) const {
    std::string text = std::string("CREATE ") + (s.custom ? "CUSTOM " : "") + "INDEX " +
                       (s.if_not_exists ? "IF NOT EXISTS " : "");
    if (!s.name.empty()) text += print_name(object_name{s.keyspace, s.name}) + ' ';
    text += "ON " + print_name(s.table) + " (" + print_list(s.targets, print_target) + ')';
    if (!s.class_name.empty()) text += " USING " + print_string(s.class_name);
    return text + print_properties(s.properties);
  }

  std::string operator()(const drop_statement& s) const {
    static constexpr std::string_view kinds[] = {"KEYSPACE ", "TABLE ", "TYPE ", "INDEX "};
    return "DROP " + std::string(kinds[static_cast<std::size_t>(s.kind)]) +
           (s.if_exists ? "IF EXISTS " : "") + print_name(s.name);
  }

  std::string operator()(const unsupported_statement& s) const { return s.what; }
};

}  // namespace detail

std::string print(const any_statement& statement) {
  return std::visit(detail::statement_printer{}, statement);
}

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PRINT_STATEMENTS_IPP
