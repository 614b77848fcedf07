// SPDX-License-Identifier: MIT
// Replicas by both strategies, on rings of many shapes.
#include "protocol/routing/replica_map.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <string>

#include "tests/catch.hpp"

using namespace coodie::protocol;

namespace {

using nodes = std::vector<std::uint16_t>;

nodes replicas_of(const replica_map& map, std::int64_t token) {
  const auto found = map.replicas(token);
  return {found.begin(), found.end()};
}

replication simple(std::uint32_t factor) { return {replication_strategy::simple, factor, {}}; }
replication topology(std::map<std::string, std::uint32_t> datacenters) {
  return {replication_strategy::network_topology, 0, std::move(datacenters)};
}

std::shared_ptr<token_ring> ring_of(std::vector<ring_node> members, std::vector<ring_entry> entries) {
  return std::make_shared<token_ring>(std::move(members), std::move(entries));
}

}  // namespace

TEST_CASE("SimpleStrategy takes the next nodes of the ring") {
  const auto ring = ring_of({{"a", "1"}, {"a", "1"}, {"b", "1"}}, {{0, 0}, {10, 1}, {20, 2}});
  const replica_map two(ring, simple(2));
  CHECK(replicas_of(two, 0) == nodes{0, 1});
  CHECK(replicas_of(two, 1) == nodes{1, 2});
  CHECK(replicas_of(two, 20) == nodes{2, 0});
  CHECK(replicas_of(two, 21) == nodes{0, 1});
  CHECK(replicas_of(two, -5) == nodes{0, 1});
  CHECK(replicas_of(replica_map(ring, simple(1)), 15) == nodes{2});
  CHECK(replicas_of(replica_map(ring, simple(3)), 15) == nodes{2, 0, 1});
  CHECK(replicas_of(replica_map(ring, simple(0)), 15).empty());
}

TEST_CASE("a factor beyond the nodes gives every node once") {
  const auto ring = ring_of({{"a", "1"}, {"a", "2"}}, {{0, 0}, {10, 1}, {20, 0}, {30, 1}});
  CHECK(replicas_of(replica_map(ring, simple(7)), 5) == nodes{1, 0});
  CHECK(replicas_of(replica_map(ring, simple(0xffffffff)), 5) == nodes{1, 0});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 9}})), 5) == nodes{1, 0});
  CHECK(replicas_of(replica_map(ring, {replication_strategy::everywhere, 0, {}}), 5) == nodes{1, 0});
}

TEST_CASE("a ring that would take too long to walk has no replicas") {
  const auto nearly_all_are_one_nodes = [](std::int64_t tokens) {
    std::vector<ring_entry> entries = {{-1, 1}};
    for (std::int64_t token = 0; token < tokens; ++token) entries.push_back({token, 0});
    return ring_of({{"a", "1"}, {"a", "1"}}, std::move(entries));
  };
  CHECK(replicas_of(replica_map(nearly_all_are_one_nodes(2'000), simple(2)), 5) == nodes{0, 1});
  CHECK(replicas_of(replica_map(nearly_all_are_one_nodes(100'000), simple(2)), 5).empty());
}

TEST_CASE("a node with several tokens counts once") {
  const auto ring =
      ring_of({{"a", "1"}, {"a", "1"}, {"a", "1"}}, {{0, 0}, {1, 0}, {2, 0}, {3, 1}, {4, 0}, {5, 2}});
  CHECK(replicas_of(replica_map(ring, simple(2)), 0) == nodes{0, 1});
  CHECK(replicas_of(replica_map(ring, simple(3)), 4) == nodes{0, 2, 1});
}

TEST_CASE("nothing is known without a ring or a strategy") {
  const auto ring = ring_of({{"a", "1"}}, {{0, 0}});
  CHECK(replicas_of(replica_map(), 5).empty());
  CHECK(replicas_of(replica_map(nullptr, simple(1)), 5).empty());
  CHECK(replicas_of(replica_map(ring, replication{}), 5).empty());
  CHECK(replicas_of(replica_map(ring_of({}, {}), simple(1)), 5).empty());
  CHECK(replicas_of(replica_map(ring_of({{"a", "1"}}, {}), simple(1)), 5).empty());
  CHECK(replicas_of(replica_map(ring, topology({})), 5).empty());
  CHECK(replicas_of(replica_map(ring, topology({{"elsewhere", 3}})), 5).empty());
}

TEST_CASE("NetworkTopologyStrategy counts each datacenter by itself, in the order of the ring") {
  const auto ring = ring_of({{"a", "1"}, {"b", "1"}, {"a", "2"}, {"b", "2"}, {"c", "1"}},
                            {{0, 0}, {10, 1}, {20, 2}, {30, 3}, {40, 4}});
  const replica_map map(ring, topology({{"a", 1}, {"b", 2}}));
  CHECK(replicas_of(map, 0) == nodes{0, 1, 3});
  CHECK(replicas_of(map, 5) == nodes{1, 2, 3});
  CHECK(replicas_of(map, 25) == nodes{3, 0, 1});
  CHECK(replicas_of(map, 35) == nodes{0, 1, 3});
}

TEST_CASE("NetworkTopologyStrategy takes other racks first") {
  // Nodes 0, 1, 2 share a rack; 3 and 4 are on their own.
  const auto ring = ring_of({{"a", "1"}, {"a", "1"}, {"a", "1"}, {"a", "2"}, {"a", "3"}},
                            {{0, 0}, {10, 1}, {20, 2}, {30, 3}, {40, 4}});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 2}})), 0) == nodes{0, 3});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 3}})), 0) == nodes{0, 3, 4});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 3}})), 15) == nodes{2, 3, 4});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 4}})), 0) == nodes{0, 1, 3, 4});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 5}})), 0) == nodes{0, 1, 2, 3, 4});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 4}})), 25) == nodes{3, 4, 0, 1});
}

TEST_CASE("racks of one name in two datacenters are two racks") {
  const auto ring =
      ring_of({{"a", "1"}, {"b", "1"}, {"a", "1"}, {"b", "1"}}, {{0, 0}, {10, 1}, {20, 2}, {30, 3}});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 1}, {"b", 1}})), 0) == nodes{0, 1});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 2}, {"b", 2}})), 0) == nodes{0, 1, 2, 3});
}

TEST_CASE("a node without tokens counts neither as a node nor as a rack") {
  const auto ring = ring_of({{"a", "1"}, {"a", "1"}, {"a", "2"}}, {{0, 0}, {10, 1}});
  CHECK(replicas_of(replica_map(ring, topology({{"a", 2}})), 0) == nodes{0, 1});
  CHECK(replicas_of(replica_map(ring, simple(3)), 0) == nodes{0, 1});
}

TEST_CASE("what holds on random rings of 4096 tokens") {
  std::mt19937_64 random(7);
  std::vector<ring_node> members;
  for (int i = 0; i < 40; ++i) members.push_back({i % 3 == 0 ? "x" : "y", std::to_string(random() % 4)});
  std::vector<ring_entry> entries;
  for (std::size_t i = 0; i < 4096; ++i)
    entries.push_back(
        {static_cast<std::int64_t>(random()), static_cast<std::uint16_t>(random() % members.size())});
  const auto ring = ring_of(members, entries);
  const replica_map by_topology(ring, topology({{"x", 2}, {"y", 3}}));
  const replica_map by_ring(ring, simple(3));
  for (int i = 0; i < 5000; ++i) {
    const auto token = static_cast<std::int64_t>(random());
    const std::uint16_t owner = ring->owner_at(ring->position_of(token));
    const nodes three = replicas_of(by_ring, token);
    REQUIRE(three.size() == 3);
    CHECK(three[0] == owner);
    CHECK(std::set(three.begin(), three.end()).size() == 3);
    const nodes five = replicas_of(by_topology, token);
    REQUIRE(five.size() == 5);
    CHECK(five[0] == owner);
    std::set<std::string> racks_x, racks_y;
    for (std::uint16_t node : five)
      (members[node].datacenter == "x" ? racks_x : racks_y).insert(members[node].rack);
    CHECK(racks_x.size() == 2);
    CHECK(racks_y.size() == 3);
  }
}
