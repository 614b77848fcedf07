// SPDX-License-Identifier: MIT
// coodie::aio: save, insert, update, remove.
#ifndef COODIE_ORM_AIO_WRITE_HPP
#define COODIE_ORM_AIO_WRITE_HPP

#include <cstddef>
#include <type_traits>
#include <utility>

#include "orm/async_call.hpp"
#include "orm/driver_name.hpp"
#include "orm/write_check.hpp"

// The functions of coodie::sync by the same names with the same arguments, and behind them any completion
// token, or diagnostics& and then a token: completion with void(error_code, result), or void(error_code)
// where there is none. Without a token: co_await the call in an asio::awaitable<> coroutine; it throws what
// the blocking form throws. With a token the values are taken before the function returns. An awaitable
// refers to its arguments: co_await it in the expression that makes it.

namespace coodie::inline COODIE_ABI {
namespace detail {

template <class T, class... Tail>
auto save_async(const T& object, const save_options& options, Tail&&... tail) {
  if constexpr (check_save<T>())
    return call_async(driver_name<T>(options), make_save(object, options), std::forward<Tail>(tail)...);
  else
    return refuse_async<void>(std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
auto insert_async(const T& object, const insert_options& options, Tail&&... tail) {
  if constexpr (check_save<T>() && check_owning<T>())
    return call_async(driver_name<T>(options), make_insert(object, options), std::forward<Tail>(tail)...);
  else
    return refuse_async<lwt_result<T>>(std::forward<Tail>(tail)...);
}
template <class T, class Sorted, class... Tail>
auto update_async(const T& object, Sorted sorted, Tail&&... tail) {
  if constexpr (check_sorted_update<T, Sorted>()) {
    const std::string_view driver = driver_name<T>(sorted.options);
    return call_async(driver, make_update(object, std::move(sorted)), std::forward<Tail>(tail)...);
  } else {
    return refuse_async<write_result<T, typename Sorted::clause_type>>(std::forward<Tail>(tail)...);
  }
}
template <class T, class Clause, class... Tail>
auto remove_async(const T& object, Clause clause, const remove_options& options, Tail&&... tail) {
  if constexpr (check_remove<T, Clause>())
    return call_async(driver_name<T>(options), make_remove(object, std::move(clause), options),
                      std::forward<Tail>(tail)...);
  else
    return refuse_async<write_result<T, Clause>>(std::forward<Tail>(tail)...);
}

template <class... Tail>
inline constexpr bool begins_with_clause = false;
template <class First, class... Rest>
inline constexpr bool begins_with_clause<First, Rest...> = is_clause<std::remove_cvref_t<First>>;

/// The number of arguments that belong to update itself.
template <class... Arguments>
[[nodiscard]] consteval std::size_t count_update_arguments() noexcept {
  constexpr bool own[] = {is_update_argument<std::remove_cvref_t<Arguments>>..., false};
  std::size_t n = 0;
  while (own[n]) ++n;
  return n;
}

}  // namespace detail

namespace aio {

/// As sync::save.
template <class T, class... Tail>
auto save(const T& object, const save_options& options, Tail&&... tail) {
  return coodie::detail::save_async(object, options, std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<save_options, Tail...>)
auto save(const T& object, Tail&&... tail) {
  return coodie::detail::save_async(object, {}, std::forward<Tail>(tail)...);
}

/// As sync::insert.
template <class T, class... Tail>
auto insert(const T& object, const insert_options& options, Tail&&... tail) {
  return coodie::detail::insert_async(object, options, std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<insert_options, Tail...>)
auto insert(const T& object, Tail&&... tail) {
  return coodie::detail::insert_async(object, {}, std::forward<Tail>(tail)...);
}

/// As sync::update.
template <class T, class... Arguments>
auto update(const T& object, Arguments&&... arguments) {
  return coodie::detail::sort_first<coodie::detail::count_update_arguments<Arguments...>()>(
      [&]<class... Tail>(auto sorted, Tail&&... tail) {
        return coodie::detail::update_async(object, std::move(sorted), std::forward<Tail>(tail)...);
      },
      std::forward<Arguments>(arguments)...);
}
template <class T, class... Arguments>
auto update(const T& object, const update_options& options, Arguments&&... arguments) {
  return aio::update(object, update_options(options), std::forward<Arguments>(arguments)...);
}

/// As sync::remove.
template <class T, class... Tail>
auto remove(const T& object, const remove_options& options, Tail&&... tail) {
  return coodie::detail::remove_async(object, coodie::detail::no_clause(), options,
                                      std::forward<Tail>(tail)...);
}
template <class T, class Clause, class... Tail>
  requires coodie::detail::is_clause<Clause>
auto remove(const T& object, Clause clause, const remove_options& options, Tail&&... tail) {
  return coodie::detail::remove_async(object, std::move(clause), options, std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<remove_options, Tail...> &&
           !coodie::detail::begins_with_clause<Tail...>)
auto remove(const T& object, Tail&&... tail) {
  return coodie::detail::remove_async(object, coodie::detail::no_clause(), {}, std::forward<Tail>(tail)...);
}
template <class T, class Clause, class... Tail>
  requires(coodie::detail::is_clause<Clause> && !coodie::detail::begins_with<remove_options, Tail...>)
auto remove(const T& object, Clause clause, Tail&&... tail) {
  return coodie::detail::remove_async(object, std::move(clause), {}, std::forward<Tail>(tail)...);
}

// A temporary object, where the compiler would destroy it twice.
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
void save(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
}
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
void insert(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
}
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
void update(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
}
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
void remove(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
}

}  // namespace aio
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_AIO_WRITE_HPP
