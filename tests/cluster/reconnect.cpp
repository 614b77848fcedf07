// SPDX-License-Identifier: MIT
// Nodes that go and come back, and nodes that are there but dead.
#include <atomic>
#include <vector>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

std::size_t heartbeats(const mock_cluster& cluster, std::size_t node = 0) {
  std::size_t count = 0;
  for (const auto& request : cluster.server.requests(opcode::options))
    if (request.node == node) ++count;
  return count;
}

}  // namespace

TEST_CASE("reconnect: a node that went and came back is asked again", "[cluster]") {
  mock_cluster cluster(2);
  REQUIRE(cluster.all_answer());
  cluster.server.stop_node(1);
  for (int i = 0; i < 20; ++i) CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
  CHECK(cluster.server.start_node(1));
  CHECK(cluster.all_answer());
}

TEST_CASE("reconnect: the only node, while nobody calls", "[cluster]") {
  mock_cluster cluster;
  cluster.server.stop_node(0);
  std::this_thread::sleep_for(30ms);
  CHECK(cluster.server.start_node(0));
  CHECK(eventually([&] { return cluster.server.connections(0) == 1; }));
  CHECK(eventually([&] { return !ask(*cluster.driver).code; }));
}

TEST_CASE("reconnect: what was prepared is prepared again, quietly", "[cluster]") {
  mock_cluster cluster;
  CHECK(!ask(*cluster.driver, prepared_question, {"local"}).code);
  CHECK(cluster.server.requests(opcode::prepare).size() == 1);
  cluster.server.forget_prepared();
  CHECK(ask(*cluster.driver, prepared_question, {"local"}).rows == 1);
  CHECK(cluster.server.requests(opcode::prepare).size() == 2);
  // Once the control connection is back, so that what it has missed has been asked for before.
  const auto refreshes = cluster.driver->metrics().topology_refreshes;
  cluster.server.stop_node(0);
  CHECK(cluster.server.start_node(0));
  CHECK(eventually([&] { return cluster.driver->metrics().topology_refreshes > refreshes; }));
  CHECK(eventually([&] { return ask(*cluster.driver, prepared_question, {"local"}).rows == 1; }));
  CHECK(cluster.server.requests(opcode::prepare).size() == 3);
}

TEST_CASE("reconnect: a server that forgets what it has just prepared is an error, not a loop", "[cluster]") {
  mock_cluster cluster;
  cluster.server.on({.opcode = opcode::execute, .times = 0}, react::error(0x2500));
  CHECK(ask(*cluster.driver, prepared_question, {"local"}).code == errc::prepare_loop);
  CHECK(cluster.server.requests(opcode::prepare).size() == 2);
}

TEST_CASE("reconnect: a server that forgets for ever is not hammered", "[cluster]") {
  mock_cluster cluster;
  cluster.server.on({.opcode = opcode::execute, .times = 0}, react::error(0x2500));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i)
    CHECK(ask(*cluster.driver, prepared_question, {"local"}).code == errc::prepare_loop);
  const auto seconds = (std::chrono::steady_clock::now() - begin) / 1s + 1;
  CHECK(cluster.server.requests(opcode::prepare).size() <= static_cast<std::size_t>(1 + 5 * (seconds + 1)));
  cluster.server.clear_rules();
  CHECK(eventually([&] { return ask(*cluster.driver, prepared_question, {"local"}).rows == 1; }));
}

TEST_CASE("reconnect: PREPARE of one statement is in flight once, however many wait", "[cluster][threads]") {
  mock_cluster cluster;
  cluster.server.on({.opcode = opcode::prepare}, react::delay(20ms));
  std::vector<std::thread> callers;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back(
        [&] { good += ask(*cluster.driver, prepared_question, {"local"}).rows == 1 ? 1 : 0; });
  for (auto& t : callers) t.join();
  CHECK(good == 8);
  CHECK(cluster.server.requests(opcode::prepare).size() == 1);
}

TEST_CASE("reconnect: attempts come less and less often", "[cluster]") {
  // A port that takes connections and closes them: each attempt is seen.
  mock_cluster cluster(1, {.reconnect_base = 20ms, .reconnect_max = 10s});
  cluster.server.on({.opcode = opcode::options, .times = 0}, react::close());
  cluster.server.close_connections(0);
  std::this_thread::sleep_for(350ms);
  // 20, 40, 80, 160 ms, 15 % more or less: attempts after 20, 60, 140, 300.
  const std::size_t attempts = heartbeats(cluster);
  CHECK(attempts >= 3);
  CHECK(attempts <= 5);
}

TEST_CASE("reconnect: an idle connection is asked whether it lives, although nobody calls", "[cluster]") {
  mock_cluster cluster(2, {.heartbeat_interval = 20ms});
  CHECK(eventually([&] { return heartbeats(cluster, 0) >= 3 && heartbeats(cluster, 1) >= 3; }));
  CHECK(cluster.connected_to_all());
}

TEST_CASE("reconnect: a connection with traffic needs no heartbeat", "[cluster]") {
  mock_cluster cluster(1, {.heartbeat_interval = 200ms});
  for (int i = 0; i < 30; ++i) {
    CHECK(!ask(*cluster.driver).code);
    std::this_thread::sleep_for(10ms);
  }
  CHECK(heartbeats(cluster) == 0);
}

TEST_CASE("reconnect: a node that does not answer heartbeats is replaced", "[cluster]") {
  mock_cluster cluster(1, {.heartbeat_interval = 20ms, .heartbeat_timeout = 20ms});
  cluster.server.on({.opcode = opcode::options}, react::ignore());
  std::set<std::uint64_t> connections;
  CHECK(eventually([&] {
    for (const auto& request : cluster.server.requests()) connections.insert(request.connection);
    return connections.size() >= 2;
  }));
  CHECK(eventually([&] { return !ask(*cluster.driver).code; }));
}

TEST_CASE("reconnect: requests on a dead connection go to another node when it is noticed", "[cluster]") {
  mock_cluster cluster(2, {.heartbeat_interval = 30ms, .heartbeat_timeout = 30ms});
  REQUIRE(cluster.all_answer());
  cluster.server.accept_but_silent(1);
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 4; ++i) CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  cluster.server.accept_but_silent(1, false);
  CHECK(cluster.all_answer());
}

TEST_CASE("reconnect: too many requests that nobody waits for replace the connection", "[cluster]") {
  mock_cluster cluster(1, {.heartbeat_interval = 20ms});
  // 1,100 requests time out and are never answered; a second later they are too many.
  cluster.server.on({.opcode = opcode::query, .times = 0}, react::ignore());
  std::atomic<int> ended = 0;
  for (int i = 0; i < 1100; ++i)
    cluster.driver->execute_async(any_question, {}, {.timeout = 10ms},
                                  [&](coodie::error_code ec, const coodie::result&) {
                                    if (ec == errc::request_timeout) ++ended;
                                  });
  REQUIRE(eventually([&] { return ended == 1100; }));
  cluster.server.clear_rules();
  std::uint64_t first = cluster.server.requests()[0].connection;
  CHECK(eventually([&] {
    const auto beats = cluster.server.requests(opcode::startup);
    return !beats.empty() && beats.back().connection != first;
  }));
  CHECK(eventually([&] { return !ask(*cluster.driver).code; }));
}

TEST_CASE("reconnect: a node that hangs is left alone soon after its first request has timed out",
          "[cluster]") {
  // A twentieth of the defaults.
  mock_cluster cluster(3, {.connect_timeout = 250ms,
                           .request_timeout = 500ms,
                           .heartbeat_interval = 1500ms,
                           .heartbeat_timeout = 500ms});
  REQUIRE(cluster.connected_to_all());
  cluster.server.set_fault(1, coodie::testing::node_fault::frozen);
  const auto begin = std::chrono::steady_clock::now();
  struct answer {
    coodie::error_code code;
    std::chrono::steady_clock::duration started = {};
  };
  std::vector<answer> answers(150);
  std::atomic<std::size_t> ended{0};
  for (answer& each : answers) {  // 1.5 s long: without being asked, the node would hang for 2 s
    each.started = std::chrono::steady_clock::now() - begin;
    cluster.driver->execute_async(any_question, {}, {}, [&](coodie::error_code ec, const coodie::result&) {
      each.code = ec;
      ++ended;
    });
    std::this_thread::sleep_for(10ms);
  }
  REQUIRE(eventually([&] { return ended == answers.size(); }));
  int timed_out = 0, broken_off = 0;
  for (const answer& each : answers) {
    if (each.code == errc::request_timeout) ++timed_out;
    if (each.code == errc::heartbeat_timeout) ++broken_off;
    if (each.code == errc::request_timeout) CHECK(each.started < 400ms);
    if (each.started > 1s) CHECK(!each.code);
  }
  CHECK(timed_out > 0);
  CHECK(broken_off > 0);
  CHECK(cluster.driver->metrics().connections == 2);
  cluster.server.set_fault(1, coodie::testing::node_fault::none);
  CHECK(cluster.all_answer());
}

TEST_CASE("reconnect: a request that times out on a node that lives does not cost the connection",
          "[cluster]") {
  mock_cluster cluster(1, {.heartbeat_timeout = 50ms});
  cluster.server.on({.statement = "SELECT key FROM", .times = 3}, react::ignore());
  for (int i = 0; i < 3; ++i) {
    CHECK(ask(*cluster.driver, any_question, {}, {.timeout = 100ms}).code == errc::request_timeout);
    std::this_thread::sleep_for(100ms);
  }
  CHECK(cluster.driver->metrics().connections_lost == 0);
  CHECK(cluster.server.requests(opcode::options).size() == 3);  // it was asked each time
}
