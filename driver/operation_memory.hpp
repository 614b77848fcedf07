// SPDX-License-Identifier: MIT
// Memory for asynchronous operations, used again and again by the thread that freed it.
#ifndef COODIE_DRIVER_OPERATION_MEMORY_HPP
#define COODIE_DRIVER_OPERATION_MEMORY_HPP

#include <array>
#include <cstddef>
#include <new>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Free blocks by size, in steps of 64 bytes, up to 3 KiB; larger ones go to the heap. What a thread frees it
/// uses again; of each size it keeps so many blocks as it has needed at once, at most 8 MiB.
class operation_memory {
 public:
  [[nodiscard]] static void* allocate(std::size_t n) {
    const std::size_t size_class = class_of(n);
    if (size_class < classes) [[likely]] {
      line& l = local().lines_[size_class];
      if (block* taken = l.free) [[likely]] {
        l.free = taken->next;
        --l.count;
        return taken;
      }
      return ::operator new((size_class + 1) * step, std::align_val_t(alignment));
    }
    return ::operator new(n, std::align_val_t(alignment));
  }
  static void deallocate(void* p, std::size_t n) noexcept {
    const std::size_t size_class = class_of(n);
    if (size_class < classes) [[likely]] {
      line& l = local().lines_[size_class];
      if (l.count < most_kept / (size_class + 1)) [[likely]] {
        auto* freed = static_cast<block*>(p);
        freed->next = l.free;
        l.free = freed;
        ++l.count;
        return;
      }
    }
    ::operator delete(p, std::align_val_t(alignment));
  }

 private:
  static constexpr std::size_t step = 64, alignment = 64, classes = 48;
  static constexpr std::size_t most_kept = 8 * 1024 * 1024 / step;  // steps
  struct block {
    block* next;
  };
  struct line {
    block* free = nullptr;
    std::size_t count = 0;
  };

  operation_memory() = default;
  ~operation_memory() {
    for (line& l : lines_) {
      while (block* first = l.free) {
        l.free = first->next;
        ::operator delete(first, std::align_val_t(alignment));
      }
      l.count = most_kept;  // what is freed after the thread's end goes to the heap
    }
  }
  [[nodiscard]] static std::size_t class_of(std::size_t n) noexcept { return (n - 1) / step; }
  [[nodiscard]] static operation_memory& local() noexcept {
    static thread_local operation_memory instance;
    return instance;
  }

  std::array<line, classes> lines_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_OPERATION_MEMORY_HPP
