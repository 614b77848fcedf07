// SPDX-License-Identifier: MIT
// The statements that make a table: CREATE TABLE, CREATE INDEX, ALTER TABLE ... ADD.
#ifndef COODIE_ORM_TABLE_TEXT_HPP
#define COODIE_ORM_TABLE_TEXT_HPP

#include <cstddef>

#include "orm/model_check.hpp"
#include "orm/static_text.hpp"

namespace coodie::inline COODIE_ABI::detail {

constexpr void write_table_name(text_sink& out, const table_header& table) noexcept {
  if (!table.keyspace.empty()) {
    out.identifier(table.keyspace, table.keyspace_quoted);
    out.put('.');
  }
  out.identifier(table.name, table.name_quoted);
}
/// With a keyspace that is only known at run time; empty: none.
constexpr void write_table_name(text_sink& out, const table_header& table,
                                std::string_view keyspace) noexcept {
  if (!keyspace.empty()) {
    out.identifier(keyspace, needs_quotes(keyspace));
    out.put('.');
  }
  out.identifier(table.name, table.name_quoted);
}
constexpr void write_column_name(text_sink& out, const model_column& column) noexcept {
  out.identifier(column.name, column.quoted);
}
constexpr void write_column_definition(text_sink& out, const model_column& column) noexcept {
  write_column_name(out, column);
  out.put(' ');
  out.text(column.type.cql);
  if (column.kind == column_kind::static_column) out.text(" STATIC");
}

template <std::size_t N>
constexpr void write_primary_key(text_sink& out, const table_info<N>& table) noexcept {
  out.text("PRIMARY KEY (");
  const bool composite = table.partition_size > 1;
  if (composite) out.put('(');
  bool first = true;
  for (std::size_t i = 0; i < table.key_size(); ++i) {
    if (composite && i == table.partition_size) out.put(')');
    out.separate(first);
    write_column_name(out, table.columns[table.key[i]]);
  }
  if (composite && table.clustering_size == 0) out.put(')');
  out.put(')');
}

/// " WITH" before the first property of a table, " AND" before the others.
constexpr void write_property_start(text_sink& out, bool& first) noexcept {
  out.text(first ? " WITH " : " AND ");
  first = false;
}

constexpr void write_option(text_sink& out, const table_option& option) noexcept {
  out.text(option.name);
  out.text(" = ");
  if (option.text)
    out.quoted(option.value, '\'');
  else
    out.text(option.value);
}

template <std::size_t N>
constexpr void write_properties(text_sink& out, const table_info<N>& table) noexcept {
  bool first = true, descending = false;
  for (std::size_t i = table.partition_size; i < table.key_size(); ++i)
    descending = descending || table.columns[table.key[i]].descending;
  if (descending) {
    write_property_start(out, first);
    out.text("CLUSTERING ORDER BY (");
    bool first_column = true;
    for (std::size_t i = table.partition_size; i < table.key_size(); ++i) {
      const model_column& column = table.columns[table.key[i]];
      out.separate(first_column);
      write_column_name(out, column);
      out.text(column.descending ? " DESC" : " ASC");
    }
    out.put(')');
  }
  for (std::size_t i = 0; i < table.option_count; ++i) {
    write_property_start(out, first);
    write_option(out, table.options[i]);
  }
}

/// What follows the name of the table in CREATE TABLE.
template <class T>
struct table_definition_source {
  static constexpr void write(text_sink& out) noexcept {
    constexpr const auto& table = table_of_model<T>;
    out.text(" (");
    for (const model_column& column : table.columns) {
      write_column_definition(out, column);
      out.text(", ");
    }
    write_primary_key(out, table);
    out.put(')');
    write_properties(out, table);
  }
};

/// `CREATE TABLE IF NOT EXISTS name (columns, PRIMARY KEY (...)) WITH ...`, with the table's own keyspace.
template <class T>
struct create_table_source {
  static constexpr void write(text_sink& out) noexcept {
    out.text("CREATE TABLE IF NOT EXISTS ");
    write_table_name(out, table_of_model<T>);
    table_definition_source<T>::write(out);
  }
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_TABLE_TEXT_HPP
