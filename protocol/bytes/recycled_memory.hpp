// SPDX-License-Identifier: MIT
// Memory that is used again and again by the thread that freed it.
#ifndef COODIE_PROTOCOL_BYTES_RECYCLED_MEMORY_HPP
#define COODIE_PROTOCOL_BYTES_RECYCLED_MEMORY_HPP

#include <array>
#include <bit>
#include <cstddef>
#include <new>
#include <utility>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Free blocks by size class. Sizes has
///
///   static constexpr std::size_t classes, most_kept;   bytes that a thread keeps at most
///   static std::size_t class_of(std::size_t n);        `classes` or more: n bytes are the heap's
///   static std::size_t size_of(std::size_t size_class);
template <class Sizes>
class recycled_memory {
 public:
  [[nodiscard]] static void* allocate(std::size_t n) {
    const std::size_t size_class = Sizes::class_of(n);
    if (size_class >= Sizes::classes) return ::operator new(n);
    if (void* kept = take(size_class)) [[likely]]
      return kept;
    return ::operator new(Sizes::size_of(size_class), alignment);
  }
  /// nullptr when memory is short.
  [[nodiscard]] static void* try_allocate(std::size_t n) noexcept {
    const std::size_t size_class = Sizes::class_of(n);
    if (size_class >= Sizes::classes) return ::operator new(n, std::nothrow);
    if (void* kept = take(size_class)) [[likely]]
      return kept;
    return ::operator new(Sizes::size_of(size_class), alignment, std::nothrow);
  }
  /// `n` is what was asked for, or what room_of() said of it.
  static void deallocate(void* p, std::size_t n) noexcept {
    const std::size_t size_class = Sizes::class_of(n);
    if (size_class >= Sizes::classes) return ::operator delete(p);
    const std::size_t size = Sizes::size_of(size_class);
    if (!has_room(size)) [[unlikely]]
      return ::operator delete(p, alignment);
    stock_.room -= size;
    stock_.free[size_class] = ::new (p) block{stock_.free[size_class]};
  }
  /// How many bytes there are where `n` were asked for.
  [[nodiscard]] static std::size_t room_of(std::size_t n) noexcept {
    const std::size_t size_class = Sizes::class_of(n);
    return size_class < Sizes::classes ? Sizes::size_of(size_class) : n;
  }

 private:
  static constexpr std::align_val_t alignment{64};
  struct block {
    block* next;
  };
  // Without a destructor, so that using it costs no question whether it is there yet.
  struct stock {
    std::array<block*, Sizes::classes> free{};
    std::size_t room =
        0;  // bytes that may still be kept; none before the first block, and at the thread's end
    bool opened = false;
  };
  struct clean_up {
    ~clean_up() {
      for (block*& first : stock_.free)
        while (first != nullptr) ::operator delete(std::exchange(first, first->next), alignment);
      stock_.room = 0;
    }
  };

  [[nodiscard]] static void* take(std::size_t size_class) noexcept {
    block* const first = stock_.free[size_class];
    if (first == nullptr) return nullptr;
    stock_.free[size_class] = first->next;
    stock_.room += Sizes::size_of(size_class);
    return first;
  }
  [[nodiscard]] static bool has_room(std::size_t size) noexcept {
    return stock_.room >= size || (!stock_.opened && open(size));
  }
  COODIE_COLD static bool open(std::size_t size) noexcept {
    static thread_local const clean_up at_end;
    static_cast<void>(at_end);
    stock_.opened = true;
    stock_.room = Sizes::most_kept;
    return stock_.room >= size;
  }

  static inline constinit thread_local stock stock_{};
};

/// 32 KiB to 1 MiB, in powers of two: a fresh block costs a page fault for each 4 KiB, which is more than it
/// takes to fill it.
struct page_sizes {
  static constexpr std::size_t classes = 6, most_kept = 2 * 1024 * 1024;

  [[nodiscard]] static std::size_t size_of(std::size_t size_class) noexcept { return smallest << size_class; }
  [[nodiscard]] static std::size_t class_of(std::size_t n) noexcept {
    if (n <= smallest / 2) return classes;
    return n <= smallest ? 0 : static_cast<std::size_t>(std::bit_width((n - 1) / smallest));
  }

 private:
  static constexpr std::size_t smallest = 32 * 1024;
};
/// What connections read into, and pages of rows are kept in.
using page_memory = recycled_memory<page_sizes>;

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_PROTOCOL_BYTES_RECYCLED_MEMORY_HPP
