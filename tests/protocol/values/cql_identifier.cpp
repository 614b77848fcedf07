// SPDX-License-Identifier: MIT
// Which names are quoted, and how.
#include "protocol/values/cql_identifier.hpp"

#include <algorithm>

#include "tests/protocol/values/value_checks.hpp"

using coodie::needs_quotes;
using coodie::type_name_needs_quotes;

TEST_CASE("plain names stand bare") {
  for (const char* name : {"a", "users", "user_id", "a1", "x_", "key", "type", "values", "default", "unset",
                           "json", "int", "text", "ttl", "writetime", "timestamp", "count", "list", "map"}) {
    CAPTURE(name);
    CHECK_FALSE(needs_quotes(name));
  }
}

TEST_CASE("other names are quoted") {
  for (const char* name : {"",        "A",           "userId", "1a",       "_a",   "a-b",    "a b",
                           "a\"b",    "caf\xc3\xa9", "order",  "table",    "set",  "select", "token",
                           "entries", "full",        "nan",    "infinity", "with", "add",    "in"}) {
    CAPTURE(name);
    CHECK(needs_quotes(name));
    CHECK(type_name_needs_quotes(name));
  }
}

TEST_CASE("a user type is quoted when it is named like a type of CQL's own") {
  for (const char* name : {"int", "text", "list", "frozen", "vector", "date", "empty"}) {
    CHECK(type_name_needs_quotes(name));
    CHECK_FALSE(needs_quotes(name));
  }
  CHECK_FALSE(type_name_needs_quotes("address"));
}

TEST_CASE("the lists of words are in order and written as CQL folds them") {
  const auto in_order = [](const auto& words) {
    return std::is_sorted(std::begin(words), std::end(words)) &&
           std::all_of(std::begin(words), std::end(words), coodie::detail::is_plain_name);
  };
  CHECK(in_order(coodie::detail::reserved_words));
  CHECK(in_order(coodie::detail::type_words));
}

TEST_CASE("quotes double the quotes inside, at run time and at compile time") {
  std::string text;
  coodie::append_identifier(text, "a\"b");
  CHECK(text == "\"a\"\"b\"");
  CHECK(coodie::quoted_size("a\"b") == text.size());
  text.clear();
  coodie::append_identifier(text, "plain");
  CHECK(text == "plain");
  static_assert(coodie::quoted_identifier<"plain">() == "plain");
  static_assert(coodie::quoted_identifier<"Mixed">() == "\"Mixed\"");
  static_assert(coodie::quoted_identifier<"order">() == "\"order\"");
  static_assert(coodie::quoted_identifier<"\"">() == "\"\"\"\"");
  static_assert(coodie::quoted_identifier<"">() == "\"\"");
  static_assert(coodie::quoted_type_name<"int">() == "\"int\"");
}
