// SPDX-License-Identifier: MIT
// The members of a plain struct: how many, what they are called, and references to all of them.
#ifndef COODIE_ORM_REFLECT_HPP
#define COODIE_ORM_REFLECT_HPP

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "orm/member_binder.hpp"
#include "orm/member_name.hpp"
#include "protocol/config.hpp"

// An aggregate is taken apart by structured bindings, which need the number of its members: the longest list
// of initialisers that it takes. Their names stand in the name that the compiler gives to a function whose
// template argument points to the member.

namespace coodie::inline COODIE_ABI::detail {

inline constexpr std::size_t max_reflected_members = 64;

/// Initialises a member of any type. Never called.
struct any_member {
  template <class Member>
  operator Member() const noexcept;
};

template <class T, std::size_t... I>
[[nodiscard]] consteval bool takes_initialisers(std::index_sequence<I...>) noexcept {
  return requires { T{(static_cast<void>(I), any_member{})...}; };
}

/// The greatest number of initialisers in [Low, High] that T takes; it takes all lower numbers too.
template <class T, std::size_t Low, std::size_t High>
[[nodiscard]] consteval std::size_t count_members() noexcept {
  if constexpr (Low == High) {
    return Low;
  } else {
    constexpr std::size_t middle = (Low + High + 1) / 2;
    if constexpr (takes_initialisers<T>(std::make_index_sequence<middle>()))
      return count_members<T, middle, High>();
    else
      return count_members<T, Low, middle - 1>();
  }
}

/// Members of the aggregate T; max_reflected_members + 1 when there are more than can be reflected.
template <class T>
inline constexpr std::size_t member_count = count_members<T, 0, max_reflected_members + 1>();

#if defined(__cpp_aggregate_paren_init)
template <class T, std::size_t... I>
[[nodiscard]] consteval bool takes_one_for_each(std::index_sequence<I...>) noexcept {
  return requires { T((static_cast<void>(I), any_member{})...); };
}
/// T has a member that is an array: its elements count as members, for braces around them may be left out.
/// Parentheses leave out nothing.
template <class T>
inline constexpr bool has_array_member =
    member_count<T> > 1 && !takes_one_for_each<T>(std::make_index_sequence<member_count<T>>());
#else
template <class T>
inline constexpr bool has_array_member = false;
#endif

/// Room for a T that is never made: the addresses of its members are constants.
template <class T>
union member_addresses {
  char none;
  T object;

  constexpr member_addresses() noexcept : none() {}
  constexpr ~member_addresses() {}
};
#if defined(__clang__)
template <class T>
inline member_addresses<T> addresses_of{};
#else
// g++ would destroy a variable at the end of the program; it takes a constant of such a type.
template <class T>
inline constexpr member_addresses<T> addresses_of{};
#endif

/// A pointer as a template argument; clang takes pointers to members of an object only inside a class.
template <class Pointer>
struct named_pointer {
  Pointer pointer;
};

template <std::size_t I, class Pointer>
struct indexed_pointer {
  Pointer pointer;
};
template <class Indices, class... Pointers>
struct pointer_list;
template <std::size_t... I, class... Pointers>
struct pointer_list<std::index_sequence<I...>, Pointers...> : indexed_pointer<I, Pointers>... {};

template <std::size_t I, class Pointer>
[[nodiscard]] consteval named_pointer<Pointer> pointer_at(const indexed_pointer<I, Pointer>& each) noexcept {
  return {each.pointer};
}

template <class T>
[[nodiscard]] consteval auto member_pointers() noexcept {
  constexpr std::size_t n = member_count<T>;
  return member_binder<n>::visit(addresses_of<T>.object, [](auto&... members) {
    return pointer_list<std::make_index_sequence<n>, decltype(&members)...>{{&members}...};
  });
}

template <class T, std::size_t... I>
[[nodiscard]] consteval auto list_member_names(std::index_sequence<I...>) noexcept {
  constexpr auto pointers = member_pointers<T>();
  return std::array<std::string_view, sizeof...(I)>{
      last_name(describe_pointer<pointer_at<I>(pointers)>())...};
}

/// The names of all members of the aggregate T, in their order.
template <class T>
inline constexpr auto member_names = list_member_names<T>(std::make_index_sequence<member_count<T>>());

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_REFLECT_HPP
