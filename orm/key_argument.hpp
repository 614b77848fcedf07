// SPDX-License-Identifier: MIT
// A value of a key column as an argument of get and find_one.
#ifndef COODIE_ORM_KEY_ARGUMENT_HPP
#define COODIE_ORM_KEY_ARGUMENT_HPP

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include "orm/bound_value.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// How a key of this type is kept: text and blobs are referred to, everything else is copied.
template <class Key>
struct key_storage {
  using type = Key;
};
template <>
struct key_storage<std::string> {
  using type = std::string_view;
};
template <>
struct key_storage<ascii> {
  using type = std::string_view;
};
template <>
struct key_storage<blob> {
  using type = std::span<const std::byte>;
};

/// The column of a key by its number, where a compiler prints it.
template <class T, std::size_t I>
struct key_column {};

/// Made of anything that the column takes; of something else it does not compile.
template <class T, std::size_t I, class Key>
class key_argument {
 public:
  using stored = typename key_storage<Key>::type;

  template <class Given>
  constexpr key_argument(const Given& given) noexcept {
    constexpr binding how = choose_binding<Key, const Given&>();
    if constexpr (check_binding<key_column<T, I>, Key, Given, how>()) {
      if constexpr (how == binding::integer) {
        value_ = static_cast<Key>(given);
        fits_ = std::in_range<Key>(given);
      } else if constexpr (std::is_same_v<Given, ascii>) {
        value_ = given.value;
      } else {
        value_ = static_cast<stored>(given);
      }
    }
  }

  [[nodiscard]] constexpr const stored& get() const noexcept { return value_; }
  [[nodiscard]] errc check() const noexcept {
    return fits_ ? protocol::check_value(value_) : errc::value_out_of_range;
  }

 private:
  stored value_{};
  bool fits_ = true;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_KEY_ARGUMENT_HPP
