// SPDX-License-Identifier: MIT
// A thread waits until a word changes.
#ifndef COODIE_CLUSTER_PARKING_HPP
#define COODIE_CLUSTER_PARKING_HPP

#include <atomic>
#include <cstdint>

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

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_PARKING_HPP
