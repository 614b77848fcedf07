// SPDX-License-Identifier: MIT
// Memory of asynchronous operations.
#ifndef COODIE_DRIVER_OPERATION_MEMORY_HPP
#define COODIE_DRIVER_OPERATION_MEMORY_HPP

#include <cstddef>

#include "protocol/bytes/recycled_memory.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Steps of 64 bytes up to 3 KiB. What a thread keeps is enough for 32,768 operations.
struct operation_sizes {
  static constexpr std::size_t classes = 48, most_kept = 32 * 1024 * 1024;

  [[nodiscard]] static std::size_t size_of(std::size_t size_class) noexcept {
    return (size_class + 1) * step;
  }
  [[nodiscard]] static std::size_t class_of(std::size_t n) noexcept { return (n - 1) / step; }

 private:
  static constexpr std::size_t step = 64;
};
using operation_memory = recycled_memory<operation_sizes>;

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_OPERATION_MEMORY_HPP
