// SPDX-License-Identifier: MIT
// Pages read ahead, rows streamed, and paging states that come back: on drivers of the test's own.
#include "cluster/asio_config.hpp"

#include <array>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <deque>
#include <set>

#include "tests/catch.hpp"
#include "tests/orm/fake_driver.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;

namespace {

using namespace orm_tests;
using coodie::col;
using coodie::errc;
namespace protocol = coodie::protocol;

struct point_view {
  std::int32_t x = 0, y = 0;
  std::string_view label = {};

  using table =
      coodie::table<"points", coodie::partition_key<&point_view::x>, coodie::clustering_key<&point_view::y>>;
};

/// Numbered rows in pages, which it holds back as long as the test wants.
class paging_driver final : public coodie::abstract_driver {
 public:
  paging_driver(std::int32_t rows, std::int32_t page) : rows_(rows), page_(page) {}

  void start(protocol::request& what) noexcept override {
    ++asked;
    if (!held)
      answer(what);
    else
      waiting.push_back(&what);
  }
  void cancel(protocol::request& what) noexcept override {
    ++cancelled;
    if (std::erase(waiting, &what) != 0)
      what.on_failure(what, {.code = errc::cancelled, .text = "cancelled"});
  }
  void close() noexcept override {
    while (!waiting.empty()) fail_next(errc::closed);
  }
  [[nodiscard]] std::string_view keyspace() const noexcept override { return "ks"; }

  void answer_next() { answer(*take()); }
  void fail_next(errc why) {
    protocol::request* const what = take();
    what->on_failure(*what, {.code = why, .text = "broken", .host = "1.2.3.4:9042"});
  }

  int asked = 0, cancelled = 0;
  bool held = false;
  std::deque<protocol::request*> waiting;
  std::set<int> empty_pages;  // the n-th answer has no rows
  int answers = 0;
  errc failure = errc::ok;  // of all that are asked from now on

 private:
  protocol::request* take() {
    protocol::request* const what = waiting.front();
    waiting.pop_front();
    return what;
  }
  void answer(protocol::request& what) noexcept {
    if (failure != errc::ok) return what.on_failure(what, {.code = failure, .text = "broken"});
    std::int32_t at = 0;
    if (!what.paging_state.empty()) {
      REQUIRE(what.paging_state.size() == 4);
      at = protocol::load_big<std::int32_t>(what.paging_state.data());
    }
    coodie::rows_builder rows;
    rows.column<std::int32_t>("x").column<std::int32_t>("y").column<std::string_view>("label");
    const bool empty = empty_pages.contains(answers++);
    for (std::int32_t i = 0; !empty && i < page_ && at < rows_; ++i, ++at)
      rows.row(at, at * 2, std::string_view("label"));
    std::array<std::byte, 4> next;
    protocol::store_big(next.data(), at);
    if (at < rows_) rows.paging_state(next);
    coodie::answer_rows(what, rows);
  }

  std::int32_t rows_, page_;
};

struct with_pages {
  explicit with_pages(std::int32_t rows, std::int32_t page)
      : driver(std::make_shared<paging_driver>(rows, page)) {
    coodie::close_all();
    coodie::register_driver("default", driver);
  }
  ~with_pages() { coodie::close_all(); }
  with_pages(const with_pages&) = delete;
  with_pages& operator=(const with_pages&) = delete;
  std::shared_ptr<paging_driver> driver;
};

template <class F>
void run(F&& body) {
  asio::io_context context;
  std::exception_ptr thrown;
  asio::co_spawn(context, body(), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace

TEST_CASE("stream: every row once, in order, over empty pages", "[orm]") {
  const std::int32_t rows = GENERATE(0, 1, 2, 3, 4, 7, 9);
  const bool prefetch = GENERATE(false, true);
  with_pages given(rows, 3);
  given.driver->empty_pages = {0, 2, 3};
  std::int32_t expected = 0;
  for (const point& each : db::find<point>({.prefetch = prefetch}).stream()) CHECK(each.x == expected++);
  CHECK(expected == rows);
  expected = 0;
  run([&]() -> asio::awaitable<void> {
    auto stream = coodie::aio::find<point>({.prefetch = prefetch}).stream();
    while (auto row = co_await stream.next()) CHECK(row->x == expected++);
    const point* const end = co_await stream.next();
    CHECK(end == nullptr);
  });
  CHECK(expected == rows);
  expected = 0;
  run([&]() -> asio::awaitable<void> {
    auto stream = coodie::aio::find<point>({.prefetch = prefetch}).stream();
    while (auto row = co_await stream.next(asio::use_awaitable)) CHECK(row->x == expected++);
  });
  CHECK(expected == rows);
}

TEST_CASE("stream: rows that borrow", "[orm]") {
  with_pages given(7, 2);
  std::int32_t rows = 0;
  for (const point_view& each : db::find<point_view>().stream()) {
    CHECK(each.label == "label");
    CHECK(each.x == rows++);
  }
  CHECK(rows == 7);
}

TEST_CASE("stream: the consumer's pace decides when a page is asked for", "[orm]") {
  with_pages given(10, 2);
  coodie::error_code ec;
  coodie::diagnostics diag;
  SECTION("without prefetch: when it is needed") {
    auto rows = db::find<point>({.prefetch = false}).stream();
    CHECK(given.driver->asked == 0);
    for (int i = 0; i < 5; ++i) CHECK(rows.next(ec, diag)->x == i);
    CHECK(given.driver->asked == 3);
  }
  SECTION("with prefetch: one page before") {
    auto rows = db::find<point>().stream();
    CHECK(given.driver->asked == 0);
    CHECK(rows.next(ec, diag)->x == 0);
    CHECK(given.driver->asked == 2);
    CHECK(rows.next(ec, diag)->x == 1);
    CHECK(given.driver->asked == 2);
    CHECK(rows.next(ec, diag)->x == 2);
    CHECK(given.driver->asked == 3);
    for (int i = 3; i < 10; ++i) CHECK(rows.next(ec, diag)->x == i);
    CHECK(rows.next(ec, diag) == nullptr);
    CHECK(!ec);
    CHECK(given.driver->asked == 5);
  }
  SECTION("pages() read ahead when they are told to") {
    auto alone = db::find<point>().pages();
    CHECK(alone.next());
    CHECK(given.driver->asked == 1);
    auto pages = db::find<point>({.prefetch = true}).pages();
    CHECK(pages.next());
    CHECK(given.driver->asked == 3);
    CHECK(pages.rows()[0].x == 0);
    CHECK(pages.next());
    CHECK(pages.rows()[0].x == 2);
  }
}

TEST_CASE("prefetch: the page that flies is waited for", "[orm]") {
  with_pages given(6, 2);
  asio::io_context context;
  auto pages = coodie::aio::find<point>({.prefetch = true}).pages();
  auto first = pages.next(asio::bind_executor(context, asio::use_future));
  context.run();
  given.driver->held = true;
  CHECK(first.get());
  // The second page is there already; the third one flies from now on.
  coodie::diagnostics diag;
  bool more = false;
  coodie::error_code code = errc::closed;
  const auto done = [&](coodie::error_code ec, bool rows) {
    code = ec;
    more = rows;
  };
  pages.next(diag, asio::bind_executor(context, done));
  context.restart();
  context.run();
  CHECK(!code);
  CHECK(more);
  CHECK(pages.rows()[0].x == 2);
  REQUIRE(given.driver->waiting.size() == 1);
  code = errc::closed;
  pages.next(diag, asio::bind_executor(context, done));
  SECTION("until it comes") {
    given.driver->answer_next();
    context.restart();
    context.run();
    CHECK(!code);
    CHECK(pages.rows()[0].x == 4);
    CHECK(given.driver->asked == 3);
  }
  SECTION("until it fails, and can be asked for again") {
    given.driver->fail_next(errc::no_host_available);
    context.restart();
    context.run();
    CHECK(code == errc::no_host_available);
    CHECK(diag.message() == "broken");
    CHECK(diag.host() == "1.2.3.4:9042");
    given.driver->held = false;
    pages.next(diag, asio::bind_executor(context, done));
    context.restart();
    context.run();
    CHECK(!code);
    CHECK(pages.rows()[0].x == 4);
  }
  SECTION("until the driver is closed") {
    given.driver->close();
    context.restart();
    context.run();
    CHECK(code == errc::closed);
  }
}

TEST_CASE("prefetch: an error that came before anybody asked is told then", "[orm]") {
  with_pages given(6, 2);
  auto rows = db::find<point>().stream();
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(rows.next(ec, diag)->x == 0);
  CHECK(rows.next(ec, diag)->x == 1);
  given.driver->failure = errc::no_host_available;
  CHECK(rows.next(ec, diag)->x == 2);  // had come before
  CHECK(!ec);
  CHECK(rows.next(ec, diag)->x == 3);
  CHECK(rows.next(ec, diag) == nullptr);
  CHECK(ec == errc::no_host_available);
  CHECK(diag.message() == "broken");
  CHECK(diag.statement() == "SELECT x, y, label FROM points");
  CHECK(rows.next(ec, diag) == nullptr);  // never the end
  CHECK(ec == errc::no_host_available);
  given.driver->failure = errc::ok;
  CHECK(rows.next(ec, diag)->x == 4);
  CHECK(!ec);

  given.driver->failure = errc::no_host_available;
  const auto read_all = [] {
    for (const point& each : db::find<point>().stream()) static_cast<void>(each);
  };
  CHECK_THROWS_AS(read_all(), coodie::no_host_available);
}

TEST_CASE("prefetch: a reader that goes away cancels what flies", "[orm]") {
  with_pages given(6, 2);
  {
    auto pages = db::find<point>({.prefetch = true}).pages();
    given.driver->held = false;
    CHECK(pages.next());
    given.driver->held = true;
    CHECK(pages.next());
    CHECK(given.driver->waiting.size() == 1);
  }
  CHECK(given.driver->cancelled == 1);
  CHECK(given.driver->waiting.empty());
  {
    auto pages = db::find<point>({.prefetch = true}).pages();
    given.driver->held = false;
    CHECK(pages.next());  // the next one is there too
  }
  CHECK(given.driver->cancelled == 1);
}

TEST_CASE("prefetch: waiting can be cancelled, and the page is still there", "[orm]") {
  with_pages given(6, 2);
  asio::io_context context;
  auto pages = coodie::aio::find<point>({.prefetch = true}).pages();
  coodie::error_code code;
  const auto done = [&](coodie::error_code ec, bool) { code = ec; };
  pages.next(asio::bind_executor(context, done));
  context.run();
  given.driver->held = true;
  pages.next(asio::bind_executor(context, done));
  context.restart();
  context.run();
  asio::cancellation_signal signal;
  pages.next(asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(context, done)));
  signal.emit(asio::cancellation_type::terminal);
  context.restart();
  context.run();
  CHECK(code == errc::cancelled);
  given.driver->answer_next();
  pages.next(asio::bind_executor(context, done));
  context.restart();
  context.run();
  CHECK(!code);
  CHECK(pages.rows()[0].x == 4);
  CHECK(given.driver->asked == 3);
}

TEST_CASE("pages: a state of another query is refused, and the server is not asked", "[orm]") {
  with_pages given(6, 2);
  auto pages = db::find<point>(col<&point::x> == 1).pages();
  REQUIRE(pages.next());
  const std::vector<std::byte> state(pages.paging_state().begin(), pages.paging_state().end());
  const int asked = given.driver->asked;
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto is_refused = [&](auto reader) {
    CHECK(!reader.next(ec, diag));
    return ec == errc::paging_state_invalid;
  };
  CHECK(is_refused(db::find<point>(col<&point::x> == 2).pages(state)));
  CHECK(diag.message() == "the paging state is of the same statement with other values");
  CHECK(is_refused(db::find<point>().pages(state)));
  CHECK(is_refused(db::find<point>(col<&point::x> == 1).limit(3).pages(state)));
  CHECK(is_refused(db::find<point>(col<&point::x> == 1).pages(std::span(state).first(9))));
  CHECK_THROWS_AS(db::find<point>().pages(state).next(), coodie::invalid_query_error);
  auto async = coodie::aio::find<point>().pages(state);
  asio::io_context context;
  auto told = async.next(diag, asio::bind_executor(context, asio::use_future));
  context.run();
  CHECK_THROWS(told.get());
  CHECK(diag.message() == "the paging state is of another statement, or of the same one in another keyspace");
  CHECK(given.driver->asked == asked);

  auto resumed = db::find<point>(col<&point::x> == 1).pages(state);
  REQUIRE(resumed.next());
  CHECK(resumed.rows()[0].x == 2);
  // Another page size is the same query.
  auto larger = db::find<point>(col<&point::x> == 1, {.page_size = 77}).pages(state);
  CHECK(larger.next());
}
