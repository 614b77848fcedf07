// SPDX-License-Identifier: MIT
// Puts a compressed body in the place of a plain one, and the other way round.
#ifndef COODIE_PROTOCOL_MESSAGES_COMPRESSION_IPP
#define COODIE_PROTOCOL_MESSAGES_COMPRESSION_IPP

#include <cstring>

#include "protocol/messages/compression.hpp"
#include "protocol/messages/frame.hpp"

namespace coodie::inline COODIE_ABI::protocol {

void compress_frame(const compressor& algorithm, byte_buffer& out, std::size_t start, byte_buffer& scratch,
                    std::size_t threshold) noexcept {
  if (out.size() < start + frame_header_size) return;
  std::byte* frame = out.data() + start;
  const std::size_t length = out.size() - start - frame_header_size;
  if (length < threshold) return;
  scratch.clear();
  if (algorithm.compress({frame + frame_header_size, length}, scratch) != errc::ok) return;
  if (scratch.size() >= length) return;
  std::memcpy(frame + frame_header_size, scratch.data(), scratch.size());
  out.truncate(start + frame_header_size + scratch.size());
  frame[1] |= std::byte{frame_flag::compression};
  store_big(frame + 5, static_cast<std::uint32_t>(scratch.size()));
}

errc decompress_body(const compressor* algorithm, std::uint8_t flags, std::span<const std::byte> raw,
                     byte_buffer& scratch, std::size_t max, reader& body) noexcept {
  if ((flags & frame_flag::compression) == 0) {
    body = reader(raw);
    return errc::ok;
  }
  if (algorithm == nullptr) return errc::compression_not_agreed;
  scratch.clear();
  if (errc e = algorithm->decompress(raw, scratch, max); e != errc::ok) return e;
  body = reader(scratch.bytes());
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_COMPRESSION_IPP
