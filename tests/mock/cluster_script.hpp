// SPDX-License-Identifier: MIT
// What a test changes in a mock cluster that runs.
#ifndef COODIE_TESTS_MOCK_CLUSTER_SCRIPT_HPP
#define COODIE_TESTS_MOCK_CLUSTER_SCRIPT_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::testing {

/// A node that joins.
struct node_options {
  std::string address = {};  ///< empty: 127.0.0.x, by its number
  std::uint16_t port = 0;    ///< 0: that of the first node
  std::string datacenter = "datacenter1", rack = "rack1";
  std::vector<std::int64_t> tokens = {};  ///< empty: server_options::tokens_per_node of its own
};

/// What is wrong with the row of a node in the system.peers and system.peers_v2 of the others.
struct peer_flaws {
  bool absent = false;       ///< there is no row
  bool no_tokens = false;    ///< null, as while it joins
  bool no_address = false;   ///< rpc_address and native_address are null
  bool any_address = false;  ///< they are 0.0.0.0, also in its own system.local
  bool no_host_id = false, no_datacenter = false, no_rack = false;
  bool other_schema = false;  ///< a schema_version that no other node has, also in its own system.local
  std::string twin = {};      ///< when not empty: a second row of that address, with the same host_id
};

/// What is wrong with a node.
enum class node_fault : std::uint8_t {
  none,
  silent,   ///< takes connections and reads, but answers nothing, as a process that hangs
  frozen,   ///< neither reads nor writes, as a process that was stopped; the kernel still takes connections
  reset,    ///< resets (RST) the connections that it has, and each new one at once
  trickle,  ///< answers a byte at a time, server_options::trickle_interval apart
};

/// A node and its shard that hold a partition.
struct replica {
  std::size_t node = 0;
  std::uint32_t shard = 0;

  friend constexpr bool operator==(const replica&, const replica&) noexcept = default;
};

}  // namespace coodie::inline COODIE_ABI::testing

#endif  // COODIE_TESTS_MOCK_CLUSTER_SCRIPT_HPP
