// SPDX-License-Identifier: MIT
// sync_table and its like as conversations: what is asked, in which order.
#include "orm/schema_operation.hpp"

#include "tests/catch.hpp"
#include "tests/orm/fake_driver.hpp"
#include "tests/orm/models.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::errc;
using kind = coodie::protocol::request_kind;
using strings = std::vector<std::string>;

const std::string read_columns =
    "SELECT keyspace_name, table_name, column_name, clustering_order, kind, position, type FROM "
    "system_schema.columns "
    "WHERE keyspace_name = ? AND table_name = ?";
const std::string read_indexes =
    "SELECT keyspace_name, table_name, index_name, options FROM system_schema.indexes WHERE keyspace_name = "
    "? AND "
    "table_name = ?";
const std::string read_here = "SELECT key, schema_version FROM system.local WHERE key = ?";
const std::string read_there = "SELECT peer, schema_version FROM system.peers";

std::vector<bytes> column(const std::string& name, const std::string& type, const std::string& kind_name,
                          std::int32_t position) {
  return {cell("fake_ks"), cell("points"),
          cell(name),      cell(std::string(kind_name == "clustering" ? "asc" : "none")),
          cell(kind_name), cell(position),
          cell(type)};
}

coodie::uuid version(int number) {
  coodie::uuid u;
  u.bytes[15] = static_cast<std::byte>(number);
  return u;
}
void answer_versions(fake_driver& driver, int here, std::vector<std::optional<int>> there) {
  driver.answer_rows(2, {{cell("local"), cell(version(here))}});
  std::vector<std::vector<bytes>> rows;
  for (const auto& each : there)
    rows.push_back({cell(*coodie::inet::parse("127.0.0.2")), each ? cell(version(*each)) : null_cell()});
  driver.answer_rows(2, rows);
}
strings texts(const fake_driver& driver) {
  strings all;
  for (const seen_request& each : driver.seen) all.push_back(each.text);
  return all;
}

}  // namespace

TEST_CASE("sync_table looks, creates, and waits until the nodes agree", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(7, {});
  fake.driver->answer_rows(4, {});
  fake.driver->answer_void();
  answer_versions(*fake.driver, 1, {1, std::nullopt});
  const std::string create =
      "CREATE TABLE IF NOT EXISTS fake_ks.points (x int, y int, label text, PRIMARY KEY (x, y))";
  CHECK(db::sync_table<point>() == strings{create});
  CHECK(texts(*fake.driver) == strings{read_columns, read_indexes, create, read_here, read_there});
  CHECK(fake.driver->seen[0].values == values("fake_ks", "points"));
  CHECK(fake.driver->seen[1].values == values("fake_ks", "points"));
  CHECK(fake.driver->seen[2].kind == kind::query);
  CHECK(!fake.driver->seen[2].idempotent);
  CHECK(fake.driver->seen[2].value_count == 0);
  CHECK(fake.driver->seen[3].values == values("local"));
  for (const seen_request& each : fake.driver->seen) CHECK(each.token == fake.driver->seen[0].token);
}

TEST_CASE("sync_table of a table that fits changes nothing and does not wait", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(7, {column("x", "int", "partition_key", 0)}, "page2");
  fake.driver->answer_rows(7, {column("y", "int", "clustering", 0), column("label", "text", "regular", -1)});
  fake.driver->answer_rows(4, {});
  CHECK(db::sync_table<point>().empty());
  CHECK(texts(*fake.driver) == strings{read_columns, read_columns, read_indexes});
}

TEST_CASE("a dry run sends nothing that changes", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(7, {column("x", "int", "partition_key", 0), column("y", "int", "clustering", 0)});
  fake.driver->answer_rows(4, {});
  CHECK(db::sync_table<point>({.keyspace = "other", .dry_run = true}) ==
        strings{"ALTER TABLE other.points ADD label text"});
  CHECK(fake.driver->seen.size() == 2);
  CHECK(fake.driver->seen[0].values == values("other", "points"));
}

TEST_CASE("nodes that disagree are asked again, in vain only so long", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  answer_versions(*fake.driver, 2, {1, 2});
  answer_versions(*fake.driver, 2, {2, 2});
  const auto before = std::chrono::steady_clock::now();
  db::drop_table<point>();
  CHECK(std::chrono::steady_clock::now() - before >= 100ms);  // not in a hurry
  CHECK(texts(*fake.driver) ==
        strings{"DROP TABLE IF EXISTS points", read_here, read_there, read_here, read_there});

  fake.driver->answer_void();
  answer_versions(*fake.driver, 2, {1, 3});
  coodie::error_code ec;
  coodie::diagnostics diag;
  db::drop_table<point>({.agreement_timeout = 0ms}, ec, diag);
  CHECK(ec == errc::schema_disagreement);
  CHECK(diag.message().find("2 nodes do not agree") == 0);
}

TEST_CASE("a mismatch is told before anything is changed", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_rows(7,
                           {column("x", "bigint", "partition_key", 0), column("y", "int", "clustering", 0)});
  fake.driver->answer_rows(4, {});
  try {
    db::sync_table<point>();
    FAIL("it threw nothing");
  } catch (const coodie::schema_error& e) {
    CHECK(e.code() == errc::schema_mismatch);
    CHECK(e.diagnostics().message().find("column x of fake_ks.points has the type bigint") == 0);
  }
  CHECK(fake.driver->seen.size() == 2);
}

TEST_CASE("keyspaces", "[orm]") {
  with_fake_driver fake;
  const auto created = [&](std::string_view name, const coodie::keyspace_options& options) {
    fake.driver->answer_void();
    answer_versions(*fake.driver, 1, {});
    const std::size_t before = fake.driver->seen.size();
    db::create_keyspace(name, options);
    return fake.driver->seen[before].text;
  };
  CHECK(created("shop", {}) ==
        "CREATE KEYSPACE IF NOT EXISTS shop WITH replication = {'class': 'NetworkTopologyStrategy', "
        "'replication_factor': 1}");
  CHECK(created("Shop", {.replication_factor = 3, .strategy = coodie::replication_strategy::simple}) ==
        "CREATE KEYSPACE IF NOT EXISTS \"Shop\" WITH replication = {'class': 'SimpleStrategy', "
        "'replication_factor': "
        "3}");
  CHECK(created("s", {.datacenters = {{{"dc1", 3}, {"o'dc", 0}}}, .durable_writes = false}) ==
        "CREATE KEYSPACE IF NOT EXISTS s WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3, "
        "'o''dc': "
        "0} AND durable_writes = false");
  fake.driver->answer_void();
  answer_versions(*fake.driver, 1, {});
  db::drop_keyspace("Shop");
  CHECK(texts(*fake.driver)[fake.driver->seen.size() - 3] == "DROP KEYSPACE IF EXISTS \"Shop\"");
}

TEST_CASE("options that make no sense are refused before anything is sent", "[orm]") {
  with_fake_driver fake;
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto refuses = [&](std::string_view name, const coodie::keyspace_options& options) {
    db::create_keyspace(name, options, ec, diag);
    CHECK(ec == errc::configuration);
    return !diag.message().empty();
  };
  CHECK(refuses("", {}));
  CHECK(refuses("a-b", {}));
  CHECK(refuses(std::string(49, 'a'), {}));
  CHECK(refuses("a; DROP KEYSPACE b", {}));
  CHECK(refuses("a", {.replication_factor = 0}));
  CHECK(refuses("a", {.datacenters = {{{"dc", -1}}}}));
  CHECK(refuses("a", {.datacenters = {{{"dc", 1}}}, .strategy = coodie::replication_strategy::simple}));
  CHECK(refuses("a", {.timeout = -1ms}));
  CHECK(refuses("a", {.timeout = std::chrono::milliseconds::max()}));
  CHECK(refuses("a", {.agreement_timeout = 24h * 8}));
  db::drop_keyspace("\"", ec, diag);
  CHECK(ec == errc::configuration);
  static_cast<void>(db::sync_table<point>({.keyspace = "a b"}, ec, diag));
  CHECK(ec == errc::configuration);
  CHECK(fake.driver->seen.empty());
}

TEST_CASE("truncate is one statement", "[orm]") {
  with_fake_driver fake;
  fake.driver->answer_void();
  db::truncate<quoted>({.keyspace = "Space", .timeout = 3s});
  CHECK(texts(*fake.driver) == strings{"TRUNCATE TABLE \"Space\".\"Mixed\""});
  CHECK(fake.driver->last().timeout_ns == 3'000'000'000);
}
