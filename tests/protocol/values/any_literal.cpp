// SPDX-License-Identifier: MIT
// Values as CQL writes them.
#include "protocol/values/any_value.hpp"
#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::any_value;

static std::string literal(const cql_type& type, std::string_view body_text) {
  const blob body = wire(body_text);
  any_value value;
  CAPTURE(body_text);
  REQUIRE(coodie::decode_any(type, {body.data(), static_cast<std::int32_t>(body.size())}, value) == errc::ok);
  return to_literal(type, value);
}
static std::string literal(std::string_view type, std::string_view body) {
  return literal(type_of(type), body);
}

TEST_CASE("scalars as CQL writes them") {
  CHECK(to_literal(type_id::int_, any_value()) == "null");
  CHECK(literal("int", "ffffffff") == "-1");
  CHECK(literal("tinyint", "80") == "-128");
  CHECK(literal("bigint", "8000000000000000") == "-9223372036854775808");
  CHECK(literal("boolean", "01") == "true");
  CHECK(literal("boolean", "00") == "false");
  CHECK(literal("text", "6974277300") == std::string("'it''s\0'", 8));
  CHECK(literal("ascii", "") == "''");
  CHECK(literal("blob", "00FF") == "0x00ff");
  CHECK(literal("blob", "") == "0x");
  CHECK(literal("'x.Y'", "01") == "0x01");
  CHECK(literal("uuid", "00112233445566778899aabbccddeeff") == "00112233-4455-6677-8899-aabbccddeeff");
  CHECK(literal("timestamp", "0000000000000000") == "'1970-01-01T00:00:00.000Z'");
  CHECK(literal("date", "80000000") == "'1970-01-01'");
  CHECK(literal("time", "0000000000000001") == "'00:00:00.000000001'");
  CHECK(literal("duration", "020406") == "1mo2d3ns");
  CHECK(literal("inet", "7f000001") == "'127.0.0.1'");
  CHECK(literal("varint", "010000000000000000") == "18446744073709551616");
  CHECK(literal("decimal", "00000002 83") == "-1.25");
}

TEST_CASE("floating-point numbers in their shortest form, never like an integer") {
  CHECK(literal("double", "3ff0000000000000") == "1.0");
  CHECK(literal("double", "8000000000000000") == "-0.0");
  CHECK(literal("double", "3fb999999999999a") == "0.1");
  CHECK(literal("double", "7fefffffffffffff") == "1.7976931348623157e+308");
  CHECK(literal("double", "0000000000000001") == "5e-324");
  CHECK(literal("double", "7ff8000000000000") == "NaN");
  CHECK(literal("double", "7ff0000000000000") == "Infinity");
  CHECK(literal("double", "fff0000000000000") == "-Infinity");
  CHECK(literal("float", "3dcccccd") == "0.1");
  CHECK(literal("float", "7f7fffff") == "3.4028235e+38");
  CHECK(literal("float", "42c80000") == "100.0");
}

TEST_CASE("compound values as CQL writes them") {
  CHECK(literal("list<tinyint>", "00000000") == "[]");
  CHECK(literal("list<tinyint>", "00000002 00000001 01 ffffffff") == "[1, null]");
  CHECK(literal("set<text>", "00000002 00000001 61 00000001 62") == "{'a', 'b'}");
  CHECK(literal("map<text, tinyint>", "00000002 00000001 61 00000001 01 00000001 62 00000001 02") ==
        "{'a': 1, 'b': 2}");
  CHECK(literal("tuple<tinyint, text>", "00000001 01 ffffffff") == "(1, null)");
  CHECK(literal("vector<int, 2>", "00000001 00000002") == "[1, 2]");
  CHECK(literal("list<frozen<tuple<boolean>>>", "00000001 00000005 00000001 01") == "[(true)]");
}

TEST_CASE("user types with the names of their fields, quoted when they must be") {
  cql_type type(type_id::udt, {type_id::tinyint, type_id::varchar});
  CHECK(literal(type, "00000001 01 ffffffff") == "(1, null)");
  type.field_names = {"plain", "Mixed"};
  CHECK(literal(type, "00000001 01 ffffffff") == "{plain: 1, \"Mixed\": null}");
  CHECK(literal(type, "00000001 01") == "{plain: 1}");
  CHECK(literal(type, "") == "{}");
}
