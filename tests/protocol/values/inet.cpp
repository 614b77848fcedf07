// SPDX-License-Identifier: MIT
// inet: bytes, text and order of both families.
#include "protocol/values/inet.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::inet;

static void check_both(std::string_view text, std::string_view body) {
  CAPTURE(text);
  const auto address = inet::parse(text);
  REQUIRE(address);
  CHECK(hex(encoded(*address)) == hex(with_length(wire(body))));
  check_golden(*address, body, address->is_v4() ? other_sizes::fail : other_sizes::may_pass);
  CHECK(to_string(*address) == text);
}

TEST_CASE("addresses in their recommended form") {
  check_both("0.0.0.0", "00000000");
  check_both("127.0.0.1", "7f000001");
  check_both("255.255.255.255", "ffffffff");
  check_both("192.0.2.33", "c0000221");
  check_both("::", "00000000000000000000000000000000");
  check_both("::1", "00000000000000000000000000000001");
  check_both("1::", "00010000000000000000000000000000");
  check_both("2001:db8::1", "20010db8000000000000000000000001");
  check_both("2001:db8:0:1:1:1:1:1", "20010db8000000010001000100010001");
  check_both("2001:0:0:1::1", "20010000000000010000000000000001");
  check_both("2001:db8::1:0:0:1", "20010db8000000000001000000000001");
  check_both("fe80::abcd:ef01:2345:6789", "fe80000000000000abcdef0123456789");
  check_both("1:2:3:4:5:6:7:8", "00010002000300040005000600070008");
  check_both("::ffff:192.0.2.1", "00000000000000000000ffffc0000201");
  check_both("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffffffffffffffffffffffffffffffff");
  check_both("0:2:3:4:5:6:7:8", "00000002000300040005000600070008");
}

TEST_CASE("addresses in other forms") {
  const auto same = [](const char* a, const char* b) {
    const auto x = inet::parse(a), y = inet::parse(b);
    return x && y && *x == *y;
  };
  CHECK(same("2001:DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"));
  CHECK(same("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"));
  CHECK(same("::1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"));
  CHECK(same("64:ff9b::192.0.2.33", "64:ff9b::c000:221"));
  CHECK(same("::13.1.68.3", "::d01:4403"));
  CHECK(same("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"));
  CHECK(same("0:0:0:0:0:FFFF:129.144.52.38", "::ffff:129.144.52.38"));
}

TEST_CASE("text that is no address") {
  for (const char* text : {"",
                           ".",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "1.2.3.1000",
                           "1.2.3.04",
                           "1.2.3.",
                           ".1.2.3",
                           "1..2.3",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "a.b.c.d",
                           ":",
                           ":::",
                           "1:",
                           ":1",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "1:2:3:4:5:6:7::8",
                           "::1:2:3:4:5:6:7:8",
                           "12345::",
                           "g::",
                           "::1.2.3",
                           "::1.a",
                           "::1.2.3.a",
                           "::1.2.3.bad",
                           "1:2:3:4:5:6:7:1.8",
                           "::1.2.3.4.5",
                           "1.2.3.4::",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "1:2:3:4:5:6:7:8:",
                           "fe80::1%eth0",
                           "[::1]",
                           "::ffff:1.2.3.256",
                           "1:2:3:4:5:6:7:"}) {
    CAPTURE(text);
    CHECK_FALSE(inet::parse(text));
  }
}

TEST_CASE("an address has 4 or 16 bytes") {
  for (std::size_t n = 0; n < 20; ++n) {
    inet found = *inet::parse("9.9.9.9");
    const errc e = decoded_body(blob(n), found);
    CAPTURE(n);
    CHECK((e == errc::ok) == (n == 4 || n == 16));
    if (e != errc::ok) {
      CHECK(e == errc::invalid_value_size);
      CHECK(to_string(found) == "9.9.9.9");
    }
    CHECK(inet::from_bytes(blob(n)).has_value() == (n == 4 || n == 16));
  }
}

TEST_CASE("addresses are ordered by their bytes, ::1 before 10.0.0.1") {
  CHECK(*inet::parse("::1") < *inet::parse("10.0.0.1"));
  CHECK(*inet::parse("10.0.0.1") < *inet::parse("2001:db8::1"));
  CHECK(*inet::parse("127.0.0.1") < *inet::parse("128.0.0.1"));
  CHECK(*inet::parse("0.0.0.0") < *inet::parse("::"));
  CHECK(*inet::parse("1.2.3.4") != *inet::parse("102:304::"));
  CHECK(inet().is_v4());
  CHECK(inet::parse("::")->is_v6());
  CHECK(inet(std::array<std::byte, 4>{std::byte{1}}) == *inet::parse("1.0.0.0"));
  CHECK(inet(std::array<std::byte, 16>{std::byte{1}}) == *inet::parse("100::"));
}
