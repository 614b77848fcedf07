// SPDX-License-Identifier: MIT
// Reads and writes what stands before a message.
#ifndef COODIE_PROTOCOL_MESSAGES_PRELUDE_IPP
#define COODIE_PROTOCOL_MESSAGES_PRELUDE_IPP

#include "protocol/messages/prelude.hpp"

namespace coodie::inline COODIE_ABI::protocol {

errc detail::read_flagged_prelude(std::uint8_t flags, reader& body, frame_prelude& prelude) noexcept {
  if ((flags & frame_flag::tracing) != 0) {
    std::span<const std::byte> id;
    if (errc e = body.read_raw(16, id); e != errc::ok) return e;
    prelude.tracing_id = id.data();
  }
  if ((flags & frame_flag::warnings) != 0) {
    if (errc e = read_string_list(body, prelude.warnings); e != errc::ok) return e;
  }
  if ((flags & frame_flag::custom_payload) != 0) return read_bytes_map(body, prelude.custom_payload);
  return errc::ok;
}

namespace detail {

inline errc skip_warnings(reader& body) noexcept {
  std::uint16_t count = 0;
  if (errc e = body.read(count); e != errc::ok) return e;
  for (std::string_view text; count != 0; --count) {
    if (errc e = body.read_string(text); e != errc::ok) return e;
  }
  return errc::ok;
}

inline errc skip_custom_payload(reader& body) noexcept {
  std::uint16_t count = 0;
  if (errc e = body.read(count); e != errc::ok) return e;
  for (; count != 0; --count) {
    std::string_view key;
    bytes_view value;
    if (errc e = body.read_string(key); e != errc::ok) return e;
    if (errc e = body.read_bytes(value); e != errc::ok) return e;
  }
  return errc::ok;
}

}  // namespace detail

errc skip_prelude(std::uint8_t flags, reader& body) noexcept {
  errc e = errc::ok;
  if ((flags & frame_flag::tracing) != 0) e = body.skip(16);
  if (e == errc::ok && (flags & frame_flag::warnings) != 0) e = detail::skip_warnings(body);
  if (e == errc::ok && (flags & frame_flag::custom_payload) != 0) e = detail::skip_custom_payload(body);
  return e;
}

void write_prelude(writer& out, std::uint8_t flags, const frame_prelude& prelude) noexcept {
  if ((flags & frame_flag::tracing) != 0) {
    if (prelude.tracing_id == nullptr) return out.fail(errc::invalid_value);
    out.write_raw(std::span{prelude.tracing_id, 16});
  }
  if ((flags & frame_flag::warnings) != 0) write_string_list(out, prelude.warnings);
  if ((flags & frame_flag::custom_payload) != 0) write_bytes_map(out, prelude.custom_payload);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_PRELUDE_IPP
