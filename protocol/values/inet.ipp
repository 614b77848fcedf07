// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_INET_IPP
#define COODIE_PROTOCOL_VALUES_INET_IPP

#include <algorithm>

#include "protocol/values/hex.hpp"
#include "protocol/values/inet.hpp"
#include "protocol/values/text_scanner.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

using inet_groups = std::array<std::uint16_t, 8>;

[[nodiscard]] inline bool take_v4(protocol::text_scanner& in, std::array<std::byte, 4>& bytes) noexcept {
  for (std::size_t i = 0; i < 4; ++i) {
    std::int64_t number = 0;
    const bool padded = in.peek() == '0' && in.digits_ahead() > 1;  // some read that as octal
    if (padded || !in.take_digits(1, 3, number) || number > 255) return false;
    bytes[i] = static_cast<std::byte>(number);
    if (i < 3 && !in.take('.')) return false;
  }
  return true;
}

/// Takes one to four hexadecimal digits.
[[nodiscard]] inline bool take_group(protocol::text_scanner& in, std::uint16_t& group) noexcept {
  unsigned value = 0, digits = 0;
  for (int digit = 0; digits < 4 && (digit = hex_digit(in.peek())) >= 0; ++digits, in.drop(1))
    value = value << 4 | static_cast<unsigned>(digit);
  group = static_cast<std::uint16_t>(value);
  return digits != 0;
}

/// Takes the last four bytes in the form of IPv4, if they are written so.
[[nodiscard]] inline bool take_v4_tail(protocol::text_scanner& in, inet_groups& groups,
                                       std::size_t& n) noexcept {
  protocol::text_scanner ahead = in;  // what is no IPv4 after all stays where it is
  std::array<std::byte, 4> tail;
  if (n > 6 || !take_v4(ahead, tail) || !ahead.empty()) return false;
  in = ahead;
  groups[n++] = protocol::load_big<std::uint16_t>(tail.data());
  groups[n++] = protocol::load_big<std::uint16_t>(tail.data() + 2);
  return true;
}

/// Takes groups with colons between them.
[[nodiscard]] inline bool take_groups(protocol::text_scanner& in, inet_groups& groups,
                                      std::size_t& n) noexcept {
  for (n = 0; n < 8;) {
    if (take_v4_tail(in, groups, n)) return true;
    if (!take_group(in, groups[n])) return false;
    ++n;
    if (in.peek() != ':' || in.rest().starts_with("::")) return true;
    if (n < 8) in.drop(1);
  }
  return true;
}

[[nodiscard]] inline bool take_v6(protocol::text_scanner& in, inet_groups& groups) noexcept {
  inet_groups front{}, back{};
  std::size_t n_front = 0, n_back = 0;
  if (!in.rest().starts_with("::") && !take_groups(in, front, n_front)) return false;
  if (in.rest().starts_with("::")) {
    in.drop(2);
    if (!in.empty() && !take_groups(in, back, n_back)) return false;
    if (n_front + n_back > 7) return false;
  } else if (n_front != 8) {
    return false;
  }
  groups = front;
  std::copy(back.begin(), back.begin() + static_cast<std::ptrdiff_t>(n_back),
            groups.end() - static_cast<std::ptrdiff_t>(n_back));
  return true;
}

inline void append_v4(std::string& text, std::span<const std::byte> bytes) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) text += '.';
    text += std::to_string(static_cast<unsigned>(bytes[i]));
  }
}

inline void append_group(std::string& text, std::uint16_t group) {
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = static_cast<unsigned>(group >> shift) & 15U;
    started = started || digit != 0 || shift == 0;
    if (started) text += "0123456789abcdef"[digit];
  }
}

/// The longest run of zero groups, at least two; the first of several.
inline void find_zeros(const inet_groups& groups, std::size_t& begin, std::size_t& length) noexcept {
  begin = length = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > std::max<std::size_t>(length, 1)) {
      begin = i;
      length = end - i;
    }
  }
}

inline void append_v6(std::string& text, std::span<const std::byte> bytes) {
  inet_groups groups;
  for (std::size_t i = 0; i < 8; ++i) groups[i] = protocol::load_big<std::uint16_t>(bytes.data() + 2 * i);
  const bool mapped =
      std::all_of(groups.begin(), groups.begin() + 5, [](auto g) { return g == 0; }) && groups[5] == 0xffff;
  if (mapped) {
    text += "::ffff:";
    return append_v4(text, bytes.subspan(12));
  }
  std::size_t begin = 0, length = 0;
  find_zeros(groups, begin, length);
  for (std::size_t i = 0; i < 8; ++i) {
    if (length != 0 && i == begin) {
      text += "::";
      i += length - 1;
      continue;
    }
    if (i != 0 && !text.ends_with("::")) text += ':';
    append_group(text, groups[i]);
  }
}

}  // namespace detail

std::optional<inet> inet::parse(std::string_view text) noexcept {
  protocol::text_scanner in(text);
  if (text.find(':') == std::string_view::npos) {
    std::array<std::byte, 4> bytes;
    if (!detail::take_v4(in, bytes) || !in.empty()) return std::nullopt;
    return inet(bytes);
  }
  detail::inet_groups groups;
  if (!detail::take_v6(in, groups) || !in.empty()) return std::nullopt;
  std::array<std::byte, 16> bytes;
  for (std::size_t i = 0; i < 8; ++i) protocol::store_big(bytes.data() + 2 * i, groups[i]);
  return inet(bytes);
}

std::string to_string(const inet& address) {
  std::string text;
  if (address.is_v4())
    detail::append_v4(text, address.bytes());
  else
    detail::append_v6(text, address.bytes());
  return text;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_INET_IPP
