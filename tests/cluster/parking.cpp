// SPDX-License-Identifier: MIT
#include "cluster/parking.hpp"

#include <thread>
#include <vector>

#include "tests/catch.hpp"

using coodie::cluster_detail::bell;

TEST_CASE("bell: it wakes whom it is meant for, and those who have not slept yet", "[cluster][threads]") {
  constexpr std::uint32_t sleepers = 8;
  bell shared;
  std::vector<std::atomic<bool>> may_go(sleepers);
  std::atomic<std::uint32_t> gone{0};
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < sleepers; ++i)
    threads.emplace_back([&, i] {
      for (;;) {
        const std::uint32_t before = shared.rung();
        if (may_go[i].load()) break;
        shared.sleep(before, std::uint32_t{1} << (i % 4));  // some share a mark
      }
      gone.fetch_add(1);
    });
  for (std::uint32_t i = 0; i < sleepers; ++i) {
    may_go[i].store(true);
    shared.ring(std::uint32_t{1} << (i % 4));
    while (gone.load() != i + 1) std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(gone.load() == sleepers);
}
