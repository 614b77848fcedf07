// SPDX-License-Identifier: MIT
// A thread waits until a word changes.
#ifndef COODIE_CLUSTER_PARKING_HPP
#define COODIE_CLUSTER_PARKING_HPP

#include <atomic>
#include <cstdint>
#include <limits>

#include "protocol/config.hpp"

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace coodie::inline COODIE_ABI::cluster_detail {

// std::atomic::wait spins and yields before it sleeps, which costs the thread that would wake it its
// processor.
inline void park_while(std::atomic<std::uint32_t>& word, std::uint32_t value) noexcept {
#if defined(__linux__) && defined(SYS_futex)
  while (word.load(std::memory_order_acquire) == value)
    ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
#else
  word.wait(value, std::memory_order_acquire);
#endif
}

inline void unpark(std::atomic<std::uint32_t>& word) noexcept {
#if defined(__linux__) && defined(SYS_futex)
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
#else
  word.notify_one();
#endif
}

/// Where many threads sleep, each with a mark of its own, so that one system call wakes as many of them as
/// are meant. Threads that share a mark wake together and have to look whether they are meant.
class bell {
 public:
#if defined(__linux__) && defined(SYS_futex)
  static constexpr bool wakes_some = true;
#else
  static constexpr bool wakes_some = false;
#endif
  static constexpr std::uint32_t marks = 32;

  /// To be asked for before looking whether there is anything to sleep for.
  [[nodiscard]] std::uint32_t rung() const noexcept { return times_.load(std::memory_order_acquire); }
  /// Sleeps, unless it has been rung since rung() said `before`. May wake for no reason.
  void sleep(std::uint32_t before, std::uint32_t mark) noexcept {
#if defined(__linux__) && defined(SYS_futex)
    ::syscall(SYS_futex, &times_, FUTEX_WAIT_BITSET_PRIVATE, before, nullptr, nullptr, mark);
#else
    static_cast<void>(mark);
    times_.wait(before, std::memory_order_acquire);
#endif
  }
  void ring(std::uint32_t whom) noexcept {
    times_.fetch_add(1, std::memory_order_acq_rel);
#if defined(__linux__) && defined(SYS_futex)
    ::syscall(SYS_futex, &times_, FUTEX_WAKE_BITSET_PRIVATE, std::numeric_limits<int>::max(), nullptr,
              nullptr, whom);
#else
    static_cast<void>(whom);
    times_.notify_all();
#endif
  }

 private:
  std::atomic<std::uint32_t> times_{0};
};

/// Whom this thread is going to wake, by which bell: all at once, when it has done what else there is to do.
/// A thread that is woken may take the processor from the one that wakes it.
struct wake_up_call {
  bell* by = nullptr;
  std::uint32_t whom = 0;
};
inline constinit thread_local wake_up_call* current_wake_up = nullptr;

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_PARKING_HPP
