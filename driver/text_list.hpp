// SPDX-License-Identifier: MIT
// A list of strings that a call looks at and does not keep.
#ifndef COODIE_DRIVER_TEXT_LIST_HPP
#define COODIE_DRIVER_TEXT_LIST_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI {

/// Views of at most 16 strings that are written in place, `{"10.0.0.1", name}`, or of a
/// std::vector<std::string> of any length. Trivially copyable, so that it can stand in a co_await expression
/// on every compiler.
class text_list {
 public:
  static constexpr std::size_t most_in_place = 16;

  constexpr text_list() noexcept = default;
  template <class... Strings>
    requires(sizeof...(Strings) > 0 && (std::convertible_to<const Strings&, std::string_view> && ...))
  constexpr text_list(const Strings&... strings) noexcept : count_(sizeof...(Strings)) {
    static_assert(sizeof...(Strings) <= most_in_place,
                  "coodie: at most 16 strings can be written in place; pass a std::vector<std::string>");
    std::size_t i = 0;
    ((in_place_[i++] = std::string_view(strings)), ...);
  }
  constexpr text_list(const std::vector<std::string>& strings) noexcept
      : elsewhere_(strings.data()), count_(strings.size()) {}

  [[nodiscard]] constexpr std::size_t size() const noexcept { return count_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] constexpr std::string_view operator[](std::size_t i) const noexcept {
    return elsewhere_ != nullptr ? std::string_view(elsewhere_[i]) : in_place_[i];
  }

 private:
  std::array<std::string_view, most_in_place> in_place_{};
  const std::string* elsewhere_ = nullptr;
  std::size_t count_ = 0;
};

using host_list = text_list;

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_TEXT_LIST_HPP
