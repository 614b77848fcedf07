// SPDX-License-Identifier: MIT
// decimal: bytes, text, and order by value.
#include "protocol/values/decimal.hpp"

#include <limits>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::decimal;
using coodie::varint;

static void check_both(const decimal& value, std::string_view body, std::string_view text) {
  CAPTURE(text);
  check_golden(value, body, other_sizes::may_pass);
  CHECK(to_string(value) == text);
  const auto parsed = decimal::parse(text);
  REQUIRE(parsed);
  CHECK(parsed->unscaled == value.unscaled);
  CHECK(parsed->scale == value.scale);
}

constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();

TEST_CASE("a decimal is its scale and its digits") {
  check_both({0, 0}, "00000000 00", "0");
  check_both({0, 3}, "00000003 00", "0.000");
  check_both({0, -3}, "fffffffd 00", "0E+3");
  check_both({1, 0}, "00000000 01", "1");
  check_both({10, 1}, "00000001 0a", "1.0");
  check_both({-125, 2}, "00000002 83", "-1.25");
  check_both({5, 1}, "00000001 05", "0.5");
  check_both({-5, 6}, "00000006 fb", "-0.000005");
  check_both({5, 7}, "00000007 05", "5E-7");
  check_both({12, 8}, "00000008 0c", "1.2E-7");
  check_both({12, -1}, "ffffffff 0c", "1.2E+2");
  check_both({1, most}, "7fffffff 01", "1E-2147483647");
  check_both({1, least}, "80000000 01", "1E+2147483648");
  check_both({123, least}, "80000000 7b", "1.23E+2147483650");
  check_both({*varint::parse("123456789012345678901234567890"), 10}, "0000000a 018ee90ff6c373e0ee4e3f0ad2",
             "12345678901234567890.1234567890");
}

TEST_CASE("a decimal has a scale and a digit at least") {
  decimal found{3, 1};
  for (const char* body : {"", "00", "000000", "00000001"}) {
    CAPTURE(body);
    CHECK(decoded_body(wire(body), found) == errc::invalid_value_size);
  }
  CHECK(to_string(found) == "0.3");
}

TEST_CASE("decimals in other forms") {
  const auto parsed = [](const char* text) {
    const auto value = decimal::parse(text);
    return value ? to_string(value->unscaled) + "/" + std::to_string(value->scale) : "none";
  };
  CHECK(parsed("+1.50") == "150/2");
  CHECK(parsed("1.") == "1/0");
  CHECK(parsed(".5") == "5/1");
  CHECK(parsed("-.5e1") == "-5/0");
  CHECK(parsed("1e3") == "1/-3");
  CHECK(parsed("1E-3") == "1/3");
  CHECK(parsed("1.25e+1") == "125/1");
  CHECK(parsed("0.0e5") == "0/-4");
  CHECK(parsed("1e-2147483647") == "1/2147483647");
  CHECK(parsed("1e2147483648") == "1/-2147483648");
  CHECK(parsed("0.1e2147483649") == "1/-2147483648");
}

TEST_CASE("text that is no decimal") {
  for (const char* text :
       {"",      ".",        "-",     "e5",  "1e",           "1e+",           "1e+-5",
        "1e--5", "1.2.3",    "1e5.0", "0x1", "1e2147483649", "1e-2147483648", "1e99999999999999999999",
        "NaN",   "Infinity", " 1",    "1 ",  "1-2",          ".-5",           ".+5",
        "-.-5",  ".e1"}) {
    CAPTURE(text);
    CHECK_FALSE(decimal::parse(text));
  }
}

TEST_CASE("decimals are compared by value") {
  CHECK(decimal{1, 0} == decimal{10, 1});
  CHECK(decimal{1, 0} == decimal{100, 2});
  CHECK(decimal{0, 5} == decimal{0, -5});
  CHECK(decimal{-5, 0} == decimal{-500, 2});
  CHECK(decimal{1, -2} == decimal{100, 0});
  const decimal ascending[] = {{-1, least}, {-5, -1},  {-49, 0}, {-1, 0}, {-99, 2}, {-1, most}, {0, 7},
                               {1, most},   {9, 3},    {99, 2},  {1, 0},  {101, 2}, {9, 0},     {10, 0},
                               {101, 1},    {1234, 2}, {124, 1}, {5, -1}, {51, 0},  {1, -9},    {1, least}};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t k = 0; k < std::size(ascending); ++k) {
      CAPTURE(to_string(ascending[i]), to_string(ascending[k]));
      CHECK((ascending[i] < ascending[k]) == (i < k));
      CHECK((ascending[i] == ascending[k]) == (i == k));
    }
  }
  CHECK(decimal{2, least} < decimal{11, least});
  CHECK(decimal{2, least} > decimal{19, least + 1});
}
