// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_UUID_IPP
#define COODIE_PROTOCOL_VALUES_UUID_IPP

#include "protocol/values/hex.hpp"
#include "protocol/values/random_bytes.hpp"
#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

[[nodiscard]] inline bool is_uuid_dash(std::size_t at) noexcept {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

/// Sets the version and the variant of RFC 4122.
inline void mark_uuid(std::array<std::byte, 16>& bytes, unsigned version) noexcept {
  bytes[6] = (bytes[6] & std::byte{0x0f}) | static_cast<std::byte>(version << 4);
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
}

}  // namespace detail

uuid uuid::random() noexcept {
  uuid id;
  protocol::random_bytes(id.bytes);
  detail::mark_uuid(id.bytes, 4);
  return id;
}

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  uuid id;
  std::size_t at = 0;
  for (std::byte& each : id.bytes) {
    if (detail::is_uuid_dash(at) && text[at++] != '-') return std::nullopt;
    const int high = detail::hex_digit(text[at]), low = detail::hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    each = static_cast<std::byte>(high << 4 | low);
    at += 2;
  }
  return id;
}

std::string to_string(const uuid& id) {
  std::string text;
  text.reserve(36);
  for (const std::byte& each : id.bytes) {
    if (detail::is_uuid_dash(text.size())) text += '-';
    detail::append_hex(text, std::span(&each, 1));
  }
  return text;
}

std::strong_ordering compare_clustering(const uuid& a, const uuid& b) noexcept {
  if (const auto by_version = a.version() <=> b.version(); by_version != 0) return by_version;
  if (a.version() == 1)
    if (const auto by_time = detail::uuid_ticks(a.bytes) <=> detail::uuid_ticks(b.bytes); by_time != 0)
      return by_time;
  return a <=> b;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_UUID_IPP
