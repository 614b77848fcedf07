// SPDX-License-Identifier: MIT
// What a mock server is to be.
#ifndef COODIE_TESTS_MOCK_SERVER_OPTIONS_HPP
#define COODIE_TESTS_MOCK_SERVER_OPTIONS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::testing {

/// Options of a server. Node i listens on 127.0.0.(i + 1).
struct server_options {
  std::size_t nodes = 1;                  ///< 1 to 250
  std::uint16_t port = 0;                 ///< of every node; 0: one that is free on all of their addresses
  std::vector<std::uint16_t> ports = {};  ///< instead: one for each node; 0 in it: a free one
  std::size_t datacenters = 1;            ///< node i is in "datacenter1", "datacenter2", ... in turn
  std::size_t racks = 1;                  ///< of each datacenter: "rack1", "rack2", ... in turn
  std::size_t tokens_per_node = 16;
  std::uint32_t shards = 0;      ///< of each node, as ScyllaDB has them; 0: a node of Cassandra
  bool shard_aware_port = true;  ///< with shards: a second port, where the client's port chooses the shard
  std::string user = {}, password = {};  ///< asks for them (SASL PLAIN) when `user` is not empty
  bool compression = true;               ///< offers lz4
  std::string cluster_name = "coodie-mock";
  std::chrono::microseconds latency{0};  ///< before every answer
  std::size_t max_records = 100'000;     ///< requests that are remembered; older ones are dropped
};

}  // namespace coodie::inline COODIE_ABI::testing

#endif  // COODIE_TESTS_MOCK_SERVER_OPTIONS_HPP
