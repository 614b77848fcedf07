// SPDX-License-Identifier: MIT
// What each policy does with each error, and that requests then go that way.
#include "cluster/retry_policy.hpp"

#include <string>
#include <vector>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using coodie::failed_attempt;
using coodie::retries;
using coodie::retry_decision;
using coodie::server_errc;
using coodie::cluster_detail::decide_retry;
using namespace std::chrono_literals;

namespace {

using what = retry_decision::what;

/// One row of the table: an error, and what becomes of a request that may, or may not, be executed twice.
struct cell {
  failed_attempt attempt;
  what idempotent, otherwise;
};

failed_attempt sent(coodie::error_code code) { return {.code = code, .sent = true}; }

failed_attempt timed_out(server_errc code, std::int32_t received, std::int32_t required, bool data,
                         std::string_view write_type) {
  failed_attempt a = sent(code);
  a.received = received;
  a.required = required;
  a.data_present = data;
  a.write_type = write_type;
  return a;
}

void check(retries policy, const std::vector<cell>& table) {
  std::size_t row = 0;
  for (const cell& each : table) {
    INFO(row++);
    failed_attempt a = each.attempt;
    a.idempotent = true;
    CHECK(decide_retry(policy, a).action == each.idempotent);
    a.idempotent = false;
    CHECK(decide_retry(policy, a).action == each.otherwise);
  }
}

}  // namespace

TEST_CASE("retries: the standard policy", "[cluster]") {
  failed_attempt unsent = sent(errc::connection_closed);
  unsent.sent = false;
  failed_attempt again = sent(server_errc::unavailable);
  again.retries = 1;
  failed_attempt read_again = timed_out(server_errc::read_timeout, 2, 2, false, "");
  read_again.retries = 1;
  check(retries::standard,
        {{unsent, what::next_node, what::next_node},
         {sent(errc::connection_closed), what::next_node, what::fail},
         {sent(errc::request_timeout), what::next_node, what::fail},
         {sent(errc::heartbeat_timeout), what::next_node, what::fail},
         {sent(server_errc::is_bootstrapping), what::next_node, what::next_node},
         {sent(server_errc::overloaded), what::next_node, what::fail},
         {sent(server_errc::server_error), what::next_node, what::fail},
         {sent(server_errc::truncate_error), what::next_node, what::fail},
         {sent(server_errc::unavailable), what::next_node, what::next_node},
         {again, what::fail, what::fail},
         {timed_out(server_errc::read_timeout, 2, 2, false, ""), what::same_node, what::same_node},
         {read_again, what::fail, what::fail},
         {timed_out(server_errc::read_timeout, 2, 2, true, ""), what::fail, what::fail},
         {timed_out(server_errc::read_timeout, 1, 2, false, ""), what::fail, what::fail},
         {timed_out(server_errc::write_timeout, 1, 2, false, "BATCH_LOG"), what::same_node, what::fail},
         {timed_out(server_errc::write_timeout, 1, 2, false, "SIMPLE"), what::fail, what::fail},
         {timed_out(server_errc::write_timeout, 1, 2, false, "CAS"), what::fail, what::fail},
         {sent(server_errc::protocol_error), what::fail, what::fail},
         {sent(server_errc::bad_credentials), what::fail, what::fail},
         {sent(server_errc::read_failure), what::fail, what::fail},
         {sent(server_errc::write_failure), what::fail, what::fail},
         {sent(server_errc::function_failure), what::fail, what::fail},
         {sent(server_errc::syntax_error), what::fail, what::fail},
         {sent(server_errc::unauthorized), what::fail, what::fail},
         {sent(server_errc::invalid), what::fail, what::fail},
         {sent(server_errc::config_error), what::fail, what::fail},
         {sent(server_errc::already_exists), what::fail, what::fail},
         {sent(server_errc::rate_limited), what::fail, what::fail},
         {sent(server_errc::unprepared), what::fail, what::fail}});
}

TEST_CASE("retries: nothing that is conditional is repeated once a node may have executed it", "[cluster]") {
  for (const auto code : {server_errc::overloaded, server_errc::server_error, server_errc::unavailable,
                          server_errc::read_timeout, server_errc::write_timeout}) {
    failed_attempt a = timed_out(code, 2, 2, false, "BATCH_LOG");
    a.conditional = true;
    CHECK(decide_retry(retries::standard, a).action ==
          (code == server_errc::write_timeout ? what::fail : what::fail));
    CHECK(decide_retry(retries::downgrading, a).action == what::fail);
  }
}

TEST_CASE("retries: conditional statements by text are known as such, whatever the caller says",
          "[cluster]") {
  mock_cluster cluster(3);
  make_keyspace(cluster.server);
  CHECK(cluster.server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  const auto check_ending = [&](std::string_view text, const coodie::value_list& values, bool repeated) {
    for (const opcode code : {opcode::query, opcode::execute})
      cluster.server.on({.opcode = code, .statement = "ks.t"}, react::close());
    cluster.server.clear_requests();
    const auto ended =
        ask(*cluster.driver, text, values, {.consistency = coodie::consistency::one, .idempotent = true});
    CAPTURE(text);
    CHECK(ended.code == (repeated ? coodie::error_code() : coodie::error_code(errc::connection_closed)));
    CHECK(cluster.asked("ks.t").size() == (repeated ? 2 : 1));
    cluster.server.clear_rules();
    REQUIRE(cluster.all_answer());
  };
  check_ending("UPDATE ks.t SET v = 1 WHERE k = 1 IF v = 2", {}, false);
  check_ending("BEGIN BATCH INSERT INTO ks.t (k) VALUES (1) IF NOT EXISTS APPLY BATCH", {}, false);
  check_ending("DELETE FROM ks.t WHERE k = ? IF EXISTS", {1}, false);
  check_ending("UPDATE ks.t SET v = 1 WHERE k = 1", {}, true);
  check_ending("DELETE FROM ks.t WHERE k = ? // IF EXISTS\n", {1}, true);
}

TEST_CASE("retries: fallthrough only passes on what no node has seen", "[cluster]") {
  failed_attempt unsent = sent(errc::connection_closed);
  unsent.sent = false;
  check(retries::fallthrough,
        {{unsent, what::next_node, what::next_node},
         {sent(errc::connection_closed), what::fail, what::fail},
         {sent(server_errc::is_bootstrapping), what::fail, what::fail},
         {sent(server_errc::unavailable), what::fail, what::fail},
         {timed_out(server_errc::read_timeout, 2, 2, false, ""), what::fail, what::fail}});
}

TEST_CASE("retries: downgrading asks fewer replicas", "[cluster]") {
  using coodie::consistency;
  const auto unavailable = [](std::int32_t alive) {
    failed_attempt a = sent(server_errc::unavailable);
    a.received = alive;
    return decide_retry(retries::downgrading, a);
  };
  CHECK(unavailable(0).action == what::fail);
  CHECK(unavailable(1).consistency == consistency::one);
  CHECK(unavailable(2).consistency == consistency::two);
  CHECK(unavailable(5).consistency == consistency::three);
  CHECK(unavailable(1).action == what::same_node);
  const auto read = decide_retry(retries::downgrading, timed_out(server_errc::read_timeout, 1, 2, true, ""));
  CHECK(read.action == what::same_node);
  CHECK(read.consistency == consistency::one);
  check(retries::downgrading,
        {{timed_out(server_errc::write_timeout, 1, 2, false, "SIMPLE"), what::succeed, what::succeed},
         {timed_out(server_errc::write_timeout, 0, 2, false, "SIMPLE"), what::fail, what::fail},
         {timed_out(server_errc::write_timeout, 1, 2, false, "UNLOGGED_BATCH"), what::same_node, what::fail},
         {timed_out(server_errc::write_timeout, 1, 2, false, "COUNTER"), what::fail, what::fail}});
  failed_attempt second = sent(server_errc::unavailable);
  second.received = 1;
  second.retries = 1;
  CHECK(decide_retry(retries::downgrading, second).action == what::fail);
}

TEST_CASE("retries: a read timeout is repeated on the same node, once", "[cluster]") {
  mock_cluster cluster(3);
  coodie::testing::error_reply timeout{.code = 0x1200};
  timeout.required = 2;
  timeout.received = 2;
  cluster.server.on({.statement = "SELECT key FROM"}, react::error(timeout));
  CHECK(!ask(*cluster.driver).code);
  const auto asked = cluster.asked("SELECT key FROM");
  REQUIRE(asked.size() == 2);
  CHECK(asked[0] == asked[1]);
  CHECK(cluster.driver->metrics().retries == 1);
  cluster.server.clear_requests();
  cluster.server.on({.statement = "SELECT key FROM", .times = 2}, react::error(timeout));
  CHECK(ask(*cluster.driver).code == server_errc::read_timeout);
  CHECK(cluster.asked("SELECT key FROM").size() == 2);
}

TEST_CASE("retries: a lower consistency is what the server is asked for", "[cluster]") {
  mock_cluster cluster(1, {.retry = retries::downgrading});
  coodie::testing::error_reply unavailable{.code = 0x1000};
  unavailable.required = 2;
  unavailable.received = 1;
  cluster.server.on({.statement = "SELECT key FROM"}, react::error(unavailable));
  CHECK(!ask(*cluster.driver).code);
  const auto requests = cluster.server.requests(opcode::query);
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].consistency == coodie::consistency::local_quorum);
  CHECK(requests[1].consistency == coodie::consistency::one);
}

TEST_CASE("retries: a write that some replicas have can be a success", "[cluster]") {
  mock_cluster cluster(1, {.retry = retries::downgrading});
  coodie::testing::error_reply timeout{.code = 0x1100};
  timeout.received = 1;
  cluster.server.on({.statement = "SELECT key FROM"}, react::error(timeout));
  const auto ended = ask(*cluster.driver);
  CHECK(!ended.code);
  CHECK(ended.rows == 0);
  CHECK(cluster.asked("SELECT key FROM").size() == 1);
}

TEST_CASE("retries: a policy of the program's own decides, with a delay", "[cluster]") {
  std::atomic<int> calls{0};
  const auto policy = [&calls](const failed_attempt& a) -> retry_decision {
    ++calls;
    if (a.code != server_errc::invalid || a.retries == 2) return {};
    return {.action = what::same_node, .delay = 20ms};
  };
  mock_cluster cluster(2, {.retry_policy = policy});
  cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::error(0x2200));
  const auto before = std::chrono::steady_clock::now();
  CHECK(ask(*cluster.driver).code == server_errc::invalid);
  CHECK(std::chrono::steady_clock::now() - before >= 40ms);
  CHECK(calls == 3);
  const auto asked = cluster.asked("SELECT key FROM");
  REQUIRE(asked.size() == 3);
  CHECK(asked[0] == asked[1]);
  CHECK(asked[0] == asked[2]);
}

TEST_CASE("retries: every attempt writes at the same time", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 2});
  make_keyspace(server);
  CHECK(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  const auto hosts = server.hosts();
  for (const bool speculative : {false, true}) {
    const coodie::speculation_options how{.delay = speculative ? 20ms : 0ms};
    const auto driver =
        tests::connect({.hosts = hosts, .keyspace = "ks", .port = server.port(), .speculation = how});
    const auto insert = "INSERT INTO t (k, v) VALUES (?, ?)";
    CHECK(!ask(*driver, insert, {1, 1}, {.idempotent = true}).code);
    server.clear_requests();
    server.on({.opcode = opcode::execute}, speculative ? react::delay(200ms) : react::error(0x1001));
    CHECK(!ask(*driver, insert, {1, 2}, {.idempotent = true}).code);
    const auto sent = server.requests(opcode::execute);
    REQUIRE(sent.size() == 2);
    REQUIRE(sent[0].timestamp);
    CHECK(sent[0].timestamp == sent[1].timestamp);
    driver->close();
  }
}

TEST_CASE("retries: what could only come after the request's timeout is not waited for", "[cluster]") {
  const auto policy = [](const failed_attempt&) -> retry_decision {
    return {.action = what::same_node, .delay = 150ms};
  };
  mock_cluster cluster(1, {.retry_policy = policy});
  cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::error(0x1001));
  CHECK(ask(*cluster.driver, any_question, {}, {.timeout = 400ms}).code == server_errc::overloaded);
  CHECK(cluster.asked("SELECT key FROM").size() <= 3);
}

TEST_CASE("retries: with a backoff too the last node's error is told", "[cluster]") {
  mock_cluster cluster(2, {.retry_backoff = 20ms});
  cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::error(0x1001));
  const auto ended = ask(*cluster.driver, any_question, {}, {.idempotent = true});
  CHECK(ended.code == server_errc::overloaded);
  CHECK(ended.diag.attempts().size() == 1);
  CHECK(cluster.asked("SELECT key FROM").size() == 2);
}

TEST_CASE("retries: backoff grows between them", "[cluster]") {
  mock_cluster cluster(3, {.retry_backoff = 20ms, .retry_backoff_max = 1s});
  cluster.server.on({.statement = "SELECT key FROM", .times = 2}, react::error(0x1001));
  const auto before = std::chrono::steady_clock::now();
  CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
  CHECK(std::chrono::steady_clock::now() - before >= 60ms);  // 20 and 40
}

TEST_CASE("retries: a caller that waits for the next attempt is not kept longer", "[cluster]") {
  mock_cluster cluster(2, {.retry_backoff = 400ms});
  cluster.server.on({.statement = "SELECT key FROM"}, react::error(0x1001));
  const auto before = std::chrono::steady_clock::now();
  CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(took >= 400ms);
  CHECK(took < 750ms);
}

TEST_CASE("retries: an attempt that takes too long is given up for another node", "[cluster]") {
  mock_cluster cluster(2, {.attempt_timeout = 50ms});
  cluster.server.on({.statement = "SELECT key FROM"}, react::ignore());
  const auto before = std::chrono::steady_clock::now();
  CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  CHECK(cluster.asked("SELECT key FROM").size() == 2);
  CHECK(cluster.driver->metrics().attempt_timeouts == 1);
  CHECK(cluster.connected_to_all());  // one request does not cost the connection
  cluster.server.on({.statement = "SELECT key FROM"}, react::ignore());
  const auto once = ask(*cluster.driver);
  CHECK(once.code == errc::request_timeout);
}

TEST_CASE("retries: when every node has been too slow, the last attempt has the rest of the time",
          "[cluster]") {
  const coodie::profile_options twice{.name = "twice", .speculation = {.delay = 20ms}};
  mock_cluster cluster(2, {.attempt_timeout = 50ms, .profiles = {twice}});
  SECTION("for an answer that comes late") {
    cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::delay(400ms));
    const auto before = std::chrono::steady_clock::now();
    CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
    CHECK(std::chrono::steady_clock::now() - before >= 500ms);
    CHECK(cluster.asked("SELECT key FROM").size() == 3);
  }
  SECTION("for none") {
    cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::ignore());
    const auto before = std::chrono::steady_clock::now();
    const auto ended = ask(*cluster.driver, any_question, {}, {.timeout = 400ms, .idempotent = true});
    const auto took = std::chrono::steady_clock::now() - before;
    CHECK(ended.code == errc::request_timeout);
    CHECK(took >= 400ms);
    CHECK(took < 2s);
    CHECK(cluster.asked("SELECT key FROM").size() == 3);
    REQUIRE(ended.diag.attempts().size() == 2);
    CHECK(ended.diag.attempts()[0].reason == "no answer within the attempt's timeout");
    CHECK(ended.diag.attempts()[0].host != ended.diag.attempts()[1].host);
    CHECK(ended.diag.message() == "no answer within the request's timeout");
  }
  SECTION("and goes to the other node when its connection breaks") {
    cluster.server.on({.statement = "SELECT key FROM", .times = 2}, react::ignore());
    cluster.server.on({.statement = "SELECT key FROM"}, react::close());
    CHECK(!ask(*cluster.driver, any_question, {}, {.idempotent = true}).code);
    CHECK(cluster.asked("SELECT key FROM").size() == 4);
  }
  SECTION("also of several at the same time") {
    cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::delay(400ms));
    CHECK(!ask(*cluster.driver, any_question, {}, {.profile = "twice", .idempotent = true}).code);
    CHECK(cluster.asked("SELECT key FROM").size() <= 4);
  }
  SECTION("but not of what may not be sent twice") {
    cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::ignore());
    const auto ended = ask(*cluster.driver);
    CHECK(ended.code == errc::request_timeout);
    CHECK(ended.diag.message() == "no answer within the attempt's timeout");
    CHECK(cluster.asked("SELECT key FROM").size() == 1);
  }
}
