// SPDX-License-Identifier: MIT
// Bytes as hexadecimal digits, and blob literals.
#ifndef COODIE_PROTOCOL_VALUES_HEX_HPP
#define COODIE_PROTOCOL_VALUES_HEX_HPP

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/values/text_codecs.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The value of a hexadecimal digit of either case, or -1.
[[nodiscard]] constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

inline void append_hex(std::string& text, std::span<const std::byte> bytes) {
  for (std::byte each : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned>(each) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned>(each) & 15U];
  }
}
inline void append_hex(std::string& text, std::string_view bytes) {
  append_hex(text, std::span{reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
}

/// Appends the bytes that pairs of digits stand for to a container of std::byte or char; false when the text
/// is not made of such pairs.
template <class Container>
[[nodiscard]] bool hex_bytes(std::string_view digits, Container& bytes) {
  if (digits.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes.push_back(static_cast<typename Container::value_type>(high << 4 | low));
  }
  return true;
}
[[nodiscard]] inline bool hex_text(std::string_view digits, std::string& text) {
  return hex_bytes(digits, text);
}

}  // namespace detail

/// A blob literal of CQL: 0x and two digits a byte, lower case.
[[nodiscard]] inline std::string to_string(std::span<const std::byte> bytes) {
  std::string text = "0x";
  detail::append_hex(text, bytes);
  return text;
}
[[nodiscard]] inline std::string to_string(const blob& bytes) { return to_string(std::span(bytes)); }
/// Parses 0x (or 0X) and pairs of digits of either case.
[[nodiscard]] inline std::optional<blob> parse_blob(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  blob bytes;
  if (!detail::hex_bytes(text.substr(2), bytes)) return std::nullopt;
  return bytes;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_HEX_HPP
