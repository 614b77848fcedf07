// SPDX-License-Identifier: MIT
// coodie::aio::get_trace: reads what the server has written down about a traced request.
#ifndef COODIE_ORM_AIO_TRACE_HPP
#define COODIE_ORM_AIO_TRACE_HPP

#include <utility>

#include "orm/async_call.hpp"
#include "orm/trace_operation.hpp"

namespace coodie::inline COODIE_ABI::aio {

/// As sync::get_trace; completes with void(error_code, query_trace).
template <class... Tail>
auto get_trace(const uuid& tracing_id, const trace_options& options, Tail&&... tail) {
  return coodie::detail::call_async(options.driver, coodie::detail::trace_operation(tracing_id, options),
                                    std::forward<Tail>(tail)...);
}
template <class... Tail>
  requires(!coodie::detail::begins_with<trace_options, Tail...>)
auto get_trace(const uuid& tracing_id, Tail&&... tail) {
  return aio::get_trace(tracing_id, trace_options{}, std::forward<Tail>(tail)...);
}

}  // namespace coodie::inline COODIE_ABI::aio

#endif  // COODIE_ORM_AIO_TRACE_HPP
