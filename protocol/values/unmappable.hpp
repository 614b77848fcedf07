// SPDX-License-Identifier: MIT
// What the compiler says about a C++ type that has no CQL type.
#ifndef COODIE_PROTOCOL_VALUES_UNMAPPABLE_HPP
#define COODIE_PROTOCOL_VALUES_UNMAPPABLE_HPP

#include <chrono>
#include <cstddef>
#include <memory>
#include <type_traits>

#include "protocol/bytes/fixed_string.hpp"

namespace coodie::inline COODIE_ABI {

template <class T, class Enable = void>
struct value_codec;

namespace detail {

template <class T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

template <class T>
struct pointer_kind : std::is_pointer<T> {};
template <class T, class D>
struct pointer_kind<std::unique_ptr<T, D>> : std::true_type {};
template <class T>
struct pointer_kind<std::shared_ptr<T>> : std::true_type {};

template <class T>
struct clock_kind {
  static constexpr bool point = false, length = false;
};
template <class Clock, class Duration>
struct clock_kind<std::chrono::time_point<Clock, Duration>> {
  static constexpr bool point = true, length = false;
};
template <class Rep, class Period>
struct clock_kind<std::chrono::duration<Rep, Period>> {
  static constexpr bool point = false, length = true;
};

template <class T, bool = std::is_enum_v<T>>
struct enum_is_unsigned : std::is_unsigned<std::underlying_type_t<T>> {};
template <class T>
struct enum_is_unsigned<T, false> : std::false_type {};

template <class T>
struct depends_on_platform
    : std::bool_constant<std::is_integral_v<T> && std::is_signed_v<T> && !is_character<T>> {};

/// The type that is to blame: T, or what T holds. Specialised beside the codec of each class that holds
/// others.
template <class T>
struct culprit {
  using type = T;
};
/// The first of several that has no codec.
template <class... Ts>
struct first_culprit;
template <class T>
struct first_culprit<T> : culprit<T> {};
template <class T, class U, class... Rest>
    struct first_culprit<T, U, Rest...> : std::conditional_t < requires {
  typename value_codec<T>::coodie_unmapped;
}, culprit<T>, first_culprit < U, Rest... >> {};

/// Fails to compile with the one sentence that helps; its value is never used.
template <class Given>
constexpr auto explain_unmappable() noexcept {
  using T = typename culprit<Given>::type;
  constexpr bool character = is_character<T>;
  constexpr bool is_unsigned = (std::is_unsigned_v<T> && !character) || std::is_same_v<T, std::byte>;
  constexpr bool long_double = std::is_same_v<T, long double>;
  constexpr bool pointer = pointer_kind<T>::value;
  constexpr bool c_array = std::is_array_v<T>;
  constexpr bool point = clock_kind<T>::point, length = clock_kind<T>::length;
  constexpr bool unsigned_enum = enum_is_unsigned<T>::value && !is_unsigned;
  constexpr bool is_long = depends_on_platform<T>::value;
  constexpr bool named = character || is_unsigned || long_double || pointer || c_array || point || length ||
                         unsigned_enum || is_long;
  static_assert(!character,
                "coodie: characters have no CQL type; use std::string for text, or std::int8_t for a number");
  static_assert(
      !is_unsigned,
      "coodie: unsigned integers have no CQL type; use std::int64_t, or coodie::varint for the full "
      "range (bytes are coodie::blob)");
  static_assert(!long_double, "coodie: long double has no CQL type; use double, or coodie::decimal");
  static_assert(
      !pointer,
      "coodie: pointers have no CQL type; use the value itself, std::string for text, or std::optional "
      "for what may be null");
  static_assert(!c_array, "coodie: arrays of C have no CQL type; use std::string, std::vector or std::array");
  static_assert(!point, "coodie: this time_point has no CQL type; use coodie::timestamp or coodie::date");
  static_assert(!length,
                "coodie: std::chrono durations have no CQL type; use coodie::duration or coodie::time");
  static_assert(!unsigned_enum,
                "coodie: this enum has an unsigned underlying type, which has no CQL type; declare it as "
                "enum class name : std::int32_t");
  static_assert(!is_long,
                "coodie: long has another size on other platforms; use std::int32_t or std::int64_t");
  static_assert(
      named,
      "coodie: this type has no CQL type; use one of coodie's, or specialise coodie::value_codec or "
      "coodie::udt_fields for it");
  return fixed_string<0>();
}

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_UNMAPPABLE_HPP
