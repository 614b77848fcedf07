// SPDX-License-Identifier: MIT
// What execute() answered, as structs. On both servers.
#include "orm/coodie_all.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <string>

#include "tests/catch.hpp"
#include "tests/orm/both_servers.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;

namespace {

using namespace orm_tests;
using coodie::errc;

/// No table, and its members in another order than the columns.
struct title_and_views {
  std::int32_t views = 0;
  std::string title = {};
  std::optional<std::string> author = {};
};
struct borrowed_title {
  std::string_view title = {};
};
struct wrong_type {
  std::int64_t views = 0;
};
struct one_more {
  std::string title = {};
  std::int32_t likes = 0;
};
struct no_null {
  std::string author = {};
};

blog_post some_post(int number) {
  return {.blog_id = coodie::uuid{},
          .published_at = coodie::timestamp(std::chrono::milliseconds(number)),
          .title = "title " + std::to_string(number),
          .views = number};
}
void make_posts(int count) {
  static_cast<void>(db::sync_table<blog_post>());
  for (int i = 1; i <= count; ++i) db::save(some_post(i));
}
std::string text(const char* columns) { return "SELECT " + std::string(columns) + " FROM blog_posts"; }

}  // namespace

TEST_CASE("the rows of a result as structs, by name", "[orm][both]") {
  const own_keyspace keyspace("result_rows");
  make_posts(3);
  coodie::abstract_driver& driver = keyspace.driver();

  const auto found = driver.execute(text("title, author, views"), {}, {.page_size = 2});
  const auto rows = found.rows<title_and_views>();
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].title == "title 3");
  CHECK(rows[0].views == 3);
  CHECK(!rows[0].author);
  CHECK(rows[2].title == "title 1");

  CHECK(driver.execute("SELECT * FROM blog_posts").rows<blog_post>() ==
        std::vector{some_post(3), some_post(2), some_post(1)});
  const auto titles = driver.execute(text("title"));
  CHECK(titles.rows<borrowed_title>()[1].title == "title 2");
}

TEST_CASE("columns are found by their names in the table", "[orm][both]") {
  const own_keyspace keyspace("result_names");
  static_cast<void>(db::sync_table<quoted>());
  const quoted row{.id = 1, .order = "o", .strange = "s", .Capital = "C"};
  db::save(row);
  CHECK(keyspace.driver().execute("SELECT * FROM \"Mixed\"").one<quoted>() == row);
}

TEST_CASE("the only row of a result as a struct", "[orm][both]") {
  const own_keyspace keyspace("result_one");
  make_posts(2);
  coodie::abstract_driver& driver = keyspace.driver();

  const auto none =
      driver.execute(text("title, author, views") + " WHERE blog_id = ?", {coodie::uuid::random()});
  CHECK(!none.one<title_and_views>());
  CHECK(none.rows<title_and_views>().empty());
  const auto one = driver.execute(text("title, author, views") + " LIMIT 1").one<title_and_views>();
  REQUIRE(one);
  CHECK(one->title == "title 2");

  const auto two = driver.execute(text("title, author, views"));
  CHECK_THROWS_AS(two.one<title_and_views>(), coodie::multiple_documents_found);
  std::optional<title_and_views> into = title_and_views{};
  coodie::diagnostics diag;
  CHECK(two.one(into, diag) == errc::multiple_documents);
  CHECK(!into);
  CHECK(diag.message() == "the result has 2 rows, not one; use rows<T>()");
}

TEST_CASE("a result that does not fit the struct says where", "[orm][both]") {
  const own_keyspace keyspace("result_misfits");
  make_posts(1);
  coodie::abstract_driver& driver = keyspace.driver();
  coodie::diagnostics diag;

  std::vector<title_and_views> rows(1);
  CHECK(driver.execute(text("title, views")).rows(rows, diag) == errc::column_missing);
  CHECK(diag.message() == "the result has no column author for the member author; it has title views");
  CHECK(rows.empty());
  CHECK(driver.execute(text("title, author, views, body")).rows(rows, diag) == errc::column_missing);
  CHECK(diag.message() ==
        "the struct has no member for column body of the result; add one, or leave the column out of the "
        "SELECT");
  std::vector<wrong_type> wrong;
  CHECK(driver.execute(text("views")).rows(wrong, diag) == errc::type_mismatch);
  CHECK(diag.message() == "column views of type int does not fit the member views, which is for bigint");
  CHECK_THROWS_AS(driver.execute(text("views")).rows<wrong_type>(), coodie::decode_error);
  CHECK_THROWS_AS(driver.execute(text("title")).rows<one_more>(), coodie::invalid_query_error);
  std::vector<no_null> filled;
  CHECK(driver.execute(text("author")).rows(filled, diag) == errc::unexpected_null);
  CHECK(diag.message().starts_with("column author (member author): "));
}

TEST_CASE("results without rows, and conditional ones", "[orm][both]") {
  const own_keyspace keyspace("result_applied");
  make_posts(1);
  coodie::abstract_driver& driver = keyspace.driver();
  const auto insert = [&] {
    return driver.execute(
        "INSERT INTO blog_posts (blog_id, published_at, title) VALUES (?, ?, ?) IF NOT EXISTS",
        {coodie::uuid{}, coodie::timestamp(std::chrono::milliseconds(1)), "again"});
  };
  CHECK(driver.execute("DELETE FROM blog_posts WHERE blog_id = ?", {coodie::uuid::random()})
            .rows<blog_post>()
            .empty());
  CHECK(insert().one<blog_post>() == some_post(1));
}

TEST_CASE("rows of execute_async as structs", "[orm][both]") {
  const own_keyspace keyspace("result_async");
  make_posts(2);
  asio::io_context context;
  std::exception_ptr thrown;
  std::vector<title_and_views> rows;
  asio::co_spawn(
      context,
      [](coodie::abstract_driver& driver, std::vector<title_and_views>& into) -> asio::awaitable<void> {
        const auto found = co_await driver.execute_async(text("title, author, views"));
        into = found.rows<title_and_views>();
      }(keyspace.driver(), rows),
      [&](std::exception_ptr e) { thrown = e; });
  context.run();
  CHECK(thrown == nullptr);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].title == "title 2");
}
