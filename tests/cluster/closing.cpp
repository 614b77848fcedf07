// SPDX-License-Identifier: MIT
// The end of a driver: in every state, from any thread, in bounded time, and nobody is left waiting.
#include "driver/driver_all.hpp"

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/use_future.hpp>
#include <future>

#include "tests/cluster/mock_cluster.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/driver/tcp_listener.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

/// Fails the test when its block takes too long; close() may wait for a turn of the loop, not for a server.
class time_limit {
 public:
  time_limit() = default;
  ~time_limit() { CHECK(std::chrono::steady_clock::now() - start_ < 2s); }
  time_limit(const time_limit&) = delete;
  time_limit& operator=(const time_limit&) = delete;

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

struct pending {
  std::promise<coodie::error_code> done;
  std::future<coodie::error_code> ended = done.get_future();

  void start(coodie::abstract_driver& driver, std::string_view statement = any_question,
             const coodie::value_list& values = {}) {
    driver.execute_async(statement, values, {},
                         [this](coodie::error_code ec, const coodie::result&) { done.set_value(ec); });
  }
  coodie::error_code result() {
    REQUIRE(ended.wait_for(5s) == std::future_status::ready);
    return ended.get();
  }
};

}  // namespace

TEST_CASE("closing: requests in flight end with an error", "[cluster][threads]") {
  mock_cluster cluster(2);
  cluster.server.on({.statement = "system.local", .times = 0}, react::ignore());
  std::vector<pending> requests(50);
  for (auto& each : requests) each.start(*cluster.driver);
  REQUIRE(eventually([&] { return cluster.asked("system.local").size() == 50; }));
  const time_limit limit;
  cluster.driver->close();
  for (auto& each : requests) CHECK(each.result() == errc::closed);
}

TEST_CASE("closing: statements that are being prepared, and callers that block", "[cluster][threads]") {
  mock_cluster cluster;
  cluster.server.on({.opcode = opcode::prepare, .times = 0}, react::ignore());
  std::vector<std::thread> callers;
  std::atomic<int> closed = 0;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      if (ask(*cluster.driver, prepared_question, {"local"}).code == errc::closed) ++closed;
    });
  pending waits;
  waits.start(*cluster.driver, prepared_question, {"local"});
  REQUIRE(eventually([&] { return cluster.server.requests(opcode::prepare).size() == 1; }));
  std::this_thread::sleep_for(20ms);
  const time_limit limit;
  cluster.driver->close();
  for (auto& t : callers) t.join();
  CHECK(closed == 4);
  CHECK(waits.result() == errc::closed);
}

TEST_CASE("closing: afterwards every call is refused, and closing again is nothing", "[cluster][threads]") {
  mock_cluster cluster;
  cluster.driver->close();
  cluster.driver->close();
  const auto refused = ask(*cluster.driver);
  CHECK(refused.code == errc::closed);
  CHECK(refused.diag.message() == "the driver is closed");
  CHECK(refused.diag.statement() == any_question);
  pending late;
  late.start(*cluster.driver);
  CHECK(late.result() == errc::closed);
  CHECK_THROWS_AS(cluster.driver->execute(any_question), coodie::error);
  CHECK(eventually([&] { return cluster.server.connections(0) == 0; }));
}

TEST_CASE("closing: by destructor, with requests in flight", "[cluster][threads]") {
  mock_cluster cluster;
  cluster.server.on({.statement = "system.local", .times = 0}, react::ignore());
  // An operation keeps its driver; a request without one does not.
  pending request;
  request.start(*cluster.driver);
  REQUIRE(eventually([&] { return cluster.asked("system.local").size() == 1; }));
  std::weak_ptr<coodie::abstract_driver> watched = cluster.driver;
  cluster.driver.reset();
  CHECK_FALSE(watched.expired());
  watched.lock()->close();
  CHECK(request.result() == errc::closed);
  CHECK(eventually([&] { return watched.expired(); }));
  CHECK(eventually([&] { return cluster.server.connections(0) == 0; }));
}

TEST_CASE("closing: within a handler of the driver's own", "[cluster][threads]") {
  mock_cluster cluster(2);
  cluster.server.on({.statement = "peers", .times = 0}, react::ignore());
  pending other;
  other.start(*cluster.driver, "SELECT peer FROM system.peers");
  pending refused;
  std::promise<coodie::error_code> done;
  cluster.driver->execute_async(any_question, {}, {}, [&](coodie::error_code ec, const coodie::result&) {
    cluster.driver->close();
    refused.start(*cluster.driver);
    done.set_value(ec);
  });
  CHECK(!done.get_future().get());
  CHECK(refused.result() == errc::closed);
  CHECK(other.result() == errc::closed);
  CHECK(ask(*cluster.driver).code == errc::closed);
}

TEST_CASE("closing: the last reference goes inside a handler", "[cluster][threads]") {
  for (int i = 0; i < 20; ++i) {
    mock_cluster cluster;
    std::promise<void> done;
    coodie::abstract_driver& driver = *cluster.driver;
    driver.execute_async(
        any_question, {}, {},
        [&done, last = std::move(cluster.driver)](coodie::error_code ec, const coodie::result&) mutable {
          CHECK(!ec);
          last.reset();
          done.set_value();
        });
    const time_limit limit;
    done.get_future().get();
    CHECK(eventually([&] { return cluster.server.connections(0) == 0; }));
  }
}

TEST_CASE("closing: the last reference goes inside a handler that fails", "[cluster][threads]") {
  for (int i = 0; i < 20; ++i) {
    mock_cluster cluster(2);
    cluster.server.on({.opcode = opcode::query, .times = 0}, react::close());
    std::vector<std::future<coodie::error_code>> ended;
    auto shared = std::make_shared<driver_pointer>(std::move(cluster.driver));
    for (int k = 0; k < 5; ++k) {
      auto done = std::make_shared<std::promise<coodie::error_code>>();
      ended.push_back(done->get_future());
      (*shared)->execute_async(any_question, {}, {},
                               [done, shared](coodie::error_code ec, const coodie::result&) mutable {
                                 shared.reset();
                                 done->set_value(ec);
                               });
    }
    shared.reset();
    for (auto& each : ended) {
      REQUIRE(each.wait_for(5s) == std::future_status::ready);
      CHECK(each.get());
    }
  }
}

TEST_CASE("closing: from many threads at once, while others call", "[cluster][threads]") {
  for (int round = 0; round < 15; ++round) {
    mock_cluster cluster(2);
    std::atomic<int> wrong = 0, closed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] {
        for (;;) {
          const auto ec = ask(*cluster.driver).code;
          if (ec == errc::closed) break;
          if (ec) ++wrong;
        }
        ++closed;
      });
    threads.emplace_back([&] {
      for (;;) {
        pending request;
        request.start(*cluster.driver);
        const auto ec = request.ended.get();
        if (ec == errc::closed) break;
        if (ec) ++wrong;
      }
      ++closed;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    for (int i = 0; i < 2; ++i) threads.emplace_back([&] { cluster.driver->close(); });
    for (auto& t : threads) t.join();
    CHECK(closed == 4);
    CHECK(wrong == 0);
  }
}

TEST_CASE("closing: while it connects", "[cluster][threads]") {
  const driver_tests::clean_registry clean;
  const driver_tests::tcp_listener silent;
  const auto connect = [&](const char* type) -> asio::awaitable<void> {
    static_cast<void>(co_await coodie::aio::init_coodie(
        {.hosts = {"127.0.0.1"}, .driver_type = type, .port = silent.port(), .connect_timeout = 200ms}));
  };
  const time_limit limit;
  {  // Nobody waits for it any more: the io_context, which is the driver's too, goes away with the coroutine
     // that does.
    asio::io_context context;
    asio::co_spawn(context, connect("acsylla"), asio::detached);
    context.run_for(20ms);
  }
  asio::io_context
      context;  // a driver with a loop of its own keeps that of the handler busy until it has told it
  std::exception_ptr thrown;
  asio::co_spawn(context, connect("scylla"), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  CHECK_THROWS_AS(std::rethrow_exception(thrown), coodie::no_host_available);
}

TEST_CASE("closing: while nodes are down and reconnection is waited for", "[cluster][threads]") {
  mock_cluster cluster(2, {.reconnect_base = 500ms});
  cluster.server.stop_node(0);
  cluster.server.stop_node(1);
  REQUIRE(eventually([&] { return ask(*cluster.driver).code == errc::no_host_available; }));
  const time_limit limit;
  cluster.driver->close();
  CHECK(ask(*cluster.driver).code == errc::closed);
}

TEST_CASE("closing: close_all and the registry's drivers", "[cluster][threads]") {
  const driver_tests::clean_registry clean;
  coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = coodie::sync::init_coodie(tests::options_for(server, hosts));
  server.on({.statement = "system.local", .times = 0}, react::ignore());
  pending request;
  request.start(*driver);
  coodie::close_all();
  CHECK(request.result() == errc::closed);
  CHECK(ask(*driver).code == errc::closed);
}

TEST_CASE("closing: a name registered anew does not close the driver that somebody holds",
          "[cluster][threads]") {
  const driver_tests::clean_registry clean;
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto old = coodie::sync::init_coodie(tests::options_for(server, hosts));
  const auto replacement = coodie::sync::init_coodie(tests::options_for(server, hosts));
  CHECK(coodie::get_driver() == replacement);
  CHECK(!ask(*old).code);
  CHECK(!ask(*replacement).code);
}
