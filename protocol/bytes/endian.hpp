// SPDX-License-Identifier: MIT
// Loads and stores integers in network order (big-endian), at any alignment.
#ifndef COODIE_PROTOCOL_BYTES_ENDIAN_HPP
#define COODIE_PROTOCOL_BYTES_ENDIAN_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

template <class Integer>
[[nodiscard]] constexpr Integer byte_swap(Integer value) noexcept {
  static_assert(std::is_unsigned_v<Integer>);
#if defined(__GNUC__) || defined(__clang__)
  if constexpr (sizeof(Integer) == 2) return static_cast<Integer>(__builtin_bswap16(value));
  if constexpr (sizeof(Integer) == 4) return static_cast<Integer>(__builtin_bswap32(value));
  if constexpr (sizeof(Integer) == 8) return static_cast<Integer>(__builtin_bswap64(value));
#endif
  Integer swapped = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    swapped = static_cast<Integer>((swapped << (sizeof(Integer) > 1 ? 8 : 0)) | (value & 0xff));
    value = static_cast<Integer>(value >> (sizeof(Integer) > 1 ? 8 : 0));
  }
  return swapped;
}

/// Reads sizeof(Integer) bytes at `from` in network order. Signed types are two's complement.
template <class Integer>
[[nodiscard]] inline Integer load_big(const std::byte* from) noexcept {
  using raw = std::make_unsigned_t<Integer>;
  raw value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::endian::native == std::endian::little && sizeof(raw) > 1) value = byte_swap(value);
  return static_cast<Integer>(value);
}

/// Writes sizeof(Integer) bytes at `to` in network order; returns the end of what was written.
template <class Integer>
inline std::byte* store_big(std::byte* to, Integer value) noexcept {
  using raw = std::make_unsigned_t<Integer>;
  raw wire = static_cast<raw>(value);
  if constexpr (std::endian::native == std::endian::little && sizeof(raw) > 1) wire = byte_swap(wire);
  std::memcpy(to, &wire, sizeof wire);
  return to + sizeof wire;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_BYTES_ENDIAN_HPP
