// SPDX-License-Identifier: MIT
// std::optional: a value that may be null.
#ifndef COODIE_PROTOCOL_VALUES_OPTIONAL_CODEC_HPP
#define COODIE_PROTOCOL_VALUES_OPTIONAL_CODEC_HPP

#include <cstddef>
#include <optional>

#include "protocol/values/codec.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {
template <class T>
struct culprit<std::optional<T>> : culprit<T> {};
}  // namespace detail

/// Empty is null. The empty body that Cassandra allows for int, uuid and their like, and that no C++ value
/// can stand for, is read as null too.
template <class T>
struct value_codec<std::optional<T>, std::enable_if_t<has_value_codec<T>>> {
  using inner = value_codec<T>;
  static_assert(!detail::takes_null<T> || !detail::writes_null<T>,
                "coodie: an optional of an optional has two kinds of null; use one std::optional");
  static constexpr auto cql_name = inner::cql_name;
  static constexpr bool freezes = inner::freezes;

  static bool accepts(const cql_type& type) noexcept { return inner::accepts(type); }
  static bool is_null(const std::optional<T>& value) noexcept { return !value.has_value(); }
  static void set_null(std::optional<T>& value) noexcept { value.reset(); }
  static std::size_t size(const std::optional<T>& value) noexcept { return inner::size(*value); }
  static std::byte* put(std::byte* to, const std::optional<T>& value) noexcept {
    return inner::put(to, *value);
  }
  static errc get(protocol::reader body, std::optional<T>& value) {
    if constexpr (detail::empty_is_null_value<T>) {
      if (body.empty()) [[unlikely]] {
        value.reset();
        return errc::ok;
      }
    }
    if (!value) value.emplace();
    const errc e = inner::get(body, *value);
    if (e != errc::ok) [[unlikely]]
      value.reset();
    return e;
  }
  static errc check(const std::optional<T>& value) noexcept
    requires detail::checked_value<T>
  {
    return value ? inner::check(*value) : errc::ok;
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_OPTIONAL_CODEC_HPP
