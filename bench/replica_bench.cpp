// SPDX-License-Identifier: MIT
// What it costs to find the replicas of a key, and what the map of them weighs.
//
//   replica-bench NODES LOOKUPS
//
// NODES have 256 tokens each, and three replicas of everything (or as many as there are nodes), as those that
// canned_server plays. A lookup hashes a uuid and looks at the first of its replicas.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/canned_tables.hpp"
#include "bench/measurement.hpp"
#include "protocol/errc.ipp"  // a program of its own, it defines what it uses
#include "protocol/routing/routing.hpp"
#include "protocol/routing/routing_impl.ipp"

namespace bench {
namespace {

using coodie::protocol::replica_map;

replica_map make_map(std::uint32_t nodes) {
  std::vector<coodie::protocol::ring_node> places(nodes, {"dc1", "rack1"});
  std::vector<coodie::protocol::ring_entry> entries;
  for (std::uint32_t node = 0; node < nodes; ++node)
    for (std::uint32_t i = 0; i < tokens_per_node; ++i)
      entries.push_back({token_of(node, i), static_cast<std::uint16_t>(node)});
  return {std::make_shared<coodie::protocol::token_ring>(std::move(places), std::move(entries)),
          {.strategy = coodie::protocol::replication_strategy::simple, .factor = 3, .datacenters = {}}};
}

void measure_map(std::uint32_t nodes, std::uint64_t lookups) {
  tokens_per_node = 256;
  const std::size_t before = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
  const double began = process_cpu_seconds();
  const replica_map map = make_map(nodes);
  const double made = process_cpu_seconds();
  const std::size_t weight = ::mallinfo2().uordblks + ::mallinfo2().hblkhd - before + sizeof map;

  std::array<std::byte, 16> key{};
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < lookups; ++i) {
    const std::uint64_t halves[] = {i * 0x9E3779B97F4A7C15U, i};
    std::memcpy(key.data(), halves, sizeof halves);
    sum += map.replicas(coodie::protocol::murmur3_token(key))[0];
  }
  const double found = process_cpu_seconds();
  std::printf("coodie mode=route nodes=%u cpu_us_per_op=%.5f map_kb=%.1f made_ms=%.2f checksum=%llu\n", nodes,
              (found - made) * 1e6 / static_cast<double>(lookups), static_cast<double>(weight) / 1e3,
              (made - began) * 1e3, static_cast<unsigned long long>(sum));
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const long nodes = argc == 3 ? std::strtol(argv[1], nullptr, 10) : 0;
  const long long lookups = argc == 3 ? std::strtoll(argv[2], nullptr, 10) : 0;
  if (nodes < 1 || nodes > 65535 || lookups < 1) {
    std::fputs("usage: replica-bench NODES LOOKUPS\n", stderr);
    return 2;
  }
  bench::measure_map(static_cast<std::uint32_t>(nodes), static_cast<std::uint64_t>(lookups));
}
