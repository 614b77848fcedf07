// SPDX-License-Identifier: MIT
// Lightweight transactions told by their text.
#include "protocol/machine/conditional_text.hpp"

#include <memory>
#include <string_view>

#include "tests/catch.hpp"

using coodie::protocol::is_conditional_text;

TEST_CASE("conditional text: what has IF", "[protocol]") {
  for (const std::string_view cql : {
           "INSERT INTO t (k, v) VALUES (?, ?) IF NOT EXISTS",
           "insert into t (k) values (1) if not exists using ttl 7",
           "INSERT INTO t JSON ? DEFAULT UNSET IF NOT EXISTS",
           "UPDATE t SET v = ? WHERE k = ? IF v = ?",
           "UPDATE t SET v = {'a': 1}, l[2] = (int) ? WHERE k IN (1, 2) If\tEXISTS;",
           "DELETE FROM t WHERE k = ?\nif\nEXISTS",
           "  -- a comment\n/* and\nanother */ // one more\n UPDATE t SET v = 1 WHERE k = 1 IF v = 2",
           "UPDATE t SET v = 'it''s' WHERE k = '' IF v = ''",
           "UPDATE t SET v = $$it's$$ WHERE k = 1 IF v = 2",
           "UPDATE \"a\"\"b\" SET v = 1 WHERE k = 1/**/IF/**/v = 2",
           "UPDATE t SET v = 1 WHERE k = ?IF v = 2",
           "BEGIN BATCH INSERT INTO t (k) VALUES (1) IF NOT EXISTS; DELETE FROM t WHERE k = 2; APPLY BATCH",
           "begin unlogged batch update t set v = 1 where k = 1 if v = 2 apply batch",
       }) {
    CAPTURE(cql);
    CHECK(is_conditional_text(cql));
  }
}

TEST_CASE("conditional text: what has none, or only seems to", "[protocol]") {
  for (const std::string_view cql : {
           "",
           "IF",
           "SELECT v FROM t WHERE k = ?",
           "CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY)",
           "DROP KEYSPACE IF EXISTS ks",
           "ALTER TABLE t ADD IF NOT EXISTS v int",
           "INSERT INTO t (k, v) VALUES (?, ?)",
           "INSERT INTO t (k, v) VALUES (1, ' IF NOT EXISTS')",
           "INSERT INTO t (k, v) VALUES (1, 'it''s; IF '' IF ')",
           "INSERT INTO t (k, v) VALUES (1, $$ ' IF NOT EXISTS $$)",
           "INSERT INTO t (k, \"if\") VALUES (1, 2)",
           "INSERT INTO t (k, \"a\"\" IF \") VALUES (1, 2)",
           "UPDATE t SET v = 1 WHERE k = 1 -- IF v = 2",
           "UPDATE t SET v = 1 // IF v = 2\nWHERE k = 1",
           "UPDATE t SET v = 1 /* IF v = 2 */ WHERE k = 1",
           "UPDATE t SET v = 1 /* IF v = 2 WHERE k = 1",
           "UPDATE t SET v = 'not closed WHERE k = 1 IF v = 2",
           "UPDATE t SET gif = 1, if_not = 2, ifx = 3, \xC3\xA4if = 4 WHERE k1if = 1",
           "UPDATE t SET v = :if WHERE k = :v",
           "UPDATE \"IF\".if SET u.if = 1 WHERE k = 1",
           "UPDATE t SET v = f(if) WHERE k = 1",
           "BEGIN BATCH INSERT INTO t (k) VALUES (' IF '); APPLY BATCH",
           "TRUNCATE t",
           "EXPLAIN UPDATE t SET v = 1 WHERE k = 1 IF v = 2",
       }) {
    CAPTURE(cql);
    CHECK(!is_conditional_text(cql));
  }
}

TEST_CASE("conditional text: it ends where the text does", "[protocol]") {
  const std::string_view cql =
      "UPDATE \"a\" SET v = '', w = $$x$$ /* c */ WHERE k = 1 -- c\nAND c = {1: (2)} IF v = 2";
  for (std::size_t size = 0; size <= cql.size(); ++size) {
    const auto exact = std::make_unique<char[]>(size);  // a step too far is seen
    cql.copy(exact.get(), size);
    CHECK(is_conditional_text({exact.get(), size}) == (size >= cql.find("IF") + 2));
  }
}
