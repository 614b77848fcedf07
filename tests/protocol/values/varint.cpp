// SPDX-License-Identifier: MIT
// varint: bytes, text, order, and conversions at every edge.
#include "protocol/values/varint.hpp"

#include <limits>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::varint;

static void check_both(const varint& value, std::string_view body, std::string_view text) {
  CAPTURE(text);
  check_golden(value, body, other_sizes::may_pass);
  CHECK(to_string(value) == text);
  const auto parsed = varint::parse(text);
  REQUIRE(parsed);
  CHECK(*parsed == value);
  CHECK(value.byte_size() == wire(body).size());
}

TEST_CASE("varints at the edge of each size") {
  check_both(0, "00", "0");
  check_both(1, "01", "1");
  check_both(-1, "ff", "-1");
  check_both(127, "7f", "127");
  check_both(128, "0080", "128");
  check_both(-128, "80", "-128");
  check_both(-129, "ff7f", "-129");
  check_both(32767, "7fff", "32767");
  check_both(32768, "008000", "32768");
  check_both(-32768, "8000", "-32768");
  check_both(-32769, "ff7fff", "-32769");
  check_both(std::numeric_limits<std::int64_t>::max(), "7fffffffffffffff", "9223372036854775807");
  check_both(std::numeric_limits<std::int64_t>::min(), "8000000000000000", "-9223372036854775808");
  check_both(std::uint64_t{1} << 63, "008000000000000000", "9223372036854775808");
  check_both(std::numeric_limits<std::uint64_t>::max(), "00ffffffffffffffff", "18446744073709551615");
  check_both(*varint::parse("-9223372036854775809"), "ff7fffffffffffffff", "-9223372036854775809");
  check_both(*varint::parse("18446744073709551616"), "010000000000000000", "18446744073709551616");
  check_both(*varint::parse("-18446744073709551616"), "ff0000000000000000", "-18446744073709551616");
  check_both(*varint::parse("340282366920938463463374607431768211455"), "00ffffffffffffffffffffffffffffffff",
             "340282366920938463463374607431768211455");
  check_both(*varint::parse("-170141183460469231731687303715884105728"), "80000000000000000000000000000000",
             "-170141183460469231731687303715884105728");
  check_both(*varint::parse("1000000000000000000000000000"), "033b2e3c9fd0803ce8000000",
             "1000000000000000000000000000");
}

TEST_CASE("varints at every power of two") {
  for (unsigned bit = 0; bit < 200; ++bit) {
    blob bytes(bit / 8 + 1);
    bytes[0] = static_cast<std::byte>(1U << (bit % 8));
    blob padded = bytes;
    padded.insert(padded.begin(), std::byte{0});
    const varint power = varint::from_bytes(padded);
    CAPTURE(bit);
    CHECK(power.byte_size() == (bit + 1) / 8 + 1);
    const std::string text = to_string(power);
    CHECK(varint::parse(text) == power);
    const varint negative = *varint::parse("-" + text);
    CHECK(negative.byte_size() == bit / 8 + 1);
    CHECK(to_string(negative) == "-" + text);
    CHECK(negative < power);
    varint found;
    CHECK(decoded(encoded(negative), found) == errc::ok);
    CHECK(found == negative);
  }
}

TEST_CASE("longer forms than needed are the same number") {
  varint found;
  CHECK(decoded_body(wire("0000000000000000000005"), found) == errc::ok);
  CHECK(found == varint(5));
  CHECK(decoded_body(wire("ffffffffffffffffffff80"), found) == errc::ok);
  CHECK(found == varint(-128));
  CHECK(decoded_body(wire("0000ff"), found) == errc::ok);
  CHECK(hex(encoded(found)) == "0000000200ff");
  CHECK(decoded_body(wire("00ff"), found) == errc::ok);
  CHECK(found == varint(255));
}

TEST_CASE("no bytes are no varint") {
  varint found = 3;
  CHECK(decoded_body(wire(""), found) == errc::invalid_value_size);
  CHECK(found == varint(3));
}

TEST_CASE("conversions to 64 bits") {
  CHECK(varint(-5).to_int64() == -5);
  CHECK_FALSE(varint(-5).to_uint64());
  CHECK(varint(5U).to_uint64() == 5U);
  const varint big = std::numeric_limits<std::uint64_t>::max();
  CHECK_FALSE(big.to_int64());
  CHECK(big.to_uint64() == std::numeric_limits<std::uint64_t>::max());
  CHECK_FALSE(varint::parse("18446744073709551616")->to_uint64());
  CHECK_FALSE(varint::parse("18446744073709551616")->to_int64());
  CHECK_FALSE(varint::parse("-9223372036854775809")->to_int64());
  CHECK_FALSE(varint::parse("-9223372036854775809")->to_uint64());
  CHECK(varint().to_int64() == 0);
}

TEST_CASE("varints are ordered by value") {
  const char* ascending[] = {"-340282366920938463463374607431768211456",
                             "-18446744073709551617",
                             "-18446744073709551616",
                             "-9223372036854775809",
                             "-9223372036854775808",
                             "-256",
                             "-1",
                             "0",
                             "1",
                             "255",
                             "9223372036854775807",
                             "9223372036854775808",
                             "18446744073709551615",
                             "18446744073709551616",
                             "340282366920938463463374607431768211456"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t k = 0; k < std::size(ascending); ++k) {
      const varint a = *varint::parse(ascending[i]), b = *varint::parse(ascending[k]);
      CAPTURE(ascending[i], ascending[k]);
      CHECK((a < b) == (i < k));
      CHECK((a == b) == (i == k));
      CHECK((a > b) == (i > k));
    }
  }
}

TEST_CASE("text that is no varint") {
  for (const char* text :
       {"", "-", "+", "1.0", "1e3", " 1", "1 ", "0x10", "--1", "12345678901234567890a", "1_000"}) {
    CAPTURE(text);
    CHECK_FALSE(varint::parse(text));
  }
  CHECK(varint::parse("+7") == varint(7));
  CHECK(varint::parse("-0") == varint(0));
  CHECK(varint::parse("000000000000000000000000000000007") == varint(7));
}

TEST_CASE("a number of a thousand digits comes back") {
  std::string text = "-";
  for (int i = 0; i < 1000; ++i) text += static_cast<char>('1' + i % 9);
  const varint value = *varint::parse(text);
  varint found;
  CHECK(decoded(encoded(value), found) == errc::ok);
  CHECK(to_string(found) == text);
}
