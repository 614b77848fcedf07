// SPDX-License-Identifier: MIT
// A value on its way to a marker: the type of the column decides what it may be and how it is kept.
#ifndef COODIE_ORM_BOUND_VALUE_HPP
#define COODIE_ORM_BOUND_VALUE_HPP

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "orm/model.hpp"
#include "protocol/values/values.hpp"

// Small values and temporaries are kept, larger objects with a name are referred to: they must live until the
// request has been sent.

namespace coodie::inline COODIE_ABI::detail {

/// Keeps the value.
template <class Value>
struct held_value {
  static constexpr bool may_be_null =
      writes_null<Value> || std::is_same_v<Value, std::nullopt_t> || std::is_same_v<Value, unset_t>;
  Value value;

  [[nodiscard]] constexpr const Value& get() const noexcept { return value; }
  [[nodiscard]] errc check() const noexcept { return protocol::check_value(value); }
};

/// Refers to an object of the caller.
template <class Value>
struct referred_value {
  static constexpr bool may_be_null = writes_null<Value>;
  const Value* value;

  [[nodiscard]] constexpr const Value& get() const noexcept { return *value; }
  [[nodiscard]] errc check() const noexcept { return protocol::check_value(*value); }
};

/// A number that was given in another type.
template <class Number>
struct held_number {
  static constexpr bool may_be_null = false;
  Number value;
  bool fits;

  [[nodiscard]] constexpr const Number& get() const noexcept { return value; }
  [[nodiscard]] constexpr errc check() const noexcept { return fits ? errc::ok : errc::value_out_of_range; }
};

/// How a value of one type gets into a column of another.
enum class binding : std::uint8_t {
  refused,
  loses_precision,
  null_for_plain,
  text,
  bytes,
  integer,
  floating,
  same,
  converted
};

template <class T>
inline constexpr bool is_plain_integer =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !is_character<T>;

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

/// The integer that a column of integers or counters takes; void for other columns.
template <class Column>
using column_integer = std::conditional_t<std::is_same_v<Column, counter>, std::int64_t,
                                          std::conditional_t<is_plain_integer<Column>, Column, void>>;

template <class Column, class Value>
[[nodiscard]] consteval binding bind_number() noexcept {
  if constexpr (std::is_floating_point_v<Column>) {
    if constexpr (!std::is_floating_point_v<Value> && !is_plain_integer<Value>) return binding::refused;
    constexpr bool exact = std::numeric_limits<Value>::digits <= std::numeric_limits<Column>::digits;
    return exact ? binding::floating : binding::loses_precision;
  } else if constexpr (std::is_floating_point_v<Value>) {
    return binding::loses_precision;
  } else {
    return is_plain_integer<Value> ? binding::integer : binding::refused;
  }
}

template <class Column, class Value>
[[nodiscard]] consteval bool has_same_cql() noexcept {
  if constexpr (std::is_arithmetic_v<Value> || std::is_enum_v<Value> || !has_value_codec<Value>)
    return false;
  else
    return value_codec<Column>::cql_name == value_codec<Value>::cql_name;
}

/// `Column` is the type of the member without std::optional.
template <class Column, class Given>
[[nodiscard]] consteval binding choose_binding() noexcept {
  using value = std::remove_cvref_t<Given>;
  constexpr bool text_column = std::is_same_v<Column, std::string> ||
                               std::is_same_v<Column, std::string_view> || std::is_same_v<Column, ascii>;
  if constexpr (std::is_same_v<value, Column>) {
    return binding::same;
  } else if constexpr (std::is_null_pointer_v<value>) {
    return binding::refused;
  } else if constexpr (text_column && std::is_convertible_v<const value&, std::string_view>) {
    return binding::text;
  } else if constexpr (value_codec<Column>::cql_name == "blob" &&
                       std::is_convertible_v<const value&, std::span<const std::byte>>) {
    return binding::bytes;
  } else if constexpr (!std::is_void_v<column_integer<Column>> || std::is_floating_point_v<Column>) {
    return bind_number<Column, value>();
  } else if constexpr (has_same_cql<Column, value>()) {
    return binding::same;
  } else if constexpr (!std::is_arithmetic_v<value> && !std::is_arithmetic_v<Column> &&
                       std::is_convertible_v<Given, Column>) {
    return binding::converted;
  } else {
    return binding::refused;
  }
}

/// The same for a member that may be std::optional, and for nulls.
template <class Member, class Given>
[[nodiscard]] consteval binding choose_member_binding() noexcept {
  using value = std::remove_cvref_t<Given>;
  if constexpr (std::is_same_v<value, unset_t> || std::is_same_v<value, Member>)
    return binding::same;
  else if constexpr (std::is_same_v<value, std::nullopt_t>)
    return is_optional<Member>::value ? binding::same : binding::null_for_plain;
  else if constexpr (is_optional<value>::value && !is_optional<Member>::value)
    return binding::null_for_plain;
  else
    return choose_binding<remove_optional_t<Member>, Given>();
}

/// A temporary that owns what a view of it would point to.
template <class Given>
inline constexpr bool is_owning_temporary =
    !std::is_lvalue_reference_v<Given> && !std::is_trivially_copyable_v<std::remove_cv_t<Given>>;

[[nodiscard]] constexpr blob own_bytes(std::span<const std::byte> bytes) {
  return blob(bytes.begin(), bytes.end());
}
/// The text of a temporary.
template <class Given>
[[nodiscard]] constexpr std::string own_text(Given&& given) {
  if constexpr (std::is_same_v<std::remove_cvref_t<Given>, std::string>)
    return std::string(std::forward<Given>(given));
  else
    return std::string(std::string_view(given));
}

template <class Number, class Given>
[[nodiscard]] constexpr held_number<Number> hold_integer(Given given) noexcept {
  return {static_cast<Number>(given), std::in_range<Number>(given)};
}

/// Small things are kept, larger ones are referred to where they have a name.
template <class Given>
[[nodiscard]] constexpr auto hold(Given&& given) {
  using value = std::remove_cvref_t<Given>;
  if constexpr (std::is_lvalue_reference_v<Given> &&
                !(std::is_trivially_copyable_v<value> && sizeof(value) <= 32))
    return referred_value<value>{&given};
  else
    return held_value<value>{std::forward<Given>(given)};
}

/// Keeps `given` for a column of type Member. The binding is not refused.
template <class Member, class Given>
[[nodiscard]] constexpr auto bind_value(Given&& given) {
  using column = remove_optional_t<Member>;
  constexpr binding how = choose_member_binding<Member, Given>();
  if constexpr (how == binding::text) {
    if constexpr (is_owning_temporary<Given>)
      return held_value<std::string>{own_text(std::forward<Given>(given))};
    else
      return held_value<std::string_view>{std::string_view(given)};
  } else if constexpr (how == binding::bytes) {
    if constexpr (is_owning_temporary<Given>)
      return held_value<blob>{own_bytes(given)};
    else
      return held_value<std::span<const std::byte>>{std::span<const std::byte>(given)};
  } else if constexpr (how == binding::integer) {
    return hold_integer<column_integer<column>>(given);
  } else if constexpr (how == binding::floating) {
    return held_value<column>{static_cast<column>(given)};
  } else if constexpr (how == binding::converted) {
    return held_value<column>{static_cast<column>(std::forward<Given>(given))};
  } else {
    return hold(std::forward<Given>(given));
  }
}

/// Refuses a value. `Column` carries the column's name, Expected the type of its member.
template <class Column, class Expected, class Given, binding How>
[[nodiscard]] consteval bool check_binding() noexcept {
  static_assert(
      How != binding::loses_precision,
      "coodie: the value would lose precision in this column; convert it to the column's type first");
  static_assert(How != binding::null_for_plain,
                "coodie: this column's member can't be null; give a value (*optional), or make the member "
                "std::optional");
  static_assert(How != binding::refused,
                "coodie: the value does not have the type of the column; give it the type of the member");
  return How != binding::loses_precision && How != binding::null_for_plain && How != binding::refused;
}

template <class Bound>
[[nodiscard]] std::size_t bound_size(const Bound& bound) noexcept {
  return protocol::value_size(bound.get());
}
template <class Bound>
[[nodiscard]] std::byte* put_bound(std::byte* to, const Bound& bound) noexcept {
  return protocol::put_value(to, bound.get());
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_BOUND_VALUE_HPP
