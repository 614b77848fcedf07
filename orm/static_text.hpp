// SPDX-License-Identifier: MIT
// Text that is put together by the compiler: counted first, then stored.
#ifndef COODIE_ORM_STATIC_TEXT_HPP
#define COODIE_ORM_STATIC_TEXT_HPP

#include <array>
#include <cstddef>
#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Counts characters, or stores them when it has room.
struct text_sink {
  char* to = nullptr;
  std::size_t size = 0;

  constexpr void put(char c) noexcept {
    if (to != nullptr) to[size] = c;
    ++size;
  }
  constexpr void text(std::string_view characters) noexcept {
    if (to != nullptr)
      for (std::size_t i = 0; i < characters.size(); ++i) to[size + i] = characters[i];
    size += characters.size();
  }
  /// The same between `quote` characters, each of which is doubled inside.
  constexpr void quoted(std::string_view characters, char quote) noexcept {
    put(quote);
    for (char c : characters) {
      if (c == quote) put(quote);
      put(c);
    }
    put(quote);
  }
  constexpr void identifier(std::string_view name, bool quote) noexcept {
    if (quote)
      quoted(name, '"');
    else
      text(name);
  }
  /// ", " between the parts of a list: before all but the first.
  constexpr void separate(bool& first, std::string_view by = ", ") noexcept {
    if (!first) text(by);
    first = false;
  }
};

/// The text that Source::write(text_sink&) writes, as a constant.
template <class Source>
struct static_text {
  static constexpr std::size_t size = [] {
    text_sink counting;
    Source::write(counting);
    return counting.size;
  }();
  static constexpr std::array<char, size + 1> characters = [] {
    std::array<char, size + 1> stored{};
    text_sink storing{stored.data()};
    Source::write(storing);
    return stored;
  }();
  static constexpr std::string_view view{characters.data(), size};
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_STATIC_TEXT_HPP
