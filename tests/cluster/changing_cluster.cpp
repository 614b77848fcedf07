// SPDX-License-Identifier: MIT
// The nodes come, go and move, and the driver keeps up: by events, and without them.
#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using coodie::node_status;
using coodie::testing::node_options;
using namespace std::chrono_literals;

namespace {

std::size_t nodes_up(const mock_cluster& cluster) {
  std::size_t up = 0;
  for (const node_status& n : cluster.driver->metrics().nodes)
    up += n.now == node_status::state::up ? 1U : 0U;
  return up;
}

/// How often the nodes were asked about each other.
std::size_t refreshes(const mock_cluster& cluster) { return cluster.asked("FROM system.local WHERE").size(); }

}  // namespace

TEST_CASE("changing cluster: one connection registers for events", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 3});
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  CHECK(server.requests(opcode::register_).size() == 1);
  CHECK(server.requests(opcode::register_)[0].options.size() == 3);
}

TEST_CASE("changing cluster: a node that joins is connected to and asked", "[cluster]") {
  mock_cluster cluster(2);
  REQUIRE(cluster.server.add_node());
  CHECK(eventually([&] { return cluster.server.connections(2) == 1; }));
  CHECK(cluster.all_answer());
  CHECK(nodes_up(cluster) == 3);
}

TEST_CASE("changing cluster: a node that leaves is forgotten", "[cluster]") {
  mock_cluster cluster(3);
  cluster.server.remove_node(2);
  CHECK(eventually([&] { return cluster.driver->metrics().nodes.size() == 2; }));
  for (int i = 0; i < 10; ++i) CHECK(!ask(*cluster.driver).code);
}

TEST_CASE("changing cluster: a node comes back under another address", "[cluster]") {
  mock_cluster cluster(3);
  const std::uint16_t port = cluster.server.port(2);
  REQUIRE(cluster.server.move_node(2, "127.0.0.77", port));
  CHECK(eventually([&] {
    for (const node_status& n : cluster.driver->metrics().nodes)
      if (n.address.starts_with("127.0.0.77:") && n.now == node_status::state::up) return true;
    return false;
  }));
  CHECK(cluster.driver->metrics().nodes.size() == 3);
}

TEST_CASE("changing cluster: events that come in a crowd are one refresh", "[cluster]") {
  mock_cluster cluster(2);
  for (int i = 0; i < 200; ++i)
    cluster.server.send_event({.type = coodie::protocol::event_type::topology_change,
                               .change = "NEW_NODE",
                               .address = "127.0.0.9"});
  CHECK(eventually([&] { return refreshes(cluster) >= 1; }));
  std::this_thread::sleep_for(300ms);
  CHECK(refreshes(cluster) <= 2);
  CHECK(cluster.driver->metrics().events == 200);
}

TEST_CASE("changing cluster: what events did not tell is found by asking from time to time", "[cluster]") {
  mock_cluster cluster(2, {.refresh_interval = 100ms});
  cluster.server.suppress_events();
  REQUIRE(cluster.server.add_node());
  CHECK(eventually([&] { return cluster.server.connections(2) == 1; }));
}

TEST_CASE("changing cluster: DOWN is a hint, and the node is asked", "[cluster]") {
  mock_cluster cluster(2);
  cluster.server.send_event({.change = "DOWN", .address = "127.0.0.2", .port = cluster.server.port()});
  CHECK(eventually([&] { return cluster.server.requests(opcode::options).size() == 1; }));
  CHECK(nodes_up(cluster) == 2);
  CHECK(cluster.all_answer());
}

TEST_CASE("changing cluster: UP ends the wait before the next attempt", "[cluster]") {
  mock_cluster cluster(2, {.reconnect_base = 100s, .reconnect_max = 100s});
  cluster.server.stop_node(1);
  CHECK(eventually([&] { return nodes_up(cluster) == 1; }));
  const auto before = std::chrono::steady_clock::now();
  REQUIRE(cluster.server.start_node(1));
  CHECK(eventually([&] { return nodes_up(cluster) == 2; }));
  CHECK(std::chrono::steady_clock::now() - before < 3s);
}

TEST_CASE("changing cluster: the control connection moves when its node fails", "[cluster]") {
  mock_cluster cluster(3);
  cluster.server.stop_node(0);  // the contact point
  CHECK(eventually([&] { return cluster.server.requests(opcode::register_).size() == 1; }));
  REQUIRE(cluster.server.add_node());  // events come on the new one
  CHECK(eventually([&] { return cluster.server.connections(3) == 1; }));
}

TEST_CASE("changing cluster: all nodes go and come back", "[cluster]") {
  mock_cluster cluster(3, {.reconnect_max = 50ms});
  for (std::size_t i = 0; i < 3; ++i) cluster.server.stop_node(i);
  REQUIRE(eventually([&] { return ask(*cluster.driver).code == errc::no_host_available; }));
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(cluster.server.start_node(i));
  CHECK(eventually([&] { return nodes_up(cluster) == 3; }));
  CHECK(cluster.all_answer());
}

TEST_CASE("changing cluster: peers that are half there are left out and told of", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 3});
  server.set_peer_flaws(1, {.no_tokens = true});
  std::mutex mutex;
  std::vector<std::string> lines;
  const auto log = [&](const coodie::log_entry& entry) {
    const std::lock_guard lock(mutex);
    if (entry.level == coodie::log_level::warning) lines.emplace_back(entry.text);
  };
  const auto hosts = std::vector<std::string>{server.hosts()[0]};
  const auto driver = tests::connect({.hosts = hosts, .port = server.port(), .log = log});
  CHECK(server.connections(1) == 0);
  CHECK(server.connections(2) == 1);
  const std::lock_guard lock(mutex);
  REQUIRE(lines.size() >= 1);
  CHECK(lines[0].find("has no tokens") != std::string::npos);
}

TEST_CASE("changing cluster: a keyspace's replication is known after it changed", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 3});
  make_keyspace(server);
  CHECK(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  const auto hosts = server.hosts();
  auto options = tests::options_for(server, hosts);
  options.keyspace = "ks";
  options.consistency = coodie::consistency::one;
  const auto driver = tests::connect(options);
  const auto nodes_of_key = [&] {
    server.clear_requests();
    std::set<std::size_t> nodes;
    for (int i = 0; i < 40; ++i) CHECK(!ask(*driver, "SELECT v FROM t WHERE k = ?", {7}).code);
    for (const auto& r : server.requests(opcode::execute)) nodes.insert(r.node);
    return nodes.size();
  };
  static_cast<void>(nodes_of_key());  // prepares
  CHECK(nodes_of_key() == 1);
  CHECK(!ask(*driver,
             "ALTER KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
             "'replication_factor': 3}")
             .code);
  CHECK(eventually([&] { return nodes_of_key() == 3; }));
}

TEST_CASE("changing cluster: another partitioner switches tokens off, with a warning", "[cluster]") {
  coodie::testing::server_options what{.nodes = 2};
  what.partitioner = "org.apache.cassandra.dht.RandomPartitioner";
  coodie::testing::server server(what);
  std::atomic<int> warnings{0};
  const auto log = [&](const coodie::log_entry& entry) {
    if (entry.text.find("RandomPartitioner") != std::string_view::npos) ++warnings;
  };
  const auto hosts = server.hosts();
  auto options = tests::options_for(server, hosts);
  options.log = log;
  const auto driver = tests::connect(options);
  CHECK(warnings == 1);
  CHECK(!ask(*driver, prepared_question, {"local"}).code);
}
