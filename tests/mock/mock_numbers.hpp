// SPDX-License-Identifier: MIT
// Numbers of CQL types converted into one another, added and divided, as casts and aggregates need.
#ifndef COODIE_TESTS_MOCK_MOCK_NUMBERS_HPP
#define COODIE_TESTS_MOCK_MOCK_NUMBERS_HPP

#include <cstdint>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/values/cql_type.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/mock_octets.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

[[nodiscard]] COODIE_DECL bool is_number(type_id id) noexcept;

/// A number in another type, as Java converts: integers wrap around, floating point is truncated. Refuses
/// varint and decimal beyond 64 bits.
[[nodiscard]] COODIE_DECL cql::refusal convert_number(type_id from, type_id to, const octets& value,
                                                      octets& result);

/// sum(): the numbers of `type` added up in `type`, which wraps around; zero when there are none.
/// Refuses varint and decimal beyond 64 bits.
[[nodiscard]] COODIE_DECL cql::refusal sum_numbers(type_id type, const std::vector<octets>& values,
                                                   octets& result);
/// avg(): truncated for integers; zero when there are none. The same limits.
[[nodiscard]] COODIE_DECL cql::refusal average_numbers(type_id type, const std::vector<octets>& values,
                                                       octets& result);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_NUMBERS_HPP
