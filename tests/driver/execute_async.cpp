// SPDX-License-Identifier: MIT
// driver->execute_async(): every kind of completion token, and where its handler runs.
#include "driver/driver_all.hpp"

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/redirect_error.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>
#include <future>
#include <set>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using coodie::server_errc;
using namespace std::chrono_literals;

namespace {

using driver_pointer = std::shared_ptr<coodie::abstract_driver>;

void fill(coodie::abstract_driver& driver, std::int32_t rows) {
  static_cast<void>(driver.execute("CREATE TABLE t (k int, c int, v text, PRIMARY KEY (k, c))"));
  for (std::int32_t c = 0; c < rows; ++c)
    static_cast<void>(
        driver.execute("INSERT INTO t (k, c, v) VALUES (1, ?, ?)", {c, "row " + std::to_string(c)}));
}

/// Runs a coroutine to its end; what it throws comes out here.
template <class F>
void run_coroutine(F&& body) {
  asio::io_context context;
  std::exception_ptr thrown;
  asio::co_spawn(context, std::forward<F>(body), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace

TEST_CASE("execute_async: a callback gets a code and a result", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  fill(*driver, 3);
  std::promise<std::pair<coodie::error_code, std::size_t>> done;
  driver->execute_async("SELECT c, v FROM t WHERE k = ?", {1}, {.page_size = 2},
                        [&](coodie::error_code ec, coodie::result rows) {
                          done.set_value({ec, rows.size()});
                        });
  const auto [ec, rows] = done.get_future().get();
  CHECK(!ec);
  CHECK(rows == 3);
}

TEST_CASE("execute_async: a callback may fill diagnostics", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  coodie::diagnostics diag;
  diag.edit().message = "old";
  std::promise<coodie::error_code> failed;
  driver->execute_async("SELECT * FROM nothing WHERE k = ?", {1}, {}, diag,
                        [&](coodie::error_code ec, const coodie::result&) { failed.set_value(ec); });
  CHECK(failed.get_future().get() == server_errc::invalid);
  CHECK(diag.message() == "invalid");
  CHECK(diag.statement() == "SELECT * FROM nothing WHERE k = ?");
  CHECK(diag.server_message().find("nothing") != std::string::npos);
  CHECK(diag.host().ends_with(":" + std::to_string(server.port())));

  std::promise<coodie::error_code> fine;
  driver->execute_async("SELECT key FROM system.local", {}, {}, diag,
                        [&](coodie::error_code ec, const coodie::result&) { fine.set_value(ec); });
  CHECK(!fine.get_future().get());
  CHECK(diag.empty());
}

TEST_CASE("execute_async: a future", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  fill(*driver, 2);
  auto rows = driver->execute_async("SELECT v FROM t WHERE k = ? AND c = ?", {1, 1}, {}, asio::use_future);
  CHECK(rows.get()[0].get<std::string>("v") == "row 1");
  auto wrong = driver->execute_async("SELECT", {}, {}, asio::use_future);
  try {
    static_cast<void>(wrong.get());
    FAIL("nothing was thrown");
  } catch (const std::system_error& e) {
    CHECK(e.code() == server_errc::syntax_error);
  }
}

TEST_CASE("execute_async: co_await returns the result and throws what execute throws", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  fill(*driver, 5);
  bool caught = false;
  run_coroutine([&]() -> asio::awaitable<void> {
    const auto all = co_await driver->execute_async("SELECT c FROM t WHERE k = ?", {1}, {.page_size = 2});
    CHECK(all.size() == 5);
    const auto plain = co_await driver->execute_async("SELECT c FROM t");
    CHECK(plain.size() == 5);
    const auto one = co_await driver->execute_async("SELECT v FROM t WHERE k = ? AND c = ?", {1, 4});
    CHECK(one[0].get<std::string>(0) == "row 4");
    const auto page =
        co_await driver->execute_async("SELECT c FROM t", {}, {.page_size = 3, .single_page = true});
    CHECK(page.size() == 3);
    CHECK_FALSE(page.paging_state().empty());
    try {
      static_cast<void>(co_await driver->execute_async("SELECT * FROM nothing WHERE k = ?", {1}));
    } catch (const coodie::invalid_error& e) {
      caught = true;
      CHECK(e.code() == server_errc::invalid);
      CHECK(e.diagnostics().statement() == "SELECT * FROM nothing WHERE k = ?");
      CHECK(std::string(e.what()).starts_with("coodie: invalid: "));
    }
  });
  CHECK(caught);
}

TEST_CASE("execute_async: values in a co_await expression may be temporaries", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  fill(*driver, 0);
  const auto text = [](int i) { return std::string(100, static_cast<char>('a' + i)); };
  run_coroutine([&]() -> asio::awaitable<void> {
    for (std::int32_t i = 0; i < 20; ++i)
      static_cast<void>(
          co_await driver->execute_async("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", {1, i, text(i)}));
    for (std::int32_t i = 0; i < 20; ++i) {
      const auto row = co_await driver->execute_async("SELECT v FROM t WHERE k = ? AND c = ?", {1, i});
      CHECK(row[0].get<std::string>(0) == text(i));
    }
  });
}

TEST_CASE("execute_async: tokens that do not throw inside a coroutine", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  run_coroutine([&]() -> asio::awaitable<void> {
    coodie::error_code ec;
    const auto nothing =
        co_await driver->execute_async("SELECT", {}, {}, asio::redirect_error(asio::use_awaitable, ec));
    CHECK(ec == server_errc::syntax_error);
    CHECK(nothing.empty());
    coodie::diagnostics diag;
    const auto both = co_await driver->execute_async("SELECT", {}, {}, diag,
                                                     asio::experimental::as_tuple(asio::use_awaitable));
    CHECK(std::get<0>(both) == server_errc::syntax_error);
    CHECK(diag.statement() == "SELECT");
    const auto good = co_await driver->execute_async("SELECT key FROM system.local", {}, {},
                                                     asio::experimental::as_tuple(asio::use_awaitable));
    CHECK(std::get<1>(good).size() == 1);
  });
}

TEST_CASE("execute_async: the handler runs on its executor, and never inside the call", "[driver][threads]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  asio::io_context context;
  const auto here = std::this_thread::get_id();
  int ended = 0;
  bool inside = true;
  const auto start = [&](std::string_view statement, const coodie::value_list& values) {
    driver->execute_async(statement, values, {},
                          asio::bind_executor(context, [&](coodie::error_code, const coodie::result&) {
                            CHECK_FALSE(inside);
                            CHECK(std::this_thread::get_id() == here);
                            ++ended;
                          }));
  };
  start("SELECT key FROM system.local", {});
  start("SELECT", {});
  start("SELECT key FROM system.local WHERE key = ?", {coodie::ascii{"\xc3"}});  // refused before it is sent
  driver->close();
  start("SELECT key FROM system.local", {});  // refused: closed
  inside = false;
  context.run();  // ends by itself: each operation is work of its executor
  CHECK(ended == 4);
}

TEST_CASE("execute_async: a strand of many threads", "[driver][threads]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  asio::thread_pool pool(3);
  const auto strand = asio::make_strand(pool);
  int ended = 0;  // guarded by the strand
  std::set<std::thread::id> threads;
  for (int i = 0; i < 200; ++i)
    driver->execute_async("SELECT key FROM system.local WHERE key = ?", {"local"}, {},
                          asio::bind_executor(strand, [&](coodie::error_code ec, const coodie::result& rows) {
                            CHECK(strand.running_in_this_thread());
                            threads.insert(std::this_thread::get_id());
                            if (!ec && rows.size() == 1) ++ended;
                          }));
  pool.join();
  CHECK(ended == 200);
  CHECK(threads.count(std::this_thread::get_id()) == 0);
}

TEST_CASE("execute_async: a handler that has a name is copied", "[driver][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  std::promise<std::size_t> told;
  auto handler = [&](coodie::error_code ec, const coodie::result& rows) {
    told.set_value(ec ? 0 : rows.size());
  };
  driver->execute_async("SELECT key FROM system.local", {}, {}, handler);
  CHECK(told.get_future().get() == 1);
  const auto constant = handler;
  told = {};
  driver->execute_async("SELECT key FROM system.local", {}, {}, constant);
  CHECK(told.get_future().get() == 1);

  std::promise<coodie::error_code> made;
  auto on_driver = [&](coodie::error_code ec, const std::shared_ptr<coodie::abstract_driver>&) {
    made.set_value(ec);
  };
  coodie::aio::init_coodie(server.options(), on_driver);
  CHECK(!made.get_future().get());
  coodie::close_all();
}

TEST_CASE("execute_async: a handler that can only be moved", "[driver]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  std::promise<int> done;
  driver->execute_async("SELECT key FROM system.local", {}, {},
                        [&done, seven = std::make_unique<int>(7)](coodie::error_code, coodie::result) {
                          done.set_value(*seven);
                        });
  CHECK(done.get_future().get() == 7);
}

TEST_CASE("execute_async: thousands in flight, each gets its own answer", "[driver][threads]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  static_cast<void>(driver->execute(
      "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"));
  static_cast<void>(driver->execute("CREATE TABLE ks.t (k int PRIMARY KEY, v text)"));
  constexpr std::int32_t many = 3000;
  asio::io_context context;
  std::int32_t written = 0, read = 0;
  for (std::int32_t i = 0; i < many; ++i)
    driver->execute_async("INSERT INTO ks.t (k, v) VALUES (?, ?)", {i, std::to_string(i)}, {},
                          asio::bind_executor(context, [&](coodie::error_code ec, const coodie::result&) {
                            if (!ec) ++written;
                          }));
  context.run();
  CHECK(written == many);
  context.restart();
  for (std::int32_t i = 0; i < many; ++i)
    driver->execute_async(
        "SELECT v FROM ks.t WHERE k = ?", {i}, {},
        asio::bind_executor(context, [&, i](coodie::error_code ec, const coodie::result& rows) {
          if (!ec && rows.size() == 1 && rows[0].get<std::string>(0) == std::to_string(i)) ++read;
        }));
  context.run();
  CHECK(read == many);
}

TEST_CASE("execute_async: a handler starts the next request", "[driver][threads]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  std::promise<int> done;
  struct chain {
    coodie::abstract_driver& driver;
    std::promise<int>& done;
    int left = 500;
    void next() {
      driver.execute_async("SELECT key FROM system.local", {}, {},
                           [this](coodie::error_code ec, const coodie::result&) {
                             if (ec || --left == 0) return done.set_value(left);
                             next();
                           });
    }
  } links{*driver, done};
  links.next();
  CHECK(done.get_future().get() == 0);
}

TEST_CASE("execute_async: blocking inside a handler is refused instead of hanging", "[driver]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  std::promise<coodie::error_code> done;
  driver->execute_async(
      "SELECT key FROM system.local", {}, {}, [&](coodie::error_code, const coodie::result&) {
        coodie::error_code ec;
        coodie::diagnostics diag;
        static_cast<void>(driver->execute("SELECT key FROM system.local", {}, {}, ec, diag));
        CHECK(diag.message() == "a blocking call on the thread that runs the driver's loop");
        done.set_value(ec);
      });
  CHECK(done.get_future().get() == errc::would_deadlock);
}

TEST_CASE("execute_async: a driver that nobody shares", "[driver]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  coodie::session session = coodie::cluster(tests::options_for(server, hosts)).connect();
  coodie::native_driver driver(session, false);  // on the stack
  auto rows = driver.execute_async("SELECT key FROM system.local", {}, {}, asio::use_future);
  CHECK(rows.get().size() == 1);
}
