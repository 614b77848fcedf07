// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SCHEMA_READER_IPP
#define COODIE_ORM_SCHEMA_READER_IPP

#include <algorithm>
#include <tuple>
#include <utility>

#include "orm/row_reader.hpp"
#include "orm/schema_reader.hpp"

namespace coodie::inline COODIE_ABI::detail {

inline namespace schema_reader_steps {

[[nodiscard]] inline typed_name make_typed(std::string name, const std::string& type) {
  typed_name made{std::move(name), type, {}};
  cql_type parsed;
  if (parse_cql_type(type, parsed) == errc::ok) made.parsed = std::move(parsed);
  return made;
}

/// Of two lists that stand beside each other.
[[nodiscard]] inline std::vector<typed_name> make_typed(const std::vector<std::string>& names,
                                                        const std::vector<std::string>& types) {
  std::vector<typed_name> made;
  for (std::size_t i = 0; i < names.size() && i < types.size(); ++i)
    made.push_back(make_typed(names[i], types[i]));
  return made;
}

template <class Row>
void describe_table_row(Row& row, table_metadata& to) {
  to.id = row.id.value_or(uuid());
  table_properties& made = to.properties;
  made.comment = row.comment.value_or("");
  made.default_time_to_live = row.default_time_to_live.value_or(0);
  made.gc_grace_seconds = row.gc_grace_seconds.value_or(0);
  made.bloom_filter_fp_chance = row.bloom_filter_fp_chance.value_or(0);
  made.crc_check_chance = row.crc_check_chance.value_or(0);
  made.memtable_flush_period_in_ms = row.memtable_flush_period_in_ms.value_or(0);
  made.min_index_interval = row.min_index_interval.value_or(0);
  made.max_index_interval = row.max_index_interval.value_or(0);
  made.speculative_retry = row.speculative_retry.value_or("");
  made.caching = std::move(row.caching);
  made.compaction = std::move(row.compaction);
  made.compression = std::move(row.compression);
}

inline void add_row(schema_metadata& to, schema_keyspace& row) {
  keyspace_metadata& made = to.keyspaces.emplace_back();
  made.name = std::move(row.keyspace_name);
  made.replication = std::move(row.replication);
  made.durable_writes = row.durable_writes.value_or(true);
}
inline void add_row(schema_metadata& to, virtual_keyspace& row) {
  if (find_named(to.keyspaces, row.keyspace_name) != nullptr) return;
  keyspace_metadata& made = to.keyspaces.emplace_back();
  made.name = std::move(row.keyspace_name);
  made.durable_writes = false;
  made.is_virtual = true;
}

inline void add_row(keyspace_metadata& to, schema_table& row) {
  table_metadata& made = to.tables.emplace_back();
  made.name = std::move(row.table_name);
  describe_table_row(row, made);
}
inline void add_row(keyspace_metadata& to, virtual_table& row) {
  table_metadata& made = to.tables.emplace_back();
  made.name = std::move(row.table_name);
  made.properties.comment = row.comment.value_or("");
}
inline void add_row(keyspace_metadata& to, schema_view& row) {
  view_metadata& made = to.views.emplace_back();
  made.name = std::move(row.view_name);
  made.base_table = std::move(row.base_table_name);
  made.where_clause = row.where_clause.value_or("");
  made.include_all_columns = row.include_all_columns.value_or(false);
  describe_table_row(row, made);
}
inline void add_row(keyspace_metadata& to, schema_type& row) {
  to.types.push_back({std::move(row.type_name), make_typed(row.field_names, row.field_types)});
}
inline void add_row(keyspace_metadata& to, schema_function& row) {
  function_metadata& made = to.functions.emplace_back();
  made.name = std::move(row.function_name);
  made.arguments = make_typed(row.argument_names, row.argument_types);
  made.return_type = row.return_type.value_or("");
  made.language = row.language.value_or("");
  made.body = row.body.value_or("");
  made.called_on_null_input = row.called_on_null_input.value_or(false);
}
inline void add_row(keyspace_metadata& to, schema_aggregate& row) {
  aggregate_metadata& made = to.aggregates.emplace_back();
  made.name = std::move(row.aggregate_name);
  made.argument_types = std::move(row.argument_types);
  made.return_type = row.return_type.value_or("");
  made.state_type = row.state_type.value_or("");
  made.state_function = row.state_func.value_or("");
  made.final_function = row.final_func.value_or("");
  made.initial_condition = row.initcond.value_or("");
}

inline void add_row(table_metadata& to, schema_column& row) {
  column_metadata& made = to.columns.emplace_back();
  static_cast<typed_name&>(made) = make_typed(std::move(row.column_name), row.type);
  for (const column_kind kind :
       {column_kind::partition_key, column_kind::clustering_key, column_kind::static_column})
    if (row.kind == kind_name(kind)) made.kind = kind;
  made.position = row.position;
  made.descending = row.clustering_order == "desc";
}
inline void add_row(table_metadata& to, schema_index& row) {
  index_metadata& made = to.indexes.emplace_back();
  made.name = std::move(row.index_name);
  made.kind = std::move(row.kind);
  if (const auto target = row.options.find("target"); target != row.options.end())
    made.target = target->second;
  made.options = std::move(row.options);
}
inline void add_row(table_metadata& to, schema_trigger& row) {
  to.triggers.push_back({std::move(row.trigger_name), std::move(row.options)});
}

/// Views have their columns in the same table.
[[nodiscard]] inline table_metadata* find_table_or_view(keyspace_metadata& in,
                                                        std::string_view name) noexcept {
  table_metadata* const table = find_named(in.tables, name);
  return table != nullptr ? table : find_named(in.views, name);
}

// What came meanwhile, in a keyspace or table that was not there yet, is left out.
template <class Row>
void add_to_schema(schema_metadata& found, Row& row) {
  if constexpr (requires { add_row(found, row); }) {
    add_row(found, row);
  } else {
    keyspace_metadata* const keyspace = find_named(found.keyspaces, row.keyspace_name);
    if (keyspace == nullptr) return;
    if constexpr (requires { add_row(*keyspace, row); }) {
      add_row(*keyspace, row);
    } else if (table_metadata* const table = find_table_or_view(*keyspace, row.table_name)) {
      add_row(*table, row);
    }
  }
}

template <class Row>
[[nodiscard]] errc add_rows(const schema_query& from, schema_metadata& found, diagnostics* diag) {
  std::vector<Row> rows;
  if (const errc e = from.take(rows, diag); e != errc::ok) return e;
  for (Row& row : rows) add_to_schema(found, row);
  return errc::ok;
}

inline void sort_columns(std::vector<column_metadata>& columns) {
  const auto rank = [](const column_metadata& column) {
    constexpr int ranks[] = {3, 0, 1, 2};  // as column_kind has them
    return std::tuple(ranks[static_cast<std::size_t>(column.kind)], column.position,
                      std::string_view(column.name));
  };
  std::sort(columns.begin(), columns.end(),
            [&](const column_metadata& a, const column_metadata& b) { return rank(a) < rank(b); });
}

}  // namespace schema_reader_steps

schema_reader::schema_reader(const read_schema_options& options) {
  settings_.timeout_ns = timeout_in_ns(options.timeout);
  settings_.profile = keep_profile_name(options.profile);
  for (std::size_t i = 0; i < options.keyspaces.size(); ++i) wanted_.emplace_back(options.keyspaces[i]);
  std::sort(wanted_.begin(), wanted_.end());
  wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
  if (wanted_.empty())
    wanted_.emplace_back();
  else if (!std::all_of(wanted_.begin(), wanted_.end(), is_table_name))
    is_wrong_ = true;
  ask();
}

errc schema_reader::check(diagnostics* diag) const noexcept {
  if (is_wrong_)
    return report(errc::invalid_query, "the name of a keyspace is 1 to 48 letters, digits and underscores",
                  diag);
  return check_settings(settings_, diag);
}

void schema_reader::ask() {
  const std::string_view in = wanted_[at_];
  switch (now_) {
    case source::keyspaces: query_ = schema_query::of<schema_keyspace>("system_schema.keyspaces", in); return;
    case source::tables: query_ = schema_query::of<schema_table>("system_schema.tables", in); return;
    case source::views: query_ = schema_query::of<schema_view>("system_schema.views", in); return;
    case source::columns: query_ = schema_query::of<schema_column>("system_schema.columns", in); return;
    case source::indexes: query_ = schema_query::of<schema_index>("system_schema.indexes", in); return;
    case source::triggers: query_ = schema_query::of<schema_trigger>("system_schema.triggers", in); return;
    case source::types: query_ = schema_query::of<schema_type>("system_schema.types", in); return;
    case source::functions: query_ = schema_query::of<schema_function>("system_schema.functions", in); return;
    case source::aggregates:
      query_ = schema_query::of<schema_aggregate>("system_schema.aggregates", in);
      return;
    case source::virtual_keyspaces:
      query_ = schema_query::of<virtual_keyspace>("system_virtual_schema.keyspaces", in);
      return;
    case source::virtual_tables:
      query_ = schema_query::of<virtual_table>("system_virtual_schema.tables", in);
      return;
    case source::virtual_columns:
      query_ = schema_query::of<schema_column>("system_virtual_schema.columns", in);
      return;
  }
}

errc schema_reader::take_rows(diagnostics* diag) {
  switch (now_) {
    case source::keyspaces: return add_rows<schema_keyspace>(query_, found_, diag);
    case source::tables: return add_rows<schema_table>(query_, found_, diag);
    case source::views: return add_rows<schema_view>(query_, found_, diag);
    case source::columns:
    case source::virtual_columns: return add_rows<schema_column>(query_, found_, diag);
    case source::indexes: return add_rows<schema_index>(query_, found_, diag);
    case source::triggers: return add_rows<schema_trigger>(query_, found_, diag);
    case source::types: return add_rows<schema_type>(query_, found_, diag);
    case source::functions: return add_rows<schema_function>(query_, found_, diag);
    case source::aggregates: return add_rows<schema_aggregate>(query_, found_, diag);
    case source::virtual_keyspaces: return add_rows<virtual_keyspace>(query_, found_, diag);
    case source::virtual_tables: return add_rows<virtual_table>(query_, found_, diag);
  }
  return errc::ok;
}

// The keyspaces of the one kind before those of the other.
bool schema_reader::next() noexcept {
  if (now_ == source::virtual_columns && at_ + 1 == wanted_.size()) return false;
  const bool last_of_kind = now_ == source::aggregates || now_ == source::virtual_columns;
  if (!last_of_kind) {
    now_ = static_cast<source>(static_cast<unsigned>(now_) + 1);
  } else if (++at_ != wanted_.size()) {
    now_ = now_ == source::aggregates ? source::keyspaces : source::virtual_keyspaces;
  } else {
    at_ = 0;
    now_ = source::virtual_keyspaces;
  }
  return true;
}

void schema_reader::prepare_request(protocol::request& r) const noexcept {
  query_.prepare_request(r);
  settings_.apply(r, false);
}

errc schema_reader::consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
  return decode_safely([&] {
    errc e = query_.consume(answer, more);
    if (e != errc::ok || more) return e;
    e = take_rows(diag);
    if (now_ == source::columns || now_ == source::virtual_columns)
      for (keyspace_metadata& keyspace : found_.keyspaces) {
        for (table_metadata& each : keyspace.tables) sort_columns(each.columns);
        for (view_metadata& each : keyspace.views) sort_columns(each.columns);
      }
    more = e == errc::ok && next();
    if (more) ask();
    return e;
  });
}

bool schema_reader::forgives(const protocol::failure& why) const noexcept {
  return now_ >= source::virtual_keyspaces && why.code == server_errc::invalid;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_READER_IPP
