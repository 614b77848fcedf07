// SPDX-License-Identifier: MIT
// Traces read back: on the mock, or on real nodes.
#include "cluster/asio_config.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <future>
#include <mutex>

#include "tests/catch.hpp"
#include "tests/orm/both_servers.hpp"
#include "tests/orm/fake_driver.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;
using coodie::errc;
using orm_tests::own_keyspace;

TEST_CASE("a trace is read back", "[orm][both]") {
  own_keyspace keyspace("trace");
  coodie::abstract_driver& driver = keyspace.driver();
  driver.execute("CREATE TABLE t (k int PRIMARY KEY, v text)");
  const auto traced = driver.execute("SELECT v FROM t WHERE k = ?", {1}, {.tracing = true});
  REQUIRE(traced.tracing_id());
  const coodie::query_trace trace = db::get_trace(*traced.tracing_id(), {.wait = 10s});
  CHECK(trace.id == *traced.tracing_id());
  CHECK(trace.request == "Execute CQL3 prepared query");
  CHECK(trace.command == "QUERY");
  REQUIRE(trace.duration);
  CHECK(trace.duration->count() >= 0);
  CHECK(trace.parameters.at("query") == "SELECT v FROM t WHERE k = ?");
  CHECK(trace.parameters.at("consistency_level") == "LOCAL_QUORUM");
  CHECK(trace.client.bytes().size() == 4);
  CHECK(trace.coordinator.bytes().size() == 4);
  CHECK(trace.started_at > coodie::now() - 1h);
  CHECK(trace.started_at < coodie::now() + 1h);
  REQUIRE(!trace.events.empty());
  for (const coodie::trace_event& event : trace.events) {
    CHECK(!event.activity.empty());
    CHECK(!event.thread.empty());
  }
  CHECK(std::is_sorted(trace.events.begin(), trace.events.end(),
                       [](const auto& a, const auto& b) { return a.id < b.id; }));

  asio::io_context context;
  coodie::query_trace again;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        const auto result = co_await driver.execute_async("SELECT v FROM t", {}, {.tracing = true});
        again = co_await coodie::aio::get_trace(*result.tracing_id());
      },
      [](std::exception_ptr e) { CHECK(e == nullptr); });
  context.run();
  CHECK(again.parameters["query"] == "SELECT v FROM t");
  CHECK(!again.events.empty());
}

namespace {

struct traced_row {
  std::int32_t k = 0;
  std::optional<std::string> v;
  using table = coodie::table<"t", coodie::partition_key<&traced_row::k>>;
};

}  // namespace

TEST_CASE("the traces of the ORM's calls are told by diagnostics and by the tracker", "[orm][both]") {
  own_keyspace keyspace("orm_trace");
  std::mutex mutex;
  std::vector<coodie::uuid> told;
  const auto tracker = [&](const coodie::request_report& report) {
    const std::lock_guard lock(mutex);
    if (report.tracing_id) told.push_back(*report.tracing_id);
  };
  coodie::init_options options = keyspace.options();
  options.name = "tracked";
  options.tracker = tracker;
  const auto driver = db::init_coodie(options);
  db::sync_table<traced_row>();
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto query_of_trace = [&] {
    REQUIRE(!ec);
    REQUIRE(diag.tracing_id());
    return db::get_trace(*diag.tracing_id(), {.wait = 10s}).parameters.at("query");
  };
  traced_row row{.k = 1, .v = "a"};
  db::save(row, {.driver = "tracked", .tracing = true}, ec, diag);
  CHECK(query_of_trace().starts_with("INSERT INTO"));
  const coodie::uuid first = *diag.tracing_id();
  const auto same = db::get<traced_row>(1, {.driver = "tracked", .tracing = true}, ec, diag);
  CHECK(same.v == "a");
  CHECK(query_of_trace().starts_with("SELECT"));
  const auto updated = db::update(row, {.driver = "tracked", .tracing = true},
                                  coodie::col<& traced_row::v> = "b", coodie::if_exists, ec, diag);
  CHECK(updated.applied);
  CHECK(query_of_trace().starts_with("UPDATE"));
  coodie::batch both;
  both.save(row).save(traced_row{.k = 2, .v = {}});
  db::apply(both, {.driver = "tracked", .tracing = true}, ec, diag);
  CHECK(!ec);
  CHECK(diag.tracing_id());
  db::save(row, {.driver = "tracked"}, ec, diag);
  CHECK(!diag.tracing_id());
  CHECK(diag.empty());

  std::promise<void> done;
  coodie::aio::get<traced_row>(1, {.driver = "tracked", .tracing = true}, diag,
                               [&](coodie::error_code, const traced_row&) { done.set_value(); });
  done.get_future().wait();
  const std::lock_guard lock(mutex);
  REQUIRE(told.size() == 5);
  CHECK(told.front() == first);
  CHECK(diag.tracing_id() == told.back());
}

TEST_CASE("a trace that is not there is an error, in bounded time", "[orm][both]") {
  own_keyspace keyspace("no_trace");
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto begin = std::chrono::steady_clock::now();
  const auto none = db::get_trace(coodie::uuid::random(), {.wait = 50ms}, ec, diag);
  CHECK(ec == errc::document_not_found);
  CHECK(diag.message() == "there is no trace of this id, or not yet: nodes write them behind the answer");
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(none.events.empty());
  db::get_trace(coodie::uuid::random(), {.wait = -1ms}, ec, diag);
  CHECK(ec == errc::invalid_query);
}

TEST_CASE("a trace is asked for until its end is written", "[orm]") {
  orm_tests::with_fake_driver fake;
  using orm_tests::cell;
  using orm_tests::null_cell;
  const std::vector<orm_tests::named_column> session{
      {"client", coodie::type_id::inet},
      {"command", coodie::type_id::varchar},
      {"coordinator", coodie::type_id::inet},
      {"duration", coodie::type_id::int_},
      {"request", coodie::type_id::varchar},
      {"started_at", coodie::type_id::timestamp},
      {"parameters",
       coodie::cql_type(coodie::type_id::map, {coodie::type_id::varchar, coodie::type_id::varchar})}};
  const auto row = [](bool ended) {
    std::vector<orm_tests::bytes> cells(7, null_cell());
    cells[1] = cell("QUERY");
    if (ended) cells[3] = cell(77);
    return cells;
  };
  const auto answer_session = [&](std::vector<std::vector<orm_tests::bytes>> rows) {
    fake.driver->answer(orm_tests::rows_with_metadata(session, rows, "sessions"));
  };
  const std::vector<orm_tests::named_column> events{{"event_id", coodie::type_id::timeuuid},
                                                    {"activity", coodie::type_id::varchar},
                                                    {"source", coodie::type_id::inet},
                                                    {"source_elapsed", coodie::type_id::int_},
                                                    {"thread", coodie::type_id::varchar}};
  const auto answer_events = [&] {
    fake.driver->answer(orm_tests::rows_with_metadata(
        events, {{null_cell(), cell("did it"), null_cell(), cell(5), null_cell()}}, "events"));
  };
  SECTION("first nothing, then a beginning, then all") {
    answer_session({});
    answer_session({row(false)});
    answer_session({row(true)});
    answer_events();
    const auto trace = db::get_trace(coodie::uuid::random(), {.wait = 10s});
    CHECK(trace.duration == 77us);
    REQUIRE(trace.events.size() == 1);
    CHECK(trace.events[0].activity == "did it");
    CHECK(trace.events[0].source_elapsed == 5us);
    CHECK(fake.driver->seen.size() == 4);
    CHECK(fake.driver->seen[0].consistency == coodie::consistency::one);
  }
  SECTION("what is there when the time is over") {
    answer_session({row(false)});
    answer_events();
    const auto trace = db::get_trace(coodie::uuid::random(), {.wait = 0ms});
    CHECK(!trace.duration);
    CHECK(trace.events.size() == 1);
  }
}
