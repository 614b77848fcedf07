// SPDX-License-Identifier: MIT
// What a cluster's schema is, as plain structs: what read_schema() gives.
#ifndef COODIE_ORM_SCHEMA_METADATA_HPP
#define COODIE_ORM_SCHEMA_METADATA_HPP

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "driver/text_list.hpp"
#include "orm/table_info.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI {

/// A column, a field or an argument of some type.
struct typed_name {
  std::string name = {};
  std::string type = {};                ///< as CQL writes it: "frozen<list<text>>"
  std::optional<cql_type> parsed = {};  ///< the same, taken apart; nothing when it is not understood. User
                                        ///< types in it have no fields: see keyspace_metadata::find_type
};

struct column_metadata : typed_name {
  column_kind kind = column_kind::regular;
  std::int32_t position = -1;  ///< in the partition key or among the clustering columns, from 0; others: -1
  bool descending = false;     ///< of a clustering column
};

struct index_metadata {
  std::string name = {};
  std::string kind = {};    ///< "COMPOSITES", "KEYS", "CUSTOM"
  std::string target = {};  ///< a column, or keys(...), values(...), entries(...), full(...) of it
  std::map<std::string, std::string> options = {};  ///< with the class_name of a custom one
};

struct trigger_metadata {
  std::string name = {};
  std::map<std::string, std::string> options = {};  ///< with its class
};

/// The properties of WITH; what a server does not tell is as here.
struct table_properties {
  std::string comment = {};
  std::int32_t default_time_to_live = 0;  ///< seconds; 0: none
  std::int32_t gc_grace_seconds = 0;
  double bloom_filter_fp_chance = 0, crc_check_chance = 0;
  std::int32_t memtable_flush_period_in_ms = 0, min_index_interval = 0, max_index_interval = 0;
  std::string speculative_retry = {};
  std::map<std::string, std::string> caching = {}, compaction = {}, compression = {};
};

struct table_metadata {
  std::string name = {};
  uuid id = {};  ///< a table that is dropped and made again has another one
  std::vector<column_metadata> columns =
      {};  ///< partition key, clustering columns, static ones, others by name
  std::vector<index_metadata> indexes = {};
  std::vector<trigger_metadata> triggers = {};
  table_properties properties = {};

  /// nullptr when there is none of that name; so are all of these.
  [[nodiscard]] COODIE_DECL const column_metadata* find_column(std::string_view column) const noexcept;
  [[nodiscard]] COODIE_DECL const index_metadata* find_index(std::string_view index) const noexcept;
};

/// A materialized view; a table too, without indexes.
struct view_metadata : table_metadata {
  std::string base_table = {};
  std::string where_clause = {};
  bool include_all_columns = false;  ///< SELECT *
};

struct type_metadata {
  std::string name = {};
  std::vector<typed_name> fields = {};
};

struct function_metadata {
  std::string name = {};
  std::vector<typed_name> arguments = {};
  std::string return_type = {}, language = {}, body = {};
  bool called_on_null_input = false;
};

struct aggregate_metadata {
  std::string name = {};
  std::vector<std::string> argument_types = {};
  std::string return_type = {}, state_type = {}, state_function = {};
  std::string final_function = {};     ///< empty: the state is the result
  std::string initial_condition = {};  ///< a CQL literal; empty: null
};

struct keyspace_metadata {
  std::string name = {};
  std::map<std::string, std::string> replication = {};  ///< with its class
  bool durable_writes = true;
  bool is_virtual = false;  ///< made up by the node that was asked: system_views and the like
  std::vector<table_metadata> tables = {};
  std::vector<view_metadata> views = {};
  std::vector<type_metadata> types = {};
  std::vector<function_metadata> functions = {};    ///< one for each list of arguments
  std::vector<aggregate_metadata> aggregates = {};  ///< too

  [[nodiscard]] COODIE_DECL const table_metadata* find_table(std::string_view table) const noexcept;
  [[nodiscard]] COODIE_DECL const view_metadata* find_view(std::string_view view) const noexcept;
  [[nodiscard]] COODIE_DECL const type_metadata* find_type(std::string_view type) const noexcept;
};

/// A snapshot, by value; nothing refreshes it. Names stand as they are, without quotes.
struct schema_metadata {
  std::vector<keyspace_metadata> keyspaces = {};

  [[nodiscard]] COODIE_DECL const keyspace_metadata* find_keyspace(std::string_view keyspace) const noexcept;
  [[nodiscard]] COODIE_DECL const table_metadata* find_table(std::string_view keyspace,
                                                             std::string_view table) const noexcept;
};

/// Options of read_schema.
struct read_schema_options {
  text_list keyspaces{};                ///< only these; one that is not there is left out. Empty: all
  std::chrono::milliseconds timeout{};  ///< of each request; 0: the driver's default
  std::string_view profile{};           ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};            ///< name of a registered driver; empty: the default
};
static_assert(std::is_trivially_copyable_v<read_schema_options>,
              "a temporary of another kind inside co_await breaks g++ 12");

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_SCHEMA_METADATA_HPP
