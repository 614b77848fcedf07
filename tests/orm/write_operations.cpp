// SPDX-License-Identifier: MIT
// save, insert, update and remove: the bytes that they send, and what they make of the answer.
#include "protocol/routing/routing_key.hpp"
#include "tests/catch.hpp"
#include "tests/orm/fake_driver.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::col;
using coodie::consistency;
using coodie::errc;
using coodie::if_exists;
using coodie::only_if;
namespace protocol = coodie::protocol;

blog_post sample_post() {
  blog_post post;
  for (std::size_t i = 0; i < 16; ++i) post.blog_id.bytes[i] = static_cast<std::byte>(i);
  post.published_at = coodie::timestamp(1'700'000'000'123ms);
  post.title = "Title";
  post.views = 7;
  return post;
}
reading sample_reading() {
  return {.sensor = "s", .year = 2026, .day = 3, .hour = 4, .value = 1.5, .notes = {"n"}};
}

std::vector<named_column> post_columns() {
  return {{"blog_id", coodie::type_id::uuid},   {"published_at", coodie::type_id::timestamp},
          {"title", coodie::type_id::varchar},  {"body", coodie::type_id::varchar},
          {"author", coodie::type_id::varchar}, {"views", coodie::type_id::int_}};
}

struct failed_write {
  coodie::error_code code;
  std::string sentence;
  std::size_t requests;
};
/// What a call made of bad arguments; nothing is sent.
template <class F>
failed_write refused(F&& call) {
  with_fake_driver fake;
  fake.driver->answer_void();
  failed_write failed{};
  coodie::diagnostics diag;
  call(failed.code, diag);
  failed.sentence = diag.message();
  failed.requests = fake.driver->seen.size();
  return failed;
}

}  // namespace

TEST_CASE("save sends every column, exactly", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  const blog_post post = sample_post();
  db::save(post);
  const seen_request& request = fake.driver->last();
  CHECK(request.kind == protocol::request_kind::execute);
  CHECK(
      request.text ==
      "INSERT INTO blog_posts (blog_id, published_at, title, body, author, views) VALUES (?, ?, ?, ?, ?, ?)");
  CHECK(request.value_count == 6);
  CHECK(request.values ==
        values(post.blog_id, post.published_at, "Title", "", std::optional<std::string>(), std::int32_t{7}));
  CHECK(request.idempotent);
  CHECK(request.timestamp == protocol::default_timestamp);
  CHECK(request.serial == protocol::no_serial_consistency);
  CHECK(request.token == protocol::token_of(post.blog_id));
  CHECK(request.timeout_ns == 0);
}

TEST_CASE("save with options", "[orm]") {
  with_fake_driver fake;
  for (int i = 0; i < 4; ++i) fake.driver->answer_void();
  const blog_post post = sample_post();
  const auto row = values(post.blog_id, post.published_at, "Title", "", std::optional<std::string>(), 7);
  const auto with = [&](const bytes& more) {
    bytes all = row;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };

  db::save(post, {.ttl = 24h, .consistency = consistency::all, .timeout = 1500ms});
  CHECK(fake.driver->last().text.ends_with("VALUES (?, ?, ?, ?, ?, ?) USING TTL ?"));
  CHECK(fake.driver->last().values == with(values(std::int32_t{86400})));
  CHECK(fake.driver->last().value_count == 7);
  CHECK(fake.driver->last().consistency == consistency::all);
  CHECK(fake.driver->last().timeout_ns == 1'500'000'000);

  db::save(post, {.timestamp = coodie::timestamp(1s)});
  CHECK(fake.driver->last().text.ends_with(" USING TIMESTAMP ?"));
  CHECK(fake.driver->last().values == with(values(std::int64_t{1'000'000})));
  CHECK(fake.driver->last().timestamp == protocol::no_timestamp);

  db::save(post, {.ttl = 0s, .timestamp = coodie::timestamp(-1ms)});
  CHECK(fake.driver->last().values == with(values(std::int32_t{0}, std::int64_t{-1000})));

  db::save(post, {.nulls = coodie::nulls::unset});
  const auto unset = values(post.blog_id, post.published_at, "Title", "", coodie::unset, 7);
  CHECK(fake.driver->last().values == unset);
}

TEST_CASE("the token is that of the partition key, single or composite", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  fake.driver->answer_void();
  fake.driver->answer_void();
  db::save(sample_reading());
  protocol::routing_key key;
  key.append_value(std::string("s"));
  key.append_value(std::int32_t{2026});
  CHECK(fake.driver->last().token == key.token());

  reading large = sample_reading();
  large.sensor.assign(60'000, 'x');
  db::save(large);
  key.clear();
  key.append_value(large.sensor);
  key.append_value(std::int32_t{2026});
  CHECK(fake.driver->last().token == key.token());

  large.sensor.assign(65'536, 'x');
  db::save(large);
  CHECK(!fake.driver->last().token.has_value());
}

TEST_CASE("columns<> saves what it lists, with the table's own driver", "[orm]") {
  with_fake_driver fake;
  auto ledger = std::make_shared<fake_driver>();
  coodie::register_driver("ledger", ledger);
  ledger->answer_void();
  account a("me");
  a.cents = 5;
  db::save(a);
  REQUIRE(ledger->seen.size() == 1);
  CHECK(fake.driver->seen.empty());
  CHECK(ledger->last().values == values(coodie::uuid(), "me", std::int64_t{5}));
  fake.driver->answer_void();
  db::save(a, {.driver = "default"});
  CHECK(fake.driver->seen.size() == 1);
}

TEST_CASE("insert tells that it was applied", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer(rows_with_metadata({{"[applied]", coodie::type_id::boolean}}, {{cell(true)}}));
  const auto result = db::insert(sample_post(), {.ttl = 5s});
  CHECK(result.applied);
  CHECK(!result.existing);
  CHECK(fake.driver->last().text.ends_with(" IF NOT EXISTS USING TTL ?"));
  CHECK(!fake.driver->last().idempotent);
  CHECK(fake.driver->last().serial == consistency::local_serial);
  CHECK(fake.driver->last().timestamp == protocol::no_timestamp);
  const auto unset =
      values(sample_post().blog_id, sample_post().published_at, "Title", "", coodie::unset, 7, 5);
  CHECK(fake.driver->last().values == unset);
}

TEST_CASE("insert shows the row that is there", "[orm]") {
  with_fake_driver fake;
  auto columns = post_columns();
  std::reverse(columns.begin(), columns.end());  // the server's own order
  columns.insert(columns.begin(), {"[applied]", coodie::type_id::boolean});
  const blog_post there = sample_post();
  fake.driver->answer(
      rows_with_metadata(columns, {{cell(false), cell(std::int32_t{99}), cell("Ada"), cell("text"),
                                    cell("other"), cell(there.published_at), cell(there.blog_id)}}));
  const auto result = db::insert(sample_post(), {.serial_consistency = consistency::serial});
  CHECK(!result.applied);
  REQUIRE(result.existing);
  CHECK(result.existing->views == 99);
  CHECK(result.existing->author == "Ada");
  CHECK(result.existing->title == "other");
  CHECK(result.existing->blog_id == there.blog_id);
  CHECK(fake.driver->last().serial == consistency::serial);
}

TEST_CASE("a conditional update shows the columns of its conditions", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer(rows_with_metadata({{"[applied]", coodie::type_id::boolean},
                                          {"views", coodie::type_id::int_},
                                          {"extra", coodie::type_id::blob}},
                                         {{cell(false), cell(std::int32_t{3}), null_cell()}}));
  const blog_post post = sample_post();
  const auto result = db::update(post, col<& blog_post::title> = "new", only_if(col<&blog_post::views> == 0));
  CHECK(!result.applied);
  REQUIRE(result.existing);
  CHECK(result.existing->views == 3);
  CHECK(result.existing->title.empty());
  CHECK(fake.driver->last().values == values("new", post.blog_id, post.published_at, 0));
  CHECK(post.title == "Title");

  fake.driver->answer(rows_with_metadata({{"[applied]", coodie::type_id::boolean}}, {{cell(false)}}));
  const auto nothing = db::update(post, col<& blog_post::title> = "new", if_exists);
  CHECK((!nothing.applied && !nothing.existing));
}

TEST_CASE("a row of nothing but nulls is none", "[orm]") {  // as ScyllaDB shows it
  with_fake_driver fake;
  const auto answer_nulls = [&] {
    fake.driver->answer(
        rows_with_metadata({{"[applied]", coodie::type_id::boolean}, {"views", coodie::type_id::int_}},
                           {{cell(false), null_cell()}}));
  };
  const blog_post post = sample_post();
  answer_nulls();
  const auto result = db::update(post, col<& blog_post::title> = "new", only_if(col<&blog_post::views> == 0));
  CHECK((!result.applied && !result.existing));
  coodie::batch batch;
  batch.update(post, col<& blog_post::title> = "new", only_if(col<&blog_post::views> == 0));
  answer_nulls();
  const auto of_batch = db::apply<blog_post>(batch);
  CHECK((!of_batch.applied && of_batch.existing.empty()));

  // A row that exists may lack what an optional member stands for.
  fake.driver->answer(
      rows_with_metadata({{"[applied]", coodie::type_id::boolean}, {"author", coodie::type_id::varchar}},
                         {{cell(false), null_cell()}}));
  const auto without =
      db::update(post, col<& blog_post::title> = "new", only_if(col<&blog_post::author> == "A"));
  REQUIRE(without.existing);
  CHECK(!without.existing->author);
}

TEST_CASE("the order of an update's values is that of its markers", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  fake.driver->answer_void();
  const reading r = sample_reading();
  db::update(r, {.ttl = 9s, .timestamp = coodie::timestamp(1ms)}, col<& reading::quality> = 5,
             col<& reading::notes> += r.notes, col<& reading::place> = std::nullopt);
  CHECK(fake.driver->last().values ==
        values(std::int32_t{9}, std::int64_t{1000}, std::int32_t{5}, r.notes, std::nullopt, "s", 2026, 3, 4));
  CHECK(fake.driver->last().value_count == 9);
  CHECK(!fake.driver->last().idempotent);
  db::update(r, col<& reading::place> = "here");
  CHECK(fake.driver->last().values == values("here", "s", 2026));
  CHECK(fake.driver->last().idempotent);
}

TEST_CASE("remove", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  fake.driver->answer_void();
  const reading r = sample_reading();
  db::remove(r);
  CHECK(fake.driver->last().values == values("s", 2026, 3, 4));
  db::remove(r, {.timestamp = coodie::timestamp(2ms)});
  CHECK(fake.driver->last().values == values(std::int64_t{2000}, "s", 2026, 3, 4));
  fake.driver->answer(rows_with_metadata({{"[applied]", coodie::type_id::boolean}}, {{cell(true)}}));
  CHECK(db::remove(r, only_if(col<&reading::value> == 1.5)).applied);
  CHECK(fake.driver->last().values == values("s", 2026, 3, 4, 1.5));
}

TEST_CASE("counters are changed by numbers of 64 bits", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  db::update(page_views{.url = "u"}, col<& page_views::views> += 2, col<& page_views::clicks> -= 300);
  CHECK(fake.driver->last().values == values(std::int64_t{2}, std::int64_t{300}, "u"));
  CHECK(!fake.driver->last().idempotent);
}

TEST_CASE("what can't be written is refused before anything is sent", "[orm]") {
  const blog_post post = sample_post();
  const auto negative = refused([&](auto& ec, auto& diag) { db::save(post, {.ttl = -1s}, ec, diag); });
  CHECK(negative.code == errc::value_out_of_range);
  CHECK(negative.sentence == "a ttl is 0 to 630720000 seconds (20 years)");
  CHECK(negative.requests == 0);
  const auto long_ttl = refused([&](auto& ec, auto& diag) { db::save(post, {.ttl = 630720001s}, ec, diag); });
  CHECK(long_ttl.code == errc::value_out_of_range);

  const auto conditional = refused([&](auto& ec, auto& diag) {
    db::update(post, {.timestamp = coodie::now()}, col<& blog_post::views> = 1, if_exists, ec, diag);
  });
  CHECK(conditional.code == errc::invalid_query);
  CHECK(conditional.sentence.find("timestamp") != std::string::npos);

  const auto counted = refused([&](auto& ec, auto& diag) {
    db::update(page_views{.url = "u"}, {.ttl = 1s}, col<& page_views::views> += 1, ec, diag);
  });
  CHECK(counted.code == errc::invalid_query);

  const auto large = refused(
      [&](auto& ec, auto& diag) { db::update(post, col<& blog_post::views> = 3'000'000'000LL, ec, diag); });
  CHECK(large.code == errc::value_out_of_range);
  CHECK(large.sentence == "column views (member views): a value is out of the range of its type");

  const auto serial = refused(
      [&](auto& ec, auto& diag) { db::insert(post, {.serial_consistency = consistency::quorum}, ec, diag); });
  CHECK(serial.code == errc::invalid_query);

  every_type umlaut;
  umlaut.a_ascii = coodie::ascii{"\xC3\xA4"};
  const auto not_ascii = refused([&](auto& ec, auto& diag) { db::save(umlaut, ec, diag); });
  CHECK(not_ascii.code == errc::invalid_value);
  CHECK(not_ascii.sentence.find("a_ascii") != std::string::npos);
  const auto timeout = refused([&](auto& ec, auto& diag) { db::save(post, {.timeout = -1ms}, ec, diag); });
  CHECK(timeout.code == errc::invalid_query);
}

TEST_CASE("an answer that does not fit is an error that names the column", "[orm]") {
  with_fake_driver fake;
  coodie::error_code ec;
  coodie::diagnostics diag;
  fake.driver->answer(
      rows_with_metadata({{"[applied]", coodie::type_id::boolean}, {"views", coodie::type_id::bigint}},
                         {{cell(false), cell(std::int64_t{3})}}));
  db::insert(sample_post(), ec, diag);
  CHECK(ec == errc::type_mismatch);
  CHECK(diag.message().find("column views") != std::string::npos);

  fake.driver->answer(rows_with_metadata({{"[applied]", coodie::type_id::boolean},
                                          {"title", coodie::type_id::varchar},
                                          {"views", coodie::type_id::int_}},
                                         {{cell(false), cell("t"), null_cell()}}));
  db::insert(sample_post(), ec, diag);
  CHECK(ec == errc::unexpected_null);

  fake.driver->answer(rows_with_metadata({{"views", coodie::type_id::int_}}, {{cell(std::int32_t{1})}}));
  db::insert(sample_post(), ec, diag);
  CHECK(ec == errc::column_missing);

  fake.driver->answer_void();
  db::insert(sample_post(), ec, diag);
  CHECK(ec == errc::unexpected_message);
}

TEST_CASE("every cut of a conditional answer is an error, not a crash", "[orm]") {
  const bytes whole = rows_with_metadata({{"[applied]", coodie::type_id::boolean},
                                          {"views", coodie::type_id::int_},
                                          {"title", coodie::type_id::varchar}},
                                         {{cell(false), cell(std::int32_t{3}), cell("t")}});
  for (std::size_t n = 0; n < whole.size(); ++n) {
    with_fake_driver fake;
    fake.driver->answer(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)));
    coodie::error_code ec;
    coodie::diagnostics diag;
    db::insert(sample_post(), ec, diag);
    CHECK(ec);
  }
}
