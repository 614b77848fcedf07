// SPDX-License-Identifier: MIT
// col<&T::member>: a column in conditions and assignments.
#ifndef COODIE_ORM_COLUMN_HPP
#define COODIE_ORM_COLUMN_HPP

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "orm/bound_list.hpp"
#include "orm/bound_value.hpp"
#include "orm/model_check.hpp"
#include "orm/value_pack.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

enum class relation : std::uint8_t { equal, less, less_equal, greater, greater_equal, not_equal, in };

/// What an assignment does. The first is idempotent for every type, the others depend on it.
enum class assignment_kind : std::uint8_t { set, add, subtract, prepend };

/// `column relation value`.
template <auto Member, relation Relation, class Bound>
struct condition {
  static constexpr auto member = Member;
  static constexpr relation how = Relation;
  Bound bound;
};

/// Conditions joined by &&.
template <class... Conditions>
struct conjunction {
  value_pack<Conditions...> conditions;
};

/// `column = value`, `column += value`, ...
template <auto Member, assignment_kind Kind, class Bound>
struct assignment {
  static constexpr auto member = Member;
  static constexpr assignment_kind how = Kind;
  Bound bound;
};

template <auto Member>
using member_type_of = typename member_pointer_traits<std::remove_cv_t<decltype(Member)>>::member_type;

/// Takes the place of a value that was refused.
struct refused_value {
  static constexpr bool may_be_null = false;
  [[nodiscard]] static constexpr unset_t get() noexcept { return unset; }
  [[nodiscard]] static constexpr errc check() noexcept { return errc::ok; }
};

template <auto Member, class Expected, class Given>
[[nodiscard]] constexpr auto bind_to_member(Given&& given) {
  if constexpr (!has_value_codec<remove_optional_t<Expected>>) {
    static_assert(explain_unmappable<remove_optional_t<Expected>>().size() == 0);
    return refused_value{};
  } else {
    constexpr binding how = choose_member_binding<Expected, Given>();
    if constexpr (check_binding<column_of<Member>, Expected, std::remove_cvref_t<Given>, how>())
      return bind_value<Expected>(std::forward<Given>(given));
    else
      return refused_value{};
  }
}

template <auto Member, relation Relation, class Given>
[[nodiscard]] constexpr auto make_condition(Given&& given) {
  auto bound = bind_to_member<Member, member_type_of<Member>>(std::forward<Given>(given));
  return condition<Member, Relation, decltype(bound)>{std::move(bound)};
}

/// What += and -= take for a column: the column's own type; the keys of a map to take them away; a number for
/// a counter.
template <class Column, assignment_kind Kind>
struct operand {
  using type = Column;
  static constexpr bool allowed = std::is_same_v<Column, counter> && Kind != assignment_kind::prepend;
};
template <class T, class A, assignment_kind Kind>
struct operand<std::vector<T, A>, Kind> {
  using type = std::vector<T, A>;
  static constexpr bool allowed = !std::is_same_v<T, std::byte>;
};
template <class T, class C, class A, assignment_kind Kind>
struct operand<std::set<T, C, A>, Kind> {
  using type = std::set<T, C, A>;
  static constexpr bool allowed = Kind != assignment_kind::prepend;
};
template <class T, class H, class E, class A, assignment_kind Kind>
struct operand<std::unordered_set<T, H, E, A>, Kind> {
  using type = std::unordered_set<T, H, E, A>;
  static constexpr bool allowed = Kind != assignment_kind::prepend;
};
template <class K, class V, class C, class A, assignment_kind Kind>
struct operand<std::map<K, V, C, A>, Kind> {
  using type = std::conditional_t<Kind == assignment_kind::subtract, std::set<K>, std::map<K, V, C, A>>;
  static constexpr bool allowed = Kind != assignment_kind::prepend;
};
template <class K, class V, class H, class E, class A, assignment_kind Kind>
struct operand<std::unordered_map<K, V, H, E, A>, Kind> {
  using type =
      std::conditional_t<Kind == assignment_kind::subtract, std::set<K>, std::unordered_map<K, V, H, E, A>>;
  static constexpr bool allowed = Kind != assignment_kind::prepend;
};

template <class Column, bool Allowed>
[[nodiscard]] consteval bool check_operand() noexcept {
  static_assert(Allowed,
                "coodie: += and -= are for counters, lists, sets and maps, and prepend for lists; "
                "assign the new value with =");
  return Allowed;
}

template <auto Member, assignment_kind Kind, class Given>
[[nodiscard]] constexpr auto make_change(Given&& given) {
  using change = operand<remove_optional_t<member_type_of<Member>>, Kind>;
  if constexpr (check_operand<column_of<Member>, change::allowed>()) {
    auto bound = bind_to_member<Member, typename change::type>(std::forward<Given>(given));
    return assignment<Member, Kind, decltype(bound)>{std::move(bound)};
  } else {
    return assignment<Member, Kind, refused_value>{};
  }
}

/// Is no bool, so that the comparisons of the standard library that look for one pass by.
struct two_columns {};
template <auto Left, auto Right>
[[nodiscard]] consteval bool refuse_two_columns() noexcept {
  static_assert(is_plain_integer<decltype(Left)>,
                "coodie: CQL does not compare one column with another; give a value, or compare in C++");
  return false;
}

}  // namespace detail

/// A column. `coodie::col<&T::member>` is one; conditions and assignments are made with its operators. The
/// value has the type of the member or one that converts without loss; a number that does not fit is
/// errc::value_out_of_range when the request is made. Objects with a name are referred to, not copied.
template <auto Member>
struct column_reference {
  static_assert(detail::member_pointer_traits<std::remove_cv_t<decltype(Member)>>::is_member,
                "coodie: col<> takes a pointer to a data member: coodie::col<&T::member>");

  template <class Value>
  [[nodiscard]] constexpr auto operator=(Value&& value) const {
    auto bound = detail::bind_to_member<Member, detail::member_type_of<Member>>(std::forward<Value>(value));
    return detail::assignment<Member, detail::assignment_kind::set, decltype(bound)>{std::move(bound)};
  }
  /// Adds to a counter (not idempotent), appends to a list (not idempotent), adds to a set, puts into a map.
  template <class Value>
  [[nodiscard]] constexpr auto operator+=(Value&& value) const {
    return detail::make_change<Member, detail::assignment_kind::add>(std::forward<Value>(value));
  }
  /// Subtracts from a counter (not idempotent), takes values out of a list or a set, keys out of a map.
  template <class Value>
  [[nodiscard]] constexpr auto operator-=(Value&& value) const {
    return detail::make_change<Member, detail::assignment_kind::subtract>(std::forward<Value>(value));
  }
  /// Puts elements before those of a list. Not idempotent.
  template <class Value>
  [[nodiscard]] constexpr auto prepend(Value&& value) const {
    return detail::make_change<Member, detail::assignment_kind::prepend>(std::forward<Value>(value));
  }

  template <class Value>
  [[nodiscard]] constexpr auto operator==(Value&& value) const {
    return detail::make_condition<Member, detail::relation::equal>(std::forward<Value>(value));
  }
  // std::optional's operators try it. Its type is not auto, because the compiler would look into it for that.
  template <auto Other>
  constexpr detail::two_columns operator==(const column_reference<Other>&) const {
    static_cast<void>(detail::refuse_two_columns<Member, Other>());
    return {};
  }
  /// Only in only_if.
  template <class Value>
  [[nodiscard]] constexpr auto operator!=(Value&& value) const {
    return detail::make_condition<Member, detail::relation::not_equal>(std::forward<Value>(value));
  }
  template <class Value>
  [[nodiscard]] constexpr auto operator<(Value&& value) const {
    return detail::make_condition<Member, detail::relation::less>(std::forward<Value>(value));
  }
  template <class Value>
  [[nodiscard]] constexpr auto operator<=(Value&& value) const {
    return detail::make_condition<Member, detail::relation::less_equal>(std::forward<Value>(value));
  }
  template <class Value>
  [[nodiscard]] constexpr auto operator>(Value&& value) const {
    return detail::make_condition<Member, detail::relation::greater>(std::forward<Value>(value));
  }
  template <class Value>
  [[nodiscard]] constexpr auto operator>=(Value&& value) const {
    return detail::make_condition<Member, detail::relation::greater_equal>(std::forward<Value>(value));
  }
  /// One of the values, or of those in a container. At least one value; an empty container finds nothing.
  template <class First, class... Rest>
  [[nodiscard]] constexpr auto in(First&& first, Rest&&... rest) const {
    auto bound = detail::make_list<Member>(std::forward<First>(first), std::forward<Rest>(rest)...);
    return detail::condition<Member, detail::relation::in, decltype(bound)>{std::move(bound)};
  }
  /// `.in({a, b})`. Inside co_await g++ takes no braces: write .in(a, b) there.
  template <class Value>
  [[nodiscard]] constexpr auto in(std::initializer_list<Value> values) const {
    if constexpr (std::is_convertible_v<const Value&, std::string_view>)
      return in(std::vector<std::string>(values.begin(), values.end()));
    else
      return in(std::vector<Value>(values));
  }
};

template <auto Member>
inline constexpr column_reference<Member> col{};

namespace detail {

template <class T>
inline constexpr bool is_condition = false;
template <auto Member, relation Relation, class Bound>
inline constexpr bool is_condition<condition<Member, Relation, Bound>> = true;
template <class... Conditions>
inline constexpr bool is_condition<conjunction<Conditions...>> = true;

template <auto Member, relation Relation, class Bound>
[[nodiscard]] constexpr auto to_conjunction(condition<Member, Relation, Bound> one) {
  return conjunction<condition<Member, Relation, Bound>>{{{std::move(one)}}};
}
template <class... Conditions>
[[nodiscard]] constexpr conjunction<Conditions...> to_conjunction(conjunction<Conditions...> all) {
  return all;
}

template <class... As, class... Bs>
[[nodiscard]] constexpr conjunction<As..., Bs...> join(conjunction<As...> a, conjunction<Bs...> b) {
  return std::move(a.conditions).take([&](As&&... as) {
    return std::move(b.conditions).take([&](Bs&&... bs) {
      return conjunction<As..., Bs...>{{{std::move(as)}..., {std::move(bs)}...}};
    });
  });
}

template <class Other>
[[nodiscard]] consteval bool check_joined() noexcept {
  static_assert(is_condition<Other>,
                "coodie: && joins conditions like col<&T::member> == value with each other only");
  return is_condition<Other>;
}

template <auto Member, relation Relation, class Bound, class Other>
[[nodiscard]] constexpr auto operator&&(condition<Member, Relation, Bound> a, Other b) {
  if constexpr (check_joined<Other>())
    return join(to_conjunction(std::move(a)), to_conjunction(std::move(b)));
  else
    return a;
}
template <class... Conditions, class Other>
[[nodiscard]] constexpr auto operator&&(conjunction<Conditions...> a, Other b) {
  if constexpr (check_joined<Other>())
    return join(std::move(a), to_conjunction(std::move(b)));
  else
    return a;
}

/// There is no OR in CQL.
template <auto Member, relation Relation, class Bound, class Other>
constexpr auto operator||(condition<Member, Relation, Bound> a, Other) {
  static_assert(!is_condition<condition<Member, Relation, Bound>>,
                "coodie: CQL has no OR; use .in(...) for one column, or ask twice");
  return a;
}

}  // namespace detail

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_COLUMN_HPP
