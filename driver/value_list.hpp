// SPDX-License-Identifier: MIT
// The values of a statement that is only text: views of objects that exist during the call.
#ifndef COODIE_DRIVER_VALUE_LIST_HPP
#define COODIE_DRIVER_VALUE_LIST_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI {

/// One value to bind: any type that value_codec knows, std::optional of it, nullptr for null, coodie::unset,
/// or text.
class value_view {
 public:
  constexpr value_view() noexcept = default;
  template <class T>
  constexpr value_view(const T& value) noexcept {
    if constexpr (std::is_same_v<T, std::nullptr_t>) {
      size_ = [](const value_view&) noexcept { return protocol::value_size(std::nullopt); };
      put_ = [](const value_view&, std::byte* to) noexcept { return protocol::put_value(to, std::nullopt); };
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
      const std::string_view text(value);
      object_ = text.data();
      length_ = text.size();
      size_ = [](const value_view& v) noexcept { return protocol::value_size(v.text()); };
      put_ = [](const value_view& v, std::byte* to) noexcept { return protocol::put_value(to, v.text()); };
    } else {
      object_ = &value;
      check_ = [](const value_view& v) noexcept {
        return protocol::check_value(*static_cast<const T*>(v.object_));
      };
      size_ = [](const value_view& v) noexcept {
        return protocol::value_size(*static_cast<const T*>(v.object_));
      };
      put_ = [](const value_view& v, std::byte* to) noexcept {
        return protocol::put_value(to, *static_cast<const T*>(v.object_));
      };
    }
  }

  /// Why the value can't be bound, or errc::ok.
  [[nodiscard]] errc check() const noexcept { return check_ == nullptr ? errc::ok : check_(*this); }
  [[nodiscard]] std::size_t size() const noexcept { return size_(*this); }
  std::byte* put(std::byte* to) const noexcept { return put_(*this, to); }

 private:
  [[nodiscard]] std::string_view text() const noexcept {
    return {static_cast<const char*>(object_), length_};
  }

  const void* object_ = nullptr;
  std::size_t length_ = 0;
  errc (*check_)(const value_view&) noexcept = nullptr;
  std::size_t (*size_)(const value_view&) noexcept = nullptr;
  std::byte* (*put_)(const value_view&, std::byte*) noexcept = nullptr;
};

/// `{id, name, 42}`: at most 32 values in place, or a span of value_view. Trivially copyable; the values must
/// exist until the call returns, and until the end of the full expression in a co_await.
class value_list {
 public:
  static constexpr std::size_t most_in_place = 32;

  constexpr value_list() noexcept = default;
  template <class... Values>
    requires(sizeof...(Values) > 0 &&
             !(sizeof...(Values) == 1 &&
               (std::convertible_to<const Values&, std::span<const value_view>> && ...)))
  constexpr value_list(const Values&... values) noexcept : count_(sizeof...(Values)) {
    static_assert(
        sizeof...(Values) <= most_in_place,
        "coodie: at most 32 values can be written in place; pass a std::span<const coodie::value_view>");
    std::size_t i = 0;
    ((in_place_[i++] = value_view(values)), ...);
  }
  constexpr value_list(std::span<const value_view> values) noexcept
      : elsewhere_(values.data()), count_(values.size()) {}

  [[nodiscard]] constexpr std::size_t size() const noexcept { return count_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::span<const value_view> views() const noexcept {
    return {elsewhere_ != nullptr ? elsewhere_ : in_place_.data(), count_};
  }

 private:
  std::array<value_view, most_in_place> in_place_{};
  const value_view* elsewhere_ = nullptr;
  std::size_t count_ = 0;
};
static_assert(std::is_trivially_copyable_v<value_list>,
              "g++ 12 destroys other temporaries twice in co_await");

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_VALUE_LIST_HPP
