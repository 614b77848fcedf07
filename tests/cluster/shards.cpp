// SPDX-License-Identifier: MIT
// ScyllaDB: a connection to each shard, requests to the shard of their token, and what its extensions tell.
#include <limits>

#include "cluster/statement_routes.hpp"
#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using coodie::testing::server_options;
using namespace std::chrono_literals;

namespace {

/// A server with shards, a table, and a driver in its keyspace.
struct sharded {
  coodie::testing::server server;
  driver_pointer driver;

  explicit sharded(const server_options& what, coodie::init_options options = {}) : server(what) {
    make_keyspace(server);
    CHECK(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
    const auto hosts = server.hosts();
    options.hosts = hosts;
    options.port = server.port();
    options.keyspace = "ks";
    options.consistency = coodie::consistency::one;
    if (options.reconnect_base == coodie::init_options{}.reconnect_base) options.reconnect_base = 5ms;
    driver = tests::connect(options);
  }
  [[nodiscard]] bool has_all(std::size_t nodes, std::size_t shards) const {
    return eventually([&] {
      for (std::size_t i = 0; i < nodes; ++i)
        if (server.connections(i) != shards) return false;
      return true;
    });
  }
  /// Reads `count` keys; how many requests came to a shard that has not the key.
  std::size_t strays(int count) {
    static_cast<void>(ask(*driver, "SELECT v FROM t WHERE k = ?", {0}));
    server.clear_requests();
    for (int key = 0; key < count; ++key) CHECK(!ask(*driver, "SELECT v FROM t WHERE k = ?", {key}).code);
    std::size_t wrong = 0, seen = 0;
    for (const auto& r : server.requests(opcode::execute)) {
      ++seen;
      wrong += server.reached_replica(r) ? 0U : 1U;
    }
    CHECK(seen == static_cast<std::size_t>(count));
    return wrong;
  }
};

}  // namespace

TEST_CASE("shards: a connection to each, and each request to its own", "[cluster]") {
  sharded s({.nodes = 3, .shards = 4});
  REQUIRE(s.has_all(3, 4));
  CHECK(s.strays(100) == 0);
  for (const auto& node : s.driver->metrics().nodes) {
    CHECK(node.shards == 4);
    CHECK(node.connections == 4);
  }
}

TEST_CASE("shards: a statement is prepared once for a node, whatever its shards", "[cluster]") {
  sharded s({.nodes = 2, .shards = 4});
  REQUIRE(s.has_all(2, 4));
  CHECK(s.strays(100) == 0);
  std::size_t asked[2] = {};
  for (const auto& r : s.server.requests(opcode::prepare)) ++asked[r.node];
  CHECK(asked[0] <= 1);  // the other one was for the first question
  CHECK(asked[1] <= 1);
  CHECK(s.driver->metrics().prepares == 2);
  // Also when the nodes have forgotten it.
  s.server.forget_prepared();
  for (int key = 0; key < 100; ++key) CHECK(!ask(*s.driver, "SELECT v FROM t WHERE k = ?", {key}).code);
  CHECK(s.driver->metrics().prepares == 4);
}

TEST_CASE("shards: without the shard-aware port the others are found by trying", "[cluster]") {
  sharded s({.nodes = 1, .shards = 5, .shard_aware_port = false});
  REQUIRE(s.has_all(1, 5));
  CHECK(s.strays(60) == 0);
}

TEST_CASE("shards: a shard-aware port that can't be reached is soon given up for the other one",
          "[cluster]") {
  using coodie::testing::port_state;
  for (const port_state state : {port_state::refused, port_state::silent}) {
    server_options what{.nodes = 1, .shards = 8};
    what.scylla.shard_port = state;
    what.scylla.same_shard = 6;  // which takes 35 connections more than there are shards
    const auto begin = std::chrono::steady_clock::now();
    sharded s(what, {.connect_timeout = 2s});
    REQUIRE(eventually([&] { return s.strays(60) == 0; }));
    REQUIRE(s.has_all(1, 8));
    CHECK(std::chrono::steady_clock::now() - begin < 1900ms);
    const auto opened = s.driver->metrics().connections_opened;
    std::this_thread::sleep_for(300ms);
    CHECK(s.driver->metrics().connections_opened == opened);
  }
}

TEST_CASE("shards: a shard that no connection comes to is tried for with a bounded number of them",
          "[cluster]") {
  server_options what{.nodes = 1, .shards = 4, .shard_aware_port = false};
  what.scylla.same_shard = 1'000'000;
  sharded s(what);
  REQUIRE(eventually([&] { return s.driver->metrics().connections_opened > 40; }));
  REQUIRE(eventually([&] { return s.server.connections(0) <= 4; }));  // the rest is closed
  std::this_thread::sleep_for(300ms);
  CHECK(s.driver->metrics().connections_opened < 46);  // ten for each shard, and those on their way
  CHECK(!ask(*s.driver).code);
}

TEST_CASE("shards: behind a NAT the port does not choose, and is not used any more", "[cluster]") {
  server_options what{.nodes = 1, .shards = 4};
  what.scylla.port_shift = 1;
  std::atomic<int> warnings{0};
  const auto log = [&](const coodie::log_entry& entry) {
    if (entry.text.find("NAT") != std::string_view::npos) ++warnings;
  };
  sharded s(what, {.log = log});
  REQUIRE(s.has_all(1, 4));
  CHECK(eventually([&] { return s.strays(60) == 0; }));
  CHECK(warnings >= 1);
  const auto opened = s.driver->metrics().connections_opened;
  std::this_thread::sleep_for(300ms);
  CHECK(s.driver->metrics().connections_opened == opened);  // no endless trying
  CHECK(s.driver->metrics().connections == 4);
}

TEST_CASE("shards: driver type cassandra does not care", "[cluster]") {
  sharded s({.nodes = 1, .shards = 4}, {.driver_type = "cassandra"});
  std::this_thread::sleep_for(50ms);
  CHECK(s.server.connections(0) == 1);
}

TEST_CASE("shards: a node that is restarted has them all again", "[cluster]") {
  sharded s({.nodes = 2, .shards = 3});
  REQUIRE(s.has_all(2, 3));
  s.server.stop_node(1);
  REQUIRE(eventually([&] { return s.server.connections(1) == 0; }));
  REQUIRE(s.server.start_node(1));
  CHECK(s.has_all(2, 3));
  CHECK(s.strays(40) == 0);
}

TEST_CASE("shards: the mark of lightweight transactions keeps their replicas in the ring's order",
          "[cluster]") {
  sharded s({.nodes = 3, .shards = 2});
  CHECK(s.server
            .execute("ALTER KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                     "'replication_factor': 3}")
            .empty());
  s.driver->close();
  const auto hosts = s.server.hosts();
  s.driver = tests::connect({.hosts = hosts, .keyspace = "ks", .port = s.server.port()});
  const auto statement = "UPDATE t SET v = 1 WHERE k = ? IF v = 2";
  CHECK(!ask(*s.driver, statement, {7}).code);
  s.server.clear_requests();
  std::set<std::size_t> nodes;
  for (int i = 0; i < 20; ++i) CHECK(!ask(*s.driver, statement, {7}).code);
  for (const auto& r : s.server.requests(opcode::execute)) {
    nodes.insert(r.node);
    REQUIRE(r.token);
    CHECK(r.node == s.server.replicas("ks", "t", *r.token)[0].node);
  }
  CHECK(nodes.size() == 1);
}

TEST_CASE("shards: the rate limit has an error of its own", "[cluster]") {
  sharded s({.nodes = 1, .shards = 2});
  s.server.on({.statement = "SELECT v"}, react::rate_limit_error());
  const auto ended = ask(*s.driver, "SELECT v FROM t WHERE k = 1");
  CHECK(ended.code == coodie::server_errc::rate_limited);
  CHECK(!ended.diag.server_message().empty());
  s.server.on({.statement = "SELECT v"}, react::rate_limit_error());
  CHECK_THROWS_AS(s.driver->execute("SELECT v FROM t WHERE k = 1"), coodie::rate_limited_error);
}

TEST_CASE("shards: tablets are learned from the answers", "[cluster]") {
  server_options what{.nodes = 3, .shards = 2};
  what.scylla.tablets = {"ks.t"};
  sharded s(what);
  REQUIRE(s.has_all(3, 2));
  static_cast<void>(s.strays(200));  // whoever is asked at the wrong place says where it is
  CHECK(s.strays(200) == 0);
}

TEST_CASE("shards: a tablet that moves is learned again", "[cluster]") {
  server_options what{.nodes = 2, .shards = 2};
  what.scylla.tablets = {"ks.t"};
  sharded s(what);
  REQUIRE(s.has_all(2, 2));
  static_cast<void>(s.strays(60));
  REQUIRE(s.strays(60) == 0);
  const auto any = s.server.requests(opcode::execute).back();
  REQUIRE(any.token);
  auto replicas = s.server.replicas("ks", "t", *any.token);
  replicas[0].node = 1 - replicas[0].node;
  REQUIRE(s.server.move_tablet("ks", "t", *any.token, replicas));
  CHECK(s.strays(60) >= 1);
  CHECK(s.strays(60) == 0);
}

TEST_CASE("tablets: ranges replace those that they overlap", "[cluster]") {
  using coodie::cluster_detail::tablet;
  coodie::cluster_detail::tablet_map map;
  const auto add = [&](std::int64_t before, std::int64_t last, std::int32_t shard) {
    map.learn(tablet{before, last, {{coodie::uuid{}, shard}}});
  };
  const auto shard_at = [&](std::int64_t token) {
    const tablet* found = map.find(token);
    return found == nullptr ? -1 : found->replicas[0].shard;
  };
  add(0, 100, 1);
  add(100, 200, 2);
  CHECK(shard_at(0) == -1);
  CHECK(shard_at(1) == 1);
  CHECK(shard_at(100) == 1);
  CHECK(shard_at(101) == 2);
  CHECK(shard_at(200) == 2);
  CHECK(shard_at(201) == -1);
  add(50, 150, 3);
  CHECK(map.size() == 1);
  CHECK(shard_at(50) == -1);
  CHECK(shard_at(51) == 3);
  add(150, 160, 4);
  CHECK(map.size() == 2);
  add(5, 5, 9);  // nothing
  add(6, 5, 9);
  CHECK(map.size() == 2);
  add(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 7);
  CHECK(map.size() == 1);
  CHECK(shard_at(std::numeric_limits<std::int64_t>::max()) == 7);
}

TEST_CASE("tablets: only so many are remembered", "[cluster]") {
  coodie::cluster_detail::tablet_map map;
  constexpr std::int64_t many = 200'000;
  for (std::int64_t i = 0; i < many; ++i) map.learn({i, i + 1, {}});
  CHECK(map.size() < many);
  CHECK(map.find(many) != nullptr);  // the newest one
  using replica_list = std::vector<std::tuple<coodie::uuid, std::int32_t>>;
  const auto told = [](std::size_t replicas) {
    const std::tuple<std::int64_t, std::int64_t, replica_list> value(0, 9, replica_list(replicas));
    std::vector<std::byte> bytes(coodie::protocol::value_size(value));
    coodie::protocol::put_value(bytes.data(), value);
    return coodie::cluster_detail::read_tablet(std::span(bytes).subspan(4));
  };
  CHECK(told(3)->replicas.size() == 3);
  CHECK_FALSE(told(33));
}

TEST_CASE("shards: rows that changed since they were prepared say so, and are read right", "[cluster]") {
  sharded s({.nodes = 1, .shards = 2});
  CHECK(!ask(*s.driver, "INSERT INTO t (k, v) VALUES (?, ?)", {1, 7}).code);
  const auto select = "SELECT * FROM t WHERE k = ?";
  CHECK(s.driver->execute(select, {1})[0].size() == 2);
  const auto before = s.server.requests(opcode::execute).back().metadata_id;
  CHECK(!before.empty());
  CHECK(s.server.execute("ALTER TABLE ks.t ADD w text").empty());
  for (int i = 0; i < 6; ++i) {  // on both shards
    const coodie::result found = s.driver->execute(select, {1});
    REQUIRE(found.size() == 1);
    REQUIRE(found[0].size() == 3);
    CHECK(found[0].get<std::int32_t>("v") == 7);
    CHECK(found[0].is_null(found.find_column("w")));
  }
  CHECK(s.server.requests(opcode::execute).back().metadata_id != before);
}
