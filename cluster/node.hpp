// SPDX-License-Identifier: MIT
// A node of the cluster as one loop knows it: where it is, and its connections, one for each shard if it
// shards.
#ifndef COODIE_CLUSTER_NODE_HPP
#define COODIE_CLUSTER_NODE_HPP

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cluster/connection.hpp"
#include "cluster/metrics.hpp"
#include "cluster/topology.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// How far away a node is; the nearer are asked first.
enum class node_distance : std::uint8_t {
  local_rack,        ///< in the rack that was named, or anywhere in the local datacenter when none was
  local_datacenter,  ///< in the local datacenter
  remote,            ///< in another one, and may be asked all the same
  ignored,           ///< is not connected to
};
inline constexpr std::size_t connected_distances = 3;

struct node {
  explicit node(node_info what)
      : info(std::move(what)), name(to_string(info.endpoint)), newest_endpoint(info.endpoint) {}

  node_info info;
  std::string name;  ///< "address:port", where clients are expected
  asio::ip::tcp::endpoint
      newest_endpoint;  ///< what the system tables said last; tried when the other one fails
  node_distance distance = node_distance::local_rack;
  connection* ready_link = nullptr;  ///< one of `links` that is ready; nullptr when the node can't be asked
  protocol::sharding shards;
  std::vector<std::shared_ptr<connection>> links;    ///< by shard when there are; nullptr: there is none yet
  std::vector<std::shared_ptr<connection>> opening;  ///< on their way
  std::vector<std::shared_ptr<connection>> excess;   ///< ready, on a shard that has one already

  std::shared_ptr<protocol::machine_siblings> siblings = std::make_shared<protocol::machine_siblings>();

  std::string last_error;
  std::int64_t backoff_ns = 0;
  std::int64_t reconnect_at_ns = protocol::never;  ///< no earlier
  std::uint16_t shard_aware_port = 0;
  std::int64_t shard_port_blocked_until_ns = 0;  ///< the port did not choose the shard: there is a NAT
  bool tried = false;                            ///< an attempt has ended
  bool is_contact = false;                       ///< known only as a contact point
  std::shared_ptr<node_counters> counters = std::make_shared<node_counters>();

  [[nodiscard]] bool ready() const noexcept { return ready_link != nullptr; }
  [[nodiscard]] bool is_sharded() const noexcept { return shards.nr_shards > 1; }
  [[nodiscard]] bool wanted() const noexcept { return distance != node_distance::ignored; }
  /// Connections that are missing, or are to be replaced.
  [[nodiscard]] std::size_t missing() const noexcept {
    std::size_t count = links.empty() ? 1 : 0;
    for (const auto& link : links) count += is_missing(link) ? 1U : 0U;
    return count;
  }
  [[nodiscard]] static bool is_missing(const std::shared_ptr<connection>& link) noexcept {
    return link == nullptr || link->worn_out;
  }
  /// Where another connection to a node that does not shard belongs.
  [[nodiscard]] std::size_t free_place() const noexcept {
    const auto found = std::find_if(links.begin(), links.end(), is_missing);
    return found == links.end() ? 0 : static_cast<std::size_t>(found - links.begin());
  }
  /// The connection to the shard that has the token, or to any. Precondition ready().
  [[nodiscard]] connection* link_for(bool has_token, std::int64_t token) const noexcept {
    if (links.size() <= 1) [[likely]]
      return ready_link;
    return link_of_shard(has_token && is_sharded() ? shards.shard_of(token) : no_shard);
  }
  [[nodiscard]] COODIE_DECL connection* link_of_shard(std::uint32_t shard) const noexcept;
  static constexpr std::uint32_t no_shard = 0xFFFFFFFF;

  /// To be held while what is done with them may change the node.
  [[nodiscard]] std::vector<std::shared_ptr<connection>> all_links() const {
    std::vector<std::shared_ptr<connection>> all;
    for_each_link([&](connection& c) { all.push_back(c.shared_from_this()); });
    return all;
  }
  COODIE_DECL void move_to(const asio::ip::tcp::endpoint& where);
  template <class F>
  void for_each_link(F&& f) const {
    for (const auto& link : links)
      if (link != nullptr) f(*link);
    for (const auto& link : opening) f(*link);
    for (const auto& link : excess) f(*link);
  }
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_NODE_HPP
