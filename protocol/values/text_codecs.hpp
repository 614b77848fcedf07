// SPDX-License-Identifier: MIT
// text, ascii and blob: owned, and borrowed from the frame that holds them.
#ifndef COODIE_PROTOCOL_VALUES_TEXT_CODECS_HPP
#define COODIE_PROTOCOL_VALUES_TEXT_CODECS_HPP

#include <compare>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "protocol/values/codec.hpp"

namespace coodie::inline COODIE_ABI {

/// Text that has no character above 127. errc::invalid_value when it is written with one.
struct ascii {
  std::string value;

  ascii() = default;
  ascii(std::string text) noexcept : value(std::move(text)) {}

  friend auto operator<=>(const ascii&, const ascii&) = default;
};

static_assert(!std::is_aggregate_v<ascii>, "g++ 12 destroys a temporary aggregate in co_await twice");

/// Bytes that mean nothing to the database; also the value of a custom type.
using blob = std::vector<std::byte>;

namespace detail {

/// Gives a string its characters. Where it has no memory to be used again a new string in its place is
/// cheaper than assign, which would look at what there was.
inline errc assign_text(std::string& target, const char* from, std::size_t n) {
  if (n <= target.capacity() && target.capacity() > std::string().capacity()) [[unlikely]] {
    target.assign(from, n);
    return errc::ok;
  }
  std::destroy_at(&target);
#if COODIE_HAS_EXCEPTIONS
  try {
    ::new (static_cast<void*>(&target)) std::string(from, n);
  } catch (...) {
    ::new (static_cast<void*>(&target)) std::string();
    return errc::out_of_memory;
  }
#else
  ::new (static_cast<void*>(&target)) std::string(from, n);
#endif
  return errc::ok;
}

inline std::byte* put_bytes(std::byte* to, const void* from, std::size_t n) noexcept {
  if (n != 0) std::memcpy(to, from, n);
  return to + n;
}

[[nodiscard]] inline bool is_text(const cql_type& type) noexcept {
  return type.id == type_id::varchar || type.id == type_id::ascii;
}
[[nodiscard]] inline bool is_raw(const cql_type& type) noexcept {
  return type.id == type_id::blob || type.id == type_id::custom;
}

}  // namespace detail

/// text. That it is UTF-8 is for the server to check.
template <>
struct value_codec<std::string> {
  static constexpr auto cql_name = fixed_string("text");
  static constexpr bool freezes = false;

  static bool accepts(const cql_type& type) noexcept { return detail::is_text(type); }
  static std::size_t size(const std::string& value) noexcept { return value.size(); }
  static std::byte* put(std::byte* to, const std::string& value) noexcept {
    return detail::put_bytes(to, value.data(), value.size());
  }
  static errc get(protocol::reader body, std::string& value) {
    return detail::assign_text(value, reinterpret_cast<const char*>(body.position()), body.remaining());
  }
};

/// text, borrowed: what is read lives as long as the frame.
template <>
struct value_codec<std::string_view> {
  static constexpr auto cql_name = fixed_string("text");
  static constexpr bool freezes = false;

  static bool accepts(const cql_type& type) noexcept { return detail::is_text(type); }
  static std::size_t size(std::string_view value) noexcept { return value.size(); }
  static std::byte* put(std::byte* to, std::string_view value) noexcept {
    return detail::put_bytes(to, value.data(), value.size());
  }
  static errc get(protocol::reader body, std::string_view& value) noexcept {
    value = {reinterpret_cast<const char*>(body.position()), body.remaining()};
    return errc::ok;
  }
};

template <>
struct value_codec<ascii> {
  static constexpr auto cql_name = fixed_string("ascii");
  static constexpr bool freezes = false;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::ascii; }
  static std::size_t size(const ascii& value) noexcept { return value.value.size(); }
  static std::byte* put(std::byte* to, const ascii& value) noexcept {
    return detail::put_bytes(to, value.value.data(), value.value.size());
  }
  static errc get(protocol::reader body, ascii& value) {
    return value_codec<std::string>::get(body, value.value);
  }
  static errc check(const ascii& value) noexcept {
    for (char c : value.value)
      if ((static_cast<unsigned char>(c) & 0x80U) != 0) return errc::invalid_value;
    return errc::ok;
  }
};

template <>
struct value_codec<blob> {
  static constexpr auto cql_name = fixed_string("blob");
  static constexpr bool freezes = false;

  static bool accepts(const cql_type& type) noexcept { return detail::is_raw(type); }
  static std::size_t size(const blob& value) noexcept { return value.size(); }
  static std::byte* put(std::byte* to, const blob& value) noexcept {
    return detail::put_bytes(to, value.data(), value.size());
  }
  static errc get(protocol::reader body, blob& value) {
    value.assign(body.position(), body.end());
    return errc::ok;
  }
};

/// blob, borrowed: what is read lives as long as the frame.
template <>
struct value_codec<std::span<const std::byte>> {
  static constexpr auto cql_name = fixed_string("blob");
  static constexpr bool freezes = false;

  static bool accepts(const cql_type& type) noexcept { return detail::is_raw(type); }
  static std::size_t size(std::span<const std::byte> value) noexcept { return value.size(); }
  static std::byte* put(std::byte* to, std::span<const std::byte> value) noexcept {
    return detail::put_bytes(to, value.data(), value.size());
  }
  static errc get(protocol::reader body, std::span<const std::byte>& value) noexcept {
    value = {body.position(), body.remaining()};
    return errc::ok;
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_TEXT_CODECS_HPP
