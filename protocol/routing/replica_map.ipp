// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_ROUTING_REPLICA_MAP_IPP
#define COODIE_PROTOCOL_ROUTING_REPLICA_MAP_IPP

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "protocol/routing/replica_map.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

// Of all walks together: a quarter of a second, and 32 MiB.
inline constexpr std::size_t most_walk_steps = std::size_t{1} << 26, most_replicas = std::size_t{1} << 24;

/// Walks the ring from each position and takes the nodes that a strategy wants. Names of datacenters and
/// racks are numbers here; simple and everywhere are a topology of one datacenter whose every node is a rack
/// of its own.
class replica_walk {
 public:
  replica_walk(const token_ring& ring, const replication& how)
      : ring_(ring), places_(ring.nodes().size()), node_taken_(ring.nodes().size(), 0) {
    std::vector<bool> owns(places_.size(), false);
    for (std::size_t i = 0; i < ring.size(); ++i) owns[ring.owner_at(i)] = true;
    const bool by_topology = how.strategy == replication_strategy::network_topology;
    std::map<std::string_view, std::size_t> datacenters;
    std::map<std::tuple<std::size_t, std::string_view, std::size_t>, std::size_t> racks;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (!owns[i]) continue;
      const std::string_view datacenter = by_topology ? std::string_view(ring.nodes()[i].datacenter) : "";
      const std::string_view rack = by_topology ? std::string_view(ring.nodes()[i].rack) : "";
      place& at = places_[i];
      at.datacenter = datacenters.emplace(datacenter, datacenters.size()).first->second;
      if (at.datacenter == limits_.size()) limits_.push_back({factor_of(how, datacenter), 0, 0});
      const auto [entry, is_new] =
          racks.emplace(std::tuple(at.datacenter, rack, by_topology ? 0 : i), racks.size());
      at.rack = entry->second;
      if (is_new) ++limits_[at.datacenter].racks;
      ++limits_[at.datacenter].nodes;
    }
    rack_taken_.resize(racks.size(), 0);
  }

  /// Appends the replicas of the range at `position`; false when all walks together have become too long.
  [[nodiscard]] bool append(std::size_t position, std::vector<std::uint16_t>& replicas) {
    ++round_;
    std::size_t missing = 0;
    left_.clear();
    for (const limit& each : limits_) {
      const std::uint32_t wanted = std::min(each.factor, each.nodes);
      // With fewer racks than replicas, each rack gets one and as many again may be anywhere.
      left_.push_back({wanted, each.factor > each.racks ? each.factor - each.racks : 0});
      missing += wanted;
    }
    std::size_t step = 0;
    for (; step < ring_.size() && missing != 0; ++step) {
      const std::size_t at = position + step;
      const std::uint16_t node = ring_.owner_at(at < ring_.size() ? at : at - ring_.size());
      if (!take(node)) continue;
      replicas.push_back(node);
      --missing;
    }
    steps_ += step;
    return steps_ <= most_walk_steps && replicas.size() <= most_replicas;
  }

 private:
  struct place {
    std::size_t datacenter = 0, rack = 0;
  };
  struct limit {
    std::uint32_t factor = 0, racks = 0, nodes = 0;
  };
  struct remainder {
    std::uint32_t replicas = 0, repeated_racks = 0;
  };

  [[nodiscard]] static std::uint32_t factor_of(const replication& how, std::string_view datacenter) {
    if (how.strategy == replication_strategy::everywhere) return 0xffff'ffff;
    if (how.strategy == replication_strategy::simple) return how.factor;
    const auto found = how.datacenters.find(std::string(datacenter));
    return found == how.datacenters.end() ? 0 : found->second;
  }

  [[nodiscard]] bool take(std::uint16_t node) {
    const place& at = places_[node];
    remainder& left = left_[at.datacenter];
    if (left.replicas == 0 || node_taken_[node] == round_) return false;
    if (rack_taken_[at.rack] == round_) {
      if (left.repeated_racks == 0) return false;
      --left.repeated_racks;
    }
    rack_taken_[at.rack] = round_;
    node_taken_[node] = round_;
    --left.replicas;
    return true;
  }

  const token_ring& ring_;
  std::vector<place> places_;                           // of each node
  std::vector<limit> limits_;                           // of each datacenter
  std::vector<remainder> left_;                         // of each datacenter, in this walk
  std::vector<std::uint32_t> rack_taken_, node_taken_;  // in which walk
  std::uint32_t round_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace detail

replica_map::replica_map(std::shared_ptr<const token_ring> ring, const replication& how)
    : ring_(std::move(ring)) {
  if (ring_ == nullptr || ring_->empty() || how.strategy == replication_strategy::unknown) return;
  detail::replica_walk walk(*ring_, how);
  offsets_.reserve(ring_->size() + 1);
  offsets_.push_back(0);
  for (std::size_t i = 0; i < ring_->size(); ++i) {
    if (!walk.append(i, nodes_)) {
      offsets_ = {};
      nodes_ = {};
      return;
    }
    offsets_.push_back(static_cast<std::uint32_t>(nodes_.size()));
  }
  nodes_.shrink_to_fit();
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_REPLICA_MAP_IPP
