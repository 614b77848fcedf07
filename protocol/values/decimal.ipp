// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_DECIMAL_IPP
#define COODIE_PROTOCOL_VALUES_DECIMAL_IPP

#include <charconv>
#include <limits>

#include "protocol/values/decimal.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The digits of a decimal without sign and without zeros at the end, and the power of ten of the first of
/// them.
struct decimal_parts {
  std::string digits;  // empty for zero
  std::int64_t exponent = 0;
  bool negative = false;
};

[[nodiscard]] inline decimal_parts parts_of(const decimal& value) {
  decimal_parts parts;
  parts.digits = to_string(value.unscaled);
  if (parts.digits == "0") parts.digits.clear();
  parts.negative = parts.digits.starts_with('-');
  if (parts.negative) parts.digits.erase(0, 1);
  parts.exponent = static_cast<std::int64_t>(parts.digits.size()) - 1 - value.scale;
  while (parts.digits.ends_with('0')) parts.digits.pop_back();
  return parts;
}

/// Takes the exponent, `e` or `E` and an integer, from the end of a number.
[[nodiscard]] inline bool take_exponent(std::string_view& text, std::int64_t& exponent) noexcept {
  const std::size_t at = text.find_first_of("eE");
  if (at == std::string_view::npos) return true;
  std::string_view digits = text.substr(at + 1);
  text = text.substr(0, at);
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return false;
  }
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, exponent);
  return error == std::errc() && stop == end && exponent >= -0x100000000 && exponent <= 0x100000000;
}

}  // namespace detail

std::optional<decimal> decimal::parse(std::string_view text) {
  std::int64_t exponent = 0;
  if (!detail::take_exponent(text, exponent)) return std::nullopt;
  std::string digits(text);
  std::int64_t scale = -exponent;
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    digits.erase(point, 1);
    if (point == 0 && (digits.starts_with('-') || digits.starts_with('+'))) return std::nullopt;
    scale += static_cast<std::int64_t>(digits.size() - point);
  }
  auto unscaled = varint::parse(digits);
  if (!unscaled || scale < std::numeric_limits<std::int32_t>::min() ||
      scale > std::numeric_limits<std::int32_t>::max())
    return std::nullopt;
  return decimal{*std::move(unscaled), static_cast<std::int32_t>(scale)};
}

std::weak_ordering operator<=>(const decimal& a, const decimal& b) {
  if (a.scale == b.scale) return a.unscaled <=> b.unscaled;
  const detail::decimal_parts x = detail::parts_of(a), y = detail::parts_of(b);
  const int sign_x = x.digits.empty() ? 0 : x.negative ? -1 : 1;
  const int sign_y = y.digits.empty() ? 0 : y.negative ? -1 : 1;
  if (sign_x != sign_y || sign_x == 0) return sign_x <=> sign_y;
  std::weak_ordering magnitude = x.exponent <=> y.exponent;
  if (magnitude == 0) magnitude = x.digits.compare(y.digits) <=> 0;
  return sign_x > 0 ? magnitude : 0 <=> magnitude;
}

// The layout is that of java.math.BigDecimal.toString, which cqlsh and the server print.
std::string to_string(const decimal& value) {
  std::string digits = to_string(value.unscaled);
  std::string text;
  if (digits.starts_with('-')) {
    text = "-";
    digits.erase(0, 1);
  }
  const auto n = static_cast<std::int64_t>(digits.size());
  const std::int64_t exponent = n - 1 - value.scale;
  if (value.scale >= 0 && exponent >= -6) {
    if (value.scale == 0) return text += digits;
    if (exponent < 0) digits.insert(0, static_cast<std::size_t>(-exponent), '0');
    digits.insert(digits.size() - static_cast<std::size_t>(value.scale), 1, '.');
    return text += digits;
  }
  if (n > 1) digits.insert(1, 1, '.');
  text += digits;
  if (exponent == 0) return text;
  text += exponent < 0 ? "E" : "E+";
  return text += std::to_string(exponent);
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_DECIMAL_IPP
