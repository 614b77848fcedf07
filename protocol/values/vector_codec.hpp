// SPDX-License-Identifier: MIT
// vector<T, N> as std::array.
#ifndef COODIE_PROTOCOL_VALUES_VECTOR_CODEC_HPP
#define COODIE_PROTOCOL_VALUES_VECTOR_CODEC_HPP

#include <array>
#include <cstddef>
#include <cstdint>

#include "protocol/values/codec.hpp"
#include "protocol/values/vint.hpp"

// vector: N elements, without a count. Elements of boolean, int, bigint, float, double, timestamp, uuid,
// timeuuid and of vectors of those stand without a length; all others have their length before them, as
// [unsigned vint]. native_protocol_v5.spec section 5.25 (its [bytes] is not what Cassandra does).

namespace coodie::inline COODIE_ABI {
namespace detail {

template <class T>
[[nodiscard]] constexpr std::size_t vector_fixed_size(std::size_t n) noexcept {
  if constexpr (fixed_in_vector_value<T>)
    return n * value_codec<T>::fixed_size;
  else
    return 0;
}

template <class T, std::size_t N>
struct culprit<std::array<T, N>> : culprit<T> {};

/// The part of the codec that an array of elements of fixed size has and others have not.
template <class T, std::size_t N, bool = fixed_in_vector_value<T>>
struct vector_layout {};
template <class T, std::size_t N>
struct vector_layout<T, N, true> {
  static constexpr std::size_t fixed_size = vector_fixed_size<T>(N);
  static constexpr bool fixed_in_vector = true;
};

}  // namespace detail

/// vector<T, N>. Its elements can't be null.
template <class T, std::size_t N>
struct value_codec<std::array<T, N>, std::enable_if_t<has_value_codec<T>>> : detail::vector_layout<T, N> {
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
    if constexpr (detail::fixed_in_vector_value<T>) {
      return detail::vector_fixed_size<T>(N);
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
      if constexpr (!detail::fixed_in_vector_value<T>)
        to = protocol::put_unsigned_vint(to, value_codec<T>::size(each));
      to = value_codec<T>::put(to, each);
    }
    return to;
  }
  static errc get(protocol::reader body, std::array<T, N>& value) {
    if constexpr (detail::fixed_in_vector_value<T>) {
      if (body.remaining() != detail::vector_fixed_size<T>(N)) [[unlikely]]
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
    if constexpr (detail::fixed_in_vector_value<T>) {
      n = value_codec<T>::fixed_size;
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
