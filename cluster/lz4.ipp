// SPDX-License-Identifier: MIT
// The only place that knows the LZ4 library.
#ifndef COODIE_CLUSTER_LZ4_IPP
#define COODIE_CLUSTER_LZ4_IPP

#include <lz4.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "cluster/lz4.hpp"
#include "protocol/bytes/endian.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

inline constexpr std::size_t lz4_length_size = 4;
// One byte of a block stands for at most so many bytes (a match length grows by 255 with each).
inline constexpr std::size_t lz4_most_per_byte = 255;

inline std::size_t lz4_bound(std::size_t n) noexcept {
  if (n > std::size_t{LZ4_MAX_INPUT_SIZE}) return 0;
  return lz4_length_size + static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(n)));
}

inline errc lz4_compress(std::span<const std::byte> in, protocol::byte_buffer& out) noexcept {
  const std::size_t bound = lz4_bound(in.size());
  if (bound == 0) return errc::value_too_large;
  std::byte* to = out.reserve(bound);
  if (to == nullptr) return errc::out_of_memory;
  protocol::store_big(to, static_cast<std::uint32_t>(in.size()));
  const int written = LZ4_compress_default(
      reinterpret_cast<const char*>(in.data()), reinterpret_cast<char*>(to + lz4_length_size),
      static_cast<int>(in.size()), static_cast<int>(bound - lz4_length_size));
  if (written <= 0) return errc::compression_error;
  out.commit(lz4_length_size + static_cast<std::size_t>(written));
  return errc::ok;
}

inline errc lz4_decompress(std::span<const std::byte> in, protocol::byte_buffer& out,
                           std::size_t max) noexcept {
  if (in.size() < lz4_length_size || in.size() > std::size_t{std::numeric_limits<int>::max()})
    return errc::compression_error;
  const std::size_t length = protocol::load_big<std::uint32_t>(in.data());
  const std::span<const std::byte> block = in.subspan(lz4_length_size);
  if (length > max) return errc::frame_too_large;
  if (length / lz4_most_per_byte > block.size() || length > std::size_t{LZ4_MAX_INPUT_SIZE})
    return errc::compression_error;
  // Servers write nothing as a block of one empty sequence, or as no block.
  if (length == 0)
    return block.empty() || (block.size() == 1 && block[0] == std::byte{0}) ? errc::ok
                                                                            : errc::compression_error;
  std::byte* to = out.reserve(length);
  if (to == nullptr) return errc::out_of_memory;
  const int written =
      LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()), reinterpret_cast<char*>(to),
                          static_cast<int>(block.size()), static_cast<int>(length));
  if (written < 0 || static_cast<std::size_t>(written) != length) return errc::compression_error;
  out.commit(length);
  return errc::ok;
}

const protocol::compressor& lz4_compressor() noexcept {
  static constexpr protocol::compressor algorithm{"lz4", lz4_bound, lz4_compress, lz4_decompress};
  return algorithm;
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_LZ4_IPP
