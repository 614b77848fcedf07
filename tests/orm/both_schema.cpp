// SPDX-License-Identifier: MIT
// Tables made and changed on a server: on the mock, or on real nodes.
#include "tests/catch.hpp"
#include "tests/orm/both_servers.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::col;
using coodie::errc;
using strings = std::vector<std::string>;

// The same table at different times of a program's life.
struct first_version {
  std::string name = {};
  std::int32_t at = 0;
  std::int32_t amount = 0;
  using table = coodie::table<"evolving", coodie::partition_key<&first_version::name>,
                              coodie::clustering_key<&first_version::at>>;
};
struct second_version {
  std::string name = {};
  std::int32_t at = 0;
  std::int32_t amount = 0;
  std::optional<std::string> owner = {};
  std::vector<std::string> tags = {};
  using table =
      coodie::table<"evolving", coodie::partition_key<&second_version::name>,
                    coodie::clustering_key<&second_version::at>,
                    coodie::static_column<&second_version::owner>, coodie::indexed<&second_version::amount>,
                    coodie::with<coodie::comment<"it's new">, coodie::default_ttl<3600>>>;
};
struct other_type {
  std::string name = {};
  std::int32_t at = 0;
  std::int64_t amount = 0;
  using table = coodie::table<"evolving", coodie::partition_key<&other_type::name>,
                              coodie::clustering_key<&other_type::at>>;
};
struct other_key {
  std::string name = {};
  std::int32_t at = 0;
  std::int32_t amount = 0;
  using table = coodie::table<"evolving", coodie::partition_key<&other_key::name>,
                              coodie::clustering_key<&other_key::at, coodie::desc>>;
};

template <class T>
std::string mismatch() {
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(db::sync_table<T>(ec, diag).empty());
  CHECK(ec == errc::schema_mismatch);
  return diag.message();
}

}  // namespace

TEST_CASE("a table follows its struct", "[orm][both]") {
  own_keyspace keyspace("evolution");
  const std::string name = keyspace.name() + ".evolving";
  const strings create{"CREATE TABLE IF NOT EXISTS " + name +
                       " (name text, at int, amount int, PRIMARY KEY (name, at))"};
  CHECK(db::sync_table<first_version>({.dry_run = true}) == create);
  CHECK(db::sync_table<first_version>() == create);
  CHECK(db::sync_table<first_version>().empty());
  db::save(first_version{.name = "n", .at = 1, .amount = 5});

  const strings changes{"ALTER TABLE " + name + " ADD owner text STATIC",
                        "ALTER TABLE " + name + " ADD tags list<text>",
                        "ALTER TABLE " + name + " WITH comment = 'it''s new' AND default_time_to_live = 3600",
                        "CREATE INDEX IF NOT EXISTS evolving_amount_idx ON " + name + " (amount)"};
  CHECK(db::sync_table<second_version>({.dry_run = true}) == changes);
  CHECK(db::sync_table<second_version>() == changes);
  CHECK(db::sync_table<second_version>().empty());
  const auto old_row = db::get<second_version>("n", 1);
  CHECK((old_row.amount == 5 && !old_row.owner && old_row.tags.empty()));
  db::save(second_version{.name = "n", .at = 2, .amount = 6, .owner = "o", .tags = {"t"}});
  CHECK(db::get<second_version>("n", 1).owner == "o");

  // Columns that only the server has do not disturb the old program.
  CHECK(db::sync_table<first_version>().empty());
  CHECK(db::get<first_version>("n", 2).amount == 6);

  CHECK(mismatch<other_type>().find("column amount of " + name + " has the type int on the server") == 0);
  CHECK(mismatch<other_key>().find("column at of " + name + " is in asc order on the server") == 0);
}

TEST_CASE("a struct that does not fit the table is told when the statement is prepared", "[orm][both]") {
  own_keyspace keyspace("prepare");
  db::sync_table<first_version>();
  coodie::error_code ec;
  coodie::diagnostics diag;
  static_cast<void>(db::find<other_type>().all(ec, diag));
  CHECK(ec == errc::schema_mismatch);
  const std::string message(diag.message());
  CHECK(message.starts_with(
      "column amount of table " + keyspace.name() +
      ".evolving has the type int on the server, but the member amount is long"));  // or long int
  CHECK(message.ends_with(" (bigint); change the one or the other"));
  db::save(other_type{.name = "n", .at = 1, .amount = 1}, ec, diag);
  CHECK(ec == errc::schema_mismatch);
  CHECK(db::find<first_version>().count() == 0);
}

TEST_CASE("tables and keyspaces are dropped, and may be missing", "[orm][both]") {
  own_keyspace keyspace("drop");
  db::sync_table<point>();
  db::drop_table<point>();
  db::drop_table<point>();
  coodie::error_code ec;
  coodie::diagnostics diag;
  db::save(point{.x = 1}, ec, diag);
  CHECK(ec == coodie::server_errc::invalid);
  CHECK(db::sync_table<point>().size() == 1);
  db::save(point{.x = 1}, ec, diag);
  CHECK(!ec);
  db::create_keyspace(keyspace.name());
  CHECK(db::find<point>().count() == 1);
  static_cast<void>(db::sync_table<point>({.keyspace = "no_such_keyspace_here"}, ec, diag));
  CHECK(ec.category() == coodie::server_category());
}

TEST_CASE("a table in another keyspace", "[orm][both]") {
  own_keyspace keyspace("elsewhere");
  const std::string other = keyspace.name() + "_2";
  db::create_keyspace(other, {.strategy = coodie::replication_strategy::simple, .durable_writes = false});
  CHECK(
      db::sync_table<quoted>({.keyspace = other, .agreement_timeout = 20s}) ==
      strings{
          "CREATE TABLE IF NOT EXISTS " + other +
          ".\"Mixed\" (id int, \"order\" text, \"a \"\"quoted\"\" name\" text, \"Capital\" text, PRIMARY KEY "
          "(id))"});
  CHECK(db::sync_table<quoted>({.keyspace = other}).empty());
  CHECK(db::sync_table<quoted>({.dry_run = true}).size() == 1);
  db::truncate<quoted>({.keyspace = other});
  db::drop_table<quoted>({.keyspace = other});
  db::drop_keyspace(other);
}
