// SPDX-License-Identifier: MIT
// Values whose type is known at run time only.
#include "protocol/values/any_value.hpp"

#include <bit>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::any_value;

static errc decode(std::string_view type, std::string_view body_text, any_value& value) {
  const exact_buffer input(wire(body_text));
  return coodie::decode_any(type_of(type),
                            {input.bytes().data(), static_cast<std::int32_t>(input.bytes().size())}, value);
}

static any_value value_of(std::string_view type, std::string_view body) {
  any_value value;
  CAPTURE(type, body);
  REQUIRE(decode(type, body, value) == errc::ok);
  return value;
}

static std::string encode(std::string_view type, const any_value& value) {
  blob body;
  const errc e = coodie::encode_any(type_of(type), value, body);
  return e == errc::ok ? hex(body) : std::string(coodie::describe(e));
}

TEST_CASE("scalars are held as the type of their name") {
  CHECK(*value_of("int", "00000005").get_if<std::int32_t>() == 5);
  CHECK(*value_of("counter", "0000000000000005").get_if<std::int64_t>() == 5);
  CHECK(*value_of("ascii", "61").get_if<std::string>() == "a");
  CHECK(*value_of("text", "").get_if<std::string>() == "");
  CHECK(*value_of("'x.Y'", "61").get_if<blob>() == wire("61"));
  CHECK(value_of("blob", "").get_if<blob>()->empty());
  CHECK(*value_of("boolean", "01").get_if<bool>());
  CHECK(value_of("uuid", "00000000000000000000000000000000").get_if<coodie::timeuuid>() == nullptr);
  CHECK(value_of("time", "0000000000000001").get_if<coodie::time>()->since_midnight.count() == 1);
}

TEST_CASE("null, and the empty body of the types that have one") {
  any_value value = 5;
  CHECK(coodie::decode_any(type_id::int_, {}, value) == errc::ok);
  CHECK(value.is_null());
  for (const char* type : {"int", "bigint", "counter", "float", "double", "boolean", "timestamp", "uuid",
                           "timeuuid", "inet", "varint", "decimal"}) {
    CAPTURE(type);
    const any_value empty = value_of(type, "");
    CHECK(empty.get_if<any_value::empty_body>() != nullptr);
    CHECK(encode(type, empty).empty());
    CHECK(to_literal(type_of(type), empty) == "blob_as_" + std::string(type) + "(0x)");
  }
  for (const char* type : {"smallint", "tinyint", "date", "time", "duration", "list<int>", "set<int>",
                           "map<int, int>", "vector<int, 1>"}) {
    CAPTURE(type);
    CHECK(decode(type, "", value) != errc::ok);
    CHECK(value.is_null());
  }
}

TEST_CASE("elements of compound values") {
  const any_value list = value_of("list<int>", "00000002 00000004 00000001 ffffffff");
  const auto& elements = list.get_if<any_value::elements>()->values;
  REQUIRE(elements.size() == 2);
  CHECK(*elements[0].get_if<std::int32_t>() == 1);
  CHECK(elements[1].is_null());
  const any_value map = value_of("map<int, text>", "00000001 00000004 00000001 00000001 61");
  CHECK(map.get_if<any_value::elements>()->values.size() == 2);
  CHECK(value_of("tuple<int, int>", "00000004 00000001").get_if<any_value::elements>()->values.size() == 1);
  CHECK(value_of("tuple<int, int>", "").get_if<any_value::elements>()->values.empty());
}

TEST_CASE("hostile bodies") {
  any_value value;
  CHECK(decode("list<int>", "7fffffff", value) == errc::length_exceeds_input);
  CHECK(decode("map<int, int>", "00000001 00000000", value) == errc::length_exceeds_input);
  CHECK(decode("list<int>", "ffffffff", value) == errc::negative_length);
  CHECK(decode("list<int>", "00000000 00", value) == errc::trailing_bytes);
  CHECK(decode("tuple<int>", "00000004 00000001 00000000", value) == errc::trailing_bytes);
  CHECK(decode("vector<int, 2147483647>", "00000001", value) == errc::invalid_value_size);
  CHECK(decode("vector<text, 2147483647>", "00000001", value) == errc::truncated);
  CHECK(decode("vector<vector<vector<int, 2147483647>, 2147483647>, 2147483647>", "00000001", value) ==
        errc::invalid_value_size);
  CHECK(decode("vector<text, 1>", "0161 00", value) == errc::trailing_bytes);
  CHECK(decode("vector<text, 1>", "02 61", value) == errc::length_exceeds_input);
  CHECK(value.is_null());
  cql_type deep = type_id::int_;
  for (int i = 0; i < 70; ++i) deep = cql_type(type_id::tuple, {deep});
  blob body;
  for (int i = 0; i < 70; ++i) body = with_length(body);
  CHECK(coodie::decode_any(deep, {body.data(), static_cast<std::int32_t>(body.size())}, value) ==
        errc::nesting_too_deep);
  CHECK(coodie::decode_any(cql_type(type_id::list), {body.data(), 8}, value) == errc::type_mismatch);
  CHECK(coodie::decode_any(cql_type(type_id::vector), {body.data(), 8}, value) == errc::type_mismatch);
  CHECK(coodie::decode_any(static_cast<type_id>(0x77), {body.data(), 8}, value) == errc::unknown_type);
}

TEST_CASE("fields of a user type beyond those that are known are passed over") {
  cql_type type(type_id::udt, {type_id::int_});
  type.field_names = {"a"};
  const blob body = wire("00000004 00000001 00000001 05");
  any_value value;
  CHECK(coodie::decode_any(type, {body.data(), 13}, value) == errc::ok);
  CHECK(to_literal(type, value) == "{a: 1}");
  CHECK(coodie::decode_any(type, {body.data(), 12}, value) == errc::truncated);
}

TEST_CASE("values of another type are not encoded") {
  CHECK(encode("int", any_value(std::int32_t{1})) == "00000001");
  CHECK(encode("bigint", any_value(std::int32_t{1})) == coodie::describe(errc::type_mismatch));
  CHECK(encode("list<int>", any_value(std::int32_t{1})) == coodie::describe(errc::type_mismatch));
  CHECK(encode("int", any_value(any_value::elements{})) == coodie::describe(errc::type_mismatch));
  CHECK(encode("text", any_value(any_value::empty_body{})) == coodie::describe(errc::type_mismatch));
  const any_value two(any_value::elements{{any_value(std::int32_t{1}), any_value(std::int32_t{2})}});
  CHECK(encode("list<int>", two) == "0000000200000004000000010000000400000002");
  CHECK(encode("map<int, int>", two) == "0000000100000004000000010000000400000002");
  CHECK(encode("tuple<int, int>", two) == "00000004000000010000000400000002");
  CHECK(encode("tuple<int, int, int>", two) == "00000004000000010000000400000002");
  CHECK(encode("tuple<int>", two) == coodie::describe(errc::type_mismatch));
  CHECK(encode("vector<int, 2>", two) == "0000000100000002");
  CHECK(encode("vector<int, 3>", two) == coodie::describe(errc::value_out_of_range));
  const any_value odd(any_value::elements{{any_value(std::int32_t{1})}});
  CHECK(encode("map<int, int>", odd) == coodie::describe(errc::type_mismatch));
  CHECK(encode("vector<int, 1>", any_value(any_value::elements{{any_value()}})) ==
        coodie::describe(errc::unexpected_null));
  CHECK(encode("vector<int, 1>", any_value(any_value::elements{{any_value(any_value::empty_body{})}})) ==
        coodie::describe(errc::invalid_value_size));
  CHECK(encode("time", any_value(coodie::time{std::chrono::hours(24)})) == "00004e94914f0000");
  CHECK(encode("duration", any_value(coodie::duration{1, -1, 0})) == coodie::describe(errc::invalid_value));
}

TEST_CASE("values with their length, null included") {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  coodie::write_any(out, type_id::int_, any_value(std::int32_t{1}));
  coodie::write_any(out, type_id::int_, any_value());
  coodie::write_any(out, type_id::varchar, any_value(std::string()));
  CHECK(out.error() == errc::ok);
  CHECK(hex(buffer.bytes()) == "0000000400000001ffffffff00000000");
  coodie::write_any(out, type_id::int_, any_value(true));
  CHECK(out.error() == errc::type_mismatch);
}

TEST_CASE("the same content, to the bit") {
  const auto nan = [](std::uint64_t bits) { return any_value(std::bit_cast<double>(bits)); };
  CHECK(nan(0x7ff8000000000001U) == nan(0x7ff8000000000001U));
  CHECK_FALSE(nan(0x7ff8000000000001U) == nan(0x7ff8000000000002U));
  CHECK_FALSE(any_value(0.0) == any_value(-0.0));
  CHECK_FALSE(any_value(0.0F) == any_value(-0.0F));
  CHECK_FALSE(any_value(coodie::decimal{1, 0}) == any_value(coodie::decimal{10, 1}));
  CHECK_FALSE(any_value(std::int32_t{1}) == any_value(std::int64_t{1}));
  CHECK(any_value() == any_value());
  CHECK_FALSE(any_value() == any_value(any_value::empty_body{}));
  CHECK(any_value(any_value::elements{{any_value(true)}}) ==
        any_value(any_value::elements{{any_value(true)}}));
  CHECK_FALSE(any_value(any_value::elements{{any_value(true)}}) == any_value(any_value::elements{}));
}
