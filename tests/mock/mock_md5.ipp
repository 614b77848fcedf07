// SPDX-License-Identifier: MIT
// MD5 (RFC 1321).
#ifndef COODIE_TESTS_MOCK_MOCK_MD5_IPP
#define COODIE_TESTS_MOCK_MOCK_MD5_IPP

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "tests/mock/mock_md5.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

[[nodiscard]] inline std::uint32_t md5_constant(std::size_t i) noexcept {
  return static_cast<std::uint32_t>(
      std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
}

[[nodiscard]] inline std::uint32_t md5_word(const unsigned char* from) noexcept {
  return std::uint32_t{from[0]} | std::uint32_t{from[1]} << 8 | std::uint32_t{from[2]} << 16 |
         std::uint32_t{from[3]} << 24;
}

inline void md5_block(std::array<std::uint32_t, 4>& state, const unsigned char* block) noexcept {
  static constexpr int shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::size_t round = i / 16;
    const std::uint32_t f = round == 0   ? (b & c) | (~b & d)
                            : round == 1 ? (d & b) | (~d & c)
                            : round == 2 ? b ^ c ^ d
                                         : c ^ (b | ~d);
    const std::size_t word = round == 0 ? i : round == 1 ? 5 * i + 1 : round == 2 ? 3 * i + 5 : 7 * i;
    const std::uint32_t sum = a + f + md5_constant(i) + md5_word(block + 4 * (word % 16));
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, shifts[round][i % 4]);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

std::string md5(std::string_view text) {
  std::string padded(text);
  padded += '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  const std::uint64_t bits = std::uint64_t{text.size()} * 8;
  for (unsigned i = 0; i < 8; ++i) padded += static_cast<char>(bits >> (8 * i) & 0xff);
  std::array<std::uint32_t, 4> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (std::size_t at = 0; at < padded.size(); at += 64)
    md5_block(state, reinterpret_cast<const unsigned char*>(padded.data()) + at);
  std::string digest;
  for (const auto word : state)
    for (unsigned i = 0; i < 4; ++i) digest += static_cast<char>(word >> (8 * i) & 0xff);
  return digest;
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_MD5_IPP
