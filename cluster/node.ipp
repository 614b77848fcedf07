// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_NODE_IPP
#define COODIE_CLUSTER_NODE_IPP

#include "cluster/node.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

// Where the shard has no connection, the least busy one does: the node passes the request on.
connection* node::link_of_shard(std::uint32_t shard) const noexcept {
  if (shard < links.size() && links[shard] != nullptr) return links[shard].get();
  connection* best = ready_link;
  for (const auto& link : links)
    if (link != nullptr && link->in_flight() < best->in_flight()) best = link.get();
  return best;
}

void node::move_to(const asio::ip::tcp::endpoint& where) {
  info.endpoint = where;
  name = to_string(where);
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_NODE_IPP
