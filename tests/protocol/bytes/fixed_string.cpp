// SPDX-License-Identifier: MIT
// Texts at compile time.
#include "protocol/bytes/fixed_string.hpp"

#include <type_traits>

#include "tests/catch.hpp"

using coodie::fixed_string;

namespace {

template <fixed_string Name>
struct named {
  static constexpr std::string_view name = Name;
};

}  // namespace

TEST_CASE("a fixed string is a template argument, also with a NUL inside") {
  CHECK(named<"users">::name == "users");
  CHECK(named<"">::name.empty());
  CHECK(named<"a\0b">::name == std::string_view("a\0b", 3));
  static_assert(std::is_same_v<named<"a">, named<fixed_string("a")>>);
  static_assert(!std::is_same_v<named<"a">, named<"b">>);
}

TEST_CASE("fixed strings are joined and compared") {
  constexpr fixed_string a = "ab";
  constexpr fixed_string b = "c";
  static_assert(a + b == "abc");
  static_assert(a + "x" == "abx");
  static_assert("x" + a == "xab");
  static_assert((a + "" + b + "").size() == 3);
  static_assert(a != b);
  static_assert(a == fixed_string("ab"));
  static_assert(!(a == "abc"));
  CHECK(std::string_view(a + b).data()[0] == 'a');
}

TEST_CASE("fixed strings end with a NUL") {
  constexpr auto joined = fixed_string("ab") + "c";
  CHECK(joined.data[3] == '\0');
}

TEST_CASE("numbers in decimal") {
  static_assert(coodie::fixed_decimal<0>() == "0");
  static_assert(coodie::fixed_decimal<9>() == "9");
  static_assert(coodie::fixed_decimal<10>() == "10");
  static_assert(coodie::fixed_decimal<1536>() == "1536");
  static_assert(coodie::fixed_decimal<4294967295U>() == "4294967295");
}
