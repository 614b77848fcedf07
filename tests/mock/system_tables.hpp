// SPDX-License-Identifier: MIT
// The tables that drivers read to learn nodes and schema.
#ifndef COODIE_TESTS_MOCK_SYSTEM_TABLES_HPP
#define COODIE_TESTS_MOCK_SYSTEM_TABLES_HPP

#include <cstddef>
#include <memory>

#include "protocol/config.hpp"
#include "tests/mock/catalog.hpp"
#include "tests/mock/cluster_description.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// Puts the keyspaces system, system_schema, system_traces and system_virtual_schema into a catalog, with
/// tables but no rows. `scylla`: also the tables that only ScyllaDB has.
COODIE_DECL void create_system_keyspaces(catalog& schema, bool scylla);

/// The rows that a node has in one of those tables at this moment.
[[nodiscard]] COODIE_DECL stored_table fill_system_table(const std::shared_ptr<const table_schema>& table,
                                                         const catalog& schema,
                                                         const cluster_description& cluster,
                                                         std::size_t node);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SYSTEM_TABLES_HPP
