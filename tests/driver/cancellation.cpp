// SPDX-License-Identifier: MIT
// Cancelling a request, and init_coodie, in every state that they have.
#include "driver/driver_all.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <future>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/driver/tcp_listener.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using namespace std::chrono_literals;
namespace react = coodie::testing::react;

namespace {

constexpr std::string_view read_all = "SELECT key FROM system.local";

/// A mock server with a driver on it.
struct fixture {
  coodie::testing::server server;
  std::vector<std::string> hosts = server.hosts();
  std::shared_ptr<coodie::abstract_driver> driver = tests::connect(tests::options_for(server, hosts));

  bool works() const {
    coodie::error_code ec;
    coodie::diagnostics diag;
    return driver->execute(read_all, {}, {}, ec, diag).size() == 1;
  }
};

/// One request whose handler is bound to a signal.
struct cancellable {
  asio::cancellation_signal signal;
  std::promise<coodie::error_code> done;
  std::future<coodie::error_code> ended = done.get_future();

  void start(coodie::abstract_driver& driver, std::string_view statement,
             const coodie::value_list& values = {}, const coodie::execute_options& options = {}) {
    driver.execute_async(statement, values, options,
                         asio::bind_cancellation_slot(
                             signal.slot(), [this](coodie::error_code ec, const coodie::result& rows) {
                               const bool wrong = ec && !rows.empty();
                               done.set_value(wrong ? errc::unexpected_message : ec);
                             }));
  }
  coodie::error_code result() {
    REQUIRE(ended.wait_for(5s) == std::future_status::ready);
    return ended.get();
  }
};

}  // namespace

TEST_CASE("cancellation: a request that waits for its answer", "[driver][threads]") {
  fixture f;
  f.server.on({.statement = "system.local"}, react::ignore());
  const auto before = f.server.request_count();
  cancellable request;
  request.start(*f.driver, read_all);
  REQUIRE(f.server.wait_for_requests(before + 1, 5s));
  request.signal.emit(asio::cancellation_type::terminal);
  CHECK(request.result() == errc::cancelled);
  CHECK(f.works());
}

TEST_CASE("cancellation: the late answer of a cancelled request troubles nobody", "[driver][threads]") {
  fixture f;
  f.server.on({.statement = "system.local"}, react::delay(50ms));
  const auto before = f.server.request_count();
  cancellable request;
  request.start(*f.driver, read_all);
  REQUIRE(f.server.wait_for_requests(before + 1, 5s));
  request.signal.emit(asio::cancellation_type::partial);
  CHECK(request.result() == errc::cancelled);
  CHECK(f.works());
  std::this_thread::sleep_for(80ms);
  CHECK(f.works());
  CHECK(f.server.connections(0) == 1);
}

TEST_CASE("cancellation: right behind the start, from the same thread", "[driver][threads]") {
  fixture f;
  f.server.on({.statement = "system.local", .times = 0}, react::ignore());
  for (int i = 0; i < 200; ++i) {
    cancellable request;
    request.start(*f.driver, read_all);
    request.signal.emit(asio::cancellation_type::terminal);
    CHECK(request.result() == errc::cancelled);
  }
}

TEST_CASE("cancellation: a statement that is being prepared", "[driver][threads]") {
  fixture f;
  const auto rule = f.server.on({.opcode = coodie::protocol::opcode::prepare}, react::delay(100ms));
  const auto before = f.server.request_count();
  cancellable first, second;
  first.start(*f.driver, "SELECT key FROM system.local WHERE key = ?", {"local"});
  second.start(*f.driver, "SELECT key FROM system.local WHERE key = ?", {"local"});
  REQUIRE(f.server.wait_for_requests(before + 1, 5s));
  first.signal.emit(asio::cancellation_type::terminal);
  CHECK(first.result() == errc::cancelled);
  CHECK(!second.result());  // has waited for the same PREPARE
  CHECK(f.server.applied(rule) == 1);
}

TEST_CASE("cancellation: between two pages", "[driver][threads]") {
  fixture f;
  static_cast<void>(f.server.execute(
      "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"));
  static_cast<void>(f.server.execute("CREATE TABLE ks.t (k int, c int, PRIMARY KEY (k, c))"));
  for (int c = 0; c < 4; ++c)
    CHECK(f.server.execute("INSERT INTO ks.t (k, c) VALUES (1, " + std::to_string(c) + ")").empty());
  f.server.on({.statement = "ks.t", .skip = 1}, react::ignore());
  const auto before = f.server.request_count();
  cancellable request;
  request.start(*f.driver, "SELECT c FROM ks.t", {}, {.page_size = 2});
  REQUIRE(f.server.wait_for_requests(before + 2, 5s));
  request.signal.emit(asio::cancellation_type::terminal);
  CHECK(request.result() == errc::cancelled);
}

TEST_CASE("cancellation: total is not promised, because a node may have executed the request",
          "[driver][threads]") {
  fixture f;
  f.server.on({.statement = "system.local"}, react::delay(30ms));
  cancellable request;
  request.start(*f.driver, read_all);
  request.signal.emit(asio::cancellation_type::total);
  CHECK(!request.result());
}

TEST_CASE("cancellation: a request that has ended", "[driver][threads]") {
  fixture f;
  cancellable request;
  request.start(*f.driver, read_all);
  CHECK(!request.result());
  request.signal.emit(asio::cancellation_type::terminal);
  f.driver->close();
  request.signal.emit(asio::cancellation_type::terminal);
  f.driver.reset();
  request.signal.emit(asio::cancellation_type::terminal);
}

TEST_CASE("cancellation: within the handler of another request", "[driver][threads]") {
  fixture f;
  f.server.on({.statement = "peers", .times = 0}, react::ignore());
  cancellable victim;
  victim.start(*f.driver, "SELECT peer FROM system.peers");
  std::promise<void> done;
  f.driver->execute_async(read_all, {}, {}, [&](coodie::error_code, const coodie::result&) {
    victim.signal.emit(asio::cancellation_type::terminal);
    done.set_value();
  });
  done.get_future().get();
  CHECK(victim.result() == errc::cancelled);
}

TEST_CASE("cancellation: a slot can be used for one request after the other", "[driver][threads]") {
  fixture f;
  f.server.on({.statement = "peers", .times = 0}, react::ignore());
  asio::cancellation_signal signal;
  for (int i = 0; i < 50; ++i) {
    std::promise<coodie::error_code> quick, slow;
    f.driver->execute_async(
        read_all, {}, {},
        asio::bind_cancellation_slot(
            signal.slot(), [&](coodie::error_code ec, const coodie::result&) { quick.set_value(ec); }));
    CHECK(!quick.get_future().get());
    f.driver->execute_async(
        "SELECT peer FROM system.peers", {}, {},
        asio::bind_cancellation_slot(
            signal.slot(), [&](coodie::error_code ec, const coodie::result&) { slow.set_value(ec); }));
    signal.emit(asio::cancellation_type::terminal);
    CHECK(slow.get_future().get() == errc::cancelled);
  }
}

TEST_CASE("cancellation: against the answer, whichever comes first", "[driver][threads]") {
  fixture f;
  int cancelled = 0;
  for (int i = 0; i < 300; ++i) {
    cancellable request;
    request.start(*f.driver, read_all);
    if (i % 3 != 0) std::this_thread::sleep_for(std::chrono::microseconds(i));
    request.signal.emit(asio::cancellation_type::terminal);
    const auto ec = request.result();
    if (ec) CHECK(ec == errc::cancelled);
    if (ec) ++cancelled;
  }
  CHECK(cancelled > 0);
  CHECK(f.works());
}

TEST_CASE("cancellation: a coroutine that is cancelled from outside", "[driver][threads]") {
  fixture f;
  f.server.on({.statement = "system.local", .times = 0}, react::ignore());
  asio::io_context context;
  asio::cancellation_signal signal;
  bool caught = false;
  const auto body = [&]() -> asio::awaitable<void> {
    try {
      static_cast<void>(co_await f.driver->execute_async(read_all));
    } catch (const coodie::cancelled_error& e) {
      caught = true;
      CHECK(e.code() == errc::cancelled);
    }
  };
  asio::co_spawn(context, body, asio::bind_cancellation_slot(signal.slot(), asio::detached));
  asio::steady_timer timer(context, 20ms);
  timer.async_wait([&](const asio::error_code&) { signal.emit(asio::cancellation_type::terminal); });
  context.run();
  CHECK(caught);
}

TEST_CASE("cancellation: a request against a timer", "[driver][threads]") {
  using namespace asio::experimental::awaitable_operators;
  fixture f;
  f.server.on({.statement = "system.local", .times = 0}, react::ignore());
  asio::io_context context;
  std::size_t first = 9;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        asio::steady_timer timer(context, 20ms);
        const auto winner =
            co_await (f.driver->execute_async(read_all) || timer.async_wait(asio::use_awaitable));
        first = winner.index();
      },
      asio::detached);
  context.run();
  CHECK(first == 1);
}

TEST_CASE("cancellation: a driver may end a request inside of its cancel()", "[driver][threads]") {
  struct prompt_driver final : coodie::abstract_driver {
    void start(coodie::protocol::request&) noexcept override {}
    void cancel(coodie::protocol::request& what) noexcept override {
      what.on_failure(what, {.code = errc::cancelled, .text = "at once"});
    }
    void close() noexcept override {}
  };
  const auto driver = std::make_shared<prompt_driver>();
  cancellable request;
  request.start(*driver, read_all);
  request.signal.emit(asio::cancellation_type::terminal);
  CHECK(request.result() == errc::cancelled);
}

TEST_CASE("cancellation: init_coodie while it connects", "[driver][threads]") {
  const driver_tests::clean_registry clean;
  const driver_tests::tcp_listener silent;
  for (const char* type : {"scylla", "acsylla"}) {
    for (const auto patience : {0ms, 20ms}) {
      INFO(type);
      asio::io_context context;
      asio::cancellation_signal signal;
      coodie::error_code ended;
      coodie::diagnostics diag;
      coodie::aio::init_coodie(
          {.hosts = {"127.0.0.1"}, .driver_type = type, .port = silent.port()}, diag,
          asio::bind_cancellation_slot(
              signal.slot(),
              asio::bind_executor(context, [&](coodie::error_code ec,
                                               const std::shared_ptr<coodie::abstract_driver>& driver) {
                ended = ec;
                CHECK(driver == nullptr);
              })));
      asio::steady_timer timer(context, patience);
      timer.async_wait([&](const asio::error_code&) { signal.emit(asio::cancellation_type::terminal); });
      const auto before = std::chrono::steady_clock::now();
      context.run();
      CHECK(std::chrono::steady_clock::now() - before < 2s);
      CHECK(ended == errc::cancelled);
      coodie::error_code ec;
      CHECK(coodie::get_driver("", ec, diag) == nullptr);
      signal.emit(asio::cancellation_type::terminal);
    }
  }
}

TEST_CASE("cancellation: init_coodie that has ended", "[driver][threads]") {
  const driver_tests::clean_registry clean;
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  asio::io_context context;
  asio::cancellation_signal signal;
  std::shared_ptr<coodie::abstract_driver> made;
  coodie::aio::init_coodie(
      tests::options_for(server, hosts),
      asio::bind_cancellation_slot(
          signal.slot(),
          asio::bind_executor(
              context, [&](coodie::error_code, const std::shared_ptr<coodie::abstract_driver>& driver) {
                made = driver;
              })));
  context.run();
  signal.emit(asio::cancellation_type::terminal);
  REQUIRE(made != nullptr);
  CHECK(made->execute(read_all).size() == 1);
}

TEST_CASE("cancellation: a cancelled request is not sent to another node", "[driver][threads]") {
  // The connection breaks in the very turn in which the request was cancelled.
  coodie::testing::server server(coodie::testing::server_options{.nodes = 2});
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  server.on({.statement = "local", .times = 0}, react::ignore());
  std::promise<void> stopped;
  cancellable victims[2];
  for (auto& victim : victims) victim.start(*driver, read_all, {}, {.idempotent = true});
  driver->execute_async("SELECT peer FROM system.peers", {}, {},
                        [&](coodie::error_code, const coodie::result&) {
                          for (auto& victim : victims) victim.signal.emit(asio::cancellation_type::terminal);
                          driver->close();
                          stopped.set_value();
                        });
  stopped.get_future().get();
  for (auto& victim : victims) CHECK(victim.result() == errc::cancelled);
}
