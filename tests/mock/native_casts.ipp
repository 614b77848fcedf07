// SPDX-License-Identifier: MIT
// cast(a as b).
#ifndef COODIE_TESTS_MOCK_NATIVE_CASTS_IPP
#define COODIE_TESTS_MOCK_NATIVE_CASTS_IPP

#include <bit>
#include <cmath>
#include <limits>

#include "protocol/values/values.hpp"
#include "tests/mock/mock_numbers.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/native_functions.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

[[nodiscard]] inline bool is_castable_time(type_id id) noexcept {
  return id == type_id::timeuuid || id == type_id::timestamp || id == type_id::date;
}

[[nodiscard]] inline bool has_cast(const cql_type& from, const cql_type& to) noexcept {
  const bool text = to.id == type_id::varchar || to.id == type_id::ascii;
  if (is_number(from.id) && is_number(to.id)) return to.id != type_id::counter;
  if (is_castable_time(from.id) && (to.id == type_id::timestamp || to.id == type_id::date)) return true;
  if (!text) return false;
  return is_number(from.id) || is_castable_time(from.id) || from.id == type_id::time ||
         from.id == type_id::inet || from.id == type_id::boolean || from.id == type_id::uuid ||
         from.id == type_id::ascii || (from.id == type_id::varchar && to.id == type_id::varchar);
}

}  // namespace detail

cql::refusal cast_value(const cql_type& from, const cql_type& to, const octets& value, nullable& result) {
  if (is_number(from.id) && is_number(to.id)) return convert_number(from.id, to.id, value, result.emplace());
  if (same_encoding(from, to)) {
    result = value;
  } else if (to.id == type_id::varchar || to.id == type_id::ascii) {
    result = value_text(from, value);
  } else {
    result = from_milliseconds(to, to_milliseconds(from, value));
  }
  return {};
}

bool find_cast(const cql_type& from, const cql_type& to, native_function& function) {
  if (!same_encoding(from, to) && !detail::has_cast(from, to)) return false;
  function = {function_kind::cast, "cast_as_" + to_cql(to), {from}, to};
  return true;
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_NATIVE_CASTS_IPP
