// SPDX-License-Identifier: MIT
// What the system tables say about the nodes of a cluster.
#ifndef COODIE_CLUSTER_TOPOLOGY_HPP
#define COODIE_CLUSTER_TOPOLOGY_HPP

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "cluster/asio_config.hpp"
#include "protocol/machine/machine.hpp"
#include "protocol/routing/routing.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

struct node_info {
  asio::ip::tcp::endpoint endpoint;
  uuid host_id{};
  std::string datacenter = {}, rack = {};
  std::vector<std::int64_t> tokens = {};
};

struct topology {
  std::vector<node_info> nodes;                    ///< the first one is the node that was asked
  std::map<std::string, std::string> replication;  ///< of the keyspace; empty when it is not known
  bool murmur3 = true;                             ///< else tokens mean nothing to us
};

/// From a ROWS body of system.local; `asked` is where the answer came from.
[[nodiscard]] COODIE_DECL errc read_local(protocol::reader body, const asio::ip::tcp::endpoint& asked,
                                          topology& into);
/// From a ROWS body of system.peers_v2 or system.peers. Nodes that are half there (no address, no tokens) are
/// left out.
[[nodiscard]] COODIE_DECL errc read_peers(protocol::reader body, std::uint16_t port, topology& into);
/// From a ROWS body of system_schema.keyspaces.
[[nodiscard]] COODIE_DECL errc read_replication(protocol::reader body, topology& into);

/// Which nodes have a token, by index into the topology's nodes. Without a known replication a token belongs
/// to its owner in the ring. Nothing when the partitioner is not Murmur3.
[[nodiscard]] COODIE_DECL protocol::replica_map map_tokens(const topology& cluster);

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_TOPOLOGY_HPP
