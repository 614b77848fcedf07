// SPDX-License-Identifier: MIT
// Which consistency levels a statement may have, and whether there are enough nodes for them.
#ifndef COODIE_TESTS_MOCK_CONSISTENCY_RULES_IPP
#define COODIE_TESTS_MOCK_CONSISTENCY_RULES_IPP

#include <algorithm>

#include "tests/mock/consistency_rules.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] constexpr std::size_t quorum_of(std::size_t copies) noexcept { return copies / 2 + 1; }

[[nodiscard]] constexpr bool is_local(coodie::consistency level) noexcept {
  using enum coodie::consistency;
  return level == local_one || level == local_quorum || level == local_serial;
}

[[nodiscard]] constexpr std::size_t required_of(coodie::consistency level, std::size_t copies) noexcept {
  using enum coodie::consistency;
  switch (level) {
    case any: return 0;
    case one:
    case local_one: return 1;
    case two: return 2;
    case three: return 3;
    case all: return copies;
    default: return quorum_of(copies);
  }
}

}  // namespace detail

replica_count::replica_count(const cluster_description& cluster, const keyspace_schema& keyspace,
                             std::size_t coordinator)
    : cluster_(cluster),
      how_(protocol::replication::from(keyspace.replication)),
      local_(cluster.nodes[coordinator].datacenter) {}

// Of a datacenter, or (empty) of all.
std::size_t replica_count::copies(std::string_view datacenter) const {
  using enum protocol::replication_strategy;
  if (how_.strategy == unknown) return 1;  // local
  if (how_.strategy == everywhere) return cluster_.running(datacenter);
  if (how_.strategy == simple) return how_.factor;
  std::size_t sum = 0;
  for (const auto& [name, factor] : how_.datacenters)
    if (datacenter.empty() || name == datacenter) sum += factor;
  return sum;
}

std::size_t replica_count::alive(std::string_view datacenter) const {
  if (how_.strategy == protocol::replication_strategy::unknown) return 1;
  if (how_.strategy != protocol::replication_strategy::network_topology || !datacenter.empty())
    return std::min(copies(datacenter), cluster_.running(datacenter));
  std::size_t sum = 0;
  for (const auto& [name, factor] : how_.datacenters)
    sum += std::min<std::size_t>(factor, cluster_.running(name));
  return sum;
}

// Cassandra 5.0 says that none is alive, however many are.
cql::refusal replica_count::check_each_datacenter() const {
  for (const auto& [name, factor] : how_.datacenters)
    if (const std::size_t required = detail::quorum_of(factor); alive(name) < required)
      return cql::unavailable(coodie::consistency::each_quorum, " in DC " + name, required, 0);
  return {};
}

cql::refusal replica_count::check(coodie::consistency level) const {
  if (!cluster_.counts_replicas) return {};
  if (level == coodie::consistency::each_quorum &&
      how_.strategy == protocol::replication_strategy::network_topology)
    return check_each_datacenter();
  const std::string_view where = detail::is_local(level) ? std::string_view(local_) : std::string_view();
  const std::size_t required = detail::required_of(level, copies(where)), there = alive(where);
  if (there < required) return cql::unavailable(level, {}, required, there);
  return {};
}

namespace detail {

// What Paxos asks for itself.
[[nodiscard]] constexpr coodie::consistency paxos_level(coodie::consistency serial) noexcept {
  return serial == coodie::consistency::local_serial ? coodie::consistency::local_quorum
                                                     : coodie::consistency::quorum;
}

}  // namespace detail

cql::refusal check_read(const replica_count& replicas, coodie::consistency level, std::size_t partitions) {
  if (level == coodie::consistency::any)
    return cql::invalid("ANY ConsistencyLevel is only supported for writes");
  if (!is_serial(level) || partitions == 0) return replicas.check(level);
  if (auto refused = replicas.check(detail::paxos_level(level)); refused || partitions == 1) return refused;
  return cql::invalid("SERIAL/LOCAL_SERIAL consistency may only be requested for one partition at a time");
}

cql::refusal check_write(const replica_count& replicas, const table_schema& table,
                         coodie::consistency level) {
  if (table.counters && level == coodie::consistency::any)
    return cql::invalid("Consistency level ANY is not yet supported for counter table " + table.name);
  if (is_serial(level))
    return cql::invalid(table.counters ? "Counter operations are inherently non-serializable"
                                       : "You must use conditional updates for serializable writes");
  return replicas.check(level);
}

cql::refusal check_conditional(const replica_count& replicas, const query_context& levels) {
  if (!is_serial(levels.serial_consistency))
    return cql::invalid("Invalid consistency for conditional update. Must be one of SERIAL or LOCAL_SERIAL");
  if (is_serial(levels.consistency))
    return cql::invalid(std::string(to_string(levels.consistency)) +
                        " is not supported as conditional update commit consistency. Use ANY if you mean "
                        "\"make sure it is accepted but I don't care how many replicas commit it for "
                        "non-SERIAL reads\"");
  const bool each = levels.consistency == coodie::consistency::each_quorum;
  if (each && replicas.strategy() == protocol::replication_strategy::simple)
    return cql::invalid(
        "consistency level EACH_QUORUM not compatible with replication strategy "
        "(org.apache.cassandra.locator.SimpleStrategy)");
  return replicas.check(detail::paxos_level(levels.serial_consistency));
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONSISTENCY_RULES_IPP
