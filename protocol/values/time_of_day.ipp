// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_TIME_OF_DAY_IPP
#define COODIE_PROTOCOL_VALUES_TIME_OF_DAY_IPP

#include "protocol/values/civil_time.hpp"
#include "protocol/values/time_of_day.hpp"

namespace coodie::inline COODIE_ABI {

std::optional<time> time::parse(std::string_view text) noexcept {
  protocol::text_scanner in(text);
  std::int64_t nanoseconds = 0;
  if (text.size() < 8 || !detail::take_clock(in, nanoseconds) || !in.empty()) return std::nullopt;
  return time{std::chrono::nanoseconds(nanoseconds)};
}

std::string to_string(time value) {
  const auto nanoseconds = static_cast<std::int64_t>(value.since_midnight.count());
  std::string text;
  auto rest = static_cast<std::uint64_t>(nanoseconds);
  if (nanoseconds < 0) {
    text += '-';
    rest = ~rest + 1;
  }
  protocol::append_padded(text, rest / 3'600'000'000'000, 2);
  text += ':';
  protocol::append_padded(text, rest / 60'000'000'000 % 60, 2);
  text += ':';
  protocol::append_padded(text, rest / 1'000'000'000 % 60, 2);
  text += '.';
  protocol::append_padded(text, rest % 1'000'000'000, 9);
  return text;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_TIME_OF_DAY_IPP
