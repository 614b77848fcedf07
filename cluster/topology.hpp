// SPDX-License-Identifier: MIT
// What the system tables say about the nodes of a cluster.
#ifndef COODIE_CLUSTER_TOPOLOGY_HPP
#define COODIE_CLUSTER_TOPOLOGY_HPP

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
/// Also under another address; and another one in its place, at the same address.
[[nodiscard]] inline bool is_same_node(const node_info& a, const node_info& b) noexcept {
  return a.endpoint == b.endpoint || (a.host_id == b.host_id && a.host_id != uuid{});
}

/// More than any cluster has: what a server says beyond that is left out.
inline constexpr std::size_t most_nodes = 5000, most_tokens_of_node = 4096, most_oddities = 100;

/// What the system tables of one node say.
struct topology {
  std::vector<node_info> nodes;  ///< the first one is the node that was asked
  std::map<std::string, protocol::replication> keyspaces;
  std::string partitioner;
  std::vector<std::string> oddities;  ///< what was left out, and why

  /// Else tokens mean nothing to us.
  [[nodiscard]] bool murmur3() const noexcept {
    return partitioner.empty() || partitioner.ends_with("Murmur3Partitioner");
  }
};

/// From a ROWS body of system.local; `asked` is where the answer came from.
[[nodiscard]] COODIE_DECL errc read_local(protocol::reader body, const asio::ip::tcp::endpoint& asked,
                                          topology& into);
/// From a ROWS body of system.peers_v2 or system.peers; `port` is that of nodes that tell none. Nodes that
/// are half there (no address, no tokens) or there twice are left out.
[[nodiscard]] COODIE_DECL errc read_peers(protocol::reader body, std::uint16_t port, topology& into);
/// From a ROWS body of system.local.
[[nodiscard]] COODIE_DECL std::optional<uuid> read_schema_version(protocol::reader body);
/// From a ROWS body of system_schema.keyspaces.
[[nodiscard]] COODIE_DECL errc read_keyspaces(protocol::reader body, topology& into);

/// A topology that does not change any more, and which of its nodes have a token, by index. Thread-safe.
class cluster_view {
 public:
  COODIE_DECL explicit cluster_view(topology found);

  [[nodiscard]] const std::vector<node_info>& nodes() const noexcept { return found_.nodes; }
  [[nodiscard]] bool murmur3() const noexcept { return found_.murmur3(); }
  [[nodiscard]] const std::string& partitioner() const noexcept { return found_.partitioner; }
  /// Made when it is asked for; keyspaces that are replicated alike share one. Without a known replication a
  /// token belongs to its owner in the ring. No replicas when the partitioner is not Murmur3.
  [[nodiscard]] COODIE_DECL std::shared_ptr<const protocol::replica_map> replicas(
      std::string_view keyspace) const;

 private:
  topology found_;
  std::shared_ptr<const protocol::token_ring> ring_;
  mutable std::mutex mutex_;
  mutable std::vector<std::pair<protocol::replication, std::shared_ptr<const protocol::replica_map>>> maps_;
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_TOPOLOGY_HPP
