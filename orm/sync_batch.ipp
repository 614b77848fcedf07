// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SYNC_BATCH_IPP
#define COODIE_ORM_SYNC_BATCH_IPP

#include "orm/sync_batch.hpp"

namespace coodie::inline COODIE_ABI {

batch_result abstract_driver::execute_batch(const batch& what, const batch_options& options, error_code& ec,
                                            diagnostics& diag) {
  return detail::run_blocking(*this, detail::own_batch_operation(what, options), ec, diag);
}
#if COODIE_HAS_EXCEPTIONS
batch_result abstract_driver::execute_batch(const batch& what, const batch_options& options) {
  return detail::run_blocking(*this, detail::own_batch_operation(what, options));
}
batch_result abstract_driver::execute_batch(const batch& what) { return execute_batch(what, {}); }
#endif

namespace sync {

batch_result apply(const batch& what, const batch_options& options, error_code& ec, diagnostics& diag) {
  return coodie::detail::call_blocking(coodie::detail::batch_driver(what, options),
                                       coodie::detail::batch_operation(what, options), ec, diag);
}
#if COODIE_HAS_EXCEPTIONS
batch_result apply(const batch& what, const batch_options& options) {
  return coodie::detail::call_blocking(coodie::detail::batch_driver(what, options),
                                       coodie::detail::batch_operation(what, options));
}
#endif

}  // namespace sync

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_SYNC_BATCH_IPP
