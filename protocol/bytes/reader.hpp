// SPDX-License-Identifier: MIT
// Reads the notations of native_protocol_v4.spec section 3 from bytes that are not trusted.
#ifndef COODIE_PROTOCOL_BYTES_READER_HPP
#define COODIE_PROTOCOL_BYTES_READER_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/bytes/endian.hpp"
#include "protocol/errc.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Bytes borrowed from a frame; null and unset are told apart from empty (native_protocol_v4.spec section 3,
/// [value]).
struct bytes_view {
  const std::byte* data = nullptr;
  std::int32_t length = -1;  ///< bytes; -1 null, -2 not set

  [[nodiscard]] constexpr bool is_null() const noexcept { return length < 0; }
  [[nodiscard]] constexpr bool is_unset() const noexcept { return length == -2; }
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    return length < 0 ? 0 : static_cast<std::size_t>(length);
  }
  [[nodiscard]] constexpr std::span<const std::byte> bytes() const noexcept { return {data, size()}; }
};

/// Two pointers into bytes that somebody else owns. Every read checks what is left first; a read that fails
/// leaves the reader where the field began, so that position() tells where the input is wrong.
class reader {
 public:
  constexpr reader() noexcept = default;
  constexpr reader(const std::byte* begin, const std::byte* end) noexcept : at_(begin), end_(end) {}
  constexpr explicit reader(std::span<const std::byte> bytes) noexcept
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] constexpr std::size_t remaining() const noexcept {
    return static_cast<std::size_t>(end_ - at_);
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return at_ == end_; }
  [[nodiscard]] constexpr const std::byte* position() const noexcept { return at_; }
  [[nodiscard]] constexpr const std::byte* end() const noexcept { return end_; }

  /// [byte], [short], [int], [long]: sizeof(Integer) bytes, network order.
  template <class Integer>
  [[nodiscard]] errc read(Integer& value) noexcept {
    if (remaining() < sizeof(Integer)) [[unlikely]]
      return errc::truncated;
    value = load_big<Integer>(at_);
    at_ += sizeof(Integer);
    return errc::ok;
  }

  [[nodiscard]] errc read_raw(std::size_t n, std::span<const std::byte>& raw) noexcept {
    if (remaining() < n) [[unlikely]]
      return errc::truncated;
    raw = {at_, n};
    at_ += n;
    return errc::ok;
  }
  [[nodiscard]] errc skip(std::size_t n) noexcept {
    if (remaining() < n) [[unlikely]]
      return errc::truncated;
    at_ += n;
    return errc::ok;
  }

  /// [string]: a [short] n, then n bytes of UTF-8 (not checked).
  [[nodiscard]] errc read_string(std::string_view& text) noexcept {
    if (remaining() < 2) [[unlikely]]
      return errc::truncated;
    const std::size_t n = load_big<std::uint16_t>(at_);
    if (remaining() - 2 < n) [[unlikely]]
      return errc::truncated;
    text = {reinterpret_cast<const char*>(at_ + 2), n};
    at_ += 2 + n;
    return errc::ok;
  }
  /// [long string]: an [int] n, then n bytes of UTF-8 (not checked).
  [[nodiscard]] errc read_long_string(std::string_view& text) noexcept {
    bytes_view raw;
    const std::byte* start = at_;
    if (errc e = read_bytes(raw); e != errc::ok) return e;
    if (raw.is_null()) {
      at_ = start;
      return errc::negative_length;
    }
    text = {reinterpret_cast<const char*>(raw.data), raw.size()};
    return errc::ok;
  }
  /// [short bytes]: a [short] n, then n bytes.
  [[nodiscard]] errc read_short_bytes(std::span<const std::byte>& raw) noexcept {
    std::string_view text;
    if (errc e = read_string(text); e != errc::ok) return e;
    raw = {reinterpret_cast<const std::byte*>(text.data()), text.size()};
    return errc::ok;
  }
  /// [bytes]: an [int] n, then n bytes; any negative n is null.
  [[nodiscard]] errc read_bytes(bytes_view& value) noexcept {
    if (remaining() < 4) [[unlikely]]
      return errc::truncated;
    const std::int32_t n = load_big<std::int32_t>(at_);
    if (n < 0) [[unlikely]] {
      value = {};
      at_ += 4;
      return errc::ok;
    }
    if (remaining() - 4 < static_cast<std::size_t>(n)) [[unlikely]]
      return errc::truncated;
    value = {at_ + 4, n};
    at_ += 4 + static_cast<std::size_t>(n);
    return errc::ok;
  }
  /// [value]: as [bytes]; -1 is null, -2 is not set, below that is an error.
  [[nodiscard]] errc read_value(bytes_view& value) noexcept {
    if (remaining() < 4) [[unlikely]]
      return errc::truncated;
    const std::int32_t n = load_big<std::int32_t>(at_);
    if (n < -2) [[unlikely]]
      return errc::negative_length;
    if (errc e = read_bytes(value); e != errc::ok) return e;
    if (n == -2) value.length = -2;
    return errc::ok;
  }

 private:
  const std::byte* at_ = nullptr;
  const std::byte* end_ = nullptr;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_BYTES_READER_HPP
