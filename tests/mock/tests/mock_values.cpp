// SPDX-License-Identifier: MIT
// Encoded values: order, validity, canonical form, text and arithmetic.
#include "tests/mock/mock_values.hpp"

#include <algorithm>
#include <bit>

#include "protocol/values/hex.hpp"
#include "protocol/values/values.hpp"
#include "tests/catch.hpp"
#include "tests/mock/mock_numbers.hpp"

using namespace coodie::testing::store;
using coodie::cql_type;
using coodie::type_id;

namespace {

octets hex(std::string_view digits) {
  octets bytes;
  REQUIRE(coodie::detail::hex_text(digits, bytes));
  return bytes;
}

// The values, which stand there in order, compare so with each other.
void check_order(const cql_type& type, const std::vector<std::string>& digits) {
  for (std::size_t i = 0; i < digits.size(); ++i)
    for (std::size_t k = 0; k < digits.size(); ++k) {
      const int order = compare_values(type, hex(digits[i]), hex(digits[k]));
      INFO(digits[i] + " " + digits[k]);
      CHECK((order < 0) == (i < k));
      CHECK((order > 0) == (i > k));
    }
}

std::string refusal_of(const cql_type& type, std::string_view digits) {
  octets value = hex(digits);
  const auto refused = check_and_sort(type, value);
  return refused ? refused.why().message : "";
}

std::string sorted(const cql_type& type, std::string_view digits) {
  octets value = hex(digits);
  CHECK_FALSE(static_cast<bool>(check_and_sort(type, value)));
  std::string text;
  coodie::detail::append_hex(text, value);
  return text;
}

const cql_type int_set(type_id::set, {type_id::int_});

}  // namespace

TEST_CASE("mock values: order") {
  check_order(type_id::int_, {"", "80000000", "ffffffff", "00000000", "00000001", "7fffffff"});
  check_order(type_id::bigint,
              {"", "8000000000000000", "ffffffffffffffff", "0000000000000000", "7fffffffffffffff"});
  check_order(type_id::smallint, {"8000", "ffff", "0000", "7fff"});
  check_order(type_id::tinyint, {"80", "ff", "00", "7f"});
  check_order(type_id::date, {"00000000", "7fffffff", "80000000", "ffffffff"});
  check_order(type_id::float_,
              {"", "ff800000", "bf800000", "80000000", "00000000", "3f800000", "7f800000", "7fc00000"});
  check_order(type_id::varchar, {"", "41", "4100", "61", "c3a9"});
  check_order(type_id::inet, {"", "00000000000000000000000000000001", "0a000001"});
  check_order(type_id::varint, {"", "80", "ff", "00", "7f", "0080", "00ffffffffffffffffff"});
  check_order(type_id::boolean, {"", "00", "01"});
  check_order(int_set, {"00000000", "000000010000000400000001", "00000002000000040000000100000004ffffffff",
                        "00000002000000040000000100000004"
                        "00000002"});
  CHECK(compare_values(type_id::decimal, hex("000000010a"), hex("0000000001")) == 0);  // 1.0 and 1
}

TEST_CASE("mock values: sizes that Cassandra takes and refuses") {
  for (const type_id id :
       {type_id::int_, type_id::bigint, type_id::float_, type_id::double_, type_id::boolean,
        type_id::timestamp, type_id::uuid, type_id::inet, type_id::varint, type_id::decimal})
    CHECK(refusal_of(id, "").empty());
  for (const type_id id :
       {type_id::smallint, type_id::tinyint, type_id::date, type_id::time, type_id::duration})
    CHECK_FALSE(refusal_of(id, "").empty());
  CHECK(refusal_of(type_id::int_, "000000") == "Expected 4 or 0 byte int (3)");
  CHECK(refusal_of(type_id::int_, "0000000000") == "Expected 4 or 0 byte int (5)");
  CHECK(refusal_of(type_id::boolean, "05").empty());
  CHECK(refusal_of(type_id::time, "ffffffffffffffff").empty());
  CHECK(refusal_of(type_id::uuid, "0000000000") == "UUID should be 16 or 0 bytes (5)");
  CHECK(refusal_of(type_id::timeuuid, "00000000000000000000000000000000") ==
        "Invalid version for TimeUUID type: 0x0");
  CHECK(refusal_of(type_id::inet, "0000000000") == "Expected 4 or 16 byte inetaddress; got 0000000000");
  CHECK(refusal_of(type_id::decimal, "000000") == "Expected 0 or at least 4 bytes (3)");
  CHECK(refusal_of(type_id::duration, "020100") ==
        "The duration months, days and nanoseconds must be all of the same sign (1, -1, 0)");
}

TEST_CASE("mock values: text") {
  CHECK(refusal_of(type_id::varchar, "f09f9880").empty());
  CHECK(refusal_of(type_id::varchar, "eda080").empty());  // a surrogate
  CHECK(refusal_of(type_id::varchar, "e08080").empty());  // a longer form than needed
  CHECK_FALSE(refusal_of(type_id::varchar, "c080").empty());
  CHECK_FALSE(refusal_of(type_id::varchar, "ff").empty());
  CHECK_FALSE(refusal_of(type_id::varchar, "c3").empty());
  CHECK_FALSE(refusal_of(type_id::varchar, "c341").empty());
  CHECK_FALSE(refusal_of(type_id::varchar, "f5808080").empty());
  CHECK(refusal_of(type_id::ascii, "80") == "Invalid byte for ascii: -128");
}

TEST_CASE("mock values: sets and maps are sorted and lose duplicates, at every depth") {
  CHECK(sorted(int_set,
               "00000003"
               "0000000400000005"
               "0000000400000001"
               "0000000400000005") ==
        "00000002"
        "0000000400000001"
        "0000000400000005");
  const cql_type map(type_id::map, {type_id::int_, type_id::varchar});
  CHECK(sorted(map,
               "00000002"
               "0000000400000001"
               "0000000161"
               "0000000400000001"
               "0000000162") ==
        "00000001"
        "0000000400000001"
        "0000000162");
  const cql_type list(type_id::list, {int_set});
  CHECK(sorted(list,
               "00000001"
               "00000014"
               "00000002"
               "0000000400000002"
               "0000000400000001") ==
        "00000001"
        "00000014"
        "00000002"
        "0000000400000001"
        "0000000400000002");
}

TEST_CASE("mock values: nested values are taken whole or not at all") {
  const std::string good =
      "00000002"
      "0000000400000001"
      "0000000400000002";
  for (std::size_t n = 0; n < good.size(); n += 2)
    CHECK_FALSE(refusal_of(int_set, good.substr(0, n)).empty());
  CHECK(refusal_of(int_set, good).empty());
  CHECK_FALSE(refusal_of(int_set, good + "00").empty());
  CHECK_FALSE(refusal_of(int_set, "7fffffff").empty());  // a count that nothing follows
  CHECK_FALSE(refusal_of(int_set, "ffffffff").empty());
  CHECK_FALSE(refusal_of(int_set, "00000001ffffffff").empty());  // a null element
  const cql_type tuple(type_id::tuple, {type_id::int_, type_id::varchar});
  CHECK(refusal_of(tuple, "").empty());
  CHECK(refusal_of(tuple, "0000000400000001").empty());  // fewer fields than the type
  CHECK(refusal_of(tuple, "ffffffffffffffff").empty());
  CHECK_FALSE(refusal_of(tuple, "ffffffffffffffffffffffff").empty());
  cql_type vector(type_id::vector, {type_id::float_});
  vector.dimensions = 2;
  CHECK(refusal_of(vector, "0000000000000000").empty());
  CHECK_FALSE(refusal_of(vector, "00000000").empty());
  CHECK_FALSE(refusal_of(vector, "000000000000000000").empty());
  cql_type texts(type_id::vector, {type_id::varchar});
  texts.dimensions = 2;
  CHECK(refusal_of(texts, "01610162").empty());
  CHECK_FALSE(refusal_of(texts, "0161016263").empty());
  CHECK_FALSE(refusal_of(texts, "016101").empty());
}

TEST_CASE("mock values: text of numbers is Java's") {
  const auto text = [](double value) {
    return value_text(type_id::double_, encode_big(std::bit_cast<std::uint64_t>(value)));
  };
  CHECK(text(1) == "1.0");
  CHECK(text(-0.0) == "-0.0");
  CHECK(text(0.001) == "0.001");
  CHECK(text(0.0001) == "1.0E-4");
  CHECK(text(1234567.5) == "1234567.5");
  CHECK(text(12345678) == "1.2345678E7");
  CHECK(text(1e100) == "1.0E100");
  CHECK(value_text(type_id::float_, hex("3f8ccccd")) == "1.1");
  CHECK(value_text(type_id::int_, hex("ffffffff")) == "-1");
  CHECK(value_text(type_id::blob, hex("00ff")) == "0x00ff");
  CHECK(value_text(type_id::int_, "").empty());
}

TEST_CASE("mock numbers: conversions wrap around, truncate and saturate") {
  const auto convert = [](type_id from, type_id to, std::string_view digits) {
    octets result;
    CHECK_FALSE(static_cast<bool>(convert_number(from, to, hex(digits), result)));
    return value_text(to, result);
  };
  CHECK(convert(type_id::bigint, type_id::int_, "7fffffffffffffff") == "-1");
  CHECK(convert(type_id::int_, type_id::tinyint, "00000180") == "-128");
  CHECK(convert(type_id::float_, type_id::int_, "7f800000") == "2147483647");
  CHECK(convert(type_id::float_, type_id::int_, "7fc00000") == "0");
  CHECK(convert(type_id::float_, type_id::decimal, "3f8ccccd") == "1.1");
  CHECK(convert(type_id::int_, type_id::varint, "ffffff80") == "-128");
  CHECK(convert(type_id::decimal, type_id::int_, "000000019b") == "-10");  // -10.1
  octets result;
  CHECK(static_cast<bool>(
      convert_number(type_id::varint, type_id::int_, hex("0100000000000000000000"), result)));
}

TEST_CASE("mock numbers: sums wrap around, means do not") {
  const auto sum = [](type_id type, const std::vector<octets>& values) {
    octets result;
    CHECK_FALSE(static_cast<bool>(sum_numbers(type, values, result)));
    return value_text(type, result);
  };
  const auto mean = [](type_id type, const std::vector<octets>& values) {
    octets result;
    CHECK_FALSE(static_cast<bool>(average_numbers(type, values, result)));
    return value_text(type, result);
  };
  CHECK(sum(type_id::int_, {}) == "0");
  CHECK(sum(type_id::tinyint, {hex("7f"), hex("7f")}) == "-2");
  CHECK(mean(type_id::tinyint, {hex("7f"), hex("7f")}) == "127");
  const octets most = hex("7fffffffffffffff"), least = hex("8000000000000000");
  CHECK(mean(type_id::bigint, {most, most, most}) == "9223372036854775807");
  CHECK(mean(type_id::bigint, {least, least}) == "-9223372036854775808");
  CHECK(mean(type_id::int_, {hex("00000002"), hex("00000005")}) == "3");
  CHECK(mean(type_id::int_, {hex("fffffffe"), hex("fffffffb")}) == "-3");
  CHECK(mean(type_id::int_, {hex("0000000a"), hex("ffffffff"), hex("ffffffff")}) == "2");
  CHECK(sum(type_id::decimal, {hex("0000000105"), hex("0000000205")}) == "0.55");
  octets result;
  CHECK(static_cast<bool>(average_numbers(type_id::decimal, {hex("0000000105")}, result)));
  CHECK(static_cast<bool>(sum_numbers(type_id::varint, {most, most}, result)));
}
