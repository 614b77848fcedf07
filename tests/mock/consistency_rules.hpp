// SPDX-License-Identifier: MIT
// Which consistency levels a statement may have, and whether there are enough nodes for them.
#ifndef COODIE_TESTS_MOCK_CONSISTENCY_RULES_HPP
#define COODIE_TESTS_MOCK_CONSISTENCY_RULES_HPP

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/config.hpp"
#include "protocol/messages/consistency.hpp"
#include "protocol/routing/replication.hpp"
#include "tests/mock/catalog.hpp"
#include "tests/mock/cluster_description.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/query_context.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// The replicas that the coordinator of a request can reach. They are counted, not placed: each node that
/// runs may stand for a replica, so that a keyspace with fewer copies than nodes that run has always all of
/// them.
class replica_count {
 public:
  COODIE_DECL replica_count(const cluster_description& cluster, const keyspace_schema& keyspace,
                            std::size_t coordinator);

  /// Refuses with UNAVAILABLE what can't be reached.
  [[nodiscard]] COODIE_DECL cql::refusal check(coodie::consistency level) const;
  [[nodiscard]] protocol::replication_strategy strategy() const noexcept { return how_.strategy; }

 private:
  [[nodiscard]] COODIE_DECL std::size_t copies(std::string_view datacenter) const;
  [[nodiscard]] COODIE_DECL std::size_t alive(std::string_view datacenter) const;
  [[nodiscard]] COODIE_DECL cql::refusal check_each_datacenter() const;

  const cluster_description& cluster_;
  protocol::replication how_;
  std::string local_;  // the coordinator's datacenter
};

/// `partitions`: how many a SELECT reads at a time; 0 when it reads a range.
[[nodiscard]] COODIE_DECL cql::refusal check_read(const replica_count& replicas, coodie::consistency level,
                                                  std::size_t partitions);
/// A statement alone, without conditions.
[[nodiscard]] COODIE_DECL cql::refusal check_write(const replica_count& replicas, const table_schema& table,
                                                   coodie::consistency level);
/// With conditions, before they are looked at. `levels` has the serial consistency, too.
[[nodiscard]] COODIE_DECL cql::refusal check_conditional(const replica_count& replicas,
                                                         const query_context& levels);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONSISTENCY_RULES_HPP
