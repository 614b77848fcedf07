// SPDX-License-Identifier: MIT
// Nested values taken apart and put together, and their order.
#ifndef COODIE_TESTS_MOCK_MOCK_VALUES_SPLIT_IPP
#define COODIE_TESTS_MOCK_MOCK_VALUES_SPLIT_IPP

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "protocol/bytes/reader.hpp"
#include "protocol/values/values.hpp"
#include "protocol/values/vint.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

std::size_t fixed_vector_element(const cql_type& type) noexcept {
  switch (type.id) {
    case type_id::boolean: return 1;
    case type_id::int_:
    case type_id::float_: return 4;
    case type_id::bigint:
    case type_id::double_:
    case type_id::timestamp: return 8;
    case type_id::uuid:
    case type_id::timeuuid: return 16;
    case type_id::vector: return fixed_vector_element(type.parameters[0]) * type.dimensions;
    default: return 0;
  }
}

namespace detail {

inline bool split_counted(const cql_type& type, octets_view value, std::vector<nullable>& parts) {
  protocol::reader in(as_bytes(value));
  std::int32_t count = 0;
  if (in.read(count) != errc::ok || count < 0) return false;
  const std::size_t elements = static_cast<std::size_t>(count) * (type.id == type_id::map ? 2 : 1);
  if (elements > in.remaining() / 4) return false;
  for (std::size_t i = 0; i < elements; ++i) {
    protocol::bytes_view element;
    if (in.read_bytes(element) != errc::ok || element.is_null()) return false;
    parts.emplace_back(octets(as_octets(element.bytes())));
  }
  return in.empty();
}

inline bool split_fields(const cql_type& type, octets_view value, std::vector<nullable>& parts) {
  protocol::reader in(as_bytes(value));
  while (!in.empty()) {
    protocol::bytes_view field;
    if (parts.size() == type.parameters.size() || in.read_bytes(field) != errc::ok) return false;
    parts.push_back(field.is_null() ? nullable() : nullable(octets(as_octets(field.bytes()))));
  }
  return true;
}

inline bool split_vector(const cql_type& type, octets_view value, std::vector<nullable>& parts) {
  protocol::reader in(as_bytes(value));
  const std::size_t fixed = fixed_vector_element(type.parameters[0]);
  for (std::uint32_t i = 0; i < type.dimensions; ++i) {
    std::uint64_t size = fixed;
    std::span<const std::byte> element;
    if (fixed == 0 && protocol::get_unsigned_vint(in, size) != errc::ok) return false;
    if (size > in.remaining() || in.read_raw(static_cast<std::size_t>(size), element) != errc::ok)
      return false;
    parts.emplace_back(octets(as_octets(element)));
  }
  return in.empty();
}

}  // namespace detail

bool split(const cql_type& type, octets_view value, std::vector<nullable>& parts) {
  parts.clear();
  if (is_collection(type)) return detail::split_counted(type, value, parts);
  if (type.id == type_id::vector) return detail::split_vector(type, value, parts);
  return detail::split_fields(type, value, parts);
}

octets join(const cql_type& type, const std::vector<nullable>& parts) {
  octets value;
  if (is_collection(type))
    append_big(value, static_cast<std::int32_t>(parts.size() / (type.id == type_id::map ? 2 : 1)));
  const bool vector = type.id == type_id::vector;
  const bool counted = vector && fixed_vector_element(type.parameters[0]) == 0;
  for (const auto& part : parts) {
    if (!vector) {
      append_element(value, part);
      continue;
    }
    if (counted) {
      std::byte raw[9];
      const auto* end = protocol::put_unsigned_vint(raw, part->size());
      value.append(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(end - raw));
    }
    value.append(*part);
  }
  return value;
}

namespace detail {

template <class T>
[[nodiscard]] int three_way(const T& a, const T& b) noexcept {
  return a < b ? -1 : b < a ? 1 : 0;
}

template <class Integer>
[[nodiscard]] int compare_integers(octets_view a, octets_view b) noexcept {
  if (a.size() != sizeof(Integer) || b.size() != sizeof(Integer)) return a.compare(b);
  return three_way(decode_big<Integer>(a), decode_big<Integer>(b));
}

// -0.0 before 0.0, and every NaN last.
template <class Float, class Integer>
[[nodiscard]] int compare_floats(octets_view a, octets_view b) noexcept {
  if (a.size() != sizeof(Float) || b.size() != sizeof(Float)) return a.compare(b);
  const auto x = std::bit_cast<Float>(decode_big<Integer>(a));
  const auto y = std::bit_cast<Float>(decode_big<Integer>(b));
  if (std::isnan(x) || std::isnan(y)) return three_way(std::isnan(x), std::isnan(y));
  if (x == y) return three_way(std::signbit(y), std::signbit(x));
  return x < y ? -1 : 1;
}

template <class Value>
[[nodiscard]] int compare_decoded(octets_view a, octets_view b) {
  Value x{}, y{};
  if (value_codec<Value>::get(protocol::reader(as_bytes(a)), x) != errc::ok ||
      value_codec<Value>::get(protocol::reader(as_bytes(b)), y) != errc::ok)
    return a.compare(b);
  return three_way(x, y);
}

[[nodiscard]] inline int compare_uuids(octets_view a, octets_view b) noexcept {
  uuid x, y;
  if (a.size() != 16 || b.size() != 16) return a.compare(b);
  std::memcpy(x.bytes.data(), a.data(), 16);
  std::memcpy(y.bytes.data(), b.data(), 16);
  const auto order = compare_clustering(x, y);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

[[nodiscard]] inline int compare_parts(const cql_type& type, octets_view a, octets_view b) {
  std::vector<nullable> x, y;
  if (!split(type, a, x) || !split(type, b, y)) return a.compare(b);
  const bool each_its_own = type.id == type_id::tuple || type.id == type_id::udt;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (!x[i] || !y[i]) {
      if (x[i].has_value() != y[i].has_value()) return y[i] ? -1 : 1;
      continue;
    }
    const std::size_t parameter = each_its_own ? i : type.id == type_id::map ? i % 2 : 0;
    if (const int order = compare_values(type.parameters[parameter], *x[i], *y[i]); order != 0) return order;
  }
  return three_way(x.size(), y.size());
}

}  // namespace detail

int compare_values(const cql_type& type, octets_view a, octets_view b) {
  if (a.empty() || b.empty()) return detail::three_way(a.size(), b.size());
  switch (type.id) {
    case type_id::int_: return detail::compare_integers<std::int32_t>(a, b);
    case type_id::bigint:
    case type_id::counter:
    case type_id::time:
    case type_id::timestamp: return detail::compare_integers<std::int64_t>(a, b);
    case type_id::smallint: return detail::compare_integers<std::int16_t>(a, b);
    case type_id::tinyint: return detail::compare_integers<std::int8_t>(a, b);
    case type_id::date: return detail::compare_integers<std::uint32_t>(a, b);
    case type_id::float_: return detail::compare_floats<float, std::uint32_t>(a, b);
    case type_id::double_: return detail::compare_floats<double, std::uint64_t>(a, b);
    case type_id::varint: return detail::compare_decoded<varint>(a, b);
    case type_id::decimal: return detail::compare_decoded<decimal>(a, b);
    case type_id::uuid: return detail::compare_uuids(a, b);
    case type_id::timeuuid: return detail::compare_decoded<timeuuid>(a, b);
    case type_id::list:
    case type_id::set:
    case type_id::map:
    case type_id::tuple:
    case type_id::udt:
    case type_id::vector: return detail::compare_parts(type, a, b);
    default: return a.compare(b);
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_VALUES_SPLIT_IPP
