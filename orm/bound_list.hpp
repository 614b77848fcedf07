// SPDX-License-Identifier: MIT
// The values of `column IN ?`: one list, bound as one value.
#ifndef COODIE_ORM_BOUND_LIST_HPP
#define COODIE_ORM_BOUND_LIST_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "orm/bound_value.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The column of a member, where a compiler prints it.
template <auto Member>
struct column_of {};

/// A container of Element, kept or referred to, as a list<...> of its elements.
template <class Element, class Range>
struct bound_list {
  static constexpr bool may_be_null = false;
  Range range;  ///< held_value or referred_value
  bool fits = true;

  [[nodiscard]] errc check() const noexcept {
    if (!fits) return errc::value_out_of_range;
    for (const Element& each : range.get())
      if (errc e = protocol::check_value(each); e != errc::ok) return e;
    return errc::ok;
  }
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t n = 8;
    for (const Element& each : range.get()) n += protocol::value_size(each);
    return n;
  }
  [[nodiscard]] std::byte* put(std::byte* to) const noexcept {
    std::byte* const start = to;
    std::int32_t count = 0;
    to += 8;
    for (const Element& each : range.get()) {
      to = protocol::put_value(to, each);
      ++count;
    }
    protocol::store_big(start, static_cast<std::int32_t>(to - start - 4));
    protocol::store_big(start + 4, count);
    return to;
  }
};

template <class Element, class Range>
[[nodiscard]] std::size_t bound_size(const bound_list<Element, Range>& bound) noexcept {
  return bound.size();
}
template <class Element, class Range>
[[nodiscard]] std::byte* put_bound(std::byte* to, const bound_list<Element, Range>& bound) noexcept {
  return bound.put(to);
}

template <class T>
concept container_of_values = requires(const T& range) {
  range.begin();
  range.end();
} && !std::is_convertible_v<const T&, std::string_view>;

template <class Element, class Container>
[[nodiscard]] constexpr auto list_of(Container&& container) {
  auto range = hold(std::forward<Container>(container));
  return bound_list<Element, decltype(range)>{std::move(range)};
}

template <class Column, class Element>
[[nodiscard]] consteval bool element_fits() noexcept {
  constexpr binding how = choose_binding<Column, const Element&>();
  return how == binding::same ||
         ((how == binding::text || how == binding::bytes) && has_value_codec<Element>);
}

template <class Column, bool Fits>
[[nodiscard]] consteval bool check_elements_fit() noexcept {
  static_assert(Fits, "coodie: the elements of the list in .in() do not have the type of the column");
  return Fits;
}

/// `values...` of types that the column takes.
template <class Column, class... Values>
[[nodiscard]] constexpr auto list_of_each(Values&&... values) {
  constexpr std::size_t n = sizeof...(Values);
  if constexpr (std::is_same_v<Column, std::string> || std::is_same_v<Column, std::string_view>) {
    if constexpr ((is_owning_temporary<Values> || ...))
      return list_of<std::string>(std::array<std::string, n>{own_text(std::forward<Values>(values))...});
    else
      return list_of<std::string_view>(std::array<std::string_view, n>{std::string_view(values)...});
  } else if constexpr (std::is_same_v<Column, std::span<const std::byte>> &&
                       (is_owning_temporary<Values> || ...)) {
    return list_of<blob>(std::array<blob, n>{own_bytes(values)...});
  } else if constexpr (is_plain_integer<Column>) {
    auto list = list_of<Column>(std::array<Column, n>{static_cast<Column>(values)...});
    list.fits = (std::in_range<Column>(values) && ...);
    return list;
  } else {
    return list_of<Column>(std::array<Column, n>{static_cast<Column>(std::forward<Values>(values))...});
  }
}

template <auto Member, class First, class... Rest>
[[nodiscard]] constexpr auto make_list(First&& first, Rest&&... rest) {
  using traits = member_pointer_traits<std::remove_cv_t<decltype(Member)>>;
  using column = remove_optional_t<typename traits::member_type>;
  using given = std::remove_cvref_t<First>;
  if constexpr (sizeof...(Rest) == 0 && container_of_values<given> && !std::is_same_v<given, column>) {
    using element = std::remove_cvref_t<decltype(*first.begin())>;
    if constexpr (check_elements_fit<column_of<Member>, element_fits<column, element>()>())
      return list_of<element>(std::forward<First>(first));
    else
      return list_of<column>(std::array<column, 1>{});
  } else {
    constexpr bool allowed =
        check_binding<column_of<Member>, column, given, choose_binding<column, First>()>() &&
        (check_binding<column_of<Member>, column, std::remove_cvref_t<Rest>,
                       choose_binding<column, Rest>()>() &&
         ...);
    if constexpr (allowed)
      return list_of_each<column>(std::forward<First>(first), std::forward<Rest>(rest)...);
    else
      return list_of<column>(std::array<column, 1>{});
  }
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_BOUND_LIST_HPP
