// SPDX-License-Identifier: MIT
// The values of a statement that is only text: views of objects that exist during the call.
#ifndef COODIE_DRIVER_VALUE_LIST_HPP
#define COODIE_DRIVER_VALUE_LIST_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI {

class value_view;

namespace detail {

/// What a value of some type can do.
struct value_face {
  errc (*check)(const value_view&) noexcept;  ///< nullptr: nothing can be wrong with it
  std::size_t (*size)(const value_view&) noexcept;
  std::byte* (*put)(const value_view&, std::byte*) noexcept;
  bool (*accepts)(const cql_type&) noexcept;  ///< nullptr: fits a marker of any type
  std::string_view cql;                       ///< name of its type
};

struct null_face {
  static const value_face face;
};
struct text_face {
  static const value_face face;
};
template <class T>
struct object_face {
  static const value_face face;
};

}  // namespace detail

/// One value to bind: any type that value_codec knows, std::optional of it, nullptr for null, coodie::unset,
/// or text.
class value_view {
 public:
  constexpr value_view() noexcept = default;  // null
  template <class T>
  constexpr value_view(const T& value) noexcept {
    if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>) {
      // as it is
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
      const std::string_view text(value);
      object_ = text.data();
      length_ = text.size();
      face_ = &detail::text_face::face;
    } else {
      object_ = &value;
      face_ = &detail::object_face<T>::face;
    }
  }

  /// Why the value can't be bound, or errc::ok.
  [[nodiscard]] errc check() const noexcept {
    return face_->check == nullptr ? errc::ok : face_->check(*this);
  }
  [[nodiscard]] std::size_t size() const noexcept { return face_->size(*this); }
  std::byte* put(std::byte* to) const noexcept { return face_->put(*this, to); }

  // For those who bind it.
  [[nodiscard]] const detail::value_face& face() const noexcept { return *face_; }
  [[nodiscard]] std::string_view text() const noexcept {
    return {static_cast<const char*>(object_), length_};
  }
  [[nodiscard]] const void* object() const noexcept { return object_; }

 private:
  const void* object_ = nullptr;
  std::size_t length_ = 0;
  const detail::value_face* face_ = &detail::null_face::face;
};

namespace detail {

inline constexpr value_face null_face::face = {
    nullptr,
    [](const value_view&) noexcept { return protocol::value_size(std::nullopt); },
    [](const value_view&, std::byte* to) noexcept { return protocol::put_value(to, std::nullopt); },
    nullptr,
    "null",
};

inline constexpr value_face text_face::face = {
    nullptr,
    [](const value_view& v) noexcept { return protocol::value_size(v.text()); },
    [](const value_view& v, std::byte* to) noexcept { return protocol::put_value(to, v.text()); },
    &value_codec<std::string_view>::accepts,
    value_codec<std::string_view>::cql_name,
};

template <class T>
[[nodiscard]] const T& object_of(const value_view& v) noexcept {
  return *static_cast<const T*>(v.object());
}
/// unset_t has no type.
template <class T>
[[nodiscard]] constexpr auto accepts_of() noexcept -> bool (*)(const cql_type&) noexcept {
  if constexpr (std::is_same_v<T, unset_t>)
    return nullptr;
  else
    return &value_codec<T>::accepts;
}
template <class T>
[[nodiscard]] constexpr std::string_view cql_of() noexcept {
  if constexpr (std::is_same_v<T, unset_t>)
    return "unset";
  else
    return value_codec<T>::cql_name;
}

template <class T>
inline constexpr value_face object_face<T>::face = {
    [](const value_view& v) noexcept { return protocol::check_value(object_of<T>(v)); },
    [](const value_view& v) noexcept { return protocol::value_size(object_of<T>(v)); },
    [](const value_view& v, std::byte* to) noexcept { return protocol::put_value(to, object_of<T>(v)); },
    accepts_of<T>(),
    cql_of<T>(),
};

}  // namespace detail

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
