// SPDX-License-Identifier: MIT
// vector<T, N> as std::array.
#ifndef COODIE_PROTOCOL_VALUES_VECTOR_CODEC_HPP
#define COODIE_PROTOCOL_VALUES_VECTOR_CODEC_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/values/codec.hpp"
#include "protocol/values/vint.hpp"

// vector: N elements, without a count. Elements of boolean, int, bigint, float, double, timestamp, uuid,
// timeuuid and of vectors of those stand without a length; all others have their length before them, as
// [unsigned vint]. native_protocol_v5.spec section 5.25 (its [bytes] is not what Cassandra does).

namespace coodie::inline COODIE_ABI {
namespace detail {

/// Bytes of an element of a vector, by the name of its type, where Cassandra writes elements without their
/// length; 0 where it writes the length.
[[nodiscard]] constexpr std::size_t size_in_vector(std::string_view name) noexcept {
  if (name == "boolean") return 1;
  if (name == "int" || name == "float") return 4;
  if (name == "bigint" || name == "double" || name == "timestamp") return 8;
  if (name == "uuid" || name == "timeuuid") return 16;
  constexpr std::string_view prefix = "vector<";
  if (!name.starts_with(prefix)) return 0;
  const std::size_t comma = name.rfind(',');
  std::size_t dimensions = 0;
  for (char c : name.substr(comma + 2, name.size() - comma - 3))
    dimensions = dimensions * 10 + static_cast<std::size_t>(c - '0');
  return size_in_vector(name.substr(prefix.size(), comma - prefix.size())) * dimensions;
}

template <class T>
inline constexpr std::size_t element_size = size_in_vector(value_codec<T>::cql_name);

template <class T, std::size_t N>
struct culprit<std::array<T, N>> : culprit<T> {};

/// What the codec of an array has when its elements have one size, and lacks when not.
template <std::size_t Size>
struct vector_layout {
  static constexpr std::size_t fixed_size = Size;
};
template <>
struct vector_layout<0> {};

}  // namespace detail

/// vector<T, N>. Its elements can't be null.
template <class T, std::size_t N>
struct value_codec<std::array<T, N>, std::enable_if_t<has_value_codec<T>>>
    : detail::vector_layout<N * detail::element_size<T>> {
  static constexpr std::size_t element_size = detail::element_size<T>;
  static_assert(N != 0, "coodie: a vector has at least one dimension");
  static_assert(!detail::writes_null<T>,
                "coodie: elements of a vector can't be null; take std::optional away");
  static constexpr auto cql_name = "vector<" + detail::element_name<T>() + ", " + fixed_decimal<N>() + ">";
  static constexpr bool freezes = false;

  static bool accepts(const cql_type& type) noexcept {
    return type.id == type_id::vector && type.dimensions == N && type.parameters.size() == 1 &&
           value_codec<T>::accepts(type.parameters[0]);
  }
  static std::size_t size(const std::array<T, N>& value) noexcept {
    if constexpr (element_size != 0) {
      return N * element_size;
    } else {
      std::size_t n = 0;
      for (const T& each : value) {
        const std::size_t element = value_codec<T>::size(each);
        n += protocol::unsigned_vint_size(element) + element;
      }
      return n;
    }
  }
  static std::byte* put(std::byte* to, const std::array<T, N>& value) noexcept {
    for (const T& each : value) {
      if constexpr (element_size == 0) to = protocol::put_unsigned_vint(to, value_codec<T>::size(each));
      to = value_codec<T>::put(to, each);
    }
    return to;
  }
  static errc get(protocol::reader body, std::array<T, N>& value) {
    if constexpr (element_size != 0) {
      if (body.remaining() != N * element_size) [[unlikely]]
        return errc::invalid_value_size;
    }
    for (T& each : value)
      if (errc e = get_element(body, each); e != errc::ok) return e;
    return body.empty() ? errc::ok : errc::trailing_bytes;
  }
  static errc check(const std::array<T, N>& value) noexcept
    requires detail::checked_value<T>
  {
    for (const T& each : value)
      if (errc e = value_codec<T>::check(each); e != errc::ok) return e;
    return errc::ok;
  }

 private:
  static errc get_element(protocol::reader& in, T& value) {
    std::size_t n = 0;
    if constexpr (element_size != 0) {
      n = element_size;
    } else {
      std::uint64_t announced = 0;
      if (errc e = protocol::get_unsigned_vint(in, announced); e != errc::ok) return e;
      if (announced > in.remaining()) return errc::length_exceeds_input;
      n = static_cast<std::size_t>(announced);
    }
    const std::byte* body = in.position();
    in = protocol::reader(body + n, in.end());
    return value_codec<T>::get(protocol::reader(body, body + n), value);
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_VECTOR_CODEC_HPP
