// SPDX-License-Identifier: MIT
// coodie::sync: save, insert, update, remove.
#ifndef COODIE_ORM_SYNC_WRITE_HPP
#define COODIE_ORM_SYNC_WRITE_HPP

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "orm/blocking_call.hpp"
#include "orm/write_check.hpp"

// Each function has two forms: f(arguments) throws coodie::error or a type derived from it (and is not there
// without exceptions); f(arguments, error_code&, diagnostics&) never throws.

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The number of arguments before error_code&, diagnostics&.
template <class... Arguments>
[[nodiscard]] consteval std::size_t count_before_outcome() noexcept {
  constexpr bool is_code[] = {std::is_same_v<Arguments, error_code&>..., false};
  for (std::size_t i = 0; i < sizeof...(Arguments); ++i)
    if (is_code[i]) return i;
  return sizeof...(Arguments);
}

}  // namespace detail

namespace sync {

/// Writes the whole row: creates it, or overwrites all its columns. An empty std::optional is written as null
/// (or left alone with {.nulls = nulls::unset}).
template <class T>
void save(const T& object, const save_options& options, error_code& ec, diagnostics& diag) {
  if constexpr (coodie::detail::save_refusal<T>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_save(object, options), ec, diag);
}
template <class T>
void save(const T& object, error_code& ec, diagnostics& diag) {
  sync::save(object, save_options{}, ec, diag);
}

/// Writes the row if there is none with its key. The answer tells whether it did, else shows the row that is
/// there. Empty std::optionals are not written.
template <class T>
lwt_result<T> insert(const T& object, const insert_options& options, error_code& ec, diagnostics& diag) {
  if constexpr (coodie::detail::insert_refusal<T>::good)
    return coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                         coodie::detail::make_insert(object, options), ec, diag);
  else
    return {};
}
template <class T>
lwt_result<T> insert(const T& object, error_code& ec, diagnostics& diag) {
  return sync::insert(object, insert_options{}, ec, diag);
}

/// Changes some columns of the row with the object's key; the object itself stays as it is:
/// `update(post, {.ttl = 24h}, col<&T::views> = 1, col<&T::tags> += tags, only_if(col<&T::views> == 0))`.
/// Options and only_if or if_exists may be left out. With only_if or if_exists it returns lwt_result<T>, else
/// nothing; without them it creates a row that is not there.
template <class T, class... Arguments>
auto update(const T& object, Arguments&&... arguments) {
  constexpr std::size_t own = coodie::detail::count_before_outcome<Arguments...>();
  static_assert(
      COODIE_HAS_EXCEPTIONS || own != sizeof...(Arguments),
      "coodie: without exceptions update() takes error_code& and diagnostics& as its last arguments");
  using sorted_type = coodie::detail::sorted_arguments<own, Arguments...>;
  if constexpr (coodie::detail::update_refusal<T, sorted_type>::good)
    return coodie::detail::sort_first<own>(
        [&](sorted_type sorted, auto&... outcome) {
          const std::string_view driver = coodie::detail::driver_name<T>(sorted.options);
          return coodie::detail::call_blocking(driver, coodie::detail::make_update(object, std::move(sorted)),
                                               outcome...);
        },
        std::forward<Arguments>(arguments)...);
  else
    return coodie::detail::write_result<T, typename sorted_type::clause_type>();
}
template <class T, class... Arguments>
auto update(const T& object, const update_options& options, Arguments&&... arguments) {
  return sync::update(object, update_options(options), std::forward<Arguments>(arguments)...);
}

/// Removes the row with the object's key. With only_if or if_exists it returns lwt_result<T>, else nothing.
template <class T>
void remove(const T& object, const remove_options& options, error_code& ec, diagnostics& diag) {
  using clause = coodie::detail::no_clause;
  if constexpr (coodie::detail::remove_refusal<T, clause>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_remove(object, clause(), options), ec, diag);
}
template <class T>
void remove(const T& object, error_code& ec, diagnostics& diag) {
  sync::remove(object, remove_options{}, ec, diag);
}
template <class T, class Clause>
  requires coodie::detail::is_clause<Clause>
lwt_result<T> remove(const T& object, Clause clause, const remove_options& options, error_code& ec,
                     diagnostics& diag) {
  if constexpr (coodie::detail::remove_refusal<T, Clause>::good)
    return coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                         coodie::detail::make_remove(object, std::move(clause), options), ec,
                                         diag);
  else
    return {};
}
template <class T, class Clause>
  requires coodie::detail::is_clause<Clause>
lwt_result<T> remove(const T& object, Clause clause, error_code& ec, diagnostics& diag) {
  return sync::remove(object, std::move(clause), remove_options{}, ec, diag);
}

template <class T, class Condition, class... Others>
  requires coodie::detail::is_condition<Condition>
void remove(const T&, Condition, const Others&...) {
  static_cast<void>(coodie::detail::refuse_remove_where<T>());
}

#if COODIE_HAS_EXCEPTIONS
template <class T>
void save(const T& object, const save_options& options = {}) {
  if constexpr (coodie::detail::save_refusal<T>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_save(object, options));
}
template <class T>
lwt_result<T> insert(const T& object, const insert_options& options = {}) {
  if constexpr (coodie::detail::insert_refusal<T>::good)
    return coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                         coodie::detail::make_insert(object, options));
  else
    return {};
}
template <class T>
void remove(const T& object, const remove_options& options = {}) {
  using clause = coodie::detail::no_clause;
  if constexpr (coodie::detail::remove_refusal<T, clause>::good)
    coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                  coodie::detail::make_remove(object, clause(), options));
}
template <class T, class Clause>
  requires coodie::detail::is_clause<Clause>
lwt_result<T> remove(const T& object, Clause clause, const remove_options& options = {}) {
  if constexpr (coodie::detail::remove_refusal<T, Clause>::good)
    return coodie::detail::call_blocking(coodie::detail::driver_name<T>(options),
                                         coodie::detail::make_remove(object, std::move(clause), options));
  else
    return {};
}
#endif

}  // namespace sync
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_SYNC_WRITE_HPP
