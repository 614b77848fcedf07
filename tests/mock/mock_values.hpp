// SPDX-License-Identifier: MIT
// Encoded values judged by their CQL type: order, validity and canonical form.
#ifndef COODIE_TESTS_MOCK_MOCK_VALUES_HPP
#define COODIE_TESTS_MOCK_MOCK_VALUES_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/values/codec.hpp"
#include "protocol/values/cql_type.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/mock_octets.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// Negative, 0 or positive: Cassandra's order of clustering values of the type. Zero bytes come first.
[[nodiscard]] COODIE_DECL int compare_values(const cql_type& type, octets_view a, octets_view b);

/// Whether `value` has the bytes of its type; sets and maps are sorted and lose their duplicates, at every
/// depth, as the server does. The refusal has Cassandra's words.
[[nodiscard]] COODIE_DECL cql::refusal check_and_sort(const cql_type& type, octets& value);

/// Whether text is ASCII, or the UTF-8 that Cassandra takes: surrogates and long forms are let through.
[[nodiscard]] COODIE_DECL cql::refusal check_ascii(octets_view value);
[[nodiscard]] COODIE_DECL cql::refusal check_text(octets_view value);

/// Bytes of an element of a vector that stands without a length; 0 when each has one.
[[nodiscard]] COODIE_DECL std::size_t fixed_vector_element(const cql_type& type) noexcept;
/// The elements of an encoded list or set, the keys and values of a map in turn, the fields of a tuple or
/// user type (which may be fewer than the type has), the elements of a vector. False when it is malformed.
[[nodiscard]] COODIE_DECL bool split(const cql_type& type, octets_view value, std::vector<nullable>& parts);
/// The other way. A list, set or map is a count and its elements, the rest only elements.
[[nodiscard]] COODIE_DECL octets join(const cql_type& type, const std::vector<nullable>& parts);

/// A scalar as Cassandra prints it in messages and in cast(... as text): numbers in digits, text bare.
[[nodiscard]] COODIE_DECL std::string value_text(const cql_type& type, octets_view value);

/// The bytes of a C++ value that has a value_codec.
template <class Value>
[[nodiscard]] octets encode_value(const Value& value) {
  octets bytes(value_codec<Value>::size(value), '\0');
  value_codec<Value>::put(reinterpret_cast<std::byte*>(bytes.data()), value);
  return bytes;
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_VALUES_HPP
