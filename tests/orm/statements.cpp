// SPDX-License-Identifier: MIT
// Every statement that the ORM writes, as text.
#include "orm/statements.hpp"

#include "orm/read_functions.hpp"
#include "orm/write_check.hpp"
#include "tests/catch.hpp"
#include "tests/orm/models.hpp"

namespace {

using namespace orm_tests;
using namespace coodie::detail;
using coodie::asc;
using coodie::col;
using coodie::desc;
using coodie::if_exists;
using coodie::only_if;
namespace flag = coodie::protocol::statement_flag;

template <class T, bool IfNotExists = false, unsigned Using = 0>
inline constexpr std::string_view insert = static_text<insert_source<T, IfNotExists, Using>>::view;

static_assert(
    insert<blog_post> ==
    "INSERT INTO blog_posts (blog_id, published_at, title, body, author, views) VALUES (?, ?, ?, ?, ?, ?)");
static_assert(insert<point, true> == "INSERT INTO points (x, y, label) VALUES (?, ?, ?) IF NOT EXISTS");
static_assert(insert<point, false, 1> == "INSERT INTO points (x, y, label) VALUES (?, ?, ?) USING TTL ?");
static_assert(insert<point, false, 2> ==
              "INSERT INTO points (x, y, label) VALUES (?, ?, ?) USING TIMESTAMP ?");
static_assert(insert<point, false, 3> ==
              "INSERT INTO points (x, y, label) VALUES (?, ?, ?) USING TTL ? AND TIMESTAMP ?");
static_assert(insert<point, true, 1> ==
              "INSERT INTO points (x, y, label) VALUES (?, ?, ?) IF NOT EXISTS USING TTL ?");
static_assert(
    insert<quoted> ==
    "INSERT INTO \"Mixed\" (id, \"order\", \"a \"\"quoted\"\" name\", \"Capital\") VALUES (?, ?, ?, ?)");
static_assert(insert<account> == "INSERT INTO bank.accounts (id, owner, cents) VALUES (?, ?, ?)");

static_assert(
    static_text<select_source<reading, reading, key_shape<reading>()>>::view ==
    "SELECT sensor, year, day, hour, place, value, quality, batch_number, notes, flags, extra FROM readings "
    "WHERE sensor = ? AND year = ? AND day = ? AND hour = ?");
static_assert(static_text<select_source<quoted, quoted, key_shape<quoted>()>>::view ==
              "SELECT id, \"order\", \"a \"\"quoted\"\" name\", \"Capital\" FROM \"Mixed\" WHERE id = ?");

/// A front of the query chain that only tells the texts.
template <class Parts>
struct text_front : query_chain<text_front, Parts> {
  using query_chain<text_front, Parts>::query_chain;

  [[nodiscard]] std::string all() const {
    static_assert(Parts::select_refusal::good && Parts::row_refusal::good);
    return std::string(decltype(this->parts_.make_query())::statement().text);
  }
  [[nodiscard]] std::string count() const {
    static_assert(Parts::count_refusal::good);
    coodie::protocol::request r;
    this->parts_.template make_count<true>().prepare_request(r);
    return std::string(r.what->text);
  }
  [[nodiscard]] std::string first() const {
    coodie::protocol::request r;
    this->parts_.template make_one<row_count::first, true>(1).prepare_request(r);
    return std::string(r.what->text);
  }
  [[nodiscard]] std::string remove_all(const coodie::remove_options& options = {}) const {
    static_assert(Parts::remove_refusal::good);
    coodie::protocol::request r;
    this->parts_.template make_remove_all<true>(options).prepare_request(r);
    CHECK(r.idempotent);
    return std::string(r.what->text);
  }
};
template <class T, class Condition>
auto find(Condition condition) {
  auto parts = parts_of<T>(std::move(condition), {});
  return text_front<decltype(parts)>(std::move(parts));
}
template <class T>
auto find() {
  auto parts = make_parts<T>(conjunction<>{}, {});
  return text_front<decltype(parts)>(std::move(parts));
}

template <class T, class... Arguments>
std::string update(const T& object, Arguments... arguments) {
  auto sorted = sort_arguments(update_arguments<no_clause>(), std::move(arguments)...);
  static_assert(update_refusal<T, decltype(sorted)>::good);
  coodie::protocol::request r;
  make_update(object, std::move(sorted)).prepare_request(r);
  return std::string(r.what->text);
}
template <class T, class... Arguments>
std::uint8_t flags_of_update(const T& object, Arguments... arguments) {
  coodie::protocol::request r;
  make_update(object, sort_arguments(update_arguments<no_clause>(), std::move(arguments)...))
      .prepare_request(r);
  CHECK(r.idempotent == r.what->has(flag::idempotent));
  return r.what->flags;
}
template <class T, class Clause>
std::string remove(const T& object, Clause clause, const coodie::remove_options& options = {}) {
  static_assert(remove_refusal<T, Clause>::good);
  coodie::protocol::request r;
  make_remove(object, std::move(clause), options).prepare_request(r);
  return std::string(r.what->text);
}

const std::string reading_columns =
    "sensor, year, day, hour, place, value, quality, batch_number, notes, flags, extra";

}  // namespace

TEST_CASE("a query by conditions", "[orm]") {
  const auto key = col<&reading::sensor> == "s" && col<&reading::year> == 2026;
  const std::string select = "SELECT " + reading_columns + " FROM readings";
  CHECK(find<reading>().all() == select);
  CHECK(find<reading>(key).all() == select + " WHERE sensor = ? AND year = ?");
  CHECK(find<reading>(key).filter(col<&reading::day> >= 1).filter(col<&reading::day> < 9).all() ==
        select + " WHERE sensor = ? AND year = ? AND day >= ? AND day < ?");
  CHECK(find<reading>(col<&reading::sensor>.in("a", "b") && col<&reading::year> == 1).all() ==
        select + " WHERE sensor IN ? AND year = ?");
  CHECK(find<reading>(key).limit(3).all() == select + " WHERE sensor = ? AND year = ? LIMIT ?");
  CHECK(find<reading>(key).per_partition_limit(3).limit(4).all() ==
        select + " WHERE sensor = ? AND year = ? PER PARTITION LIMIT ? LIMIT ?");
  CHECK(find<reading>(key).order_by(col<&reading::day>, asc, col<&reading::hour>, desc).all() ==
        select + " WHERE sensor = ? AND year = ? ORDER BY day ASC, hour DESC");
  CHECK(find<reading>(key).order_by(col<&reading::day>).limit(1).all() ==
        select + " WHERE sensor = ? AND year = ? ORDER BY day ASC LIMIT ?");
  CHECK(find<reading>(col<&reading::quality> == 3).all() == select + " WHERE quality = ?");
  CHECK(find<reading>(col<&reading::value> > 3.5).limit(2).allow_filtering().all() ==
        select + " WHERE value > ? LIMIT ? ALLOW FILTERING");
  CHECK(find<reading>(key).first() == select + " WHERE sensor = ? AND year = ? LIMIT ?");
  CHECK(find<reading>(key).count() == "SELECT COUNT(*) FROM readings WHERE sensor = ? AND year = ?");
  CHECK(find<reading>().count() == "SELECT COUNT(*) FROM readings");
}

TEST_CASE("a named query can be extended again and again", "[orm]") {
  const auto all = find<reading>();
  const auto some = all.filter(col<&reading::quality> == 1);
  CHECK(some.limit(1).all() == "SELECT " + reading_columns + " FROM readings WHERE quality = ? LIMIT ?");
  CHECK(some.all() == "SELECT " + reading_columns + " FROM readings WHERE quality = ?");
  CHECK(all.count() == "SELECT COUNT(*) FROM readings");
}

TEST_CASE("a projection reads the columns that it has", "[orm]") {
  struct short_reading {
    std::int32_t hour = 0;
    double value = 0;
    std::string_view sensor = {};
  };
  CHECK(find<reading>(col<&reading::quality> == 1).as<short_reading>().all() ==
        "SELECT hour, value, sensor FROM readings WHERE quality = ?");
  struct strange_only {
    std::string strange = {};
  };
  CHECK(find<quoted>().as<strange_only>().all() == "SELECT \"a \"\"quoted\"\" name\" FROM \"Mixed\"");
}

TEST_CASE("a removal by conditions", "[orm]") {
  const auto key = col<&reading::sensor> == "s" && col<&reading::year>.in(1, 2);
  CHECK(find<reading>(key).remove_all() == "DELETE FROM readings WHERE sensor = ? AND year IN ?");
  CHECK(find<reading>(key && col<&reading::day> > 3).remove_all() ==
        "DELETE FROM readings WHERE sensor = ? AND year IN ? AND day > ?");
  const coodie::timestamp_option now = coodie::now();
  CHECK(find<reading>(key).remove_all({.timestamp = now}) ==
        "DELETE FROM readings USING TIMESTAMP ? WHERE sensor = ? AND year IN ?");
}

TEST_CASE("an update", "[orm]") {
  const reading r;
  const std::string where = " WHERE sensor = ? AND year = ? AND day = ? AND hour = ?";
  const std::vector<std::string> notes{"n"};
  CHECK(update(r, col<& reading::value> = 1.0) == "UPDATE readings SET value = ?" + where);
  CHECK(update(r, col<& reading::value> = 1.0, col<& reading::quality> = std::nullopt) ==
        "UPDATE readings SET value = ?, quality = ?" + where);
  CHECK(update(r, col<& reading::notes> += notes, col<& reading::extra> -= std::set<std::string>{"k"},
               col<& reading::flags> -= std::set<std::int32_t>{1}) ==
        "UPDATE readings SET notes = notes + ?, extra = extra - ?, flags = flags - ?" + where);
  CHECK(update(r, col<&reading::notes>.prepend(notes)) == "UPDATE readings SET notes = ? + notes" + where);
  CHECK(update(r, col<& reading::value> = 1.0, if_exists) ==
        "UPDATE readings SET value = ?" + where + " IF EXISTS");
  CHECK(update(r, col<& reading::value> = 1.0,
               only_if(col<&reading::quality>.in(1, 2) && col<&reading::value> != 2.0)) ==
        "UPDATE readings SET value = ?" + where + " IF quality IN ? AND value != ?");
  using std::chrono::seconds;
  CHECK(update(r, coodie::update_options{.ttl = seconds(1)}, col<& reading::value> = 1.0) ==
        "UPDATE readings USING TTL ? SET value = ?" + where);
  CHECK(update(r, col<& reading::value> = 1.0,
               coodie::update_options{.ttl = seconds(1), .timestamp = coodie::now()}) ==
        "UPDATE readings USING TTL ? AND TIMESTAMP ? SET value = ?" + where);
}

TEST_CASE("an update of static columns alone names the partition", "[orm]") {
  const reading r;
  CHECK(update(r, col<& reading::place> = "x") ==
        "UPDATE readings SET place = ? WHERE sensor = ? AND year = ?");
  CHECK(update(r, col<& reading::place> = "x", only_if(col<&reading::place> == "y")) ==
        "UPDATE readings SET place = ? WHERE sensor = ? AND year = ? IF place = ?");
  CHECK(update(r, col<& reading::place> = "x", only_if(col<&reading::value> == 1.0)) ==
        "UPDATE readings SET place = ? WHERE sensor = ? AND year = ? AND day = ? AND hour = ? IF value = ?");
  CHECK(update(r, col<& reading::place> = "x", col<& reading::value> = 1.0) ==
        "UPDATE readings SET place = ?, value = ? WHERE sensor = ? AND year = ? AND day = ? AND hour = ?");
}

TEST_CASE("counters", "[orm]") {
  const page_views v;
  CHECK(update(v, col<& page_views::views> += 2, col<& page_views::clicks> -= 1) ==
        "UPDATE page_views SET views = views + ?, clicks = clicks - ? WHERE url = ?");
  CHECK(flags_of_update(v, col<& page_views::views> += 2) == flag::counter);
}

TEST_CASE("a removal of a row", "[orm]") {
  const reading r;
  const std::string where = " WHERE sensor = ? AND year = ? AND day = ? AND hour = ?";
  CHECK(remove(r, no_clause()) == "DELETE FROM readings" + where);
  CHECK(remove(r, if_exists) == "DELETE FROM readings" + where + " IF EXISTS");
  CHECK(remove(r, only_if(col<&reading::value> > 1.0)) == "DELETE FROM readings" + where + " IF value > ?");
  CHECK(remove(r, no_clause(), {.timestamp = coodie::now()}) ==
        "DELETE FROM readings USING TIMESTAMP ?" + where);
}

TEST_CASE("what may be executed twice", "[orm]") {
  const reading r;
  const std::vector<std::string> notes{"n"};
  const std::set<std::int32_t> flags{1};
  STATIC_REQUIRE(insert_source<reading, false, 0>::flags == flag::idempotent);
  STATIC_REQUIRE(insert_source<reading, true, 0>::flags == flag::conditional);
  // A list that is assigned twice at one timestamp has its elements twice.
  STATIC_REQUIRE(insert_source<reading, false, using_clause::ttl>::flags == flag::idempotent);
  STATIC_REQUIRE(insert_source<reading, false, using_clause::timestamp>::flags == 0);
  STATIC_REQUIRE(insert_source<point, false, using_clause::timestamp>::flags == flag::idempotent);
  STATIC_REQUIRE(select_source<reading, reading, key_shape<reading>()>::flags ==
                 (flag::idempotent | flag::skip_metadata));
  CHECK(flags_of_update(r, col<& reading::value> = 1.0) == flag::idempotent);
  CHECK(flags_of_update(r, col<& reading::notes> = notes) == flag::idempotent);
  CHECK(flags_of_update(r, col<& reading::notes> += notes) == 0);
  CHECK(flags_of_update(r, col<&reading::notes>.prepend(notes)) == 0);
  CHECK(flags_of_update(r, col<& reading::notes> -= notes) == flag::idempotent);
  CHECK(flags_of_update(r, col<& reading::flags> += flags) == flag::idempotent);
  CHECK(flags_of_update(r, col<& reading::value> = 1.0, if_exists) == flag::conditional);
  CHECK(flags_of_update(r, col<& reading::notes> += notes, if_exists) == flag::conditional);
}

TEST_CASE("queries of one shape are one statement", "[orm]") {
  coodie::protocol::request a, b;
  parts_of<reading>(col<&reading::quality> == 1, {}).make_all<false>().prepare_request(a);
  const std::optional<std::int32_t> two = 2;
  parts_of<reading>(col<&reading::quality> == *two, {}).make_all<false>().prepare_request(b);
  CHECK(a.what == b.what);
}
