// SPDX-License-Identifier: MIT
// time: a time of day.
#ifndef COODIE_PROTOCOL_VALUES_TIME_OF_DAY_HPP
#define COODIE_PROTOCOL_VALUES_TIME_OF_DAY_HPP

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/values/number_codecs.hpp"

namespace coodie::inline COODIE_ABI {

/// Nanoseconds since midnight, less than a day: `coodie::time{13h + 30min}`. A server also keeps and gives
/// times outside the day; they are read as they are, and refused (errc::value_out_of_range) when they are
/// written.
struct time {
  std::chrono::nanoseconds since_midnight{};

  /// Parses hh:mm:ss[.fffffffff].
  [[nodiscard]] static COODIE_DECL std::optional<time> parse(std::string_view text) noexcept;

  friend constexpr auto operator<=>(const time&, const time&) = default;
};

/// hh:mm:ss.fffffffff
[[nodiscard]] COODIE_DECL std::string to_string(time value);

/// Eight bytes, nanoseconds (native_protocol_v4.spec section 6.19).
template <>
struct value_codec<time> : detail::fixed_codec<time, std::int64_t> {
  static constexpr auto cql_name = fixed_string("time");

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::time; }
  static std::byte* put(std::byte* to, time value) noexcept {
    return protocol::store_big(to, static_cast<std::int64_t>(value.since_midnight.count()));
  }
  static errc get(protocol::reader body, time& value) noexcept {
    std::int64_t nanoseconds = 0;
    if (errc e = load(body, nanoseconds); e != errc::ok) return e;
    value.since_midnight = std::chrono::nanoseconds(nanoseconds);
    return errc::ok;
  }
  static errc check(time value) noexcept {
    const bool in_day =
        value.since_midnight >= std::chrono::nanoseconds(0) && value.since_midnight < std::chrono::hours(24);
    return in_day ? errc::ok : errc::value_out_of_range;
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_TIME_OF_DAY_HPP
