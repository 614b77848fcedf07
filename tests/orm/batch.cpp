// SPDX-License-Identifier: MIT
#include "orm/batch.hpp"

#include "protocol/routing/routing_key.hpp"
#include "tests/catch.hpp"
#include "tests/orm/fake_driver.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::batch;
using coodie::batch_kind;
using coodie::col;
using coodie::consistency;
using coodie::errc;
namespace protocol = coodie::protocol;

std::string refusal(const batch& b, const coodie::batch_options& options = {}) {
  with_fake_driver fake;
  coodie::error_code ec;
  coodie::diagnostics diag;
  db::apply(b, options, ec, diag);
  CHECK(ec == errc::invalid_query);
  CHECK(fake.driver->seen.empty());
  return diag.message();
}

}  // namespace

TEST_CASE("a batch is one request of prepared statements", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  batch b;
  {
    point p{.x = 1, .y = 2, .label = "gone before the batch is sent"};
    b.save(p, {.ttl = 5s})
        .update(p, col<& point::label> = std::string("new"))
        .remove(p, {.timestamp = coodie::timestamp(1ms)});
  }
  CHECK(b.size() == 3);
  CHECK(db::apply(b).applied);
  const seen_request& request = fake.driver->last();
  CHECK(request.kind == protocol::request_kind::batch);
  CHECK(request.batch == protocol::batch_type::logged);
  CHECK(request.members ==
        std::vector<std::string>{"INSERT INTO points (x, y, label) VALUES (?, ?, ?) USING TTL ?",
                                 "UPDATE points SET label = ? WHERE x = ? AND y = ?",
                                 "DELETE FROM points USING TIMESTAMP ? WHERE x = ? AND y = ?"});
  CHECK(request.member_values[0] == values(1, 2, "gone before the batch is sent", 5));
  CHECK(request.member_values[1] == values("new", 1, 2));
  CHECK(request.member_values[2] == values(std::int64_t{1000}, 1, 2));
  CHECK(request.idempotent);
  CHECK(request.token == protocol::token_of(std::int32_t{1}));
  CHECK(request.timestamp == protocol::default_timestamp);
  CHECK(request.serial == protocol::no_serial_consistency);
}

TEST_CASE("a batch with options, sent twice", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  fake.driver->answer_void();
  batch b(batch_kind::unlogged);
  b.save(point{.x = 7});
  db::apply(b, {.timestamp = coodie::timestamp(2ms), .consistency = consistency::two, .timeout = 1s});
  CHECK(fake.driver->last().batch == protocol::batch_type::unlogged);
  CHECK(fake.driver->last().timestamp == 2000);
  CHECK(fake.driver->last().consistency == consistency::two);
  CHECK(fake.driver->last().timeout_ns == 1'000'000'000);
  db::apply(b);
  CHECK(fake.driver->seen[0].member_values == fake.driver->seen[1].member_values);
  b.clear();
  CHECK(b.empty());
}

TEST_CASE("a conditional batch tells whether it was applied, and shows the rows", "[orm]") {
  with_fake_driver fake;
  batch b;
  b.insert(point{.x = 1, .y = 1}).update(point{.x = 1, .y = 2}, col<& point::label> = "l", coodie::if_exists);
  const std::vector<named_column> columns{{"[applied]", coodie::type_id::boolean},
                                          {"x", coodie::type_id::int_},
                                          {"y", coodie::type_id::int_},
                                          {"label", coodie::type_id::varchar}};
  fake.driver->answer(rows_with_metadata(
      columns, {{cell(false), cell(1), cell(1), cell("one")}, {cell(false), cell(1), cell(2), cell("two")}}));
  const auto result = db::apply<point>(b);
  CHECK(!result.applied);
  REQUIRE(result.existing.size() == 2);
  CHECK((result.existing[1].y == 2 && result.existing[1].label == "two"));
  CHECK(fake.driver->last().serial == consistency::local_serial);
  CHECK(fake.driver->last().timestamp == protocol::no_timestamp);
  CHECK(!fake.driver->last().idempotent);

  fake.driver->answer(rows_with_metadata(columns, {{cell(false), cell(1), cell(1), cell("one")}}));
  CHECK(!db::apply(b).applied);
  fake.driver->answer(rows_with_metadata({{"[applied]", coodie::type_id::boolean}}, {{cell(true)}}));
  CHECK(db::apply<point>(b).applied);
}

TEST_CASE("counters have a batch of their own", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  batch b(batch_kind::counter);
  b.update(page_views{.url = "u"}, col<& page_views::views> += 1);
  db::apply(b);
  CHECK(fake.driver->last().batch == protocol::batch_type::counter);
  CHECK(!fake.driver->last().idempotent);
  CHECK(fake.driver->last().timestamp == protocol::no_timestamp);
}

TEST_CASE("what is wrong with a member is told when the batch is sent", "[orm]") {
  const point p{.x = 1};
  batch plain;
  plain.save(p).update(page_views{.url = "u"}, col<& page_views::views> += 1).save(p);
  CHECK(plain.size() == 1);
  CHECK(refusal(plain) == "member 1 of the batch: counters can be changed in a batch_kind::counter only");
  batch counter(batch_kind::counter);
  counter.save(p);
  CHECK(refusal(counter) == "member 0 of the batch: a batch_kind::counter takes changes of counters only");
  batch own;
  own.save(p, {.consistency = consistency::one});
  CHECK(refusal(own) ==
        "member 0 of the batch: consistency, timeout, profile, tracing and driver are options of the whole "
        "batch, "
        "given to "
        "apply()");
  batch conditional;
  conditional.insert(p);
  CHECK(refusal(conditional, {.timestamp = coodie::now()}).find("timestamp") != std::string::npos);

  with_fake_driver fake;
  coodie::error_code ec;
  coodie::diagnostics diag;
  batch large;
  large.update(p, col<& point::label> = "x").save(p, {.ttl = -1s});
  db::apply(large, ec, diag);
  CHECK(ec == errc::value_out_of_range);
  CHECK(diag.message() == "member 1 of the batch: a ttl is 0 to 630720000 seconds (20 years)");
}

TEST_CASE("a batch goes to the driver that its tables name", "[orm]") {
  with_fake_driver fake;
  const auto ledger = std::make_shared<fake_driver>();
  coodie::register_driver("ledger", ledger);
  ledger->answer_void();
  ledger->answer_void();
  batch b;
  b.save(account("Ada")).save(account("Grace"));
  CHECK(b.driver() == "ledger");
  db::apply(b);
  db::apply<account>(b);
  CHECK(ledger->seen.size() == 2);
  CHECK(fake.driver->seen.empty());

  fake.driver->answer_void();
  db::apply(b, {.driver = "default"});
  CHECK(fake.driver->seen.size() == 1);

  b.save(point{.x = 1});
  coodie::error_code ec;
  coodie::diagnostics diag;
  db::apply(b, ec, diag);
  CHECK(ec == errc::invalid_query);
  CHECK(diag.message() ==
        "the members' tables name different drivers; make a batch for each, or name one to apply()");
  fake.driver->answer_void();
  db::apply(b, {.driver = "default"});
  CHECK(fake.driver->last().members.size() == 3);
  b.clear();
  CHECK(b.driver().empty());
}

TEST_CASE("a list at a timestamp of the caller's is not sent twice", "[orm]") {
  with_fake_driver fake;
  for (int i = 0; i < 4; ++i) fake.driver->answer_void();
  batch with_list;
  with_list.save(reading{.notes = {"n"}});
  db::apply(with_list);
  CHECK(fake.driver->last().idempotent);
  db::apply(with_list, {.timestamp = coodie::timestamp(1ms)});
  CHECK(!fake.driver->last().idempotent);
  batch own;
  own.save(reading{.notes = {"n"}}, {.timestamp = coodie::timestamp(1ms)});
  db::apply(own);
  CHECK(!fake.driver->last().idempotent);
  batch without;
  without.save(point{.x = 1});
  db::apply(without, {.timestamp = coodie::timestamp(1ms)});
  CHECK(fake.driver->last().idempotent);
}

TEST_CASE("a copy of a batch is a batch of its own", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  batch first;
  first.save(point{.x = 1});
  batch second = first;
  second.save(point{.x = 2});
  CHECK(first.size() == 1);
  db::apply(second);
  CHECK(fake.driver->last().member_values[1] == values(2, 0, ""));
}

TEST_CASE("an unlogged batch is sent in parts", "[orm]") {
  with_fake_driver fake;
  batch b(batch_kind::unlogged);
  for (std::int32_t i = 0; i < 10; ++i) b.save(point{.x = i % 3, .y = i, .label = "l"});
  for (int i = 0; i < 10; ++i) fake.driver->answer_void();
  const auto sizes = [&] {
    std::vector<std::size_t> all;
    for (const seen_request& each : fake.driver->seen) all.push_back(each.members.size());
    return all;
  };
  using counts = std::vector<std::size_t>;
  SECTION("by members, each routed by its first") {
    const auto result = db::apply(b, {.chunk = {.members = 4}});
    CHECK(result.applied);
    CHECK(result.members == 10);
    CHECK(result.requests == 3);
    CHECK(sizes() == counts{4, 4, 2});
    CHECK(fake.driver->seen[1].token == protocol::token_of(std::int32_t{1}));
    CHECK(fake.driver->seen[2].member_values[1] == values(0, 9, "l"));
  }
  SECTION("by bytes") {
    // Each has 8 + 8 + 5 bytes of values.
    CHECK(db::apply(b, {.chunk = {.bytes = 63}}).requests == 4);
    CHECK(sizes() == counts{3, 3, 3, 1});
  }
  SECTION("never less than a member") { CHECK(db::apply(b, {.chunk = {.bytes = 1}}).requests == 10); }
  SECTION("by partition") {
    CHECK(db::apply(b, {.chunk = {.by_partition = true}}).requests == 3);
    for (const seen_request& each : fake.driver->seen)
      for (const bytes& member : each.member_values)
        CHECK(std::equal(member.begin(), member.begin() + 8, each.member_values[0].begin()));
  }
  SECTION("by all of them") {
    CHECK(db::apply(b, {.chunk = {.members = 2, .bytes = 1000, .by_partition = true}}).requests == 6);
  }
  SECTION("as one when it is small, and when nothing was said") {
    CHECK(db::apply(b, {.chunk = {.members = 10}}).requests == 1);
    CHECK(db::apply(b).requests == 1);
    CHECK(sizes() == counts{10, 10});
  }
}

TEST_CASE("a batch in parts that fails says how far it came", "[orm]") {
  with_fake_driver fake;
  batch b(batch_kind::unlogged);
  for (std::int32_t i = 0; i < 10; ++i) b.save(point{.x = i});
  fake.driver->answer_void();
  fake.driver->answer_void();  // and then there is no answer any more
  coodie::error_code ec;
  coodie::diagnostics diag;
  db::apply(b, {.chunk = {.members = 4}}, ec, diag);
  CHECK(ec);
  CHECK(diag.batch().requests == 3);
  CHECK(diag.batch().failed_request == 2);
  CHECK(diag.batch().members_applied == 8);
  CHECK(diag.message().starts_with(
      "request 3 of the 3 of a batch failed, 8 of its 10 members had been applied: "));
  CHECK(fake.driver->seen.size() == 3);
}

TEST_CASE("a batch that has to stay whole is not sent in parts", "[orm]") {
  batch logged;
  logged.save(point{.x = 1});
  CHECK(refusal(logged, {.chunk = {.members = 1}}).starts_with("a logged batch is applied as a whole"));
  batch conditional(batch_kind::unlogged);
  conditional.insert(point{.x = 1});
  CHECK(refusal(conditional, {.chunk = {.by_partition = true}}).starts_with("a batch with conditions"));
  with_fake_driver fake;
  fake.driver->answer_void();
  fake.driver->answer_void();
  batch counters(batch_kind::counter);
  counters.update(page_views{.url = "a"}, col<& page_views::views> += 1);
  counters.update(page_views{.url = "b"}, col<& page_views::views> += 1);
  CHECK(db::apply(counters, {.chunk = {.members = 1}}).requests == 2);
}

TEST_CASE("a batch may be too large", "[orm]") {
  batch b(batch_kind::unlogged);
  for (std::int32_t i = 0; i < 10; ++i) b.save(point{.x = i, .label = "l"});
  CHECK(refusal(b, {.size_limit = 209}) ==
        "the batch has 210 bytes in the 10 members of one request, more than its size_limit of 209; an "
        "unlogged one "
        "can be sent in parts (.chunk)");
  CHECK(refusal(b, {.chunk = {.members = 2}, .size_limit = 41})
            .starts_with("the batch has 42 bytes in the 2 "));
  batch many(batch_kind::unlogged);
  for (int i = 0; i < 65536; ++i) many.save(point{.x = 1});
  CHECK(refusal(many) == "a batch has at most 65535 members; an unlogged one can be sent in parts (.chunk)");
  with_fake_driver fake;
  for (int i = 0; i < 4; ++i) fake.driver->answer_void();
  CHECK(db::apply(b, {.size_limit = 210}).requests == 1);
  CHECK(db::apply(many, {.chunk = {.members = 100'000}}).requests == 2);
}

TEST_CASE("a batch takes statements that are text", "[orm]") {
  with_fake_driver fake;
  for (int i = 0; i < 5; ++i) fake.driver->answer_void();
  batch b(batch_kind::unlogged);
  {
    const std::string gone = "gone before it is sent";
    b.execute("INSERT INTO t (k, v) VALUES (?, ?)", {1, gone}).save(point{.x = 2}).execute("DELETE FROM t");
  }
  CHECK(db::apply(b).members == 3);
  CHECK(fake.driver->last().members[0] == "INSERT INTO t (k, v) VALUES (?, ?)");
  CHECK(fake.driver->last().member_values[0] == values(1, "gone before it is sent"));
  CHECK(fake.driver->last().member_values[2].empty());
  CHECK(!fake.driver->last().idempotent);
  CHECK(!fake.driver->last().token);  // the driver asks the server about the first one

  batch again;
  again.execute("INSERT INTO t (k) VALUES (?)", {1}, {.idempotent = true});
  fake.driver->execute_batch(again);
  CHECK(fake.driver->last().idempotent);
  coodie::error_code ec;
  coodie::diagnostics diag;
  fake.driver->execute_batch(again, {.consistency = consistency::two}, ec, diag);
  CHECK(!ec);
  CHECK(fake.driver->last().consistency == consistency::two);
  // The driver is this one, whatever the members' tables name.
  again.save(account("Ada")).save(point{.x = 1});
  CHECK(fake.driver->execute_batch(again).applied);

  batch bad;
  bad.execute("INSERT INTO t (k) VALUES (?)", {coodie::time(25h)});
  db::apply(bad, ec, diag);
  CHECK(ec);
  CHECK(diag.message().starts_with("member 0 of the batch: value 0: "));
  batch wrong;
  wrong.execute("INSERT INTO t (k) VALUES (?)", {1}, {.consistency = consistency::two});
  CHECK(
      refusal(wrong).starts_with("member 0 of the batch: consistency, timeout, profile, tracing and driver"));
}
