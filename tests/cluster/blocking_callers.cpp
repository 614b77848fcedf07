// SPDX-License-Identifier: MIT
// Many threads that call one driver: the loop that they share.
#include "driver/driver_all.hpp"

#include <future>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

TEST_CASE("callers: many threads block on one driver and each gets its own answer", "[cluster][threads]") {
  mock_cluster cluster(2);
  make_keyspace(cluster.server);
  CHECK(cluster.server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (std::int32_t caller = 0; caller < 8; ++caller)
    callers.emplace_back([&, caller] {
      for (std::int32_t i = 0; i < 60; ++i) {
        const std::int32_t key = caller * 1000 + i;
        static_cast<void>(cluster.driver->execute("INSERT INTO ks.t (k, v) VALUES (?, ?)", {key, key * 2}));
        const auto row = cluster.driver->execute("SELECT v FROM ks.t WHERE k = ?", {key});
        if (row.size() == 1 && row[0].get<std::int32_t>(0) == key * 2) ++good;
      }
    });
  for (auto& t : callers) t.join();
  CHECK(good == 8 * 60);
}

TEST_CASE("callers: one that waits long does not hold up the others", "[cluster][threads]") {
  mock_cluster cluster;
  cluster.server.on({.statement = "peers"}, react::delay(300ms));
  std::atomic<bool> slow_done = false;
  coodie::error_code slow_code;
  std::thread slow([&] {
    slow_code = ask(*cluster.driver, "SELECT peer FROM system.peers").code;
    slow_done = true;
  });
  REQUIRE(eventually([&] { return cluster.asked("peers").size() == 1; }));
  int quick = 0;
  while (!slow_done && quick < 20) {
    CHECK(!ask(*cluster.driver).code);
    ++quick;
  }
  CHECK(quick == 20);
  slow.join();
  CHECK(!slow_code);
}

TEST_CASE("callers: a leader that has its answer hands the loop on", "[cluster][threads]") {
  // The first caller leads; the second waits longer, and nobody else calls.
  mock_cluster cluster;
  cluster.server.on({.statement = "peers"}, react::delay(150ms));
  cluster.server.on({.statement = "system.local"}, react::delay(30ms));
  coodie::error_code first_code;
  std::thread first([&] { first_code = ask(*cluster.driver).code; });
  REQUIRE(eventually([&] { return cluster.asked("local").size() == 1; }));
  const auto before = std::chrono::steady_clock::now();
  CHECK(!ask(*cluster.driver, "SELECT peer FROM system.peers").code);
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(took >= 150ms);
  CHECK(took < 400ms);
  first.join();
  CHECK(!first_code);
}

TEST_CASE("callers: blocking ones and asynchronous ones at once", "[cluster][threads]") {
  mock_cluster cluster(2);
  std::atomic<int> blocking = 0, asynchronous = 0, started = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i)
        blocking += ask(*cluster.driver, prepared_question, {"local"}).rows == 1 ? 1 : 0;
    });
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        ++started;
        cluster.driver->execute_async(prepared_question, {"local"}, {},
                                      [&](coodie::error_code ec, const coodie::result& rows) {
                                        if (!ec && rows.size() == 1) ++asynchronous;
                                      });
      }
    });
  }
  for (auto& t : threads) t.join();
  CHECK(blocking == 300);
  CHECK(eventually([&] { return asynchronous == 300; }));
}

TEST_CASE("callers: an asynchronous request ends although blocking callers come and go",
          "[cluster][threads]") {
  mock_cluster cluster;
  for (int i = 0; i < 50; ++i) {
    std::promise<bool> done;
    cluster.driver->execute_async(any_question, {}, {},
                                  [&](coodie::error_code ec, const coodie::result&) { done.set_value(!ec); });
    if (i % 2 == 0) CHECK(!ask(*cluster.driver).code);
    auto ended = done.get_future();
    REQUIRE(ended.wait_for(5s) == std::future_status::ready);
    CHECK(ended.get());
  }
}

TEST_CASE("callers: calls that all fail at once do not keep the driver from reconnecting",
          "[cluster][threads]") {
  mock_cluster cluster;
  cluster.server.stop_node(0);
  REQUIRE(eventually([&] { return ask(*cluster.driver).code == errc::no_host_available; }));
  CHECK(cluster.server.start_node(0));
  const auto end = std::chrono::steady_clock::now() + 5s;
  bool again = false;
  while (!again && std::chrono::steady_clock::now() < end) again = !ask(*cluster.driver).code;
  CHECK(again);
}

TEST_CASE("callers: pages of a large result while others call", "[cluster][threads]") {
  mock_cluster cluster;
  make_keyspace(cluster.server);
  CHECK(cluster.server.execute("CREATE TABLE ks.t (k int, c int, PRIMARY KEY (k, c))").empty());
  for (int c = 0; c < 100; ++c)
    CHECK(cluster.server.execute("INSERT INTO ks.t (k, c) VALUES (1, " + std::to_string(c) + ")").empty());
  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t)
    callers.emplace_back([&] {
      for (int i = 0; i < 5; ++i)
        good +=
            ask(*cluster.driver, "SELECT c FROM ks.t WHERE k = 1", {}, {.page_size = 7}).rows == 100 ? 1 : 0;
    });
  for (auto& t : callers) t.join();
  CHECK(good == 20);
}

TEST_CASE("callers: the queue of a connection has an end", "[cluster][threads]") {
  mock_cluster cluster(1, {.max_queued = 4});
  // All 32,768 streams taken, then four that wait, then an error.
  cluster.server.on({.opcode = opcode::query, .times = 0}, react::ignore());
  std::atomic<int> refused = 0, ended = 0;
  constexpr int all = 32768 + 4 + 10;
  for (int i = 0; i < all; ++i)
    cluster.driver->execute_async(any_question, {}, {.timeout = 60s},
                                  [&](coodie::error_code ec, const coodie::result&) {
                                    if (ec == errc::queue_full) ++refused;
                                    ++ended;
                                  });
  CHECK(eventually([&] { return refused == 10; }));
  cluster.driver->close();
  CHECK(ended == all);
}
