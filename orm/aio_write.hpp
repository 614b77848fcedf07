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

template <class... Tail>
inline constexpr bool begins_with_clause = false;
template <class First, class... Rest>
inline constexpr bool begins_with_clause<First, Rest...> =
    is_clause<std::remove_cvref_t<First>> || std::is_same_v<std::remove_cvref_t<First>, no_clause>;

template <class... Tail>
inline constexpr bool begins_with_condition = false;
template <class First, class... Rest>
inline constexpr bool begins_with_condition<First, Rest...> = is_condition<std::remove_cvref_t<First>>;

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
  if constexpr (coodie::detail::save_refusal<T>::good)
    return coodie::detail::call_async(coodie::detail::driver_name<T>(options),
                                      coodie::detail::make_save(object, options),
                                      std::forward<Tail>(tail)...);
  else
    return coodie::detail::refuse_async<void>(std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<save_options, Tail...>)
auto save(const T& object, Tail&&... tail) {
  return aio::save(object, save_options{}, std::forward<Tail>(tail)...);
}

/// As sync::insert.
template <class T, class... Tail>
auto insert(const T& object, const insert_options& options, Tail&&... tail) {
  if constexpr (coodie::detail::insert_refusal<T>::good)
    return coodie::detail::call_async(coodie::detail::driver_name<T>(options),
                                      coodie::detail::make_insert(object, options),
                                      std::forward<Tail>(tail)...);
  else
    return coodie::detail::refuse_async<lwt_result<T>>(std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<insert_options, Tail...>)
auto insert(const T& object, Tail&&... tail) {
  return aio::insert(object, insert_options{}, std::forward<Tail>(tail)...);
}

/// As sync::update.
template <class T, class... Arguments>
auto update(const T& object, Arguments&&... arguments) {
  constexpr std::size_t own = coodie::detail::count_update_arguments<Arguments...>();
  using sorted_type = coodie::detail::sorted_arguments<own, Arguments...>;
  if constexpr (coodie::detail::update_refusal<T, sorted_type>::good)
    return coodie::detail::sort_first<own>(
        [&]<class... Tail>(sorted_type sorted, Tail&&... tail) {
          const std::string_view driver = coodie::detail::driver_name<T>(sorted.options);
          return coodie::detail::call_async(driver, coodie::detail::make_update(object, std::move(sorted)),
                                            std::forward<Tail>(tail)...);
        },
        std::forward<Arguments>(arguments)...);
  else
    return coodie::detail::refuse_async<coodie::detail::write_result<T, typename sorted_type::clause_type>>();
}
template <class T, class... Arguments>
auto update(const T& object, const update_options& options, Arguments&&... arguments) {
  return aio::update(object, update_options(options), std::forward<Arguments>(arguments)...);
}

/// As sync::remove.
template <class T, class Clause, class... Tail>
  requires(coodie::detail::is_clause<Clause> || std::is_same_v<Clause, coodie::detail::no_clause>)
auto remove(const T& object, Clause clause, const remove_options& options, Tail&&... tail) {
  if constexpr (coodie::detail::remove_refusal<T, Clause>::good)
    return coodie::detail::call_async(coodie::detail::driver_name<T>(options),
                                      coodie::detail::make_remove(object, std::move(clause), options),
                                      std::forward<Tail>(tail)...);
  else
    return coodie::detail::refuse_async<coodie::detail::write_result<T, Clause>>(std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
auto remove(const T& object, const remove_options& options, Tail&&... tail) {
  return aio::remove(object, coodie::detail::no_clause(), options, std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(!coodie::detail::begins_with<remove_options, Tail...> &&
           !coodie::detail::begins_with_clause<Tail...> && !coodie::detail::begins_with_condition<Tail...>)
auto remove(const T& object, Tail&&... tail) {
  return aio::remove(object, coodie::detail::no_clause(), remove_options{}, std::forward<Tail>(tail)...);
}
template <class T, class Clause, class... Tail>
  requires(coodie::detail::is_clause<Clause> && !coodie::detail::begins_with<remove_options, Tail...>)
auto remove(const T& object, Clause clause, Tail&&... tail) {
  return aio::remove(object, std::move(clause), remove_options{}, std::forward<Tail>(tail)...);
}

template <class T, class Condition, class... Tail>
  requires coodie::detail::is_condition<Condition>
auto remove(const T&, Condition, Tail&&... tail) {
  static_cast<void>(coodie::detail::refuse_remove_where<T>());
  return coodie::detail::refuse_async<void>(std::forward<Tail>(tail)...);
}

// A temporary object, where the compiler would destroy it twice. Options in braces match no template
// parameter, so that they need overloads of their own.
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
auto save(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<void>();
}
template <class T, class... Tail>
  requires coodie::detail::needs_name<T>
auto save(T&&, const save_options&, Tail&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<void>();
}
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
auto insert(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<lwt_result<std::remove_cvref_t<T>>>();
}
template <class T, class... Tail>
  requires coodie::detail::needs_name<T>
auto insert(T&&, const insert_options&, Tail&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<lwt_result<std::remove_cvref_t<T>>>();
}
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
auto update(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<void>();
}
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
auto update(T&&, const update_options&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<void>();
}
template <class T, class... Arguments>
  requires coodie::detail::needs_name<T>
auto remove(T&&, Arguments&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<void>();
}
template <class T, class... Tail>
  requires coodie::detail::needs_name<T>
auto remove(T&&, const remove_options&, Tail&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<void>();
}
template <class T, class Clause, class... Tail>
  requires(coodie::detail::needs_name<T> && coodie::detail::is_clause<Clause>)
auto remove(T&&, Clause, const remove_options&, Tail&&...) {
  coodie::detail::report_temporary<T>();
  return coodie::detail::refuse_async<void>();
}

}  // namespace aio
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_AIO_WRITE_HPP
