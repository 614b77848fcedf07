// SPDX-License-Identifier: MIT
// Reads literals of CQL a piece at a time.
#ifndef COODIE_PROTOCOL_VALUES_TEXT_SCANNER_HPP
#define COODIE_PROTOCOL_VALUES_TEXT_SCANNER_HPP

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Text that is eaten from its front. What does not match stays where it is.
class text_scanner {
 public:
  explicit text_scanner(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_[0]; }
  void drop(std::size_t n) noexcept { rest_.remove_prefix(n); }

  bool take(char c) noexcept {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Takes `word` (in lower case), written in any case.
  bool take_word(std::string_view word) noexcept {
    if (rest_.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char c = rest_[i];
      if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != word[i]) return false;
    }
    rest_.remove_prefix(word.size());
    return true;
  }

  /// How many digits come next.
  [[nodiscard]] std::size_t digits_ahead() const noexcept {
    std::size_t n = 0;
    while (n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9') ++n;
    return n;
  }
  /// Takes all digits that come next, `least` to `most` of them, as a number below 2^63.
  [[nodiscard]] bool take_digits(std::size_t least, std::size_t most, std::int64_t& number) noexcept {
    const std::size_t n = digits_ahead();
    if (n < least || n > most) return false;
    std::uint64_t value = 0;
    for (char c : rest_.substr(0, n)) {
      const auto digit = static_cast<std::uint64_t>(c - '0');
      if (value > (static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - digit) / 10)
        return false;
      value = value * 10 + digit;
    }
    number = static_cast<std::int64_t>(value);
    rest_.remove_prefix(n);
    return true;
  }
  /// Takes exactly `n` digits.
  [[nodiscard]] bool take_exactly(std::size_t n, std::int64_t& number) noexcept {
    if (digits_ahead() < n) return false;
    text_scanner piece(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return piece.take_digits(n, n, number);
  }
  /// Takes 1 to 9 digits behind a point as a number of 10^-9.
  [[nodiscard]] bool take_fraction(std::int64_t& billionths) noexcept {
    const std::size_t n = digits_ahead();
    if (!take_digits(1, 9, billionths)) return false;
    for (std::size_t i = n; i < 9; ++i) billionths *= 10;
    return true;
  }

 private:
  std::string_view rest_;
};

/// Appends a number, with zeros in front of it up to `width` digits.
inline void append_padded(std::string& text, std::uint64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_VALUES_TEXT_SCANNER_HPP
