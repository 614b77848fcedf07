// SPDX-License-Identifier: MIT
// Tells the drivers on a caller's io_context that it is being destroyed, so that nothing of theirs outlives
// it.
#ifndef COODIE_CLUSTER_CONTEXT_WATCH_HPP
#define COODIE_CLUSTER_CONTEXT_WATCH_HPP

#include <memory>
#include <mutex>
#include <vector>

#include "cluster/asio_config.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

class core;

class context_watch final : public asio::execution_context::service {
 public:
  using key_type = context_watch;
  static inline asio::execution_context::id id;

  explicit context_watch(asio::execution_context& context) : asio::execution_context::service(context) {}

  static void add(asio::io_context& context, const std::shared_ptr<core>& user) {
    context_watch& self = asio::use_service<context_watch>(context);
    const std::lock_guard lock(self.mutex_);
    std::erase_if(self.users_, [](const auto& u) { return u.expired(); });
    self.users_.push_back(user);
  }

 private:
  COODIE_DECL void shutdown() noexcept override;

  std::mutex mutex_;
  std::vector<std::weak_ptr<core>> users_;
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CONTEXT_WATCH_HPP
