// SPDX-License-Identifier: MIT
// list, set and map, nested and hostile.
#include "protocol/values/collection_codecs.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using ints = std::vector<std::int32_t>;

TEST_CASE("lists") {
  check_golden(ints{}, "00000000");
  check_golden(ints{1, -2}, "00000002 00000004 00000001 00000004 fffffffe");
  check_golden(std::vector<std::string>{"a", ""}, "00000002 00000001 61 00000000");
  check_golden(std::vector<bool>{true, false, true}, "00000003 00000001 01 00000001 00 00000001 01");
  check_golden(std::vector<ints>{{}, {7}}, "00000002 00000004 00000000 0000000c 00000001 00000004 00000007");
  check_golden(std::vector<std::optional<std::int16_t>>{std::nullopt, std::int16_t{1}},
               "00000002 ffffffff 00000002 0001");
}

TEST_CASE("sets") {
  check_golden(std::set<std::int32_t>{2, 1}, "00000002 00000004 00000001 00000004 00000002");
  check_golden(std::unordered_set<std::int16_t>{3}, "00000001 00000002 0003");
  check_golden(std::set<std::string>{}, "00000000");
  check_golden(std::set<std::vector<std::int8_t>>{{1}}, "00000001 00000009 00000001 00000001 01");
}

TEST_CASE("maps") {
  check_golden(std::map<std::int8_t, std::string>{{1, "x"}, {2, ""}},
               "00000002 00000001 01 00000001 78 00000001 02 00000000");
  check_golden(std::unordered_map<std::string, std::int16_t>{{"k", std::int16_t{-1}}},
               "00000001 00000001 6b 00000002 ffff");
  check_golden(std::map<std::int8_t, std::int8_t>{{5, 6}}, "00000001 00000001 05 00000001 06");
  check_golden(std::map<std::string, std::map<std::int8_t, ints>>{{"a", {{1, {9}}}}},
               "00000001 00000001 61 00000019 00000001 00000001 01 0000000c 00000001 00000004 00000009");
}

TEST_CASE("names of nested collections") {
  using coodie::value_codec;
  CHECK(value_codec<ints>::cql_name == "list<int>");
  CHECK(value_codec<std::set<ints>>::cql_name == "set<frozen<list<int>>>");
  CHECK(value_codec<std::map<std::string, std::vector<ints>>>::cql_name ==
        "map<text, frozen<list<frozen<list<int>>>>>");
  CHECK(value_codec<std::vector<std::optional<ints>>>::cql_name == "list<frozen<list<int>>>");
}

TEST_CASE("the server's type must fit at every level, frozen or not") {
  using coodie::value_codec;
  using nested = std::map<std::string, ints>;
  CHECK(value_codec<nested>::accepts(type_of("map<text, frozen<list<int>>>")));
  CHECK(value_codec<nested>::accepts(type_of("frozen<map<text, frozen<list<int>>>>")));
  CHECK(value_codec<nested>::accepts(type_of("map<ascii, list<int>>")));
  CHECK_FALSE(value_codec<nested>::accepts(type_of("map<text, list<bigint>>")));
  CHECK_FALSE(value_codec<nested>::accepts(type_of("map<blob, list<int>>")));
  CHECK_FALSE(value_codec<nested>::accepts(type_of("list<text>")));
  CHECK_FALSE(value_codec<ints>::accepts(type_of("set<int>")));
  CHECK_FALSE(value_codec<std::set<std::int32_t>>::accepts(type_of("list<int>")));
  CHECK_FALSE(value_codec<ints>::accepts(cql_type(type_id::list)));
  CHECK_FALSE(value_codec<nested>::accepts(cql_type(type_id::map)));
}

TEST_CASE("null is an empty collection") {
  ints list{1};
  std::set<std::int32_t> set{1};
  std::map<std::int32_t, std::int32_t> map{{1, 1}};
  CHECK(decoded(wire("ffffffff"), list) == errc::ok);
  CHECK(decoded(wire("ffffffff"), set) == errc::ok);
  CHECK(decoded(wire("ffffffff"), map) == errc::ok);
  CHECK((list.empty() && set.empty() && map.empty()));
  std::optional<ints> maybe = ints{1};
  CHECK(decoded(wire("ffffffff"), maybe) == errc::ok);
  CHECK_FALSE(maybe);
}

TEST_CASE("a count beyond the input is refused before anything is allocated") {
  ints list;
  CHECK(decoded_body(wire("7fffffff"), list) == errc::length_exceeds_input);
  CHECK(decoded_body(wire("7fffffff 00000004 00000001"), list) == errc::length_exceeds_input);
  CHECK(decoded_body(wire("ffffffff"), list) == errc::negative_length);
  CHECK(list.capacity() == 0);
  std::map<std::int32_t, std::int32_t> map;
  CHECK(decoded_body(wire("00000002 00000004 00000001 00000000"), map) == errc::length_exceeds_input);
  std::set<std::string> set;
  CHECK(decoded_body(wire("00000002 00000000"), set) == errc::length_exceeds_input);
}

TEST_CASE("a list of large elements grows with what has been read") {
  using large = std::array<double, 100>;
  blob body = wire("00010000");
  body.resize(4 + 4 * 0x10000);  // so many empty values, of which the first is wrong
  std::vector<large> list;
  CHECK(decoded_body(body, list) == errc::invalid_value_size);
  CHECK(list.capacity() <= 1);
  const std::vector<large> whole{{1.5}, {2.5}, {3.5}};
  list.assign(5, large{});
  REQUIRE(decoded(encoded(whole), list) == errc::ok);
  CHECK(list == whole);
  list.clear();
  list.shrink_to_fit();
  REQUIRE(decoded(encoded(whole), list) == errc::ok);
  CHECK(list == whole);
}

TEST_CASE("what is wrong inside an element is found") {
  ints list;
  CHECK(decoded_body(wire("00000001 00000003 000001"), list) == errc::invalid_value_size);
  CHECK(decoded_body(wire("00000001 ffffffff"), list) == errc::unexpected_null);
  CHECK(decoded_body(wire("00000001 00000005 00000001"), list) == errc::truncated);
  CHECK(decoded_body(wire("00000001 00000004 00000001 00"), list) == errc::trailing_bytes);
  std::vector<ints> nested;
  CHECK(decoded_body(wire("00000001 00000004 00000001"), nested) == errc::length_exceeds_input);
  std::vector<bool> bits;
  CHECK(decoded_body(wire("00000001 ffffffff"), bits) == errc::unexpected_null);
}

TEST_CASE("a list is read into the elements that are there") {
  std::vector<std::string> list{std::string(50, 'a'), std::string(50, 'b'), "c"};
  const char* first = list[0].data();
  REQUIRE(decoded(encoded(std::vector<std::string>{std::string(40, 'x')}), list) == errc::ok);
  REQUIRE(list.size() == 1);
  CHECK(list[0] == std::string(40, 'x'));
  CHECK(list[0].data() == first);
}

TEST_CASE("elements that a set has twice are kept once") {
  std::set<std::int8_t> set;
  CHECK(decoded_body(wire("00000003 00000001 02 00000001 01 00000001 02"), set) == errc::ok);
  CHECK(set == std::set<std::int8_t>{1, 2});
}

TEST_CASE("of a key that a map has twice the last value stays") {
  const blob body = wire("00000002 00000001 01 00000001 05 00000001 01 00000001 06");
  std::map<std::int8_t, std::int8_t> map;
  CHECK(decoded_body(body, map) == errc::ok);
  CHECK(map == std::map<std::int8_t, std::int8_t>{{1, 6}});
  std::unordered_map<std::int8_t, std::int8_t> unordered;
  CHECK(decoded_body(body, unordered) == errc::ok);
  CHECK(unordered.at(1) == 6);
}

TEST_CASE("collections check their elements") {
  CHECK(protocol::check_value(std::map<coodie::ascii, std::int32_t>{{{"ok"}, 1}}) == errc::ok);
  CHECK(protocol::check_value(std::map<coodie::ascii, std::int32_t>{{{"\x80"}, 1}}) == errc::invalid_value);
  CHECK(protocol::check_value(std::map<std::int32_t, coodie::ascii>{{1, {"\x80"}}}) == errc::invalid_value);
  CHECK(protocol::check_value(std::set<coodie::ascii>{{"\x80"}}) == errc::invalid_value);
  CHECK(protocol::check_value(std::vector<std::vector<coodie::ascii>>{{{"\x80"}}}) == errc::invalid_value);
}
