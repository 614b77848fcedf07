// SPDX-License-Identifier: MIT
// Nodes and connections that are broken, answers that contradict themselves, and what stands before answers.
#include <chrono>

#include "tests/mock/mock_server.hpp"
#include "tests/mock/tests/plain_client.hpp"

using namespace plain;
using coodie::testing::lie;
using coodie::testing::node_fault;
using coodie::testing::server;
namespace react = coodie::testing::react;

namespace {

constexpr std::string_view local = "SELECT key FROM system.local";

struct faulty {
  std::string error;
  server cluster;
  client one;

  explicit faulty(coodie::testing::server_options options = {}, std::string_view compression = {})
      : cluster(std::move(options), error), one("127.0.0.1", cluster.port()) {
    REQUIRE(error.empty());
    CHECK(cluster.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy'}").empty());
    CHECK(cluster.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v text)").empty());
    CHECK(cluster.execute("INSERT INTO ks.t (k, v) VALUES (1, 'one')").empty());
    one.start(compression);
  }
  void ask_only(std::string_view text, std::int16_t stream = 1) {
    protocol::query_message query;
    query.query = text;
    query.parameters.consistency = coodie::consistency::one;
    one.send(query, stream);
  }
};

// What a careful client says of the rows of an answer: the metadata and counts first, then every cell.
errc careful(const frame& answer) {
  protocol::reader in = answer.reader();
  protocol::result_message message;
  if (const errc why = deserialize(in, message); why != errc::ok) return why;
  return protocol::skip_rows(message.rows.rows,
                             static_cast<std::uint32_t>(message.rows.metadata.column_count),
                             message.rows.rows_count);
}

}  // namespace

TEST_CASE("mock faults: a node resets its connections", "[threads]") {
  faulty test;
  test.cluster.set_fault(0, node_fault::reset);
  CHECK(test.one.is_reset_within());
  client other("127.0.0.1", test.cluster.port());
  CHECK(other.is_reset_within());
  CHECK(test.cluster.connections(0) == 0);
  CHECK(test.cluster.is_running(0));
  test.cluster.set_fault(0, node_fault::none);
  client again("127.0.0.1", test.cluster.port());
  CHECK(again.start().query(local).code() == opcode::result);
}

TEST_CASE("mock faults: a node is frozen and goes on", "[threads]") {
  faulty test({.shards = 2});
  test.cluster.set_fault(0, node_fault::frozen);
  test.ask_only(local, 7);
  client other("127.0.0.1", test.cluster.port()), third("127.0.0.1", test.cluster.shard_aware_port());
  CHECK(other.connected());  // the kernel's doing
  CHECK(third.connected());
  other.send(protocol::options_message{});
  third.send(protocol::options_message{});
  CHECK_FALSE(test.one.receive(100ms));
  CHECK_FALSE(other.receive(1ms));
  CHECK(test.cluster.connections(0) == 1);
  const auto before = test.cluster.request_count();
  test.cluster.set_fault(0, node_fault::none);
  const auto late = test.one.receive();
  REQUIRE(late);
  CHECK(late->header.stream == 7);
  CHECK(other.receive());
  CHECK(third.receive());
  CHECK(test.cluster.request_count() == before + 3);
  CHECK(test.one.query(local).code() == opcode::result);
  test.cluster.set_fault(0, node_fault::frozen);
  test.cluster.stop_node(0);
  CHECK(test.one.is_closed_within());
  CHECK(test.cluster.start_node(0));
  client again("127.0.0.1", test.cluster.port());
  CHECK(again.start().query(local).code() == opcode::result);
}

TEST_CASE("mock faults: a node that answers a byte at a time", "[threads]") {
  faulty test({.trickle_interval = 500us});
  test.cluster.set_fault(0, node_fault::trickle);
  const auto begin = std::chrono::steady_clock::now();
  const auto slow = test.one.query(local);
  CHECK(slow.code() == opcode::result);
  CHECK(std::chrono::steady_clock::now() - begin >= 500us * slow.body.size());
  test.cluster.set_fault(0, node_fault::none);
  CHECK(test.one.query(local).code() == opcode::result);
}

TEST_CASE("mock faults: one connection is reset, freezes or trickles", "[threads]") {
  faulty test;
  client reset("127.0.0.1", test.cluster.port()), slow("127.0.0.1", test.cluster.port());
  reset.start();
  slow.start();
  test.cluster.on({.statement = "peers"}, react::reset());
  protocol::query_message query;
  query.query = "SELECT peer FROM system.peers";
  query.parameters.consistency = coodie::consistency::one;
  reset.send(query);
  CHECK(reset.is_reset_within());
  test.cluster.on({.statement = "peers"}, react::trickle(200us));
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = slow.query("SELECT peer FROM system.peers");
  CHECK(std::chrono::steady_clock::now() - begin >= 200us * answer.body.size());
  test.cluster.on({.statement = "local"}, react::freeze());
  test.ask_only(local);
  test.ask_only("SELECT * FROM ks.t");
  CHECK_FALSE(test.one.receive(100ms));
  CHECK_FALSE(test.one.is_closed_within(1ms));
  CHECK(slow.query("SELECT * FROM ks.t").code() == opcode::result);
  test.cluster.close_connections(0);
  CHECK(test.one.is_closed_within());
}

TEST_CASE("mock faults: events without end do not keep answers away", "[threads]") {
  faulty test;
  test.cluster.on({.statement = "local"}, react::flood({.change = "UP", .address = "127.0.0.3"}));
  CHECK(test.one.query(local).code() == opcode::result);
  test.ask_only("SELECT * FROM ks.t", 9);
  std::size_t events = 0;
  for (bool answered = false; !answered || events < 5000;) {
    const auto next = test.one.receive();
    REQUIRE(next);
    if (next->header.stream == 9)
      answered = true;
    else
      ++events;
  }
  CHECK(events >= 5000);
}

TEST_CASE("mock faults: answers that contradict themselves", "[threads]") {
  faulty test;
  const auto told = [&](lie what) {
    test.cluster.on({.opcode = opcode::query}, react::tell(what));
    return test.one.query("SELECT k, v FROM ks.t");
  };
  CHECK(careful(test.one.query("SELECT k, v FROM ks.t")) == errc::ok);
  CHECK(careful(told(lie::row_count)) == errc::length_exceeds_input);
  CHECK(careful(told(lie::column_count)) != errc::ok);
  CHECK(careful(told(lie::cell_size)) != errc::ok);
  CHECK(careful(told(lie::name_size)) != errc::ok);
  CHECK(careful(told(lie::nesting)) == errc::nesting_too_deep);
  CHECK(careful(told(lie::more_columns)) != errc::ok);
  const auto types = told(lie::types);
  CHECK(types.as<protocol::result_message>().rows.metadata.columns[0].type.id == coodie::type_id::uuid);
  const auto fewer = told(lie::fewer_columns);
  CHECK(fewer.as<protocol::result_message>().rows.metadata.columns.size() == 1);
  CHECK(fewer.body.ends_with("one"));
  test.cluster.on({}, react::tell(lie::row_count));
  CHECK(test.one.query("INSERT INTO ks.t (k) VALUES (2)").code() == opcode::result);  // has no rows
  CHECK(careful(test.one.query("SELECT k, v FROM ks.t")) == errc::ok);
}

TEST_CASE("mock faults: a statement is prepared with other columns than it gives", "[threads]") {
  faulty test;
  const auto prepare = [&](lie what) {
    test.cluster.on({.opcode = opcode::prepare}, react::tell(what));
    return test.one.ask(protocol::prepare_message{"SELECT k, v FROM ks.t WHERE k = ?"});
  };
  const auto told = [](const frame& answer, protocol::result_message& message) {
    protocol::reader in = answer.reader();
    return deserialize(in, message);
  };
  protocol::result_message message;
  const auto types = prepare(lie::types);
  REQUIRE(told(types, message) == errc::ok);
  CHECK(message.prepared.columns.columns[1].type.id == coodie::type_id::uuid);
  CHECK(message.prepared.pk_indexes.size() == 1);
  const auto fewer = prepare(lie::fewer_columns);
  REQUIRE(told(fewer, message) == errc::ok);
  CHECK(message.prepared.columns.columns.size() == 1);
  for (const auto what : {lie::nesting, lie::column_count, lie::name_size}) {
    const auto answer = prepare(what);
    CHECK(told(answer, message) != errc::ok);
  }
}

TEST_CASE("mock faults: rules for one shard and for one connection", "[threads]") {
  faulty test({.shards = 2});
  client second("127.0.0.1", test.cluster.port());
  second.start();
  const auto first_shard = test.cluster.requests().front().shard;
  const auto last = test.cluster.requests().back();
  CHECK(last.shard != first_shard);
  test.cluster.on({.opcode = opcode::query, .shard = last.shard}, react::error(0x1001));
  CHECK(test.one.query(local).code() == opcode::result);
  CHECK(second.query(local).error_code() == 0x1001);
  test.cluster.on({.connection = last.connection, .times = 0}, react::error(0x1002));
  CHECK(test.one.query(local).code() == opcode::result);
  CHECK(second.query(local).error_code() == 0x1002);
}

TEST_CASE("mock faults: a compressed body that lies about its size", "[threads]") {
  faulty test({}, "lz4");
  const std::string text(4000, 'x');
  CHECK(test.cluster.execute("INSERT INTO ks.t (k, v) VALUES (2, '" + text + "')").empty());
  test.cluster.on({.opcode = opcode::query}, react::tell(lie::compressed_size));
  test.ask_only("SELECT v FROM ks.t WHERE k = 2");
  CHECK_FALSE(test.one.receive_raw(1s).empty());
  CHECK(test.one.leftover().substr(9, 4) == "\x7f\xff\xff\xff");
}

TEST_CASE("mock faults: custom payload and warnings, both ways", "[threads]") {
  faulty test;
  protocol::byte_buffer out;
  protocol::writer to(out);
  protocol::frame_prelude prelude;
  const std::string value("\1\2", 2);
  prelude.custom_payload = {{"who", {reinterpret_cast<const std::byte*>(value.data()), 2}}};
  const auto start = protocol::begin_frame(to, opcode::query, 3, protocol::frame_flag::custom_payload);
  protocol::write_request_prelude(to, protocol::frame_flag::custom_payload, prelude);
  protocol::query_message query;
  query.query = local;
  query.parameters.consistency = coodie::consistency::one;
  serialize(to, query);
  protocol::end_frame(to, start);
  test.cluster.on({.statement = "local"}, react::payload({{"a", "1"}, {"b", ""}}));
  test.one.send_raw({reinterpret_cast<const char*>(out.data()), out.size()});
  const auto answer = test.one.receive();
  REQUIRE(answer);
  using entries = std::vector<std::pair<std::string, std::string>>;
  CHECK(answer->payload == entries{{"a", "1"}, {"b", ""}});
  CHECK(test.cluster.requests().back().custom_payload == entries{{"who", value}});
  CHECK(test.one.query(local).payload.empty());
  test.cluster.on({.statement = "local"}, react::warn({"first", "second"}));
  CHECK(test.one.query(local).warnings == std::vector<std::string>{"first", "second"});
  auto error = react::error(0x1001);
  error.warnings = {"busy"};
  test.cluster.on({.statement = "local"}, error);
  const auto refused = test.one.query(local);
  CHECK(refused.error_code() == 0x1001);
  CHECK(refused.warnings == std::vector<std::string>{"busy"});
  CHECK(test.one.query(local).warnings.empty());
}

TEST_CASE("mock faults: a trace can be read back", "[threads]") {
  faulty test;
  const auto traced = [&](const auto& message) {
    const auto answer = test.one.ask(message, 1, protocol::frame_flag::tracing);
    REQUIRE(answer.traced);
    return to_string(answer.tracing_id);
  };
  const auto session = [&](const std::string& id, std::string_view column) {
    const auto answer = test.one.query("SELECT " + std::string(column) +
                                       " FROM system_traces.sessions WHERE session_id = " + id);
    auto result = answer.as<protocol::result_message>();
    CHECK(result.rows.rows_count == 1);
    protocol::bytes_view cell;
    REQUIRE(result.rows.rows.read_bytes(cell) == errc::ok);
    return std::string(reinterpret_cast<const char*>(cell.data), cell.is_null() ? 0 : cell.size());
  };
  protocol::query_message query;
  query.query = "SELECT * FROM ks.t";
  query.parameters.consistency = coodie::consistency::local_one;
  const auto first = traced(query);
  CHECK(session(first, "request") == "Execute CQL3 query");
  CHECK(session(first, "command") == "QUERY");
  CHECK(session(first, "coordinator") == std::string("\x7f\0\0\1", 4));
  CHECK(session(first, "client") == std::string("\x7f\0\0\1", 4));
  CHECK(session(first, "duration").size() == 4);
  CHECK(session(first, "started_at").size() == 8);
  const auto parameters = session(first, "parameters");
  for (const std::string_view part : {"consistency_level", "LOCAL_ONE", "SELECT * FROM ks.t", "SERIAL"})
    CHECK(parameters.find(part) != std::string::npos);
  const auto events =
      test.one.query("SELECT activity, source_elapsed FROM system_traces.events WHERE session_id = " + first);
  CHECK(events.as<protocol::result_message>().rows.rows_count == 3);
  CHECK(events.body.find("Parsing SELECT * FROM ks.t") != std::string_view::npos);

  const auto prepared = traced(protocol::prepare_message{"SELECT v FROM ks.t WHERE k = ?"});
  CHECK(session(prepared, "request") == "Preparing CQL3 query");
  const auto id = test.one.prepare("SELECT v FROM ks.t WHERE k = ?");
  protocol::execute_message execute;
  execute.id = std::as_bytes(std::span(id.data(), id.size()));
  const auto key = four(77);
  execute.parameters.values = {{reinterpret_cast<const std::byte*>(key.data()), 4}};
  execute.parameters.consistency = coodie::consistency::one;
  const auto executed = traced(execute);
  CHECK(session(executed, "request") == "Execute CQL3 prepared query");
  CHECK(session(executed, "parameters").find("bound_var_0_k") != std::string::npos);
  CHECK(session(executed, "parameters").find("77") != std::string::npos);
  protocol::batch_message batch;
  batch.options.consistency = coodie::consistency::one;
  CHECK(session(traced(batch), "request") == "Execute batch of CQL3 queries");
  query.query = "SELEC";
  CHECK(session(traced(query), "request") == "Execute CQL3 query");  // an error is traced, too
}
