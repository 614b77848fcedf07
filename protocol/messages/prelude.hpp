// SPDX-License-Identifier: MIT
// What a frame's flags put before its message: tracing id, warnings, custom payload.
#ifndef COODIE_PROTOCOL_MESSAGES_PRELUDE_HPP
#define COODIE_PROTOCOL_MESSAGES_PRELUDE_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/bytes/reader.hpp"
#include "protocol/bytes/writer.hpp"
#include "protocol/errc.hpp"
#include "protocol/messages/notations.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// The flags of a frame header (native_protocol_v4.spec section 2.2); other bits are ignored.
namespace frame_flag {
inline constexpr std::uint8_t compression = 1;     ///< The body is compressed.
inline constexpr std::uint8_t tracing = 2;         ///< Request: trace it. Response: a tracing id is first.
inline constexpr std::uint8_t custom_payload = 4;  ///< A [bytes map] stands before the message.
inline constexpr std::uint8_t warnings = 8;        ///< Response: a [string list] of warnings.
}  // namespace frame_flag

/// What stands before a message. The order on the wire is that of the members:
///
///     [<tracing id: 16>][<warnings: string list>][<custom payload: bytes map>]<message>
///
/// A request has only the custom payload. The views borrow from the body.
struct frame_prelude {
  const std::byte* tracing_id = nullptr;  ///< 16 bytes of a uuid, or nullptr
  std::vector<std::string_view> warnings;
  std::vector<std::pair<std::string_view, bytes_view>> custom_payload;

  void clear() noexcept {
    tracing_id = nullptr;
    warnings.clear();
    custom_payload.clear();
  }
};

namespace detail {
[[nodiscard]] COODIE_DECL errc read_flagged_prelude(std::uint8_t flags, reader& body,
                                                    frame_prelude& prelude) noexcept;
}

/// Reads what a response's flags announce; `body` then stands on the message. The body is not compressed any
/// more. What is not announced is empty afterwards.
[[nodiscard]] inline errc read_prelude(std::uint8_t flags, reader& body, frame_prelude& prelude) noexcept {
  prelude.clear();
  constexpr auto any = frame_flag::tracing | frame_flag::warnings | frame_flag::custom_payload;
  if ((flags & any) == 0) [[likely]]
    return errc::ok;
  return detail::read_flagged_prelude(flags, body, prelude);
}
/// The same for a request: tracing only asks, and warnings have no meaning.
[[nodiscard]] inline errc read_request_prelude(std::uint8_t flags, reader& body,
                                               frame_prelude& prelude) noexcept {
  return read_prelude(flags & frame_flag::custom_payload, body, prelude);
}

/// Jumps over a response's prelude without building anything.
[[nodiscard]] COODIE_DECL errc skip_prelude(std::uint8_t flags, reader& body) noexcept;

/// The flags that announce what `prelude` holds; a request's prelude holds no tracing id and no warnings.
[[nodiscard]] inline std::uint8_t prelude_flags(const frame_prelude& prelude) noexcept {
  unsigned flags = 0;
  if (prelude.tracing_id != nullptr) flags |= frame_flag::tracing;
  if (!prelude.warnings.empty()) flags |= frame_flag::warnings;
  if (!prelude.custom_payload.empty()) flags |= frame_flag::custom_payload;
  return static_cast<std::uint8_t>(flags);
}
/// Writes what a response's `flags` announce. errc::invalid_value when they announce a tracing id and there
/// is none.
COODIE_DECL void write_prelude(writer& out, std::uint8_t flags, const frame_prelude& prelude) noexcept;
/// Writes the custom payload of a request when `flags` announce one.
inline void write_request_prelude(writer& out, std::uint8_t flags, const frame_prelude& prelude) noexcept {
  write_prelude(out, flags & frame_flag::custom_payload, prelude);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_PRELUDE_HPP
