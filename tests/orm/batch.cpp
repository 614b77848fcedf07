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
        "member 0 of the batch: consistency, timeout, profile and driver are options of the whole batch, given to "
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
