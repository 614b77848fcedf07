// SPDX-License-Identifier: MIT
// The token of a partition key, as Murmur3Partitioner computes it.
#ifndef COODIE_PROTOCOL_ROUTING_MURMUR3_HPP
#define COODIE_PROTOCOL_ROUTING_MURMUR3_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "protocol/bytes/endian.hpp"

// The first half of Murmur3 x64 128 with seed 0, but for two things that Cassandra does otherwise: the bytes
// behind the last whole block of 16 count as signed, and the least number, which is the ring's own minimum,
// becomes the greatest.

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

inline constexpr std::uint64_t murmur3_c1 = 0x87c37b91114253d5U;
inline constexpr std::uint64_t murmur3_c2 = 0x4cf5ad432745937fU;

[[nodiscard]] inline std::uint64_t load_little(const std::byte* from) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = byte_swap(value);
  return value;
}

[[nodiscard]] constexpr std::uint64_t murmur3_mix1(std::uint64_t k) noexcept {
  return std::rotl(k * murmur3_c1, 31) * murmur3_c2;
}
[[nodiscard]] constexpr std::uint64_t murmur3_mix2(std::uint64_t k) noexcept {
  return std::rotl(k * murmur3_c2, 33) * murmur3_c1;
}
[[nodiscard]] constexpr std::uint64_t murmur3_final(std::uint64_t k) noexcept {
  k = (k ^ k >> 33) * 0xff51afd7ed558ccdU;
  k = (k ^ k >> 33) * 0xc4ceb9fe1a85ec53U;
  return k ^ k >> 33;
}

/// Up to eight bytes, little-endian, each extended by its sign before it is shifted and merged.
[[nodiscard]] inline std::uint64_t murmur3_tail(const std::byte* from, std::size_t n) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto extended = static_cast<std::int64_t>(static_cast<std::int8_t>(from[i]));
    value ^= static_cast<std::uint64_t>(extended) << (8 * i);
  }
  return value;
}

}  // namespace detail

/// The token of a partition key in the form of routing_key.hpp. Never the least std::int64_t.
[[nodiscard]] inline std::int64_t murmur3_token(std::span<const std::byte> key) noexcept {
  std::uint64_t h1 = 0, h2 = 0;
  const std::byte* at = key.data();
  std::size_t rest = key.size();
  for (; rest >= 16; rest -= 16, at += 16) {
    h1 ^= detail::murmur3_mix1(detail::load_little(at));
    h1 = (std::rotl(h1, 27) + h2) * 5 + 0x52dce729U;
    h2 ^= detail::murmur3_mix2(detail::load_little(at + 8));
    h2 = (std::rotl(h2, 31) + h1) * 5 + 0x38495ab5U;
  }
  if (rest > 8) h2 ^= detail::murmur3_mix2(detail::murmur3_tail(at + 8, rest - 8));
  if (rest > 0) h1 ^= detail::murmur3_mix1(detail::murmur3_tail(at, rest < 8 ? rest : 8));
  h1 ^= key.size();
  h2 ^= key.size();
  h1 += h2;
  h2 += h1;
  const auto token = static_cast<std::int64_t>(detail::murmur3_final(h1) + detail::murmur3_final(h2));
  return token == std::numeric_limits<std::int64_t>::min() ? std::numeric_limits<std::int64_t>::max() : token;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_MURMUR3_HPP
