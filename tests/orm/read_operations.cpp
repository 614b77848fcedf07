// SPDX-License-Identifier: MIT
// get, find_one and find: what they ask, and rows from frames into structs.
#include "protocol/routing/routing_key.hpp"
#include "tests/catch.hpp"
#include "tests/orm/fake_driver.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::asc;
using coodie::col;
using coodie::consistency;
using coodie::errc;
namespace protocol = coodie::protocol;

const coodie::uuid id = [] {
  coodie::uuid u;
  u.bytes[0] = std::byte{9};
  return u;
}();
const coodie::timestamp when(1'700'000'000'000ms);

std::vector<bytes> post_row(std::int32_t views, const std::string& title = "Title",
                            const std::optional<std::string>& author = {}) {
  return {cell(id), cell(when), cell(title), cell("body"), cell(author), cell(views)};
}

}  // namespace

TEST_CASE("get by the key", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {post_row(3, "T", "Ada")});
  const blog_post post = db::get<blog_post>(id, when);
  CHECK(post ==
        blog_post{
            .blog_id = id, .published_at = when, .title = "T", .body = "body", .author = "Ada", .views = 3});
  const seen_request& request = fake.driver->last();
  CHECK(request.text ==
        "SELECT blog_id, published_at, title, body, author, views FROM blog_posts WHERE blog_id = ? AND "
        "published_at "
        "= ?");
  CHECK(request.values == values(id, when));
  CHECK(request.token == protocol::token_of(id));
  CHECK(request.idempotent);
  CHECK(request.page_size == 0);
  CHECK(request.timestamp == protocol::no_timestamp);
}

TEST_CASE("get of nothing, and of a key that is not one", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {});
  CHECK_THROWS_AS(db::get<blog_post>(id, when), coodie::document_not_found);
  fake.driver->answer_rows(6, {});
  CHECK(!db::find_one<blog_post>(id, when));
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(db::get<reading>("s", 3'000'000'000LL, 1, 1, ec, diag));
  CHECK(ec == errc::value_out_of_range);
  CHECK(diag.message() == "column year (member year): a value is out of the range of its type");
  CHECK(fake.driver->seen.size() == 2);
}

TEST_CASE("keys are taken in any type that fits", "[orm]") {
  with_fake_driver fake;
  const std::string sensor = "s";
  for (int i = 0; i < 3; ++i) fake.driver->answer_rows(11, {});
  static_cast<void>(db::find_one<reading>(sensor, std::int64_t{1}, std::uint8_t{2}, 3));
  CHECK(fake.driver->last().values == values("s", 1, 2, 3));
  static_cast<void>(db::find_one<reading>("s", 1, 2, 3, {.timeout = 1s}));
  CHECK(fake.driver->last().timeout_ns == 1'000'000'000);
  static_cast<void>(db::find_one<reading>(std::string_view("s"), 1, 2, 3));
  CHECK(fake.driver->last().values == values("s", 1, 2, 3));
}

TEST_CASE("find_one and get by conditions ask for two rows at most", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {post_row(3)});
  const auto one = db::find_one<blog_post>(col<&blog_post::author> == "Ada");
  REQUIRE(one);
  CHECK(one->views == 3);
  CHECK(fake.driver->last().text.ends_with("WHERE author = ? LIMIT ?"));
  CHECK(fake.driver->last().values == values("Ada", std::int32_t{2}));
  CHECK(!fake.driver->last().token);

  fake.driver->answer_rows(6, {post_row(3), post_row(4)});
  CHECK_THROWS_AS(db::find_one<blog_post>(col<&blog_post::author> == "Ada"),
                  coodie::multiple_documents_found);
  fake.driver->answer_rows(6, {post_row(3), post_row(4)});
  CHECK_THROWS_AS(db::get<blog_post>(col<&blog_post::author> == "Ada"), coodie::multiple_documents_found);
  fake.driver->answer_rows(6, {});
  CHECK_THROWS_AS(db::get<blog_post>(col<&blog_post::author> == "Ada"), coodie::document_not_found);
}

TEST_CASE("a second row on a second page is found too", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {post_row(3)}, "next");
  fake.driver->answer_rows(6, {post_row(4)});
  CHECK_THROWS_AS(db::get<blog_post>(col<&blog_post::author> == "Ada", {.page_size = 1}),
                  coodie::multiple_documents_found);
  CHECK(fake.driver->seen.size() == 2);
  CHECK(fake.driver->seen[0].page_size == 1);
}

TEST_CASE("all follows the pages, the empty ones too", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {post_row(1), post_row(2)}, "page2");
  fake.driver->answer_rows(6, {}, "page3");
  fake.driver->answer_rows(6, {post_row(3)}, "page4");
  fake.driver->answer_rows(6, {});
  const auto posts = db::find<blog_post>(col<&blog_post::blog_id> == id, {.page_size = 2}).all();
  REQUIRE(posts.size() == 3);
  CHECK((posts[0].views == 1 && posts[1].views == 2 && posts[2].views == 3));
  REQUIRE(fake.driver->seen.size() == 4);
  const auto state = [&](std::size_t i) {
    const bytes& s = fake.driver->seen[i].paging_state;
    return std::string(reinterpret_cast<const char*>(s.data()), s.size());
  };
  CHECK(state(0).empty());
  CHECK(state(1) == "page2");
  CHECK(state(2) == "page3");
  CHECK(state(3) == "page4");
  for (const seen_request& each : fake.driver->seen) {
    CHECK(each.page_size == 2);
    CHECK(each.values == values(id));
    CHECK(each.token == protocol::token_of(id));
  }
}

TEST_CASE("the default page size, and none where the server does not page", "[orm]") {
  with_fake_driver fake;
  for (int i = 0; i < 3; ++i) fake.driver->answer_rows(11, {});
  static_cast<void>(db::find<reading>().all());
  CHECK(fake.driver->last().page_size == 5000);
  static_cast<void>(db::find<reading>().page_size(7).all());
  CHECK(fake.driver->last().page_size == 7);
  static_cast<void>(db::find<reading>(col<&reading::sensor>.in("a", "b") && col<&reading::year> == 1)
                        .order_by(col<&reading::day>, asc)
                        .all());
  CHECK(fake.driver->last().page_size == 0);
}

TEST_CASE("limits are bound, and have to be above 0", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(11, {});
  fake.driver->answer_rows(11, {});
  const auto query = db::find<reading>(col<&reading::quality> == 1);
  static_cast<void>(query.per_partition_limit(3).limit(9).all());
  CHECK(fake.driver->last().values == values(std::int32_t{1}, std::int32_t{3}, std::int32_t{9}));
  static_cast<void>(query.limit(9).first());
  CHECK(fake.driver->last().values == values(std::int32_t{1}, std::int32_t{1}));
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(query.limit(0).all(ec, diag));
  CHECK(ec == errc::invalid_query);
  CHECK(diag.message() == "limit() takes a number above 0");
  static_cast<void>(query.per_partition_limit(-1).all(ec, diag));
  CHECK(ec == errc::invalid_query);
  static_cast<void>(db::find<reading>({.page_size = -1}).all(ec, diag));
  CHECK(ec == errc::invalid_query);
  CHECK(fake.driver->seen.size() == 2);
}

TEST_CASE("count, first, remove_all", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(1, {{cell(std::int64_t{42})}});
  CHECK(db::find<blog_post>().count() == 42);
  fake.driver->answer(rows_with_metadata({{"count", coodie::type_id::bigint}}, {{cell(std::int64_t{43})}}));
  CHECK(db::find<blog_post>().count() == 43);
  fake.driver->answer_rows(6, {});
  CHECK(!db::find<blog_post>().first());
  fake.driver->answer_rows(6, {post_row(8)}, "more");
  CHECK(db::find<blog_post>().first()->views == 8);
  CHECK(fake.driver->seen.size() == 4);
  fake.driver->answer_void();
  db::find<blog_post>(col<&blog_post::blog_id> == id && col<&blog_post::published_at> < when).remove_all();
  CHECK(fake.driver->last().values == values(id, when));
  CHECK(fake.driver->last().token == protocol::token_of(id));
  fake.driver->answer_void();
  db::find<blog_post>(col<&blog_post::blog_id> == id).remove_all({.timestamp = coodie::timestamp(1ms)});
  CHECK(fake.driver->last().values == values(std::int64_t{1000}, id));
}

TEST_CASE("there is no token for a list of keys", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {});
  static_cast<void>(db::find<blog_post>(col<&blog_post::blog_id>.in(id, id)).all());
  CHECK(!fake.driver->last().token);
}

TEST_CASE("the token does not depend on the order of the conditions", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(11, {});
  static_cast<void>(
      db::find<reading>(col<&reading::day> > 1 && col<&reading::year> == 2026 && col<&reading::sensor> == "s")
          .all());
  protocol::routing_key key;
  key.append_value(std::string("s"));
  key.append_value(std::int32_t{2026});
  CHECK(fake.driver->last().token == key.token());
}

TEST_CASE("pages one after the other, and from a state that was kept", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {post_row(1), post_row(2)}, "state2");
  fake.driver->answer_rows(6, {}, "state3");
  fake.driver->answer_rows(6, {post_row(3)});
  auto pages = db::find<blog_post>().pages();
  REQUIRE(pages.next());
  CHECK(pages.rows().size() == 2);
  const std::vector<std::byte> kept(pages.paging_state().begin(), pages.paging_state().end());
  CHECK(kept.size() > 6);  // the server's "state2", and what it belongs to
  REQUIRE(pages.next());   // over the empty page
  CHECK(pages.rows().size() == 1);
  CHECK(pages.paging_state().empty());
  CHECK(!pages.next());
  CHECK(!pages.next());
  CHECK(fake.driver->seen.size() == 3);

  fake.driver->answer_rows(6, {post_row(4)});
  auto resumed = db::find<blog_post>().pages(kept);
  CHECK(std::equal(kept.begin(), kept.end(), resumed.paging_state().begin(), resumed.paging_state().end()));
  REQUIRE(resumed.next());
  CHECK(resumed.rows()[0].views == 4);
  const bytes& sent = fake.driver->last().paging_state;
  CHECK(std::string(reinterpret_cast<const char*>(sent.data()), sent.size()) == "state2");
}

TEST_CASE("an error between two pages is told, and the rows so far are dropped", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {post_row(1)}, "more");
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(db::find<blog_post>().all(ec, diag).empty());
  CHECK(ec == errc::closed);
}

TEST_CASE("rows that borrow keep the bytes they point into", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(6, {post_row(1, "first", "Ada"), post_row(2, "second")}, "more");
  fake.driver->answer_rows(6, {post_row(3, "third")});
  const auto rows = db::find<post_view>().all();
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].title == "first");
  CHECK(rows[0].author == "Ada");
  CHECK(!rows[1].author);
  CHECK(rows[2].title == "third");
  fake.driver->answer_rows(6, {post_row(4, "one")});
  auto one = db::get<post_view>(id, when);
  const auto moved = std::move(one);
  CHECK(moved->title == "one");
  fake.driver->answer_rows(6, {post_row(5, "two")});
  const auto maybe = db::find_one<post_view>(id, when);
  CHECK((**maybe).title == "two");
}

TEST_CASE("a projection is read in the order of its members", "[orm]") {
  struct brief {
    std::int32_t views = 0;
    std::string title = {};
  };
  with_fake_driver fake;
  fake.driver->answer_rows(2, {{cell(std::int32_t{5}), cell("T")}});
  const auto rows = db::find<blog_post>().as<brief>().all();
  REQUIRE(rows.size() == 1);
  CHECK((rows[0].views == 5 && rows[0].title == "T"));
  CHECK(fake.driver->last().text == "SELECT views, title FROM blog_posts");
}

TEST_CASE("a row that does not fit is an error that names the column", "[orm]") {
  with_fake_driver fake;
  coodie::error_code ec;
  coodie::diagnostics diag;
  auto row = post_row(1);
  row[2] = null_cell();
  fake.driver->answer_rows(6, {row});
  static_cast<void>(db::get<blog_post>(id, when, ec, diag));
  CHECK(ec == errc::unexpected_null);
  CHECK(diag.message() ==
        "column title (member title): a null for a member that can't hold one; make it std::optional");

  row = post_row(1);
  row[5] = cell(std::int64_t{1});
  fake.driver->answer_rows(6, {row});
  static_cast<void>(db::find<blog_post>().all(ec, diag));
  CHECK(ec == errc::invalid_value_size);
  CHECK(diag.message().starts_with("column views (member views): "));

  fake.driver->answer_rows(5, {});
  static_cast<void>(db::find<blog_post>().all(ec, diag));
  CHECK(ec == errc::schema_mismatch);
  CHECK(diag.message() == "the server returned 5 columns, not the 6 that were asked for");

  fake.driver->answer_void();
  CHECK(db::find<blog_post>().all(ec, diag).empty());
}

TEST_CASE("metadata that comes is compared", "[orm]") {
  with_fake_driver fake;
  coodie::error_code ec;
  coodie::diagnostics diag;
  std::vector<named_column> columns{
      {"blog_id", coodie::type_id::uuid},   {"published_at", coodie::type_id::timestamp},
      {"title", coodie::type_id::varchar},  {"body", coodie::type_id::ascii},
      {"author", coodie::type_id::varchar}, {"views", coodie::type_id::int_}};
  fake.driver->answer(rows_with_metadata(columns, {post_row(6)}));
  CHECK(db::get<blog_post>(id, when, ec, diag).views == 6);
  CHECK(!ec);

  columns[5].type = coodie::type_id::bigint;
  fake.driver->answer(rows_with_metadata(columns, {post_row(6)}));
  static_cast<void>(db::get<blog_post>(id, when, ec, diag));
  CHECK(ec == errc::schema_mismatch);
  CHECK(diag.message() ==
        "column views of table fake_ks.blog_posts has the type bigint on the server, but the member views is "
        "int "
        "(int); change the one or the other");

  std::swap(columns[2], columns[3]);
  fake.driver->answer(rows_with_metadata(columns, {post_row(6)}));
  static_cast<void>(db::get<blog_post>(id, when, ec, diag));
  CHECK(ec == errc::schema_mismatch);
  CHECK(diag.message() == "the server returns column body where title was asked for");

  columns.pop_back();
  fake.driver->answer(rows_with_metadata(columns, {}));
  static_cast<void>(db::find<blog_post>().all(ec, diag));
  CHECK(ec == errc::schema_mismatch);
}

TEST_CASE("every cut of an answer is an error, not a crash", "[orm]") {
  with_fake_driver script;
  script.driver->answer_rows(6, {post_row(1, "a", "b"), post_row(2)}, "state");
  // The body once more, to cut it.
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  write_result_kind(out, protocol::result_kind::rows);
  out.write(std::uint32_t{protocol::metadata_flag::no_metadata});
  out.write(std::uint32_t{6});
  out.write(std::uint32_t{2});
  for (int i = 0; i < 2; ++i)
    for (const bytes& each : post_row(i, "title", "author")) out.write_raw(each);
  const bytes whole(buffer.bytes().begin(), buffer.bytes().end());
  for (std::size_t n = 0; n < whole.size(); ++n) {
    with_fake_driver fake;
    fake.driver->answer(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)));
    coodie::error_code ec;
    coodie::diagnostics diag;
    CHECK(db::find<blog_post>().all(ec, diag).empty());
    CHECK(ec);
  }
  with_fake_driver fake;
  bytes huge = whole;
  huge[12] = std::byte{0x7F};  // two thousand million rows
  fake.driver->answer(huge);
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(db::find<blog_post>().all(ec, diag).empty());
  CHECK(ec == errc::length_exceeds_input);
}

TEST_CASE("no driver, and a driver of another name", "[orm]") {
  coodie::close_all();
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(db::find<blog_post>().all(ec, diag).empty());
  CHECK(ec == errc::unknown_driver);
  CHECK_THROWS_AS(db::find<blog_post>().count(), coodie::configuration_error);
  with_fake_driver fake;
  static_cast<void>(db::find<blog_post>({.driver = "other"}).all(ec, diag));
  CHECK(ec == errc::unknown_driver);
  CHECK(fake.driver->seen.empty());
}
