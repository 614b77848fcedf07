// SPDX-License-Identifier: MIT
// From a type id to the C++ type that any_value has for it.
#ifndef COODIE_PROTOCOL_VALUES_ANY_DISPATCH_HPP
#define COODIE_PROTOCOL_VALUES_ANY_DISPATCH_HPP

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "protocol/values/any_value.hpp"
#include "protocol/values/vector_codec.hpp"

namespace coodie::inline COODIE_ABI::detail {

[[nodiscard]] inline bool is_compound(type_id id) noexcept {
  return id == type_id::list || id == type_id::set || id == type_id::map || id == type_id::tuple ||
         id == type_id::udt || id == type_id::vector;
}

/// Calls `use(std::type_identity<T>)` with the C++ type of a type that is not compound, or `otherwise()`.
template <class Use, class Otherwise>
auto with_scalar(type_id id, Use use, Otherwise otherwise) {
  switch (id) {
    case type_id::ascii:
    case type_id::varchar: return use(std::type_identity<std::string>{});
    case type_id::custom:
    case type_id::blob: return use(std::type_identity<blob>{});
    case type_id::bigint:
    case type_id::counter: return use(std::type_identity<std::int64_t>{});
    case type_id::boolean: return use(std::type_identity<bool>{});
    case type_id::decimal: return use(std::type_identity<decimal>{});
    case type_id::double_: return use(std::type_identity<double>{});
    case type_id::float_: return use(std::type_identity<float>{});
    case type_id::int_: return use(std::type_identity<std::int32_t>{});
    case type_id::timestamp: return use(std::type_identity<timestamp>{});
    case type_id::uuid: return use(std::type_identity<uuid>{});
    case type_id::varint: return use(std::type_identity<varint>{});
    case type_id::timeuuid: return use(std::type_identity<timeuuid>{});
    case type_id::inet: return use(std::type_identity<inet>{});
    case type_id::date: return use(std::type_identity<date>{});
    case type_id::time: return use(std::type_identity<time>{});
    case type_id::smallint: return use(std::type_identity<std::int16_t>{});
    case type_id::tinyint: return use(std::type_identity<std::int8_t>{});
    case type_id::duration: return use(std::type_identity<duration>{});
    default: return otherwise();
  }
}

/// Whether zero bytes are a value that is neither null nor an empty text.
[[nodiscard]] inline bool may_be_empty(type_id id) noexcept {
  return with_scalar(
      id, []<class T>(std::type_identity<T>) { return empty_is_null_value<T>; }, [] { return false; });
}

/// Bytes of an element of a vector that stands without its length; 0 when the type's elements have one.
[[nodiscard]] inline std::size_t size_in_vector(const cql_type& type) noexcept {
  if (type.id == type_id::vector) {
    if (type.parameters.size() != 1) return 0;
    const std::uint64_t n = std::uint64_t{size_in_vector(type.parameters[0])} * type.dimensions;
    // What is too large to be is a size that no body has, not "none".
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::size_t>(n < most ? n : most);
  }
  return size_in_vector(native_type_name(type.id));
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_PROTOCOL_VALUES_ANY_DISPATCH_HPP
