// SPDX-License-Identifier: MIT
// The lexer, the parser and the printer of the mock server's CQL.
#include "tests/mock/cql_parser.hpp"

#include <fstream>

#include "tests/catch.hpp"
#include "tests/mock/cql_lexer.hpp"
#include "tests/mock/cql_printer.hpp"

using namespace coodie::testing::cql;

namespace {

// "kind:text kind:text", without the end.
std::string tokens_of(std::string_view text) {
  static constexpr std::string_view kinds[] = {"end",   "word", "name", "string",   "int",
                                               "float", "uuid", "hex",  "duration", "sign"};
  std::vector<token> tokens;
  if (const auto refused = tokenize(text, tokens)) return "! " + refused.why().message;
  std::string shown;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (i != 0) shown += ' ';
    (shown += kinds[static_cast<std::size_t>(tokens[i].kind)]) += ':' + tokens[i].text;
  }
  return shown;
}

parsed_statement parsed(std::string_view text) {
  parsed_statement result;
  const auto refused = parse(text, result);
  INFO(text);
  INFO((refused ? refused.why().message : std::string()));
  CHECK_FALSE(static_cast<bool>(refused));
  return result;
}

std::int32_t code_of(std::string_view text) {
  parsed_statement result;
  const auto refused = parse(text, result);
  return refused ? refused.why().code : 0;
}

void check_round_trip(std::string_view text) {
  parsed_statement first;
  if (parse(text, first)) return;
  if (std::holds_alternative<unsupported_statement>(first.statement)) return;
  const std::string printed = print(first.statement);
  parsed_statement second;
  const auto refused = parse(printed, second);
  INFO(text);
  INFO(printed);
  INFO((refused ? refused.why().message : std::string()));
  CHECK_FALSE(static_cast<bool>(refused));
  CHECK(second == first);
}

}  // namespace

TEST_CASE("lexer: words are lower case, quoted names are as they are") {
  CHECK(tokens_of("SELECT FooBar") == "word:select word:foobar");
  CHECK(tokens_of("\"FooBar\" \"a\"\"b\"") == "name:FooBar name:a\"b");
  CHECK(tokens_of("a_1 _") == "! line 1:4 no viable alternative at character '_'");
  CHECK(tokens_of("\"\"") == "! line 1:0 an empty name");
}

TEST_CASE("lexer: strings") {
  CHECK(tokens_of("'it''s'") == "string:it's");
  CHECK(tokens_of("''") == "string:");
  CHECK(tokens_of("$$a'b$c$$") == "string:a'b$c");
  CHECK(tokens_of("'open") == "! line 1:0 a quote is not closed");
  CHECK(tokens_of("a\n 'open") == "! line 2:1 a quote is not closed");
  CHECK(tokens_of("$$open$") == "! line 1:0 a $$ quote is not closed");
  CHECK(tokens_of("\"open") == "! line 1:0 a quote is not closed");
}

TEST_CASE("lexer: numbers") {
  CHECK(tokens_of("1 -2 3.5 -4. 5e6 -7.5E-8 9e 10e+1") ==
        "int:1 int:-2 float:3.5 float:-4. float:5e6 float:-7.5E-8 int:9 word:e float:10e+1");
  CHECK(tokens_of("c-1") == "word:c int:-1");
  CHECK(tokens_of("c - 1") == "word:c sign:- int:1");
  CHECK(tokens_of("1..2") == "int:1 sign:.. int:2");
  CHECK(tokens_of("-x") == "sign:- word:x");
}

TEST_CASE("lexer: blobs, uuids and durations") {
  CHECK(tokens_of("0xAbC 0x") == "hex:AbC hex:");
  CHECK(tokens_of("0xg").starts_with("! line 1:0 a blob constant"));
  CHECK(tokens_of("123e4567-e89b-12d3-a456-426614174000") == "uuid:123e4567-e89b-12d3-a456-426614174000");
  CHECK(tokens_of("abcdef01-e89b-12d3-a456-42661417400g").starts_with("word:abcdef01 "));
  CHECK(tokens_of("1h30m -2d 3mo 4us5ns 6w") ==
        "duration:1h30m duration:-2d duration:3mo duration:4us5ns duration:6w");
  CHECK(tokens_of("P1Y2M3DT4H5M6S -P1W P0001-02-03T04:05:06") ==
        "duration:P1Y2M3DT4H5M6S duration:-P1W duration:P0001-02-03T04:05:06");
  CHECK(tokens_of("p pt p1 post 1hour") == "word:p word:pt word:p1 word:post int:1 word:hour");
}

TEST_CASE("lexer: comments, and what ends them") {
  CHECK(tokens_of("a -- b\nc // d\ne /* f\n */ g") == "word:a word:c word:e word:g");
  CHECK(tokens_of("a -- b") == "! line 1:2 a comment needs a line end after it");
  CHECK(tokens_of("a // b") == "! line 1:2 a comment needs a line end after it");
  CHECK(tokens_of("a /* b") == "! line 1:2 a comment is not closed");
  CHECK(tokens_of("a\r\n--\rb") == "word:a word:b");
}

TEST_CASE("lexer: reserved words are refused as names, others not") {
  for (const std::string_view word :
       {"select", "token", "entries", "full", "order", "with", "nan", "infinity"}) {
    CHECK(is_reserved(word));
    CHECK(code_of("CREATE TABLE ks.t (" + std::string(word) + " int PRIMARY KEY)") == 0x2000);
    CHECK(code_of("CREATE TABLE ks.t (\"" + std::string(word) + "\" int PRIMARY KEY)") == 0);
  }
  for (const std::string_view word :
       {"key", "type", "json", "values", "distinct", "count", "ttl", "writetime", "int", "as", "default",
        "unset", "static", "batch_", "frozen", "clustering"})
    CHECK(code_of("CREATE TABLE ks.t (" + std::string(word) + " int PRIMARY KEY)") == 0);
}

TEST_CASE("parser: words that are names or keywords by what follows") {
  CHECK(std::get<select_statement>(parsed("SELECT distinct FROM t").statement).selection[0].name ==
        "distinct");
  CHECK(std::get<select_statement>(parsed("SELECT DISTINCT k FROM t").statement).distinct);
  CHECK(std::get<select_statement>(parsed("SELECT json FROM t").statement).selection[0].name == "json");
  CHECK(std::get<select_statement>(parsed("SELECT JSON k FROM t").statement).json);
  CHECK(std::get<select_statement>(parsed("SELECT count(*) FROM t").statement).selection[0].kind ==
        selector_kind::count_all);
  CHECK(std::get<select_statement>(parsed("SELECT count FROM t").statement).selection[0].kind ==
        selector_kind::column);
  CHECK(std::get<update_statement>(parsed("UPDATE t SET a = 1 WHERE k = 1 IF exists = 3").statement)
            .conditions.size() == 1);
  CHECK(std::get<update_statement>(parsed("UPDATE t SET a = 1 WHERE k = 1 IF EXISTS;").statement).if_exists);
}

TEST_CASE("parser: bind markers are numbered in the order of the text") {
  const auto statement = parsed("UPDATE t USING TTL ? SET a = :x, b = ? WHERE k = :y IF c IN ?");
  CHECK(statement.markers == std::vector<std::string>{"", "x", "", "y", ""});
  const auto& update = std::get<update_statement>(statement.statement);
  CHECK(update.using_.ttl->index == 0);
  CHECK(update.assignments[1].value.index == 2);
  CHECK(update.conditions[0].in_marker);
  CHECK(update.conditions[0].values[0].index == 4);
}

TEST_CASE("parser: assignments") {
  const auto kind_of = [](std::string_view assignment) {
    const auto statement = parsed("UPDATE t SET " + std::string(assignment) + " WHERE k = 1");
    return std::get<update_statement>(statement.statement).assignments[0].kind;
  };
  CHECK(kind_of("a = 1") == assignment_kind::set);
  CHECK(kind_of("a = a + 1") == assignment_kind::add);
  CHECK(kind_of("a = a - 1") == assignment_kind::subtract);
  CHECK(kind_of("a = a -1") == assignment_kind::subtract);
  CHECK(kind_of("a += 1") == assignment_kind::add);
  CHECK(kind_of("a -= 1") == assignment_kind::subtract);
  CHECK(kind_of("a = [1] + a") == assignment_kind::prepend);
  CHECK(kind_of("a = ? + a") == assignment_kind::prepend);
  CHECK(kind_of("a[1] = 2") == assignment_kind::element);
  CHECK(kind_of("a.b = 2") == assignment_kind::field);
  CHECK(kind_of("a = now()") == assignment_kind::set);
  CHECK(code_of("UPDATE t SET a = b + 1 WHERE k = 1") == 0x2000);
}

TEST_CASE("parser: terms") {
  const auto value_of = [](std::string_view text) {
    const auto statement = parsed("INSERT INTO t (k) VALUES (" + std::string(text) + ")");
    return std::get<insert_statement>(statement.statement).values[0];
  };
  CHECK(value_of("{}").kind == term_kind::set);
  CHECK(value_of("{1, 2}").kind == term_kind::set);
  CHECK(value_of("{1: 2}").kind == term_kind::map);
  CHECK(value_of("{a: 2}").kind == term_kind::user_type);
  CHECK(value_of("{null: 2}").kind == term_kind::map);
  CHECK(value_of("[1, [2]]").items[1].kind == term_kind::list);
  CHECK(value_of("(1, 'a')").kind == term_kind::tuple);
  CHECK(value_of("(int) 5").kind == term_kind::hint);
  CHECK(value_of("(frozen<list<int>>) [5]").types[0].frozen);
  CHECK(value_of("(now())").kind == term_kind::tuple);
  CHECK(value_of("-NaN").text == "-NaN");
  CHECK(value_of("INFINITY").text == "Infinity");
  CHECK(value_of("TRUE").kind == term_kind::boolean);
  CHECK(value_of("system.now()").names[0] == "system");
  CHECK(value_of("token(1, 2)").items.size() == 2);
  CHECK(code_of("INSERT INTO t (k) VALUES (1e400)") == 0x2000);
  CHECK(code_of("INSERT INTO t (k) VALUES ({1: 2, 3})") == 0x2000);
  CHECK(code_of("INSERT INTO t (k) VALUES ({1, 2: 3})") == 0x2000);
}

TEST_CASE("parser: what is CQL but not supported says so") {
  for (const std::string_view text :
       {"CREATE FUNCTION f() RETURNS NULL ON NULL INPUT RETURNS int LANGUAGE java AS 'x'",
        "CREATE MATERIALIZED VIEW v AS SELECT * FROM t", "CREATE ROLE r", "DROP TRIGGER x ON y",
        "GRANT a TO b", "LIST ROLES", "DESCRIBE TABLES", "ALTER ROLE r WITH LOGIN = true"}) {
    const auto statement = parsed(text);
    CHECK(std::holds_alternative<unsupported_statement>(statement.statement));
  }
  CHECK(code_of("SELECT a + 1 FROM t") == 0x2200);
  CHECK(code_of("SELECT a -1 FROM t") == 0x2200);
  CHECK(code_of("SELECT * FROM t WHERE k = 1 * 2") == 0x2200);
  CHECK(code_of("SELECT m['a'..'b'] FROM t") == 0x2200);
}

TEST_CASE("parser: every proper prefix of a statement is refused") {
  for (const std::string text :
       {"SELECT a, count(b) AS c FROM ks.t WHERE k = 1 AND (c, d) > (1, ?) ORDER BY c DESC LIMIT 5 ALLOW "
        "FILTERING",
        "INSERT INTO t (k, v) VALUES (1, {'a': 0xff}) IF NOT EXISTS USING TTL 5 AND TIMESTAMP 7",
        "BEGIN UNLOGGED BATCH DELETE a FROM t WHERE k = 1; UPDATE t SET a = 1 WHERE k = 1 APPLY BATCH"}) {
    CHECK(code_of(text) == 0);
    std::size_t accepted = 0;
    for (std::size_t n = 0; n < text.size(); ++n) accepted += code_of(text.substr(0, n)) == 0 ? 1U : 0U;
    INFO(text);
    CHECK(accepted <= 20);  // before an optional clause, and inside a name that ends the statement
  }
  CHECK(code_of("") == 0x2000);
  CHECK(code_of("SELECT * FROM t ; ;") == 0);
  CHECK(code_of("SELECT * FROM t x") == 0x2000);
}

TEST_CASE("parser: nesting has a limit, in every part that nests") {
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& core,
                         const std::string& close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += core;
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  CHECK(code_of("INSERT INTO t (k) VALUES (" + nested(60, "[", "1", "]") + ")") == 0);
  CHECK(code_of("INSERT INTO t (k) VALUES (" + nested(100'000, "[", "1", "]") + ")") == 0x2000);
  CHECK(code_of("INSERT INTO t (k) VALUES (" + nested(100'000, "(int)", "1", "") + ")") == 0x2000);
  CHECK(code_of("CREATE TABLE t (k " + nested(100'000, "list<", "int", ">") + ")") == 0x2000);
  CHECK(code_of("SELECT " + nested(100'000, "max(", "v", ")") + " FROM t") == 0x2000);
  CHECK(code_of("SELECT v" + nested(100'000, "", "", ".f") + " FROM t") == 0x2000);
  CHECK(code_of("SELECT * FROM t WHERE " + nested(100'000, "(", "k = 1", ")")) == 0x2000);
  CHECK(code_of(nested(100'000, "(", "", "")) == 0x2000);
}

TEST_CASE("printer: what is printed parses into the same statement") {
  for (
      const std::string_view text :
      {"SELECT a[1], b.c, cast(d as text), max(e), count(*), token(k), ks.f(?) AS \"X y\", (int)5 FROM "
       "\"Ks\".t",
       "SELECT DISTINCT k FROM t WHERE k IN (1, ?) AND c IN :x AND (d, e) IN ((1, 2), (3, 4)) AND m['a'] = 1",
       "SELECT * FROM t WHERE token(a, b) >= token(1, 2) AND l CONTAINS 1 AND m CONTAINS KEY 'k' AND v LIKE "
       "'%'",
       "SELECT * FROM t WHERE v IS NOT NULL GROUP BY a, b ORDER BY c ANN OF [1, 2] PER PARTITION LIMIT 3 "
       "LIMIT :l",
       "INSERT INTO t JSON ? DEFAULT UNSET IF NOT EXISTS",
       "INSERT INTO t JSON '{}' USING TTL 1",
       "INSERT INTO t (k) VALUES ({a: 1, \"B\": 'it''s', c: {1: 2}, d: (int)5, e: P1Y, f: -NaN})",
       "UPDATE t SET a = a + 1, b = b - {2}, c = [1] + c, d[?] = 2, e.f = null WHERE k = 1 IF x != 1 AND "
       "y[2] IN (3)",
       "DELETE a, b[1], c.d FROM t USING TIMESTAMP 5 WHERE k = 1 AND c > 2 IF EXISTS",
       "BEGIN COUNTER BATCH USING TIMESTAMP ? UPDATE t SET n = n + 1 WHERE k = 1; APPLY BATCH",
       "USE \"Ks\"",
       "TRUNCATE t",
       "CREATE KEYSPACE IF NOT EXISTS k WITH replication = {'class': 'x', 'dc': 3} AND durable_writes = true",
       "ALTER KEYSPACE IF EXISTS k WITH durable_writes = false",
       "CREATE TABLE IF NOT EXISTS t (a int, b frozen<list<text>> static, c vector<float, 3>, d 'x.Y', e "
       "ks.ut, "
       "PRIMARY KEY ((a, c), d, e)) WITH CLUSTERING ORDER BY (d DESC, e ASC) AND comment = 'x' AND caching = "
       "{'keys': 'ALL'}",
       "CREATE TABLE t (a int PRIMARY KEY, b set<int>) WITH COMPACT STORAGE",
       "ALTER TABLE IF EXISTS t ADD IF NOT EXISTS (a int, b text static)",
       "ALTER TABLE t DROP IF EXISTS (a, b)",
       "ALTER TABLE t RENAME a TO b AND c TO d",
       "ALTER TABLE t WITH gc_grace_seconds = 5",
       "ALTER TABLE t ALTER a TYPE int",
       "CREATE TYPE IF NOT EXISTS k.t (a int, b frozen<map<int, text>>)",
       "ALTER TYPE t ADD a int",
       "ALTER TYPE t RENAME a TO b",
       "ALTER TYPE t ALTER a TYPE text",
       "CREATE CUSTOM INDEX IF NOT EXISTS i ON t (keys(m)) USING 'sai' WITH options = {'a': 'b'}",
       "CREATE INDEX ON t (full(\"X\"))",
       "DROP KEYSPACE IF EXISTS k",
       "DROP TABLE k.t",
       "DROP TYPE t",
       "DROP INDEX k.i",
       "INSERT INTO t (\"select\", \"a\"\"b\") VALUES (:\"Odd name\", :select)"}) {
    (void)parsed(text);
    check_round_trip(text);
  }
}

TEST_CASE("printer: every recorded statement round-trips") {
  std::size_t statements = 0;
  for (const char* name :
       {"basics", "schema", "types", "constants", "where", "rows", "columns", "prepared"}) {
    std::ifstream file("tests/mock/answers/" + std::string(name) + ".txt");
    REQUIRE(file.is_open());
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with("> ") && !line.starts_with("? ")) continue;
      line.erase(0, 2);
      if (line[0] == '%') line.erase(0, line.find(' ') + 1);
      check_round_trip(line);
      ++statements;
    }
  }
  CHECK(statements > 800);
}

TEST_CASE("mock CQL parser: what only ScyllaDB understands") {
  for (const std::string_view text :
       {"SELECT * FROM t USING TIMEOUT 30000ms",
        "SELECT * FROM t WHERE k = 1 LIMIT 3 ALLOW FILTERING BYPASS CACHE",
        "SELECT * FROM t BYPASS CACHE USING TIMEOUT 1s",
        "INSERT INTO t (k) VALUES (1) USING TTL 5 AND TIMEOUT 2s",
        "UPDATE t USING TIMEOUT 1m SET v = 1 WHERE k = 1", "DELETE FROM t USING TIMEOUT 1m WHERE k = 1",
        "TRUNCATE t USING TIMEOUT 1m"}) {
    INFO(text);
    parsed_statement parsed;
    CHECK_FALSE(parse(text, parsed, dialect::scylla));
    CHECK(parse(text, parsed));
  }
  parsed_statement parsed;
  CHECK(parse("SELECT * FROM t USING TIMEOUT 5", parsed, dialect::scylla));
}
