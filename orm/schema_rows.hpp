// SPDX-License-Identifier: MIT
// The server's own tables about tables, as models of this library.
#ifndef COODIE_ORM_SCHEMA_ROWS_HPP
#define COODIE_ORM_SCHEMA_ROWS_HPP

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "orm/marks.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// A column of some table.
struct schema_column {
  std::string keyspace_name, table_name, column_name, clustering_order, kind;
  std::int32_t position = 0;
  std::string type;

  using table =
      coodie::table<"columns", coodie::keyspace<"system_schema">,
                    coodie::partition_key<&schema_column::keyspace_name>,
                    coodie::clustering_key<&schema_column::table_name, &schema_column::column_name>>;
};

struct schema_index {
  std::string keyspace_name, table_name, index_name;
  std::map<std::string, std::string> options;

  using table = coodie::table<"indexes", coodie::keyspace<"system_schema">,
                              coodie::partition_key<&schema_index::keyspace_name>,
                              coodie::clustering_key<&schema_index::table_name, &schema_index::index_name>>;
};

/// The options that a model can name and sync_table compares.
struct schema_table {
  std::string keyspace_name, table_name;
  std::optional<std::string> comment;
  std::optional<std::int32_t> default_time_to_live, gc_grace_seconds;

  using table = coodie::table<"tables", coodie::keyspace<"system_schema">,
                              coodie::partition_key<&schema_table::keyspace_name>,
                              coodie::clustering_key<&schema_table::table_name>>;
};

struct schema_version_here {
  std::string key;
  std::optional<uuid> schema_version;

  using table =
      coodie::table<"local", coodie::keyspace<"system">, coodie::partition_key<&schema_version_here::key>>;
};
struct schema_version_there {
  inet peer;
  std::optional<uuid> schema_version;

  using table =
      coodie::table<"peers", coodie::keyspace<"system">, coodie::partition_key<&schema_version_there::peer>>;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_ROWS_HPP
