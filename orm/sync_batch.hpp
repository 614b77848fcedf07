// SPDX-License-Identifier: MIT
// coodie::sync::apply: sends a batch.
#ifndef COODIE_ORM_SYNC_BATCH_HPP
#define COODIE_ORM_SYNC_BATCH_HPP

#include "orm/batch_operation.hpp"
#include "orm/blocking_call.hpp"

namespace coodie::inline COODIE_ABI {

namespace sync {

/// Sends all members as one BATCH. A batch with conditional members tells whether it was applied; any other
/// is. The batch stays as it is and can be sent again.
COODIE_DECL batch_result apply(const batch& what, const batch_options& options, error_code& ec,
                               diagnostics& diag);
inline batch_result apply(const batch& what, error_code& ec, diagnostics& diag) {
  return sync::apply(what, {}, ec, diag);
}
/// The same for a batch over the table of T alone; shows the rows that stood in the way.
template <class T>
typed_batch_result<T> apply(const batch& what, const batch_options& options, error_code& ec,
                            diagnostics& diag) {
  if constexpr (coodie::detail::owning_refusal<T>::good)
    return coodie::detail::call_blocking(coodie::detail::batch_driver(what, options),
                                         coodie::detail::typed_batch_operation<T>(what, options), ec, diag);
  else
    return {};
}
template <class T>
typed_batch_result<T> apply(const batch& what, error_code& ec, diagnostics& diag) {
  return sync::apply<T>(what, {}, ec, diag);
}

#if COODIE_HAS_EXCEPTIONS
COODIE_DECL batch_result apply(const batch& what, const batch_options& options = {});
template <class T>
typed_batch_result<T> apply(const batch& what, const batch_options& options = {}) {
  if constexpr (coodie::detail::owning_refusal<T>::good)
    return coodie::detail::call_blocking(coodie::detail::batch_driver(what, options),
                                         coodie::detail::typed_batch_operation<T>(what, options));
  else
    return {};
}
#endif

}  // namespace sync
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_SYNC_BATCH_HPP
