// SPDX-License-Identifier: MIT
// decimal: an exact decimal fraction of any size.
#ifndef COODIE_PROTOCOL_VALUES_DECIMAL_HPP
#define COODIE_PROTOCOL_VALUES_DECIMAL_HPP

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "protocol/bytes/endian.hpp"
#include "protocol/values/varint.hpp"

namespace coodie::inline COODIE_ABI {

/// unscaled x 10^-scale, exact. Compared by value: 1 and 1.0 are equal, though their members and their bytes
/// differ, as Cassandra does for clustering keys (but not for partition keys).
struct decimal {
  varint unscaled;
  std::int32_t scale = 0;

  decimal() = default;
  decimal(varint unscaled_value, std::int32_t decimal_scale) noexcept
      : unscaled(std::move(unscaled_value)), scale(decimal_scale) {}

  /// Parses digits with perhaps a sign, a point and an exponent: -12.50, 1E+3. Keeps the zeros at the
  /// end: 1.0 has scale 1. Takes time in the square of their number.
  [[nodiscard]] static COODIE_DECL std::optional<decimal> parse(std::string_view text);

  friend COODIE_DECL std::weak_ordering operator<=>(const decimal& a, const decimal& b);
  friend bool operator==(const decimal& a, const decimal& b) { return (a <=> b) == 0; }
};

static_assert(!std::is_aggregate_v<decimal>, "g++ 12 destroys a temporary aggregate in co_await twice");

/// Digits, with an exponent where a plain number would need zeros that the value does not have; what it
/// prints parses into the same members.
[[nodiscard]] COODIE_DECL std::string to_string(const decimal& value);

/// An [int] scale, then the unscaled value as varint (native_protocol_v4.spec section 6.6).
template <>
struct value_codec<decimal> {
  static constexpr auto cql_name = fixed_string("decimal");
  static constexpr bool freezes = false;
  static constexpr bool empty_is_null = true;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::decimal; }
  static std::size_t size(const decimal& value) noexcept { return 4 + value.unscaled.byte_size(); }
  static std::byte* put(std::byte* to, const decimal& value) noexcept {
    return value.unscaled.put_bytes(protocol::store_big(to, value.scale));
  }
  static errc get(protocol::reader body, decimal& value) {
    std::int32_t scale = 0;
    if (body.remaining() < 5 || body.read(scale) != errc::ok) return errc::invalid_value_size;
    value.scale = scale;
    return value_codec<varint>::get(body, value.unscaled);
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_DECIMAL_HPP
