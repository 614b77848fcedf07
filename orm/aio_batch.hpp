// SPDX-License-Identifier: MIT
// coodie::aio::apply: sends a batch.
#ifndef COODIE_ORM_AIO_BATCH_HPP
#define COODIE_ORM_AIO_BATCH_HPP

#include <string_view>
#include <utility>

#include "driver/execute.hpp"
#include "orm/async_call.hpp"
#include "orm/batch_operation.hpp"

namespace coodie::inline COODIE_ABI {

template <class... Tail>
auto abstract_driver::execute_batch_async(const batch& what, const batch_options& options, Tail&&... tail) {
  return detail::start_on(detail::share_driver(*this), detail::own_batch_operation(batch(what), options),
                          std::forward<Tail>(tail)...);
}

namespace aio {

/// As sync::apply. The batch is copied, or taken with std::move.
template <class... Tail>
auto apply(batch what, const batch_options& options, Tail&&... tail) {
  const std::string_view driver = coodie::detail::batch_driver(what, options);
  return coodie::detail::call_async(driver, coodie::detail::batch_operation(std::move(what), options),
                                    std::forward<Tail>(tail)...);
}
template <class... Tail>
  requires(!coodie::detail::begins_with<batch_options, Tail...>)
auto apply(batch what, Tail&&... tail) {
  return aio::apply(std::move(what), batch_options{}, std::forward<Tail>(tail)...);
}

/// The same for a batch over the table of T alone; shows the rows that stood in the way.
template <class T, class... Tail>
  requires coodie::detail::is_table<T>
auto apply(batch what, const batch_options& options, Tail&&... tail) {
  const std::string_view driver = coodie::detail::batch_driver(what, options);
  if constexpr (coodie::detail::owning_refusal<T>::good)
    return coodie::detail::call_async(driver,
                                      coodie::detail::typed_batch_operation<T>(std::move(what), options),
                                      std::forward<Tail>(tail)...);
  else
    return coodie::detail::refuse_async<typed_batch_result<T>>(std::forward<Tail>(tail)...);
}
template <class T, class... Tail>
  requires(coodie::detail::is_table<T> && !coodie::detail::begins_with<batch_options, Tail...>)
auto apply(batch what, Tail&&... tail) {
  return aio::apply<T>(std::move(what), batch_options{}, std::forward<Tail>(tail)...);
}

}  // namespace aio
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_AIO_BATCH_HPP
