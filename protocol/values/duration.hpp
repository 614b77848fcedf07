// SPDX-License-Identifier: MIT
// duration: months, days and nanoseconds, which don't convert into each other.
#ifndef COODIE_PROTOCOL_VALUES_DURATION_HPP
#define COODIE_PROTOCOL_VALUES_DURATION_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/values/codec.hpp"
#include "protocol/values/vint.hpp"

namespace coodie::inline COODIE_ABI {

/// A span of calendar time. None of the three may be negative when another is positive; errc::invalid_value
/// when such a one is written. Equal when all three are: a month has no length, so durations have no order.
struct duration {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t nanoseconds = 0;

  /// Parses the three forms of CQL: `-1y2mo3w4d5h6m7s8ms9us10ns` (also µs, any case), ISO 8601
  /// `P1Y2M3DT4H5M6S` or `P3W`, and `P0001-02-03T04:05:06`, each perhaps with a minus in front.
  [[nodiscard]] static COODIE_DECL std::optional<duration> parse(std::string_view text) noexcept;

  friend constexpr bool operator==(const duration&, const duration&) = default;
};

/// `1y2mo3d4h5m6s7ms8us9ns`, a zero part left out; the duration of nothing is `0s`.
[[nodiscard]] COODIE_DECL std::string to_string(const duration& value);

/// Three [vint]: months, days, nanoseconds (native_protocol_v5.spec section 5.8).
template <>
struct value_codec<duration> {
  static constexpr auto cql_name = fixed_string("duration");
  static constexpr bool freezes = false;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::duration; }
  static std::size_t size(const duration& value) noexcept {
    return protocol::unsigned_vint_size(protocol::zigzag(value.months)) +
           protocol::unsigned_vint_size(protocol::zigzag(value.days)) +
           protocol::unsigned_vint_size(protocol::zigzag(value.nanoseconds));
  }
  static std::byte* put(std::byte* to, const duration& value) noexcept {
    to = protocol::put_unsigned_vint(to, protocol::zigzag(value.months));
    to = protocol::put_unsigned_vint(to, protocol::zigzag(value.days));
    return protocol::put_unsigned_vint(to, protocol::zigzag(value.nanoseconds));
  }
  static COODIE_DECL errc get(protocol::reader body, duration& value) noexcept;
  static errc check(const duration& value) noexcept {
    const bool negative = value.months < 0 || value.days < 0 || value.nanoseconds < 0;
    const bool positive = value.months > 0 || value.days > 0 || value.nanoseconds > 0;
    return negative && positive ? errc::invalid_value : errc::ok;
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_DURATION_HPP
