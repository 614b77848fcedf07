// SPDX-License-Identifier: MIT
// Handlers that a driver gives to an event loop of the program's, from a thread of its own.
#ifndef COODIE_DRIVER_HANDOVER_GATE_HPP
#define COODIE_DRIVER_HANDOVER_GATE_HPP

#include <atomic>
#include <thread>

#include "cluster/asio_config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// A handler may have run, and the program may have gone on to destroy the event loop, before the call that
/// posted it returns. The loop's end waits for those who are inside of such a call.
class handover_gate final : public asio::execution_context::service {
 public:
  using key_type = handover_gate;
  static inline asio::execution_context::id id;

  explicit handover_gate(asio::execution_context& context) : asio::execution_context::service(context) {}

  /// That of the executor's context; nullptr when it has none. To be asked for while the context surely
  /// exists.
  template <class Executor>
  [[nodiscard]] static handover_gate* of(const Executor& executor) {
    if constexpr (asio::can_query<const Executor&, asio::execution::context_t>::value) {
      asio::execution_context& context = asio::query(executor, asio::execution::context);
      return &asio::use_service<handover_gate>(context);
    } else {
      return nullptr;
    }
  }

  /// Somebody is inside.
  class pass {
   public:
    explicit pass(handover_gate* gate) noexcept : gate_(gate) {
      if (gate_ != nullptr) gate_->inside_.fetch_add(1, std::memory_order_relaxed);
    }
    ~pass() {
      if (gate_ != nullptr) gate_->inside_.fetch_sub(1, std::memory_order_release);
    }
    pass(const pass&) = delete;
    pass& operator=(const pass&) = delete;

   private:
    handover_gate* gate_;
  };

 private:
  void shutdown() noexcept override {
    while (inside_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
  }

  std::atomic<int> inside_{0};
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_HANDOVER_GATE_HPP
