// SPDX-License-Identifier: MIT
// Several connections to one node that does not shard.
#include <set>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

bool has_each(const mock_cluster& cluster, std::size_t connections) {
  return eventually([&] {
    for (std::size_t i = 0; i < cluster.server.hosts().size(); ++i)
      if (cluster.server.connections(i) != connections) return false;
    return true;
  });
}

}  // namespace

TEST_CASE("connections_per_host: as many as were asked for, to each node", "[cluster]") {
  const std::uint32_t count = GENERATE(1U, 2U, 5U);
  mock_cluster cluster(2, {.connections_per_host = count});
  REQUIRE(has_each(cluster, count));
  CHECK(eventually([&] { return cluster.driver->metrics().connections == 2 * count; }));
  for (const auto& node : cluster.driver->metrics().nodes) {
    CHECK(node.connections == count);
    CHECK(node.shards == 1);
  }
  cluster.server.close_connections(1);
  CHECK(has_each(cluster, count));
  cluster.server.stop_node(1);
  CHECK(cluster.server.start_node(1));
  CHECK(has_each(cluster, count));
  CHECK(cluster.all_answer());
}

TEST_CASE("connections_per_host: requests go to the one with the least to do", "[cluster][threads]") {
  mock_cluster cluster(1, {.connections_per_host = 3});
  REQUIRE(has_each(cluster, 3));
  REQUIRE(eventually([&] { return cluster.driver->metrics().connections == 3; }));
  cluster.server.on({.opcode = opcode::query, .statement = "SELECT key FROM", .times = 3},
                    react::delay(200ms));
  cluster.server.clear_requests();
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) callers.emplace_back([&] { static_cast<void>(ask(*cluster.driver)); });
  for (auto& t : callers) t.join();
  std::set<std::uint64_t> used;
  for (const auto& request : cluster.server.requests(opcode::query)) used.insert(request.connection);
  CHECK(used.size() == 3);
}

TEST_CASE("connections_per_host: a statement is prepared once for all of them", "[cluster]") {
  mock_cluster cluster(1, {.connections_per_host = 3});
  REQUIRE(has_each(cluster, 3));
  for (int i = 0; i < 10; ++i) CHECK(!ask(*cluster.driver, prepared_question, {"local"}).code);
  CHECK(cluster.server.requests(opcode::prepare).size() == 1);
}

TEST_CASE("connections_per_host: a node that shards has its shards", "[cluster]") {
  mock_cluster cluster(coodie::testing::server_options{.nodes = 1, .shards = 4}, {.connections_per_host = 2});
  CHECK(has_each(cluster, 4));
}

TEST_CASE("connections_per_host: one that is worn out is replaced", "[cluster]") {
  mock_cluster cluster(1, {.connections_per_host = 2, .request_timeout = 30ms, .max_orphans = 2});
  REQUIRE(has_each(cluster, 2));
  cluster.server.on({.opcode = opcode::query, .statement = "SELECT key FROM", .times = 20}, react::drop());
  for (int i = 0; i < 20; ++i) CHECK(ask(*cluster.driver).code == errc::request_timeout);
  CHECK(eventually([&] { return cluster.driver->metrics().orphans == 0; }));
  CHECK(has_each(cluster, 2));
  CHECK(!ask(*cluster.driver).code);
}

TEST_CASE("shard_ports: connections to shards come from there, or through the other port", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 1, .shards = 4});
  const auto hosts = server.hosts();
  const auto connect = [&](coodie::port_range ports) {
    coodie::init_options options{.hosts = hosts, .port = server.port(), .shard_ports = ports};
    options.reconnect_base = 5ms;
    return tests::connect(options);
  };
  const auto range = GENERATE(coodie::port_range{20000, 20999}, coodie::port_range{20000, 20001});
  const auto driver = connect(range);
  CHECK(eventually([&] { return server.connections(0) == 4; }));
}

TEST_CASE("connections_per_host, shard_ports: what can't be is refused", "[cluster]") {
  const auto refusal = [](const coodie::init_options& given) {
    coodie::init_options options = given;
    options.hosts = {"127.0.0.1"};
    coodie::error_code ec;
    coodie::diagnostics diag;
    CHECK(coodie::sync::init_coodie(options, ec, diag) == nullptr);
    CHECK(ec == errc::configuration);
    return std::string(diag.message());
  };
  CHECK(refusal({.connections_per_host = 0}) == ".connections_per_host must be from 1 to 64");
  CHECK(refusal({.connections_per_host = 65}) == ".connections_per_host must be from 1 to 64");
  for (const auto& ports : {coodie::port_range{0, 5}, coodie::port_range{6, 5}, coodie::port_range{1, 65536}})
    CHECK(refusal({.shard_ports = ports}) == ".shard_ports must be a range within 1 to 65535");
}
