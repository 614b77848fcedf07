// SPDX-License-Identifier: MIT
// coodie::aio::get and find_one.
#ifndef COODIE_ORM_AIO_READ_HPP
#define COODIE_ORM_AIO_READ_HPP

#include <utility>

#include "orm/async_call.hpp"
#include "orm/driver_name.hpp"
#include "orm/read_functions.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

template <class T, row_count Count, class Keys = checked_key_arguments<T>>
struct async_read {
  template <class... Arguments>
  auto operator()(const Arguments&...) const {
    return refuse_async<T>();
  }
};
template <class T, row_count Count, class... Keys>
struct async_read<T, Count, type_list<Keys...>> {
  using result = read_result<T, Count>;

  template <class... Tail>
  auto operator()(const Keys&... keys, const read_options& options, Tail&&... tail) const {
    return call_async(driver_name<T>(options), make_key_read<Count, T>(options, keys...),
                      std::forward<Tail>(tail)...);
  }
  template <class... Tail>
    requires(sizeof...(Tail) <= 2 && !begins_with<read_options, Tail...>)
  auto operator()(const Keys&... keys, Tail&&... tail) const {
    const read_options options{};
    return call_async(driver_name<T>(options), make_key_read<Count, T>(options, keys...),
                      std::forward<Tail>(tail)...);
  }
  template <class Condition, class... Tail>
    requires is_condition<Condition>
  auto operator()(Condition condition, const read_options& options, Tail&&... tail) const {
    auto parts = parts_of<T>(std::move(condition), options);
    if constexpr (decltype(parts)::select_refusal::good)
      return call_async(driver_name<T>(options), parts.template make_one<Count, false>(2),
                        std::forward<Tail>(tail)...);
    else
      return refuse_async<result>(std::forward<Tail>(tail)...);
  }
  template <class Condition, class... Tail>
    requires(is_condition<Condition> && !begins_with<read_options, Tail...>)
  auto operator()(Condition condition, Tail&&... tail) const {
    return (*this)(std::move(condition), read_options{}, std::forward<Tail>(tail)...);
  }
  template <class... Given>
    requires wrong_key_count<sizeof...(Keys), Given...>
  auto operator()(const Given&...) const {
    static_cast<void>(check_key_count<T, sizeof...(Keys), sizeof...(Given)>());
    return refuse_async<result>();
  }
};

}  // namespace detail

namespace aio {

/// As sync::get.
template <class T>
inline constexpr coodie::detail::async_read<T, coodie::detail::row_count::one> get{};

/// As sync::find_one.
template <class T>
inline constexpr coodie::detail::async_read<T, coodie::detail::row_count::optional> find_one{};

}  // namespace aio
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_AIO_READ_HPP
