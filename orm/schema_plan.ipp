// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SCHEMA_PLAN_IPP
#define COODIE_ORM_SCHEMA_PLAN_IPP

#include <algorithm>

#include "orm/row_reader.hpp"
#include "orm/schema_plan.hpp"

namespace coodie::inline COODIE_ABI::detail {

inline namespace schema_plan_steps {

template <class Write>
[[nodiscard]] std::string written_text(Write&& write) {
  text_sink counting;
  write(counting);
  std::string text(counting.size, '\0');
  text_sink storing{text.data()};
  write(storing);
  return text;
}

[[nodiscard]] inline std::string qualified_table(const table_description& table, std::string_view keyspace) {
  return written_text([&](text_sink& out) { write_table_name(out, *table.header, keyspace); });
}

[[nodiscard]] inline const schema_column* find_on_server(const table_on_server& found,
                                                         std::string_view name) {
  for (const schema_column& each : found.columns)
    if (each.column_name == name) return &each;
  return nullptr;
}

[[nodiscard]] inline errc report_mismatch(const table_description& table, std::string_view keyspace,
                                          std::string_view column, std::string_view what, diagnostics* diag) {
  std::string sentence = "column ";
  append_identifier(sentence, column);
  sentence += " of " + qualified_table(table, keyspace) + ' ';
  sentence += what;
  return report(errc::schema_mismatch, sentence, diag);
}

[[nodiscard]] inline errc check_kind(const table_description& table, std::string_view keyspace,
                                     const model_column& column, const schema_column& found,
                                     diagnostics* diag) {
  const bool ordered = column.kind == column_kind::clustering_key;
  if (found.kind != kind_name(column.kind) || (column.is_key() && found.position != column.position)) {
    std::string what = "is a " + found.kind + " column on the server";
    if (found.position >= 0) what += " (position " + std::to_string(found.position) + ")";
    what += ", the struct says " + std::string(kind_name(column.kind));
    if (column.is_key()) what += " (position " + std::to_string(column.position) + ")";
    what += "; that can't be changed: make the struct fit, or a table of another name";
    return report_mismatch(table, keyspace, column.name, what, diag);
  }
  if (ordered && (found.clustering_order == "desc") != column.descending) {
    const std::string what = "is in " + found.clustering_order +
                             " order on the server, the struct says the other; " +
                             "the order can't be changed: make the struct fit, or a table of another name";
    return report_mismatch(table, keyspace, column.name, what, diag);
  }
  return errc::ok;
}

[[nodiscard]] inline errc check_type(const table_description& table, std::string_view keyspace,
                                     const model_column& column, const column_expectation& expected,
                                     const schema_column& found, diagnostics* diag) {
  cql_type type;
  if (parse_cql_type(found.type, type) == errc::ok && expected.accepts(type)) return errc::ok;
  const std::string what = "has the type " + found.type + " on the server, the struct says " +
                           std::string(column.type.cql) +
                           "; a type can't be changed: make the struct fit, or add a column of another name";
  return report_mismatch(table, keyspace, column.name, what, diag);
}

/// Key columns that the model does not know make every write fail.
[[nodiscard]] inline errc check_foreign_keys(const table_description& table, std::string_view keyspace,
                                             const table_on_server& found, diagnostics* diag) {
  for (const schema_column& each : found.columns) {
    const bool key = each.kind == "partition_key" || each.kind == "clustering";
    const bool known =
        std::any_of(table.columns.begin(), table.columns.end(),
                    [&](const model_column& column) { return column.name == each.column_name; });
    if (key && !known)
      return report_mismatch(table, keyspace, each.column_name,
                             "is a key column on the server and the struct does not have it; add the member",
                             diag);
  }
  return errc::ok;
}

[[nodiscard]] inline errc plan_columns(const table_description& table, std::string_view keyspace,
                                       const table_on_server& found, std::vector<std::string>& statements,
                                       diagnostics* diag) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const model_column& column = table.columns[i];
    if (const schema_column* there = find_on_server(found, column.name)) {
      if (errc e = check_kind(table, keyspace, column, *there, diag); e != errc::ok) return e;
      if (errc e = check_type(table, keyspace, column, table.expectations[i], *there, diag); e != errc::ok)
        return e;
    } else if (column.is_key()) {
      return report_mismatch(
          table, keyspace, column.name,
          "is missing on the server, and a key can't be extended; make a table of another name", diag);
    } else {
      statements.push_back("ALTER TABLE " + qualified_table(table, keyspace) + " ADD " +
                           written_text([&](text_sink& out) { write_column_definition(out, column); }));
    }
  }
  return errc::ok;
}

/// The value that the server has for an option; false when it is not one of those that are compared.
[[nodiscard]] inline bool option_on_server(const schema_table& found, std::string_view name,
                                           std::string& value) {
  if (name == "comment")
    value = found.comment.value_or("");
  else if (name == "default_time_to_live")
    value = std::to_string(found.default_time_to_live.value_or(0));
  else if (name == "gc_grace_seconds")
    value = std::to_string(found.gc_grace_seconds.value_or(0));
  else
    return false;
  return true;
}

inline void plan_options(const table_description& table, std::string_view keyspace,
                         const table_on_server& found, std::vector<std::string>& statements) {
  if (found.options.empty()) return;
  std::string changes;
  for (std::size_t i = 0; i < table.header->option_count; ++i) {
    const table_option& option = table.header->options[i];
    std::string there;
    if (!option_on_server(found.options[0], option.name, there) || there == option.value) continue;
    changes += changes.empty() ? " WITH " : " AND ";
    changes += written_text([&](text_sink& out) { write_option(out, option); });
  }
  if (!changes.empty()) statements.push_back("ALTER TABLE " + qualified_table(table, keyspace) + changes);
}

/// Whether an index of the server is on this column: target is its name, perhaps quoted, perhaps in
/// values(...).
[[nodiscard]] inline bool is_index_on(const schema_index& index, const model_column& column) {
  const auto target = index.options.find("target");
  if (target == index.options.end()) return false;
  std::string quoted;
  append_identifier(quoted, column.name, true);
  const std::string name(column.name);
  for (const std::string& each : {name, quoted})
    if (target->second == each || target->second == "values(" + each + ")") return true;
  return false;
}

inline void plan_indexes(const table_description& table, std::string_view keyspace,
                         const table_on_server& found, std::vector<std::string>& statements) {
  for (const model_column& column : table.columns) {
    if (!column.indexed) continue;
    const std::string name = index_name_of(table, column);
    const bool there = std::any_of(
        found.indexes.begin(), found.indexes.end(),
        [&](const schema_index& index) { return index.index_name == name || is_index_on(index, column); });
    if (there) continue;
    std::string text = "CREATE INDEX IF NOT EXISTS ";
    append_identifier(text, name);
    text += " ON " + qualified_table(table, keyspace) + " (";
    append_identifier(text, column.name);
    text += ')';
    statements.push_back(std::move(text));
  }
}

}  // namespace schema_plan_steps

std::string create_table_text(const table_description& table, std::string_view keyspace) {
  return "CREATE TABLE IF NOT EXISTS " + qualified_table(table, keyspace) + std::string(table.definition);
}

std::string index_name_of(const table_description& table, const model_column& column) {
  if (!column.index_name.empty()) return std::string(column.index_name);
  std::string name(table.header->name);
  name += '_';
  for (char c : column.name)  // a server takes letters, digits and underscores only
    if (is_table_name({&c, 1})) name += c;
  return name + "_idx";
}

errc plan_table(const table_description& table, std::string_view keyspace, const table_on_server& found,
                std::vector<std::string>& statements, diagnostics* diag) {
  if (found.columns.empty()) {
    statements.push_back(create_table_text(table, keyspace));
  } else {
    if (errc e = check_foreign_keys(table, keyspace, found, diag); e != errc::ok) return e;
    if (errc e = plan_columns(table, keyspace, found, statements, diag); e != errc::ok) return e;
    plan_options(table, keyspace, found, statements);
  }
  plan_indexes(table, keyspace, found, statements);
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_PLAN_IPP
