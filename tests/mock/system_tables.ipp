// SPDX-License-Identifier: MIT
// The system tables of Apache Cassandra 5.0, as far as drivers read them.
#ifndef COODIE_TESTS_MOCK_SYSTEM_TABLES_IPP
#define COODIE_TESTS_MOCK_SYSTEM_TABLES_IPP

#include <array>
#include <bit>

#include "protocol/values/values.hpp"
#include "tests/mock/cql_parser.hpp"
#include "tests/mock/schema_executor.hpp"
#include "tests/mock/system_rows.hpp"
#include "tests/mock/system_tables.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

// What tables and views have in common.
#define COODIE_MOCK_TABLE_OPTIONS                                                                         \
  "additional_write_policy text, allow_auto_snapshot boolean, bloom_filter_fp_chance double, "            \
  "caching frozen<map<text, text>>, cdc boolean, comment text, compaction frozen<map<text, text>>, "      \
  "compression frozen<map<text, text>>, crc_check_chance double, dclocal_read_repair_chance double, "     \
  "default_time_to_live int, extensions frozen<map<text, blob>>, gc_grace_seconds int, id uuid, "         \
  "incremental_backups boolean, max_index_interval int, memtable text, memtable_flush_period_in_ms int, " \
  "min_index_interval int, read_repair text, read_repair_chance double, speculative_retry text, "

inline constexpr std::array system_table_texts = {
    std::string_view(
        "CREATE TABLE system.local (key text PRIMARY KEY, bootstrapped text, broadcast_address inet, "
        "broadcast_port int, cluster_name text, cql_version text, data_center text, gossip_generation int, "
        "host_id uuid, listen_address inet, listen_port int, native_protocol_version text, partitioner text, "
        "rack text, release_version text, rpc_address inet, rpc_port int, schema_version uuid, tokens "
        "set<text>, "
        "truncated_at map<uuid, blob>)"),
    std::string_view(
        "CREATE TABLE system.peers (peer inet PRIMARY KEY, data_center text, host_id uuid, preferred_ip "
        "inet, "
        "rack text, release_version text, rpc_address inet, schema_version uuid, tokens set<text>)"),
    std::string_view(
        "CREATE TABLE system.peers_v2 (peer inet, peer_port int, data_center text, host_id uuid, "
        "native_address inet, native_port int, preferred_ip inet, preferred_port int, rack text, "
        "release_version text, schema_version uuid, tokens set<text>, PRIMARY KEY (peer, peer_port))"),
    std::string_view("CREATE TABLE system_schema.aggregates (keyspace_name text, aggregate_name text, "
                     "argument_types frozen<list<text>>, final_func text, initcond text, return_type text, "
                     "state_func text, "
                     "state_type text, PRIMARY KEY (keyspace_name, aggregate_name, argument_types))"),
    std::string_view(
        "CREATE TABLE system_schema.column_masks (keyspace_name text, table_name text, column_name text, "
        "function_argument_nulls frozen<list<boolean>>, function_argument_types frozen<list<text>>, "
        "function_argument_values frozen<list<text>>, function_keyspace text, function_name text, "
        "PRIMARY KEY (keyspace_name, table_name, column_name))"),
    std::string_view(
        "CREATE TABLE system_schema.columns (keyspace_name text, table_name text, column_name text, "
        "clustering_order text, column_name_bytes blob, kind text, position int, type text, "
        "PRIMARY KEY (keyspace_name, table_name, column_name))"),
    std::string_view(
        "CREATE TABLE system_schema.dropped_columns (keyspace_name text, table_name text, column_name text, "
        "dropped_time timestamp, kind text, type text, PRIMARY KEY (keyspace_name, table_name, "
        "column_name))"),
    std::string_view("CREATE TABLE system_schema.functions (keyspace_name text, function_name text, "
                     "argument_types frozen<list<text>>, argument_names frozen<list<text>>, body text, "
                     "called_on_null_input boolean, language text, return_type text, "
                     "PRIMARY KEY (keyspace_name, function_name, argument_types))"),
    std::string_view("CREATE TABLE system_schema.indexes (keyspace_name text, table_name text, index_name "
                     "text, kind text, "
                     "options frozen<map<text, text>>, PRIMARY KEY (keyspace_name, table_name, index_name))"),
    std::string_view(
        "CREATE TABLE system_schema.keyspaces (keyspace_name text PRIMARY KEY, durable_writes boolean, "
        "replication frozen<map<text, text>>)"),
    std::string_view(
        "CREATE TABLE system_schema.tables (keyspace_name text, table_name text, " COODIE_MOCK_TABLE_OPTIONS
        "flags frozen<set<text>>, PRIMARY KEY (keyspace_name, table_name))"),
    std::string_view(
        "CREATE TABLE system_schema.triggers (keyspace_name text, table_name text, trigger_name text, "
        "options frozen<map<text, text>>, PRIMARY KEY (keyspace_name, table_name, trigger_name))"),
    std::string_view("CREATE TABLE system_schema.types (keyspace_name text, type_name text, field_names "
                     "frozen<list<text>>, "
                     "field_types frozen<list<text>>, PRIMARY KEY (keyspace_name, type_name))"),
    std::string_view(
        "CREATE TABLE system_schema.views (keyspace_name text, view_name text, " COODIE_MOCK_TABLE_OPTIONS
        "base_table_id uuid, base_table_name text, include_all_columns boolean, where_clause text, "
        "PRIMARY KEY (keyspace_name, view_name))"),
    std::string_view(
        "CREATE TABLE system_virtual_schema.columns (keyspace_name text, table_name text, column_name text, "
        "clustering_order text, column_name_bytes blob, kind text, position int, type text, "
        "PRIMARY KEY (keyspace_name, table_name, column_name))"),
    std::string_view("CREATE TABLE system_traces.events (session_id uuid, event_id timeuuid, activity text, "
                     "source inet, source_elapsed int, source_port int, thread text, "
                     "PRIMARY KEY (session_id, event_id))"),
    std::string_view(
        "CREATE TABLE system_traces.sessions (session_id uuid PRIMARY KEY, client inet, command text, "
        "coordinator inet, coordinator_port int, duration int, parameters map<text, text>, request text, "
        "started_at timestamp)"),
    std::string_view("CREATE TABLE system_virtual_schema.keyspaces (keyspace_name text PRIMARY KEY)"),
    std::string_view(
        "CREATE TABLE system_virtual_schema.tables (keyspace_name text, table_name text, comment text, "
        "PRIMARY KEY (keyspace_name, table_name))"),
};
#undef COODIE_MOCK_TABLE_OPTIONS

inline constexpr std::array scylla_table_texts = {
    std::string_view("CREATE TABLE system_schema.scylla_keyspaces (keyspace_name text PRIMARY KEY, "
                     "initial_tablets int, storage_options frozen<map<text, text>>, storage_type text)"),
    std::string_view("CREATE TABLE system_schema.scylla_tables (keyspace_name text, table_name text, "
                     "partitioner text, version uuid, PRIMARY KEY (keyspace_name, table_name))"),
};

// The tables are made in a keyspace of another name, as those of the system can't be changed by statements.
inline void create_system_table(catalog& schema, std::string_view text) {
  cql::parsed_statement parsed;
  schema_change_done done;
  if (cql::parse(text, parsed)) return;
  auto& statement = std::get<cql::create_table_statement>(parsed.statement);
  const std::string keyspace = statement.table.keyspace;
  catalog scratch;
  scratch.keyspaces["scratch"].name = "scratch";
  statement.table.keyspace = "scratch";
  schema_session session{scratch, {}, {}};
  if (execute_schema(session, statement, done)) return;
  auto table = *scratch.keyspaces["scratch"].tables[statement.table.name]->schema;
  table.keyspace = keyspace;
  table.options.gc_grace_seconds = 0;
  keyspace_schema& owner = schema.keyspaces[keyspace];
  owner.name = keyspace;
  owner.replication = {{"class", "org.apache.cassandra.locator.LocalStrategy"}};
  const std::string name = table.name;
  owner.tables[name] = std::make_shared<stored_table>(std::make_shared<const table_schema>(std::move(table)));
}

inline constexpr std::string_view mock_release_version = "5.0.5";

[[nodiscard]] inline octets address_octets(const std::string& address) {
  const auto parsed = inet::parse(address);
  return parsed ? octets(as_octets(parsed->bytes())) : octets();
}
template <class Id>
[[nodiscard]] octets uuid_octets(const Id& id) {
  return octets(as_octets(std::span<const std::byte>(id.bytes)));
}
[[nodiscard]] inline octets int_octets(std::int32_t value) { return encode_big(value); }
[[nodiscard]] inline octets bool_octets(bool value) { return octets(1, value ? '\1' : '\0'); }
[[nodiscard]] inline octets double_octets(double value) {
  return encode_big(std::bit_cast<std::uint64_t>(value));
}

// Another partitioner than Murmur3Partitioner has no negative tokens, and is not imitated beyond that.
[[nodiscard]] inline std::string token_text(const cluster_description& cluster, std::int64_t token) {
  if (cluster.is_murmur3()) return std::to_string(token);
  return std::to_string(static_cast<std::uint64_t>(token) ^ std::uint64_t{1} << 63);
}

[[nodiscard]] inline std::vector<std::string> token_texts(const cluster_description& cluster,
                                                          const node_description& node) {
  std::vector<std::string> texts;
  texts.reserve(node.tokens.size());
  for (const auto token : node.tokens) texts.push_back(token_text(cluster, token));
  return texts;
}

[[nodiscard]] inline system_row describe_node(const catalog& schema, const cluster_description& cluster,
                                              const node_description& node) {
  system_row row;
  row.set("data_center", node.datacenter)
      .set("rack", node.rack)
      .set("host_id", uuid_octets(node.host_id))
      .set("release_version", octets(mock_release_version))
      .set("rpc_address", address_octets(node.address))
      .set("rpc_port", int_octets(node.port))
      .set("native_address", address_octets(node.address))
      .set("native_port", int_octets(node.port))
      .set("schema_version", uuid_octets(schema.schema_version))
      .set_texts("tokens", token_texts(cluster, node));
  if (node.flaws.any_address)
    row.set("rpc_address", address_octets("0.0.0.0")).set("native_address", address_octets("0.0.0.0"));
  if (node.flaws.other_schema) row.set("schema_version", uuid_octets(node.host_id));
  return row;
}

[[nodiscard]] inline system_row describe_peer(const catalog& schema, const cluster_description& cluster,
                                              const node_description& node) {
  system_row row = describe_node(schema, cluster, node);
  const peer_flaws& flaws = node.flaws;
  if (flaws.no_tokens) row.unset("tokens");
  if (flaws.no_address) row.unset("rpc_address").unset("native_address");
  if (flaws.no_host_id) row.unset("host_id");
  if (flaws.no_datacenter) row.unset("data_center");
  if (flaws.no_rack) row.unset("rack");
  return row;
}

inline void fill_local(stored_table& table, const catalog& schema, const cluster_description& cluster,
                       const node_description& node) {
  system_row row = describe_node(schema, cluster, node);
  row.set("key", "local")
      .set("bootstrapped", "COMPLETED")
      .set("broadcast_address", address_octets(node.address))
      .set("broadcast_port", int_octets(7000))
      .set("cluster_name", cluster.name)
      .set("cql_version", "3.4.7")
      .set("gossip_generation", int_octets(1))
      .set("listen_address", address_octets(node.address))
      .set("listen_port", int_octets(7000))
      .set("native_protocol_version", "4")
      .set("partitioner", cluster.partitioner)
      .add_to(table);
}

inline void fill_peers(stored_table& table, const catalog& schema, const cluster_description& cluster,
                       std::size_t self) {
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const node_description& node = cluster.nodes[i];
    if (i == self || !node.member || node.flaws.absent) continue;
    system_row row = describe_peer(schema, cluster, node);
    row.set("peer", address_octets(node.address)).set("peer_port", int_octets(7000)).add_to(table);
    if (node.flaws.twin.empty()) continue;
    const octets twin = address_octets(node.flaws.twin);
    row.set("peer", twin).set("rpc_address", twin).set("native_address", twin).add_to(table);
  }
}

inline void fill_keyspaces(stored_table& table, const catalog& schema) {
  for (const auto& [name, keyspace] : schema.keyspaces) {
    if (name == "system_virtual_schema") continue;
    system_row row;
    row.set("keyspace_name", name).set("durable_writes", bool_octets(keyspace.durable_writes));
    row.set_map("replication", keyspace.replication).add_to(table);
  }
}

[[nodiscard]] inline system_row table_row(const table_schema& described) {
  return system_row().set("keyspace_name", described.keyspace).set("table_name", described.name);
}

inline void fill_table(stored_table& table, const table_schema& described) {
  const table_options& options = described.options;
  system_row row = table_row(described);
  row.set("id", octets(as_octets(std::span<const std::byte>(described.id))))
      .set("additional_write_policy", options.additional_write_policy)
      .set("bloom_filter_fp_chance", double_octets(options.bloom_filter_fp_chance))
      .set("comment", options.comment)
      .set("crc_check_chance", double_octets(options.crc_check_chance))
      .set("dclocal_read_repair_chance", double_octets(0))
      .set("default_time_to_live", int_octets(options.default_time_to_live))
      .set("gc_grace_seconds", int_octets(options.gc_grace_seconds))
      .set("max_index_interval", int_octets(options.max_index_interval))
      .set("memtable_flush_period_in_ms", int_octets(options.memtable_flush_period_in_ms))
      .set("min_index_interval", int_octets(options.min_index_interval))
      .set("read_repair", options.read_repair)
      .set("read_repair_chance", double_octets(0))
      .set("speculative_retry", options.speculative_retry);
  row.set_map("caching", options.caching)
      .set_map("compaction", options.compaction)
      .set_map("compression", options.compression)
      .set_map("extensions", {});
  if (described.counters)
    row.set_texts("flags", {"compound", "counter"});
  else
    row.set_texts("flags", {"compound"});
  row.add_to(table);
}

inline void fill_columns(stored_table& table, const table_schema& described) {
  static constexpr std::string_view kinds[] = {"partition_key", "clustering", "static", "regular"};
  for (const auto& each : described.columns) {
    const bool clustering = each.kind == column_kind::clustering;
    const std::int32_t position = each.is_key() ? static_cast<std::int32_t>(each.position) : -1;
    system_row row = table_row(described);
    row.set("column_name", each.name)
        .set("clustering_order", !clustering       ? "none"
                                 : each.descending ? "desc"
                                                   : "asc")
        .set("column_name_bytes", each.name)
        .set("kind", octets(kinds[static_cast<std::size_t>(each.kind)]))
        .set("position", int_octets(position))
        .set("type", schema_type_text(each.type))
        .add_to(table);
  }
}

inline void fill_indexes(stored_table& table, const table_schema& described) {
  for (const auto& each : described.indexes)
    table_row(described)
        .set("index_name", each.name)
        .set("kind", each.kind)
        .set_map("options", each.options)
        .add_to(table);
}

inline void fill_dropped(stored_table& table, const table_schema& described) {
  for (const auto& [name, column] : described.dropped)
    table_row(described)
        .set("column_name", name)
        .set("dropped_time", encode_big(column.time))
        .set("kind", column.kind == column_kind::static_ ? "static" : "regular")
        .set("type", schema_type_text(column.type))
        .add_to(table);
}

inline void fill_types(stored_table& table, const keyspace_schema& keyspace) {
  for (const auto& [name, type] : keyspace.types) {
    std::vector<std::string> types;
    for (const auto& field : type.parameters) types.push_back(schema_type_text(field));
    system_row()
        .set("keyspace_name", keyspace.name)
        .set("type_name", name)
        .set_texts("field_names", type.field_names)
        .set_texts("field_types", types)
        .add_to(table);
  }
}

// The keyspaces that have tablets, "keyspace" or "keyspace.table".
inline void fill_scylla_keyspaces(stored_table& table, const catalog& schema,
                                  const cluster_description& cluster) {
  for (const auto& name : cluster.tablets) {
    const std::string keyspace = name.substr(0, name.find('.'));
    if (schema.keyspaces.contains(keyspace))
      system_row().set("keyspace_name", keyspace).set("initial_tablets", int_octets(0)).add_to(table);
  }
}

inline void fill_schema_table(stored_table& table, const catalog& schema,
                              const cluster_description& cluster) {
  const std::string& name = table.schema->name;
  if (name == "scylla_keyspaces") return fill_scylla_keyspaces(table, schema, cluster);
  if (name == "keyspaces") return fill_keyspaces(table, schema);
  for (const auto& [keyspace_name, keyspace] : schema.keyspaces) {
    if (keyspace_name == "system_virtual_schema") continue;
    if (name == "types") fill_types(table, keyspace);
    for (const auto& [table_name, described] : keyspace.tables) {
      if (name == "tables") fill_table(table, *described->schema);
      if (name == "columns") fill_columns(table, *described->schema);
      if (name == "indexes") fill_indexes(table, *described->schema);
      if (name == "dropped_columns") fill_dropped(table, *described->schema);
    }
  }
}

}  // namespace detail

void create_system_keyspaces(catalog& schema, bool scylla) {
  for (const auto text : detail::system_table_texts) detail::create_system_table(schema, text);
  if (scylla)
    for (const auto text : detail::scylla_table_texts) detail::create_system_table(schema, text);
  schema.keyspaces["system_traces"].replication = {{"class", "org.apache.cassandra.locator.SimpleStrategy"},
                                                   {"replication_factor", "2"}};
}

stored_table fill_system_table(const std::shared_ptr<const table_schema>& described, const catalog& schema,
                               const cluster_description& cluster, std::size_t node) {
  stored_table table(described);
  if (described->keyspace == "system" && described->name == "local")
    detail::fill_local(table, schema, cluster, cluster.nodes[node]);
  else if (described->keyspace == "system")
    detail::fill_peers(table, schema, cluster, node);
  else if (described->keyspace == "system_schema")
    detail::fill_schema_table(table, schema, cluster);
  return table;
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SYSTEM_TABLES_IPP
