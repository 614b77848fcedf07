// SPDX-License-Identifier: MIT
// Null, unset and empty bodies.
#include "protocol/values/optional_codec.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using std::optional;

TEST_CASE("an empty optional is null, a full one its value") {
  CHECK(hex(encoded(optional<std::int32_t>())) == "ffffffff");
  CHECK(hex(encoded(optional<std::int32_t>(5))) == "0000000400000005");
  CHECK(hex(encoded(optional<std::string>(""))) == "00000000");
  CHECK(protocol::value_size(optional<std::string>()) == 4);
  optional<std::int32_t> number = 3;
  CHECK(decoded(wire("ffffffff"), number) == errc::ok);
  CHECK_FALSE(number);
  CHECK(decoded(wire("00000004 00000007"), number) == errc::ok);
  CHECK(number == 7);
  CHECK(decoded(wire("00000003 000007"), number) == errc::invalid_value_size);
  CHECK_FALSE(number);
  optional<std::string> text = "old";
  CHECK(decoded(wire("00000000"), text) == errc::ok);
  CHECK(text == "");
  CHECK(decoded(wire("ffffffff"), text) == errc::ok);
  CHECK_FALSE(text);
}

TEST_CASE("unset and null markers are written as such") {
  CHECK(hex(encoded(coodie::unset)) == "fffffffe");
  CHECK(hex(encoded(std::nullopt)) == "ffffffff");
}

template <class T>
static errc read_empty_body(bool& is_null) {
  optional<T> value = T{};
  const errc e = decoded(wire("00000000"), value);
  is_null = !value.has_value();
  return e;
}

TEST_CASE("the empty body that Cassandra allows for some types is a null") {
  bool is_null = false;
  const auto allowed = [&](errc e) { return e == errc::ok && is_null; };
  CHECK(allowed(read_empty_body<std::int32_t>(is_null)));
  CHECK(allowed(read_empty_body<std::int64_t>(is_null)));
  CHECK(allowed(read_empty_body<float>(is_null)));
  CHECK(allowed(read_empty_body<double>(is_null)));
  CHECK(allowed(read_empty_body<bool>(is_null)));
  CHECK(allowed(read_empty_body<coodie::timestamp>(is_null)));
  CHECK(allowed(read_empty_body<coodie::uuid>(is_null)));
  CHECK(allowed(read_empty_body<coodie::timeuuid>(is_null)));
  CHECK(allowed(read_empty_body<coodie::inet>(is_null)));
  CHECK(allowed(read_empty_body<coodie::varint>(is_null)));
  CHECK(allowed(read_empty_body<coodie::decimal>(is_null)));
}

TEST_CASE("the empty body that Cassandra refuses is an error") {
  bool is_null = false;
  CHECK(read_empty_body<std::int8_t>(is_null) != errc::ok);
  CHECK(read_empty_body<std::int16_t>(is_null) != errc::ok);
  CHECK(read_empty_body<coodie::date>(is_null) != errc::ok);
  CHECK(read_empty_body<coodie::time>(is_null) != errc::ok);
  CHECK(read_empty_body<coodie::duration>(is_null) != errc::ok);
}

TEST_CASE("an optional has the name and the type of what it holds") {
  CHECK(coodie::value_codec<optional<std::vector<std::int32_t>>>::cql_name == "list<int>");
  CHECK(coodie::value_codec<optional<std::vector<std::int32_t>>>::freezes);
  CHECK(coodie::value_codec<optional<bool>>::accepts(cql_type(type_id::boolean)));
  CHECK_FALSE(coodie::value_codec<optional<bool>>::accepts(cql_type(type_id::int_)));
  CHECK(protocol::check_value(optional<coodie::ascii>()) == errc::ok);
  CHECK(protocol::check_value(optional<coodie::ascii>(coodie::ascii{"\xff"})) == errc::invalid_value);
}

TEST_CASE("a value that was cut out of its frame before") {
  const blob body = wire("0005");
  std::int16_t number = 0;
  CHECK(protocol::get_value(protocol::bytes_view{body.data(), 2}, number) == errc::ok);
  CHECK(number == 5);
  CHECK(protocol::get_value(protocol::bytes_view{}, number) == errc::unexpected_null);
  optional<std::int16_t> nullable = std::int16_t{1};
  CHECK(protocol::get_value(protocol::bytes_view{}, nullable) == errc::ok);
  CHECK_FALSE(nullable);
}
