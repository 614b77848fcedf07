// SPDX-License-Identifier: MIT
// A few values of different types, side by side: what is needed of std::tuple, at a fraction of its cost.
#ifndef COODIE_ORM_VALUE_PACK_HPP
#define COODIE_ORM_VALUE_PACK_HPP

#include <cstddef>
#include <type_traits>
#include <utility>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

template <std::size_t I, class Value>
struct value_at {
  Value value;
};
template <class Indices, class... Values>
struct value_pack_of;
template <std::size_t... I, class... Values>
struct value_pack_of<std::index_sequence<I...>, Values...> : value_at<I, Values>... {
  /// Calls f with all values.
  template <class F>
  constexpr decltype(auto) visit(F&& f) const {
    return f(static_cast<const value_at<I, Values>&>(*this).value...);
  }
  /// Calls f with all values and takes them away.
  template <class F>
  constexpr decltype(auto) take(F&& f) && {
    return f(static_cast<value_at<I, Values>&&>(*this).value...);
  }
};
template <class... Values>
using value_pack = value_pack_of<std::index_sequence_for<Values...>, Values...>;

/// The value of number I.
template <std::size_t I, class Value>
[[nodiscard]] constexpr const std::remove_reference_t<Value>& value_of(
    const value_at<I, Value>& holder) noexcept {
  return holder.value;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_VALUE_PACK_HPP
