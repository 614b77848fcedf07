// SPDX-License-Identifier: MIT
// What the nodes of the mock cluster tell of themselves.
#ifndef COODIE_TESTS_MOCK_CLUSTER_DESCRIPTION_HPP
#define COODIE_TESTS_MOCK_CLUSTER_DESCRIPTION_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/values/uuid.hpp"
#include "tests/mock/cluster_script.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

struct node_description {
  std::string address;  ///< IPv4 or IPv6
  std::uint16_t port = 0;
  std::string datacenter, rack;
  uuid host_id;
  std::vector<std::int64_t> tokens;
  bool member = true;  ///< false: was removed; the others do not know it any more
  bool up = true;
  peer_flaws flaws = {};
};

struct cluster_description {
  std::string name;
  std::vector<node_description> nodes;  ///< by number
  std::string partitioner = "org.apache.cassandra.dht.Murmur3Partitioner";
  std::uint64_t revision = 0;  ///< counts changes

  bool scylla = false;               ///< understands ScyllaDB's CQL and has its system tables
  std::vector<std::string> tablets;  ///< scylla_options::tablets
  bool counts_replicas = true;       ///< consistency levels may be out of reach

  /// Members that are up, of a datacenter or (empty) of all.
  [[nodiscard]] COODIE_DECL std::size_t running(std::string_view datacenter) const;
  [[nodiscard]] COODIE_DECL bool is_murmur3() const noexcept;
  /// Every datacenter with members once, in the order of the nodes.
  [[nodiscard]] COODIE_DECL std::vector<std::string> datacenters() const;
};

/// `count` tokens of node `node`, spread over the ring; the same at each call, and no other node's.
[[nodiscard]] COODIE_DECL std::vector<std::int64_t> tokens_of_node(std::size_t node, std::size_t count);
/// A host id that is the same at each call.
[[nodiscard]] COODIE_DECL uuid host_id_of_node(std::size_t node);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CLUSTER_DESCRIPTION_HPP
