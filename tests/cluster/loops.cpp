// SPDX-License-Identifier: MIT
// A driver with several loops: each has its connections, and together they are one driver.
#include <atomic>
#include <set>
#include <thread>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

TEST_CASE("loops: each has a connection to each node", "[cluster][threads]") {
  mock_cluster cluster(2, {.loops = 3});
  CHECK(cluster.server.connections(0) == 3);
  CHECK(cluster.server.connections(1) == 3);
  const auto m = cluster.driver->metrics();
  CHECK(m.connections == 6);
  REQUIRE(m.nodes.size() == 2);
  CHECK(m.nodes[0].connections == 3);
  CHECK(cluster.server.requests(opcode::register_).size() ==
        0);  // counted from here: only one had registered
}

TEST_CASE("loops: threads spread over them, and what each asks is answered", "[cluster][threads]") {
  mock_cluster cluster(1, {.loops = 4});
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j)
        if (!ask(*cluster.driver).code) ++answered;
    });
  for (auto& t : threads) t.join();
  CHECK(answered == 400);
  std::set<std::uint64_t> connections;
  for (const auto& r : cluster.server.requests(opcode::query)) connections.insert(r.connection);
  CHECK(connections.size() == 4);
}

TEST_CASE("loops: timestamps increase over all of them", "[cluster][threads]") {
  coodie::testing::server server;
  make_keyspace(server);
  CHECK(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  const auto hosts = server.hosts();
  const auto driver = tests::connect({.hosts = hosts, .keyspace = "ks", .port = server.port(), .loops = 4});
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int j = 0; j < 50; ++j)
        if (ask(*driver, "INSERT INTO t (k, v) VALUES (?, ?)", {i, j}).code) ++failed;
    });
  for (auto& t : threads) t.join();
  CHECK(failed == 0);
  std::set<std::int64_t> timestamps;
  std::size_t count = 0;
  for (const auto& r : server.requests(opcode::execute)) {
    if (!r.timestamp) continue;
    ++count;
    timestamps.insert(*r.timestamp);
  }
  CHECK(count == 400);
  CHECK(timestamps.size() == 400);  // no two are the same
}

TEST_CASE("loops: the program's own source of timestamps", "[cluster]") {
  std::atomic<std::int64_t> next{1'000};
  const auto source = [&next]() -> std::int64_t { return ++next; };
  coodie::testing::server server;
  make_keyspace(server);
  CHECK(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  const auto hosts = server.hosts();
  const auto driver =
      tests::connect({.hosts = hosts, .keyspace = "ks", .port = server.port(), .timestamp_source = source});
  CHECK(!ask(*driver, "INSERT INTO t (k, v) VALUES (?, ?)", {1, 1}).code);
  const auto inserts = server.requests(opcode::execute);
  REQUIRE(inserts.size() == 1);
  CHECK(inserts[0].timestamp == 1'001);
}

TEST_CASE("loops: nodes that change are known to all of them", "[cluster][threads]") {
  mock_cluster cluster(2, {.loops = 3});
  REQUIRE(cluster.server.add_node());
  CHECK(eventually([&] { return cluster.server.connections(2) == 3; }));
  cluster.server.remove_node(1);
  CHECK(eventually([&] { return cluster.driver->metrics().nodes.size() == 2; }));
}

TEST_CASE("loops: started and stopped a hundred times under load", "[cluster][threads]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 2});
  const auto hosts = server.hosts();
  for (int round = 0; round < 100; ++round) {
    auto options = tests::options_for(server, hosts);
    options.loops = 1 + static_cast<std::uint32_t>(round % 4);
    const auto driver = tests::connect(options);
    std::atomic<bool> go_on{true};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        while (go_on) {
          const auto code = ask(*driver).code;
          if (code && code != errc::closed && code != errc::no_host_available) ++wrong;
          if (code) break;
        }
      });
    std::this_thread::sleep_for(1ms);
    driver->close();
    go_on = false;
    for (auto& t : threads) t.join();
    CHECK(wrong == 0);
  }
  CHECK(eventually([&] { return server.connections(0) == 0 && server.connections(1) == 0; }));
}
