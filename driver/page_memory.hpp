// SPDX-License-Identifier: MIT
// Memory of pages of rows, used again and again by the thread that freed it: a fresh block costs a page fault
// for each 4 KiB, which is more than it takes to fill it.
#ifndef COODIE_DRIVER_PAGE_MEMORY_HPP
#define COODIE_DRIVER_PAGE_MEMORY_HPP

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Blocks of 32 KiB to 1 MiB, in powers of two; each thread keeps at most 2 MiB of them. Others are the
/// heap's.
class page_memory {
 public:
  [[nodiscard]] static void* allocate(std::size_t n) {
    if (const std::size_t size_class = class_of(n); size_class < classes) {
      page_memory& mine = local();
      if (block* taken = mine.free_[size_class]) {
        mine.free_[size_class] = taken->next;
        mine.kept_ -= size_of(size_class);
        return taken;
      }
      return ::operator new(size_of(size_class));
    }
    return ::operator new(n);
  }
  static void deallocate(void* p, std::size_t n) noexcept {
    if (const std::size_t size_class = class_of(n); size_class < classes) {
      page_memory& mine = local();
      if (mine.kept_ + size_of(size_class) <= most_kept) {
        mine.free_[size_class] = ::new (p) block{mine.free_[size_class]};
        mine.kept_ += size_of(size_class);
        return;
      }
    }
    ::operator delete(p);
  }

 private:
  static constexpr std::size_t smallest = 32 * 1024, classes = 6, most_kept = 2 * 1024 * 1024;
  struct block {
    block* next;
  };

  page_memory() = default;
  ~page_memory() {
    for (block*& first : free_)
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    kept_ = most_kept;  // what is freed after the thread's end goes to the heap
  }
  [[nodiscard]] static std::size_t size_of(std::size_t size_class) noexcept { return smallest << size_class; }
  /// `classes` or more: not kept.
  [[nodiscard]] static std::size_t class_of(std::size_t n) noexcept {
    if (n <= smallest / 2) return classes;
    return n <= smallest ? 0 : static_cast<std::size_t>(std::bit_width((n - 1) / smallest));
  }
  [[nodiscard]] static page_memory& local() noexcept {
    static thread_local page_memory instance;
    return instance;
  }

  std::array<block*, classes> free_{};
  std::size_t kept_ = 0;
};

template <class T>
struct page_allocator {
  using value_type = T;
  static_assert(alignof(T) <= alignof(std::max_align_t));

  page_allocator() = default;
  template <class U>
  page_allocator(const page_allocator<U>&) noexcept {}
  [[nodiscard]] T* allocate(std::size_t n) {
    if (n > static_cast<std::size_t>(-1) / sizeof(T))
      return static_cast<T*>(::operator new(static_cast<std::size_t>(-1)));
    return static_cast<T*>(page_memory::allocate(n * sizeof(T)));
  }
  void deallocate(T* p, std::size_t n) noexcept { page_memory::deallocate(p, n * sizeof(T)); }
  friend bool operator==(const page_allocator&, const page_allocator&) noexcept { return true; }
};

/// The bytes of one page, which stay where they are when it is moved.
class page_bytes {
 public:
  page_bytes() noexcept = default;
  page_bytes(const std::byte* from, std::size_t n)
      : data_(static_cast<std::byte*>(page_memory::allocate(n))), size_(n) {
    if (n != 0) std::memcpy(data_, from, n);
  }
  page_bytes(page_bytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  page_bytes& operator=(page_bytes&& other) noexcept {
    page_bytes taken(std::move(other));
    std::swap(data_, taken.data_);
    std::swap(size_, taken.size_);
    return *this;
  }
  page_bytes(const page_bytes&) = delete;
  page_bytes& operator=(const page_bytes&) = delete;
  ~page_bytes() {
    if (data_ != nullptr) page_memory::deallocate(data_, size_);
  }
  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_PAGE_MEMORY_HPP
