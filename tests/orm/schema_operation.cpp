// SPDX-License-Identifier: MIT
// sync_table and its like as conversations: what is asked, in which order.
#include "orm/schema_operation.hpp"

#include "tests/catch.hpp"
#include "tests/mock/testing_all.hpp"
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
    "system_schema.columns WHERE keyspace_name = 'fake_ks' AND table_name = 'points'";
const std::string read_indexes =
    "SELECT keyspace_name, table_name, index_name, options FROM system_schema.indexes WHERE "
    "keyspace_name = 'fake_ks' AND table_name = 'points'";
const std::string create =
    "CREATE TABLE IF NOT EXISTS fake_ks.points (x int, y int, label text, PRIMARY KEY (x, y))";

std::vector<bytes> column(const std::string& name, const std::string& type, const std::string& kind_name,
                          std::int32_t position) {
  return {cell("fake_ks"), cell("points"),
          cell(name),      cell(std::string(kind_name == "clustering" ? "asc" : "none")),
          cell(kind_name), cell(position),
          cell(type)};
}
std::vector<std::vector<bytes>> key_columns() {
  return {column("x", "int", "partition_key", 0), column("y", "int", "clustering", 0)};
}

strings texts(const fake_driver& driver) {
  strings all;
  for (const seen_request& each : driver.seen) all.push_back(each.text);
  return all;
}

void answer_columns(fake_driver& driver, const std::vector<std::vector<bytes>>& rows,
                    std::string_view paging_state = {}) {
  const coodie::cql_type text(coodie::type_id::varchar);
  driver.answer(rows_with_metadata({{"keyspace_name", text},
                                    {"table_name", text},
                                    {"column_name", text},
                                    {"clustering_order", text},
                                    {"kind", text},
                                    {"position", coodie::type_id::int_},
                                    {"type", text}},
                                   rows, "columns", paging_state));
}
void answer_indexes(fake_driver& driver, const std::vector<std::vector<bytes>>& rows) {
  const coodie::cql_type text(coodie::type_id::varchar);
  driver.answer(rows_with_metadata({{"keyspace_name", text},
                                    {"table_name", text},
                                    {"index_name", text},
                                    {"options", coodie::cql_type(coodie::type_id::map, {text, text})}},
                                   rows, "indexes"));
}

}  // namespace

TEST_CASE("sync_table looks, creates, and waits until the nodes agree", "[orm]") {
  with_fake_driver fake;
  answer_columns(*fake.driver, {});
  answer_indexes(*fake.driver, {});
  fake.driver->answer_void();
  fake.driver->answer_void();
  CHECK(db::sync_table<point>() == strings{create});
  CHECK(texts(*fake.driver) == strings{read_columns, read_indexes, create, create});
  CHECK(fake.driver->seen[0].kind == kind::query);
  CHECK(fake.driver->seen[0].idempotent);
  CHECK(fake.driver->seen[0].consistency == coodie::consistency::one);
  CHECK(fake.driver->seen[2].kind == kind::query);
  CHECK(!fake.driver->seen[2].idempotent);
  CHECK(fake.driver->seen[2].value_count == 0);
  CHECK(fake.driver->seen[3].kind == kind::agreement);
  CHECK(fake.driver->seen[3].timeout_ns == 30'000'000'000);
}

TEST_CASE("the nodes agree on each statement before the next one is sent", "[orm]") {
  with_fake_driver fake;
  answer_columns(*fake.driver, {});
  answer_indexes(*fake.driver, {});
  for (int i = 0; i < 6; ++i) fake.driver->answer_void();
  CHECK(db::sync_table<blog_post>({.timeout = 2s, .agreement_timeout = 3s}).size() == 2);
  std::vector<kind> kinds;
  for (const seen_request& each : fake.driver->seen) kinds.push_back(each.kind);
  CHECK(kinds == std::vector<kind>{kind::query, kind::query, kind::query, kind::agreement, kind::query,
                                   kind::agreement});
  CHECK(fake.driver->seen[4].timeout_ns == 2'000'000'000);
  CHECK(fake.driver->seen[5].timeout_ns == 3'000'000'000);
}

TEST_CASE("sync_table of a table that fits changes nothing and does not wait", "[orm]") {
  with_fake_driver fake;
  answer_columns(*fake.driver, {column("x", "int", "partition_key", 0)}, "page2");
  answer_columns(*fake.driver, {column("y", "int", "clustering", 0), column("label", "text", "regular", -1)});
  answer_indexes(*fake.driver, {});
  CHECK(db::sync_table<point>().empty());
  CHECK(texts(*fake.driver) == strings{read_columns, read_columns, read_indexes});
  CHECK(fake.driver->seen[1].paging_state.size() == 5);
}

TEST_CASE("sync_table of a server whose tables are others: what was asked is told", "[orm]") {
  with_fake_driver fake;
  const coodie::cql_type text(coodie::type_id::varchar);
  SECTION("columns") {
    fake.driver->answer(rows_with_metadata({{"unknown", text}}, {{cell("value")}}, "columns"));
  }
  SECTION("indexes") {
    answer_columns(*fake.driver, key_columns());
    fake.driver->answer(rows_with_metadata({{"unknown", text}}, {{cell("value")}}, "indexes"));
  }
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(db::sync_table<point>(ec, diag).empty());
  CHECK(ec);
  CHECK(diag.statement() == (fake.driver->seen.size() == 1 ? read_columns : read_indexes));
}

TEST_CASE("a dry run sends nothing that changes", "[orm]") {
  with_fake_driver fake;
  answer_columns(*fake.driver, key_columns());
  answer_indexes(*fake.driver, {});
  CHECK(db::sync_table<point>({.keyspace = "other", .dry_run = true}) ==
        strings{"ALTER TABLE other.points ADD label text"});
  CHECK(fake.driver->seen.size() == 2);
  CHECK(fake.driver->seen[0].text.find("WHERE keyspace_name = 'other' AND") != std::string::npos);
}

TEST_CASE("nodes that do not come to agree make a schema_error", "[orm]") {
  coodie::close_all();
  coodie::testing::server server({.nodes = 2});
  const auto hosts = server.hosts();
  coodie::sync::init_coodie({.hosts = hosts, .port = server.port()});
  server.set_peer_flaws(1, {.other_schema = true});
  coodie::error_code ec;
  coodie::diagnostics diag;
  db::create_keyspace("ks", {.agreement_timeout = 50ms}, ec, diag);
  CHECK(ec == errc::schema_disagreement);
  CHECK(diag.message().find("the schema was changed, but not all nodes") == 0);
  CHECK(diag.statement().find("CREATE KEYSPACE IF NOT EXISTS ks") == 0);
  CHECK_THROWS_AS(db::drop_table<point>({.keyspace = "ks", .agreement_timeout = 50ms}), coodie::schema_error);
  db::create_keyspace("other", {.agreement_timeout = 0ms});  // nobody waits
  server.set_peer_flaws(1, {});
  db::drop_keyspace("ks");
  coodie::close_all();
}

TEST_CASE("a mismatch is told before anything is changed", "[orm]") {
  with_fake_driver fake;
  answer_columns(*fake.driver,
                 {column("x", "bigint", "partition_key", 0), column("y", "int", "clustering", 0)});
  answer_indexes(*fake.driver, {});
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
    fake.driver->answer_void();
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
  fake.driver->answer_void();
  db::drop_keyspace("Shop");
  CHECK(texts(*fake.driver)[fake.driver->seen.size() - 2] == "DROP KEYSPACE IF EXISTS \"Shop\"");
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
