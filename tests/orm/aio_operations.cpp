// SPDX-License-Identifier: MIT
// coodie::aio on a scripted driver: results, errors and tokens.
#include "orm/coodie_all.hpp"  // before Asio: with clang it tells Asio about coroutines

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>
#include <future>

#include "tests/catch.hpp"
#include "tests/orm/fake_driver.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::aio;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::col;
using coodie::errc;

/// Runs a coroutine to its end; an exception that leaves it fails the test.
void run(asio::awaitable<void> work) {
  asio::io_context context;
  std::exception_ptr thrown;
  asio::co_spawn(context, std::move(work), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

std::vector<bytes> point_row(std::int32_t x, const std::string& label) {
  return {cell(x), cell(x), cell(label)};
}

}  // namespace

TEST_CASE("co_await gives what the blocking call gives", "[orm]") {
  with_fake_driver fake;
  run([](fake_driver& driver) -> asio::awaitable<void> {
    const point p{.x = 1, .y = 2, .label = "l"};
    driver.answer_void();
    co_await db::save(p, {.ttl = 5s});
    CHECK(driver.last().values == values(1, 2, "l", 5));

    driver.answer_rows(3, {point_row(4, "four")});
    const point got = co_await db::get<point>(4, 4);
    CHECK(got.label == "four");
    driver.answer_rows(3, {});
    const auto none = co_await db::find_one<point>(4, 4);
    CHECK(!none);

    driver.answer_rows(3, {point_row(1, "a")}, "next");
    driver.answer_rows(3, {point_row(2, "b")});
    const auto all = co_await db::find<point>(col<&point::x> == 1).all();
    CHECK(all.size() == 2);
    CHECK(driver.last().values == values(1));

    driver.answer(rows_with_metadata({{"[applied]", coodie::type_id::boolean}}, {{cell(true)}}));
    const auto updated = co_await db::update(p, col<& point::label> = "x", coodie::if_exists);
    CHECK(updated.applied);
    driver.answer_rows(1, {{cell(std::int64_t{9})}});
    const auto count = co_await db::find<point>().count();
    CHECK(count == 9);
    coodie::batch batch;
    batch.save(p).remove(p);
    driver.answer_void();
    co_await db::apply(batch);
    CHECK(driver.last().members.size() == 2);
    CHECK(batch.size() == 2);
  }(*fake.driver));
}

TEST_CASE("a value that is a temporary lives until the request is sent", "[orm]") {
  with_fake_driver fake;
  run([](fake_driver& driver) -> asio::awaitable<void> {
    driver.answer_rows(3, {});
    static_cast<void>(
        co_await db::find<point>(col<&point::label> == std::string(100, 'x')).allow_filtering().all());
    CHECK(driver.last().values == values(std::string(100, 'x')));
    driver.answer_rows(3, {});
    const std::vector<std::int32_t> keys{1, 2};
    auto query = db::find<point>(col<&point::x>.in(std::vector<std::int32_t>{1, 2}));
    static_cast<void>(co_await query.all());
    CHECK(driver.last().values == values(keys));
  }(*fake.driver));
}

TEST_CASE("pages in a coroutine", "[orm]") {
  with_fake_driver fake;
  run([](fake_driver& driver) -> asio::awaitable<void> {
    driver.answer_rows(3, {point_row(1, "a")}, "2");
    driver.answer_rows(3, {}, "3");
    driver.answer_rows(3, {point_row(2, "b"), point_row(3, "c")});
    auto pages = db::find<point>().pages();
    std::vector<std::int32_t> seen;
    while (co_await pages.next())
      for (const point& each : pages.rows()) seen.push_back(each.x);
    CHECK(seen == std::vector<std::int32_t>{1, 2, 3});
    const bool more = co_await pages.next();
    CHECK(!more);
    CHECK(driver.seen.size() == 3);
  }(*fake.driver));
}

TEST_CASE("co_await throws what the blocking call throws", "[orm]") {
  with_fake_driver fake;
  run([](fake_driver& driver) -> asio::awaitable<void> {
    driver.answer_rows(3, {});
    try {
      static_cast<void>(co_await db::get<point>(1, 1));
      FAIL("it threw nothing");
    } catch (const coodie::document_not_found& e) {
      CHECK(e.diagnostics().statement() == "SELECT x, y, label FROM points WHERE x = ? AND y = ?");
    }
    const point p{.x = 1, .y = 1, .label = {}};
    bool thrown = false;
    try {
      co_await db::save(p, {.ttl = -1s});
    } catch (const coodie::decode_error& e) {
      thrown = e.diagnostics().message() == "a ttl is 0 to 630720000 seconds (20 years)";
    }
    CHECK(thrown);
    thrown = false;
    try {
      co_await db::save(p, {.driver = "nowhere"});
    } catch (const coodie::configuration_error&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(driver.seen.size() == 1);
  }(*fake.driver));
}

TEST_CASE("any completion token, with and without diagnostics", "[orm]") {
  with_fake_driver fake;
  asio::io_context context;
  coodie::error_code code = errc::closed;
  fake.driver->answer_void();
  {
    const point gone{.x = 1, .y = 2, .label = std::string(50, 'l')};
    db::save(gone, asio::bind_executor(context, [&](coodie::error_code ec) { code = ec; }));
  }
  CHECK(code == errc::closed);  // never inside the call
  context.run();
  CHECK(!code);
  CHECK(fake.driver->last().values == values(1, 2, std::string(50, 'l')));

  context.restart();
  coodie::diagnostics diag;
  fake.driver->answer_rows(3, {});
  db::get<point>(1, 2, diag, asio::bind_executor(context, [&](coodie::error_code ec, point) { code = ec; }));
  context.run();
  CHECK(code == errc::document_not_found);
  CHECK(diag.message() == "no row has this key or matches these conditions");

  fake.driver->answer_rows(3, {point_row(5, "five")});
  auto future = db::find<point>().first(asio::use_future);
  REQUIRE(future.get()->label == "five");
  auto failing = db::find<point>().limit(-1).all(asio::use_future);
  CHECK_THROWS(failing.get());
}

TEST_CASE("an operation of several steps waits between them, in a coroutine too", "[orm]") {
  with_fake_driver fake;
  const std::vector<named_column> session{
      {"client", coodie::type_id::inet},
      {"command", coodie::type_id::varchar},
      {"coordinator", coodie::type_id::inet},
      {"duration", coodie::type_id::int_},
      {"request", coodie::type_id::varchar},
      {"started_at", coodie::type_id::timestamp},
      {"parameters",
       coodie::cql_type(coodie::type_id::map, {coodie::type_id::varchar, coodie::type_id::varchar})}};
  const std::vector<named_column> events{{"event_id", coodie::type_id::timeuuid}};
  asio::io_context context;
  const auto read_trace = [&](auto token) {
    fake.driver->seen.clear();
    std::vector<bytes> cells(session.size(), null_cell());
    fake.driver->answer(rows_with_metadata(session, {}, "sessions"));
    cells[3] = cell(77);
    fake.driver->answer(rows_with_metadata(session, {cells}, "sessions"));
    fake.driver->answer(rows_with_metadata(events, {}, "events"));
    db::get_trace(coodie::uuid::random(), std::move(token));
  };
  int ended = 0;
  coodie::error_code code;
  const auto ends = [&](coodie::error_code ec, const coodie::query_trace&) {
    ++ended;
    code = ec;
  };

  SECTION("after a pause") {
    const auto before = std::chrono::steady_clock::now();
    read_trace(asio::bind_executor(context, ends));
    CHECK(fake.driver->seen.size() == 1);
    context.run();
    CHECK(std::chrono::steady_clock::now() - before >= 2ms);
    CHECK(fake.driver->seen.size() == 3);
    CHECK(!code);
    CHECK(ended == 1);
  }
  SECTION("without an executor") {
    std::promise<coodie::error_code> told;
    read_trace([&](coodie::error_code ec, const coodie::query_trace&) { told.set_value(ec); });
    CHECK(!told.get_future().get());
    CHECK(fake.driver->seen.size() == 3);
  }
  SECTION("cancelled while it waits") {
    asio::cancellation_signal signal;
    read_trace(asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(context, ends)));
    signal.emit(asio::cancellation_type::terminal);
    context.run();
    CHECK(code == errc::cancelled);
    CHECK(fake.driver->seen.size() == 1);
  }
  SECTION("a loop that ends meanwhile") {
    auto kept = std::make_shared<int>();
    {
      asio::io_context gone;
      read_trace(asio::bind_executor(gone, [kept](coodie::error_code, const coodie::query_trace&) {}));
      CHECK(kept.use_count() > 1);
    }
    CHECK(kept.use_count() == 1);
    CHECK(fake.driver->seen.size() == 1);
  }
}

TEST_CASE("sync_table in a coroutine", "[orm]") {
  with_fake_driver fake;
  run([](fake_driver& driver) -> asio::awaitable<void> {
    for (int i = 0; i < 2; ++i) driver.answer(rows_with_metadata({}, {}));
    for (int i = 0; i < 2; ++i) driver.answer_void();
    const auto statements = co_await db::sync_table<point>();
    CHECK(statements.size() == 1);
    REQUIRE(driver.seen.size() == 4);
    CHECK(driver.seen[1].text.find("'fake_ks' AND table_name = 'points'") != std::string::npos);
    CHECK(driver.seen[3].kind == coodie::protocol::request_kind::agreement);
  }(*fake.driver));
}
