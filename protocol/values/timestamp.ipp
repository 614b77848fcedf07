// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_TIMESTAMP_IPP
#define COODIE_PROTOCOL_VALUES_TIMESTAMP_IPP

#include <charconv>

#include "protocol/values/civil_time.hpp"
#include "protocol/values/timestamp.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// Takes nothing, Z, or +hh, +hhmm, +hh:mm, -...
[[nodiscard]] inline bool take_offset(protocol::text_scanner& in, std::int64_t& minutes) noexcept {
  minutes = 0;
  if (in.empty() || in.take('Z') || in.take('z')) return true;
  const bool negative = in.take('-');
  std::int64_t hours = 0, rest = 0;
  if ((!negative && !in.take('+')) || !in.take_exactly(2, hours)) return false;
  if (in.take(':') || !in.empty())
    if (!in.take_exactly(2, rest)) return false;
  if (hours > 18 || rest > 59) return false;
  minutes = (hours * 60 + rest) * (negative ? -1 : 1);
  return true;
}

/// days * 86400000 + rest, unless it is more than 64 bits. `rest` is less than two days, of either sign.
[[nodiscard]] inline std::optional<timestamp> join_days(std::int64_t days, std::int64_t rest) noexcept {
  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / milliseconds_per_day;
  if (days > limit || days < -limit - 1) return std::nullopt;
  // Two steps from the nearer side, so that the first and the last day are whole.
  const std::int64_t near = days < 0 ? days + 1 : days;
  const std::int64_t base = near * milliseconds_per_day;
  if (days < 0) rest -= milliseconds_per_day;
  if (rest > 0 && base > std::numeric_limits<std::int64_t>::max() - rest) return std::nullopt;
  if (rest < 0 && base < std::numeric_limits<std::int64_t>::min() - rest) return std::nullopt;
  return timestamp(std::chrono::milliseconds(base + rest));
}

/// A number of milliseconds, all of the text.
[[nodiscard]] inline std::optional<timestamp> parse_milliseconds(std::string_view text) noexcept {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return timestamp(std::chrono::milliseconds(number));
}

}  // namespace detail

std::string to_string(timestamp time) {
  const auto milliseconds = static_cast<std::int64_t>(time.time_since_epoch().count());
  std::int64_t days = milliseconds / detail::milliseconds_per_day;
  std::int64_t rest = milliseconds % detail::milliseconds_per_day;
  if (rest < 0) {
    rest += detail::milliseconds_per_day;
    --days;
  }
  std::string text;
  detail::append_day(text, days);
  const std::uint64_t parts[] = {static_cast<std::uint64_t>(rest / 3'600'000),
                                 static_cast<std::uint64_t>(rest / 60'000 % 60),
                                 static_cast<std::uint64_t>(rest / 1000 % 60)};
  char before = 'T';
  for (std::uint64_t part : parts) {
    text += before;
    before = ':';
    protocol::append_padded(text, part, 2);
  }
  text += '.';
  protocol::append_padded(text, static_cast<std::uint64_t>(rest % 1000), 3);
  return text += 'Z';
}

std::optional<timestamp> parse_timestamp(std::string_view text) noexcept {
  if (const auto number = detail::parse_milliseconds(text)) return number;
  protocol::text_scanner in(text);
  std::int64_t days = 0, nanoseconds = 0, offset = 0;
  if (!detail::take_day(in, days)) return std::nullopt;
  if (in.peek() == 'T' || in.peek() == 't' || in.peek() == ' ') {
    in.drop(1);
    if (!detail::take_clock(in, nanoseconds)) return std::nullopt;
    in.take(' ');
  }
  if (!detail::take_offset(in, offset) || !in.empty()) return std::nullopt;
  return detail::join_days(days, nanoseconds / 1'000'000 - offset * 60'000);
}

std::string to_string(date day) {
  std::string text;
  detail::append_day(text, static_cast<std::int64_t>(day.time_since_epoch().count()));
  return text;
}

std::optional<date> parse_date(std::string_view text) noexcept {
  protocol::text_scanner in(text);
  std::int64_t days = 0;
  if (!detail::take_day(in, days) || !in.empty()) return std::nullopt;
  if (days < std::numeric_limits<std::int32_t>::min() || days > std::numeric_limits<std::int32_t>::max())
    return std::nullopt;
  return date(std::chrono::days(static_cast<std::int32_t>(days)));
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_TIMESTAMP_IPP
