// SPDX-License-Identifier: MIT
// A request that a thread waits for.
#ifndef COODIE_CLUSTER_BLOCKING_REQUEST_HPP
#define COODIE_CLUSTER_BLOCKING_REQUEST_HPP

#include "cluster/parking.hpp"
#include "protocol/machine/request.hpp"

namespace coodie::inline COODIE_ABI::protocol {

struct follower_link : list_link {};  ///< in a loop's list of waiting threads

/// Its on_result and on_failure call finish() as the last thing that they do.
struct blocking_request : request, follower_link {
  enum : std::uint32_t { pending, done, lead, parked };
  std::atomic<std::uint32_t> state{pending};
  cluster_detail::bell* wakes_by = nullptr;  ///< nullptr: sleeps on its own
  std::uint32_t mark = 0;                    ///< one bit, for wakes_by

  [[nodiscard]] list_link& follower() noexcept { return static_cast<follower_link&>(*this); }
  [[nodiscard]] static blocking_request& from_follower(list_link& link) noexcept {
    return static_cast<blocking_request&>(static_cast<follower_link&>(link));
  }

  [[nodiscard]] bool is_done() const noexcept { return state.load(std::memory_order_acquire) == done; }
  /// The request may be gone when this returns.
  void finish() noexcept { tell(done); }
  /// Sets the state, unless it is done already, and wakes the thread if it sleeps: at once, or at the end of
  /// the turn that this is told in.
  void tell(std::uint32_t news) noexcept {
    cluster_detail::bell* const by = wakes_by;
    const std::uint32_t whom = mark;
    std::uint32_t was = state.load(std::memory_order_relaxed);
    do {
      if (was == done) return;
    } while (!state.compare_exchange_weak(was, news, std::memory_order_acq_rel, std::memory_order_relaxed));
    if (was != parked) return;
    if (by == nullptr) return cluster_detail::unpark(state);
    cluster_detail::wake_up_call* const later = cluster_detail::current_wake_up;
    if (later != nullptr && later->by == by)
      later->whom |= whom;
    else
      by->ring(whom);
  }
  /// Sleeps until the state is done or lead; returns it.
  std::uint32_t wait() noexcept {
    for (;;) {
      const std::uint32_t rung = wakes_by != nullptr ? wakes_by->rung() : 0;
      std::uint32_t now = state.load(std::memory_order_acquire);
      if (now == done || now == lead) return now;
      if (now == pending && !state.compare_exchange_strong(now, parked, std::memory_order_acq_rel)) continue;
      if (wakes_by != nullptr)
        wakes_by->sleep(rung, mark);
      else
        cluster_detail::park_while(state, parked);
    }
  }
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_CLUSTER_BLOCKING_REQUEST_HPP
