// SPDX-License-Identifier: MIT
// Whether a struct can be a table.
#ifndef COODIE_ORM_MODEL_CHECK_HPP
#define COODIE_ORM_MODEL_CHECK_HPP

#include <cstddef>
#include <type_traits>

#include "orm/refusals.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Initialises a base class. Never called.
template <class T>
struct any_base {
  template <class Base>
    requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>)
  operator Base() const noexcept;
};
template <class T>
concept has_base_class = requires { T{any_base<T>{}}; };

template <class T>
[[nodiscard]] consteval fault judge_struct() noexcept {
  if constexpr (!is_table<T>) {
    return fault::no_table;
  } else if constexpr (!column_access<T>::reflected) {
    if constexpr (column_access<T>::size == 0) return fault::no_members;
  } else if constexpr (!std::is_aggregate_v<T>) {
    return fault::not_aggregate;
  } else if constexpr (has_base_class<T>) {
    return fault::has_base;
  } else if constexpr (has_array_member<T>) {
    return fault::array_member;
  } else if constexpr (member_count<T> == 0) {
    return fault::no_members;
  } else if constexpr (member_count<T> > max_reflected_members) {
    return fault::too_many_members;
  }
  return std::is_default_constructible_v<T> ? fault::none : fault::no_default;
}

template <class T>
[[nodiscard]] consteval verdict judge_model() noexcept {
  if constexpr (constexpr fault what = judge_struct<T>(); what != fault::none) {
    return {what, no_column};
  } else if constexpr (constexpr std::size_t unmapped = first_unmapped(column_types<T>());
                       unmapped != no_column) {
    return {fault::unmapped_type, unmapped};
  } else {
    return {table_of_model<T>.problem, table_of_model<T>.culprit};
  }
}
/// What is wrong with the struct T as a table.
template <class T>
inline constexpr verdict model_verdict = judge_model<T>();

/// `good` for a struct that is a table; else it does not compile.
template <class T>
using model_refusal = refusal<T, model_verdict<T>>;
/// The same as a function.
template <class T>
[[nodiscard]] consteval bool check_model() noexcept {
  return refusal<T, model_verdict<T>>::good;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_MODEL_CHECK_HPP
