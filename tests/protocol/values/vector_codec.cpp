// SPDX-License-Identifier: MIT
// Vectors of elements of fixed and of variable size.
#include "protocol/values/vector_codec.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::value_codec;

TEST_CASE("elements of fixed size stand without a length") {
  check_golden(std::array<float, 3>{1.0F, 2.0F, -0.5F}, "3f800000 40000000 bf000000");
  check_golden(std::array<std::int32_t, 1>{7}, "00000007");
  check_golden(std::array<std::int64_t, 2>{1, -1}, "0000000000000001 ffffffffffffffff");
  check_golden(std::array<bool, 2>{true, false}, "01 00");
  check_golden(std::array<double, 1>{1.0}, "3ff0000000000000");
  check_golden(std::array<coodie::uuid, 1>{}, "00000000000000000000000000000000");
  check_golden(std::array<coodie::timestamp, 1>{coodie::timestamp(std::chrono::milliseconds(5))},
               "0000000000000005");
  check_golden(std::array<std::array<std::int32_t, 2>, 2>{{{1, 2}, {3, 4}}},
               "00000001 00000002 00000003 00000004");
}

TEST_CASE("elements of other types have a length, small integers too") {
  check_golden(std::array<std::string, 2>{"ab", ""}, "02 6162 00", other_sizes::fail);
  check_golden(std::array<std::int16_t, 2>{1, -1}, "02 0001 02 ffff");
  check_golden(std::array<std::int8_t, 1>{3}, "01 03");
  check_golden(std::array<coodie::date, 1>{}, "04 80000000");
  check_golden(std::array<coodie::time, 1>{}, "08 0000000000000000");
  check_golden(std::array<std::vector<std::int8_t>, 1>{{{5}}}, "09 00000001 00000001 05");
  check_golden(std::array<std::array<std::string, 1>, 2>{{{"a"}, {""}}}, "02 0161 01 00");
  const std::array<std::string, 1> long_text{std::string(200, 'x')};
  CHECK(hex(encoded(long_text)).substr(0, 14) == "000000ca80c878");
  std::array<std::string, 1> found;
  CHECK(decoded(encoded(long_text), found) == errc::ok);
  CHECK(found == long_text);
}

TEST_CASE("names and sizes of vectors") {
  CHECK(value_codec<std::array<float, 3>>::cql_name == "vector<float, 3>");
  CHECK(value_codec<std::array<float, 1536>>::cql_name == "vector<float, 1536>");
  CHECK(value_codec<std::array<std::vector<std::int32_t>, 10>>::cql_name == "vector<frozen<list<int>>, 10>");
  CHECK(value_codec<std::vector<std::array<float, 3>>>::cql_name == "list<vector<float, 3>>");
  static_assert(value_codec<std::array<std::array<double, 2>, 3>>::fixed_size == 48);
  static_assert(!coodie::detail::fixed_size_value<std::array<std::int16_t, 3>>);
}

TEST_CASE("a vector needs all of its elements and nothing else") {
  std::array<std::string, 2> texts;
  CHECK(decoded_body(wire("0161"), texts) == errc::truncated);
  CHECK(decoded_body(wire("0161 05 62"), texts) == errc::length_exceeds_input);
  CHECK(decoded_body(wire("0161 ffffffffffffffffff 62"), texts) == errc::length_exceeds_input);
  CHECK(decoded_body(wire("0161 0162 00"), texts) == errc::trailing_bytes);
  std::array<std::int16_t, 1> numbers{};
  CHECK(decoded_body(wire("01 05"), numbers) == errc::invalid_value_size);
  std::array<float, 2> floats{};
  CHECK(decoded_body(wire("3f800000"), floats) == errc::invalid_value_size);
  CHECK(decoded(wire("ffffffff"), floats) == errc::unexpected_null);
}

TEST_CASE("a vector accepts its dimensions only") {
  using three = value_codec<std::array<float, 3>>;
  CHECK(three::accepts(type_of("vector<float, 3>")));
  CHECK_FALSE(three::accepts(type_of("vector<float, 4>")));
  CHECK_FALSE(three::accepts(type_of("vector<double, 3>")));
  CHECK_FALSE(three::accepts(type_of("list<float>")));
}
