// SPDX-License-Identifier: MIT
// coodie::sync::get and find_one.
#ifndef COODIE_ORM_SYNC_READ_HPP
#define COODIE_ORM_SYNC_READ_HPP

#include <utility>

#include "orm/blocking_call.hpp"
#include "orm/read_functions.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// A function object, so that the types of the key columns are those of its parameters.
template <class T, row_count Count, class Keys = checked_key_arguments<T>>
struct blocking_read {
  using result = T;
  template <class... Arguments>
  result operator()(const Arguments&...) const {
    return {};
  }
};
template <class T, row_count Count, class... Keys>
struct blocking_read<T, Count, type_list<Keys...>> {
  using result = read_result<T, Count>;

  result operator()(const Keys&... keys, const read_options& options, error_code& ec,
                    diagnostics& diag) const {
    return call_blocking(driver_name<T>(options), make_key_read<Count, T>(options, keys...), ec, diag);
  }
  result operator()(const Keys&... keys, error_code& ec, diagnostics& diag) const {
    return (*this)(keys..., read_options{}, ec, diag);
  }
  template <class Condition>
    requires is_condition<Condition>
  result operator()(Condition condition, const read_options& options, error_code& ec,
                    diagnostics& diag) const {
    auto parts = parts_of<T>(std::move(condition), options);
    if constexpr (decltype(parts)::select_refusal::good)
      return call_blocking(driver_name<T>(options), parts.template make_one<Count, true>(2), ec, diag);
    else
      return {};
  }
  template <class Condition>
    requires is_condition<Condition>
  result operator()(Condition condition, error_code& ec, diagnostics& diag) const {
    return (*this)(std::move(condition), read_options{}, ec, diag);
  }
#if COODIE_HAS_EXCEPTIONS
  result operator()(const Keys&... keys, const read_options& options = {}) const {
    return call_blocking(driver_name<T>(options), make_key_read<Count, T>(options, keys...));
  }
  template <class Condition>
    requires is_condition<Condition>
  result operator()(Condition condition, const read_options& options = {}) const {
    auto parts = parts_of<T>(std::move(condition), options);
    if constexpr (decltype(parts)::select_refusal::good)
      return call_blocking(driver_name<T>(options), parts.template make_one<Count, true>(2));
    else
      return {};
  }
#endif
  template <class... Given>
    requires wrong_key_count<sizeof...(Keys), Given...>
  result operator()(const Given&...) const {
    static_cast<void>(check_key_count<T, sizeof...(Keys), sizeof...(Given)>());
    return {};
  }
};

}  // namespace detail

namespace sync {

/// The row with this key: `get<T>(key columns...)`, in the order of the key, or with these conditions:
/// `get<T>(col<&T::email> == "x")`. Options come last: `get<T>(id, {.timeout = 1s})`.
/// errc::document_not_found (document_not_found) when there is none, errc::multiple_documents
/// (multiple_documents_found) when several match.
template <class T>
inline constexpr coodie::detail::blocking_read<T, coodie::detail::row_count::one> get{};

/// The same, but empty when there is none.
template <class T>
inline constexpr coodie::detail::blocking_read<T, coodie::detail::row_count::optional> find_one{};

}  // namespace sync
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_SYNC_READ_HPP
