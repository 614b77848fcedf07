// SPDX-License-Identifier: MIT
// A mock cluster that changes while it runs: what the system tables say, and who is told.
#include <algorithm>
#include <chrono>
#include <set>

#include "tests/mock/mock_server.hpp"
#include "tests/mock/tests/plain_client.hpp"

using namespace plain;
using coodie::testing::server;

namespace {

struct changing {
  std::string error;
  server cluster;
  client listener;

  explicit changing(coodie::testing::server_options options = {.nodes = 3})
      : cluster(std::move(options), error), listener("127.0.0.1", cluster.port()) {
    REQUIRE(error.empty());
    protocol::register_message registration;
    registration.event_types = {"SCHEMA_CHANGE", "STATUS_CHANGE", "TOPOLOGY_CHANGE"};
    CHECK(listener.start().ask(registration).code() == opcode::ready);
  }

  // "UP 127.0.0.2:9042"
  std::string next_event() {
    const auto frame = listener.receive(2s);
    if (!frame) return "none";
    CHECK(frame->header.stream == protocol::event_stream);
    const auto event = frame->as<protocol::event_message>();
    if (event.type == protocol::event_type::schema_change) return std::string(event.schema.change_type);
    std::string text(event.change);
    for (std::size_t i = 0; i < event.node.size; ++i)
      text.append(1, i == 0 ? ' ' : '.').append(std::to_string(static_cast<int>(event.node.bytes[i])));
    return text + ':' + std::to_string(event.node.port);
  }
  std::string at(const std::string& change, const std::string& address, std::uint16_t port) {
    return change + ' ' + address + ':' + std::to_string(port);
  }
  // The first column of all rows; "null" for null.
  std::vector<std::string> column(std::string_view text) {
    const auto answer = listener.query(text);
    auto result = answer.as<protocol::result_message>();
    std::vector<std::string> values;
    for (std::uint32_t i = 0; i < result.rows.rows_count; ++i) {
      protocol::bytes_view cell;
      REQUIRE(result.rows.rows.read_bytes(cell) == errc::ok);
      values.push_back(cell.is_null() ? "null"
                                      : std::string(reinterpret_cast<const char*>(cell.data), cell.size()));
    }
    return values;
  }
};

const std::string second_address("\x7f\0\0\2", 4), any_address(4, '\0');

}  // namespace

TEST_CASE("mock cluster: a node joins and leaves", "[threads]") {
  changing test;
  server& cluster = test.cluster;
  const auto joined = cluster.add_node({.datacenter = "datacenter2", .rack = "rack7", .tokens = {5, -5}});
  REQUIRE(joined == 3U);
  CHECK(test.next_event() == test.at("NEW_NODE", "127.0.0.4", cluster.port()));
  CHECK(test.next_event() == test.at("UP", "127.0.0.4", cluster.port()));
  CHECK(test.column("SELECT rack FROM system.peers WHERE peer = '127.0.0.4'") ==
        std::vector<std::string>{"rack7"});
  const auto tokens = test.column("SELECT tokens FROM system.peers WHERE peer = '127.0.0.4'");
  CHECK(tokens.at(0) == four(2) + four(2) + "-5" + four(1) + "5");
  CHECK(test.column("SELECT peer FROM system.peers").size() == 3);
  client fourth("127.0.0.4", cluster.port(3));
  CHECK(fourth.start().query("SELECT key FROM system.local").code() == opcode::result);
  cluster.remove_node(3);
  CHECK(fourth.is_closed_within());
  CHECK(test.next_event() == test.at("DOWN", "127.0.0.4", cluster.port(3)));
  CHECK(test.next_event() == test.at("REMOVED_NODE", "127.0.0.4", cluster.port(3)));
  CHECK(test.column("SELECT peer FROM system.peers").size() == 2);
  CHECK_FALSE(cluster.start_node(3));
  CHECK(cluster.hosts().size() == 4);
  CHECK_FALSE(cluster.add_node({.address = "127.0.0.1"}));  // its port is taken
}

TEST_CASE("mock cluster: a node moves to another address and to another port", "[threads]") {
  changing test;
  server& cluster = test.cluster;
  const auto port = cluster.port(1);
  const auto host_id = test.column("SELECT host_id FROM system.peers WHERE peer = '127.0.0.2'");
  REQUIRE(cluster.move_node(1, "127.0.0.9", port));
  CHECK(test.next_event() == test.at("DOWN", "127.0.0.2", port));
  CHECK(test.next_event() == test.at("NEW_NODE", "127.0.0.9", port));
  CHECK(test.next_event() == test.at("UP", "127.0.0.9", port));
  CHECK(test.next_event() == test.at("REMOVED_NODE", "127.0.0.2", port));
  CHECK(test.column("SELECT host_id FROM system.peers WHERE peer = '127.0.0.9'") == host_id);
  CHECK_FALSE(client("127.0.0.2", port).connected());
  CHECK(client("127.0.0.9", port).connected());
  REQUIRE(cluster.move_node(1, "127.0.0.9", 0));
  CHECK(cluster.port(1) != port);
  CHECK(test.next_event() == test.at("DOWN", "127.0.0.9", port));
  CHECK(test.next_event() == test.at("UP", "127.0.0.9", cluster.port(1)));
  CHECK(
      test.column("SELECT native_port FROM system.peers_v2 WHERE peer = '127.0.0.9' AND peer_port = 7000") ==
      std::vector<std::string>{four(cluster.port(1))});
  CHECK_FALSE(cluster.move_node(1, "127.0.0.1", cluster.port()));
  CHECK_FALSE(cluster.is_running(1));
}

TEST_CASE("mock cluster: tokens, datacenters and racks change", "[threads]") {
  changing test;
  test.cluster.set_tokens(1, {7});
  CHECK(test.next_event() == test.at("MOVED_NODE", "127.0.0.2", test.cluster.port()));
  CHECK(test.column("SELECT tokens FROM system.peers WHERE peer = '127.0.0.2'") ==
        std::vector<std::string>{four(1) + four(1) + "7"});
  test.cluster.place_node(1, "far", "away");
  CHECK(test.column("SELECT data_center FROM system.peers WHERE peer = '127.0.0.2'") ==
        std::vector<std::string>{"far"});
  test.cluster.place_node(0, "near", "here");
  CHECK(test.column("SELECT rack FROM system.local") == std::vector<std::string>{"here"});
}

TEST_CASE("mock cluster: a node on an IPv6 address", "[threads]") {
  changing test({.nodes = 1});
  const auto joined = test.cluster.add_node({.address = "::1"});
  if (!joined) return;  // this machine has no IPv6
  CHECK(test.next_event().starts_with("NEW_NODE 0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1:"));
  CHECK(test.cluster.contact_points().at(1) == "[::1]:" + std::to_string(test.cluster.port(1)));
  client sixth("::1", test.cluster.port(1));
  CHECK(sixth.start().query("SELECT key FROM system.local").code() == opcode::result);
}

TEST_CASE("mock cluster: events can be lost", "[threads]") {
  changing test;
  test.cluster.suppress_events();
  CHECK(test.cluster.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy'}").empty());
  test.cluster.stop_node(1);
  CHECK(test.cluster.start_node(1));
  CHECK(test.cluster.add_node());
  test.cluster.remove_node(3);
  test.cluster.send_event({.change = "UP", .address = "127.0.0.3", .port = 1});
  CHECK(test.next_event() == "UP 127.0.0.3:1");
  test.cluster.suppress_events(false);
  CHECK(test.cluster.execute("DROP KEYSPACE ks").empty());
  CHECK(test.next_event() == "DROPPED");
}

TEST_CASE("mock cluster: peers that are half there", "[threads]") {
  changing test;
  const auto one = [&](std::string_view column) {
    const auto values =
        test.column("SELECT " + std::string(column) + " FROM system.peers WHERE peer = '127.0.0.2'");
    return values.empty() ? std::string("no row") : values.front();
  };
  const std::string host_id = one("host_id"), schema = one("schema_version");
  CHECK(one("rpc_address") == second_address);
  test.cluster.set_peer_flaws(1, {.no_tokens = true, .no_address = true, .no_host_id = true});
  CHECK(one("tokens") == "null");
  CHECK(one("rpc_address") == "null");
  CHECK(one("host_id") == "null");
  CHECK(one("rack") == "rack1");
  test.cluster.set_peer_flaws(
      1, {.any_address = true, .no_datacenter = true, .no_rack = true, .other_schema = true});
  CHECK(one("rpc_address") == any_address);
  CHECK(one("data_center") == "null");
  CHECK(one("rack") == "null");
  CHECK(one("schema_version") != schema);
  test.cluster.set_peer_flaws(1, {.absent = true});
  CHECK(one("peer") == "no row");
  test.cluster.set_peer_flaws(1, {.twin = "127.9.9.9"});
  CHECK(test.column("SELECT peer FROM system.peers").size() == 3);
  CHECK(test.column("SELECT host_id FROM system.peers WHERE peer = '127.9.9.9'").at(0) == host_id);
  test.cluster.set_peer_flaws(1, {});
  CHECK(test.column("SELECT peer FROM system.peers").size() == 2);
  test.cluster.set_peer_flaws(0, {.any_address = true});
  CHECK(test.column("SELECT rpc_address FROM system.local").at(0) == any_address);
}

TEST_CASE("mock cluster: no peers_v2, and another partitioner", "[threads]") {
  changing test({.nodes = 2, .partitioner = "org.apache.cassandra.dht.RandomPartitioner", .peers_v2 = false});
  CHECK(test.listener.query("SELECT * FROM system.peers_v2").error_code() == 0x2200);
  CHECK(test.column("SELECT peer FROM system.peers").size() == 1);
  CHECK(test.column("SELECT partitioner FROM system.local").at(0).ends_with("RandomPartitioner"));
  CHECK(test.column("SELECT tokens FROM system.local").at(0).find('-') == std::string::npos);
  CHECK(test.cluster.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy'}").empty());
  CHECK(test.cluster.replicas("ks", "t", 0).empty());
  changing scylla({.nodes = 2, .shards = 2});
  CHECK(scylla.listener.query("SELECT * FROM system.peers_v2").error_code() == 0x2200);
}

TEST_CASE("mock cluster: replicas follow the ring as it is", "[threads]") {
  changing test;
  const auto find = [&](std::int64_t token) { return test.cluster.replicas("ks", "t", token); };
  CHECK(test.cluster
            .execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                     "'replication_factor': 2}")
            .empty());
  for (std::size_t node = 0; node < 3; ++node)
    test.cluster.set_tokens(node, {static_cast<std::int64_t>(node) * 100});
  using coodie::testing::replica;
  CHECK(find(-5) == std::vector<replica>{{0, 0}, {1, 0}});
  CHECK(find(1) == std::vector<replica>{{1, 0}, {2, 0}});
  CHECK(find(201) == std::vector<replica>{{0, 0}, {1, 0}});
  test.cluster.remove_node(1);
  CHECK(find(1) == std::vector<replica>{{2, 0}, {0, 0}});
  CHECK(test.cluster.add_node({.tokens = {50}}) == 3U);
  CHECK(find(1) == std::vector<replica>{{3, 0}, {2, 0}});
  CHECK(test.cluster.replicas("nowhere", "t", 1).empty());
}

TEST_CASE("mock cluster: a hundred nodes are cheap", "[threads]") {
  const auto begin = std::chrono::steady_clock::now();
  changing test({.nodes = 100, .datacenters = 2, .racks = 3, .tokens_per_node = 256});
  for (const auto& host : test.cluster.hosts()) CHECK(client(host, test.cluster.port()).start().connected());
  CHECK(test.column("SELECT peer FROM system.peers").size() == 99);
  CHECK(test.column("SELECT tokens FROM system.peers").at(0).size() > 256 * 8);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  INFO(took.count() << " s");
  CHECK(took < 10s);
}
