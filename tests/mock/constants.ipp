// SPDX-License-Identifier: MIT
// Constants of CQL, encoded.
#ifndef COODIE_TESTS_MOCK_CONSTANTS_IPP
#define COODIE_TESTS_MOCK_CONSTANTS_IPP

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "protocol/values/values.hpp"
#include "tests/mock/expression.hpp"
#include "tests/mock/mock_numbers.hpp"
#include "tests/mock/mock_values.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] inline std::string_view constant_kind_name(cql::term_kind kind) noexcept {
  switch (kind) {
    case cql::term_kind::string: return "STRING";
    case cql::term_kind::integer: return "INTEGER";
    case cql::term_kind::floating: return "FLOAT";
    case cql::term_kind::boolean: return "BOOLEAN";
    case cql::term_kind::uuid: return "UUID";
    case cql::term_kind::hex: return "HEX";
    default: return "DURATION";
  }
}

[[nodiscard]] inline bool takes_integers(type_id id) noexcept {
  return is_number(id) || id == type_id::date || id == type_id::time || id == type_id::timestamp ||
         id == type_id::duration;
}

template <class Integer>
[[nodiscard]] cql::refusal encode_integer(const std::string& text, std::string_view java_name,
                                          octets& value) {
  Integer number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    return cql::invalid("Unable to make " + std::string(java_name) + " from '" + text + "'");
  value = encode_big(number);
  return {};
}

[[nodiscard]] inline double parse_real(const std::string& text) noexcept {
  if (text == "NaN" || text == "-NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::strtod(text.c_str(), nullptr);
}

[[nodiscard]] inline float parse_short_real(const std::string& text) noexcept {
  const bool word = text.find_first_of("nN") != std::string::npos;
  return word ? static_cast<float>(parse_real(text)) : std::strtof(text.c_str(), nullptr);
}

template <class Value>
[[nodiscard]] cql::refusal encode_parsed(const std::optional<Value>& parsed, std::string message,
                                         octets& value) {
  if (!parsed) return cql::invalid(std::move(message));
  value = encode_value(*parsed);
  return {};
}

[[nodiscard]] inline bool is_digits(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Cassandra wants two digits for months and days, where `parse_date` is content with one.
[[nodiscard]] inline bool is_full_date(std::string_view text) noexcept {
  const auto day = text.rfind('-');
  const auto month = day == std::string_view::npos || day == 0 ? day : text.rfind('-', day - 1);
  return month != std::string_view::npos && day - month == 3 && text.size() - day == 3;
}

// A date is a string, or the unsigned number of days with 1970-01-01 in the middle.
[[nodiscard]] inline cql::refusal encode_date(const std::string& text, octets& value) {
  if (is_digits(text)) {
    std::uint32_t days = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (error != std::errc{} || end != text.data() + text.size())
      return cql::invalid("Unable to make unsigned int (for date) from: '" + text + "'");
    value = encode_big(days);
    return {};
  }
  return encode_parsed(is_full_date(text) ? parse_date(text) : std::nullopt,
                       "Unable to coerce '" + text + "' to a formatted date (long)", value);
}

[[nodiscard]] inline cql::refusal encode_timestamp(const std::string& text, octets& value) {
  if (is_digits(text)) return encode_integer<std::int64_t>(text, "long", value);
  if (text.empty()) return value.clear(), cql::refusal{};
  const bool full_date = is_full_date(text.substr(0, 10));
  return encode_parsed(full_date ? parse_timestamp(text) : std::nullopt,
                       "Unable to parse a date/time from '" + text + "'", value);
}

// Hours, minutes and seconds may have any number of digits.
[[nodiscard]] inline std::string two_digits_each(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    std::string_view number = text.substr(0, digits);
    while (number.size() > 2 && number.front() == '0') number.remove_prefix(1);
    result.append(number.size() == 1 ? "0" : "").append(number);
    if (digits == text.size() || text[digits] != ':') return result.append(text.substr(digits));
    result += ':';
    text.remove_prefix(digits + 1);
  }
  return result;
}

[[nodiscard]] inline cql::refusal encode_time(const std::string& text, octets& value) {
  constexpr std::int64_t nanoseconds_a_day = 86'400'000'000'000;
  if (!is_digits(text))
    return encode_parsed(time::parse(two_digits_each(text)),
                         "(TimeType) Unable to coerce '" + text + "' to a formatted time (long)", value);
  const bool wrong = encode_integer<std::int64_t>(text, "long", value) ||
                     decode_big<std::int64_t>(value) < 0 ||
                     decode_big<std::int64_t>(value) >= nanoseconds_a_day;
  return wrong ? cql::invalid("Unable to make long (for time) from: '" + text + "'") : cql::refusal{};
}

[[nodiscard]] inline cql::refusal encode_inet(const std::string& text, octets& value) {
  if (text.empty()) return value.clear(), cql::refusal{};
  return encode_parsed(inet::parse(text), "Unable to make inet address from '" + text + "'", value);
}

[[nodiscard]] inline cql::refusal encode_timeuuid(const std::string& text, octets& value) {
  return encode_parsed(timeuuid::parse(text), "TimeUUID supports only version 1 UUIDs", value);
}

[[nodiscard]] inline cql::refusal encode_blob(const std::string& digits, octets& value) {
  value.clear();
  if (coodie::detail::hex_text(digits, value)) return {};
  return cql::invalid("cannot parse '" + digits + "' as hex bytes");
}

[[nodiscard]] inline cql::refusal encode_ascii(const std::string& text, octets& value) {
  if (check_ascii(text))
    return cql::invalid(
        "Invalid ASCII character in string literal: java.nio.charset.UnmappableCharacterException: Input "
        "length = 1");
  value = text;
  return {};
}

[[nodiscard]] inline cql::refusal encode_text(const std::string& text, octets& value) {
  value = text;
  return check_text(text);
}

}  // namespace detail

bool constant_fits(cql::term_kind kind, const cql_type& type) noexcept {
  using cql::term_kind;
  switch (kind) {
    case term_kind::string:
      return type.id == type_id::ascii || type.id == type_id::varchar || type.id == type_id::inet ||
             type.id == type_id::date || type.id == type_id::time || type.id == type_id::timestamp;
    case term_kind::integer: return detail::takes_integers(type.id);
    case term_kind::floating:
      return type.id == type_id::float_ || type.id == type_id::double_ || type.id == type_id::decimal;
    case term_kind::boolean: return type.id == type_id::boolean;
    case term_kind::uuid: return type.id == type_id::uuid || type.id == type_id::timeuuid;
    case term_kind::hex: return type.id == type_id::blob;
    case term_kind::duration: return type.id == type_id::duration;
    default: return false;
  }
}

cql::refusal encode_constant(const cql::term& term, const receiver& target, octets& value) {
  const std::string& text = term.text;
  if (!constant_fits(term.kind, target.type))
    return cql::invalid("Invalid " + std::string(detail::constant_kind_name(term.kind)) + " constant (" +
                        (term.kind == cql::term_kind::hex ? "0x" : "") + text + ") for \"" + target.name +
                        "\" of type " + schema_type_text(target.type));
  switch (target.type.id) {
    case type_id::ascii: return detail::encode_ascii(text, value);
    case type_id::varchar: return detail::encode_text(text, value);
    case type_id::blob: return detail::encode_blob(text, value);
    case type_id::boolean: value = text == "true" ? octets(1, '\1') : octets(1, '\0'); return {};
    case type_id::tinyint: return detail::encode_integer<std::int8_t>(text, "byte", value);
    case type_id::smallint: return detail::encode_integer<std::int16_t>(text, "short", value);
    case type_id::int_: return detail::encode_integer<std::int32_t>(text, "int", value);
    case type_id::bigint:
    case type_id::counter: return detail::encode_integer<std::int64_t>(text, "long", value);
    case type_id::float_:
      value = encode_big(std::bit_cast<std::uint32_t>(detail::parse_short_real(text)));
      return {};
    case type_id::double_:
      value = encode_big(std::bit_cast<std::uint64_t>(detail::parse_real(text)));
      return {};
    case type_id::varint:
      return detail::encode_parsed(varint::parse(text), "unable to make int from '" + text + "'", value);
    case type_id::decimal:
      return detail::encode_parsed(decimal::parse(text), "unable to make BigDecimal from '" + text + "'",
                                   value);
    case type_id::date: return detail::encode_date(text, value);
    case type_id::time: return detail::encode_time(text, value);
    case type_id::timestamp: return detail::encode_timestamp(text, value);
    case type_id::inet: return detail::encode_inet(text, value);
    case type_id::uuid:
      return detail::encode_parsed(uuid::parse(text), "unable to make UUID from '" + text + "'", value);
    case type_id::timeuuid: return detail::encode_timeuuid(text, value);
    case type_id::duration:
      return detail::encode_parsed(duration::parse(text), "Unable to convert '" + text + "' to a duration",
                                   value);
    default: return cql::unsupported("constants of type " + schema_type_text(target.type));
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CONSTANTS_IPP
