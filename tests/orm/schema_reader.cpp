// SPDX-License-Identifier: MIT
// read_schema: what a server tells of its tables, as structs.
#include "orm/coodie_all.hpp"  // before Asio: with clang it tells Asio about coroutines

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>

#include "tests/catch.hpp"
#include "tests/mock/testing_all.hpp"
#include "tests/orm/both_servers.hpp"
#include "tests/orm/fake_driver.hpp"

namespace db = coodie::sync;
using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::column_kind;
using coodie::errc;
using coodie::type_id;
using strings = std::vector<std::string>;

template <class Things>
strings names(const Things& things) {
  strings all;
  for (const auto& each : things) all.push_back(each.name);
  return all;
}

/// A table with everything, and what goes with it.
void make_shop(coodie::abstract_driver& driver) {
  static_cast<void>(driver.execute("CREATE TYPE address (street text, \"Zip\" int, tags frozen<set<text>>)"));
  static_cast<void>(driver.execute(
      "CREATE TABLE \"Orders\" (shop text, year int, day date, at timeuuid, owner text static, "
      "\"Where\" frozen<address>, lines list<frozen<map<text, int>>>, amount decimal, note text, "
      "PRIMARY KEY ((shop, year), day, at)) WITH CLUSTERING ORDER BY (day DESC, at ASC) AND "
      "comment = 'it''s all here' AND default_time_to_live = 3600 AND gc_grace_seconds = 7200"));
  static_cast<void>(driver.execute("CREATE INDEX orders_note ON \"Orders\" (note)"));
}

void check_orders(const coodie::table_metadata& orders) {
  CHECK(names(orders.columns) ==
        strings{"shop", "year", "day", "at", "owner", "Where", "amount", "lines", "note"});
  const auto column = [&](std::string_view name) { return *orders.find_column(name); };
  CHECK(column("shop").kind == column_kind::partition_key);
  CHECK(column("shop").position == 0);
  CHECK(column("year").kind == column_kind::partition_key);
  CHECK(column("year").position == 1);
  CHECK(column("day").kind == column_kind::clustering_key);
  CHECK(column("day").position == 0);
  CHECK(column("day").descending);
  CHECK(column("at").position == 1);
  CHECK(!column("at").descending);
  CHECK(column("owner").kind == column_kind::static_column);
  CHECK(column("note").kind == column_kind::regular);
  CHECK(column("note").position == -1);
  CHECK(column("Where").type == "frozen<address>");
  CHECK(column("Where").parsed->id == type_id::udt);
  CHECK(column("Where").parsed->name == "address");
  CHECK(column("lines").type == "list<frozen<map<text, int>>>");
  CHECK(column("lines").parsed->id == type_id::list);
  CHECK(column("lines").parsed->parameters[0].parameters[1].id == type_id::int_);
  CHECK(orders.properties.comment == "it's all here");
  CHECK(orders.properties.default_time_to_live == 3600);
  CHECK(orders.properties.gc_grace_seconds == 7200);
  CHECK(!orders.properties.compaction.at("class").empty());
  CHECK(orders.id != coodie::uuid());
  REQUIRE(orders.find_index("orders_note") != nullptr);
  CHECK(orders.find_index("orders_note")->target == "note");
  CHECK(!orders.find_index("orders_note")->kind.empty());
  CHECK(orders.find_column("nothing") == nullptr);
}

std::vector<bytes> cells_of(std::size_t count) { return {count, null_cell()}; }

}  // namespace

TEST_CASE("both servers: the schema of a keyspace is read", "[orm][both]") {
  const own_keyspace keyspace("read_schema");
  make_shop(keyspace.driver());
  const std::string& name = keyspace.name();

  const coodie::schema_metadata schema = db::read_schema({.keyspaces = {name, name}});
  CHECK(names(schema.keyspaces) == strings{name});
  const coodie::keyspace_metadata& shop = schema.keyspaces[0];
  CHECK(shop.durable_writes);
  CHECK(!shop.is_virtual);
  CHECK(shop.replication.at("class").find("NetworkTopologyStrategy") != std::string::npos);
  CHECK(names(shop.tables) == strings{"Orders"});
  check_orders(shop.tables[0]);
  REQUIRE(shop.find_type("address") != nullptr);
  const auto& fields = shop.find_type("address")->fields;
  CHECK(names(fields) == strings{"street", "Zip", "tags"});
  CHECK(fields[2].type == "frozen<set<text>>");
  CHECK(fields[2].parsed->frozen);
  CHECK(schema.find_table(name, "Orders") == &shop.tables[0]);
  CHECK(schema.find_table(name, "orders") == nullptr);
  CHECK(schema.find_table("nowhere", "Orders") == nullptr);

  CHECK(db::read_schema({.keyspaces = {"no_such_keyspace_here"}}).keyspaces.empty());
}

TEST_CASE("both servers: the whole schema is read", "[orm][both]") {
  const own_keyspace keyspace("read_all");
  make_shop(keyspace.driver());
  asio::io_context context;
  bool done = false;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        const coodie::schema_metadata schema = co_await coodie::aio::read_schema();
        REQUIRE(schema.find_table(keyspace.name(), "Orders") != nullptr);
        check_orders(*schema.find_table(keyspace.name(), "Orders"));
        REQUIRE(schema.find_table("system_schema", "columns") != nullptr);
        CHECK(schema.find_table("system_schema", "columns")->columns.size() == 8);
        if (on_real_nodes()) {
          const coodie::keyspace_metadata* const views = schema.find_keyspace("system_views");
          REQUIRE(views != nullptr);
          CHECK(views->is_virtual);
          REQUIRE(views->find_table("clients") != nullptr);
          CHECK(views->find_table("clients")->find_column("address")->kind == column_kind::partition_key);
        }
        done = true;
      },
      asio::detached);
  context.run();
  CHECK(done);
  auto future = coodie::aio::read_schema({.keyspaces = {keyspace.name()}}, asio::use_future);
  CHECK(future.get().keyspaces.size() == 1);
}

TEST_CASE("on real nodes views and functions are read", "[orm][real]") {
  if (!on_real_nodes()) return;
  const own_keyspace keyspace("read_views");
  coodie::abstract_driver& driver = keyspace.driver();
  static_cast<void>(driver.execute("CREATE TABLE t (a int, b int, c text, PRIMARY KEY (a, b))"));
  static_cast<void>(driver.execute(
      "CREATE MATERIALIZED VIEW by_b AS SELECT a, b, c FROM t WHERE a IS NOT NULL AND b IS NOT "
      "NULL PRIMARY KEY (b, a) WITH CLUSTERING ORDER BY (a DESC) AND comment = 'the other way'"));
  static_cast<void>(
      driver.execute("CREATE FUNCTION plus (s int, n int) CALLED ON NULL INPUT RETURNS int "
                     "LANGUAGE java AS 'return s + n;'"));
  static_cast<void>(driver.execute("CREATE AGGREGATE total (int) SFUNC plus STYPE int INITCOND 0"));
  const auto schema = db::read_schema({.keyspaces = {keyspace.name()}});
  const coodie::keyspace_metadata& found = schema.keyspaces.at(0);
  CHECK(names(found.tables) == strings{"t"});
  REQUIRE(found.find_view("by_b") != nullptr);
  const coodie::view_metadata& view = *found.find_view("by_b");
  CHECK(view.base_table == "t");
  CHECK(view.where_clause == "a IS NOT NULL AND b IS NOT NULL");
  CHECK(!view.include_all_columns);
  CHECK(view.properties.comment == "the other way");
  CHECK(names(view.columns) == strings{"b", "a", "c"});
  CHECK(view.columns[1].descending);
  REQUIRE(found.functions.size() == 1);
  const coodie::function_metadata& plus = found.functions[0];
  CHECK(plus.name == "plus");
  CHECK(names(plus.arguments) == strings{"s", "n"});
  CHECK(plus.arguments[1].type == "int");
  CHECK(plus.return_type == "int");
  CHECK(plus.language == "java");
  CHECK(plus.body == "return s + n;");
  CHECK(plus.called_on_null_input);
  REQUIRE(found.aggregates.size() == 1);
  const coodie::aggregate_metadata& total = found.aggregates[0];
  CHECK(total.argument_types == strings{"int"});
  CHECK(total.state_function == "plus");
  CHECK(total.state_type == "int");
  CHECK(total.return_type == "int");
  CHECK(total.final_function.empty());
  CHECK(total.initial_condition == "0");
}

TEST_CASE("what the mock server does not make is read from rows", "[orm]") {
  with_fake_driver fake;
  const coodie::cql_type text(type_id::varchar), flag(type_id::boolean);
  const coodie::cql_type texts(type_id::list, {text}), options(type_id::map, {text, text});
  const auto answer = [&](std::vector<named_column> columns, std::vector<std::vector<bytes>> rows) {
    fake.driver->answer(rows_with_metadata(columns, rows, "some"));
  };
  const auto nothing = [&] { answer({}, {}); };
  answer({{"keyspace_name", text}, {"durable_writes", flag}, {"replication", options}},
         {{cell("ks"), cell(false), null_cell()}});
  nothing();  // tables
  std::vector<named_column> view_columns{
      {"keyspace_name", text},       {"view_name", text},   {"base_table_name", text}, {"where_clause", text},
      {"include_all_columns", flag}, {"id", type_id::uuid}, {"comment", text}};
  for (const auto name : {"default_time_to_live", "gc_grace_seconds"})
    view_columns.push_back({name, type_id::int_});
  for (const auto name : {"bloom_filter_fp_chance", "crc_check_chance"})
    view_columns.push_back({name, type_id::double_});
  for (const auto name : {"memtable_flush_period_in_ms", "min_index_interval", "max_index_interval"})
    view_columns.push_back({name, type_id::int_});
  view_columns.push_back({"speculative_retry", text});
  for (const auto name : {"caching", "compaction", "compression"}) view_columns.push_back({name, options});
  auto view = cells_of(view_columns.size());
  view[0] = cell("ks");
  view[1] = cell("v");
  view[2] = cell("t");
  view[4] = cell(true);
  view[7] = cell(60);
  view[9] = cell(0.01);
  answer(view_columns, {view});
  answer({{"keyspace_name", text},
          {"table_name", text},
          {"column_name", text},
          {"clustering_order", text},
          {"kind", text},
          {"position", type_id::int_},
          {"type", text}},
         {{cell("ks"), cell("v"), cell("z"), cell("none"), cell("regular"), cell(-1), cell("list<")},
          {cell("ks"), cell("v"), cell("k"), cell("none"), cell("partition_key"), cell(0), cell("int")},
          {cell("ks"), cell("new"), cell("k"), cell("none"), cell("partition_key"), cell(0), cell("int")}});
  nothing();  // indexes
  answer({{"keyspace_name", text}, {"table_name", text}, {"trigger_name", text}, {"options", options}},
         {{cell("ks"), cell("v"), cell("tr"), cell(std::map<std::string, std::string>{{"class", "a.B"}})},
          {cell("later"), cell("v"), cell("tr"), null_cell()}});
  nothing();  // types
  answer({{"keyspace_name", text},
          {"function_name", text},
          {"argument_names", texts},
          {"argument_types", texts},
          {"body", text},
          {"language", text},
          {"return_type", text},
          {"called_on_null_input", flag}},
         {{cell("ks"), cell("f"), cell(strings{"a"}), cell(strings{"frozen<set<int>>"}), cell("return a;"),
           cell("java"), cell("int"), cell(true)}});
  answer({{"keyspace_name", text},
          {"aggregate_name", text},
          {"argument_types", texts},
          {"return_type", text},
          {"state_type", text},
          {"state_func", text},
          {"final_func", text},
          {"initcond", text}},
         {{cell("ks"), cell("agg"), cell(strings{"int"}), cell("double"), cell("int"), cell("f"), cell("g"),
           null_cell()}});
  answer({{"keyspace_name", text}}, {{cell("system_views")}});
  answer({{"keyspace_name", text}, {"table_name", text}, {"comment", text}},
         {{cell("system_views"), cell("clients"), cell("who")}});
  nothing();  // virtual columns

  const coodie::schema_metadata schema = db::read_schema();
  CHECK(fake.driver->seen.size() == 12);
  CHECK(names(schema.keyspaces) == strings{"ks", "system_views"});
  const coodie::keyspace_metadata& ks = schema.keyspaces[0];
  CHECK(!ks.durable_writes);
  REQUIRE(ks.views.size() == 1);
  CHECK(ks.views[0].include_all_columns);
  CHECK(ks.views[0].properties.default_time_to_live == 60);
  CHECK(ks.views[0].properties.bloom_filter_fp_chance == 0.01);
  CHECK(names(ks.views[0].columns) == strings{"k", "z"});
  CHECK(!ks.views[0].columns[1].parsed.has_value());
  CHECK(ks.views[0].columns[1].type == "list<");
  CHECK(names(ks.views[0].triggers) == strings{"tr"});
  CHECK(ks.views[0].triggers[0].options.at("class") == "a.B");
  REQUIRE(ks.functions.size() == 1);
  CHECK(ks.functions[0].arguments[0].parsed->id == type_id::set);
  CHECK(ks.functions[0].called_on_null_input);
  REQUIRE(ks.aggregates.size() == 1);
  CHECK(ks.aggregates[0].return_type == "double");
  CHECK(ks.aggregates[0].final_function == "g");
  CHECK(ks.aggregates[0].initial_condition.empty());
  CHECK(schema.keyspaces[1].is_virtual);
  CHECK(schema.find_table("system_views", "clients")->properties.comment == "who");
}

TEST_CASE("a server without virtual tables is no error, one without others is", "[orm]") {
  coodie::close_all();
  coodie::testing::server server;
  const auto hosts = server.hosts();
  coodie::sync::init_coodie({.hosts = hosts, .port = server.port()});
  namespace react = coodie::testing::react;
  server.on({.statement = "system_virtual_schema"}, react::error(0x2200));
  coodie::error_code ec;
  coodie::diagnostics diag;
  const auto schema = db::read_schema(ec, diag);
  CHECK(!ec);
  CHECK(schema.find_table("system", "local") != nullptr);
  auto future = coodie::aio::read_schema(asio::use_future);
  CHECK(future.get().find_table("system", "local") != nullptr);

  server.on({.statement = "system_schema.functions"}, react::error(0x2200));
  CHECK(db::read_schema(ec, diag).keyspaces.empty());
  CHECK(ec == coodie::server_errc::invalid);
  CHECK(diag.statement().find("FROM system_schema.functions") != std::string::npos);
  server.clear_rules();
  server.on({.statement = "system_virtual_schema.tables"}, react::error(0x1001));
  static_cast<void>(db::read_schema(ec, diag));
  CHECK(ec == coodie::server_errc::overloaded);
  coodie::close_all();
}

TEST_CASE("a big schema is read page by page", "[orm]") {
  coodie::close_all();
  coodie::testing::server server;
  const auto hosts = server.hosts();
  coodie::sync::init_coodie({.hosts = hosts, .port = server.port(), .page_size = 7});
  const auto schema = db::read_schema();
  CHECK(schema.find_table("system_schema", "tables")->columns.size() > 20);
  CHECK(server.requests(coodie::protocol::opcode::query).size() > 30);
  coodie::close_all();
}

TEST_CASE("options of read_schema that make no sense are refused", "[orm]") {
  with_fake_driver fake;
  coodie::error_code ec;
  coodie::diagnostics diag;
  for (const std::string_view name : {"", "a b", "a'", "a; DROP"}) {
    static_cast<void>(db::read_schema({.keyspaces = {name}}, ec, diag));
    CHECK(ec == errc::invalid_query);
  }
  CHECK(diag.message() == "the name of a keyspace is 1 to 48 letters, digits and underscores");
  static_cast<void>(db::read_schema({.timeout = -1ms}, ec, diag));
  CHECK(ec == errc::invalid_query);
  static_cast<void>(db::read_schema({.driver = "nobody"}, ec, diag));
  CHECK(ec == errc::unknown_driver);
  CHECK(fake.driver->seen.empty());
}
