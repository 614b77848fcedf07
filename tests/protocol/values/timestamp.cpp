// SPDX-License-Identifier: MIT
// timestamp and date: bytes, and text from the first year to the last.
#include "protocol/values/timestamp.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::date;
using coodie::timestamp;
using coodie::to_string;
using std::chrono::days;
using std::chrono::milliseconds;

static timestamp at(std::int64_t ms) { return timestamp(milliseconds(ms)); }
static date day(std::int64_t n) { return date(days(static_cast<int>(n))); }

TEST_CASE("a timestamp is its milliseconds") {
  check_golden(at(0), "0000000000000000");
  check_golden(at(-1), "ffffffffffffffff");
  check_golden(at(1700000000123), "0000018bcfe5687b");
  check_golden(timestamp::min(), "8000000000000000");
  check_golden(timestamp::max(), "7fffffffffffffff");
}

TEST_CASE("a date is its days behind the middle of 32 bits") {
  check_golden(day(0), "80000000");
  check_golden(day(-1), "7fffffff");
  check_golden(day(1), "80000001");
  check_golden(day(std::numeric_limits<std::int32_t>::min()), "00000000");
  check_golden(day(std::numeric_limits<std::int32_t>::max()), "ffffffff");
}

TEST_CASE("a date beyond 32 bits is refused") {
  if constexpr (sizeof(days::rep) > 4) {
    CHECK(protocol::check_value(date(days(std::int64_t{1} << 31))) == errc::value_out_of_range);
    CHECK(protocol::check_value(date(days(-(std::int64_t{1} << 31) - 1))) == errc::value_out_of_range);
  }
  CHECK(protocol::check_value(day(std::numeric_limits<std::int32_t>::max())) == errc::ok);
}

static void check_text(timestamp time, const char* text) {
  CAPTURE(text);
  CHECK(to_string(time) == text);
  CHECK(coodie::parse_timestamp(text) == time);
}

TEST_CASE("timestamps as text") {
  check_text(at(0), "1970-01-01T00:00:00.000Z");
  check_text(at(-1), "1969-12-31T23:59:59.999Z");
  check_text(at(1700000000123), "2023-11-14T22:13:20.123Z");
  check_text(at(951782400000), "2000-02-29T00:00:00.000Z");
  check_text(at(253402300799999), "9999-12-31T23:59:59.999Z");
  check_text(at(253402300800000), "+10000-01-01T00:00:00.000Z");
  check_text(at(-62167219200000), "0000-01-01T00:00:00.000Z");
  check_text(at(-62167219200001), "-0001-12-31T23:59:59.999Z");
  check_text(timestamp::min(), "-292275055-05-16T16:47:04.192Z");
  check_text(timestamp::max(), "+292278994-08-17T07:12:55.807Z");
}

TEST_CASE("timestamps in the other forms of CQL") {
  const auto parse = [](const char* text) {
    const auto time = coodie::parse_timestamp(text);
    return time ? time->time_since_epoch().count() : -777;
  };
  CHECK(parse("2023-11-14") == 1699920000000);
  CHECK(parse("2023-11-14 22:13") == 1699999980000);
  CHECK(parse("2023-11-14T22:13:20") == 1700000000000);
  CHECK(parse("2023-11-14 22:13:20.5Z") == 1700000000500);
  CHECK(parse("2023-11-14 22:13:20.123456789Z") == 1700000000123);
  CHECK(parse("2023-11-14T22:13:20+01") == 1699996400000);
  CHECK(parse("2023-11-14T22:13:20-0130") == 1700005400000);
  CHECK(parse("2023-11-14T22:13:20 +05:30") == 1699980200000);
  CHECK(parse("2023-11-14+0100") == 1699916400000);
  CHECK(parse("2023-1-4") == 1672790400000);
  CHECK(parse("1700000000123") == 1700000000123);
  CHECK(parse("-5") == -5);
  CHECK(parse("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(parse("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(parse("2011") == 2011);
}

TEST_CASE("text that is no timestamp") {
  for (const char* text : {"",
                           "-",
                           "x",
                           "2023-13-01",
                           "2023-00-01",
                           "2023-02-29",
                           "1900-02-29",
                           "2023-04-31",
                           "2023-01-32",
                           "2023-01-00",
                           "2023-01-01T",
                           "2023-01-01T24:00",
                           "2023-01-01T23:60",
                           "2023-01-01T23:59:60",
                           "2023-01-01T1:00",
                           "2023-01-01T10:00:0",
                           "2023-01-01T10:00:00.",
                           "2023-01-01T10:00:00.1234567890",
                           "2023-01-01T10:00Zz",
                           "2023-01-01T10:00+1",
                           "2023-01-01T10:00+01:",
                           "2023-01-01T10:00+19",
                           "20233-01-01",
                           "+1234567890-01-01",
                           "2023-01-01Tx",
                           "9223372036854775808",
                           "-9223372036854775809",
                           "+5",
                           "5 ",
                           "+292278994-08-17T07:12:55.808Z",
                           "-292275055-05-16T16:47:04.191Z",
                           "+999999999-12-31",
                           "2023-01-01 10:00 PST",
                           "2023/01/01"}) {
    CAPTURE(text);
    CHECK_FALSE(coodie::parse_timestamp(text));
  }
}

TEST_CASE("every day of 800 years and the days of far years print and parse") {
  for (std::int64_t n = -200'000; n < 100'000; n += 97)
    CHECK(coodie::parse_date(to_string(day(n))) == day(n));
  for (std::int64_t n = -800; n < 800; ++n) CHECK(coodie::parse_date(to_string(day(n))) == day(n));
  CHECK(to_string(day(0)) == "1970-01-01");
  CHECK(to_string(day(11016)) == "2000-02-29");
  CHECK(to_string(day(11017)) == "2000-03-01");
  CHECK(to_string(day(-25510)) == "1900-02-27");
  CHECK(to_string(day(-25509)) == "1900-02-28");
  CHECK(to_string(day(-25508)) == "1900-03-01");
  CHECK(to_string(day(std::numeric_limits<std::int32_t>::min())) == "-5877641-06-23");
  CHECK(to_string(day(std::numeric_limits<std::int32_t>::max())) == "+5881580-07-11");
  CHECK(coodie::parse_date("-5877641-06-23") == day(std::numeric_limits<std::int32_t>::min()));
  CHECK(coodie::parse_date("+5881580-07-11") == day(std::numeric_limits<std::int32_t>::max()));
}

TEST_CASE("days that no column can hold print too") {
  using rep = date::rep;
  const auto print = [](std::int64_t n) { return to_string(date(days(static_cast<rep>(n)))); };
  CHECK(print(0x80000000) == "+5881580-07-12");
  CHECK(print(-0x80000001LL) == "-5877641-06-22");
  if constexpr (sizeof(rep) < 8) return;
  CHECK(print(std::numeric_limits<std::int64_t>::max()) == "+25252734927768524-07-27");
  CHECK(print(std::numeric_limits<std::int64_t>::min()) == "-25252734927764585-06-07");
}

TEST_CASE("text that is no date") {
  for (const char* text : {"", "2023-02-30", "2023-02-01 ", "2023-02-01T00:00", "23-02-01", "-5877641-06-22",
                           "+5881580-07-12", "2023-1-", "20230101"}) {
    CAPTURE(text);
    CHECK_FALSE(coodie::parse_date(text));
  }
}

TEST_CASE("now is now") {
  const auto before = std::chrono::system_clock::now();
  const timestamp time = coodie::now();
  CHECK(time + milliseconds(1) > before);
  CHECK(time <= std::chrono::system_clock::now());
}
