// SPDX-License-Identifier: MIT
// The mock server as ScyllaDB: shards, and its extensions of the protocol.
#include <map>
#include <set>

#include "protocol/messages/scylla.hpp"
#include "protocol/routing/routing.hpp"
#include "tests/mock/mock_server.hpp"
#include "tests/mock/tests/plain_client.hpp"

using namespace plain;
using coodie::testing::replica;
using coodie::testing::server;
using coodie::testing::server_options;
namespace react = coodie::testing::react;

namespace {

struct sharded {
  std::string error;
  server cluster;

  explicit sharded(server_options options = {.nodes = 3, .shards = 4}) : cluster(std::move(options), error) {
    REQUIRE(error.empty());
    CHECK(cluster
              .execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                       "'replication_factor': 2}")
              .empty());
    CHECK(cluster.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  }
};

std::uint32_t shard_of(client& one) {
  const auto answer = one.ask(protocol::options_message{});
  const auto supported = answer.as<protocol::supported_message>();
  return protocol::read_scylla_features(supported).shard;
}

protocol::prepared_result prepared_of(const frame& answer) {
  return answer.as<protocol::result_message>().prepared;
}

// EXECUTE with a metadata id.
frame execute_with(client& one, const std::string& id, const std::string& metadata_id, bool skip) {
  protocol::query_parameters parameters;
  parameters.consistency = coodie::consistency::one;
  if (skip) parameters.set_skip_metadata();
  protocol::byte_buffer out;
  protocol::writer to(out);
  const auto start = protocol::begin_frame(to, opcode::execute, 1);
  to.write_short_bytes(std::as_bytes(std::span(id.data(), id.size())));
  to.write_short_bytes(std::as_bytes(std::span(metadata_id.data(), metadata_id.size())));
  serialize(to, parameters);
  protocol::end_frame(to, start);
  one.send_raw({reinterpret_cast<const char*>(out.data()), out.size()});
  const auto answer = one.receive();
  REQUIRE(answer.has_value());
  return *answer;
}

// <kind><id><metadata id>: what stands first in PREPARED with metadata ids.
std::pair<std::string, std::string> prepare_ids(client& one, std::string_view text) {
  const auto answer = one.ask(protocol::prepare_message{text});
  auto in = answer.reader();
  std::int32_t kind = 0;
  std::span<const std::byte> id, metadata_id;
  REQUIRE(in.read(kind) == errc::ok);
  CHECK(kind == 4);
  REQUIRE(in.read_short_bytes(id) == errc::ok);
  REQUIRE(in.read_short_bytes(metadata_id) == errc::ok);
  const auto text_of = [](std::span<const std::byte> bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  return {text_of(id), text_of(metadata_id)};
}

}  // namespace

TEST_CASE("mock ScyllaDB: what is announced", "[threads]") {
  sharded test({.nodes = 2, .shards = 3, .scylla = {.ignore_msb = 5}});
  client one("127.0.0.2", test.cluster.port());
  const auto answer = one.ask(protocol::options_message{});
  const auto supported = answer.as<protocol::supported_message>();
  const auto features = protocol::read_scylla_features(supported);
  CHECK(features.sharded);
  CHECK(features.shard_count == 3);
  CHECK(features.ignore_msb == 5);
  CHECK(features.sharding_algorithm == "biased-token-round-robin");
  CHECK(features.partitioner == "org.apache.cassandra.dht.Murmur3Partitioner");
  CHECK(features.shard_aware_port == test.cluster.shard_aware_port(1));
  CHECK(features.rate_limit_error == coodie::testing::rate_limit_code);
  CHECK(features.lwt_mask == 0x80000000U);
  CHECK(features.tablets);
  CHECK(supported.find("SCYLLA_USE_METADATA_ID") != nullptr);
  CHECK(features.host_id.size() == 36);
  sharded bare(
      {.shards = 3,
       .shard_aware_port = false,
       .scylla = {
           .lwt_mark = false, .rate_limit_error = false, .metadata_id = false, .tablets_routing = false}});
  client other("127.0.0.1", bare.cluster.port());
  const auto less = other.ask(protocol::options_message{});
  const auto options = less.as<protocol::supported_message>();
  const auto few = protocol::read_scylla_features(options);
  CHECK(few.sharded);
  CHECK(few.shard_aware_port == 0);
  CHECK(few.rate_limit_error == 0);
  CHECK(few.lwt_mask == 0);
  CHECK_FALSE(few.tablets);
  CHECK(options.find("SCYLLA_USE_METADATA_ID") == nullptr);
}

TEST_CASE("mock ScyllaDB: a NAT breaks the arithmetic of ports", "[threads]") {
  sharded test({.shards = 4, .scylla = {.port_shift = 1}});
  int seen = 0;
  for (std::uint16_t port = 21'001; port < 21'400 && seen < 4; ++port) {
    client one("127.0.0.1", test.cluster.shard_aware_port(), port);
    if (!one.connected()) continue;
    CHECK(shard_of(one) == (port + 1U) % 4U);
    const auto request = test.cluster.requests().back();
    CHECK(request.shard == (port + 1U) % 4U);
    CHECK(request.client_port == port);
    CHECK(request.server_port == test.cluster.shard_aware_port());
    ++seen;
  }
  CHECK(seen == 4);
}

TEST_CASE("mock ScyllaDB: the record says whether a request came where it belongs", "[threads]") {
  sharded test;
  int reached = 0, missed = 0;
  for (int connection = 0; connection < 8; ++connection) {
    client one("127.0.0.2", test.cluster.port());
    const auto id = one.start().prepare("SELECT v FROM ks.t WHERE k = ?");
    for (int key = 0; key < 20; ++key) {
      CHECK(one.execute(id, {four(key)}).code() == opcode::result);
      const auto record = test.cluster.requests().back();
      CHECK(record.keyspace == "ks");
      CHECK(record.table == "t");
      REQUIRE(record.token == protocol::token_of(std::int32_t{key}));
      const auto owners = test.cluster.replicas("ks", "t", *record.token);
      CHECK(owners.size() == 2);
      const protocol::sharding sharding{4, 12};
      CHECK(owners.at(0).shard == sharding.shard_of(*record.token));
      CHECK(owners.at(0).shard == owners.at(1).shard);
      const bool here = owners[0] == replica{1, record.shard} || owners[1] == replica{1, record.shard};
      CHECK(test.cluster.reached_replica(record) == here);
      ++(here ? reached : missed);
    }
  }
  CHECK(reached > 10);
  CHECK(missed > 50);
}

TEST_CASE("mock ScyllaDB: conditional statements are marked for who asked", "[threads]") {
  sharded test;
  const auto flags_of = [](client& one, std::string_view text) {
    const auto answer = one.ask(protocol::prepare_message{text});
    return prepared_of(answer).markers.flags;
  };
  client plain_one("127.0.0.1", test.cluster.port()), asked("127.0.0.1", test.cluster.port());
  plain_one.start();
  asked.start({}, {"SCYLLA_LWT_ADD_METADATA_MARK"});
  constexpr std::string_view conditional = "UPDATE ks.t SET v = ? WHERE k = ? IF v = ?";
  CHECK((flags_of(asked, conditional) & 0x80000000U) != 0);
  CHECK((flags_of(asked, conditional) & protocol::metadata_flag::global_tables_spec) != 0);
  CHECK((flags_of(asked, "INSERT INTO ks.t (k) VALUES (?) IF NOT EXISTS") & 0x80000000U) != 0);
  CHECK((flags_of(asked, "DELETE FROM ks.t WHERE k = 1 IF EXISTS") & 0x80000000U) != 0);
  CHECK((flags_of(asked, "UPDATE ks.t SET v = ? WHERE k = ?") & 0x80000000U) == 0);
  CHECK((flags_of(asked, "BEGIN BATCH UPDATE ks.t SET v = ? WHERE k = 1 IF v = 1 APPLY BATCH") &
         0x80000000U) != 0);
  CHECK((flags_of(plain_one, conditional) & 0x80000000U) == 0);
}

TEST_CASE("mock ScyllaDB: the rate limit error, and what others get for it", "[threads]") {
  sharded test;
  client plain_one("127.0.0.1", test.cluster.port()), asked("127.0.0.1", test.cluster.port());
  plain_one.start();
  asked.start({}, {"SCYLLA_RATE_LIMIT_ERROR"});
  test.cluster.on({.statement = "ks.t", .times = 0}, react::rate_limit_error(true, true));
  const auto refused = asked.query("SELECT * FROM ks.t");
  protocol::error_message error;
  auto in = refused.reader();
  REQUIRE(deserialize(in, error, coodie::testing::rate_limit_code) == errc::ok);
  CHECK(error.code == coodie::testing::rate_limit_code);
  CHECK(error.op_type == 1);
  CHECK(error.rejected_by_coordinator == 1);
  CHECK(in.remaining() == 0);
  CHECK(plain_one.query("SELECT * FROM ks.t").error_code() == 0x2300);
  test.cluster.clear_rules();
  test.cluster.on({}, react::rate_limit_error(false));
  const auto read = asked.query("SELECT * FROM ks.t");
  CHECK(read.body.ends_with(std::string(2, '\0')));
}

TEST_CASE("mock ScyllaDB: metadata ids", "[threads]") {
  sharded test;
  CHECK(test.cluster.execute("INSERT INTO ks.t (k, v) VALUES (1, 2)").empty());
  client one("127.0.0.1", test.cluster.port());
  one.start({}, {"SCYLLA_USE_METADATA_ID"});
  const auto [id, metadata_id] = prepare_ids(one, "SELECT * FROM ks.t");
  CHECK(metadata_id.size() == 16);
  CHECK(prepare_ids(one, "SELECT k FROM ks.t").second != metadata_id);
  CHECK(prepare_ids(one, "SELECT k, v FROM ks.t").second == metadata_id);
  const auto same = execute_with(one, id, metadata_id, true);
  const auto bare = same.as<protocol::result_message>();
  CHECK(bare.rows.metadata.no_metadata);
  CHECK(bare.rows.rows_count == 1);
  CHECK(test.cluster.requests().back().metadata_id == metadata_id);

  const auto told = execute_with(one, id, std::string(16, 'x'), true);
  auto in = told.reader();
  std::int32_t kind = 0, columns = 0;
  std::uint32_t flags = 0;
  std::span<const std::byte> now;
  REQUIRE(in.read(kind) == errc::ok);
  REQUIRE(in.read(flags) == errc::ok);
  REQUIRE(in.read(columns) == errc::ok);
  REQUIRE(in.read_short_bytes(now) == errc::ok);
  CHECK(flags == (0x0008U | protocol::metadata_flag::global_tables_spec));
  CHECK(columns == 2);
  CHECK(std::string(reinterpret_cast<const char*>(now.data()), now.size()) == metadata_id);
  std::string_view keyspace;
  REQUIRE(in.read_string(keyspace) == errc::ok);
  CHECK(keyspace == "ks");

  // After a change of the table the client prepares again and learns the new id.
  CHECK(test.cluster.execute("ALTER TABLE ks.t ADD w int").empty());
  CHECK(execute_with(one, id, metadata_id, true).error_code() == 0x2500);
  const auto [again, changed] = prepare_ids(one, "SELECT * FROM ks.t");
  CHECK(again == id);
  CHECK(changed != metadata_id);
  const auto fresh = execute_with(one, again, changed, true);
  CHECK(fresh.as<protocol::result_message>().rows.metadata.column_count == 3);

  // A conditional statement has no columns at PREPARE, so that its rows always tell theirs.
  const auto [condition, none] = prepare_ids(one, "UPDATE ks.t SET v = 3 WHERE k = 1 IF v = 9");
  const auto refused = execute_with(one, condition, none, true);
  CHECK(refused.as<protocol::result_message>().rows.metadata.columns.size() == 2);

  client plain_one("127.0.0.1", test.cluster.port());
  CHECK(plain_one.start().execute(plain_one.prepare("SELECT * FROM ks.t")).code() == opcode::result);
}

TEST_CASE("mock ScyllaDB: tablets are told to who comes to the wrong place", "[threads]") {
  sharded test({.nodes = 3, .shards = 2, .scylla = {.tablets = {"ks.t"}, .tablets_per_table = 4}});
  CHECK(test.cluster.execute("CREATE TABLE ks.ring (k int PRIMARY KEY)").empty());
  CHECK(test.cluster.execute("INSERT INTO ks.t (k, v) VALUES (1, 2)").empty());
  std::map<std::uint64_t, std::int32_t> tablets;  // a key of each
  for (std::int32_t key = 0; tablets.size() < 4; ++key) {
    const auto place = static_cast<std::uint64_t>(protocol::token_of(key)) ^ std::uint64_t{1} << 63;
    tablets.emplace(place >> 62, key);
  }
  int told = 0, right = 0;
  std::set<std::pair<std::size_t, std::uint32_t>> owners_seen;
  for (int connection = 0; connection < 6; ++connection) {
    const std::size_t node = static_cast<std::size_t>(connection) % 3;
    client one(test.cluster.hosts()[node], test.cluster.port());
    const auto shard = shard_of(one);
    one.start({}, {"TABLETS_ROUTING_V1"});
    const auto select = one.prepare("SELECT v FROM ks.t WHERE k = ?"),
               insert = one.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)");
    for (const auto& [index, key] : tablets) {
      const auto token = protocol::token_of(key);
      const auto owners = test.cluster.replicas("ks", "t", token);
      REQUIRE(owners.size() == 2);
      CHECK(owners[0].node != owners[1].node);
      for (const auto& each : owners) owners_seen.emplace(each.node, each.shard);
      const auto answer =
          key % 2 == 0 ? one.execute(select, {four(key)}) : one.execute(insert, {four(key), four(0)});
      if (owners[0] == replica{node, shard} || owners[1] == replica{node, shard}) {
        CHECK(answer.payload.empty());
        CHECK(test.cluster.reached_replica(test.cluster.requests().back()));
        ++right;
        continue;
      }
      ++told;
      REQUIRE(answer.payload.size() == 1);
      CHECK(answer.payload[0].first == "tablets-routing-v1");
      protocol::reader in(std::as_bytes(std::span(answer.payload[0].second)));
      std::int32_t size = 0, count = 0;
      std::int64_t first = 0, last = 0;
      REQUIRE(in.read(size) == errc::ok);
      CHECK(size == 8);
      REQUIRE(in.read(first) == errc::ok);
      REQUIRE(in.read(size) == errc::ok);
      REQUIRE(in.read(last) == errc::ok);
      CHECK(first < token);
      CHECK(token <= last);
      CHECK((static_cast<std::uint64_t>(last) ^ std::uint64_t{1} << 63) >> 62 == index);
      REQUIRE(in.read(size) == errc::ok);
      REQUIRE(in.read(count) == errc::ok);
      CHECK(count == 2);
      CHECK(size == 4 + 2 * (4 + 4 + 16 + 4 + 4));
      CHECK(in.remaining() == 2 * (4 + 4 + 16 + 4 + 4));
      CHECK(answer.payload[0].second.ends_with(four(static_cast<std::int32_t>(owners[1].shard))));
    }
    const auto ring = one.prepare("SELECT k FROM ks.ring WHERE k = ?");
    CHECK(one.execute(ring, {four(1)}).payload.empty());
    CHECK(one.execute(one.prepare("SELECT k FROM ks.t")).payload.empty());
  }
  CHECK(told + right == 24);
  CHECK(right >= 6);
  CHECK(owners_seen.size() >= 5);  // spread over nodes and shards
  client deaf("127.0.0.1", test.cluster.port());
  const auto id = deaf.start().prepare("SELECT v FROM ks.t WHERE k = ?");
  for (const auto& [index, key] : tablets) CHECK(deaf.execute(id, {four(key)}).payload.empty());
}

TEST_CASE("mock ScyllaDB: tablets move, and leave a node that is removed", "[threads]") {
  sharded test({.nodes = 3, .shards = 2, .scylla = {.tablets = {"ks"}, .tablets_per_table = 1}});
  const auto find = [&](std::int64_t token) { return test.cluster.replicas("ks", "t", token); };
  REQUIRE(test.cluster.move_tablet("ks", "t", 5, {{0, 1}, {1, 0}}));
  CHECK(find(-77) == std::vector<replica>{{0, 1}, {1, 0}});
  CHECK_FALSE(test.cluster.move_tablet("other", "t", 5, {}));
  test.cluster.remove_node(1);
  CHECK(find(1) == std::vector<replica>{{0, 1}, {2, 0}});
  test.cluster.remove_node(0);
  CHECK(find(1) == std::vector<replica>{{2, 0}});
}

TEST_CASE("mock ScyllaDB: its own CQL and system tables", "[threads]") {
  sharded test({.shards = 2, .scylla = {.tablets = {"ks.t", "nowhere"}}});
  client one("127.0.0.1", test.cluster.port());
  one.start();
  CHECK(one.query("SELECT * FROM ks.t BYPASS CACHE USING TIMEOUT 100ms").code() == opcode::result);
  const auto keyspaces =
      one.query("SELECT keyspace_name, initial_tablets FROM system_schema.scylla_keyspaces");
  CHECK(keyspaces.as<protocol::result_message>().rows.rows_count == 1);
  CHECK(keyspaces.body.ends_with(four(2) + "ks" + four(4) + four(0)));
  CHECK(one.query("SELECT partitioner FROM system_schema.scylla_tables").code() == opcode::result);
  std::string error;
  const server cassandra({}, error);
  client other("127.0.0.1", cassandra.port());
  other.start();
  CHECK(other.query("SELECT key FROM system.local USING TIMEOUT 100ms").error_code() == 0x2000);
  CHECK(other.query("SELECT * FROM system_schema.scylla_tables").error_code() == 0x2200);
}
