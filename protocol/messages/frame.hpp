// SPDX-License-Identifier: MIT
// The nine bytes before each message, and how a frame is opened and closed in an output buffer.
#ifndef COODIE_PROTOCOL_MESSAGES_FRAME_HPP
#define COODIE_PROTOCOL_MESSAGES_FRAME_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/bytes/endian.hpp"
#include "protocol/bytes/writer.hpp"
#include "protocol/errc.hpp"
#include "protocol/messages/prelude.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// What a message is (native_protocol_v4.spec section 2.4).
enum class opcode : std::uint8_t {
  error = 0x00,
  startup = 0x01,
  ready = 0x02,
  authenticate = 0x03,
  options = 0x05,
  supported = 0x06,
  query = 0x07,
  result = 0x08,
  prepare = 0x09,
  execute = 0x0A,
  register_ = 0x0B,
  event = 0x0C,
  batch = 0x0D,
  auth_challenge = 0x0E,
  auth_response = 0x0F,
  auth_success = 0x10,
};

/// Requests go from the client to the server, responses (and events) back.
enum class direction : std::uint8_t { request, response };

inline constexpr std::size_t frame_header_size = 9;       ///< bytes
inline constexpr std::uint8_t request_version = 0x04;     ///< first byte of a request
inline constexpr std::uint8_t response_version = 0x84;    ///< first byte of a response
inline constexpr std::int16_t event_stream = -1;          ///< stream of every EVENT
inline constexpr std::uint32_t max_body_size = 1U << 28;  ///< bytes; the protocol's own limit (section 2.5)

namespace detail {
// One bit for each opcode that a server sends, and for each that a client sends.
inline constexpr std::uint32_t response_opcodes = 0x1514D;
inline constexpr std::uint32_t request_opcodes = 0x0AEA2;
static_assert((response_opcodes & request_opcodes) == 0);
static_assert((response_opcodes | request_opcodes) == 0x1FFEF, "all but 0x04");

[[nodiscard]] constexpr bool has_opcode(std::uint32_t set, std::uint8_t code) noexcept {
  return code < 32 && ((set >> code) & 1U) != 0;
}
}  // namespace detail

[[nodiscard]] constexpr bool is_known_opcode(std::uint8_t code) noexcept {
  return detail::has_opcode(detail::response_opcodes | detail::request_opcodes, code);
}
/// Which way a message of a known opcode goes.
[[nodiscard]] constexpr direction direction_of(opcode code) noexcept {
  return detail::has_opcode(detail::response_opcodes, static_cast<std::uint8_t>(code)) ? direction::response
                                                                                       : direction::request;
}
/// The specification's name ("AUTH_RESPONSE"); "UNKNOWN" for a number that it does not define.
[[nodiscard]] COODIE_DECL std::string_view to_string(opcode code) noexcept;

/// The header as it stands on the wire (native_protocol_v4.spec section 2):
///
///     <version: 1><flags: 1><stream: 2, signed><opcode: 1><length of the body: 4>
struct frame_header {
  std::uint8_t version = request_version;
  std::uint8_t flags = 0;  ///< frame_flag; bits that are not defined are ignored
  std::int16_t stream = 0;
  std::uint8_t opcode = 0;
  std::uint32_t length = 0;  ///< bytes that follow the header

  [[nodiscard]] constexpr protocol::opcode code() const noexcept {
    return static_cast<protocol::opcode>(opcode);
  }
};

/// Whether the first byte of a frame is v4 (else errc::unsupported_version) in the expected direction (else
/// errc::invalid_direction). Usable before the header is complete: versions 1 and 2 have shorter ones.
[[nodiscard]] constexpr errc check_frame_version(std::uint8_t version, direction expected) noexcept {
  if ((version & 0x7FU) != request_version) return errc::unsupported_version;
  if (version != (expected == direction::request ? request_version : response_version))
    return errc::invalid_direction;
  return errc::ok;
}

/// Takes nine bytes apart without judging them.
inline void load_frame_header(const std::byte* nine, frame_header& header) noexcept {
  header.version = load_big<std::uint8_t>(nine);
  header.flags = load_big<std::uint8_t>(nine + 1);
  header.stream = load_big<std::int16_t>(nine + 2);
  header.opcode = load_big<std::uint8_t>(nine + 4);
  header.length = load_big<std::uint32_t>(nine + 5);
}

/// Takes nine bytes apart and checks, in this order: the version (errc::unsupported_version), the direction
/// (errc::invalid_direction), the opcode (errc::unknown_opcode, or errc::invalid_direction when it goes the
/// other way), and that the body has at most `max_length` bytes (errc::frame_too_large). `header` is filled
/// also on failure, so that the caller can answer on its stream.
[[nodiscard]] inline errc parse_frame_header(const std::byte* nine, direction expected,
                                             std::uint32_t max_length, frame_header& header) noexcept {
  load_frame_header(nine, header);
  if (errc e = check_frame_version(header.version, expected); e != errc::ok) [[unlikely]]
    return e;
  const std::uint32_t allowed =
      expected == direction::request ? detail::request_opcodes : detail::response_opcodes;
  if (!detail::has_opcode(allowed, header.opcode)) [[unlikely]]
    return is_known_opcode(header.opcode) ? errc::invalid_direction : errc::unknown_opcode;
  if (header.length > max_length) [[unlikely]]
    return errc::frame_too_large;
  return errc::ok;
}

/// Writes frame_header_size bytes at `to`; returns their end.
inline std::byte* store_frame_header(std::byte* to, const frame_header& header) noexcept {
  to = store_big(to, header.version);
  to = store_big(to, header.flags);
  to = store_big(to, header.stream);
  to = store_big(to, header.opcode);
  return store_big(to, header.length);
}

/// Writes a header whose length is not known yet; the version follows from the opcode's direction. Returns
/// what end_frame() needs. Nothing may be consumed from the front of the buffer in between.
[[nodiscard]] inline std::size_t begin_frame(writer& out, opcode code, std::int16_t stream,
                                             std::uint8_t flags = 0) noexcept {
  const std::size_t start = out.position();
  if (std::byte* to = out.append(frame_header_size)) {
    const bool request = direction_of(code) == direction::request;
    store_frame_header(to, {request ? request_version : response_version, flags, stream,
                            static_cast<std::uint8_t>(code), 0});
  }
  return start;
}

/// Puts the length into the header at `start`. When writing failed, or the body is longer than max_body_size
/// (errc::value_too_large), the whole frame is taken out of the buffer again and writer::error() tells why.
inline void end_frame(writer& out, std::size_t start) noexcept {
  const std::size_t body = out.position() - start - frame_header_size;
  if (out.error() == errc::ok && body > max_body_size) out.fail(errc::value_too_large);
  if (out.error() != errc::ok) [[unlikely]] {
    if (out.position() > start) out.buffer().truncate(start);
    return;
  }
  out.patch(start + 5, static_cast<std::uint32_t>(body));
}

/// Writes a frame with a message and nothing else; `Message` is one of the structs with a `message_opcode`.
template <class Message>
void write_frame(writer& out, std::int16_t stream, const Message& message, std::uint8_t flags = 0) noexcept {
  const std::size_t start = begin_frame(out, Message::message_opcode, stream, flags);
  serialize(out, message);
  end_frame(out, start);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_FRAME_HPP
