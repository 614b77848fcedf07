// SPDX-License-Identifier: MIT
// One thread that blocks on a driver, and what others want while it waits in a read of its connection.
#include "driver/driver_all.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <future>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view slow_question = "SELECT peer FROM system.peers";

/// A thread that waits for an answer which comes after `wait`, or never.
class lone_caller {
 public:
  explicit lone_caller(mock_cluster& cluster, coodie::testing::reaction what,
                       std::chrono::milliseconds timeout = 10s)
      : began_(std::chrono::steady_clock::now()) {
    cluster.server.on({.statement = "peers"}, std::move(what));
    thread_ = std::thread([this, timeout, driver = cluster.driver] {
      ended_ = ask(*driver, slow_question, {}, {.timeout = timeout});
      took_ = std::chrono::steady_clock::now() - began_;
    });
    REQUIRE(eventually([&] { return cluster.asked("peers").size() == 1; }));
  }
  ~lone_caller() {
    if (thread_.joinable()) thread_.join();
  }
  const outcome& result() {
    thread_.join();
    return ended_;
  }
  [[nodiscard]] std::chrono::nanoseconds took() const { return took_; }

 private:
  std::chrono::steady_clock::time_point began_;
  std::chrono::nanoseconds took_{};
  outcome ended_;
  std::thread thread_;
};

template <class F>
std::chrono::nanoseconds duration_of(F&& f) {
  const auto began = std::chrono::steady_clock::now();
  f();
  return std::chrono::steady_clock::now() - began;
}

}  // namespace

// Each moment of its wait: in the read, which is short, and after that.
static const std::vector<std::chrono::milliseconds> moments{0ms, 5ms, 40ms};

TEST_CASE("lone caller: others are answered at once", "[cluster][threads]") {
  for (const auto moment : moments) {
    mock_cluster cluster;
    CHECK(ask(*cluster.driver, prepared_question, {"local"}).rows == 1);
    cluster.server.clear_requests();
    lone_caller caller(cluster, react::delay(250ms));
    std::this_thread::sleep_for(moment);
    CHECK(duration_of([&] { CHECK(ask(*cluster.driver).rows == 1); }) < 200ms);
    std::promise<std::size_t> answered;
    auto rows = answered.get_future();
    CHECK(duration_of([&] {
            cluster.driver->execute_async(
                prepared_question, {"local"}, {},
                [&](coodie::error_code, const coodie::result& all) { answered.set_value(all.size()); });
            REQUIRE(rows.wait_for(5s) == std::future_status::ready);
          }) < 200ms);
    CHECK(rows.get() == 1);
    CHECK(!caller.result().code);
    CHECK(caller.took() >= 250ms);
  }
}

TEST_CASE("lone caller: closing ends it", "[cluster][threads]") {
  for (const auto moment : moments) {
    mock_cluster cluster(2);
    lone_caller caller(cluster, react::ignore());
    std::this_thread::sleep_for(moment);
    CHECK(duration_of([&] {
            cluster.driver->close();
            CHECK(caller.result().code == errc::closed);
          }) < 1s);
    CHECK(ask(*cluster.driver).code == errc::closed);
  }
}

TEST_CASE("lone caller: its own time is up, and that of others", "[cluster][threads]") {
  mock_cluster cluster;
  for (const auto timeout : {1ms, 10ms, 30ms, 100ms}) {
    cluster.server.clear_requests();
    cluster.server.clear_rules();
    lone_caller caller(cluster, react::ignore(), timeout);
    CHECK(caller.result().code == errc::request_timeout);
    CHECK(caller.took() >= timeout);
    CHECK(caller.took() < timeout + 200ms);
  }
  cluster.server.clear_requests();
  cluster.server.clear_rules();
  lone_caller caller(cluster, react::delay(400ms));
  cluster.server.on({.statement = "system.local"}, react::ignore());
  CHECK(duration_of([&] {
          CHECK(ask(*cluster.driver, any_question, {}, {.timeout = 20ms}).code == errc::request_timeout);
        }) < 300ms);
  CHECK(!caller.result().code);
}

TEST_CASE("lone caller: its connection breaks", "[cluster][threads]") {
  for (const auto moment : moments) {
    mock_cluster cluster;
    lone_caller caller(cluster, react::ignore());
    std::this_thread::sleep_for(moment);
    cluster.server.close_connections(0);
    CHECK(caller.result().code == errc::connection_closed);
    CHECK(caller.took() < 1s);
    CHECK(eventually([&] { return !ask(*cluster.driver).code; }));
  }
}

TEST_CASE("lone caller: an idempotent request goes on elsewhere", "[cluster][threads]") {
  mock_cluster cluster(2);
  REQUIRE(cluster.all_answer());
  for (int i = 0; i < 4; ++i) {
    cluster.server.clear_rules();
    cluster.server.on({.statement = "system.local"}, react::close());
    CHECK(ask(*cluster.driver, any_question, {}, {.idempotent = true}).rows == 1);
    REQUIRE(cluster.all_answer());
  }
}

TEST_CASE("lone caller: another thread finds the connection broken while it writes", "[cluster][threads]") {
  for (int round = 0; round < 20; ++round) {
    mock_cluster cluster;
    lone_caller caller(cluster, react::ignore());
    std::atomic<bool> stop = false;
    std::thread other([&] {
      while (!stop)
        cluster.driver->execute_async(any_question, {}, {}, [](coodie::error_code, const coodie::result&) {});
    });
    cluster.server.stop_node(0);
    CHECK(caller.result().code == errc::connection_closed);
    stop = true;
    other.join();
  }
}

TEST_CASE("lone caller: cancellation from another thread", "[cluster][threads]") {
  mock_cluster cluster;
  lone_caller caller(cluster, react::delay(150ms));
  cluster.server.on({.statement = "system.local"}, react::ignore());
  asio::cancellation_signal signal;
  std::promise<coodie::error_code> ended;
  auto code = ended.get_future();
  cluster.driver->execute_async(
      any_question, {}, {},
      asio::bind_cancellation_slot(
          signal.slot(), [&](coodie::error_code ec, const coodie::result&) { ended.set_value(ec); }));
  signal.emit(asio::cancellation_type::terminal);
  REQUIRE(code.wait_for(5s) == std::future_status::ready);
  CHECK(code.get() == errc::cancelled);
  CHECK(!caller.result().code);
}

TEST_CASE("lone caller: another thread's request is larger than the socket's buffer", "[cluster][threads]") {
  mock_cluster cluster;
  make_keyspace(cluster.server);
  CHECK(cluster.server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v blob)").empty());
  const coodie::blob large(12 * 1024 * 1024, std::byte{7});
  lone_caller caller(cluster, react::delay(300ms));
  CHECK(!ask(*cluster.driver, "INSERT INTO ks.t (k, v) VALUES (?, ?)", {1, large}).code);
  CHECK(!caller.result().code);
  const auto rows = cluster.driver->execute("SELECT v FROM ks.t WHERE k = ?", {1});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].get<coodie::blob>(0) == large);
}

TEST_CASE("lone caller: the other nodes are not forgotten", "[cluster][threads]") {
  mock_cluster cluster(3);
  REQUIRE(cluster.all_answer());
  cluster.server.stop_node(1);
  // It is seen to be down although nobody writes to it: only so can it be seen to be up again.
  CHECK(eventually([&] { return !ask(*cluster.driver).code; }));
  CHECK(cluster.server.start_node(1));
  CHECK(cluster.all_answer());
}

TEST_CASE("lone caller: pages, each of which is asked for in the turn of the last", "[cluster][threads]") {
  mock_cluster cluster(2);
  make_keyspace(cluster.server);
  CHECK(cluster.server.execute("CREATE TABLE ks.t (k int PRIMARY KEY)").empty());
  for (std::int32_t i = 0; i < 100; ++i)
    CHECK(!ask(*cluster.driver, "INSERT INTO ks.t (k) VALUES (?)", {i}).code);
  for (const std::int32_t size : {1, 7, 100})
    CHECK(ask(*cluster.driver, "SELECT k FROM ks.t", {}, {.page_size = size}).rows == 100);
  // Late pages: each has the whole time.
  cluster.server.on({.statement = "ks.t", .times = 0}, react::delay(60ms));
  CHECK(ask(*cluster.driver, "SELECT k FROM ks.t", {}, {.timeout = 150ms, .page_size = 20}).rows == 100);
}
