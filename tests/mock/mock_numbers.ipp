// SPDX-License-Identifier: MIT
// Numbers of CQL types.
#ifndef COODIE_TESTS_MOCK_MOCK_NUMBERS_IPP
#define COODIE_TESTS_MOCK_MOCK_NUMBERS_IPP

#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "protocol/values/values.hpp"
#include "tests/mock/mock_numbers.hpp"
#include "tests/mock/mock_values.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

// A number on its way from one type to another: an integer, or a floating-point number.
struct loose_number {
  bool integral = true;
  std::int64_t integer = 0;
  double real = 0;
};

[[nodiscard]] inline std::optional<loose_number> load_decimal(const octets& value) {
  decimal number;
  if (value_codec<decimal>::get(protocol::reader(as_bytes(value)), number) != errc::ok) return std::nullopt;
  auto integer = number.unscaled.to_int64();
  if (!integer || number.scale < 0 || number.scale > 18) return std::nullopt;
  double real = static_cast<double>(*integer);
  for (std::int32_t i = 0; i < number.scale; ++i) {
    real /= 10;
    *integer /= 10;
  }
  return loose_number{number.scale == 0, *integer, real};
}

[[nodiscard]] inline std::optional<loose_number> load_number(type_id type, const octets& value) {
  switch (type) {
    case type_id::tinyint: return loose_number{true, decode_big<std::int8_t>(value), 0};
    case type_id::smallint: return loose_number{true, decode_big<std::int16_t>(value), 0};
    case type_id::int_: return loose_number{true, decode_big<std::int32_t>(value), 0};
    case type_id::bigint:
    case type_id::counter: return loose_number{true, decode_big<std::int64_t>(value), 0};
    case type_id::float_:
      return loose_number{false, 0, std::bit_cast<float>(decode_big<std::uint32_t>(value))};
    case type_id::double_:
      return loose_number{false, 0, std::bit_cast<double>(decode_big<std::uint64_t>(value))};
    case type_id::decimal: return load_decimal(value);
    default: break;
  }
  const auto integer = varint::from_bytes(as_bytes(value)).to_int64();
  return integer ? std::optional(loose_number{true, *integer, 0}) : std::nullopt;
}

// NaN is 0, and what does not fit is the nearest that does.
template <class Integer>
[[nodiscard]] Integer saturate(double value) noexcept {
  if (std::isnan(value)) return 0;
  if (value >= static_cast<double>(std::numeric_limits<Integer>::max()))
    return std::numeric_limits<Integer>::max();
  if (value <= static_cast<double>(std::numeric_limits<Integer>::min()))
    return std::numeric_limits<Integer>::min();
  return static_cast<Integer>(value);
}

template <class Integer>
[[nodiscard]] octets store_integer(const loose_number& number) {
  if (number.integral) return encode_big(static_cast<Integer>(number.integer));
  if constexpr (sizeof(Integer) == 8) return encode_big(saturate<std::int64_t>(number.real));
  return encode_big(static_cast<Integer>(saturate<std::int32_t>(number.real)));
}

[[nodiscard]] inline std::optional<octets> store_number(type_id type, const loose_number& number) {
  const double real = number.integral ? static_cast<double>(number.integer) : number.real;
  switch (type) {
    case type_id::tinyint: return store_integer<std::int8_t>(number);
    case type_id::smallint: return store_integer<std::int16_t>(number);
    case type_id::int_: return store_integer<std::int32_t>(number);
    case type_id::bigint:
    case type_id::counter: return store_integer<std::int64_t>(number);
    case type_id::float_: return encode_big(std::bit_cast<std::uint32_t>(static_cast<float>(real)));
    case type_id::double_: return encode_big(std::bit_cast<std::uint64_t>(real));
    case type_id::varint:
      if (!number.integral && !(std::fabs(real) < 9e18)) return std::nullopt;
      return encode_value(varint(number.integral ? number.integer : static_cast<std::int64_t>(real)));
    default: break;
  }
  return encode_value(decimal{varint(number.integer), 0});
}

[[nodiscard]] inline cql::refusal too_large() {
  return cql::unsupported("arithmetic on varint and decimal beyond 64 bits");
}

[[nodiscard]] inline bool is_integer(type_id id) noexcept {
  return is_number(id) && id != type_id::float_ && id != type_id::double_ && id != type_id::decimal;
}

// The sum of integers, which wraps around like Java's; the overflow of a varint is told.
[[nodiscard]] inline std::optional<std::int64_t> add_integers(type_id type,
                                                              const std::vector<octets>& values) {
  std::uint64_t sum = 0;
  for (const auto& value : values) {
    const auto number = load_number(type, value);
    if (!number) return std::nullopt;
    const auto before = static_cast<std::int64_t>(sum);
    sum += static_cast<std::uint64_t>(number->integer);
    const auto after = static_cast<std::int64_t>(sum);
    const bool overflow = (before < 0) == (number->integer < 0) && (after < 0) != (before < 0);
    if (overflow && type == type_id::varint) return std::nullopt;
  }
  return static_cast<std::int64_t>(sum);
}

// The mean, truncated, although the sum may not fit: quotients and remainders are added up apart.
[[nodiscard]] inline std::optional<std::int64_t> mean_of_integers(type_id type,
                                                                  const std::vector<octets>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  std::int64_t mean = 0, rest = 0;
  for (const auto& value : values) {
    const auto number = load_number(type, value);
    if (!number) return std::nullopt;
    mean += number->integer / count;
    rest += number->integer % count;
    mean += rest / count;
    rest %= count;
  }
  if (mean > 0 && rest < 0) return mean - 1;
  if (mean < 0 && rest > 0) return mean + 1;
  return mean;
}

[[nodiscard]] inline cql::refusal add_decimals(const std::vector<octets>& values, octets& result) {
  std::vector<decimal> numbers(values.size());
  std::int32_t scale = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (value_codec<decimal>::get(protocol::reader(as_bytes(values[i])), numbers[i]) != errc::ok)
      return too_large();
    scale = std::max(scale, numbers[i].scale);
  }
  std::int64_t sum = 0;
  constexpr std::int64_t limit = 400'000'000'000'000'000;
  for (const auto& number : numbers) {
    auto integer = number.unscaled.to_int64();
    if (!integer || number.scale < 0 || scale > 18) return too_large();
    for (std::int32_t i = number.scale; i < scale; ++i) {
      if (*integer > limit / 10 || *integer < -limit / 10) return too_large();
      *integer *= 10;
    }
    sum += *integer;
    if (sum > limit || sum < -limit) return too_large();
  }
  result = encode_value(decimal{varint(sum), scale});
  return {};
}

[[nodiscard]] inline double add_reals(type_id type, const std::vector<octets>& values) {
  double sum = 0;
  for (const auto& value : values) sum += load_number(type, value)->real;
  return sum;
}

}  // namespace detail

bool is_number(type_id id) noexcept {
  switch (id) {
    case type_id::tinyint:
    case type_id::smallint:
    case type_id::int_:
    case type_id::bigint:
    case type_id::counter:
    case type_id::float_:
    case type_id::double_:
    case type_id::varint:
    case type_id::decimal: return true;
    default: return false;
  }
}

cql::refusal convert_number(type_id from, type_id to, const octets& value, octets& result) {
  if (from == to) {
    result = value;
    return {};
  }
  const auto number = detail::load_number(from, value);
  auto stored = number ? detail::store_number(to, *number) : std::nullopt;
  if (to == type_id::decimal && number &&
      !number->integral) {  // as many digits as the number is printed with
    const auto parsed = decimal::parse(value_text(from, value));
    stored = parsed ? std::optional(encode_value(*parsed)) : std::nullopt;
  }
  if (!stored) return detail::too_large();
  result = *stored;
  return {};
}

cql::refusal sum_numbers(type_id type, const std::vector<octets>& values, octets& result) {
  if (type == type_id::decimal) return detail::add_decimals(values, result);
  detail::loose_number sum;
  if (detail::is_integer(type)) {
    const auto integer = detail::add_integers(type, values);
    if (!integer) return detail::too_large();
    sum.integer = *integer;
  } else {
    sum = {false, 0, detail::add_reals(type, values)};
  }
  result = *detail::store_number(type, sum);
  return {};
}

cql::refusal average_numbers(type_id type, const std::vector<octets>& values, octets& result) {
  if (values.empty()) return sum_numbers(type, values, result);
  if (type == type_id::decimal) return cql::unsupported("avg() of decimal");
  detail::loose_number mean;
  if (detail::is_integer(type)) {
    const auto integer = detail::mean_of_integers(type, values);
    if (!integer) return detail::too_large();
    mean.integer = *integer;
  } else {
    mean = {false, 0, detail::add_reals(type, values) / static_cast<double>(values.size())};
  }
  result = *detail::store_number(type, mean);
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_NUMBERS_IPP
