// SPDX-License-Identifier: MIT
// The mock server over its sockets: handshake, statements, events, nodes and shards.
#include "tests/mock/mock_server.hpp"

#include <algorithm>
#include <deque>
#include <set>
#include <thread>

#include "tests/mock/tests/plain_client.hpp"

using namespace plain;
using coodie::testing::server;
using coodie::testing::server_options;

namespace {

constexpr auto make_keyspace =
    "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";

void make_table(server& cluster) {
  CHECK(cluster.execute(make_keyspace).empty());
  CHECK(cluster.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v text)").empty());
}

protocol::event_message event_of(const frame& from) {
  CHECK(from.header.stream == protocol::event_stream);
  return from.as<protocol::event_message>();
}

}  // namespace

TEST_CASE("mock server: nodes on addresses of their own and one port", "[threads]") {
  std::string error;
  const server cluster({.nodes = 3}, error);
  REQUIRE(error.empty());
  CHECK(cluster.hosts() == std::vector<std::string>{"127.0.0.1", "127.0.0.2", "127.0.0.3"});
  CHECK(cluster.port() != 0);
  CHECK(cluster.port(2) == cluster.port());
  CHECK(cluster.shard_aware_port() == 0);
  CHECK(cluster.contact_points()[1] == "127.0.0.2:" + std::to_string(cluster.port()));
  for (const auto& host : cluster.hosts()) {
    client one(host, cluster.port());
    CHECK(one.start().query("SELECT key FROM system.local").code() == opcode::result);
  }
}

TEST_CASE("mock server: options that make no sense, and ports that are taken", "[threads]") {
  const auto wrong = [](server_options options) {
    std::string error;
    const server refused(std::move(options), error);
    return error;
  };
  CHECK(wrong({.nodes = 0}) == "nodes must be 1 to 1000");
  CHECK(wrong({.nodes = 1001}) == "nodes must be 1 to 1000");
  CHECK(wrong({.nodes = 2, .ports = {1}}) == "ports must be empty or have one port for each node");
  CHECK(wrong({.datacenters = 2}) == "datacenters must be 1 to the number of nodes");
  CHECK(wrong({.racks = 0}) == "racks must be at least 1");
  CHECK(wrong({.tokens_per_node = 0}) == "tokens_per_node must be 1 to 4096");
  CHECK(wrong({.shards = 1025}) == "shards must be 0 to 1024");
  std::string error;
  const server first({}, error);
  CHECK(error.empty());
  CHECK(wrong({.port = first.port()})
            .starts_with("cannot listen on 127.0.0.1:" + std::to_string(first.port())));
#if COODIE_HAS_EXCEPTIONS
  CHECK_THROWS_AS(server(server_options{.nodes = 0}), std::system_error);
#endif
}

TEST_CASE("mock server: a port for each node", "[threads]") {
  std::string error;
  const server cluster({.nodes = 2, .ports = {0, 0}}, error);
  REQUIRE(error.empty());
  CHECK(cluster.port(0) != 0);
  CHECK(cluster.port(1) != 0);
  client second("127.0.0.2", cluster.port(1));
  CHECK(second.start().query("SELECT key FROM system.local").code() == opcode::result);
}

TEST_CASE("mock server: what a connection must do first", "[threads]") {
  std::string error;
  const server cluster({}, error);
  client early("127.0.0.1", cluster.port());
  const auto supported = early.ask(protocol::options_message{}).as<protocol::supported_message>();
  CHECK(*supported.find("COMPRESSION") == protocol::string_list{"lz4"});
  CHECK(*supported.find("PROTOCOL_VERSIONS") == protocol::string_list{"4/v4"});
  CHECK(supported.find("SCYLLA_SHARD") == nullptr);
  protocol::query_message query;
  query.query = "SELECT key FROM system.local";
  early.send(query, 7);
  const auto refused = early.receive();
  REQUIRE(refused);
  CHECK(refused->error_code() == 0x000A);
  CHECK(refused->header.stream == 0);
  early.start();
  CHECK(early.ask(protocol::startup_message{}).error_code() == 0x000A);
  client unknown("127.0.0.1", cluster.port());
  protocol::startup_message startup;
  startup.options = {{"CQL_VERSION", "3.0.0"}, {"COMPRESSION", "snappy"}};
  CHECK(unknown.ask(startup).error_code() == 0x000A);
}

TEST_CASE("mock server: other protocol versions are refused in a frame that the client can read",
          "[threads]") {
  std::string error;
  const server cluster({}, error);
  for (const char version : {char{3}, char{5}, char{66}}) {
    client other("127.0.0.1", cluster.port());
    other.send_raw(std::string{version, 0, 0, 1, 5, 0, 0, 0, 0});
    const auto answer = other.receive();
    REQUIRE(answer);
    CHECK(answer->header.version == 0x84);
    CHECK(answer->error_code() == 0x000A);
  }
  client old("127.0.0.1", cluster.port());
  old.send_raw(std::string{2, 0, 1, 5, 0, 0, 0, 0});
  CHECK_FALSE(old.receive(300ms));
  CHECK(old.leftover().starts_with("\x82"));
  CHECK(old.leftover()[3] == 0);  // ERROR, at the place that version 2 has for it
}

TEST_CASE("mock server: an unknown opcode is an error, and the connection lives on", "[threads]") {
  std::string error;
  const server cluster({}, error);
  client one("127.0.0.1", cluster.port());
  one.start();
  one.send_raw(std::string("\x04\x00\x00\x05\x33\x00\x00\x00\x00", 9));
  const auto answer = one.receive();
  REQUIRE(answer);
  CHECK(answer->error_code() == 0x000A);
  CHECK(answer->header.stream == 5);
  CHECK(one.query("SELECT key FROM system.local").code() == opcode::result);
}

TEST_CASE("mock server: frames that come a byte at a time, and many at once", "[threads]") {
  std::string error;
  const server cluster({}, error);
  client one("127.0.0.1", cluster.port());
  one.start();
  protocol::byte_buffer out;
  protocol::writer to(out);
  protocol::query_message query;
  query.query = "SELECT key FROM system.local";
  query.parameters.consistency = coodie::consistency::one;
  for (std::int16_t stream = 0; stream < 50; ++stream) {
    const auto start = protocol::begin_frame(to, opcode::query, stream);
    serialize(to, query);
    protocol::end_frame(to, start);
  }
  const std::string bytes(reinterpret_cast<const char*>(out.data()), out.size());
  const std::size_t cut = bytes.size() / 50 * 2;
  for (std::size_t i = 0; i < cut; ++i) one.send_raw(bytes.substr(i, 1));
  one.send_raw(bytes.substr(cut));
  for (std::int16_t stream = 0; stream < 50; ++stream) {
    const auto answer = one.receive();
    REQUIRE(answer);
    CHECK(answer->header.stream == stream);
    CHECK(answer->code() == opcode::result);
  }
}

TEST_CASE("mock server: credentials", "[threads]") {
  std::string error;
  const server cluster({.user = "ann", .password = "secret"}, error);
  const auto log_in = [&](std::string_view token) {
    client one("127.0.0.1", cluster.port());
    protocol::startup_message startup;
    startup.options = {{"CQL_VERSION", "3.0.0"}};
    const auto asked = one.ask(startup).as<protocol::authenticate_message>();
    CHECK(asked.authenticator == "org.apache.cassandra.auth.PasswordAuthenticator");
    protocol::auth_response_message response;
    response.token = {reinterpret_cast<const std::byte*>(token.data()),
                      static_cast<std::int32_t>(token.size())};
    const auto answer = one.ask(response);
    if (answer.code() == opcode::auth_success) {
      CHECK(one.query("SELECT key FROM system.local").code() == opcode::result);
      return std::int32_t{0};
    }
    CHECK(one.query("SELECT key FROM system.local").error_code() == 0x000A);
    return answer.error_code();
  };
  using namespace std::string_literals;
  CHECK(log_in("\0ann\0secret"s) == 0);
  CHECK(log_in("\0ann\0wrong"s) == 0x0100);
  CHECK(log_in("\0bob\0secret"s) == 0x0100);
  CHECK(log_in("ann secret"s) == 0x0100);
  CHECK(log_in(""s) == 0x0100);
}

TEST_CASE("mock server: compressed bodies in both directions", "[threads]") {
  std::string error;
  server cluster({}, error);
  make_table(cluster);
  const std::string long_text(3000, 'x');
  client one("127.0.0.1", cluster.port());
  one.start("lz4");
  CHECK(one.query("INSERT INTO ks.t (k, v) VALUES (1, '" + long_text + "')").code() == opcode::result);
  const auto rows = one.query("SELECT v FROM ks.t");
  CHECK((rows.header.flags & protocol::frame_flag::compression) != 0);
  CHECK(rows.header.length < 1000);
  CHECK(rows.body.find(long_text) != std::string_view::npos);
  std::string refused_error;
  const server plain_cluster({.compression = false}, refused_error);
  client other("127.0.0.1", plain_cluster.port());
  CHECK(
      other.ask(protocol::options_message{}).as<protocol::supported_message>().find("COMPRESSION")->empty());
}

TEST_CASE("mock server: prepare, execute, forget", "[threads]") {
  std::string error;
  server cluster({.nodes = 2}, error);
  make_table(cluster);
  client one("127.0.0.1", cluster.port());
  one.start();
  const std::string insert = one.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)");
  CHECK(insert.size() == 16);
  CHECK(one.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)") == insert);
  CHECK(one.prepare("INSERT INTO ks.t (v, k) VALUES (?, ?)") != insert);
  CHECK(one.execute(insert, {four(1), "a"}).code() == opcode::result);
  CHECK(one.execute(insert, {four(1)}).error_code() == 0x2200);
  CHECK(one.execute(insert, {"abc", "a"}).error_code() == 0x2200);
  client other("127.0.0.2", cluster.port());
  const auto unknown = other.start().execute(insert, {four(2), "b"});  // another node
  CHECK(unknown.error_code() == 0x2500);
  CHECK(unknown.as<protocol::error_message>().id.size() == 16);
  cluster.forget_prepared(1);
  CHECK(one.execute(insert, {four(3), "c"}).code() == opcode::result);
  cluster.forget_prepared();
  CHECK(one.execute(insert, {four(4), "d"}).error_code() == 0x2500);
  CHECK(one.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)") == insert);
  CHECK(one.query("ALTER TABLE ks.t ADD w int").code() == opcode::result);
  CHECK(one.execute(insert, {four(4), "d"}).error_code() == 0x2500);
}

TEST_CASE("mock server: a statement without text", "[threads]") {
  std::string error;
  const server cluster({}, error);
  client one("127.0.0.1", cluster.port());
  one.start();
  for (const std::string_view text : {"", " ", "\n"}) {
    const auto error_message = one.query(text).as<protocol::error_message>();
    CHECK(error_message.code == 0x2000);
    CHECK(error_message.message == "line 0:-1 no viable alternative at input '<EOF>'");
    CHECK(one.ask(protocol::prepare_message{text}).error_code() == 0x2000);
  }
}

TEST_CASE("mock server: consistency levels that are out of reach", "[threads]") {
  const auto asks = [](client& one, coodie::consistency level) {
    protocol::query_message query;
    query.query = "SELECT * FROM three.t WHERE k = 1";
    query.parameters.consistency = level;
    return one.ask(query);
  };
  std::string error;
  server cluster({.nodes = 3}, error);
  CHECK(cluster
            .execute("CREATE KEYSPACE three WITH replication = {'class': 'SimpleStrategy', "
                     "'replication_factor': 3}")
            .empty());
  CHECK(cluster.execute("CREATE TABLE three.t (k int PRIMARY KEY)").empty());
  client one("127.0.0.1", cluster.port());
  one.start();
  CHECK(asks(one, coodie::consistency::all).code() == opcode::result);
  protocol::query_message several;
  several.query = "SELECT * FROM three.t WHERE k IN (1, 2)";
  several.parameters.consistency = coodie::consistency::serial;
  CHECK(one.ask(several).error_code() == 0x2200);
  several.parameters.set_page_size(10);  // one partition after the other
  CHECK(one.ask(several).code() == opcode::result);
  cluster.stop_node(1);
  CHECK(asks(one, coodie::consistency::quorum).code() == opcode::result);
  CHECK(asks(one, coodie::consistency::three).error_code() == 0x1000);
  cluster.stop_node(2);
  const auto refused = asks(one, coodie::consistency::local_quorum);
  const auto why = refused.as<protocol::error_message>();
  CHECK(why.code == 0x1000);
  CHECK(why.message == "Cannot achieve consistency level LOCAL_QUORUM");
  CHECK(why.consistency == coodie::consistency::local_quorum);
  CHECK(why.required == 2);
  CHECK(why.alive == 1);
  CHECK(cluster.start_node(1));
  CHECK(asks(one, coodie::consistency::local_quorum).code() == opcode::result);

  server lax({.counts_replicas = false}, error);
  CHECK(lax.execute("CREATE KEYSPACE three WITH replication = {'class': 'SimpleStrategy', "
                    "'replication_factor': 3}")
            .empty());
  CHECK(lax.execute("CREATE TABLE three.t (k int PRIMARY KEY)").empty());
  client other("127.0.0.1", lax.port());
  CHECK(asks(other.start(), coodie::consistency::all).code() == opcode::result);
}

TEST_CASE("mock server: a keyspace belongs to its connection", "[threads]") {
  std::string error;
  server cluster({}, error);
  make_table(cluster);
  client one("127.0.0.1", cluster.port()), other("127.0.0.1", cluster.port());
  one.start();
  other.start();
  const auto used = one.query("USE ks").as<protocol::result_message>();
  CHECK(used.kind == protocol::result_kind::set_keyspace);
  CHECK(one.query("SELECT * FROM t").code() == opcode::result);
  CHECK(other.query("SELECT * FROM t").error_code() == 0x2200);
  CHECK(one.query("USE nope").error_code() == 0x2200);
  protocol::prepare_message prepare{"SELECT v FROM t"};
  CHECK(one.ask(prepare).warnings.size() == 1);
  CHECK(one.ask(prepare).warnings.empty());
  CHECK(one.ask(protocol::prepare_message{"SELECT v FROM ks.t"}).warnings.empty());
}

TEST_CASE("mock server: tracing ids and skipped metadata", "[threads]") {
  std::string error;
  const server cluster({}, error);
  client one("127.0.0.1", cluster.port());
  one.start();
  protocol::query_message query;
  query.query = "SELECT key FROM system.local";
  query.parameters.consistency = coodie::consistency::one;
  CHECK(one.ask(query, 1, protocol::frame_flag::tracing).traced);
  CHECK_FALSE(one.ask(query).traced);
  query.parameters.set_skip_metadata();
  const auto bare = one.ask(query);
  const auto skipped = bare.as<protocol::result_message>();
  CHECK(skipped.rows.metadata.no_metadata);
  CHECK(skipped.rows.metadata.column_count == 1);
}

TEST_CASE("mock server: clients that registered hear of changes", "[threads]") {
  std::string error;
  server cluster({.nodes = 2}, error);
  client listener("127.0.0.1", cluster.port()), deaf("127.0.0.1", cluster.port()),
      actor("127.0.0.2", cluster.port());
  listener.start();
  deaf.start();
  actor.start();
  protocol::register_message registration;
  registration.event_types = {"SCHEMA_CHANGE", "STATUS_CHANGE", "TOPOLOGY_CHANGE"};
  CHECK(listener.ask(registration).code() == opcode::ready);
  registration.event_types = {"SCHEMA_CHANGE", "OTHER"};
  CHECK(deaf.ask(registration).error_code() == 0x000A);
  const auto created = actor.query(make_keyspace).as<protocol::result_message>();
  CHECK(created.kind == protocol::result_kind::schema_change);
  const auto change = listener.receive();
  REQUIRE(change);
  CHECK(event_of(*change).schema.change_type == "CREATED");
  CHECK(event_of(*change).schema.target == "KEYSPACE");
  CHECK(event_of(*change).schema.keyspace == "ks");
  cluster.stop_node(1);
  const auto down = listener.receive();
  REQUIRE(down);
  CHECK(event_of(*down).change == "DOWN");
  CHECK(event_of(*down).node.bytes[3] == std::byte{2});
  CHECK(event_of(*down).node.port == cluster.port(1));
  CHECK(actor.is_closed_within());
  CHECK(cluster.start_node(1));
  const auto up = listener.receive();
  REQUIRE(up);
  CHECK(event_of(*up).change == "UP");
  cluster.send_event(
      {.type = protocol::event_type::topology_change, .change = "NEW_NODE", .address = "127.0.0.9"});
  const auto grown = listener.receive();
  REQUIRE(grown);
  CHECK(event_of(*grown).type == protocol::event_type::topology_change);
  CHECK(event_of(*grown).change == "NEW_NODE");
}

TEST_CASE("mock server: a node that stops, starts and has forgotten", "[threads]") {
  std::string error;
  server cluster({.nodes = 2}, error);
  make_table(cluster);
  client one("127.0.0.2", cluster.port());
  const std::string id = one.start().prepare("SELECT * FROM ks.t");
  CHECK(cluster.connections(1) == 1);
  cluster.stop_node(1);
  CHECK_FALSE(cluster.is_running(1));
  CHECK(cluster.is_running(0));
  CHECK(one.is_closed_within());
  CHECK_FALSE(client("127.0.0.2", cluster.port()).connected());
  CHECK(client("127.0.0.1", cluster.port()).connected());
  CHECK(cluster.start_node(1));
  client again("127.0.0.2", cluster.port());
  CHECK(again.connected());
  CHECK(again.start().execute(id).error_code() == 0x2500);
  CHECK(again.query("SELECT * FROM ks.t").code() == opcode::result);
  cluster.close_connections(1);
  CHECK(again.is_closed_within());
  CHECK(cluster.connections(1) == 0);
}

TEST_CASE("mock server: a node that takes connections and says nothing", "[threads]") {
  std::string error;
  server cluster({}, error);
  client one("127.0.0.1", cluster.port());
  one.start();
  cluster.accept_but_silent(0);
  client other("127.0.0.1", cluster.port());
  CHECK(other.connected());
  other.send(protocol::options_message{});
  one.send(protocol::options_message{});
  CHECK_FALSE(other.receive(200ms));
  CHECK_FALSE(one.receive(1ms));
  cluster.accept_but_silent(0, false);
  CHECK(one.query("SELECT key FROM system.local").code() == opcode::result);
}

TEST_CASE("mock server: system.local and system.peers describe the cluster", "[threads]") {
  std::string error;
  const server cluster({.nodes = 4, .datacenters = 2, .tokens_per_node = 3, .cluster_name = "mine"}, error);
  REQUIRE(error.empty());
  client one("127.0.0.2", cluster.port());
  one.start();
  const auto rows_of = [&](std::string_view text) {
    const auto answer = one.query(text);
    const auto result = answer.as<protocol::result_message>();
    CHECK(result.kind == protocol::result_kind::rows);
    return result.rows.rows_count;
  };
  CHECK(rows_of("SELECT * FROM system.local") == 1);
  CHECK(rows_of("SELECT * FROM system.peers") == 3);
  CHECK(rows_of("SELECT * FROM system.peers_v2") == 3);
  CHECK(rows_of("SELECT peer FROM system.peers WHERE peer = '127.0.0.1'") == 1);
  CHECK(rows_of("SELECT peer FROM system.peers WHERE peer = '127.0.0.2'") == 0);
  const auto local =
      one.query("SELECT data_center, cluster_name, rpc_address FROM system.local WHERE key = 'local'");
  CHECK(local.body.find("datacenter2") != std::string_view::npos);
  CHECK(local.body.find("mine") != std::string_view::npos);
  CHECK(local.body.find(std::string("\x00\x00\x00\x04\x7f\x00\x00\x02", 8)) != std::string_view::npos);
  CHECK(rows_of("SELECT * FROM system_schema.keyspaces WHERE keyspace_name = 'system'") == 1);
  CHECK(rows_of("SELECT * FROM system_schema.functions") == 0);
  CHECK(rows_of("SELECT * FROM system_virtual_schema.tables") == 0);
  CHECK(one.query("INSERT INTO system.local (key) VALUES ('x')").error_code() == 0x2100);
  CHECK(one.query("DROP TABLE system.local").error_code() == 0x2100);
}

TEST_CASE("mock server: shards are announced and chosen by the client's port", "[threads]") {
  std::string error;
  const server cluster({.shards = 3}, error);
  REQUIRE(error.empty());
  REQUIRE(cluster.shard_aware_port() != 0);
  CHECK(cluster.shard_aware_port() != cluster.port());
  const auto features_of = [](client& one) {
    const auto answer = one.ask(protocol::options_message{});
    const auto supported = answer.as<protocol::supported_message>();
    auto features = protocol::read_scylla_features(supported);
    features.sharding_algorithm = features.partitioner = features.host_id = {};
    return features;
  };
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 3; ++i) {
    client one("127.0.0.1", cluster.port());
    const auto features = features_of(one);
    CHECK(features.sharded);
    CHECK(features.shard_count == 3);
    CHECK(features.ignore_msb == 12);
    CHECK(features.shard_aware_port == cluster.shard_aware_port());
    seen.insert(features.shard);
  }
  CHECK(seen.size() == 3);  // in turn
  int chosen = 0;
  for (std::uint16_t port = 20'001; port < 20'400 && chosen < 3; ++port) {
    client one("127.0.0.1", cluster.shard_aware_port(), port);
    if (!one.connected()) continue;
    CHECK(features_of(one).shard == port % 3U);
    ++chosen;
  }
  CHECK(chosen == 3);
}

TEST_CASE("mock server: many clients at once share the rows", "[threads]") {
  std::string error;
  server cluster({.nodes = 2}, error);
  make_table(cluster);
  std::deque<client> clients;
  for (int c = 0; c < 4; ++c)
    clients.emplace_back(c % 2 == 0 ? "127.0.0.1" : "127.0.0.2", cluster.port()).start();
  for (std::int16_t i = 0; i < 100; ++i)
    for (std::size_t c = 0; c < clients.size(); ++c) {
      const std::string key = std::to_string(c * 1000 + static_cast<std::size_t>(i));
      const std::string insert = "INSERT INTO ks.t (k, v) VALUES (" + key + ", 'x')";
      protocol::query_message message;
      message.query = insert;
      message.parameters.consistency = coodie::consistency::one;
      clients[c].send(message, i);
    }
  for (client& each : clients)
    for (int i = 0; i < 100; ++i) {
      const auto answer = each.receive();
      REQUIRE(answer.has_value());
      CHECK(answer->code() == opcode::result);
    }
  const auto counted = clients[0].query("SELECT count(*) FROM ks.t");
  CHECK(counted.body.ends_with(std::string("\0\0\0\x08\0\0\0\0\0\0\x01\x90", 12)));
}

TEST_CASE("mock server: ends in bounded time whatever its clients do", "[threads]") {
  const auto begin = std::chrono::steady_clock::now();
  {
    std::string error;
    server cluster({.nodes = 3, .latency = 10min}, error);
    client waiting("127.0.0.1", cluster.port()), half("127.0.0.2", cluster.port());
    waiting.send(protocol::options_message{});
    half.send_raw(std::string("\x04\x00\x00", 3));
    CHECK(cluster.wait_for_requests(1, 5s));
  }
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}
