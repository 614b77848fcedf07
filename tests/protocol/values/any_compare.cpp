// SPDX-License-Identifier: MIT
// Cassandra's order of values. The rows were also asked of the comparators of Apache Cassandra 5.0.5.
#include <compare>

#include "protocol/values/any_value.hpp"
#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::any_value;

static any_value value_of(const cql_type& type, std::string_view body_text) {
  any_value value;
  if (body_text == "null") return value;
  const blob body = wire(body_text);
  CAPTURE(body_text);
  REQUIRE(coodie::decode_any(type, {body.data(), static_cast<std::int32_t>(body.size())}, value) == errc::ok);
  return value;
}

/// Bodies in ascending order; "=" before one that is equal to the one before it.
static void check_order(std::string_view type_text, std::vector<std::string> bodies) {
  const cql_type type = type_of(type_text);
  std::vector<any_value> values;
  std::vector<int> ranks;
  for (std::string& body : bodies) {
    const bool same = body.starts_with('=');
    ranks.push_back(ranks.empty() ? 0 : ranks.back() + !same);
    values.push_back(value_of(type, std::string_view(body).substr(same)));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t k = 0; k < values.size(); ++k) {
      CAPTURE(type_text, bodies[i], bodies[k]);
      const auto order = coodie::compare_clustering(type, values[i], values[k]);
      CHECK(std::is_lt(order) == (ranks[i] < ranks[k]));
      CHECK(std::is_gt(order) == (ranks[i] > ranks[k]));
    }
  }
}

TEST_CASE("order of scalars") {
  check_order("int", {"null", "", "80000000", "ffffffff", "00000000", "00000001", "7fffffff"});
  check_order("tinyint", {"80", "ff", "00", "7f"});
  check_order("boolean", {"", "00", "01"});
  check_order("text", {"", "00", "61", "6161", "62", "7f", "c3a9"});
  check_order("blob", {"", "00", "7f", "80", "80ff", "ff"});
  check_order("double", {"", "fff0000000000000", "bff0000000000000", "8000000000000000", "0000000000000000",
                         "3ff0000000000000", "7ff0000000000000", "7ff8000000000000", "=fff8000000000001"});
  check_order("float", {"ff800000", "80000000", "00000000", "7f800000", "7fc00000", "=ffc00001"});
  check_order("timestamp", {"8000000000000000", "ffffffffffffffff", "0000000000000000"});
  check_order("date", {"00000000", "7fffffff", "80000000", "ffffffff"});
  check_order("time", {"0000000000000000", "00004e94914effff", "7fffffffffffffff", "8000000000000000"});
  check_order("varint",
              {"", "ff0000000000000000", "80", "ff", "00", "=0000", "7f", "0080", "010000000000000000"});
  check_order("decimal", {"", "0000000083", "00000001ff", "0000000000", "=0000000a00", "00000002 63",
                          "00000000 01", "=00000001 0a", "00000001 0b", "ffffffff 01"});
  check_order("inet", {"", "00000000000000000000000000000001", "0a000001", "0a000002",
                       "ff000000000000000000000000000000", "ffffffff"});
}

TEST_CASE("order of uuids") {
  check_order("uuid", {"", "00000000000010008000000000000000", "0000000000001000ff00000000000000",
                       "ffffffff000010008000000000000000", "00000000000110008000000000000000",
                       "00000000000040008000000000000000", "80000000000040008000000000000000"});
  check_order("timeuuid", {"", "00000000000010008000000000000000", "0000000000001000ff00000000000000",
                           "00000000000010000000000000000000", "00000000000010007f000000000000ff",
                           "00000000000010007f00000000000000", "ffffffff000010008000000000000000"});
}

TEST_CASE("order of compound values") {
  check_order("list<int>", {"null", "00000000", "00000001 00000004 80000000", "00000001 00000004 00000001",
                            "00000002 00000004 00000001 00000004 00000000", "00000001 00000004 00000002"});
  check_order(
      "map<tinyint, tinyint>",
      {"00000000", "00000001 00000001 01 00000001 05", "00000001 00000001 01 00000001 06",
       "00000002 00000001 01 00000001 06 00000001 02 00000001 00", "00000001 00000001 02 00000001 00"});
  check_order("tuple<tinyint, tinyint>",
              {"", "=ffffffff", "=ffffffff ffffffff", "ffffffff 00000001 01", "00000001 01",
               "=00000001 01 ffffffff", "00000001 01 00000001 ff", "00000001 01 00000001 00", "00000001 02"});
  check_order("vector<int, 2>", {"ffffffff 00000001", "00000000 ffffffff", "00000000 00000000"});
  check_order("vector<text, 1>", {"00", "0161", "026161", "0162"});
}

TEST_CASE("values of another type than they are compared as are equal") {
  CHECK(std::is_eq(coodie::compare_clustering(type_id::int_, any_value(true), any_value(false))));
  CHECK(std::is_eq(
      coodie::compare_clustering(type_id::list, any_value(any_value::elements{}), any_value(true))));
}

static std::string sorted(std::string_view type_text, std::string_view body) {
  const cql_type type = type_of(type_text);
  any_value value = value_of(type, body);
  coodie::sort_collections(type, value);
  return to_literal(type, value);
}

TEST_CASE("sets and maps are sorted and lose what is there twice, inside others too") {
  CHECK(sorted("set<tinyint>", "00000004 00000001 02 00000001 ff 00000001 02 00000001 01") == "{-1, 1, 2}");
  CHECK(sorted("list<tinyint>", "00000002 00000001 02 00000001 01") == "[2, 1]");
  CHECK(sorted("map<tinyint, tinyint>",
               "00000003 00000001 02 00000001 01 00000001 01 00000001 05 00000001 02 00000001 09") ==
        "{1: 5, 2: 9}");
  CHECK(sorted("list<set<tinyint>>", "00000001 0000000e 00000002 00000001 02 00000001 01") == "[{1, 2}]");
  CHECK(sorted("tuple<set<tinyint>>", "0000000e 00000002 00000001 02 00000001 01") == "({1, 2})");
  CHECK(sorted("set<set<tinyint>>",
               "00000002 0000000e 00000002 00000001 02 00000001 01 0000000e 00000002 00000001 01 "
               "00000001 02") == "{{1, 2}}");
  CHECK(sorted("int", "00000001") == "1");
}
