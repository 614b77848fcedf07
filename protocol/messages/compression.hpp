// SPDX-License-Identifier: MIT
// Compressed bodies, whatever the algorithm: which it is, is a small table of functions.
#ifndef COODIE_PROTOCOL_MESSAGES_COMPRESSION_HPP
#define COODIE_PROTOCOL_MESSAGES_COMPRESSION_HPP

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/bytes/buffer.hpp"
#include "protocol/bytes/reader.hpp"
#include "protocol/bytes/writer.hpp"
#include "protocol/errc.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// An algorithm of native_protocol_v4.spec section 5. A compressed body is what `compress` appends, and for
/// lz4 that is `<uncompressed length: int><one LZ4 block>`.
struct compressor {
  /// As in STARTUP's COMPRESSION: "lz4".
  const char* name = nullptr;
  /// The most bytes that compress() appends for `n`; 0 when `n` is too much.
  std::size_t (*bound)(std::size_t n) noexcept = nullptr;
  /// Appends a compressed body. errc::value_too_large, errc::out_of_memory.
  errc (*compress)(std::span<const std::byte> in, byte_buffer& out) noexcept = nullptr;
  /// Appends the body that `in` holds. errc::frame_too_large when it has more than `max` bytes (checked
  /// before anything is sized by it), errc::compression_error, errc::out_of_memory; `out` is then as before.
  errc (*decompress)(std::span<const std::byte> in, byte_buffer& out, std::size_t max) noexcept = nullptr;
};

/// Bodies of fewer bytes are not worth compressing.
inline constexpr std::size_t default_compression_threshold = 512;

/// Compresses the body of the frame that begins at `start` of `out` and has been closed by end_frame(), sets
/// the flag and the length. The frame stays as it is when its body has fewer than `threshold` bytes, is not
/// smaller compressed, or the algorithm refuses. `scratch` is working space to be kept for the next frame.
/// Never for STARTUP.
COODIE_DECL void compress_frame(const compressor& algorithm, byte_buffer& out, std::size_t start,
                                byte_buffer& scratch,
                                std::size_t threshold = default_compression_threshold) noexcept;

/// The body of a frame, decompressed into `scratch` (whose content is replaced) when `flags` say so; `body`
/// then borrows from it. errc::compression_not_agreed when `algorithm` is nullptr; `max` bounds the
/// decompressed size in bytes.
[[nodiscard]] COODIE_DECL errc decompress_body(const compressor* algorithm, std::uint8_t flags,
                                               std::span<const std::byte> raw, byte_buffer& scratch,
                                               std::size_t max, reader& body) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_COMPRESSION_HPP
