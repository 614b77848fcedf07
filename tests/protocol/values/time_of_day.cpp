// SPDX-License-Identifier: MIT
// time: bytes, text, and the times that are outside the day.
#include "protocol/values/time_of_day.hpp"

#include <limits>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using time_of_day = coodie::time;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

TEST_CASE("a time is its nanoseconds") {
  check_golden(time_of_day{}, "0000000000000000");
  check_golden(time_of_day{1ns}, "0000000000000001");
  check_golden(time_of_day{24h - 1ns}, "00004e94914effff");
}

TEST_CASE("a time outside the day is read but not written") {
  time_of_day found{5ns};
  CHECK(decoded_body(wire("00004e94914f0000"), found) == errc::ok);
  CHECK(found == time_of_day{24h});
  CHECK(protocol::check_value(found) == errc::value_out_of_range);
  CHECK(to_string(found) == "24:00:00.000000000");
  CHECK(decoded_body(wire("ffffffffffffffff"), found) == errc::ok);
  CHECK(found == time_of_day{-1ns});
  CHECK(protocol::check_value(found) == errc::value_out_of_range);
  CHECK(to_string(found) == "-00:00:00.000000001");
  CHECK(to_string(time_of_day{nanoseconds(std::numeric_limits<std::int64_t>::min())}) ==
        "-2562047:47:16.854775808");
  CHECK(protocol::check_value(std::vector<time_of_day>{time_of_day{}, time_of_day{-1ns}}) ==
        errc::value_out_of_range);
}

TEST_CASE("times as text") {
  CHECK(to_string(time_of_day{13h + 5min + 7s + 9ns}) == "13:05:07.000000009");
  CHECK(time_of_day::parse("13:05:07.000000009") == time_of_day{13h + 5min + 7s + 9ns});
  CHECK(time_of_day::parse("00:00:00") == time_of_day{});
  CHECK(time_of_day::parse("23:59:59.999999999") == time_of_day{24h - 1ns});
  CHECK(time_of_day::parse("08:12:54.5") == time_of_day{8h + 12min + 54s + 500ms});
  CHECK(time_of_day::parse("08:12:54.000001") == time_of_day{8h + 12min + 54s + 1us});
}

TEST_CASE("text that is no time") {
  for (const char* text : {"", "1", "12:34", "24:00:00", "12:60:00", "12:00:60", "1:00:00", "12:00:00.",
                           "12:00:00.0123456789", "12:00:00x", "-01:00:00", "12-00-00", "12:00:00 "}) {
    CAPTURE(text);
    CHECK_FALSE(time_of_day::parse(text));
  }
}
