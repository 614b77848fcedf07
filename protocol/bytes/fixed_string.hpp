// SPDX-License-Identifier: MIT
// A text that is a template argument, and can be joined at compile time: names of tables, columns and types.
#ifndef COODIE_PROTOCOL_BYTES_FIXED_STRING_HPP
#define COODIE_PROTOCOL_BYTES_FIXED_STRING_HPP

#include <cstddef>
#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI {

/// N characters and a terminating NUL. Structural, so that it can be a template argument:
/// `template <fixed_string Name>`, used as `f<"users">`.
template <std::size_t N>
struct fixed_string {
  char data[N + 1]{};

  constexpr fixed_string() noexcept = default;
  constexpr fixed_string(const char (&text)[N + 1]) noexcept {
    for (std::size_t i = 0; i < N; ++i) data[i] = text[i];
  }

  [[nodiscard]] static constexpr std::size_t size() noexcept { return N; }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {data, N}; }
  [[nodiscard]] constexpr operator std::string_view() const noexcept { return view(); }
};

template <std::size_t N>
fixed_string(const char (&)[N]) -> fixed_string<N - 1>;

template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr bool operator==(const fixed_string<N>& a, const fixed_string<M>& b) noexcept {
  return a.view() == b.view();
}
template <std::size_t N>
[[nodiscard]] constexpr bool operator==(const fixed_string<N>& a, std::string_view b) noexcept {
  return a.view() == b;
}

template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr fixed_string<N + M> operator+(const fixed_string<N>& a,
                                                      const fixed_string<M>& b) noexcept {
  fixed_string<N + M> joined;
  for (std::size_t i = 0; i < N; ++i) joined.data[i] = a.data[i];
  for (std::size_t i = 0; i < M; ++i) joined.data[N + i] = b.data[i];
  return joined;
}
template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr auto operator+(const fixed_string<N>& a, const char (&b)[M]) noexcept {
  return a + fixed_string<M - 1>(b);
}
template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr auto operator+(const char (&a)[N], const fixed_string<M>& b) noexcept {
  return fixed_string<N - 1>(a) + b;
}

namespace detail {

[[nodiscard]] constexpr std::size_t decimal_digits(std::size_t number) noexcept {
  std::size_t digits = 1;
  for (; number >= 10; number /= 10) ++digits;
  return digits;
}

}  // namespace detail

/// A number in decimal.
template <std::size_t Number>
[[nodiscard]] constexpr auto fixed_decimal() noexcept {
  constexpr std::size_t digits = detail::decimal_digits(Number);
  fixed_string<digits> text;
  std::size_t rest = Number;
  for (std::size_t i = digits; i > 0; --i, rest /= 10) text.data[i - 1] = static_cast<char>('0' + rest % 10);
  return text;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_BYTES_FIXED_STRING_HPP
