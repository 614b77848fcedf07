// SPDX-License-Identifier: MIT
// Writes the notations of native_protocol_v4.spec section 3 behind a byte_buffer.
#ifndef COODIE_PROTOCOL_BYTES_WRITER_HPP
#define COODIE_PROTOCOL_BYTES_WRITER_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

#include "protocol/bytes/buffer.hpp"
#include "protocol/bytes/endian.hpp"
#include "protocol/bytes/reader.hpp"
#include "protocol/errc.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Appends to a buffer. The first failure (memory, a string longer than its length field can say) sticks:
/// what follows is not written and error() keeps the reason.
class writer {
 public:
  explicit writer(byte_buffer& out) noexcept : out_(out) {}

  [[nodiscard]] errc error() const noexcept { return error_; }
  void fail(errc reason) noexcept {
    if (error_ == errc::ok) error_ = reason;
  }
  [[nodiscard]] byte_buffer& buffer() noexcept { return out_; }
  /// Bytes of the buffer's content so far; a position for patch().
  [[nodiscard]] std::size_t position() const noexcept { return out_.size(); }

  /// `n` bytes to be filled by the caller, already counted as written; nullptr after a failure.
  [[nodiscard]] std::byte* append(std::size_t n) noexcept {
    if (error_ != errc::ok) [[unlikely]]
      return nullptr;
    std::byte* to = out_.reserve(n);
    if (to == nullptr) [[unlikely]] {
      fail(errc::out_of_memory);
      return nullptr;
    }
    out_.commit(n);
    return to;
  }

  /// [byte], [short], [int], [long].
  template <class Integer>
  void write(Integer value) noexcept {
    if (std::byte* to = append(sizeof value)) store_big(to, value);
  }
  void write_raw(std::span<const std::byte> raw) noexcept {
    if (raw.empty()) return;
    if (std::byte* to = append(raw.size())) std::memcpy(to, raw.data(), raw.size());
  }
  void write_raw(std::string_view text) noexcept {
    write_raw(std::span{reinterpret_cast<const std::byte*>(text.data()), text.size()});
  }
  /// [string], at most 65535 bytes.
  void write_string(std::string_view text) noexcept {
    if (text.size() > std::numeric_limits<std::uint16_t>::max()) return fail(errc::value_too_large);
    write(static_cast<std::uint16_t>(text.size()));
    write_raw(text);
  }
  /// [short bytes], at most 65535 bytes.
  void write_short_bytes(std::span<const std::byte> raw) noexcept {
    write_string({reinterpret_cast<const char*>(raw.data()), raw.size()});
  }
  /// [long string], at most 2^31 - 1 bytes.
  void write_long_string(std::string_view text) noexcept {
    write_length(text.size());
    write_raw(text);
  }
  /// [bytes] or [value]: -1 null, -2 not set.
  void write_bytes(bytes_view value) noexcept {
    if (value.is_null()) return write(value.length);
    write(value.length);
    write_raw(value.bytes());
  }
  void write_bytes(std::span<const std::byte> raw) noexcept {
    write_length(raw.size());
    write_raw(raw);
  }
  void write_null() noexcept { write(std::int32_t{-1}); }
  void write_unset() noexcept { write(std::int32_t{-2}); }

  /// Overwrites four bytes at `position` (from the start of the buffer's content).
  void patch(std::size_t position, std::uint32_t value) noexcept {
    if (error_ == errc::ok) store_big(out_.data() + position, value);
  }

 private:
  void write_length(std::size_t n) noexcept {
    if (n > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
      return fail(errc::value_too_large);
    write(static_cast<std::int32_t>(n));
  }

  byte_buffer& out_;
  errc error_ = errc::ok;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_BYTES_WRITER_HPP
