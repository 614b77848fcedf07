// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SCHEMA_READER_IPP
#define COODIE_ORM_SCHEMA_READER_IPP

#include <algorithm>
#include <map>
#include <optional>
#include <string>
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

using text_map = std::map<std::string, std::string>;
using text_vector = std::vector<std::string>;

/// A row of one of the server's tables. A value that is null is as it is made; the first one that can't be
/// read is told at the end.
class schema_row {
 public:
  explicit schema_row(const row& from) noexcept : from_(from) {}
  template <class T>
  [[nodiscard]] T get(std::string_view column, T otherwise = T()) {
    std::optional<T> value;
    if (const errc e = from_.get(column, value); e != errc::ok && failure_ == errc::ok) {
      failure_ = e;
      wrong_ = column;
    }
    return value ? std::move(*value) : std::move(otherwise);
  }
  [[nodiscard]] std::string text(std::string_view column) { return get<std::string>(column); }
  [[nodiscard]] std::int32_t number(std::string_view column) { return get<std::int32_t>(column); }

  [[nodiscard]] errc failure() const noexcept { return failure_; }
  [[nodiscard]] std::string_view wrong_column() const noexcept { return wrong_; }

 private:
  const row& from_;
  errc failure_ = errc::ok;
  std::string_view wrong_;
};

inline void describe_table_row(schema_row& row, table_metadata& to) {
  to.id = row.get<uuid>("id");
  table_properties& made = to.properties;
  made.comment = row.text("comment");
  made.default_time_to_live = row.number("default_time_to_live");
  made.gc_grace_seconds = row.number("gc_grace_seconds");
  made.bloom_filter_fp_chance = row.get<double>("bloom_filter_fp_chance");
  made.crc_check_chance = row.get<double>("crc_check_chance");
  made.memtable_flush_period_in_ms = row.number("memtable_flush_period_in_ms");
  made.min_index_interval = row.number("min_index_interval");
  made.max_index_interval = row.number("max_index_interval");
  made.speculative_retry = row.text("speculative_retry");
  made.caching = row.get<text_map>("caching");
  made.compaction = row.get<text_map>("compaction");
  made.compression = row.get<text_map>("compression");
}

// Rows into a schema. What came meanwhile, in a keyspace or table that was not there yet, is left out.

inline void add_keyspace(schema_metadata& to, schema_row& row) {
  keyspace_metadata& made = to.keyspaces.emplace_back();
  made.name = row.text("keyspace_name");
  made.replication = row.get<text_map>("replication");
  made.durable_writes = row.get<bool>("durable_writes", true);
}
inline void add_virtual_keyspace(schema_metadata& to, schema_row& row) {
  std::string name = row.text("keyspace_name");
  if (find_named(to.keyspaces, name) != nullptr) return;
  keyspace_metadata& made = to.keyspaces.emplace_back();
  made.name = std::move(name);
  made.durable_writes = false;
  made.is_virtual = true;
}

using keyspace_adder = void (*)(keyspace_metadata&, schema_row&);
template <keyspace_adder add>
void in_keyspace(schema_metadata& to, schema_row& row) {
  if (keyspace_metadata* const keyspace = find_named(to.keyspaces, row.text("keyspace_name")))
    add(*keyspace, row);
}

inline void add_table(keyspace_metadata& to, schema_row& row) {
  table_metadata& made = to.tables.emplace_back();
  made.name = row.text("table_name");
  describe_table_row(row, made);
}
inline void add_virtual_table(keyspace_metadata& to, schema_row& row) {
  table_metadata& made = to.tables.emplace_back();
  made.name = row.text("table_name");
  made.properties.comment = row.text("comment");
}
inline void add_view(keyspace_metadata& to, schema_row& row) {
  view_metadata& made = to.views.emplace_back();
  made.name = row.text("view_name");
  made.base_table = row.text("base_table_name");
  made.where_clause = row.text("where_clause");
  made.include_all_columns = row.get<bool>("include_all_columns");
  describe_table_row(row, made);
}
inline void add_type(keyspace_metadata& to, schema_row& row) {
  type_metadata& made = to.types.emplace_back();
  made.name = row.text("type_name");
  made.fields = make_typed(row.get<text_vector>("field_names"), row.get<text_vector>("field_types"));
}
inline void add_function(keyspace_metadata& to, schema_row& row) {
  function_metadata& made = to.functions.emplace_back();
  made.name = row.text("function_name");
  made.arguments = make_typed(row.get<text_vector>("argument_names"), row.get<text_vector>("argument_types"));
  made.return_type = row.text("return_type");
  made.language = row.text("language");
  made.body = row.text("body");
  made.called_on_null_input = row.get<bool>("called_on_null_input");
}
inline void add_aggregate(keyspace_metadata& to, schema_row& row) {
  aggregate_metadata& made = to.aggregates.emplace_back();
  made.name = row.text("aggregate_name");
  made.argument_types = row.get<text_vector>("argument_types");
  made.return_type = row.text("return_type");
  made.state_type = row.text("state_type");
  made.state_function = row.text("state_func");
  made.final_function = row.text("final_func");
  made.initial_condition = row.text("initcond");
}

using table_adder = void (*)(table_metadata&, schema_row&);
/// Views have their columns in the same table.
template <table_adder add>
void in_table(keyspace_metadata& to, schema_row& row) {
  const std::string name = row.text("table_name");
  table_metadata* table = find_named(to.tables, name);
  if (table == nullptr) table = find_named(to.views, name);
  if (table != nullptr) add(*table, row);
}

inline void add_column(table_metadata& to, schema_row& row) {
  column_metadata& made = to.columns.emplace_back();
  static_cast<typed_name&>(made) = make_typed(row.text("column_name"), row.text("type"));
  const std::string its_kind = row.text("kind");
  for (const column_kind kind :
       {column_kind::partition_key, column_kind::clustering_key, column_kind::static_column})
    if (its_kind == kind_name(kind)) made.kind = kind;
  made.position = row.number("position");
  made.descending = row.text("clustering_order") == "desc";
}
inline void add_index(table_metadata& to, schema_row& row) {
  index_metadata& made = to.indexes.emplace_back();
  made.name = row.text("index_name");
  made.kind = row.text("kind");
  made.options = row.get<text_map>("options");
  if (const auto target = made.options.find("target"); target != made.options.end())
    made.target = target->second;
}
inline void add_trigger(table_metadata& to, schema_row& row) {
  to.triggers.push_back({row.text("trigger_name"), row.get<text_map>("options")});
}

/// One of the server's tables about the schema.
struct schema_source {
  std::string_view table, columns;
  void (*add)(schema_metadata&, schema_row&);
  bool has_properties = false;
};

inline constexpr std::string_view property_columns =
    ", id, comment, default_time_to_live, gc_grace_seconds, bloom_filter_fp_chance, crc_check_chance, "
    "memtable_flush_period_in_ms, min_index_interval, max_index_interval, speculative_retry, caching, "
    "compaction, compression";
inline constexpr std::string_view column_columns =
    "keyspace_name, table_name, column_name, clustering_order, kind, position, type";

// What Cassandra from 3.11 on and ScyllaDB have in common; in the order of schema_reader::source.
inline constexpr schema_source sources[] = {
    {"system_schema.keyspaces", "keyspace_name, durable_writes, replication", add_keyspace},
    {"system_schema.tables", "keyspace_name, table_name", in_keyspace<add_table>, true},
    {"system_schema.views", "keyspace_name, view_name, base_table_name, where_clause, include_all_columns",
     in_keyspace<add_view>, true},
    {"system_schema.columns", column_columns, in_keyspace<in_table<add_column>>},
    {"system_schema.indexes", "keyspace_name, table_name, index_name, kind, options",
     in_keyspace<in_table<add_index>>},
    {"system_schema.triggers", "keyspace_name, table_name, trigger_name, options",
     in_keyspace<in_table<add_trigger>>},
    {"system_schema.types", "keyspace_name, type_name, field_names, field_types", in_keyspace<add_type>},
    {"system_schema.functions",
     "keyspace_name, function_name, argument_names, argument_types, body, language, return_type, "
     "called_on_null_input",
     in_keyspace<add_function>},
    {"system_schema.aggregates",
     "keyspace_name, aggregate_name, argument_types, return_type, state_type, state_func, final_func, "
     "initcond",
     in_keyspace<add_aggregate>},
    {"system_virtual_schema.keyspaces", "keyspace_name", add_virtual_keyspace},
    {"system_virtual_schema.tables", "keyspace_name, table_name, comment", in_keyspace<add_virtual_table>},
    {"system_virtual_schema.columns", column_columns, in_keyspace<in_table<add_column>>},
};

[[nodiscard]] inline errc add_rows(const schema_source& from, const result& rows, schema_metadata& found,
                                   diagnostics* diag) {
  for (const row each : rows) {
    schema_row named(each);
    from.add(found, named);
    if (named.failure() != errc::ok)
      return report(named.failure(),
                    "the server's column " + std::string(from.table) + "." +
                        std::string(named.wrong_column()) + " can't be read",
                    diag);
  }
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
  const schema_source& from = sources[static_cast<std::size_t>(now_)];
  std::string columns(from.columns);
  if (from.has_properties) columns += property_columns;
  query_ = schema_query(columns, from.table, wanted_[at_]);
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
    e = add_rows(sources[static_cast<std::size_t>(now_)], query_.rows(), found_, diag);
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
