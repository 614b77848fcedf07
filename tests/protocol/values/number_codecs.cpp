// SPDX-License-Identifier: MIT
// Golden bytes of numbers, at their edges and at every power of two.
#include "protocol/values/number_codecs.hpp"

#include <bit>
#include <limits>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;

namespace {

enum class colour : std::int16_t { red = 1, blue = -2 };
enum class plain { zero, one };

template <class Integer>
void check_powers_of_two() {
  for (unsigned bit = 0; bit < 8 * sizeof(Integer); ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (std::uint64_t bits : {power, power - 1, ~power, ~power + 1, power + 1}) {
      const auto value = static_cast<Integer>(bits);
      std::string body;
      for (std::size_t i = sizeof(Integer); i-- > 0;) {
        const auto byte = static_cast<std::byte>(bits >> (8 * i) & 0xff);
        coodie::detail::append_hex(body, std::span(&byte, 1));
      }
      check_golden(value, body);
    }
  }
}

template <class Float>
void check_bits(Float value, std::string_view body) {
  const blob bytes = wire(body);
  CHECK(hex(encoded(value)) == hex(with_length(bytes)));
  Float found = 5;
  REQUIRE(decoded_body(bytes, found) == errc::ok);
  CHECK(hex(encoded(found)) == hex(with_length(bytes)));
  check_sizes<Float>(bytes, other_sizes::fail);
  check_any(type_of(coodie::value_codec<Float>::cql_name.view()), bytes);
}

}  // namespace

TEST_CASE("integers at every power of two") {
  check_powers_of_two<std::int8_t>();
  check_powers_of_two<std::int16_t>();
  check_powers_of_two<std::int32_t>();
  check_powers_of_two<std::int64_t>();
  check_powers_of_two<long long>();
}

TEST_CASE("integers at their limits") {
  check_golden(std::numeric_limits<std::int8_t>::min(), "80");
  check_golden(std::numeric_limits<std::int8_t>::max(), "7f");
  check_golden(std::numeric_limits<std::int16_t>::min(), "8000");
  check_golden(std::numeric_limits<std::int32_t>::min(), "80000000");
  check_golden(std::int32_t{-1}, "ffffffff");
  check_golden(std::numeric_limits<std::int64_t>::max(), "7fffffffffffffff");
  check_golden(std::numeric_limits<std::int64_t>::min(), "8000000000000000");
}

TEST_CASE("a value of another size is refused and says so") {
  std::int32_t number = 7;
  CHECK(decoded_body(wire("000001"), number) == errc::invalid_value_size);
  CHECK(decoded_body(wire("0000000001"), number) == errc::invalid_value_size);
  CHECK(decoded_body(wire(""), number) == errc::invalid_value_size);
  CHECK(decoded(wire("ffffffff"), number) == errc::unexpected_null);
  CHECK(decoded(wire("fffffffe"), number) == errc::unexpected_null);
  CHECK(decoded(wire("00000004 000000"), number) == errc::truncated);
  CHECK(decoded(wire("7fffffff 00000000"), number) == errc::truncated);
  CHECK(number == 7);
}

TEST_CASE("a value leaves what follows it in the reader") {
  const exact_buffer input(wire("00000004 00000001 00000002 0003"));
  protocol::reader in = input.read();
  std::int32_t first = 0;
  std::int16_t second = 0;
  CHECK(protocol::get_value(in, first) == errc::ok);
  CHECK(in.remaining() == 6);
  CHECK(protocol::get_value(in, second) == errc::ok);
  CHECK(in.empty());
  CHECK(first == 1);
  CHECK(second == 3);
}

TEST_CASE("float and double keep every bit") {
  check_bits(1.0F, "3f800000");
  check_bits(-0.0F, "80000000");
  check_bits(std::numeric_limits<float>::infinity(), "7f800000");
  check_bits(std::numeric_limits<float>::denorm_min(), "00000001");
  check_bits(std::bit_cast<float>(0x7fc12345U), "7fc12345");
  check_bits(std::bit_cast<float>(0xffc00000U), "ffc00000");
  check_bits(1.0, "3ff0000000000000");
  check_bits(-2.5, "c004000000000000");
  check_bits(-0.0, "8000000000000000");
  check_bits(std::numeric_limits<double>::max(), "7fefffffffffffff");
  check_bits(std::bit_cast<double>(0x7ff8000000abcdefU), "7ff8000000abcdef");
}

TEST_CASE("boolean takes every byte but 0 for true") {
  check_golden(true, "01");
  check_golden(false, "00");
  bool found = false;
  CHECK(decoded_body(wire("ff"), found) == errc::ok);
  CHECK(found);
  CHECK(decoded_body(wire("02"), found) == errc::ok);
  CHECK(found);
}

TEST_CASE("a counter is a bigint that starts at 0") {
  check_golden(coodie::counter{-3}, "fffffffffffffffd");
  coodie::counter found{9};
  CHECK(decoded(wire("ffffffff"), found) == errc::ok);
  CHECK(found.value == 0);
  std::int64_t number = 0;
  CHECK(coodie::value_codec<std::int64_t>::accepts(cql_type(type_id::counter)));
  CHECK(decoded_body(wire("0000000000000005"), number) == errc::ok);
  CHECK(number == 5);
}

TEST_CASE("enums are their underlying type") {
  check_golden(colour::red, "0001");
  check_golden(colour::blue, "fffe");
  check_golden(plain::one, "00000001");
  CHECK(coodie::value_codec<colour>::cql_name == "smallint");
  CHECK(coodie::value_codec<plain>::cql_name == "int");
  colour found = colour::red;
  CHECK(decoded_body(wire("00000001"), found) == errc::invalid_value_size);
  CHECK(found == colour::red);
}

TEST_CASE("numbers accept the server's type of their size only") {
  using coodie::value_codec;
  for (unsigned id = 0; id <= 0x31; ++id) {
    const cql_type type(static_cast<type_id>(id));
    CAPTURE(id);
    CHECK(value_codec<std::int8_t>::accepts(type) == (type.id == type_id::tinyint));
    CHECK(value_codec<std::int16_t>::accepts(type) == (type.id == type_id::smallint));
    CHECK(value_codec<std::int32_t>::accepts(type) == (type.id == type_id::int_));
    CHECK(value_codec<std::int64_t>::accepts(type) ==
          (type.id == type_id::bigint || type.id == type_id::counter));
    CHECK(value_codec<float>::accepts(type) == (type.id == type_id::float_));
    CHECK(value_codec<double>::accepts(type) == (type.id == type_id::double_));
    CHECK(value_codec<bool>::accepts(type) == (type.id == type_id::boolean));
    CHECK(value_codec<coodie::counter>::accepts(type) == (type.id == type_id::counter));
  }
}

TEST_CASE("what has no CQL type has no codec") {
  CHECK_FALSE(coodie::has_value_codec<unsigned>);
  CHECK_FALSE(coodie::has_value_codec<std::uint64_t>);
  CHECK_FALSE(coodie::has_value_codec<char>);
  CHECK_FALSE(coodie::has_value_codec<long double>);
  CHECK_FALSE(coodie::has_value_codec<const char*>);
  CHECK_FALSE(coodie::has_value_codec<std::vector<unsigned>>);
  CHECK_FALSE(coodie::has_value_codec<std::byte>);
}
