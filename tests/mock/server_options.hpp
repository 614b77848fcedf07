// SPDX-License-Identifier: MIT
// What a mock server is to be.
#ifndef COODIE_TESTS_MOCK_SERVER_OPTIONS_HPP
#define COODIE_TESTS_MOCK_SERVER_OPTIONS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::testing {

/// What becomes of connections to a port that a node has told of.
enum class port_state : std::uint8_t {
  open,
  refused,  ///< nobody listens there
  silent,   ///< nothing is answered, as behind a firewall that drops what is sent there
};

/// What nodes with shards do beyond announcing them (ScyllaDB's docs/dev/protocol-extensions.md). An
/// extension that is offered is used on the connections whose STARTUP asks for it.
struct scylla_options {
  std::uint8_t ignore_msb = 12;  ///< bits of the token that do not choose the shard; 0 to 63
  /// On the shard-aware port a connection lands so many shards behind the one that its port says, as when a
  /// NAT changes ports on the way.
  std::uint32_t port_shift = 0;
  port_state shard_port = port_state::open;  ///< of the shard-aware port
  /// On the other port so many connections that follow one another land on the same shard.
  std::uint32_t same_shard = 1;
  bool lwt_mark = true;          ///< SCYLLA_LWT_ADD_METADATA_MARK
  bool rate_limit_error = true;  ///< SCYLLA_RATE_LIMIT_ERROR
  bool metadata_id = true;       ///< SCYLLA_USE_METADATA_ID
  bool tablets_routing = true;   ///< TABLETS_ROUTING_V1
  std::vector<std::string> tablets =
      {};                             ///< which tables have tablets: "keyspace.table", or "keyspace" for all
  std::size_t tablets_per_table = 8;  ///< a power of two, 1 to 4096
};

/// Options of a server. Node i listens on 127.0.0.(i + 1), from the 250th on on 127.0.1.1 and so on.
struct server_options {
  std::size_t nodes = 1;                  ///< 1 to 1000
  std::uint16_t port = 0;                 ///< of every node; 0: one that is free on all of their addresses
  std::vector<std::uint16_t> ports = {};  ///< instead: one for each node; 0 in it: a free one
  std::size_t datacenters = 1;            ///< node i is in "datacenter1", "datacenter2", ... in turn
  std::size_t racks = 1;                  ///< of each datacenter: "rack1", "rack2", ... in turn
  std::size_t tokens_per_node = 16;
  std::uint32_t shards = 0;      ///< of each node, as ScyllaDB has them; 0: a node of Cassandra
  bool shard_aware_port = true;  ///< with shards: a second port, where the client's port chooses the shard
  scylla_options scylla = {};    ///< with shards
  std::string partitioner = "org.apache.cassandra.dht.Murmur3Partitioner";
  std::optional<bool> peers_v2 = {};     ///< whether system.peers_v2 exists; empty: unless there are shards
  std::string user = {}, password = {};  ///< asks for them (SASL PLAIN) when `user` is not empty
  bool compression = true;               ///< offers lz4
  /// Consistency levels that need more replicas than there are, or than nodes run, are refused (UNAVAILABLE).
  bool counts_replicas = true;
  std::string cluster_name = "coodie-mock";
  std::chrono::microseconds latency{0};              ///< before every answer
  std::chrono::microseconds trickle_interval{1000};  ///< between the bytes of node_fault::trickle
  std::size_t max_records = 100'000;                 ///< requests that are remembered; older ones are dropped
};

}  // namespace coodie::inline COODIE_ABI::testing

#endif  // COODIE_TESTS_MOCK_SERVER_OPTIONS_HPP
