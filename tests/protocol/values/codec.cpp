// SPDX-License-Identifier: MIT
// A type of the user's own that joins CQL by the trait.
#include "protocol/values/codec.hpp"

#include "tests/protocol/values/value_checks.hpp"

namespace {

struct celsius {
  float degrees = 0;

  friend bool operator==(const celsius&, const celsius&) = default;
};

/// Text that holds no more than three characters.
struct short_text {
  std::string text;
};

}  // namespace

template <>
struct coodie::value_codec<celsius> {
  using inner = value_codec<float>;
  static constexpr auto cql_name = inner::cql_name;
  static constexpr bool freezes = false;
  static bool accepts(const cql_type& type) noexcept { return inner::accepts(type); }
  static std::size_t size(const celsius& value) noexcept { return inner::size(value.degrees); }
  static std::byte* put(std::byte* to, const celsius& value) noexcept {
    return inner::put(to, value.degrees);
  }
  static errc get(protocol::reader body, celsius& value) { return inner::get(body, value.degrees); }
};

template <>
struct coodie::value_codec<short_text> {
  using inner = value_codec<std::string>;
  static constexpr auto cql_name = inner::cql_name;
  static constexpr bool freezes = false;
  static bool accepts(const cql_type& type) noexcept { return inner::accepts(type); }
  static std::size_t size(const short_text& value) noexcept { return inner::size(value.text); }
  static std::byte* put(std::byte* to, const short_text& value) noexcept {
    return inner::put(to, value.text);
  }
  static errc get(protocol::reader body, short_text& value) {
    if (body.remaining() > 3) return errc::value_out_of_range;
    return inner::get(body, value.text);
  }
  static errc check(const short_text& value) noexcept {
    return value.text.size() > 3 ? errc::value_out_of_range : errc::ok;
  }
  static void set_null(short_text& value) { value.text = "nil"; }
};

using namespace value_checks;

TEST_CASE("a user's type is a value like any other") {
  check_golden(celsius{1.0F}, "3f800000");
  check_golden(std::vector<celsius>{{1.0F}}, "00000001 00000004 3f800000");
  check_golden(std::map<std::string, celsius>{{"a", {1.0F}}}, "00000001 00000001 61 00000004 3f800000");
  check_golden(std::pair<celsius, std::optional<std::int8_t>>{{1.0F}, std::int8_t{1}},
               "00000004 3f800000 00000001 01", other_sizes::may_pass);
  check_golden(std::array<celsius, 1>{{{1.0F}}}, "3f800000");
  std::optional<celsius> maybe = celsius{};
  CHECK(decoded(wire("ffffffff"), maybe) == errc::ok);
  CHECK_FALSE(maybe);
}

TEST_CASE("a user's type may check, and take nulls") {
  short_text found;
  CHECK(decoded(wire("ffffffff"), found) == errc::ok);
  CHECK(found.text == "nil");
  CHECK(decoded(wire("00000004 61626364"), found) == errc::value_out_of_range);
  CHECK(protocol::check_value(short_text{"abcd"}) == errc::value_out_of_range);
  CHECK(protocol::check_value(std::optional<std::vector<short_text>>{{{"abcd"}}}) ==
        errc::value_out_of_range);
}
