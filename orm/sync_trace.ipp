// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SYNC_TRACE_IPP
#define COODIE_ORM_SYNC_TRACE_IPP

#include "orm/sync_trace.hpp"

namespace coodie::inline COODIE_ABI::sync {

query_trace get_trace(const uuid& tracing_id, const trace_options& options, error_code& ec,
                      diagnostics& diag) {
  return coodie::detail::call_blocking(options.driver, coodie::detail::trace_operation(tracing_id, options),
                                       ec, diag);
}
#if COODIE_HAS_EXCEPTIONS
query_trace get_trace(const uuid& tracing_id, const trace_options& options) {
  return coodie::detail::call_blocking(options.driver, coodie::detail::trace_operation(tracing_id, options));
}
#endif

}  // namespace coodie::inline COODIE_ABI::sync

#endif  // COODIE_ORM_SYNC_TRACE_IPP
