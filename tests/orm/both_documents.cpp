// SPDX-License-Identifier: MIT
// Rows written and read on a server: on the mock, or on real nodes.
#include <limits>
#include <thread>

#include "tests/catch.hpp"
#include "tests/orm/both_servers.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::asc;
using coodie::col;
using coodie::consistency;
using coodie::desc;
using coodie::if_exists;
using coodie::only_if;

blog_post post_at(const coodie::uuid& blog, std::chrono::milliseconds at, std::int32_t views = 0) {
  return {.blog_id = blog,
          .published_at = coodie::timestamp(at),
          .title = "Title",
          .body = "Body",
          .views = views};
}
reading reading_at(std::int32_t day, std::int32_t hour, double value = 0) {
  return {.sensor = "s", .year = 2026, .day = day, .hour = hour, .place = "roof", .value = value};
}
template <class T>
std::vector<std::pair<std::int32_t, std::int32_t>> days(const T& rows) {
  std::vector<std::pair<std::int32_t, std::int32_t>> all;
  for (const reading& each : rows) all.emplace_back(each.day, each.hour);
  return all;
}

every_type full_row() {
  every_type e;
  e.id = coodie::uuid::random();
  e.a_ascii = coodie::ascii{"ascii ~"};
  e.a_bigint = std::numeric_limits<std::int64_t>::min();
  e.a_blob = coodie::blob{std::byte{0}, std::byte{255}};
  e.a_boolean = true;
  e.a_date = coodie::date(std::chrono::days(-1));
  e.a_decimal = coodie::decimal::parse("-123456789012345678901234567890.0123456789");
  e.a_double = -0.1;
  e.a_duration = coodie::duration{.months = 1, .days = 2, .nanoseconds = 3};
  e.a_float = 1.25F;
  e.a_inet = coodie::inet::parse("2001:db8::1");
  e.a_int = -7;
  e.a_smallint = std::numeric_limits<std::int16_t>::max();
  e.a_text = std::string("quote ' double \" NUL \0 end, \xF0\x9F\x8C\x8D \xC3\xA9", 36);
  e.a_time = coodie::time(std::chrono::hours(23) + std::chrono::nanoseconds(1));
  e.a_timestamp = coodie::timestamp(-1ms);
  e.a_timeuuid = coodie::timeuuid::now();
  e.a_tinyint = std::numeric_limits<std::int8_t>::min();
  e.a_varint = coodie::varint::parse("-170141183460469231731687303715884105729");
  e.an_enum = color::green;
  e.a_list = {{"a", "b"}, {}, {"c"}};
  e.a_set = {"x", "", "\xC3\xA4"};
  e.an_unordered_set = {3, 1, 2};
  e.a_map = {{"k", {1, 2}}, {"", {}}};
  e.an_unordered_map = {{1, "one"}, {-1, "minus"}};
  e.a_tuple = {7, "seven"};
  e.a_pair = {"p", {1, 2, 3}};
  e.a_vector = {1.0F, -2.5F, 0.0F};
  e.an_optional_list = std::vector<std::int32_t>{9};
  return e;
}

}  // namespace

TEST_CASE("a row of every type comes back as it was", "[orm][both]") {
  own_keyspace keyspace("every_type");
  db::sync_table<every_type>();
  const every_type full = full_row();
  db::save(full);
  CHECK(db::get<every_type>(full.id) == full);

  every_type empty;
  empty.id = coodie::uuid::random();
  db::save(empty);
  CHECK(db::get<every_type>(empty.id) == empty);
  const auto inserted = db::insert(full);
  CHECK(!inserted.applied);
  REQUIRE(inserted.existing);
  CHECK(*inserted.existing == full);
}

TEST_CASE("names in need of quotes, and texts with everything in them", "[orm][both]") {
  own_keyspace keyspace("quoted");
  db::sync_table<quoted>();
  CHECK(db::sync_table<quoted>().empty());
  std::string all_ascii;
  for (int c = 0; c < 128; ++c) all_ascii += static_cast<char>(c);
  const quoted row{.id = 1, .order = all_ascii, .strange = "\xF0\x9F\x98\x80 '' \"\" \\", .Capital = ""};
  db::save(row);
  CHECK(db::get<quoted>(1) == row);
  db::update(row, col<& quoted::strange> = "new", only_if(col<&quoted::Capital> == ""));
  CHECK(db::find_one<quoted>(col<&quoted::id> == 1)->strange == "new");
  CHECK(db::find<quoted>(col<&quoted::order> == all_ascii).allow_filtering().count() == 1);
}

TEST_CASE("save overwrites, nulls delete, unset values leave alone", "[orm][both]") {
  own_keyspace keyspace("save");
  db::sync_table<blog_post>();
  blog_post post = post_at(coodie::uuid::random(), 1s, 5);
  post.author = "Ada";
  db::save(post);
  post.author.reset();
  post.views = 6;
  db::save(post, {.nulls = coodie::nulls::unset});
  CHECK(db::get<blog_post>(post.blog_id, post.published_at).author == "Ada");
  CHECK(db::get<blog_post>(post.blog_id, post.published_at).views == 6);
  db::save(post);
  CHECK(!db::get<blog_post>(post.blog_id, post.published_at).author);
  CHECK(!db::find_one<blog_post>(post.blog_id, post.published_at + 1ms));
  CHECK_THROWS_AS(db::get<blog_post>(coodie::uuid::random(), post.published_at), coodie::document_not_found);
}

TEST_CASE("the later timestamp wins", "[orm][both]") {
  own_keyspace keyspace("timestamps");
  db::sync_table<blog_post>();
  const blog_post post = post_at(coodie::uuid::random(), 1s, 1);
  db::save(post, {.timestamp = coodie::timestamp(2s)});
  db::update(post, {.timestamp = coodie::timestamp(1s)}, col<& blog_post::views> = 2);
  CHECK(db::get<blog_post>(post.blog_id, post.published_at).views == 1);
  db::update(post, {.timestamp = coodie::timestamp(3s)}, col<& blog_post::views> = 3);
  CHECK(db::get<blog_post>(post.blog_id, post.published_at).views == 3);
  db::remove(post, {.timestamp = coodie::timestamp(2s)});
  CHECK(db::find<blog_post>(col<&blog_post::blog_id> == post.blog_id).count() == 1);  // what is later stays
  db::remove(post, {.timestamp = coodie::timestamp(4s)});
  CHECK(db::find<blog_post>().count() == 0);
}

TEST_CASE("a ttl ends a row", "[orm][both]") {
  own_keyspace keyspace("ttl");
  db::sync_table<blog_post>();
  const blog_post post = post_at(coodie::uuid::random(), 1s);
  db::save(post, {.ttl = 1s});
  CHECK(db::find<blog_post>().count() == 1);
  for (int i = 0; i < 60 && db::find<blog_post>().count() != 0; ++i) std::this_thread::sleep_for(100ms);
  CHECK(db::find<blog_post>().count() == 0);
}

TEST_CASE("lightweight transactions", "[orm][both]") {
  own_keyspace keyspace("lwt");
  db::sync_table<blog_post>();
  blog_post post = post_at(coodie::uuid::random(), 1s, 1);
  CHECK(db::insert(post).applied);
  post.title = "other";
  const auto again = db::insert(post, {.serial_consistency = consistency::serial});
  CHECK(!again.applied);
  REQUIRE(again.existing);
  CHECK(again.existing->title == "Title");
  CHECK(again.existing->blog_id == post.blog_id);

  const auto refused = db::update(post, col<& blog_post::views> = 9, only_if(col<&blog_post::views> == 7));
  CHECK(!refused.applied);
  REQUIRE(refused.existing);
  CHECK(refused.existing->views == 1);
  CHECK(db::update(post, col<& blog_post::views> = 9, only_if(col<&blog_post::views> == 1)).applied);
  CHECK(db::update(post, col<& blog_post::views> = 10,
                   only_if(col<&blog_post::views> > 8 && col<&blog_post::views> <= 9 &&
                           col<&blog_post::title> != "x" && col<&blog_post::body>.in("a", "Body") &&
                           col<&blog_post::author> == std::nullopt))
            .applied);
  CHECK(db::get<blog_post>(post.blog_id, post.published_at).views == 10);

  const blog_post absent = post_at(coodie::uuid::random(), 2s);
  const auto nothing = db::update(absent, col<& blog_post::views> = 1, if_exists);
  CHECK((!nothing.applied && !nothing.existing));
  CHECK(!db::remove(absent, if_exists).applied);
  CHECK(!db::remove(post, only_if(col<&blog_post::views> == 0)).applied);
  CHECK(db::remove(post, only_if(col<&blog_post::views> == 10)).applied);
  CHECK(db::find<blog_post>().count() == 0);
}

TEST_CASE("an update without a condition creates the row", "[orm][both]") {
  own_keyspace keyspace("upsert");
  db::sync_table<point>();
  db::update(point{.x = 1, .y = 2}, col<& point::label> = "made");
  CHECK(db::get<point>(1, 2).label == "made");
}

TEST_CASE("rows are found by key, range, list and index, in the order of the key", "[orm][both]") {
  own_keyspace keyspace("find");
  db::sync_table<reading>();
  for (std::int32_t day = 1; day <= 4; ++day)
    for (std::int32_t hour = 0; hour < 3; ++hour) db::save(reading_at(day, hour, day * 10 + hour));
  reading special = reading_at(2, 1, 99);
  special.quality = 5;
  db::save(special);
  reading other = reading_at(1, 0);
  other.sensor = "t";
  db::save(other);
  using list = std::vector<std::pair<std::int32_t, std::int32_t>>;

  const auto in_partition = db::find<reading>(col<&reading::sensor> == "s" && col<&reading::year> == 2026);
  CHECK(in_partition.count() == 12);
  CHECK(days(in_partition.filter(col<&reading::day> >= 3).all()) ==
        list{{4, 0}, {4, 1}, {4, 2}, {3, 0}, {3, 1}, {3, 2}});
  CHECK(days(in_partition.filter(col<&reading::day> > 1 && col<&reading::day> < 3).all()) ==
        list{{2, 0}, {2, 1}, {2, 2}});
  CHECK(days(in_partition.filter(col<&reading::day> == 2 && col<&reading::hour> <= 1).all()) ==
        list{{2, 0}, {2, 1}});
  CHECK(days(in_partition.filter(col<&reading::day>.in(1, 3) && col<&reading::hour> == 2).all()) ==
        list{{3, 2}, {1, 2}});
  CHECK(days(in_partition.order_by(col<&reading::day>, asc, col<&reading::hour>, desc).limit(4).all()) ==
        list{{1, 2}, {1, 1}, {1, 0}, {2, 2}});
  CHECK(days(db::find<reading>(col<&reading::quality> == 5).all()) == list{{2, 1}});
  CHECK(db::find<reading>(col<&reading::quality> == 6).first() == std::nullopt);
  CHECK(days(db::find<reading>(col<&reading::value> > 41.0).allow_filtering().all()) == list{{4, 2}, {2, 1}});
  CHECK(db::find<reading>(col<&reading::sensor>.in("s", "t", "nobody") && col<&reading::year> == 2026)
            .count() == 13);
  CHECK(in_partition.first()->day == 4);
  CHECK(db::find<reading>().per_partition_limit(2).all().size() == 3);
  CHECK(db::find<reading>(col<&reading::sensor>.in(std::vector<std::string>()) && col<&reading::year> == 1)
            .all()
            .empty());
  CHECK_THROWS_AS(db::find_one<reading>(col<&reading::sensor> == "s" && col<&reading::year> == 2026),
                  coodie::multiple_documents_found);
}

TEST_CASE("a partition shares its static column", "[orm][both]") {
  own_keyspace keyspace("statics");
  db::sync_table<reading>();
  db::save(reading_at(1, 1));
  db::save(reading_at(1, 2));
  db::update(reading_at(1, 1), col<& reading::place> = "cellar");
  CHECK(db::get<reading>("s", 2026, 1, 2).place == "cellar");
  const auto result =
      db::update(reading_at(1, 1), col<& reading::place> = "attic", only_if(col<&reading::place> == "roof"));
  CHECK(!result.applied);
  REQUIRE(result.existing);
  CHECK(result.existing->place == "cellar");
}

TEST_CASE("a partition of nothing but static columns is one row", "[orm][both]") {
  const own_keyspace keyspace("static_only");
  db::sync_table<reading>();
  reading r{.sensor = "s", .year = 2024, .place = "attic"};
  db::update(r, col<& reading::place> = "attic");
  const auto rows = db::find<reading>(col<&reading::sensor> == "s" && col<&reading::year> == 2024).all();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0] == r);
  struct brief {
    std::int32_t hour = 0;
    double value = 0;
    std::optional<std::string> place = {};
  };
  const auto first = db::find<reading>().as<brief>().first();
  REQUIRE(first);
  CHECK(first->place == "attic");
  CHECK((first->hour == 0 && first->value == 0));

  // A row that is there, but lacks what its member can't be without, is an error as ever.
  keyspace.driver().execute("INSERT INTO readings (sensor, year, day, hour) VALUES ('s', 2024, 7, 8)");
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(db::find<reading>().all(ec, diag).empty());
  CHECK(ec == coodie::errc::unexpected_null);
  CHECK(diag.message().starts_with("column value (member value)"));
  r.day = 7;
  r.hour = 8;
  db::save(r);
  CHECK(db::find<reading>().all() == std::vector{r});
}

TEST_CASE("collections are changed in place", "[orm][both]") {
  own_keyspace keyspace("collections");
  db::sync_table<reading>();
  reading r = reading_at(1, 1);
  r.notes = {"b"};
  r.flags = {1, 2};
  r.extra = {{"k", 1}};
  db::save(r);
  db::update(r, col<& reading::notes> += std::vector<std::string>{"c"}, col<& reading::flags> += std::set{3},
             col<& reading::extra> += std::map<std::string, std::int64_t>{{"l", 2}, {"k", 3}});
  db::update(r, col<&reading::notes>.prepend(std::vector<std::string>{"a"}),
             col<& reading::flags> -= std::set{1});
  reading now = db::get<reading>("s", 2026, 1, 1);
  CHECK(now.notes == std::vector<std::string>{"a", "b", "c"});
  CHECK(now.flags == std::set<std::int32_t>{2, 3});
  CHECK(now.extra == std::map<std::string, std::int64_t>{{"k", 3}, {"l", 2}});
  db::update(r, col<& reading::notes> -= std::vector<std::string>{"b"},
             col<& reading::extra> -= std::set<std::string>{"k"},
             col<& reading::flags> = std::set<std::int32_t>());
  now = db::get<reading>("s", 2026, 1, 1);
  CHECK(now.notes == std::vector<std::string>{"a", "c"});
  CHECK(now.extra == std::map<std::string, std::int64_t>{{"l", 2}});
  CHECK(now.flags.empty());
}

TEST_CASE("counters count", "[orm][both]") {
  own_keyspace keyspace("counters");
  db::sync_table<page_views>();
  const page_views home{.url = "/"};
  db::update(home, col<& page_views::views> += 5, col<& page_views::clicks> += 1);
  db::update(home, col<& page_views::views> -= 2);
  CHECK(db::get<page_views>("/").views.value == 3);
  coodie::batch batch(coodie::batch_kind::counter);
  batch.update(home, col<& page_views::views> += 10)
      .update(page_views{.url = "/a"}, col<& page_views::views> += 1);
  db::apply(batch);
  CHECK(db::get<page_views>("/").views.value == 13);
  CHECK(db::get<page_views>("/a").clicks.value == 0);
  db::remove(home);
  CHECK(!db::find_one<page_views>("/"));
}

TEST_CASE("rows are removed one by one and by range", "[orm][both]") {
  own_keyspace keyspace("remove");
  db::sync_table<reading>();
  for (std::int32_t day = 1; day <= 4; ++day) db::save(reading_at(day, 0));
  const auto partition = db::find<reading>(col<&reading::sensor> == "s" && col<&reading::year> == 2026);
  db::remove(reading_at(4, 0));
  CHECK(partition.count() == 3);
  partition.filter(col<&reading::day> < 3).remove_all();
  CHECK(partition.count() == 1);
  partition.remove_all();
  CHECK(db::find<reading>().count() == 0);
  db::save(reading_at(1, 0));
  db::truncate<reading>();
  CHECK(db::find<reading>().count() == 0);
}

TEST_CASE("batches are applied as a whole", "[orm][both]") {
  own_keyspace keyspace("batches");
  db::sync_table<blog_post>();
  const auto blog = coodie::uuid::random();
  coodie::batch batch;
  for (int i = 0; i < 100; ++i) batch.save(post_at(blog, std::chrono::milliseconds(i), i));
  batch.save(post_at(coodie::uuid::random(), 0ms));
  CHECK(db::apply(batch).applied);
  CHECK(db::find<blog_post>().count() == 101);
  CHECK(db::apply(coodie::batch()).applied);

  coodie::batch conditional;
  conditional.insert(post_at(blog, 1ms))
      .update(post_at(blog, 2ms), col<& blog_post::views> = 0, only_if(col<&blog_post::views> == 2));
  const auto refused = db::apply<blog_post>(conditional);
  CHECK(!refused.applied);
  CHECK(refused.existing.size() == 2);
  for (const blog_post& each : refused.existing) CHECK(each.blog_id == blog);
  CHECK(!db::apply(conditional).applied);
  coodie::batch good;
  good.insert(post_at(blog, 200ms)).remove(post_at(blog, 1ms), if_exists);
  CHECK(db::apply<blog_post>(good).applied);
  CHECK(db::find<blog_post>(col<&blog_post::blog_id> == blog).count() == 100);
}

TEST_CASE("pages of any size", "[orm][both]") {
  own_keyspace keyspace("pages");
  db::sync_table<point>();
  coodie::batch batch(coodie::batch_kind::unlogged);
  for (std::int32_t i = 0; i < 50; ++i) batch.save(point{.x = i % 5, .y = i, .label = std::string(20, 'l')});
  db::apply(batch);
  for (std::int32_t size : {1, 7, 25, 50, 51, 5000}) {
    INFO(size);
    CHECK(db::find<point>({.page_size = size}).all().size() == 50);
    auto pages = db::find<point>({.page_size = size}).pages();
    std::size_t rows = 0;
    while (pages.next()) {
      CHECK(pages.rows().size() <= static_cast<std::size_t>(size));
      rows += pages.rows().size();
    }
    CHECK(rows == 50);
  }
  auto pages = db::find<point>(col<&point::x> == 3, {.page_size = 4}).pages();
  REQUIRE(pages.next());
  const std::vector<std::byte> state(pages.paging_state().begin(), pages.paging_state().end());
  std::vector<std::int32_t> rest;
  auto resumed = db::find<point>(col<&point::x> == 3, {.page_size = 4}).pages(state);
  while (resumed.next())
    for (const point& each : resumed.rows()) rest.push_back(each.y);
  CHECK(rest == std::vector<std::int32_t>{23, 28, 33, 38, 43, 48});
  CHECK(db::find<point>(col<&point::x> == 3).limit(4).all().size() == 4);
  CHECK(db::find<point>(col<&point::x>.in(1, 2)).order_by(col<&point::y>, desc).limit(3).all().size() == 3);
}

TEST_CASE("projections and rows that borrow", "[orm][both]") {
  own_keyspace keyspace("projections");
  db::sync_table<blog_post>();
  const auto blog = coodie::uuid::random();
  for (int i = 0; i < 5; ++i) db::save(post_at(blog, std::chrono::milliseconds(i), i));
  struct views_only {
    std::int32_t views = 0;
  };
  std::int32_t sum = 0;
  for (const auto& row : db::find<blog_post>({.page_size = 2}).as<views_only>().all()) sum += row.views;
  CHECK(sum == 10);
  const auto rows = db::find<post_view>(col<&post_view::blog_id> == blog, {.page_size = 2}).all();
  REQUIRE(rows.size() == 5);
  for (const post_view& row : rows) CHECK(row.title == "Title");
  CHECK(db::get<post_view>(blog, coodie::timestamp(3ms))->views == 3);
}
