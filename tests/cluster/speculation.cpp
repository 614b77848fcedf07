// SPDX-License-Identifier: MIT
// Speculative execution: the first answer counts, and nothing outlives the timeout.
#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

const coodie::execute_options twice{.idempotent = true};

/// What a call took.
template <class F>
std::chrono::steady_clock::duration time_of(F&& f) {
  const auto before = std::chrono::steady_clock::now();
  f();
  return std::chrono::steady_clock::now() - before;
}

}  // namespace

TEST_CASE("speculation: a node that does not answer costs the delay", "[cluster]") {
  mock_cluster cluster(3, {.speculation = {.delay = 30ms}});
  cluster.server.on({.statement = "SELECT key FROM"}, react::ignore());
  outcome ended;
  const auto took = time_of([&] { ended = ask(*cluster.driver, any_question, {}, twice); });
  CHECK(!ended.code);
  CHECK(ended.rows == 1);
  CHECK(took >= 30ms);
  CHECK(took < 2s);
  const auto asked = cluster.asked("SELECT key FROM");
  REQUIRE(asked.size() == 2);
  CHECK(asked[0] != asked[1]);
  const auto metrics = cluster.driver->metrics();
  CHECK(metrics.speculations == 1);
  CHECK(metrics.speculations_won == 1);
  CHECK(metrics.requests == 1);
}

TEST_CASE("speculation: an answer in time starts nothing", "[cluster]") {
  mock_cluster cluster(3, {.speculation = {.delay = 2s}});
  for (int i = 0; i < 20; ++i) CHECK(!ask(*cluster.driver, any_question, {}, twice).code);
  CHECK(cluster.asked("SELECT key FROM").size() == 20);
  CHECK(cluster.driver->metrics().speculations == 0);
}

TEST_CASE("speculation: what may not be executed twice is not", "[cluster]") {
  mock_cluster cluster(3, {.speculation = {.delay = 10ms}});
  cluster.server.on({.statement = "SELECT key FROM"}, react::delay(100ms));
  CHECK(!ask(*cluster.driver).code);
  CHECK(cluster.asked("SELECT key FROM").size() == 1);
}

TEST_CASE("speculation: what is conditional is not sent twice, whatever the caller says", "[cluster]") {
  mock_cluster cluster(3, {.speculation = {.delay = 10ms}});
  make_keyspace(cluster.server);
  CHECK(cluster.server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  for (const opcode code : {opcode::query, opcode::execute})
    cluster.server.on({.opcode = code, .statement = "ks.t", .times = 0}, react::delay(100ms));
  CHECK(!ask(*cluster.driver, "DELETE FROM ks.t WHERE k = 1 IF EXISTS", {}, twice).code);
  CHECK(!ask(*cluster.driver, "DELETE FROM ks.t WHERE k = ? IF EXISTS", {1}, twice).code);
  CHECK(cluster.asked("ks.t").size() == 2);
}

TEST_CASE("speculation: it does not outlive the timeout", "[cluster]") {
  for (const std::size_t nodes : {std::size_t{1}, std::size_t{3}}) {  // with one node there is nowhere to go
    mock_cluster cluster(nodes, {.speculation = {.delay = 20ms, .most = 2}});
    cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::ignore());
    outcome ended;
    const auto took = time_of(
        [&] { ended = ask(*cluster.driver, any_question, {}, {.timeout = 150ms, .idempotent = true}); });
    CHECK(ended.code == errc::request_timeout);
    CHECK(took >= 150ms);
    CHECK(took < 1500ms);
    CHECK(cluster.asked("SELECT key FROM").size() == nodes);
    cluster.server.clear_rules();
    CHECK(!ask(*cluster.driver, any_question, {}, twice).code);
  }
}

TEST_CASE("speculation: an error of one attempt does not matter while another runs", "[cluster]") {
  mock_cluster cluster(2, {.speculation = {.delay = 20ms}});
  cluster.server.on({.statement = "SELECT key FROM"}, react::error(0x1300).after(150ms));
  cluster.server.on({.statement = "SELECT key FROM"}, react::delay(300ms));
  CHECK(!ask(*cluster.driver, any_question, {}, twice).code);
}

TEST_CASE("speculation: when every attempt fails the error is an attempt's", "[cluster]") {
  mock_cluster cluster(2, {.speculation = {.delay = 20ms}});
  cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::error(0x1300).after(200ms));
  const auto ended = ask(*cluster.driver, any_question, {}, twice);
  CHECK(ended.code == coodie::server_errc::read_failure);
  CHECK(ended.diag.attempts().size() == 1);
  CHECK(cluster.driver->metrics().errors[static_cast<std::size_t>(coodie::error_kind::server_failure)] == 1);
}

TEST_CASE("speculation: the late answers give their stream ids back", "[cluster]") {
  mock_cluster cluster(2, {.speculation = {.delay = 5ms}});
  cluster.server.on({.statement = "SELECT key FROM", .node = 0, .times = 0}, react::delay(50ms));
  for (int i = 0; i < 10; ++i) CHECK(!ask(*cluster.driver, any_question, {}, twice).code);
  CHECK(eventually([&] {
    static_cast<void>(ask(*cluster.driver, any_question, {}, twice));
    std::this_thread::sleep_for(70ms);
    return cluster.driver->metrics().orphans == 0;
  }));
}

TEST_CASE("speculation: a percentile of what was measured is the delay", "[cluster]") {
  mock_cluster cluster(2, {.speculation = {.delay = 5s, .percentile = 99}});
  for (int i = 0; i < 150; ++i) CHECK(!ask(*cluster.driver, any_question, {}, twice).code);
  std::this_thread::sleep_for(120ms);  // until it is worked out again
  cluster.server.on({.statement = "SELECT key FROM"}, react::ignore());
  outcome ended;
  const auto took = time_of([&] { ended = ask(*cluster.driver, any_question, {}, twice); });
  CHECK(!ended.code);
  CHECK(took < 2s);  // the first ones took far less than the five seconds
}

TEST_CASE("speculation: closing the driver ends it", "[cluster]") {
  mock_cluster cluster(2, {.speculation = {.delay = 5ms}});
  cluster.server.on({.statement = "SELECT key FROM", .times = 0}, react::ignore());
  std::thread closer([&] {
    std::this_thread::sleep_for(40ms);
    cluster.driver->close();
  });
  CHECK(ask(*cluster.driver, any_question, {}, twice).code == errc::closed);
  closer.join();
}
