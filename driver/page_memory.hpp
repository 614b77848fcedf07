// SPDX-License-Identifier: MIT
// Pages of rows in memory that is used again and again.
#ifndef COODIE_DRIVER_PAGE_MEMORY_HPP
#define COODIE_DRIVER_PAGE_MEMORY_HPP

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

#include "protocol/bytes/buffer.hpp"
#include "protocol/bytes/reader.hpp"

namespace coodie::inline COODIE_ABI::detail {

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

/// The bytes of one page, which stay where they are when it is moved: a copy, or the very memory that they
/// were received in.
class page_bytes {
 public:
  page_bytes() noexcept = default;
  page_bytes(const std::byte* from, std::size_t n)
      : data_(static_cast<std::byte*>(page_memory::allocate(n))), size_(n) {
    if (n != 0) std::memcpy(data_, from, n);
  }
  explicit page_bytes(protocol::byte_buffer&& received) noexcept {
    const auto memory = received.give_away();
    data_ = memory.data();
    size_ = memory.size();
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
  /// Of a copy: its bytes.
  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Bytes out of an answer that are to be kept: `part`, or a copy of it. `memory` is the answer's.
template <class Keep>
[[nodiscard]] protocol::reader keep_part(protocol::reader part, protocol::byte_buffer* memory, Keep&& keep) {
  if (memory != nullptr) {
    keep(page_bytes(std::move(*memory)));
    return part;
  }
  const std::size_t n = part.remaining();
  page_bytes copy(part.position(), n);
  const std::byte* const at = copy.data();
  keep(std::move(copy));
  return {at, at + n};
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_PAGE_MEMORY_HPP
