// SPDX-License-Identifier: MIT
#include "orm/reflect.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/catch.hpp"

namespace {

using coodie::detail::member_binder;
using coodie::detail::member_count;
using coodie::detail::member_name;
using coodie::detail::member_names;

struct mixed {
  std::string text;
  std::optional<std::string> maybe;
  std::optional<std::optional<int>> twice;
  std::chrono::sys_time<std::chrono::milliseconds> when;
  std::array<float, 3> numbers;
  std::map<std::string, std::vector<int>> map;
  std::unique_ptr<int> only_moved;
  std::string_view view;
};
static_assert(member_count<mixed> == 8);
static_assert(member_names<mixed>[0] == "text" && member_names<mixed>[7] == "view");
static_assert(member_name<&mixed::numbers> == "numbers");

struct single {
  int größe;
};
static_assert(member_count<single> == 1 && member_names<single>[0] == "größe");
static_assert(member_count<std::array<int, 0>> == 0 || member_count<std::array<int, 0>> == 1);
struct nothing {};
static_assert(member_count<nothing> == 0);

template <class T, std::size_t N>
struct generic {
  T first_of_generic;
  std::array<T, N> second_of_generic;
};
static_assert(member_names<generic<std::optional<int>, 4>>[1] == "second_of_generic");

// clang-format off
#define FOUR(n) std::string a##n; std::optional<std::string> b##n; int c##n; std::vector<int> d##n;
struct sixty_four { FOUR(0) FOUR(1) FOUR(2) FOUR(3) FOUR(4) FOUR(5) FOUR(6) FOUR(7)
                    FOUR(8) FOUR(9) FOUR(10) FOUR(11) FOUR(12) FOUR(13) FOUR(14) FOUR(15) };
struct sixty_five { FOUR(0) FOUR(1) FOUR(2) FOUR(3) FOUR(4) FOUR(5) FOUR(6) FOUR(7)
                    FOUR(8) FOUR(9) FOUR(10) FOUR(11) FOUR(12) FOUR(13) FOUR(14) FOUR(15) int one_more; };
// clang-format on
static_assert(member_count<sixty_four> == 64);
static_assert(member_names<sixty_four>[63] == "d15" && member_names<sixty_four>[0] == "a0");
static_assert(member_count<sixty_five> == 65, "one more than can be reflected");

/// A struct of N members of one type, for the numbers in between.
template <std::size_t N>
constexpr std::size_t bound_members() {
  std::array<int, N> numbers{};
  return member_binder<N>::visit(numbers, [](auto&... members) { return sizeof...(members); });
}

template <std::size_t... I>
constexpr bool all_bind(std::index_sequence<I...>) {
  return ((bound_members<I + 1>() == I + 1) && ...);
}
static_assert(all_bind(std::make_index_sequence<64>()));

}  // namespace

TEST_CASE("references to the members are those of the object", "[orm]") {
  mixed object;
  member_binder<8>::visit(object, [&](auto& first, auto&, auto&, auto&, auto&, auto&, auto&, auto& last) {
    first = "written";
    CHECK(&last == &object.view);
  });
  CHECK(object.text == "written");
}

TEST_CASE("a struct inside a function is reflected", "[orm]") {
  struct local {
    int one;
    std::string two;
  };
  STATIC_REQUIRE(member_names<local>[0] == "one");
  STATIC_REQUIRE(member_names<local>[1] == "two");
}
