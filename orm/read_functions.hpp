// SPDX-License-Identifier: MIT
// get and find_one: what sync and aio share of them.
#ifndef COODIE_ORM_READ_FUNCTIONS_HPP
#define COODIE_ORM_READ_FUNCTIONS_HPP

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include "orm/key_query.hpp"
#include "orm/query_chain.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// What get and find_one return.
template <class T, row_count Count>
using read_result = std::conditional_t<Count == row_count::one, one_row<T>, std::optional<one_row<T>>>;

/// The key arguments of T as a type_list; void when T is no table, which the compiler has said then.
template <class T, bool Valid>
struct checked_key {
  using type = void;
};
template <class T>
struct checked_key<T, true> {
  using type = key_arguments<T>;
};
template <class T>
using checked_key_arguments = typename checked_key<T, refusal<T, model_verdict<T>>::good>::type;

template <row_count Count, class T, class... Keys>
[[nodiscard]] auto make_key_read(const read_options& options, const Keys&... keys) {
  using query = key_query<T, Keys...>;
  return read_one_operation<query, T, Count>(query(keys...), options);
}

/// The parts of find<T>(condition).
template <class T, class... Conditions>
[[nodiscard]] auto make_parts(conjunction<Conditions...> where, const read_options& options) {
  return first_parts<T, Conditions...>{std::move(where), {}, options};
}
template <class T, class Condition>
[[nodiscard]] auto parts_of(Condition condition, const read_options& options) {
  if constexpr (check_condition<Condition>())
    return make_parts<T>(to_conjunction(std::move(condition)), options);
  else
    return make_parts<T>(conjunction<>{}, options);
}

/// Refuses get(...) with too few or too many values.
template <class T, std::size_t Wanted, std::size_t Given>
[[nodiscard]] consteval bool check_key_count() noexcept {
  static_assert(
      Wanted == Given,
      "coodie: this takes one value for each key column, in the order of the key, or a condition; for a "
      "part of the key use find<T>(condition)");
  return Wanted == Given;
}
/// So many arguments may be right: the key, then perhaps options, a token or an error_code, and diagnostics.
template <std::size_t Keys, class... Given>
inline constexpr bool wrong_key_count = !(is_condition<std::remove_cvref_t<Given>> || ...) &&
                                        (sizeof...(Given) < Keys || sizeof...(Given) > Keys + 3);

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_READ_FUNCTIONS_HPP
