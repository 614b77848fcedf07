// SPDX-License-Identifier: MIT
// What happens to requests when a node fails: another node, or an error that tells.
#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using coodie::server_errc;
using coodie::protocol::error_code_v4::unavailable;
using namespace std::chrono_literals;

namespace {

/// One request on three nodes, the first of which that is asked reacts as told.
struct attempt {
  mock_cluster cluster{3};
  outcome ended;
  std::vector<std::size_t> asked;

  attempt(const coodie::testing::reaction& what, bool idempotent, std::size_t times = 1) {
    cluster.server.on({.opcode = opcode::query, .times = times}, what);
    ended = ask(*cluster.driver, any_question, {}, {.idempotent = idempotent});
    asked = cluster.asked("SELECT key FROM");
  }
};

}  // namespace

TEST_CASE("failover: an idempotent request goes on when its connection breaks", "[cluster]") {
  for (const auto& how :
       {react::close(), react::half_frame(), react::corrupt_length(), react::garbage("not a frame at all")}) {
    attempt a(how, true);
    CHECK(!a.ended.code);
    CHECK(a.ended.rows == 1);
    REQUIRE(a.asked.size() == 2);
    CHECK(a.asked[0] != a.asked[1]);
    CHECK(a.cluster.all_answer());  // the broken one is replaced
  }
}

TEST_CASE("failover: one that is not idempotent is reported with its host", "[cluster]") {
  for (const auto& [how, code] :
       {std::pair{react::close(), errc::connection_closed},
        std::pair{react::half_frame(), errc::connection_closed},
        std::pair{react::garbage("not a frame at all"), errc::unsupported_version}}) {
    attempt a(how, false);
    CHECK(a.ended.code == code);
    REQUIRE(a.asked.size() == 1);
    CHECK(a.ended.diag.host() == a.cluster.server.contact_points()[a.asked[0]]);
    CHECK(a.ended.diag.statement() == any_question);
    CHECK(a.cluster.all_answer());
  }
}

TEST_CASE("failover: an answer for another request breaks the connection, not the driver", "[cluster]") {
  attempt a(react::other_stream(1234), true);
  CHECK(!a.ended.code);
  CHECK(a.asked.size() == 2);
  CHECK(a.cluster.all_answer());
}

TEST_CASE("failover: what was only being prepared was not executed and goes on", "[cluster]") {
  mock_cluster cluster(3);
  cluster.server.on({.opcode = opcode::prepare}, react::close());
  const auto ended = ask(*cluster.driver, prepared_question, {"local"});
  CHECK(!ended.code);
  CHECK(ended.rows == 1);
  CHECK(cluster.asked("SELECT key FROM").size() == 1);
  CHECK(cluster.server.requests(opcode::prepare).size() == 2);
}

TEST_CASE("failover: when every node fails the error names each with its reason", "[cluster]") {
  attempt a(react::close(), true, 0);
  CHECK(a.ended.code == errc::no_host_available);
  CHECK(a.asked.size() == 3);
  const auto& attempts = a.ended.diag.attempts();
  REQUIRE(attempts.size() == 3);
  std::set<std::string> hosts;
  for (const auto& each : attempts) {
    hosts.insert(each.host);
    CHECK(each.reason == "the peer closed the connection");
  }
  CHECK(hosts.size() == 3);
  CHECK(a.ended.diag.message() == "no node could be asked");
  a.cluster.server.clear_rules();
  CHECK(a.cluster.all_answer());
}

TEST_CASE("failover: when every node is down the error says why", "[cluster]") {
  mock_cluster cluster(2);
  cluster.server.stop_node(0);
  cluster.server.stop_node(1);
  REQUIRE(eventually([&] { return ask(*cluster.driver).code == errc::no_host_available; }));
  const auto ended = ask(*cluster.driver);
  REQUIRE(ended.diag.attempts().size() == 2);
  for (const auto& each : ended.diag.attempts()) {
    INFO(each.reason);
    CHECK((each.reason.starts_with("is down: ") || each.reason == "is being connected to"));
  }
  CHECK_THROWS_AS(cluster.driver->execute(any_question), coodie::no_host_available);
}

TEST_CASE("failover: errors of a node that has not executed the request", "[cluster]") {
  for (const auto code : {server_errc::is_bootstrapping, server_errc::unavailable}) {
    attempt a(react::error(static_cast<std::int32_t>(code) - 0x10000), false);
    CHECK(!a.ended.code);
    CHECK(a.asked.size() == 2);
  }
}

TEST_CASE("failover: errors of the node only when the request may be executed twice", "[cluster]") {
  for (const auto code : {server_errc::overloaded, server_errc::server_error, server_errc::truncate_error}) {
    const auto error = react::error(static_cast<std::int32_t>(code) - 0x10000);
    CHECK(!attempt(error, true).ended.code);
    attempt a(error, false);
    CHECK(a.ended.code == code);
    CHECK(a.asked.size() == 1);
  }
}

TEST_CASE("failover: other errors of a server are the answer", "[cluster]") {
  for (const auto code : {server_errc::protocol_error, server_errc::write_timeout, server_errc::read_timeout,
                          server_errc::read_failure, server_errc::function_failure,
                          server_errc::write_failure, server_errc::syntax_error, server_errc::unauthorized,
                          server_errc::invalid, server_errc::config_error, server_errc::already_exists}) {
    INFO(static_cast<int>(code));
    attempt a(react::error(static_cast<std::int32_t>(code) - 0x10000), true);
    CHECK(a.ended.code == code);
    CHECK(a.asked.size() == 1);
    CHECK(a.ended.diag.server_message() == "scripted error");
    CHECK(a.ended.diag.server().code == static_cast<std::int32_t>(code) - 0x10000);
  }
}

TEST_CASE("failover: the fields of the errors", "[cluster]") {
  mock_cluster cluster;
  coodie::testing::error_reply reply;
  const auto failed = [&](server_errc code) {
    reply.code = static_cast<std::int32_t>(code) - 0x10000;
    cluster.server.on({.opcode = opcode::query}, react::error(reply));
    auto ended = ask(*cluster.driver);
    CHECK(ended.code == code);
    return ended.diag.server();
  };
  reply.consistency = coodie::consistency::quorum;
  reply.required = 3;
  reply.received = 2;
  reply.failures = 5;
  reply.data_present = true;
  reply.write_type = "CAS";
  const auto no_node = failed(server_errc::unavailable);
  CHECK(no_node.consistency == coodie::consistency::quorum);
  CHECK(no_node.required == 3);
  CHECK(no_node.received == 2);
  const auto late_write = failed(server_errc::write_timeout);
  CHECK(late_write.required == 3);
  CHECK(late_write.received == 2);
  CHECK(late_write.write_type == "CAS");
  const auto late_read = failed(server_errc::read_timeout);
  CHECK(late_read.required == 3);
  CHECK(late_read.data_present);
  const auto bad_read = failed(server_errc::read_failure);
  CHECK(bad_read.failures == 5);
  CHECK(bad_read.received == 2);
  const auto bad_write = failed(server_errc::write_failure);
  CHECK(bad_write.failures == 5);
  CHECK(bad_write.write_type == "CAS");
  reply.keyspace = "ks";
  reply.table = "t";
  reply.function = "f";
  reply.argument_types = {"int", "text"};
  CHECK(failed(server_errc::already_exists).keyspace == "ks");
  const auto function = failed(server_errc::function_failure);
  CHECK(function.function == "f");
  CHECK(function.argument_types == std::vector<std::string>{"int", "text"});

  reply.code = 0x7777;  // one that nobody has heard of keeps its number and text
  cluster.server.on({.opcode = opcode::query}, react::error(reply));
  const auto unknown = ask(*cluster.driver);
  CHECK(unknown.code == coodie::server_error_code(0x7777));
  CHECK(unknown.diag.server().code == 0x7777);
  CHECK(unknown.diag.server_message() == "scripted error");
}

TEST_CASE("failover: no answer in time", "[cluster]") {
  mock_cluster cluster;
  const auto rule = cluster.server.on({.opcode = opcode::query}, react::delay(150ms));
  const auto before = std::chrono::steady_clock::now();
  const auto ended = ask(*cluster.driver, any_question, {}, {.timeout = 50ms});
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(ended.code == errc::request_timeout);
  CHECK(took >= 50ms);
  CHECK(took < 140ms);
  CHECK(ended.diag.host() == cluster.server.contact_points()[0]);
  CHECK(cluster.server.applied(rule) == 1);
  CHECK(!ask(*cluster.driver).code);  // before the late answer
  std::this_thread::sleep_for(120ms);
  CHECK(!ask(*cluster.driver).code);  // and behind it
  CHECK(cluster.server.connections(0) == 1);

  cluster.server.on({.opcode = opcode::query}, react::ignore());
  CHECK_THROWS_AS(cluster.driver->execute(any_question, {}, {.timeout = 20ms}), coodie::timeout_error);
}

TEST_CASE("failover: the driver's own timeout holds where the call names none", "[cluster]") {
  mock_cluster cluster(1, {.request_timeout = 40ms});
  cluster.server.on({.opcode = opcode::query}, react::ignore());
  const auto before = std::chrono::steady_clock::now();
  CHECK(ask(*cluster.driver).code == errc::request_timeout);
  CHECK(std::chrono::steady_clock::now() - before < 1s);
}

TEST_CASE("failover: a request that hops from node to node keeps its one deadline", "[cluster]") {
  mock_cluster cluster(3);
  cluster.server.on({.opcode = opcode::query, .times = 0}, react::error(unavailable));
  cluster.server.clear_rules();
  cluster.server.on({.opcode = opcode::query, .times = 2}, react::close().after(40ms));
  cluster.server.on({.opcode = opcode::query, .times = 0}, react::ignore());
  const auto before = std::chrono::steady_clock::now();
  const auto ended = ask(*cluster.driver, any_question, {}, {.timeout = 120ms, .idempotent = true});
  CHECK(ended.code == errc::request_timeout);
  CHECK(std::chrono::steady_clock::now() - before < 160ms);
  CHECK(ended.diag.attempts().size() == 2);
}

TEST_CASE("failover: an answer that is no answer to the question is an error", "[cluster]") {
  mock_cluster cluster;
  // READY on stream 0, whichever request waits there: well formed, but no RESULT.
  using namespace std::string_literals;
  cluster.server.on({.opcode = opcode::query}, react::garbage("\x84\x00\x00\x00\x02\x00\x00\x00\x00"s));
  const auto ended = ask(*cluster.driver);
  CHECK(ended.code);
  CHECK(eventually([&] { return !ask(*cluster.driver).code; }));
}
