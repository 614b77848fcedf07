// SPDX-License-Identifier: MIT
#include "orm/schema_plan.hpp"

#include "tests/catch.hpp"
#include "tests/orm/models.hpp"

namespace {

using namespace orm_tests;
using coodie::errc;
using coodie::detail::describe_table;
using coodie::detail::schema_column;
using coodie::detail::table_on_server;
using strings = std::vector<std::string>;

schema_column column(std::string name, std::string type, std::string kind = "regular",
                     std::int32_t position = -1, std::string order = "none") {
  return {.keyspace_name = "ks",
          .table_name = "t",
          .column_name = std::move(name),
          .clustering_order = std::move(order),
          .kind = std::move(kind),
          .position = position,
          .type = std::move(type)};
}
coodie::detail::schema_index index_on(std::string name, std::string target) {
  return {.keyspace_name = "ks",
          .table_name = "t",
          .index_name = std::move(name),
          .options = {{"target", std::move(target)}}};
}

table_on_server readings() {
  return {.columns = {column("sensor", "text", "partition_key", 0), column("year", "int", "partition_key", 1),
                      column("day", "int", "clustering", 0, "desc"),
                      column("hour", "int", "clustering", 1, "asc"), column("place", "text", "static"),
                      column("value", "double"), column("quality", "int"), column("batch_number", "int"),
                      column("notes", "list<text>"), column("flags", "set<int>"),
                      column("extra", "map<text, bigint>")},
          .indexes = {index_on("readings_quality_idx", "quality"), index_on("other_name", "batch_number")},
          .options = {}};
}
void erase(table_on_server& found, const std::string& name) {
  std::erase_if(found.columns, [&](const schema_column& each) { return each.column_name == name; });
}
schema_column& at(table_on_server& found, const std::string& name) {
  for (schema_column& each : found.columns)
    if (each.column_name == name) return each;
  FAIL(name);
  return found.columns[0];
}

template <class T>
strings plan(const table_on_server& found) {
  strings statements;
  coodie::diagnostics diag;
  CHECK(plan_table(describe_table<T>(), "ks", found, statements, &diag) == errc::ok);
  return statements;
}
template <class T>
std::string mismatch(const table_on_server& found) {
  strings statements;
  coodie::diagnostics diag;
  CHECK(plan_table(describe_table<T>(), "ks", found, statements, &diag) == errc::schema_mismatch);
  return diag.message();
}

struct described {
  std::int32_t id = 0;
  using table = coodie::table<"described", coodie::partition_key<&described::id>,
                              coodie::with<coodie::comment<"it's">, coodie::default_ttl<60>,
                                           coodie::option<"speculative_retry", "'NONE'">>>;
};

struct strange {
  std::int32_t id = 0;
  std::string text = {};
  using table = coodie::table<"s", coodie::partition_key<&strange::id>,
                              coodie::column<&strange::text, "a b-c">, coodie::indexed<&strange::text>>;
};

}  // namespace

TEST_CASE("a table that is not there is created with its indexes", "[orm]") {
  CHECK(plan<reading>({}) ==
        strings{
            "CREATE TABLE IF NOT EXISTS ks.readings (sensor text, year int, day int, hour int, place text "
            "STATIC, "
            "value double, quality int, batch_number int, notes list<text>, flags set<int>, extra map<text, "
            "bigint>, PRIMARY KEY ((sensor, year), day, hour)) WITH CLUSTERING ORDER BY (day DESC, hour ASC)",
            "CREATE INDEX IF NOT EXISTS readings_quality_idx ON ks.readings (quality)",
            "CREATE INDEX IF NOT EXISTS readings_batch_number_idx ON ks.readings (batch_number)"});
}

TEST_CASE("a table that fits needs nothing", "[orm]") { CHECK(plan<reading>(readings()).empty()); }

TEST_CASE("missing columns are added, static ones as such", "[orm]") {
  table_on_server found = readings();
  erase(found, "place");
  erase(found, "extra");
  CHECK(plan<reading>(found) == strings{"ALTER TABLE ks.readings ADD place text STATIC",
                                        "ALTER TABLE ks.readings ADD extra map<text, bigint>"});
}

TEST_CASE("columns that only the server has are left alone", "[orm]") {
  table_on_server found = readings();
  found.columns.push_back(column("old", "int"));
  CHECK(plan<reading>(found).empty());
}

TEST_CASE("missing indexes are made", "[orm]") {
  table_on_server found = readings();
  found.indexes.clear();
  found.indexes.push_back(index_on("any", "\"quality\""));
  CHECK(plan<reading>(found) ==
        strings{"CREATE INDEX IF NOT EXISTS readings_batch_number_idx ON ks.readings (batch_number)"});
}

TEST_CASE("types are compared by meaning", "[orm]") {
  table_on_server found = readings();
  at(found, "notes").type = "frozen<list<text>>";
  at(found, "extra").type = "map<varchar,bigint>";
  at(found, "place").type = "ascii";
  CHECK(plan<reading>(found).empty());
  at(found, "value").type = "float";
  CHECK(
      mismatch<reading>(found) ==
      "column value of ks.readings has the type float on the server, the struct says double; a type can't be "
      "changed: make the struct fit, or add a column of another name");
}

TEST_CASE("a key can't be changed", "[orm]") {
  table_on_server found = readings();
  at(found, "hour").kind = "regular";
  at(found, "hour").position = -1;
  CHECK(mismatch<reading>(found) ==
        "column hour of ks.readings is a regular column on the server, the struct says clustering (position "
        "1); that "
        "can't be changed: make the struct fit, or a table of another name");
  found = readings();
  std::swap(at(found, "sensor").position, at(found, "year").position);
  CHECK(mismatch<reading>(found).find("partition_key column on the server (position 1)") !=
        std::string::npos);
  found = readings();
  at(found, "day").clustering_order = "asc";
  CHECK(mismatch<reading>(found).find("column day of ks.readings is in asc order on the server") == 0);
  found = readings();
  at(found, "place").kind = "regular";
  CHECK(mismatch<reading>(found).find("the struct says static") != std::string::npos);
  found = readings();
  erase(found, "hour");
  CHECK(mismatch<reading>(found).find("a key can't be extended") != std::string::npos);
  found = readings();
  found.columns.push_back(column("minute", "int", "clustering", 2, "asc"));
  CHECK(mismatch<reading>(found).find("column minute of ks.readings is a key column on the server") == 0);
}

TEST_CASE("names are quoted where they need it", "[orm]") {
  CHECK(plan<quoted>({}).size() == 1);
  const table_on_server found{.columns = {column("id", "int", "partition_key", 0), column("order", "text")},
                              .indexes = {},
                              .options = {}};
  strings statements;
  coodie::diagnostics diag;
  REQUIRE(plan_table(describe_table<quoted>(), "Space", found, statements, &diag) == errc::ok);
  CHECK(statements == strings{"ALTER TABLE \"Space\".\"Mixed\" ADD \"a \"\"quoted\"\" name\" text",
                              "ALTER TABLE \"Space\".\"Mixed\" ADD \"Capital\" text"});
}

TEST_CASE("options that have changed are set", "[orm]") {
  table_on_server found{.columns = {column("id", "int", "partition_key", 0)}, .indexes = {}, .options = {}};
  coodie::detail::schema_table& options = found.options.emplace_back();
  options.comment = "it's";
  options.default_time_to_live = 60;
  options.gc_grace_seconds = 1;
  CHECK(plan<described>(found).empty());
  found.options[0].comment = "old";
  CHECK(plan<described>(found) == strings{"ALTER TABLE ks.described WITH comment = 'it''s'"});
  found.options[0].default_time_to_live.reset();
  CHECK(plan<described>(found) ==
        strings{"ALTER TABLE ks.described WITH comment = 'it''s' AND default_time_to_live = 60"});
}

TEST_CASE("an index is named without what a server does not take", "[orm]") {
  CHECK(plan<strange>({})[1] == "CREATE INDEX IF NOT EXISTS s_abc_idx ON ks.s (\"a b-c\")");
}
