// SPDX-License-Identifier: MIT
// timestamp and date: points in time of std::chrono.
#ifndef COODIE_PROTOCOL_VALUES_TIMESTAMP_HPP
#define COODIE_PROTOCOL_VALUES_TIMESTAMP_HPP

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/values/number_codecs.hpp"

namespace coodie::inline COODIE_ABI {

/// Milliseconds since 1970-01-01 UTC, before it negative.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
/// Days since 1970-01-01, -2^31 to 2^31 - 1.
using date = std::chrono::sys_days;

/// This moment.
[[nodiscard]] inline timestamp now() noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// ISO 8601 in UTC: 2026-08-31T23:59:59.123Z. Years that are not of four digits have a sign: +12026, -0001.
[[nodiscard]] COODIE_DECL std::string to_string(timestamp time);
/// Parses what CQL takes: yyyy-mm-dd, then perhaps 'T' or a blank and hh:mm[:ss[.fff]], then perhaps Z or an
/// offset +hh, +hhmm, +hh:mm (UTC when there is none); or a number of milliseconds. Digits below the
/// millisecond are dropped.
[[nodiscard]] COODIE_DECL std::optional<timestamp> parse_timestamp(std::string_view text) noexcept;

/// 2026-08-31; years as for timestamp.
[[nodiscard]] COODIE_DECL std::string to_string(date day);
/// Parses yyyy-mm-dd, with a sign before years that are not of four digits.
[[nodiscard]] COODIE_DECL std::optional<date> parse_date(std::string_view text) noexcept;

/// Eight bytes, milliseconds (native_protocol_v4.spec section 6.20).
template <>
struct value_codec<timestamp> : detail::fixed_codec<timestamp, std::int64_t> {
  static constexpr auto cql_name = fixed_string("timestamp");
  static constexpr bool empty_is_null = true;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::timestamp; }
  static std::byte* put(std::byte* to, timestamp value) noexcept {
    return protocol::store_big(to, static_cast<std::int64_t>(value.time_since_epoch().count()));
  }
  static errc get(protocol::reader body, timestamp& value) noexcept {
    std::int64_t milliseconds = 0;
    if (errc e = load(body, milliseconds); e != errc::ok) return e;
    value = timestamp(std::chrono::milliseconds(milliseconds));
    return errc::ok;
  }
};

/// Four bytes, unsigned, 2^31 being 1970-01-01 (native_protocol_v4.spec section 6.5).
template <>
struct value_codec<date> : detail::fixed_codec<date, std::uint32_t> {
  static constexpr auto cql_name = fixed_string("date");
  static constexpr std::uint32_t epoch = 0x80000000U;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::date; }
  static std::byte* put(std::byte* to, date value) noexcept {
    return protocol::store_big(to, static_cast<std::uint32_t>(value.time_since_epoch().count()) + epoch);
  }
  static errc get(protocol::reader body, date& value) noexcept {
    std::uint32_t days = 0;
    if (errc e = load(body, days); e != errc::ok) return e;
    value = date(std::chrono::days(static_cast<std::int32_t>(days - epoch)));
    return errc::ok;
  }
  static errc check(date value) noexcept {
    const std::int64_t days = value.time_since_epoch().count();
    const bool fits =
        days >= std::numeric_limits<std::int32_t>::min() && days <= std::numeric_limits<std::int32_t>::max();
    return fits ? errc::ok : errc::value_out_of_range;
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_TIMESTAMP_HPP
