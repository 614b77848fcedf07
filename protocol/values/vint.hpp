// SPDX-License-Identifier: MIT
// Integers of one to nine bytes, as in duration (native_protocol_v5.spec section 3, [unsigned vint] and
// [vint]).
#ifndef COODIE_PROTOCOL_VALUES_VINT_HPP
#define COODIE_PROTOCOL_VALUES_VINT_HPP

#include <bit>
#include <cstddef>
#include <cstdint>

#include "protocol/bytes/reader.hpp"

// [unsigned vint]: as many 1 bits at the front of the first byte as bytes follow; the other bits of all bytes
// are the number, network order. Nine bytes have no bit of the number in the first.
// [vint]: the same of a number whose sign is its lowest bit, 0 -1 1 -2 2 ... being 0 1 2 3 4.

namespace coodie::inline COODIE_ABI::protocol {

[[nodiscard]] constexpr std::size_t unsigned_vint_size(std::uint64_t value) noexcept {
  const auto bits = static_cast<std::size_t>(64 - std::countl_zero(value | 1));
  return bits <= 56 ? (bits + 6) / 7 : 9;
}

/// Writes unsigned_vint_size() bytes; returns their end.
inline std::byte* put_unsigned_vint(std::byte* to, std::uint64_t value) noexcept {
  const std::size_t n = unsigned_vint_size(value);
  std::byte* end = to + n;
  if (n == 9) {
    *to = std::byte{0xff};
    return store_big(to + 1, value);
  }
  for (std::byte* at = end; at != to; value >>= 8) *--at = static_cast<std::byte>(value & 0xff);
  *to |= static_cast<std::byte>((0xff00U >> (n - 1)) & 0xff);
  return end;
}

/// Longer forms than the shortest are taken, as Cassandra does.
[[nodiscard]] inline errc get_unsigned_vint(reader& in, std::uint64_t& value) noexcept {
  if (in.empty()) [[unlikely]]
    return errc::truncated;
  const std::byte* at = in.position();
  const auto first = static_cast<std::uint8_t>(*at);
  const auto extra = static_cast<std::size_t>(std::countl_one(first));
  if (in.remaining() <= extra) [[unlikely]]
    return errc::truncated;
  std::uint64_t number = extra >= 7 ? 0 : first & (0xffU >> (extra + 1));
  for (std::size_t i = 1; i <= extra; ++i) number = number << 8 | static_cast<std::uint8_t>(at[i]);
  value = number;
  in = reader(at + 1 + extra, in.end());
  return errc::ok;
}

[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return static_cast<std::uint64_t>(value) << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_VALUES_VINT_HPP
