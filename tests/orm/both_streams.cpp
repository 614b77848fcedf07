// SPDX-License-Identifier: MIT
// Streams and pages read ahead on servers: the mock, or real nodes.
#include "cluster/asio_config.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <future>
#include <thread>

#include "tests/catch.hpp"
#include "tests/mock/testing_all.hpp"
#include "tests/orm/both_servers.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;
namespace react = coodie::testing::react;

namespace {

using namespace orm_tests;
using coodie::col;
using coodie::errc;
using coodie::protocol::opcode;

void save_points(std::int32_t count) {
  coodie::batch batch(coodie::batch_kind::unlogged);
  for (std::int32_t i = 0; i < count; ++i)
    batch.save(point{.x = i % 5, .y = i, .label = std::string(20, 'l')});
  CHECK(db::apply(batch, {.chunk = {.members = 20, .by_partition = true}}).members ==
        static_cast<std::size_t>(count));
}

/// A mock server with some points, and the default driver on it.
struct mock_points {
  coodie::testing::server server{};
  std::vector<std::string> hosts = server.hosts();

  explicit mock_points(std::int32_t count) {
    coodie::close_all();
    REQUIRE(server
                .execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                         "'replication_factor': 1}")
                .empty());
    db::init_coodie({.hosts = hosts, .keyspace = "ks", .port = server.port()});
    db::sync_table<point>();
    save_points(count);
    server.clear_requests();
  }
  ~mock_points() { coodie::close_all(); }
  mock_points(const mock_points&) = delete;
  mock_points& operator=(const mock_points&) = delete;
};

}  // namespace

TEST_CASE("streams of any page size", "[orm][both]") {
  own_keyspace keyspace("streams");
  db::sync_table<point>();
  save_points(50);
  for (const std::int32_t size : {1, 7, 25, 50, 51, 5000})
    for (const bool prefetch : {false, true}) {
      INFO(size << " " << prefetch);
      std::set<std::int32_t> seen;
      const coodie::read_options options{.page_size = size, .prefetch = prefetch};
      for (const point& each : db::find<point>(options).stream()) seen.insert(each.y);
      CHECK(seen.size() == 50);
      seen.clear();
      asio::io_context context;
      asio::co_spawn(
          context,
          [&]() -> asio::awaitable<void> {
            auto rows = coodie::aio::find<point>(options).stream();
            while (auto row = co_await rows.next()) seen.insert(row->y);
          },
          [](std::exception_ptr e) { CHECK(e == nullptr); });
      context.run();
      CHECK(seen.size() == 50);
      auto pages = db::find<point>(options).pages();
      std::size_t rows = 0;
      std::vector<std::byte> state;
      while (pages.next()) {
        rows += pages.rows().size();
        state.assign(pages.paging_state().begin(), pages.paging_state().end());
        if (state.empty()) continue;
        auto again = db::find<point>(options).pages(state);  // from the middle, by another reader
        std::size_t rest = rows;
        while (again.next()) rest += again.rows().size();
        CHECK(rest == 50);
        if (size == 1) break;
      }
      if (size != 1) CHECK(rows == 50);
    }
}

TEST_CASE("streams: the next page is asked for before the rows of this one are handed out", "[orm]") {
  mock_points given(20);
  auto rows = db::find<point>({.page_size = 5}).stream();
  CHECK(rows.next() != nullptr);
  for (int i = 0; i < 500 && given.server.requests(opcode::execute).size() < 2; ++i)
    std::this_thread::sleep_for(2ms);
  CHECK(given.server.requests(opcode::execute).size() == 2);
  for (int i = 1; i < 5; ++i) CHECK(rows.next() != nullptr);
  std::this_thread::sleep_for(20ms);
  CHECK(given.server.requests(opcode::execute).size() == 2);  // one page ahead, not two
  std::size_t rest = 0;
  while (rows.next() != nullptr) ++rest;
  CHECK(rest == 15);
}

TEST_CASE("streams: errors in the middle, then on", "[orm]") {
  mock_points given(20);
  const bool prefetch = GENERATE(false, true);
  auto rows = db::find<point>({.page_size = 5, .prefetch = prefetch}).stream();
  coodie::error_code ec;
  coodie::diagnostics diag;
  for (int i = 0; i < 5; ++i) CHECK(rows.next(ec, diag) != nullptr);
  for (int i = 0; prefetch && i < 500 && given.server.requests(opcode::execute).size() < 2; ++i)
    std::this_thread::sleep_for(2ms);
  given.server.on({.opcode = opcode::execute, .skip = prefetch ? 0U : 1U}, react::error(0x2200));
  for (int i = 5; i < 10; ++i) CHECK(rows.next(ec, diag) != nullptr);
  CHECK(rows.next(ec, diag) == nullptr);
  CHECK(ec == coodie::server_errc::invalid);
  CHECK(diag.server_message() == "scripted error");
  CHECK(diag.server().code == 0x2200);
  CHECK(!diag.host().empty());
  std::size_t rest = 0;
  while (rows.next(ec, diag) != nullptr) ++rest;
  CHECK(!ec);
  CHECK(rest == 10);
}

TEST_CASE("streams: a driver that is closed ends them, one that goes away takes nothing with it", "[orm]") {
  mock_points given(20);
  given.server.on({.opcode = opcode::execute, .skip = 1, .times = 0}, react::delay(300ms));
  auto rows = db::find<point>({.page_size = 5}).stream();
  for (int i = 0; i < 5; ++i) CHECK(rows.next() != nullptr);
  std::thread closing([] {
    std::this_thread::sleep_for(30ms);
    coodie::close_all();
  });
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(rows.next(ec, diag) == nullptr);
  closing.join();
  CHECK(ec == errc::closed);
  CHECK(rows.next(ec, diag) == nullptr);
  CHECK(ec == errc::closed);
}

TEST_CASE("streams: given up in every state", "[orm][threads]") {
  mock_points given(20);
  given.server.on({.opcode = opcode::execute, .times = 0}, react::delay(1ms));
  for (int i = 0; i < 100; ++i) {
    auto rows = db::find<point>({.page_size = 2}).stream();
    for (int n = 0; n < i % 7; ++n) static_cast<void>(rows.next());
    if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(i * 20));
  }
  asio::io_context context;
  for (int i = 0; i < 50; ++i)
    asio::co_spawn(
        context,
        [](int taken) -> asio::awaitable<void> {
          auto rows = coodie::aio::find<point>({.page_size = 2}).stream();
          for (int n = 0; n < taken; ++n) static_cast<void>(co_await rows.next());
        }(i % 7),
        asio::detached);
  context.run();
  CHECK(db::find<point>().count() == 20);
}

TEST_CASE("streams: waiting on the driver's own loop would never end", "[orm][threads]") {
  mock_points given(20);
  given.server.on({.opcode = opcode::execute, .skip = 1}, react::delay(300ms));
  auto rows = db::find<point>({.page_size = 5}).stream();
  for (int i = 0; i < 5; ++i) CHECK(rows.next() != nullptr);
  std::promise<coodie::error_code> told;
  coodie::get_driver()->execute_async("SELECT key FROM system.local", {}, {},
                                      [&](coodie::error_code, const coodie::result&) {
                                        coodie::error_code ec;
                                        coodie::diagnostics diag;
                                        static_cast<void>(rows.next(ec, diag));
                                        told.set_value(ec);
                                      });
  CHECK(told.get_future().get() == errc::would_deadlock);
  std::size_t rest = 0;
  while (rows.next() != nullptr) ++rest;
  CHECK(rest == 15);
}

TEST_CASE("a batch in parts, and statements that are text, on servers", "[orm][both]") {
  own_keyspace keyspace("parts");
  db::sync_table<point>();
  coodie::batch batch(coodie::batch_kind::unlogged);
  for (std::int32_t i = 0; i < 300; ++i) batch.save(point{.x = i % 3, .y = i, .label = "l"});
  batch.execute("INSERT INTO points (x, y, label) VALUES (?, ?, ?)", {7, 7, "text"}, {.idempotent = true});
  const auto sent = keyspace.driver().execute_batch(batch, {.chunk = {.members = 50, .by_partition = true}});
  CHECK(sent.members == 301);
  CHECK(sent.requests == 7);
  CHECK(db::find<point>().count() == 301);
  coodie::batch conditional;
  conditional.execute("INSERT INTO points (x, y) VALUES (?, ?) IF NOT EXISTS", {7, 7});
  CHECK(!keyspace.driver().execute_batch(conditional).applied);
  coodie::batch fresh;
  fresh.execute("INSERT INTO points (x, y) VALUES (?, ?) IF NOT EXISTS", {7, 8});
  CHECK(db::apply(fresh).applied);
  asio::io_context context;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        const auto again = co_await keyspace.driver().execute_batch_async(batch, {.chunk = {.members = 100}});
        CHECK(again.requests == 4);
      },
      [](std::exception_ptr e) { CHECK(e == nullptr); });
  context.run();
}
