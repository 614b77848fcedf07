// SPDX-License-Identifier: MIT
// What tests can make the mock server do, and what it tells them.
#include "tests/mock/mock_script.hpp"

#include <chrono>

#include "tests/mock/mock_server.hpp"
#include "tests/mock/tests/plain_client.hpp"

using namespace plain;
using coodie::testing::error_reply;
using coodie::testing::server;
namespace react = coodie::testing::react;

namespace {

constexpr std::string_view local = "SELECT key FROM system.local";

struct scripted {
  std::string error;
  server cluster{{}, error};
  client one{"127.0.0.1", cluster.port()};

  scripted() { one.start(); }
  void ask_only(std::string_view text, std::int16_t stream) {
    protocol::query_message query;
    query.query = text;
    query.parameters.consistency = coodie::consistency::one;
    one.send(query, stream);
  }
};

}  // namespace

TEST_CASE("mock script: an answer that comes late does not hold up the others", "[threads]") {
  scripted test;
  test.cluster.on({.statement = "peers"}, react::delay(150ms));
  const auto begin = std::chrono::steady_clock::now();
  test.ask_only("SELECT peer FROM system.peers", 1);
  test.ask_only(local, 2);
  CHECK(test.one.receive()->header.stream == 2);
  CHECK(test.one.receive()->header.stream == 1);
  CHECK(std::chrono::steady_clock::now() - begin >= 150ms);
}

TEST_CASE("mock script: requests that are dropped or never seen", "[threads]") {
  scripted test;
  CHECK(test.cluster.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy'}").empty());
  CHECK(test.cluster.execute("CREATE TABLE ks.t (k int PRIMARY KEY)").empty());
  test.cluster.on({.statement = "(1)"}, react::drop());
  test.cluster.on({.statement = "(2)"}, react::ignore());
  test.ask_only("INSERT INTO ks.t (k) VALUES (1)", 1);
  test.ask_only("INSERT INTO ks.t (k) VALUES (2)", 2);
  const auto rows = test.one.query("SELECT k FROM ks.t", 3).as<protocol::result_message>();
  CHECK(rows.rows.rows_count == 1);  // the dropped one was executed
}

TEST_CASE("mock script: broken answers", "[threads]") {
  const auto outcome = [](coodie::testing::reaction what) {
    auto test = std::make_unique<scripted>();
    test->cluster.on({.opcode = opcode::query}, std::move(what));
    test->ask_only(local, 9);
    return test;
  };
  auto closed = outcome(react::close());
  CHECK(closed->one.is_closed_within());
  CHECK(closed->one.leftover().empty());
  auto half = outcome(react::half_frame());
  CHECK(half->one.is_closed_within());
  CHECK(half->one.leftover().size() > 9);
  CHECK(half->one.leftover().size() < 60);
  auto corrupt = outcome(react::corrupt_length());
  CHECK_FALSE(corrupt->one.receive(100ms));
  CHECK(corrupt->one.leftover().substr(5, 4) == "\x7f\xff\xff\xff");
  CHECK(outcome(react::other_stream(1234))->one.receive()->header.stream == 1234);
  auto garbage = outcome(react::garbage("hello"));
  CHECK_FALSE(garbage->one.receive(100ms));
  CHECK(garbage->one.leftover() == "hello");
}

TEST_CASE("mock script: every error code with its fields", "[threads]") {
  scripted test;
  for (const std::int32_t code :
       {0x0000, 0x000A, 0x0100, 0x1000, 0x1001, 0x1002, 0x1003, 0x1100, 0x1200, 0x1300, 0x1400, 0x1500,
        0x2000, 0x2100, 0x2200, 0x2300, 0x2400, 0x2500, 0x9999}) {
    error_reply reply;
    reply.code = code;
    reply.message = "as told";
    reply.required = 3;
    reply.received = 2;
    reply.failures = 1;
    reply.write_type = "BATCH";
    reply.keyspace = "ks";
    reply.table = "t";
    reply.function = "f";
    reply.argument_types = {"int"};
    reply.id = "an id";
    reply.data_present = true;
    reply.consistency = coodie::consistency::quorum;
    test.cluster.on({.statement = "local"}, react::error(reply));
    const auto answer = test.one.query(local);
    INFO(code);
    const auto error = answer.as<protocol::error_message>();
    CHECK(error.code == code);
    CHECK(error.message == "as told");
    if (code == 0x1000) CHECK(error.alive == 2);
    if (code == 0x1000) CHECK(error.required == 3);
    if (code == 0x1100) CHECK(error.write_type == "BATCH");
    if (code == 0x1200) CHECK(error.data_present == 1);
    if (code == 0x1300) CHECK(error.num_failures == 1);
    if (code == 0x1500) CHECK(error.block_for == 3);
    if (code == 0x1400) CHECK(error.arg_types.size() == 1);
    if (code == 0x2400) CHECK(error.table == "t");
    if (code == 0x2500) CHECK(error.id.size() == 5);
  }
  CHECK(test.one.query(local).code() == opcode::result);
}

TEST_CASE("mock script: rules count, in the order in which they were given", "[threads]") {
  scripted test;
  const auto second = test.cluster.on({.statement = "local", .skip = 1}, react::error(0x1001));
  const auto always = test.cluster.on({.statement = "key", .times = 0}, react::error(0x1002));
  CHECK(test.one.query(local).error_code() == 0x1002);
  CHECK(test.one.query(local).error_code() == 0x1001);
  CHECK(test.one.query(local).error_code() == 0x1002);
  CHECK(test.one.query("SELECT peer FROM system.peers").code() == opcode::result);
  CHECK(test.cluster.applied(second) == 1);
  CHECK(test.cluster.applied(always) == 2);
  test.cluster.remove_rule(always);
  CHECK(test.cluster.applied(always) == 0);
  CHECK(test.one.query(local).code() == opcode::result);
  test.cluster.on({}, react::error(0x0000));
  test.cluster.clear_rules();
  CHECK(test.one.query(local).code() == opcode::result);
}

TEST_CASE("mock script: rules for one node, and for heartbeats", "[threads]") {
  std::string error;
  server cluster({.nodes = 2}, error);
  client first("127.0.0.1", cluster.port()), second("127.0.0.2", cluster.port());
  first.start();
  second.start();
  cluster.on({.opcode = opcode::options, .node = 1, .times = 0}, react::drop());
  CHECK(first.ask(protocol::options_message{}).code() == opcode::supported);
  second.send(protocol::options_message{});
  CHECK_FALSE(second.receive(100ms));
  CHECK(second.query(local).code() == opcode::result);
}

TEST_CASE("mock script: an event before an answer", "[threads]") {
  scripted test;
  test.cluster.on({.statement = "local"},
                  react::event({.change = "DOWN", .address = "127.0.0.7", .port = 1}));
  test.ask_only(local, 3);
  const auto event = test.one.receive();
  REQUIRE(event);
  CHECK(event->as<protocol::event_message>().change == "DOWN");
  CHECK(event->header.stream == -1);
  CHECK(test.one.receive()->header.stream == 3);
}

TEST_CASE("mock script: requests are recorded", "[threads]") {
  scripted test;
  CHECK(test.cluster.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy'}").empty());
  CHECK(test.cluster.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v text)").empty());
  const auto startup = test.cluster.requests(opcode::startup);
  REQUIRE(startup.size() == 1);
  CHECK(startup[0].options[0] == std::pair<std::string, std::string>("CQL_VERSION", "3.0.0"));
  const std::string id = test.one.prepare("INSERT INTO ks.t (k, v) VALUES (?, ?)");
  test.cluster.clear_requests();
  protocol::execute_message execute;
  execute.id = std::as_bytes(std::span(id.data(), id.size()));
  const std::string key("\0\0\0\1", 4);
  execute.parameters.values = {{reinterpret_cast<const std::byte*>(key.data()), 4}, {nullptr, -2}};
  execute.parameters.consistency = coodie::consistency::local_quorum;
  execute.parameters.set_timestamp(77);
  execute.parameters.set_page_size(10);
  execute.parameters.set_serial_consistency(coodie::consistency::local_serial);
  CHECK(test.one.ask(execute, 321, protocol::frame_flag::tracing).code() == opcode::result);
  const auto seen = test.cluster.requests();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].opcode == opcode::execute);
  CHECK(seen[0].statement == "INSERT INTO ks.t (k, v) VALUES (?, ?)");
  CHECK(seen[0].values == std::vector<std::optional<std::string>>{key, std::nullopt});
  CHECK(seen[0].unset == std::vector<bool>{false, true});
  CHECK(seen[0].consistency == coodie::consistency::local_quorum);
  CHECK(seen[0].serial_consistency == coodie::consistency::local_serial);
  CHECK(seen[0].timestamp == 77);
  CHECK(seen[0].page_size == 10);
  CHECK(seen[0].stream == 321);
  CHECK(seen[0].frame_flags == protocol::frame_flag::tracing);
  CHECK(seen[0].connection == 1);
  CHECK(seen[0].node == 0);
}

TEST_CASE("mock script: a batch is recorded with all of its statements", "[threads]") {
  scripted test;
  CHECK(test.cluster.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy'}").empty());
  CHECK(test.cluster.execute("CREATE TABLE ks.t (k int PRIMARY KEY)").empty());
  const std::string id = test.one.prepare("INSERT INTO ks.t (k) VALUES (?)");
  const std::string key("\0\0\0\1", 4);
  protocol::batch_message batch;
  batch.options.consistency = coodie::consistency::one;
  batch.statements.resize(2);
  batch.statements[0].prepared = true;
  batch.statements[0].id = std::as_bytes(std::span(id.data(), id.size()));
  batch.statements[0].values = {{reinterpret_cast<const std::byte*>(key.data()), 4}};
  batch.statements[1].query = "DELETE FROM ks.t WHERE k = 5";
  CHECK(test.one.ask(batch).code() == opcode::result);
  const auto seen = test.cluster.requests(opcode::batch);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].statement == "INSERT INTO ks.t (k) VALUES (?); DELETE FROM ks.t WHERE k = 5");
  CHECK(seen[0].batch_size == 2);
  CHECK(seen[0].values.size() == 1);
  batch.statements[0].id = std::as_bytes(std::span("nobody knows it", 15));
  CHECK(test.one.ask(batch).error_code() == 0x2500);
}

TEST_CASE("mock script: only so many requests are remembered", "[threads]") {
  std::string error;
  server cluster({.max_records = 3}, error);
  client one("127.0.0.1", cluster.port());
  one.start();
  for (std::int16_t i = 10; i < 20; ++i) CHECK(one.query(local, i).code() == opcode::result);
  const auto seen = cluster.requests();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].stream == 17);
  CHECK(seen[2].stream == 19);
  CHECK(cluster.request_count() == 11);
  CHECK(cluster.wait_for_requests(11, 0ms));
  CHECK_FALSE(cluster.wait_for_requests(12, 1ms));
}
