// SPDX-License-Identifier: MIT
// Nested values taken apart and put together, and their order.
#ifndef COODIE_TESTS_MOCK_MOCK_VALUES_SPLIT_IPP
#define COODIE_TESTS_MOCK_MOCK_VALUES_SPLIT_IPP

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

// Numbers with a fraction, uuids and nested values: the way by their C++ values.
[[nodiscard]] inline int compare_decoded(const cql_type& type, octets_view a, octets_view b) {
  any_value x, y;
  if (decode_any(type, as_value(a), x) != errc::ok || decode_any(type, as_value(b), y) != errc::ok)
    return a.compare(b);
  const auto order = compare_clustering(type, x, y);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
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
    case type_id::ascii:
    case type_id::varchar:
    case type_id::blob:
    case type_id::inet:
    case type_id::custom: return a.compare(b);
    default: return detail::compare_decoded(type, a, b);
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_VALUES_SPLIT_IPP
