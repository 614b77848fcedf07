// SPDX-License-Identifier: MIT
// Which nodes hold a token, worked out once for each way of replication.
#ifndef COODIE_PROTOCOL_ROUTING_REPLICA_MAP_HPP
#define COODIE_PROTOCOL_ROUTING_REPLICA_MAP_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "protocol/routing/replication.hpp"
#include "protocol/routing/token_ring.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// The replicas of every range of a ring. Keyspaces that are replicated alike can share one. May be read from
/// any thread.
class replica_map {
 public:
  /// No replicas for any token.
  replica_map() = default;
  /// The same when it would take too long, or too much memory, to find them: on a ring that no cluster has.
  COODIE_DECL replica_map(std::shared_ptr<const token_ring> ring, const replication& how);

  /// The indices of the nodes that hold `token`, each once, in the order of the ring: the first owns its
  /// range. Empty when the ring is or when nothing is known about the replication; shorter than the
  /// replication factor when there are too few nodes. Valid as long as this object.
  [[nodiscard]] std::span<const std::uint16_t> replicas(std::int64_t token) const noexcept {
    if (offsets_.empty()) return {};
    const std::size_t position = ring_->position_of(token);
    return {nodes_.data() + offsets_[position], offsets_[position + 1] - offsets_[position]};
  }

 private:
  std::shared_ptr<const token_ring> ring_;
  std::vector<std::uint32_t> offsets_;  // into nodes_, one a range and the end; empty when nothing is known
  std::vector<std::uint16_t> nodes_;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_REPLICA_MAP_HPP
