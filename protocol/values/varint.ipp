// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_VARINT_IPP
#define COODIE_PROTOCOL_VALUES_VARINT_IPP

#include <algorithm>
#include <cstring>

#include "protocol/bytes/endian.hpp"
#include "protocol/values/varint.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The magnitude of a varint in 32-bit limbs, least significant first, without zeros at the end.
using varint_limbs = std::vector<std::uint32_t>;

[[nodiscard]] inline varint_limbs magnitude_of(std::span<const std::byte> bytes, bool negative) {
  varint_limbs limbs((bytes.size() + 3) / 4, 0);
  std::uint32_t carry = negative ? 1 : 0;  // two's complement: invert and add one
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint32_t byte = static_cast<std::uint32_t>(bytes[bytes.size() - 1 - i]);
    if (negative) {
      byte = (byte ^ 0xffU) + carry;
      carry = byte >> 8;
      byte &= 0xffU;
    }
    limbs[i / 4] |= byte << (8 * (i % 4));
  }
  if (carry != 0) limbs.push_back(0);  // only for 0 bytes, whose magnitude is 0
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  return limbs;
}

/// Two's complement bytes, with a sign byte in front that the caller's from_bytes takes away again.
[[nodiscard]] inline std::vector<std::byte> complement_of(const varint_limbs& limbs, bool negative) {
  std::vector<std::byte> bytes(limbs.size() * 4 + 1);
  std::uint32_t carry = negative ? 1 : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint32_t byte = i / 4 < limbs.size() ? (limbs[i / 4] >> (8 * (i % 4))) & 0xffU : 0;
    if (negative) {
      byte = (byte ^ 0xffU) + carry;
      carry = byte >> 8;
    }
    bytes[bytes.size() - 1 - i] = static_cast<std::byte>(byte & 0xffU);
  }
  return bytes;
}

/// limbs = limbs * factor + addend
inline void multiply_add(varint_limbs& limbs, std::uint32_t factor, std::uint32_t addend) {
  std::uint64_t carry = addend;
  for (std::uint32_t& limb : limbs) {
    carry += std::uint64_t{limb} * factor;
    limb = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
}

/// limbs = limbs / divisor; returns the remainder.
[[nodiscard]] inline std::uint32_t divide(varint_limbs& limbs, std::uint32_t divisor) noexcept {
  std::uint64_t rest = 0;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    rest = rest << 32 | limbs[i];
    limbs[i] = static_cast<std::uint32_t>(rest / divisor);
    rest %= divisor;
  }
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  return static_cast<std::uint32_t>(rest);
}

inline constexpr std::uint32_t billion = 1'000'000'000;

}  // namespace detail

varint varint::from_bytes(std::span<const std::byte> bytes) {
  varint value;
  const bool negative = !bytes.empty() && (bytes[0] & std::byte{0x80}) != std::byte{0};
  const std::byte sign = negative ? std::byte{0xff} : std::byte{0};
  while (bytes.size() > 1 && bytes[0] == sign && ((bytes[1] ^ sign) & std::byte{0x80}) == std::byte{0})
    bytes = bytes.subspan(1);
  if (bytes.size() > 8) {
    value.large_.assign(bytes.begin(), bytes.end());
    return value;
  }
  std::uint64_t bits = negative ? ~std::uint64_t{0} : 0;
  for (std::byte each : bytes) bits = bits << 8 | static_cast<std::uint64_t>(each);
  value.small_ = static_cast<std::int64_t>(bits);
  return value;
}

varint varint::from_unsigned(std::uint64_t value) {
  std::byte bytes[9]{};
  protocol::store_big(bytes + 1, value);
  return from_bytes(bytes);
}

std::optional<std::uint64_t> varint::to_uint64() const noexcept {
  if (is_negative()) return std::nullopt;
  if (large_.empty()) return static_cast<std::uint64_t>(small_);
  if (large_.size() > 9 || large_[0] != std::byte{0}) return std::nullopt;
  return protocol::load_big<std::uint64_t>(large_.data() + 1);
}

std::byte* varint::put_bytes(std::byte* to) const noexcept {
  if (!large_.empty()) {
    std::memcpy(to, large_.data(), large_.size());
    return to + large_.size();
  }
  std::byte* end = to + byte_size();
  auto bits = static_cast<std::uint64_t>(small_);
  for (std::byte* at = end; at != to; bits >>= 8) *--at = static_cast<std::byte>(bits & 0xff);
  return end;
}

std::strong_ordering operator<=>(const varint& a, const varint& b) noexcept {
  const bool negative = a.is_negative();
  if (negative != b.is_negative())
    return negative ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a.large_.empty() && b.large_.empty()) return a.small_ <=> b.small_;
  if (a.large_.size() != b.large_.size()) {
    const bool a_is_longer = a.large_.size() > b.large_.size();
    return a_is_longer != negative ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  return std::memcmp(a.large_.data(), b.large_.data(), a.large_.size()) <=> 0;
}

std::optional<varint> varint::parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  detail::varint_limbs limbs;
  while (!text.empty()) {
    std::uint32_t factor = 1, digits = 0;
    for (char c : text.substr(0, std::min<std::size_t>(9, text.size()))) {
      if (c < '0' || c > '9') return std::nullopt;
      factor *= 10;
      digits = digits * 10 + static_cast<std::uint32_t>(c - '0');
    }
    text.remove_prefix(std::min<std::size_t>(9, text.size()));
    detail::multiply_add(limbs, factor, digits);
  }
  return from_bytes(detail::complement_of(limbs, negative));
}

std::string to_string(const varint& value) {
  if (const auto small = value.to_int64()) return std::to_string(*small);
  std::vector<std::byte> bytes(value.byte_size());
  value.put_bytes(bytes.data());
  detail::varint_limbs limbs = detail::magnitude_of(bytes, value.is_negative());
  std::string text;  // backwards
  while (!limbs.empty()) {
    std::uint32_t digits = detail::divide(limbs, detail::billion);
    for (int i = 0; i < 9 && (digits != 0 || !limbs.empty()); ++i, digits /= 10)
      text += static_cast<char>('0' + digits % 10);
  }
  if (value.is_negative()) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_VARINT_IPP
