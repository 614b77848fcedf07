// SPDX-License-Identifier: MIT
// How a keyspace is replicated.
#ifndef COODIE_PROTOCOL_ROUTING_REPLICATION_HPP
#define COODIE_PROTOCOL_ROUTING_REPLICATION_HPP

#include <cstdint>
#include <map>
#include <string>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// The strategies that say which nodes hold a token.
enum class replication_strategy : std::uint8_t {
  unknown,           ///< Another class, or LocalStrategy: nothing is known about replicas.
  simple,            ///< SimpleStrategy: the next nodes of the ring, wherever they stand.
  network_topology,  ///< NetworkTopologyStrategy: so many in each datacenter, on different racks.
  everywhere,        ///< EverywhereStrategy of ScyllaDB: all nodes.
};

/// The column `replication` of system_schema.keyspaces, understood.
struct replication {
  replication_strategy strategy = replication_strategy::unknown;
  std::uint32_t factor = 0;                          ///< simple
  std::map<std::string, std::uint32_t> datacenters;  ///< network_topology

  /// Understands {'class': 'NetworkTopologyStrategy', 'dc1': '3'}, the class with or without its package.
  /// What is no number counts as 0; of '3/1' (with transient replicas) the 3 counts.
  [[nodiscard]] static COODIE_DECL replication from(const std::map<std::string, std::string>& options);

  friend bool operator==(const replication&, const replication&) = default;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_REPLICATION_HPP
