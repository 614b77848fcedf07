// SPDX-License-Identifier: MIT
// Numbers that tell a request from a later one at the same address.
#ifndef COODIE_DRIVER_CANCEL_KEY_HPP
#define COODIE_DRIVER_CANCEL_KEY_HPP

#include <atomic>
#include <cstdint>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Another one at each call; never 0. Thread-safe.
[[nodiscard]] inline std::uint64_t next_cancel_key() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_CANCEL_KEY_HPP
