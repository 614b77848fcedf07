// SPDX-License-Identifier: MIT
// Which nodes and shards of the mock cluster hold a partition.
#ifndef COODIE_TESTS_MOCK_REPLICA_FINDER_IPP
#define COODIE_TESTS_MOCK_REPLICA_FINDER_IPP

#include <algorithm>
#include <bit>
#include <limits>

#include "tests/mock/mock_octets.hpp"
#include "tests/mock/replica_finder.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

[[nodiscard]] inline std::uint64_t hash_name(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

// The place of a token counted from the start of the ring.
[[nodiscard]] inline std::uint64_t from_start(std::int64_t token) noexcept {
  return static_cast<std::uint64_t>(token) ^ std::uint64_t{1} << 63;
}

[[nodiscard]] inline std::size_t tablet_index(std::size_t tablets, std::int64_t token) noexcept {
  const unsigned bits = static_cast<unsigned>(std::bit_width(tablets)) - 1;
  return bits == 0 ? 0 : static_cast<std::size_t>(from_start(token) >> (64 - bits));
}

[[nodiscard]] inline std::int64_t last_token(std::size_t tablets, std::size_t index) noexcept {
  if (index + 1 == tablets) return std::numeric_limits<std::int64_t>::max();
  const unsigned bits = static_cast<unsigned>(std::bit_width(tablets)) - 1;
  const std::uint64_t end = (std::uint64_t{index} + 1) << (64 - bits);
  return static_cast<std::int64_t>((end - 1) ^ std::uint64_t{1} << 63);
}

std::vector<replica> replica_finder::find(const std::string& keyspace, const std::string& table,
                                          std::int64_t token) {
  if (const tablet* found = find_tablet(keyspace, table, token)) return found->replicas;
  const auto* owner = engine_.schema().find(keyspace);
  std::vector<replica> found;
  if (owner == nullptr || !engine_.cluster().is_murmur3()) return found;
  protocol::sharding sharding;
  sharding.nr_shards = static_cast<std::uint16_t>(std::max(options_.shards, 1U));
  sharding.ignore_msb = options_.scylla.ignore_msb;
  for (const std::uint16_t node : map_of(owner->replication).replicas(token))
    found.push_back({node, sharding.shard_of(token)});
  return found;
}

std::shared_ptr<const protocol::token_ring> replica_finder::make_ring() const {
  std::vector<protocol::ring_node> nodes;
  std::vector<protocol::ring_entry> entries;
  for (const auto& node : engine_.cluster().nodes) {
    const auto index = static_cast<std::uint16_t>(nodes.size());
    nodes.push_back({node.datacenter, node.rack});
    if (!node.member) continue;
    for (const auto token : node.tokens) entries.push_back({token, index});
  }
  return std::make_shared<const protocol::token_ring>(std::move(nodes), std::move(entries));
}

const protocol::replica_map& replica_finder::map_of(const std::map<std::string, std::string>& how) {
  if (ring_ == nullptr || revision_ != engine_.cluster().revision) {
    ring_ = make_ring();
    maps_.clear();
    revision_ = engine_.cluster().revision;
  }
  const auto at = maps_.find(how);
  if (at != maps_.end()) return at->second;
  return maps_.emplace(how, protocol::replica_map(ring_, protocol::replication::from(how))).first->second;
}

bool replica_finder::has_tablets(const std::string& keyspace, const std::string& table) const {
  const auto& named = options_.scylla.tablets;
  const auto is_it = [&](const std::string& name) {
    return name == keyspace || name == keyspace + '.' + table;
  };
  return options_.shards != 0 && std::any_of(named.begin(), named.end(), is_it);
}

std::vector<std::size_t> replica_finder::members(std::string_view datacenter) const {
  std::vector<std::size_t> found;
  const auto& nodes = engine_.cluster().nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].member && (datacenter.empty() || nodes[i].datacenter == datacenter)) found.push_back(i);
  return found;
}

// Spread evenly, and in another way than the ring spreads tokens.
std::vector<tablet> replica_finder::place_tablets(const protocol::replication& how,
                                                  std::uint64_t seed) const {
  const std::size_t count = options_.scylla.tablets_per_table;
  std::vector<tablet> made(count);
  const auto place = [&](tablet& what, std::size_t index, const std::vector<std::size_t>& nodes,
                         std::size_t copies) {
    for (std::size_t copy = 0; copy < std::min(copies, nodes.size()); ++copy) {
      const std::uint64_t turn = seed % 1024 + index + copy;
      const auto shard = static_cast<std::uint32_t>((seed / 1024 + turn / nodes.size()) % options_.shards);
      what.replicas.push_back({nodes[static_cast<std::size_t>(turn % nodes.size())], shard});
    }
  };
  for (std::size_t i = 0; i < count; ++i) {
    made[i].first = i == 0 ? std::numeric_limits<std::int64_t>::min() : last_token(count, i - 1);
    made[i].last = last_token(count, i);
    if (how.strategy == protocol::replication_strategy::simple) place(made[i], i, members({}), how.factor);
    for (const auto& [datacenter, factor] : how.datacenters) place(made[i], i, members(datacenter), factor);
  }
  return made;
}

std::vector<tablet>* replica_finder::tablets_of(const std::string& keyspace, const std::string& table) {
  if (!has_tablets(keyspace, table)) return nullptr;
  const table_name name(keyspace, table);
  if (const auto at = tablets_.find(name); at != tablets_.end()) return &at->second;
  const auto* owner = engine_.schema().find(keyspace);
  if (owner == nullptr) return nullptr;
  const auto how = protocol::replication::from(owner->replication);
  return &tablets_.emplace(name, place_tablets(how, hash_name(keyspace + '.' + table))).first->second;
}

const tablet* replica_finder::find_tablet(const std::string& keyspace, const std::string& table,
                                          std::int64_t token) {
  const std::vector<tablet>* all = tablets_of(keyspace, table);
  return all == nullptr ? nullptr : &(*all)[tablet_index(all->size(), token)];
}

bool replica_finder::move_tablet(const std::string& keyspace, const std::string& table, std::int64_t token,
                                 std::vector<replica> replicas) {
  std::vector<tablet>* all = tablets_of(keyspace, table);
  if (all == nullptr) return false;
  (*all)[tablet_index(all->size(), token)].replicas = std::move(replicas);
  return true;
}

void replica_finder::node_removed(std::size_t node) {
  const auto others = members({});
  for (auto& [name, tablets] : tablets_)
    for (auto& each : tablets) {
      const auto lost = std::find_if(each.replicas.begin(), each.replicas.end(),
                                     [&](const replica& one) { return one.node == node; });
      if (lost == each.replicas.end()) continue;
      const auto free = std::find_if(others.begin(), others.end(), [&](std::size_t other) {
        return std::none_of(each.replicas.begin(), each.replicas.end(),
                            [&](const replica& one) { return one.node == other; });
      });
      if (free == others.end())
        each.replicas.erase(lost);
      else
        lost->node = *free;
    }
}

std::optional<std::int64_t> token_of_values(const store::planned_statement& statement,
                                            const std::vector<protocol::bytes_view>& values,
                                            const std::vector<std::string_view>& names) {
  if (statement.pk_indexes.empty()) return std::nullopt;
  protocol::routing_key key;
  for (const std::uint16_t index : statement.pk_indexes) {
    std::size_t at = index;
    if (!names.empty()) {
      const auto named = std::find(names.begin(), names.end(), statement.markers[index].name);
      at = static_cast<std::size_t>(named - names.begin());
    }
    if (at >= values.size()) return std::nullopt;
    key.append(values[at]);
  }
  if (key.error() != errc::ok) return std::nullopt;
  return key.token();
}

std::string encode_tablet(const tablet& what, const store::cluster_description& cluster) {
  std::string replicas = store::encode_big(static_cast<std::uint32_t>(what.replicas.size()));
  for (const auto& each : what.replicas) {
    std::string one;
    const auto& host_id = cluster.nodes[each.node].host_id;
    store::append_element(one, store::as_octets(std::span<const std::byte>(host_id.bytes)));
    store::append_element(one, store::octets_view(store::encode_big(each.shard)));
    store::append_element(replicas, store::octets_view(one));
  }
  std::string encoded;
  store::append_element(encoded, store::octets_view(store::encode_big(what.first)));
  store::append_element(encoded, store::octets_view(store::encode_big(what.last)));
  store::append_element(encoded, store::octets_view(replicas));
  return encoded;
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_REPLICA_FINDER_IPP
