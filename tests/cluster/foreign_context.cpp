// SPDX-License-Identifier: MIT
// Drivers on an io_context of the program's.
#include "driver/driver_all.hpp"

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/steady_timer.hpp>
#include <future>

#include "tests/cluster/mock_cluster.hpp"
#include "tests/driver/idle_driver.hpp"

using namespace cluster_tests;
using coodie::errc;
using driver_tests::clean_registry;
using namespace std::chrono_literals;

namespace {

std::size_t threads_of_this_process() {
  std::size_t count = 0;
#if defined(__linux__)
  std::FILE* file = std::fopen("/proc/self/status", "r");
  char line[256];
  while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr)
    static_cast<void>(std::sscanf(line, "Threads: %zu", &count));
  if (file != nullptr) std::fclose(file);
#endif
  return count;
}

}  // namespace

TEST_CASE("foreign context: acsylla in a coroutine, on the coroutine's own io_context", "[cluster]") {
  const clean_registry clean;
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  auto options = tests::options_for(server, hosts);
  options.driver_type = "acsylla";
  asio::io_context context;
  std::size_t rows = 0;
  const auto threads = threads_of_this_process();
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        const auto here = std::this_thread::get_id();
        const auto driver = co_await coodie::aio::init_coodie(options);
        CHECK(driver->context() == &context);
        CHECK(coodie::get_driver() == driver);
        for (int i = 0; i < 20; ++i) rows += (co_await driver->execute_async(any_question)).size();
        CHECK(std::this_thread::get_id() == here);
        CHECK(threads_of_this_process() == threads);  // no thread of the driver's
        driver->close();
      },
      asio::detached);
  context.run();  // ends: a closed driver leaves nothing to do
  CHECK(rows == 20);
}

TEST_CASE("foreign context: it keeps run() from returning until the driver is closed", "[cluster]") {
  const clean_registry clean;
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  asio::io_context context;
  auto options = tests::options_for(server, hosts);
  options.executor = context;
  const auto driver = coodie::sync::init_coodie(options);  // runs the context itself meanwhile
  CHECK(driver->context() == &context);
  context.run_for(20ms);
  CHECK_FALSE(context.stopped());
  std::promise<std::size_t> done;
  driver->execute_async(any_question, {}, {},
                        [&](coodie::error_code, const coodie::result& rows) { done.set_value(rows.size()); });
  auto rows = done.get_future();
  while (rows.wait_for(0s) != std::future_status::ready) context.run_one();
  CHECK(rows.get() == 1);
  driver->close();
  context.restart();
  context.run();
  CHECK(eventually([&] { return server.connections(0) == 0; }));
}

TEST_CASE("foreign context: run by several threads", "[cluster][threads]") {
  const clean_registry clean;
  const coodie::testing::server server(coodie::testing::server_options{.nodes = 3});
  const auto hosts = server.hosts();
  asio::io_context context;
  auto work = asio::make_work_guard(context);
  std::vector<std::thread> pool;
  for (int i = 0; i < 3; ++i) pool.emplace_back([&] { context.run(); });
  auto options = tests::options_for(server, hosts);
  options.executor = context;
  const auto driver = coodie::sync::init_coodie(options);  // while others run it

  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i)
    callers.emplace_back([&] {
      for (int k = 0; k < 50; ++k) good += ask(*driver, prepared_question, {"local"}).rows == 1 ? 1 : 0;
    });
  for (int i = 0; i < 3; ++i)
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
          for (int k = 0; k < 50; ++k)
            good += (co_await driver->execute_async(prepared_question, {"local"})).size() == 1 ? 1 : 0;
        },
        asio::detached);
  for (auto& t : callers) t.join();
  CHECK(eventually([&] { return good == 300; }));
  driver->close();
  work.reset();
  for (auto& t : pool) t.join();
  CHECK(ask(*driver).code == errc::closed);
}

TEST_CASE("foreign context: blocking on its own thread is refused instead of hanging", "[cluster]") {
  const clean_registry clean;
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  asio::io_context context;
  auto options = tests::options_for(server, hosts);
  options.executor = context;
  const auto driver = coodie::sync::init_coodie(options);
  coodie::error_code ended;
  asio::post(context, [&] {  // on the context's thread, but in no handler of the driver's
    ended = ask(*driver).code;
    driver->close();
  });
  context.restart();
  context.run();
  CHECK(ended == errc::would_deadlock);
}

TEST_CASE("foreign context: a failed start leaves nothing on it", "[cluster]") {
  const clean_registry clean;
  asio::io_context context;
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(coodie::sync::init_coodie({.hosts = {"127.0.0.1:1"}, .executor = context}, ec, diag) == nullptr);
  CHECK(ec == errc::no_host_available);
  context.restart();
  context.run();  // ends
}

TEST_CASE("foreign context: destroyed before the driver", "[cluster][threads]") {
  const clean_registry clean;
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  driver_pointer driver;
  coodie::error_code in_flight, posted;
  {
    asio::io_context context;
    auto options = tests::options_for(server, hosts);
    options.executor = context;
    driver = coodie::sync::init_coodie(options);
    driver->execute_async(any_question, {}, {},
                          [&](coodie::error_code ec, const coodie::result&) { in_flight = ec; });
    context.poll();
    driver->execute_async(any_question, {}, {},
                          [&](coodie::error_code ec, const coodie::result&) { posted = ec; });
  }
  CHECK((!in_flight || in_flight == errc::closed));
  CHECK(posted == errc::closed);
  CHECK(ask(*driver).code == errc::closed);
  std::promise<coodie::error_code> late;
  driver->execute_async(any_question, {}, {},
                        [&](coodie::error_code ec, const coodie::result&) { late.set_value(ec); });
  CHECK(late.get_future().get() == errc::closed);
  driver->close();
  CHECK(eventually([&] { return server.connections(0) == 0; }));
}

TEST_CASE("foreign context: destroyed while a caller blocks and the program has stopped it",
          "[cluster][threads]") {
  const clean_registry clean;
  coodie::testing::server server;
  const auto hosts = server.hosts();
  auto context = std::make_unique<asio::io_context>();
  auto options = tests::options_for(server, hosts);
  options.executor = *context;
  const auto driver = coodie::sync::init_coodie(options);
  server.on({.statement = "system.local", .times = 0}, react::ignore());
  std::thread runner([&] { context->run(); });
  coodie::error_code ended;
  std::thread caller([&] { ended = ask(*driver).code; });
  REQUIRE(eventually([&] { return server.requests(opcode::query).size() > 2; }));
  context->stop();
  runner.join();
  context.reset();
  caller.join();
  CHECK(ended == errc::closed);
}

TEST_CASE("foreign context: two drivers share one, and one goes", "[cluster]") {
  const clean_registry clean;
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  asio::io_context context;
  auto options = tests::options_for(server, hosts);
  options.executor = context;
  auto first = coodie::sync::init_coodie(options);
  options.name = "second";
  const auto second = coodie::sync::init_coodie(options);
  coodie::unregister_driver("default");
  first.reset();
  std::size_t rows = 0;
  second->execute_async(any_question, {}, {}, [&](coodie::error_code, const coodie::result& found) {
    rows = found.size();
    second->close();
  });
  context.restart();
  context.run();
  CHECK(rows == 1);
}

TEST_CASE("foreign context: heartbeats and reconnection are done while it is run", "[cluster][threads]") {
  const clean_registry clean;
  coodie::testing::server server;
  const auto hosts = server.hosts();
  asio::io_context context;
  auto options = tests::options_for(server, hosts);
  options.executor = context;
  options.heartbeat_interval = 10ms;
  options.reconnect_base = 5ms;
  const auto driver = coodie::sync::init_coodie(options);
  server.clear_requests();
  std::thread runner([&] { context.run(); });
  CHECK(eventually([&] { return server.requests(opcode::options).size() >= 3; }));
  server.close_connections(0);
  CHECK(eventually([&] { return !ask(*driver).code; }));
  driver->close();
  runner.join();
}
