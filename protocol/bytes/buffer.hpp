// SPDX-License-Identifier: MIT
// A growable run of bytes with a consumed front, for a connection's input and output.
#ifndef COODIE_PROTOCOL_BYTES_BUFFER_HPP
#define COODIE_PROTOCOL_BYTES_BUFFER_HPP

#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "protocol/bytes/recycled_memory.hpp"
#include "protocol/bytes/wipe.hpp"
#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Bytes between a read position and a write position. Space is not zeroed; it is kept when the content is
/// consumed. Moves content to the front before it grows. Allocation failure is reported by nullptr, not
/// thrown.
class byte_buffer {
 public:
  byte_buffer() noexcept = default;
  byte_buffer(byte_buffer&& other) noexcept { swap(other); }
  byte_buffer& operator=(byte_buffer&& other) noexcept {
    byte_buffer taken(std::move(other));
    swap(taken);
    return *this;
  }
  byte_buffer(const byte_buffer&) = delete;
  byte_buffer& operator=(const byte_buffer&) = delete;
  ~byte_buffer() { free_memory(); }

  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::byte* data() noexcept { return data_ + begin_; }
  [[nodiscard]] const std::byte* data() const noexcept { return data_ + begin_; }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data(), size()}; }

  /// At least `n` writable bytes behind the content; nullptr when memory is short. Invalidates data().
  [[nodiscard]] std::byte* reserve(std::size_t n) noexcept {
    if (capacity_ - end_ < n) [[unlikely]]
      return make_room(n) ? data_ + end_ : nullptr;
    return data_ + end_;
  }
  /// How many bytes may be written at reserve(0).
  [[nodiscard]] std::size_t room() const noexcept { return capacity_ - end_; }
  /// Declares `n` bytes at reserve() written.
  void commit(std::size_t n) noexcept { end_ += n; }
  /// Drops `n` bytes from the front.
  void consume(std::size_t n) noexcept {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// Drops the bytes behind the first `n` of the content.
  void truncate(std::size_t n) noexcept { end_ = begin_ + n; }
  void clear() noexcept { begin_ = end_ = 0; }
  void release() noexcept {
    free_memory();
    forget_memory();
  }
  /// All of its memory, wherever in it the content stands: page_memory's, to be freed there by its size. The
  /// buffer is empty behind that.
  [[nodiscard]] std::span<std::byte> give_away() noexcept {
    const std::span<std::byte> all(data_, capacity_);
    forget_memory();
    return all;
  }
  /// Drops the content, and leaves nothing of it or of earlier ones in memory.
  void wipe() noexcept {
    protocol::wipe(data_, capacity_);
    clear();
  }
  void swap(byte_buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  using memory = coodie::detail::page_memory;

  void free_memory() noexcept {
    if (data_ != nullptr) memory::deallocate(data_, capacity_);
  }
  void forget_memory() noexcept {
    data_ = nullptr;
    begin_ = end_ = capacity_ = 0;
  }
  COODIE_COLD bool make_room(std::size_t n) noexcept {
    const std::size_t have = size();
    if (n > static_cast<std::size_t>(-1) / 2 - have) return false;
    if (have + n <= capacity_ && have <= capacity_ / 2) {
      std::memmove(data_, data_ + begin_, have);
    } else {
      std::size_t wanted = capacity_ < 512 ? 1024 : capacity_ * 2;
      if (wanted < have + n) wanted = have + n;
      wanted = memory::room_of(wanted);
      auto* grown = static_cast<std::byte*>(memory::try_allocate(wanted));
      if (grown == nullptr) return false;
      if (have != 0) std::memcpy(grown, data_ + begin_, have);
      free_memory();
      data_ = grown;
      capacity_ = wanted;
    }
    begin_ = 0;
    end_ = have;
    return true;
  }

  std::byte* data_ = nullptr;
  std::size_t begin_ = 0, end_ = 0, capacity_ = 0;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_BYTES_BUFFER_HPP
