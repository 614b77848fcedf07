// SPDX-License-Identifier: MIT
// Values as text.
#ifndef COODIE_TESTS_MOCK_MOCK_VALUES_TEXT_IPP
#define COODIE_TESTS_MOCK_MOCK_VALUES_TEXT_IPP

#include <bit>
#include <charconv>
#include <cmath>

#include "protocol/values/values.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

// Java's form: 1.0, 0.001, 1.0E7, 1.0E-4, NaN, Infinity.
template <class Float>
[[nodiscard]] std::string java_float_text(Float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  const Float magnitude = std::fabs(value);
  const bool plain = magnitude >= Float(1e-3) && magnitude < Float(1e7);
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  std::string text(buffer, end);
  if (plain) return text.find('.') == std::string::npos ? text + ".0" : text;
  const auto e = text.find('e');
  std::string digits = text.substr(0, e);
  if (digits.find('.') == std::string::npos) digits += ".0";
  std::string exponent = text.substr(e + 1);
  const bool negative = exponent.front() == '-';
  exponent.erase(0, 1);
  if (exponent.size() > 1 && exponent.front() == '0') exponent.erase(0, 1);
  return digits + 'E' + (negative ? "-" : "") + exponent;
}

template <class Value>
[[nodiscard]] std::string decoded_text(octets_view value) {
  Value decoded{};
  if (value_codec<Value>::get(protocol::reader(as_bytes(value)), decoded) != errc::ok) return {};
  return to_string(decoded);
}

}  // namespace detail

std::string value_text(const cql_type& type, octets_view value) {
  if (value.empty()) return {};
  switch (type.id) {
    case type_id::ascii:
    case type_id::varchar: return std::string(value);
    case type_id::boolean: return value[0] != '\0' ? "true" : "false";
    case type_id::tinyint: return std::to_string(decode_big<std::int8_t>(value));
    case type_id::smallint: return std::to_string(decode_big<std::int16_t>(value));
    case type_id::int_: return std::to_string(decode_big<std::int32_t>(value));
    case type_id::bigint:
    case type_id::counter: return std::to_string(decode_big<std::int64_t>(value));
    case type_id::float_:
      return detail::java_float_text(std::bit_cast<float>(decode_big<std::uint32_t>(value)));
    case type_id::double_:
      return detail::java_float_text(std::bit_cast<double>(decode_big<std::uint64_t>(value)));
    case type_id::varint: return detail::decoded_text<varint>(value);
    case type_id::decimal: return detail::decoded_text<decimal>(value);
    case type_id::uuid: return detail::decoded_text<uuid>(value);
    case type_id::timeuuid: return detail::decoded_text<timeuuid>(value);
    case type_id::inet: return detail::decoded_text<inet>(value);
    case type_id::timestamp: return detail::decoded_text<timestamp>(value);
    case type_id::date: return detail::decoded_text<date>(value);
    case type_id::time: return detail::decoded_text<time>(value);
    case type_id::duration: return detail::decoded_text<duration>(value);
    default: {
      std::string text = "0x";
      coodie::detail::append_hex(text, value);
      return text;
    }
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_VALUES_TEXT_IPP
