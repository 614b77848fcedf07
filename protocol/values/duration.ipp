// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_DURATION_IPP
#define COODIE_PROTOCOL_VALUES_DURATION_IPP

#include <limits>
#include <span>

#include "protocol/values/duration.hpp"
#include "protocol/values/text_scanner.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The parts of a duration without their sign.
struct duration_sums {
  std::uint64_t months = 0, days = 0, nanoseconds = 0;
};

struct duration_unit {
  std::string_view name;
  std::uint64_t duration_sums::*part;
  std::uint64_t factor;
  int rank;  // units must come in the order of their ranks
};

inline constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

// A name that begins with another one stands before it.
inline constexpr duration_unit cql_duration_units[] = {
    {"y", &duration_sums::months, 12, 1},
    {"mo", &duration_sums::months, 1, 2},
    {"w", &duration_sums::days, 7, 3},
    {"d", &duration_sums::days, 1, 4},
    {"h", &duration_sums::nanoseconds, 3600 * nanoseconds_per_second, 5},
    {"ms", &duration_sums::nanoseconds, 1'000'000, 8},
    {"m", &duration_sums::nanoseconds, 60 * nanoseconds_per_second, 6},
    {"s", &duration_sums::nanoseconds, nanoseconds_per_second, 7},
    {"us", &duration_sums::nanoseconds, 1000, 9},
    {"\xc2\xb5s", &duration_sums::nanoseconds, 1000, 9},
    {"ns", &duration_sums::nanoseconds, 1, 10}};
inline constexpr duration_unit iso_date_units[] = {{"y", &duration_sums::months, 12, 1},
                                                   {"m", &duration_sums::months, 1, 2},
                                                   {"w", &duration_sums::days, 7, 3},
                                                   {"d", &duration_sums::days, 1, 4}};
inline constexpr duration_unit iso_time_units[] = {
    {"h", &duration_sums::nanoseconds, 3600 * nanoseconds_per_second, 1},
    {"m", &duration_sums::nanoseconds, 60 * nanoseconds_per_second, 2},
    {"s", &duration_sums::nanoseconds, nanoseconds_per_second, 3}};

[[nodiscard]] inline bool add_product(std::uint64_t& sum, std::uint64_t number,
                                      std::uint64_t factor) noexcept {
  constexpr std::uint64_t limit = std::uint64_t{1} << 63;  // what the negative side has room for
  if (number > (limit - sum) / factor) return false;
  sum += number * factor;
  return true;
}

/// Takes numbers with units until something else comes; false when there is none, or one that is wrong.
[[nodiscard]] inline bool take_units(protocol::text_scanner& in, std::span<const duration_unit> units,
                                     duration_sums& sums) noexcept {
  int rank = 0;
  while (in.digits_ahead() != 0) {
    std::int64_t number = 0;
    if (!in.take_digits(1, 19, number)) return false;
    const duration_unit* found = nullptr;
    for (const duration_unit& unit : units) {
      if (!in.take_word(unit.name)) continue;
      found = &unit;
      break;
    }
    if (found == nullptr || found->rank <= rank) return false;
    rank = found->rank;
    if (!add_product(sums.*found->part, static_cast<std::uint64_t>(number), found->factor)) return false;
  }
  return rank != 0;
}

/// Takes yyyy-mm-ddThh:mm:ss
[[nodiscard]] inline bool take_alternative(protocol::text_scanner& in, duration_sums& sums) noexcept {
  std::int64_t n[6] = {};
  constexpr char after[] = {'-', '-', 'T', ':', ':'};
  for (std::size_t i = 0; i < 6; ++i) {
    if (!in.take_exactly(i == 0 ? 4 : 2, n[i])) return false;
    if (i < 5 && !in.take(after[i])) return false;
  }
  sums.months = static_cast<std::uint64_t>(n[0] * 12 + n[1]);
  sums.days = static_cast<std::uint64_t>(n[2]);
  sums.nanoseconds = static_cast<std::uint64_t>((n[3] * 60 + n[4]) * 60 + n[5]) * nanoseconds_per_second;
  return true;
}

/// Takes what follows the P of ISO 8601.
[[nodiscard]] inline bool take_iso(protocol::text_scanner& in, duration_sums& sums) noexcept {
  if (in.digits_ahead() == 4 && in.rest().substr(4).starts_with('-')) return take_alternative(in, sums);
  const bool has_date = in.peek() != 'T';
  if (has_date && !take_units(in, iso_date_units, sums)) return false;
  if (in.take('T')) return take_units(in, iso_time_units, sums);
  return has_date;
}

template <class Integer>
[[nodiscard]] bool give_sign(std::uint64_t magnitude, bool negative, Integer& value) noexcept {
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
  if (magnitude > most + (negative ? 1 : 0)) return false;
  value = static_cast<Integer>(static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude));
  return true;
}

[[nodiscard]] inline std::uint64_t magnitude_of(std::int64_t number) noexcept {
  const auto bits = static_cast<std::uint64_t>(number);
  return number < 0 ? ~bits + 1 : bits;
}

inline void append_unit(std::string& text, std::uint64_t number, std::string_view unit) {
  if (number != 0) text.append(std::to_string(number)).append(unit);
}

}  // namespace detail

errc value_codec<duration>::get(protocol::reader body, duration& value) noexcept {
  std::int64_t parts[3] = {};
  for (std::int64_t& part : parts) {
    std::uint64_t raw = 0;
    if (errc e = protocol::get_unsigned_vint(body, raw); e != errc::ok) return e;
    part = protocol::unzigzag(raw);
  }
  if (!body.empty()) return errc::trailing_bytes;
  const duration found{static_cast<std::int32_t>(parts[0]), static_cast<std::int32_t>(parts[1]), parts[2]};
  if (found.months != parts[0] || found.days != parts[1]) return errc::value_out_of_range;
  if (errc e = check(found); e != errc::ok) return e;
  value = found;
  return errc::ok;
}

std::optional<duration> duration::parse(std::string_view text) noexcept {
  protocol::text_scanner in(text);
  const bool negative = in.take('-');
  detail::duration_sums sums;
  const bool parsed =
      in.take('P') ? detail::take_iso(in, sums) : detail::take_units(in, detail::cql_duration_units, sums);
  duration value;
  if (!parsed || !in.empty() || !detail::give_sign(sums.months, negative, value.months) ||
      !detail::give_sign(sums.days, negative, value.days) ||
      !detail::give_sign(sums.nanoseconds, negative, value.nanoseconds))
    return std::nullopt;
  return value;
}

std::string to_string(const duration& value) {
  std::string text;
  const std::uint64_t months = detail::magnitude_of(value.months);
  detail::append_unit(text, months / 12, "y");
  detail::append_unit(text, months % 12, "mo");
  detail::append_unit(text, detail::magnitude_of(value.days), "d");
  const std::uint64_t nanoseconds = detail::magnitude_of(value.nanoseconds);
  const std::uint64_t seconds = nanoseconds / detail::nanoseconds_per_second;
  detail::append_unit(text, seconds / 3600, "h");
  detail::append_unit(text, seconds / 60 % 60, "m");
  detail::append_unit(text, seconds % 60, "s");
  detail::append_unit(text, nanoseconds / 1'000'000 % 1000, "ms");
  detail::append_unit(text, nanoseconds / 1000 % 1000, "us");
  detail::append_unit(text, nanoseconds % 1000, "ns");
  if (text.empty()) return "0s";
  if (value.months < 0 || value.days < 0 || value.nanoseconds < 0) text.insert(0, 1, '-');
  return text;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_DURATION_IPP
