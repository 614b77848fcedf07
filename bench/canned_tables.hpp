// SPDX-License-Identifier: MIT
// The tables of the canned server: their columns, types and the value of every column.
#ifndef COODIE_BENCH_CANNED_TABLES_HPP
#define COODIE_BENCH_CANNED_TABLES_HPP

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "protocol/bytes/writer.hpp"

namespace bench {

using coodie::protocol::byte_buffer;
using coodie::protocol::writer;

/// The ids of [option] (native_protocol_v4.spec section 4.2.5.2) that the tables need.
enum class cql : std::uint16_t {
  none = 0,
  bigint = 0x02,
  boolean = 0x04,
  float64 = 0x07,
  int32 = 0x09,
  timestamp = 0x0B,
  uuid = 0x0C,
  text = 0x0D,
  inet = 0x10,
  list = 0x20,
  map = 0x21,
  set = 0x22,
};

struct column {
  std::string_view name;
  cql type;
  cql element = cql::none;  ///< of a list or set; the key of a map
  cql mapped = cql::none;   ///< of a map
};

/// `write_value` writes one [value] of row `row`. Every row of a table has a value in every column.
struct table {
  std::string_view keyspace, name;
  std::span<const column> columns;
  std::uint32_t rows;  ///< what a SELECT without WHERE finds; bench.users has a page of them
  void (*write_value)(writer&, std::string_view column, std::uint32_t row);
};

inline void write_text(writer& out, std::string_view text) { out.write_long_string(text); }

template <class Integer>
void write_integer(writer& out, Integer value) {
  out.write(std::int32_t{sizeof value});
  out.write(value);
}

/// The nodes that the server plays, on 127.0.0.1 and the addresses behind it; and the one that is answering.
inline std::uint32_t node_count = 1, answering_node = 0;

inline void write_address(writer& out, std::uint32_t node) {
  write_integer(out, std::uint32_t{0x7F000001} + node);
}

/// A uuid of version 4 whose last four bytes are `tail`.
inline void write_uuid(writer& out, std::uint32_t tail) {
  out.write(std::int32_t{16});
  out.write(std::uint64_t{0x1111111111114111});
  out.write(std::uint64_t{0x9111111100000000} | tail);
}

inline constexpr std::array<column, 6> users_columns{{{"id", cql::uuid},
                                                      {"name", cql::text},
                                                      {"email", cql::text},
                                                      {"age", cql::int32},
                                                      {"score", cql::float64},
                                                      {"created", cql::timestamp}}};

inline void write_user(writer& out, std::string_view column, std::uint32_t row) {
  if (column == "id") return write_uuid(out, row);
  if (column == "name") return write_text(out, "Alice Liddell");
  if (column == "email") return write_text(out, "alice@wonderland.example");
  if (column == "age") return write_integer(out, 7 + row % 80);
  if (column == "score") return write_integer(out, std::bit_cast<std::uint64_t>(0.5 + row));
  write_integer(out, std::uint64_t{1700000000000} + row);
}

inline constexpr std::array<column, 19> local_columns{{{"key", cql::text},
                                                       {"bootstrapped", cql::text},
                                                       {"broadcast_address", cql::inet},
                                                       {"broadcast_port", cql::int32},
                                                       {"cluster_name", cql::text},
                                                       {"cql_version", cql::text},
                                                       {"data_center", cql::text},
                                                       {"host_id", cql::uuid},
                                                       {"listen_address", cql::inet},
                                                       {"listen_port", cql::int32},
                                                       {"native_protocol_version", cql::text},
                                                       {"partitioner", cql::text},
                                                       {"rack", cql::text},
                                                       {"release_version", cql::text},
                                                       {"rpc_address", cql::inet},
                                                       {"rpc_port", cql::int32},
                                                       {"schema_version", cql::uuid},
                                                       {"supported_features", cql::text},
                                                       {"tokens", cql::set, cql::text}}};

/// The port that the server listens on, as system.local tells it.
inline std::uint16_t listening_port = 0;

/// A lone node has sixteen tokens, evenly spread: the default since Cassandra 4.0. Many have so many each,
/// anywhere: the default before.
inline std::uint32_t tokens_per_node = 16;

[[nodiscard]] inline std::int64_t token_of(std::uint32_t node, std::uint32_t index) {
  if (tokens_per_node == 16)
    return static_cast<std::int64_t>(0x8000000000000000U + (std::uint64_t(index) << 60));
  std::uint64_t x = (std::uint64_t{node} * tokens_per_node + index + 1) * 0x9E3779B97F4A7C15U;  // splitmix64
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return static_cast<std::int64_t>(x ^ (x >> 31));
}
inline void write_tokens(writer& out, std::uint32_t node) {
  byte_buffer set;
  writer elements(set);
  elements.write(tokens_per_node);
  for (std::uint32_t i = 0; i < tokens_per_node; ++i) write_text(elements, std::to_string(token_of(node, i)));
  out.write_bytes(set.bytes());
}

/// What system.local and system.peers have in common.
inline void write_node(writer& out, std::string_view column, std::uint32_t node) {
  if (column == "data_center") return write_text(out, "dc1");
  if (column == "rack") return write_text(out, "rack1");
  if (column == "release_version") return write_text(out, "4.1.5");
  if (column == "host_id") return write_uuid(out, 0xA11CE + node);
  if (column == "schema_version") return write_uuid(out, 0x5C4E3A);
  if (column == "tokens") return write_tokens(out, node);
  if (column.ends_with("_port")) return write_integer(out, std::int32_t{listening_port});
  write_address(out, node);
}

inline void write_local(writer& out, std::string_view column, std::uint32_t) {
  if (column == "key") return write_text(out, "local");
  if (column == "bootstrapped") return write_text(out, "COMPLETED");
  if (column == "cluster_name") return write_text(out, "bench");
  if (column == "cql_version") return write_text(out, "3.4.6");
  if (column == "native_protocol_version") return write_text(out, "4");
  if (column == "partitioner") return write_text(out, "org.apache.cassandra.dht.Murmur3Partitioner");
  if (column == "supported_features") return write_text(out, "");
  write_node(out, column, answering_node);
}

/// The nodes but the one that is asked.
inline void write_peer(writer& out, std::string_view column, std::uint32_t row) {
  write_node(out, column, row < answering_node ? row : row + 1);
}

inline constexpr std::array<column, 9> peers_columns{{{"peer", cql::inet},
                                                      {"data_center", cql::text},
                                                      {"host_id", cql::uuid},
                                                      {"preferred_ip", cql::inet},
                                                      {"rack", cql::text},
                                                      {"release_version", cql::text},
                                                      {"rpc_address", cql::inet},
                                                      {"schema_version", cql::uuid},
                                                      {"tokens", cql::set, cql::text}}};

inline constexpr std::array<column, 12> peers_v2_columns{{{"peer", cql::inet},
                                                          {"peer_port", cql::int32},
                                                          {"data_center", cql::text},
                                                          {"host_id", cql::uuid},
                                                          {"native_address", cql::inet},
                                                          {"native_port", cql::int32},
                                                          {"preferred_ip", cql::inet},
                                                          {"preferred_port", cql::int32},
                                                          {"rack", cql::text},
                                                          {"release_version", cql::text},
                                                          {"schema_version", cql::uuid},
                                                          {"tokens", cql::set, cql::text}}};

inline constexpr std::array<column, 3> keyspaces_columns{{{"keyspace_name", cql::text},
                                                          {"durable_writes", cql::boolean},
                                                          {"replication", cql::map, cql::text, cql::text}}};

inline void write_keyspace(writer& out, std::string_view column, std::uint32_t) {
  if (column == "keyspace_name") return write_text(out, "bench");
  if (column == "durable_writes") return write_integer(out, std::uint8_t{1});
  byte_buffer map;
  writer entries(map);
  entries.write(std::int32_t{2});
  write_text(entries, "class");
  write_text(entries, "org.apache.cassandra.locator.SimpleStrategy");
  write_text(entries, "replication_factor");
  write_text(entries, std::to_string(std::min(node_count, 3U)));
  out.write_bytes(map.bytes());
}

inline constexpr std::array<column, 2> tables_columns{
    {{"keyspace_name", cql::text}, {"table_name", cql::text}}};
inline constexpr std::array<column, 3> views_columns{
    {{"keyspace_name", cql::text}, {"view_name", cql::text}, {"base_table_name", cql::text}}};
inline constexpr std::array<column, 4> types_columns{{{"keyspace_name", cql::text},
                                                      {"type_name", cql::text},
                                                      {"field_names", cql::list, cql::text},
                                                      {"field_types", cql::list, cql::text}}};
inline constexpr std::array<column, 7> columns_columns{{{"keyspace_name", cql::text},
                                                        {"table_name", cql::text},
                                                        {"column_name", cql::text},
                                                        {"clustering_order", cql::text},
                                                        {"kind", cql::text},
                                                        {"position", cql::int32},
                                                        {"type", cql::text}}};

/// The first one is bench.users.
inline std::array<table, 9> all_tables{{{"bench", "users", users_columns, 5000, write_user},
                                        {"system", "local", local_columns, 1, write_local},
                                        {"system", "peers", peers_columns, 0, write_peer},
                                        {"system", "peers_v2", peers_v2_columns, 0, write_peer},
                                        {"system_schema", "keyspaces", keyspaces_columns, 1, write_keyspace},
                                        {"system_schema", "tables", tables_columns, 0, nullptr},
                                        {"system_schema", "views", views_columns, 0, nullptr},
                                        {"system_schema", "types", types_columns, 0, nullptr},
                                        {"system_schema", "columns", columns_columns, 0, nullptr}}};

}  // namespace bench

#endif  // COODIE_BENCH_CANNED_TABLES_HPP
