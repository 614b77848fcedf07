// SPDX-License-Identifier: MIT
// Prepared statements while tables change under them: rows are right or an error is told, never anything
// else.
#include <thread>

#include "tests/catch.hpp"
#include "tests/orm/both_servers.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;
using coodie::col;
using coodie::errc;
using orm_tests::own_keyspace;

namespace {

struct thing {
  std::int32_t k = 0;
  std::optional<std::int32_t> v = {};

  using table = coodie::table<"things", coodie::partition_key<&thing::k>>;
};
/// The same table as another program has it.
struct text_thing {
  std::int32_t k = 0;
  std::optional<std::string> v = {};

  using table = coodie::table<"things", coodie::partition_key<&text_thing::k>>;
};

std::string columns_of(const coodie::result& found) {
  std::string names;
  for (const coodie::column_info& each : found.columns()) names += each.name + " ";
  return names;
}

/// Events of schema changes come behind the answer to the change.
template <class F>
[[nodiscard]] bool soon(F&& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("prepared: SELECT * after columns were added and dropped", "[orm][both]") {
  own_keyspace keyspace("prepared_star");
  coodie::abstract_driver& driver = keyspace.driver();
  driver.execute("CREATE TABLE t (k int PRIMARY KEY, b int, d text)");
  driver.execute("INSERT INTO t (k, b, d) VALUES (?, ?, ?)", {1, 2, "three"});
  const auto read = [&] { return driver.execute("SELECT * FROM t WHERE k = ?", {1}); };
  CHECK(columns_of(read()) == "k b d ");
  driver.execute("ALTER TABLE t ADD a text");
  driver.execute("ALTER TABLE t ADD c int");
  CHECK(soon([&] { return columns_of(read()) == "k a b c d "; }));
  auto found = read();
  CHECK(found[0].is_null(1));
  CHECK(found[0].get<std::int32_t>("b") == 2);
  CHECK(found[0].get<std::string>("d") == "three");
  driver.execute("ALTER TABLE t DROP b");
  CHECK(soon([&] { return columns_of(read()) == "k a c d "; }));
  found = read();
  CHECK(found[0].get<std::string>("d") == "three");
}

TEST_CASE("prepared: a table that is dropped and made again", "[orm][both]") {
  own_keyspace keyspace("prepared_again");
  coodie::abstract_driver& driver = keyspace.driver();
  db::sync_table<thing>();
  db::save(thing{.k = 1, .v = 5});
  CHECK(db::get<thing>(1).v == 5);
  CHECK(driver.execute("SELECT v FROM things WHERE k = ?", {1})[0].get<std::int32_t>(0) == 5);
  db::drop_table<thing>();
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(db::find_one<thing>(1, {.timeout = 10s}, ec, diag));
  SECTION("as it was") {
    db::sync_table<thing>();
    db::save(thing{.k = 1, .v = 6});
    CHECK(db::get<thing>(1).v == 6);
    CHECK(driver.execute("SELECT v FROM things WHERE k = ?", {1})[0].get<std::int32_t>(0) == 6);
  }
  SECTION("with other types") {
    db::sync_table<text_thing>();
    db::save(text_thing{.k = 1, .v = "four"});
    CHECK(db::get<text_thing>(1).v == "four");
    const auto wrong = db::find_one<thing>(1, {}, ec, diag);
    CHECK(ec == errc::schema_mismatch);
    CHECK(!wrong);
    db::save(thing{.k = 2, .v = 0x61626364}, {}, ec, diag);
    CHECK(ec == errc::schema_mismatch);
    CHECK(driver.execute("SELECT v FROM things WHERE k = ?", {1})[0].get<std::string>(0) == "four");
  }
}

TEST_CASE("prepared: made again with other types by another program, which has prepared the same",
          "[orm][both]") {
  own_keyspace keyspace("prepared_others");
  db::sync_table<thing>();
  db::save(thing{.k = 1, .v = 5});
  CHECK(db::get<thing>(1).v == 5);
  auto options = keyspace.options();
  options.name = "other";
  const auto other = db::init_coodie(options);
  db::drop_table<text_thing>({.driver = "other"});
  db::sync_table<text_thing>({.driver = "other"});
  db::save(text_thing{.k = 1, .v = "four"}, {.driver = "other"});
  CHECK(db::get<text_thing>(1, {.driver = "other"}).v == "four");
  // The node knows the statement's id, which depends on its text alone. Four letters are a number too.
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto read = [&] { return db::find_one<thing>(1, {}, ec, diag); };
  CHECK(soon([&] {
    static_cast<void>(read());
    return ec == errc::schema_mismatch;
  }));
  const auto write = [&] { db::save(thing{.k = 2, .v = 0x61626364}, {}, ec, diag); };
  write();
  CHECK(ec == errc::schema_mismatch);
  CHECK(!db::find_one<text_thing>(2, {.driver = "other"}));
}

TEST_CASE("prepared: two keyspaces have the same table", "[orm][both]") {
  own_keyspace keyspace("prepared_two");
  const std::string second = keyspace.name() + "_b";
  db::drop_keyspace(second);
  db::create_keyspace(second);
  auto options = keyspace.options();
  options.keyspace = second;
  options.name = "second";
  const auto other = db::init_coodie(options);
  db::sync_table<thing>();
  SECTION("on two drivers") {
    db::sync_table<thing>({.driver = "second"});
    db::save(thing{.k = 1, .v = 10});
    db::save(thing{.k = 1, .v = 20}, {.driver = "second"});
    for (int i = 0; i < 3; ++i) {
      CHECK(db::get<thing>(1).v == 10);
      CHECK(db::get<thing>(1, {.driver = "second"}).v == 20);
    }
  }
  SECTION("of other types, on two drivers") {
    db::sync_table<text_thing>({.driver = "second"});
    db::save(thing{.k = 1, .v = 10});
    db::save(text_thing{.k = 1, .v = "four"}, {.driver = "second"});
    CHECK(db::get<thing>(1).v == 10);
    CHECK(db::get<text_thing>(1, {.driver = "second"}).v == "four");
    coodie::error_code ec;
    coodie::diagnostics diag;
    static_cast<void>(db::find_one<thing>(1, {.driver = "second"}, ec, diag));
    CHECK(ec == errc::schema_mismatch);
    CHECK(db::get<thing>(1).v == 10);
  }
  SECTION("on one driver, by their whole names") {
    db::sync_table<text_thing>({.driver = "second"});
    coodie::abstract_driver& driver = keyspace.driver();
    const std::string first = keyspace.name();
    driver.execute("INSERT INTO " + first + ".things (k, v) VALUES (?, ?)", {1, 10});
    driver.execute("INSERT INTO " + second + ".things (k, v) VALUES (?, ?)", {1, "twenty"});
    for (int i = 0; i < 3; ++i) {
      CHECK(driver.execute("SELECT * FROM " + first + ".things WHERE k = ?", {1})[0].get<std::int32_t>("v") ==
            10);
      CHECK(driver.execute("SELECT * FROM " + second + ".things WHERE k = ?", {1})[0].get<std::string>("v") ==
            "twenty");
    }
  }
  coodie::unregister_driver("second");
  db::drop_keyspace(second, {.timeout = 30s});
}

TEST_CASE("prepared: the columns change between two pages", "[orm][both]") {
  own_keyspace keyspace("prepared_pages");
  coodie::abstract_driver& driver = keyspace.driver();
  driver.execute("CREATE TABLE t (k int, c int, v int, PRIMARY KEY (k, c))");
  for (std::int32_t c = 0; c < 6; ++c)
    driver.execute("INSERT INTO t (k, c, v) VALUES (1, ?, ?)", {c, c * 10});
  const auto first =
      driver.execute("SELECT * FROM t WHERE k = ?", {1}, {.page_size = 3, .single_page = true});
  CHECK(columns_of(first) == "k c v ");
  const std::vector<std::byte> state(first.paging_state().begin(), first.paging_state().end());
  driver.execute("ALTER TABLE t ADD a text");
  CHECK(soon([&] { return columns_of(driver.execute("SELECT * FROM t WHERE k = ?", {1})) == "k c a v "; }));
  const auto second =
      driver.execute("SELECT * FROM t WHERE k = ?", {1}, {.page_size = 3, .paging_state = state});
  REQUIRE(second.size() == 3);
  for (const coodie::row row : second) CHECK(row.get<std::int32_t>("v") == row.get<std::int32_t>("c") * 10);
}

TEST_CASE("prepared: ever new texts", "[orm][both]") {
  own_keyspace keyspace("prepared_texts");
  coodie::abstract_driver& driver = keyspace.driver();
  driver.execute("CREATE TABLE t (k int PRIMARY KEY, v int)");
  driver.execute("INSERT INTO t (k, v) VALUES (?, ?)", {1, 7});
  // A connection has room for as many statements as slots were given out: it must not grow with the texts.
  const coodie::protocol::statement before("before");
  const std::uint32_t slots = before.slot();
  for (int i = 0; i < 1500; ++i) {
    const std::string text = "SELECT v AS v" + std::to_string(i) + " FROM t WHERE k = ?";
    REQUIRE(driver.execute(text, {1})[0].get<std::int32_t>(0) == 7);
  }
  const coodie::protocol::statement after("after");
  CHECK(after.slot() <= slots + coodie::detail::statement_cache::most_kept + 2);
  before.retire();
  after.retire();
}
