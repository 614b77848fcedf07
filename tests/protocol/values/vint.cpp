// SPDX-License-Identifier: MIT
// Integers of one to nine bytes.
#include "protocol/values/vint.hpp"

#include <limits>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;

static void check_vint(std::uint64_t number, std::string_view bytes_text) {
  CAPTURE(number);
  const blob bytes = wire(bytes_text);
  REQUIRE(protocol::unsigned_vint_size(number) == bytes.size());
  const exact_buffer place(bytes);
  auto* start = const_cast<std::byte*>(place.bytes().data());
  CHECK(protocol::put_unsigned_vint(start, number) == start + bytes.size());
  CHECK(hex(place.bytes()) == hex(bytes));
  protocol::reader in = place.read();
  std::uint64_t found = 0;
  CHECK(protocol::get_unsigned_vint(in, found) == errc::ok);
  CHECK(found == number);
  CHECK(in.empty());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const exact_buffer cut(prefix(bytes, n));
    in = cut.read();
    CHECK(protocol::get_unsigned_vint(in, found) == errc::truncated);
    CHECK(in.remaining() == n);
  }
}

TEST_CASE("unsigned vints at the edge of each size") {
  check_vint(0, "00");
  check_vint(1, "01");
  check_vint(127, "7f");
  check_vint(128, "8080");
  check_vint(255, "80ff");
  check_vint(16383, "bfff");
  check_vint(16384, "c04000");
  check_vint((1U << 21) - 1, "dfffff");
  check_vint(1U << 21, "e0200000");
  check_vint((1U << 28) - 1, "efffffff");
  check_vint(1U << 28, "f010000000");
  check_vint((std::uint64_t{1} << 35) - 1, "f7ffffffff");
  check_vint(std::uint64_t{1} << 35, "f80800000000");
  check_vint((std::uint64_t{1} << 42) - 1, "fbffffffffff");
  check_vint(std::uint64_t{1} << 42, "fc040000000000");
  check_vint((std::uint64_t{1} << 49) - 1, "fdffffffffffff");
  check_vint(std::uint64_t{1} << 49, "fe02000000000000");
  check_vint((std::uint64_t{1} << 56) - 1, "feffffffffffffff");
  check_vint(std::uint64_t{1} << 56, "ff0100000000000000");
  check_vint(std::numeric_limits<std::uint64_t>::max(), "ffffffffffffffffff");
}

TEST_CASE("unsigned vints at every power of two come back") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (std::uint64_t number : {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1}) {
      std::byte bytes[9];
      const std::byte* end = protocol::put_unsigned_vint(bytes, number);
      protocol::reader in(bytes, end);
      std::uint64_t found = 0;
      CHECK(protocol::get_unsigned_vint(in, found) == errc::ok);
      CHECK(found == number);
    }
  }
}

TEST_CASE("a longer form than needed is taken") {
  const blob bytes = wire("f00000000a 61");
  protocol::reader in(bytes);
  std::uint64_t found = 0;
  CHECK(protocol::get_unsigned_vint(in, found) == errc::ok);
  CHECK(found == 10);
  CHECK(in.remaining() == 1);
}

TEST_CASE("zigzag puts the sign into the lowest bit") {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  static_assert(protocol::zigzag(0) == 0 && protocol::zigzag(-1) == 1 && protocol::zigzag(1) == 2);
  static_assert(protocol::zigzag(most) == ~std::uint64_t{1});
  static_assert(protocol::zigzag(least) == ~std::uint64_t{0});
  for (std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{-64}, least, most})
    CHECK(protocol::unzigzag(protocol::zigzag(number)) == number);
}
