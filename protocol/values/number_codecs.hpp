// SPDX-License-Identifier: MIT
// tinyint, smallint, int, bigint, float, double, boolean, counter, and enums by their underlying type.
#ifndef COODIE_PROTOCOL_VALUES_NUMBER_CODECS_HPP
#define COODIE_PROTOCOL_VALUES_NUMBER_CODECS_HPP

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "protocol/values/codec.hpp"

namespace coodie::inline COODIE_ABI {

/// The value of a counter column. CQL can only add to it.
struct counter {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(const counter&, const counter&) = default;
};

namespace detail {

template <class T>
inline constexpr bool is_cql_integer =
    std::is_same_v<T, std::int8_t> || std::is_same_v<T, std::int16_t> || std::is_same_v<T, std::int32_t> ||
    std::is_same_v<T, std::int64_t> || std::is_same_v<T, long long>;

template <class T, bool = std::is_enum_v<T>>
struct is_cql_enum : std::bool_constant<is_cql_integer<std::underlying_type_t<T>>> {};
template <class T>
struct is_cql_enum<T, false> : std::false_type {};

/// What bodies of one fixed size share: `Bits` is the integer of that size.
template <class T, class Bits>
struct fixed_codec {
  static constexpr bool freezes = false;
  static constexpr std::size_t fixed_size = sizeof(Bits);
  static constexpr std::size_t size(const T&) noexcept { return fixed_size; }

 protected:
  [[nodiscard]] static errc load(protocol::reader body, Bits& bits) noexcept {
    if (body.remaining() != fixed_size) [[unlikely]]
      return errc::invalid_value_size;
    bits = protocol::load_big<Bits>(body.position());
    return errc::ok;
  }
};

template <std::size_t Size>
[[nodiscard]] constexpr auto integer_name() noexcept {
  if constexpr (Size == 1) return fixed_string("tinyint");
  if constexpr (Size == 2) return fixed_string("smallint");
  if constexpr (Size == 4) return fixed_string("int");
  if constexpr (Size == 8) return fixed_string("bigint");
}

}  // namespace detail

/// std::int8_t tinyint, std::int16_t smallint, std::int32_t int, std::int64_t bigint (and the value of a
/// counter).
template <class T>
struct value_codec<T, std::enable_if_t<detail::is_cql_integer<T>>> : detail::fixed_codec<T, T> {
  static constexpr auto cql_name = detail::integer_name<sizeof(T)>();
  static constexpr bool empty_is_null = sizeof(T) >= 4;

  static bool accepts(const cql_type& type) noexcept {
    switch (type.id) {
      case type_id::tinyint: return sizeof(T) == 1;
      case type_id::smallint: return sizeof(T) == 2;
      case type_id::int_: return sizeof(T) == 4;
      case type_id::bigint:
      case type_id::counter: return sizeof(T) == 8;
      default: return false;
    }
  }
  static std::byte* put(std::byte* to, T value) noexcept { return protocol::store_big(to, value); }
  static errc get(protocol::reader body, T& value) noexcept {
    return detail::fixed_codec<T, T>::load(body, value);
  }
};

/// An enum is stored as its underlying type. Values without an enumerator are not refused.
template <class T>
struct value_codec<T, std::enable_if_t<detail::is_cql_enum<T>::value>>
    : detail::fixed_codec<T, std::underlying_type_t<T>> {
  using underlying = value_codec<std::underlying_type_t<T>>;
  static constexpr auto cql_name = underlying::cql_name;
  static constexpr bool empty_is_null = underlying::empty_is_null;

  static bool accepts(const cql_type& type) noexcept { return underlying::accepts(type); }
  static std::byte* put(std::byte* to, T value) noexcept {
    return protocol::store_big(to, static_cast<std::underlying_type_t<T>>(value));
  }
  static errc get(protocol::reader body, T& value) noexcept {
    std::underlying_type_t<T> bits{};
    if (errc e = underlying::get(body, bits); e != errc::ok) return e;
    value = static_cast<T>(bits);
    return errc::ok;
  }
};

template <>
struct value_codec<float> : detail::fixed_codec<float, std::uint32_t> {
  static constexpr auto cql_name = fixed_string("float");
  static constexpr bool empty_is_null = true;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::float_; }
  static std::byte* put(std::byte* to, float value) noexcept {
    return protocol::store_big(to, std::bit_cast<std::uint32_t>(value));
  }
  static errc get(protocol::reader body, float& value) noexcept {
    std::uint32_t bits = 0;
    if (errc e = load(body, bits); e != errc::ok) return e;
    value = std::bit_cast<float>(bits);
    return errc::ok;
  }
};

template <>
struct value_codec<double> : detail::fixed_codec<double, std::uint64_t> {
  static constexpr auto cql_name = fixed_string("double");
  static constexpr bool empty_is_null = true;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::double_; }
  static std::byte* put(std::byte* to, double value) noexcept {
    return protocol::store_big(to, std::bit_cast<std::uint64_t>(value));
  }
  static errc get(protocol::reader body, double& value) noexcept {
    std::uint64_t bits = 0;
    if (errc e = load(body, bits); e != errc::ok) return e;
    value = std::bit_cast<double>(bits);
    return errc::ok;
  }
};

/// One byte; every value but 0 is true.
template <>
struct value_codec<bool> : detail::fixed_codec<bool, std::uint8_t> {
  static constexpr auto cql_name = fixed_string("boolean");
  static constexpr bool empty_is_null = true;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::boolean; }
  static std::byte* put(std::byte* to, bool value) noexcept {
    *to = static_cast<std::byte>(value);
    return to + 1;
  }
  static errc get(protocol::reader body, bool& value) noexcept {
    std::uint8_t bits = 0;
    if (errc e = load(body, bits); e != errc::ok) return e;
    value = bits != 0;
    return errc::ok;
  }
};

/// Eight bytes as bigint; a null is 0, as that is where a counter starts.
template <>
struct value_codec<counter> : detail::fixed_codec<counter, std::int64_t> {
  static constexpr auto cql_name = fixed_string("counter");

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::counter; }
  static std::byte* put(std::byte* to, counter value) noexcept {
    return protocol::store_big(to, value.value);
  }
  static errc get(protocol::reader body, counter& value) noexcept { return load(body, value.value); }
  static void set_null(counter& value) noexcept { value.value = 0; }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_NUMBER_CODECS_HPP
