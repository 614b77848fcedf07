// SPDX-License-Identifier: MIT
// The snippets of docs/paging.md, compiled and run. tests/docs/check_snippets.py compares them.
#include "orm/coodie_all.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <stdexcept>
#include <string>

#include "tests/catch.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/mock/testing_all.hpp"

namespace db = coodie::sync;
using coodie::col;

namespace {

struct measurement {
  std::string sensor = {};
  std::int32_t at = 0;
  double value = 0;

  using table = coodie::table<"measurements", coodie::partition_key<&measurement::sensor>,
                              coodie::clustering_key<&measurement::at>>;
};

/// A keyspace with twenty measurements of one sensor.
struct guide {
  coodie::testing::server server{};
  driver_tests::clean_registry clean{};

  guide() {
    REQUIRE(server
                .execute("CREATE KEYSPACE my_ks WITH replication = {'class': 'SimpleStrategy', "
                         "'replication_factor': 1}")
                .empty());
    db::init_coodie({.hosts = {"127.0.0.1"}, .keyspace = "my_ks", .port = server.port()});
    db::sync_table<measurement>();
    for (std::int32_t i = 0; i < 20; ++i) db::save(measurement{.sensor = "roof", .at = i, .value = 0.5 * i});
  }
};

void run_coroutine(asio::io_context& context, asio::awaitable<void> body) {
  std::exception_ptr thrown;
  asio::co_spawn(context, std::move(body), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace

TEST_CASE("guide, paging: rows one after the other", "[docs]") {
  const guide page;
  double sum = 0;
  // snippet: stream
  for (const measurement& each : db::find<measurement>(col<&measurement::sensor> == "roof").stream())
    sum += each.value;
  // end of snippet
  CHECK(sum == 95);
  sum = 0;
  asio::io_context context;
  run_coroutine(context, [&]() -> asio::awaitable<void> {
    // snippet: stream, asynchronous
    auto rows = coodie::aio::find<measurement>(col<&measurement::sensor> == "roof").stream();
    while (auto row = co_await rows.next()) sum += row->value;
    // end of snippet
  }());
  CHECK(sum == 95);
  sum = 0;
  // snippet: stream without exceptions
  coodie::error_code ec;
  coodie::diagnostics diag;
  auto rows = db::find<measurement>({.page_size = 100}).stream();
  while (const measurement* row = rows.next(ec, diag)) sum += row->value;
  if (ec) throw std::runtime_error(diag.message());  // else it was the end
  // end of snippet
  CHECK(sum == 95);
}

TEST_CASE("guide, paging: pages", "[docs]") {
  const guide page;
  std::size_t shown = 0;
  const auto show = [&](const std::vector<measurement>& rows) { shown += rows.size(); };
  {
    // snippet: pages
    auto pages = db::find<measurement>({.page_size = 6, .prefetch = true}).pages();
    while (pages.next()) show(pages.rows());
    // end of snippet
  }
  CHECK(shown == 20);
  shown = 0;
  asio::io_context context;
  run_coroutine(context, [&]() -> asio::awaitable<void> {
    // snippet: pages, asynchronous
    auto pages = coodie::aio::find<measurement>({.page_size = 6}).pages();
    while (co_await pages.next()) show(pages.rows());
    // end of snippet
  }());
  CHECK(shown == 20);
}

namespace {
// snippet: by hand
/// One page for a web client, and in `token` what the next request has to bring.
std::vector<measurement> read_page(const std::string& sensor, std::vector<std::byte>& token) {
  auto pages = db::find<measurement>(col<&measurement::sensor> == sensor, {.page_size = 8}).pages(token);
  pages.next();
  token.assign(pages.paging_state().begin(), pages.paging_state().end());  // empty: this was the last page
  return std::move(pages.rows());
}
// end of snippet
}  // namespace

TEST_CASE("guide, paging: by hand", "[docs]") {
  const guide page;
  std::vector<std::byte> token;
  CHECK(read_page("roof", token).size() == 8);
  std::vector<std::byte> kept = token;
  CHECK(read_page("roof", token).size() == 8);
  CHECK(read_page("roof", token).size() == 4);
  CHECK(token.empty());
  std::string said;
  // snippet: a state of another query
  try {
    read_page("cellar", kept);  // of the page about the roof
  } catch (const coodie::invalid_query_error& e) {
    said = e.diagnostics().message();  // "the paging state is of the same statement with other values"
  }
  // end of snippet
  CHECK(said == "the paging state is of the same statement with other values");
  const auto driver = coodie::get_driver();
  // snippet: by hand, as text
  auto first = driver->execute("SELECT * FROM measurements WHERE sensor = ?", {"roof"},
                               {.page_size = 8, .single_page = true});
  auto second = driver->execute("SELECT * FROM measurements WHERE sensor = ?", {"roof"},
                                {.page_size = 8, .single_page = true, .paging_state = first.paging_state()});
  // end of snippet
  CHECK(second[0].get<std::int32_t>("at") == 8);
}
