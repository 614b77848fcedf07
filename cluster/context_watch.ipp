// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_CONTEXT_WATCH_IPP
#define COODIE_CLUSTER_CONTEXT_WATCH_IPP

#include "cluster/context_watch.hpp"
#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

void context_watch::shutdown() noexcept {
  std::vector<std::weak_ptr<core>> users;
  {
    const std::lock_guard lock(mutex_);
    users.swap(users_);
  }
  for (const auto& user : users)
    if (const auto alive = user.lock()) alive->context_gone();
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CONTEXT_WATCH_IPP
