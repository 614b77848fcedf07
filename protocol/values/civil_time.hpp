// SPDX-License-Identifier: MIT
// Days of the calendar and times of day, counted, parsed and printed.
#ifndef COODIE_PROTOCOL_VALUES_CIVIL_TIME_HPP
#define COODIE_PROTOCOL_VALUES_CIVIL_TIME_HPP

#include <cstdint>
#include <string>

#include "protocol/values/text_scanner.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// A day of the Gregorian calendar. std::chrono::year ends at 32767, both types of CQL go further.
struct civil_day {
  std::int64_t year = 1970, month = 1, day = 1;
};

inline constexpr std::int64_t days_per_era = 146097;  // 400 years
inline constexpr std::int64_t milliseconds_per_day = 86'400'000;

// Both count years from March, so that the leap day is the last of its year, and in eras of 400 years, which
// all have the same days; 0000-03-01 is 719468 days before 1970-01-01.
[[nodiscard]] constexpr std::int64_t days_of(civil_day date) noexcept {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = date.month + (date.month > 2 ? -3 : 9);
  const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_era + day_of_era - 719468;
}

[[nodiscard]] constexpr civil_day civil_of(std::int64_t days) noexcept {
  // Never negative, as the offset is more than an era; no count of days is too large for it.
  const std::int64_t from_offset = days % days_per_era + 719468;
  const std::int64_t era = days / days_per_era + from_offset / days_per_era;
  const std::int64_t day_of_era = from_offset % days_per_era;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  civil_day date;
  date.day = day_of_year - (153 * month + 2) / 5 + 1;
  date.month = month + (month < 10 ? 3 : -9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

inline void append_day(std::string& text, std::int64_t days) {
  const civil_day day = civil_of(days);
  if (day.year < 0) text += '-';
  if (day.year > 9999) text += '+';
  protocol::append_padded(text, static_cast<std::uint64_t>(day.year < 0 ? -day.year : day.year), 4);
  text += '-';
  protocol::append_padded(text, static_cast<std::uint64_t>(day.month), 2);
  text += '-';
  protocol::append_padded(text, static_cast<std::uint64_t>(day.day), 2);
}

/// Takes yyyy-mm-dd. Years of nine digits at most, which both types have room to check afterwards.
[[nodiscard]] inline bool take_day(protocol::text_scanner& in, std::int64_t& days) noexcept {
  const bool negative = in.take('-');
  const bool has_sign = negative || in.take('+');
  civil_day day;
  if (!in.take_digits(4, has_sign ? 9 : 4, day.year)) return false;
  if (negative) day.year = -day.year;
  if (!in.take('-') || !in.take_digits(1, 2, day.month)) return false;
  if (!in.take('-') || !in.take_digits(1, 2, day.day)) return false;
  if (day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31) return false;
  days = days_of(day);
  return civil_of(days).day == day.day;  // not 31 April, which is 1 May
}

/// Takes hh:mm, then perhaps :ss, then perhaps .f of 1 to 9 digits, as nanoseconds since midnight.
[[nodiscard]] inline bool take_clock(protocol::text_scanner& in, std::int64_t& nanoseconds) noexcept {
  std::int64_t hours = 0, minutes = 0, seconds = 0, fraction = 0;
  if (!in.take_exactly(2, hours) || !in.take(':') || !in.take_exactly(2, minutes)) return false;
  if (in.take(':')) {
    if (!in.take_exactly(2, seconds)) return false;
    if (in.take('.') && !in.take_fraction(fraction)) return false;
  }
  if (hours > 23 || minutes > 59 || seconds > 59) return false;
  nanoseconds = ((hours * 60 + minutes) * 60 + seconds) * 1'000'000'000 + fraction;
  return true;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_PROTOCOL_VALUES_CIVIL_TIME_HPP
