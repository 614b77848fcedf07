// SPDX-License-Identifier: MIT
// duration: bytes, its three texts, and the durations that are none.
#include "protocol/values/duration.hpp"

#include <limits>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::duration;

namespace {

constexpr std::int32_t least32 = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t most32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t least64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most64 = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("a duration is three vints") {
  check_golden(duration{}, "00 00 00");
  check_golden(duration{1, 2, 3}, "02 04 06");
  check_golden(duration{-1, -2, -3}, "01 03 05");
  check_golden(duration{0, 64, 0}, "00 8080 00");
  check_golden(duration{most32, most32, most64}, "f0fffffffe f0fffffffe fffffffffffffffffe");
  check_golden(duration{least32, least32, least64}, "f0ffffffff f0ffffffff ffffffffffffffffff");
}

// A [vint] as the specification tells it, bit by bit.
static std::string vint_of(std::int64_t value) {
  const std::uint64_t number =
      value < 0 ? ((~static_cast<std::uint64_t>(value)) << 1) + 1 : static_cast<std::uint64_t>(value) << 1;
  std::size_t extra = 0;
  while (extra < 8 && number >> (7 * (extra + 1)) != 0) ++extra;
  blob bytes(extra + 1);
  for (std::size_t i = 0; i < bytes.size() && i < 8; ++i)
    bytes[extra - i] = static_cast<std::byte>(number >> (8 * i));
  for (std::size_t i = 0; i < extra; ++i) bytes[0] |= static_cast<std::byte>(0x80U >> i);
  return hex(bytes);
}

TEST_CASE("durations at every power of two, of either sign") {
  std::vector<std::int64_t> numbers{0, most64, least64, least64 + 1};
  for (unsigned bit = 0; bit < 63; ++bit)
    for (const std::int64_t near : {-1, 0, 1}) {
      numbers.push_back((std::int64_t{1} << bit) + near);
      numbers.push_back(-((std::int64_t{1} << bit) + near));
    }
  for (const std::int64_t n : numbers) {
    CAPTURE(n);
    check_golden(duration{0, 0, n}, "0000" + vint_of(n));
    if (n < least32 || n > most32) continue;
    const auto small = static_cast<std::int32_t>(n);
    check_golden(duration{small, 0, n}, vint_of(n) + "00" + vint_of(n));
    check_golden(duration{0, small, 0}, "00" + vint_of(n) + "00");
    CHECK(duration::parse(to_string(duration{small, small, n})) == duration{small, small, n});
  }
}

TEST_CASE("parts of both signs are refused both ways") {
  CHECK(protocol::check_value(duration{1, -1, 0}) == errc::invalid_value);
  CHECK(protocol::check_value(duration{0, 1, -1}) == errc::invalid_value);
  CHECK(protocol::check_value(duration{-1, 0, 1}) == errc::invalid_value);
  CHECK(protocol::check_value(duration{-1, 0, -1}) == errc::ok);
  duration found{1, 2, 3};
  CHECK(decoded_body(wire("02 01 00"), found) == errc::invalid_value);
  CHECK(decoded_body(wire("00 02 01"), found) == errc::invalid_value);
  CHECK(found == duration{1, 2, 3});
}

TEST_CASE("months and days beyond 32 bits are refused") {
  duration found;
  CHECK(decoded_body(wire("f100000000 00 00"), found) == errc::value_out_of_range);
  CHECK(decoded_body(wire("00 f100000000 00"), found) == errc::value_out_of_range);
  CHECK(decoded_body(wire("f100000001 00 00"), found) == errc::value_out_of_range);
  CHECK(decoded_body(wire(""), found) == errc::truncated);
}

static void check_text(const duration& value, const char* text) {
  CAPTURE(text);
  CHECK(to_string(value) == text);
  CHECK(duration::parse(text) == value);
}

TEST_CASE("durations as CQL writes them") {
  check_text(duration{}, "0s");
  check_text(duration{14, 3, 14706007008009}, "1y2mo3d4h5m6s7ms8us9ns");
  check_text(duration{-12, 0, -1}, "-1y1ns");
  check_text(duration{0, 0, 3'600'000'000'000 * 100}, "100h");
  check_text(duration{0, 40, 0}, "40d");
  check_text(duration{most32, most32, most64}, "178956970y7mo2147483647d2562047h47m16s854ms775us807ns");
  check_text(duration{least32, least32, least64}, "-178956970y8mo2147483648d2562047h47m16s854ms775us808ns");
}

TEST_CASE("durations in other forms") {
  CHECK(duration::parse("2w") == duration{0, 14, 0});
  CHECK(duration::parse("1W1D") == duration{0, 8, 0});
  CHECK(duration::parse("1MO2MS3US4NS") == duration{1, 0, 2'003'004});
  CHECK(duration::parse("5\xc2\xb5s") == duration{0, 0, 5000});
  CHECK(duration::parse("1m") == duration{0, 0, 60'000'000'000});
  CHECK(duration::parse("P1Y2M3DT4H5M6S") == duration{14, 3, 14706000000000});
  CHECK(duration::parse("-P1Y") == duration{-12, 0, 0});
  CHECK(duration::parse("PT10M") == duration{0, 0, 600'000'000'000});
  CHECK(duration::parse("P3W") == duration{0, 21, 0});
  CHECK(duration::parse("P0001-02-03T04:05:06") == duration{14, 3, 14706000000000});
  CHECK(duration::parse("-P0000-00-00T00:00:01") == duration{0, 0, -1'000'000'000});
  CHECK(duration::parse("00002d") == duration{0, 2, 0});
}

TEST_CASE("text that is no duration") {
  for (const char* text : {"",
                           "-",
                           "1",
                           "d",
                           "1x",
                           "1d2",
                           "1d1d",
                           "1d1y",
                           "1s1h",
                           "1ns1us",
                           "--1d",
                           "+1d",
                           "1 d",
                           "1d ",
                           "P",
                           "PT",
                           "P1",
                           "P1S",
                           "PT1D",
                           "P1YT",
                           "P1D1M",
                           "P0001-02-03",
                           "P0001-02-03T04:05",
                           "P0001-02-03T04:05:06Z",
                           "p1y",
                           "2147483648d",
                           "-2147483649d",
                           "178956971y",
                           "9223372036854775808ns",
                           "2562048h",
                           "99999999999999999999d",
                           "9223372036854775807y",
                           "1.5s",
                           "1h-1m"}) {
    CAPTURE(text);
    CHECK_FALSE(duration::parse(text));
  }
}
