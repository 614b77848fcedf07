// SPDX-License-Identifier: MIT
// CQL as text without blocking, on an event loop of the program's: coroutines side by side, pages one at a time,
// and a request that is given up.
//   raw_cql_async [HOST [PORT]]
#include "coodie.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "examples/example_server.hpp"

using namespace std::chrono_literals;
using driver_pointer = std::shared_ptr<coodie::abstract_driver>;

// One of several writers: each has one request in flight, all share the connections.
static asio::awaitable<void> write(driver_pointer driver, int writer, int count, int& running) {
  for (int i = 0; i < count; ++i)
    co_await driver->execute_async("INSERT INTO coodie_raw.readings (sensor, at, value) VALUES (?, ?, ?)",
                                   {writer, i, writer * 0.5 + i});
  --running;
}

static asio::awaitable<void> write_all(driver_pointer driver) {
  const auto executor = co_await asio::this_coro::executor;
  int running = 8;
  for (int writer = 0; writer < 8; ++writer)
    asio::co_spawn(executor, write(driver, writer, 50, running), asio::detached);
  asio::steady_timer pause(executor);
  while (running > 0) {
    pause.expires_after(1ms);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

// Pages one at a time: only one is in memory.
static asio::awaitable<int> count_rows(driver_pointer driver) {
  int rows = 0;
  std::vector<std::byte> state;
  do {
    const auto page = co_await driver->execute_async("SELECT value FROM coodie_raw.readings", {},
                                                     {.page_size = 64, .single_page = true, .paging_state = state});
    rows += static_cast<int>(page.size());
    state.assign(page.paging_state().begin(), page.paging_state().end());
  } while (!state.empty());
  co_return rows;
}

// Whichever comes first; the other is cancelled.
static asio::awaitable<void> ask_with_patience(driver_pointer driver, std::chrono::microseconds patience) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer(co_await asio::this_coro::executor, patience);
  const auto first = co_await (driver->execute_async("SELECT count(*) FROM coodie_raw.readings") ||
                               timer.async_wait(asio::use_awaitable));
  std::cout << (first.index() == 0 ? "answered in time\n" : "given up\n");
}

static asio::awaitable<void> run(const example_server& server) {
  // On this io_context: no thread is started, and no lock is taken on the way of a request.
  const auto driver = co_await coodie::aio::init_coodie({
      .hosts = server.hosts(),
      .driver_type = "acsylla",
      .port = server.port(),
  });
  co_await driver->execute_async(
      "CREATE KEYSPACE IF NOT EXISTS coodie_raw "
      "WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
  co_await driver->execute_async(
      "CREATE TABLE IF NOT EXISTS coodie_raw.readings (sensor int, at int, value double, PRIMARY KEY (sensor, at))");

  co_await write_all(driver);
  std::cout << co_await count_rows(driver) << " rows\n";
  co_await ask_with_patience(driver, 10s);
  co_await ask_with_patience(driver, 1us);

  try {
    co_await driver->execute_async("SELECT nothing FROM coodie_raw.readings");
  } catch (const coodie::invalid_error& e) {
    std::cout << e.what() << "\n";
  }
  co_await driver->execute_async("DROP KEYSPACE coodie_raw");
  driver->close();  // lets run() of the io_context return
}

int main(int argc, char** argv) {
  try {
    const example_server server(argc, argv);
    asio::io_context context;
    std::exception_ptr thrown;
    asio::co_spawn(context, run(server), [&](std::exception_ptr e) { thrown = e; });
    context.run();
    coodie::close_all();
    if (thrown) std::rethrow_exception(thrown);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
