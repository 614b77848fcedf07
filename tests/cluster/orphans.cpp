// SPDX-License-Identifier: MIT
// Requests that nobody waits for any more: their stream ids are never given to others, and a connection that
// has too many of them makes room for the next one.
#include <atomic>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

/// Requests that the server never answers, until all have timed out.
[[nodiscard]] bool time_out(mock_cluster& cluster, int count, std::chrono::milliseconds timeout) {
  const auto rule = cluster.server.on({.opcode = opcode::query, .statement = "SELECT key FROM", .times = 0},
                                      react::ignore());
  std::atomic<int> ended = 0, timed_out = 0;
  for (int i = 0; i < count; ++i)
    cluster.driver->execute_async(any_question, {}, {.timeout = timeout},
                                  [&](coodie::error_code ec, const coodie::result&) {
                                    if (ec == errc::request_timeout) ++timed_out;
                                    ++ended;
                                  });
  const auto over = [&] { return ended == count; };
  const bool all = eventually(over) || eventually(over);  // a busy machine needs long for so many
  cluster.server.remove_rule(rule);
  return all && timed_out == count;
}

std::set<std::uint64_t> connections_of(const mock_cluster& cluster) {
  std::set<std::uint64_t> all;
  for (const auto& request : cluster.server.requests(opcode::query))
    if (request.statement == any_question) all.insert(request.connection);
  return all;
}

}  // namespace

TEST_CASE("orphans: all ids of the only connection, and the next requests succeed within a second",
          "[cluster]") {
  for (const bool blocking : {true, false}) {
    mock_cluster cluster;
    REQUIRE(time_out(cluster, 32768, 4s));
    CHECK(
        eventually([&] { return cluster.driver->metrics().in_flight == 0; }));  // but for the next handshake
    const auto before = std::chrono::steady_clock::now();
    std::atomic<int> good = 0;
    for (int i = 0; i < 100; ++i)
      if (blocking)
        good += ask(*cluster.driver).rows == 1 ? 1 : 0;
      else
        cluster.driver->execute_async(any_question, {}, {}, [&](coodie::error_code, const coodie::result& r) {
          good += r.size() == 1;
        });
    CHECK(eventually([&] { return good == 100; }));
    CHECK(std::chrono::steady_clock::now() - before < 1s);
    CHECK(connections_of(cluster).size() == 2);
    CHECK(eventually([&] { return cluster.server.connections(0) == 1; }));
    CHECK(cluster.driver->metrics().orphans == 0);
  }
}

TEST_CASE("orphans: few ids, fewer than may be orphans", "[cluster]") {
  mock_cluster cluster(1, {.max_in_flight = 16});
  REQUIRE(time_out(cluster, 16, 50ms));
  const auto before = std::chrono::steady_clock::now();
  CHECK(!ask(*cluster.driver).code);
  CHECK(std::chrono::steady_clock::now() - before < 1s);
  CHECK(eventually([&] { return cluster.server.connections(0) == 1; }));
}

TEST_CASE("orphans: when the next connection can't be made either, requests end and it is tried again",
          "[cluster]") {
  mock_cluster cluster(1, {.connect_timeout = 200ms, .max_in_flight = 16});
  const auto rule = cluster.server.on({.opcode = opcode::options, .times = 0}, react::ignore());
  REQUIRE(time_out(cluster, 16, 50ms));
  const auto ended = ask(*cluster.driver, any_question, {}, {.timeout = 5s});
  CHECK(ended.code == errc::no_host_available);
  cluster.server.remove_rule(rule);
  CHECK(eventually([&] { return !ask(*cluster.driver).code; }));
}

TEST_CASE("orphans: an answer that comes late is nobody else's", "[cluster]") {
  mock_cluster cluster(1, {.max_in_flight = 8});
  cluster.server.on({.opcode = opcode::query, .statement = "SELECT key FROM", .times = 4},
                    react::delay(150ms));
  std::atomic<int> timed_out = 0;
  for (int i = 0; i < 4; ++i)
    cluster.driver->execute_async(
        any_question, {}, {.timeout = 30ms},
        [&](coodie::error_code ec, const coodie::result&) { timed_out += ec == errc::request_timeout; });
  REQUIRE(eventually([&] { return timed_out == 4; }));
  for (int i = 0; i < 400; ++i) {
    const auto other = ask(*cluster.driver, "SELECT cluster_name, listen_address FROM system.local");
    REQUIRE(!other.code);
    REQUIRE(other.rows == 1);
  }
  CHECK(eventually([&] {
    static_cast<void>(ask(*cluster.driver));
    return cluster.driver->metrics().orphans == 0;
  }));
  CHECK(cluster.server.connections(0) == 1);
}

TEST_CASE("orphans: a shard's connection goes on until the next one is ready, which may land elsewhere first",
          "[cluster]") {
  coodie::testing::server_options what{.nodes = 1, .shards = 3, .shard_aware_port = false};
  mock_cluster cluster(what, {.max_in_flight = 64, .max_orphans = 4});
  make_keyspace(cluster.server);
  CHECK(cluster.server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  REQUIRE(eventually([&] { return cluster.server.connections(0) == 3; }));
  const std::string_view read = "SELECT v FROM ks.t WHERE k = ?";
  std::int32_t key = 0;
  const auto request_for_key = [&] {
    cluster.server.clear_requests();
    CHECK(!ask(*cluster.driver, read, {key}).code);
    return cluster.server.requests(opcode::execute).back();
  };
  static_cast<void>(request_for_key());
  while (request_for_key().shard != 2) ++key;  // to which the third of the next connections comes
  const std::uint64_t old = request_for_key().connection;

  const auto ignored = cluster.server.on({.opcode = opcode::execute, .times = 0}, react::ignore());
  for (int i = 0; i < 6; ++i)
    CHECK(ask(*cluster.driver, read, {key}, {.timeout = 10ms}).code == errc::request_timeout);
  cluster.server.remove_rule(ignored);
  const auto slow = cluster.server.on({.opcode = opcode::options, .times = 0}, react::delay(150ms));
  const auto opened = cluster.driver->metrics().connections_opened;
  REQUIRE(eventually([&] { return cluster.server.connections(0) == 4; }));  // the next one, on its way
  CHECK(request_for_key().connection == old);
  REQUIRE(eventually([&] { return cluster.driver->metrics().connections_opened >= opened + 3; }));
  cluster.server.remove_rule(slow);
  REQUIRE(eventually([&] { return cluster.server.connections(0) == 3; }));
  const auto last = request_for_key();
  CHECK(last.connection != old);
  CHECK(last.shard == 2);
}
