// SPDX-License-Identifier: MIT
// coodie::sync::get_trace: reads what the server has written down about a traced request.
#ifndef COODIE_ORM_SYNC_TRACE_HPP
#define COODIE_ORM_SYNC_TRACE_HPP

#include "orm/blocking_call.hpp"
#include "orm/trace_operation.hpp"

namespace coodie::inline COODIE_ABI::sync {

/// The trace of a request that was executed with {.tracing = true}: `get_trace(*result.tracing_id())`. Nodes
/// write it down behind the answer, so that its end is waited for up to options.wait; what is there then is
/// given. errc::document_not_found when there is nothing.
COODIE_DECL query_trace get_trace(const uuid& tracing_id, const trace_options& options, error_code& ec,
                                  diagnostics& diag);
inline query_trace get_trace(const uuid& tracing_id, error_code& ec, diagnostics& diag) {
  return sync::get_trace(tracing_id, {}, ec, diag);
}
#if COODIE_HAS_EXCEPTIONS
/// Throws document_not_found.
COODIE_DECL query_trace get_trace(const uuid& tracing_id, const trace_options& options = {});
#endif

}  // namespace coodie::inline COODIE_ABI::sync

#endif  // COODIE_ORM_SYNC_TRACE_HPP
