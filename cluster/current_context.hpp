// SPDX-License-Identifier: MIT
// Which event loop this thread is inside of, for those who do not see the loop itself.
#ifndef COODIE_CLUSTER_CURRENT_CONTEXT_HPP
#define COODIE_CLUSTER_CURRENT_CONTEXT_HPP

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// The asio::io_context whose handler this thread runs for a driver; nullptr outside of all.
inline constinit thread_local const void* current_context = nullptr;

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CURRENT_CONTEXT_HPP
