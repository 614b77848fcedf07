// SPDX-License-Identifier: MIT
#include "orm/column.hpp"

#include <array>
#include <cstring>
#include <span>

#include "tests/catch.hpp"
#include "tests/orm/models.hpp"

using namespace std::chrono_literals;

namespace {

using namespace orm_tests;
using coodie::col;
using coodie::errc;
using coodie::detail::held_number;
using coodie::detail::held_value;
using coodie::detail::referred_value;
using coodie::detail::relation;

template <class Bound>
std::vector<std::byte> bytes_of(const Bound& bound) {
  std::vector<std::byte> bytes(coodie::detail::bound_size(bound));
  CHECK(coodie::detail::put_bound(bytes.data(), bound) == bytes.data() + bytes.size());
  return bytes;
}
template <class... Bytes>
std::vector<std::byte> octets(Bytes... bytes) {
  return {static_cast<std::byte>(bytes)...};
}

template <class Condition>
using bound_of = decltype(Condition::bound);

}  // namespace

TEST_CASE("text is kept as a view, unless it is a temporary string", "[orm]") {
  const std::string named = "named";
  const auto by_literal = col<&blog_post::title> == "literal";
  const auto by_name = col<&blog_post::title> == named;
  const auto by_temporary = col<&blog_post::title> == std::string("temporary");
  STATIC_REQUIRE(std::is_same_v<bound_of<decltype(by_literal)>, held_value<std::string_view>>);
  STATIC_REQUIRE(std::is_same_v<bound_of<decltype(by_name)>, referred_value<std::string>>);
  STATIC_REQUIRE(std::is_same_v<bound_of<decltype(by_temporary)>, held_value<std::string>>);
  CHECK(by_name.bound.value == &named);
  CHECK(bytes_of(by_literal.bound) == octets(0, 0, 0, 7, 'l', 'i', 't', 'e', 'r', 'a', 'l'));
  CHECK(bytes_of((col<&blog_post::author> == std::string_view("x")).bound) == octets(0, 0, 0, 1, 'x'));
}

TEST_CASE("what a temporary owns is kept", "[orm]") {
  struct borrowed {
    std::string_view text;
    std::span<const std::byte> bytes;
  };
  const auto make = []() -> const std::string { return "constant"; };
  STATIC_REQUIRE(
      std::is_same_v<bound_of<decltype(col<&blog_post::title> == make())>, held_value<std::string>>);
  const auto text = col<&borrowed::text> == std::string(50, 't');
  const auto bytes = col<&borrowed::bytes> == coodie::blob(50, std::byte{7});
  const auto one_of = col<&borrowed::text>.in(std::string(50, 'a'), std::string_view("b"));
  const auto blobs = col<&borrowed::bytes>.in(coodie::blob(50, std::byte{7}), coodie::blob());
  CHECK(bytes_of(text.bound).back() == std::byte{'t'});
  CHECK(bytes_of(bytes.bound).back() == std::byte{7});
  CHECK(bytes_of(one_of.bound)[12] == std::byte{'a'});
  CHECK(bytes_of(blobs.bound)[12] == std::byte{7});
  const coodie::blob named(1);
  STATIC_REQUIRE(std::is_same_v<bound_of<decltype(col<&borrowed::bytes> == named)>,
                                held_value<std::span<const std::byte>>>);
}

TEST_CASE("an optional is compared by every operator", "[orm]") {
  std::optional<std::int32_t> seven = 7;
  const auto check = [](auto condition, relation how) {
    CHECK(decltype(condition)::how == how);
    CHECK(bytes_of(condition.bound) == octets(0, 0, 0, 4, 0, 0, 0, 7));
  };
  check(col<&reading::quality> == seven, relation::equal);
  check(col<&reading::quality> != seven, relation::not_equal);
  check(col<&reading::quality> < seven, relation::less);
  check(col<&reading::quality> <= seven, relation::less_equal);
  check(col<&reading::quality> > seven, relation::greater);
  check(col<&reading::quality> >= std::optional<std::int32_t>(7), relation::greater_equal);
}

TEST_CASE("a number of another type has to fit the column", "[orm]") {
  const auto check = [](auto condition) { return condition.bound.check(); };
  CHECK(check(col<&blog_post::views> == 2147483647LL) == errc::ok);
  CHECK(check(col<&blog_post::views> == 2147483648LL) == errc::value_out_of_range);
  CHECK(check(col<&blog_post::views> == 4294967295U) == errc::value_out_of_range);
  CHECK(check(col<&blog_post::views> == -2147483648LL) == errc::ok);
  CHECK(check(col<&blog_post::views> == -2147483649LL) == errc::value_out_of_range);
  CHECK(check(col<&every_type::a_tinyint> == 127) == errc::ok);
  CHECK(check(col<&every_type::a_tinyint> == 128) == errc::value_out_of_range);
  CHECK(check(col<&every_type::a_tinyint> == -129) == errc::value_out_of_range);
  CHECK(check(col<&every_type::a_bigint> == 18446744073709551615ULL) == errc::value_out_of_range);
  CHECK(check(col<&every_type::a_smallint>.in(1, 2, 32767)) == errc::ok);
  CHECK(check(col<&every_type::a_smallint>.in(1, 2, 32768)) == errc::value_out_of_range);
  CHECK(bytes_of((col<&every_type::a_smallint> == 0x1234).bound) == octets(0, 0, 0, 2, 0x12, 0x34));
  CHECK(bytes_of((col<& page_views::views> += 1).bound) == octets(0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST_CASE("floating columns take what they hold exactly", "[orm]") {
  CHECK(bytes_of((col<&every_type::a_float> == 1.5f).bound) == octets(0, 0, 0, 4, 0x3F, 0xC0, 0, 0));
  CHECK(bytes_of((col<&every_type::a_double> == 1.5f).bound) ==
        octets(0, 0, 0, 8, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0));
  CHECK(bytes_of((col<&every_type::a_double> == 1).bound) ==
        octets(0, 0, 0, 8, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0));
  CHECK(bytes_of((col<&every_type::a_float> == std::int16_t{1}).bound) ==
        octets(0, 0, 0, 4, 0x3F, 0x80, 0, 0));
}

TEST_CASE("what converts without loss converts", "[orm]") {
  const auto day = std::chrono::sys_days(std::chrono::days(1));
  CHECK(bytes_of((col<&blog_post::published_at> > day).bound) ==
        octets(0, 0, 0, 8, 0, 0, 0, 0, 5, 0x26, 0x5C, 0));
  CHECK(bytes_of((col<&blog_post::published_at> > coodie::timestamp(2s)).bound) ==
        octets(0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 7, 0xD0));
  const std::array<std::byte, 2> raw{std::byte{1}, std::byte{2}};
  CHECK(bytes_of((col<& every_type::a_blob> = raw).bound) == octets(0, 0, 0, 2, 1, 2));
  CHECK(bytes_of((col<&every_type::an_enum> == color::green).bound) == octets(0, 0, 0, 2, 0, 2));
  const std::unordered_set<std::string> same_cql{"a"};
  CHECK(bytes_of((col<& every_type::a_set> = same_cql).bound) ==
        octets(0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 'a'));
}

TEST_CASE("nulls and unset values are for assignments to std::optional", "[orm]") {
  const std::optional<std::string> nobody;
  CHECK(bytes_of((col<& blog_post::author> = std::nullopt).bound) == octets(0xFF, 0xFF, 0xFF, 0xFF));
  CHECK(bytes_of((col<& blog_post::author> = nobody).bound) == octets(0xFF, 0xFF, 0xFF, 0xFF));
  CHECK(bytes_of((col<& blog_post::views> = coodie::unset).bound) == octets(0xFF, 0xFF, 0xFF, 0xFE));
  STATIC_REQUIRE((decltype(col<&blog_post::author> == nobody)::how == relation::equal));
  STATIC_REQUIRE(bound_of<decltype(col<&blog_post::author> == nobody)>::may_be_null);
  STATIC_REQUIRE(!bound_of<decltype(col<&blog_post::author> == "x")>::may_be_null);
}

TEST_CASE("in() binds one list", "[orm]") {
  const auto expected = octets(0, 0, 0, 20, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0, 9);
  const std::vector<std::int32_t> two{7, 9};
  CHECK(bytes_of(col<&blog_post::views>.in(7, 9).bound) == expected);
  CHECK(bytes_of(col<&blog_post::views>.in(two).bound) == expected);
  CHECK(bytes_of(col<&blog_post::views>.in(std::vector<std::int32_t>{7, 9}).bound) == expected);
  CHECK(bytes_of(col<&blog_post::views>.in(std::set<std::int32_t>{7, 9}).bound) == expected);
  CHECK(bytes_of(col<&blog_post::views>.in(std::vector<std::int32_t>()).bound) ==
        octets(0, 0, 0, 4, 0, 0, 0, 0));
  const auto texts = octets(0, 0, 0, 15, 0, 0, 0, 2, 0, 0, 0, 1, 'a', 0, 0, 0, 2, 'b', 'c');
  const std::string named = "bc";
  CHECK(bytes_of(col<&blog_post::title>.in("a", named).bound) == texts);
  CHECK(bytes_of(col<&blog_post::title>.in("a", std::string("bc")).bound) == texts);
  CHECK(bytes_of(col<&blog_post::title>.in(std::array<std::string_view, 2>{"a", "bc"}).bound) == texts);
}

TEST_CASE("in() takes braces", "[orm]") {
  CHECK(bytes_of(col<&blog_post::views>.in({1, 2}).bound) == bytes_of(col<&blog_post::views>.in(1, 2).bound));
  CHECK(bytes_of(col<&blog_post::title>.in({"a", "bc"}).bound) ==
        bytes_of(col<&blog_post::title>.in("a", "bc").bound));
  const std::string a = "a", b = "bc";
  CHECK(bytes_of(col<&blog_post::title>.in({a, b}).bound) ==
        bytes_of(col<&blog_post::title>.in("a", "bc").bound));
}

TEST_CASE("conditions are joined in the order in which they are written", "[orm]") {
  const auto three =
      col<&blog_post::views> > 1 && col<&blog_post::title> == "x" && col<&blog_post::views> <= 5;
  std::vector<relation> relations;
  three.conditions.visit([&](const auto&... each) { (relations.push_back(each.how), ...); });
  CHECK(relations == std::vector{relation::greater, relation::equal, relation::less_equal});
  const auto four = (col<&blog_post::body> == "b") && three;
  CHECK(four.conditions.visit([](const auto&... each) { return sizeof...(each); }) == 4);
}

TEST_CASE("a list, a set and a map are added to and taken from", "[orm]") {
  using coodie::detail::assignment_kind;
  const std::vector<std::string> notes{"n"};
  CHECK((col<& reading::notes> += notes).how == assignment_kind::add);
  CHECK((col<& reading::notes> -= notes).how == assignment_kind::subtract);
  CHECK(col<&reading::notes>.prepend(notes).how == assignment_kind::prepend);
  CHECK(bytes_of((col<& reading::extra> -= std::set<std::string>{"k"}).bound) ==
        octets(0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 'k'));
}
