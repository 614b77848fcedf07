// SPDX-License-Identifier: MIT
// list, set and map as the containers of the standard library.
#ifndef COODIE_PROTOCOL_VALUES_COLLECTION_CODECS_HPP
#define COODIE_PROTOCOL_VALUES_COLLECTION_CODECS_HPP

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "protocol/values/codec.hpp"

// list, set: an [int] n, then n [bytes]. map: an [int] n, then n times key and value, each [bytes].
// native_protocol_v4.spec sections 6.11, 6.12, 6.18.

namespace coodie::inline COODIE_ABI {
namespace detail {

/// Reads the count of a collection. Each element takes `element_bytes` at least, which bounds what is
/// allocated.
[[nodiscard]] inline errc get_count(protocol::reader& in, std::size_t element_bytes,
                                    std::size_t& n) noexcept {
  std::int32_t announced = 0;
  if (errc e = in.read(announced); e != errc::ok) return e;
  if (announced < 0) [[unlikely]]
    return errc::negative_length;
  n = static_cast<std::size_t>(announced);
  return n > in.remaining() / element_bytes ? errc::length_exceeds_input : errc::ok;
}

template <class Container>
[[nodiscard]] std::size_t elements_size(const Container& elements) noexcept {
  using element = typename Container::value_type;
  if constexpr (fixed_size_value<element>) {
    return 4 + elements.size() * (4 + value_codec<element>::fixed_size);
  } else {
    std::size_t n = 4;
    for (const auto& each : elements) n += protocol::value_size<element>(each);
    return n;
  }
}

template <class Container>
std::byte* put_elements(std::byte* to, const Container& elements) noexcept {
  using element = typename Container::value_type;
  to = protocol::store_big(to, static_cast<std::int32_t>(elements.size()));
  for (const auto& each : elements) to = protocol::put_value<element>(to, each);
  return to;
}

template <class Container>
[[nodiscard]] errc check_elements(const Container& elements) noexcept {
  for (const auto& each : elements)
    if (errc e = protocol::check_value<typename Container::value_type>(each); e != errc::ok) return e;
  return errc::ok;
}

/// std::vector. Elements that are there already are decoded into, so that their memory is used again. Memory:
/// for each byte of a body that is no list, at most 16 bytes or what the elements before the wrong one take.
template <class Vector>
struct list_codec {
  using element = typename Vector::value_type;
  static constexpr auto cql_name = "list<" + element_name<element>() + ">";
  static constexpr bool freezes = true;

  static bool accepts(const cql_type& type) noexcept {
    return type.id == type_id::list && type.parameters.size() == 1 &&
           value_codec<element>::accepts(type.parameters[0]);
  }
  static std::size_t size(const Vector& value) noexcept { return elements_size(value); }
  static std::byte* put(std::byte* to, const Vector& value) noexcept { return put_elements(to, value); }
  static void set_null(Vector& value) noexcept { value.clear(); }
  static errc get(protocol::reader body, Vector& value) {
    std::size_t n = 0;
    if (errc e = get_count(body, 4, n); e != errc::ok) return e;
    if (is_small || n < value.size()) value.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      if constexpr (!is_small)
        if (i == value.size()) value.emplace_back();
      if (errc e = get_element(body, value, i); e != errc::ok) return e;
    }
    return body.empty() ? errc::ok : errc::trailing_bytes;
  }
  static errc check(const Vector& value) noexcept
    requires checked_value<element>
  {
    return check_elements(value);
  }

 private:
  // An element announces itself with four bytes. Room for all of them is made at once where one takes little
  // more than that; where not (a vector of a thousand numbers), only when those before it have been read.
  static constexpr bool is_small = sizeof(element) <= 64;

  static errc get_element(protocol::reader& in, Vector& value, std::size_t i) {
    if constexpr (std::is_same_v<element, bool>) {  // std::vector<bool> has no element to decode into
      bool bit = false;
      const errc e = protocol::get_value(in, bit);
      value[i] = bit;
      return e;
    } else {
      return protocol::get_value(in, value[i]);
    }
  }
};

/// Whatever inserts: the server sends sets sorted, so that the end is the right hint. What a server never
/// sends, an element twice, is kept once.
template <class Set>
struct set_codec {
  using element = typename Set::key_type;
  static constexpr auto cql_name = "set<" + element_name<element>() + ">";
  static constexpr bool freezes = true;

  static bool accepts(const cql_type& type) noexcept {
    return type.id == type_id::set && type.parameters.size() == 1 &&
           value_codec<element>::accepts(type.parameters[0]);
  }
  static std::size_t size(const Set& value) noexcept { return elements_size(value); }
  static std::byte* put(std::byte* to, const Set& value) noexcept { return put_elements(to, value); }
  static void set_null(Set& value) noexcept { value.clear(); }
  static errc get(protocol::reader body, Set& value) {
    std::size_t n = 0;
    if (errc e = get_count(body, 4, n); e != errc::ok) return e;
    value.clear();
    for (; n > 0; --n) {
      element each{};
      if (errc e = protocol::get_value(body, each); e != errc::ok) return e;
      value.insert(value.end(), std::move(each));
    }
    return body.empty() ? errc::ok : errc::trailing_bytes;
  }
  static errc check(const Set& value) noexcept
    requires checked_value<element>
  {
    return check_elements(value);
  }
};

/// As set_codec; of a key that is there twice the last value stays.
template <class Map>
struct map_codec {
  using key = typename Map::key_type;
  using mapped = typename Map::mapped_type;
  static constexpr auto cql_name = "map<" + element_name<key>() + ", " + element_name<mapped>() + ">";
  static constexpr bool freezes = true;

  static bool accepts(const cql_type& type) noexcept {
    return type.id == type_id::map && type.parameters.size() == 2 &&
           value_codec<key>::accepts(type.parameters[0]) && value_codec<mapped>::accepts(type.parameters[1]);
  }
  static std::size_t size(const Map& value) noexcept {
    if constexpr (fixed_size_value<key> && fixed_size_value<mapped>) {
      return 4 + value.size() * (8 + value_codec<key>::fixed_size + value_codec<mapped>::fixed_size);
    } else {
      std::size_t n = 4;
      for (const auto& [k, v] : value) n += protocol::value_size(k) + protocol::value_size(v);
      return n;
    }
  }
  static std::byte* put(std::byte* to, const Map& value) noexcept {
    to = protocol::store_big(to, static_cast<std::int32_t>(value.size()));
    for (const auto& [k, v] : value) to = protocol::put_value(protocol::put_value(to, k), v);
    return to;
  }
  static void set_null(Map& value) noexcept { value.clear(); }
  static errc get(protocol::reader body, Map& value) {
    std::size_t n = 0;
    if (errc e = get_count(body, 8, n); e != errc::ok) return e;
    value.clear();
    for (; n > 0; --n) {
      key k{};
      mapped v{};
      if (errc e = protocol::get_value(body, k); e != errc::ok) return e;
      if (errc e = protocol::get_value(body, v); e != errc::ok) return e;
      value.insert_or_assign(value.end(), std::move(k), std::move(v));
    }
    return body.empty() ? errc::ok : errc::trailing_bytes;
  }
  static errc check(const Map& value) noexcept
    requires(checked_value<key> || checked_value<mapped>)
  {
    for (const auto& [k, v] : value) {
      if (errc e = protocol::check_value(k); e != errc::ok) return e;
      if (errc e = protocol::check_value(v); e != errc::ok) return e;
    }
    return errc::ok;
  }
};

template <class T, class A>
struct culprit<std::vector<T, A>> : culprit<T> {};
template <class T, class C, class A>
struct culprit<std::set<T, C, A>> : culprit<T> {};
template <class T, class H, class E, class A>
struct culprit<std::unordered_set<T, H, E, A>> : culprit<T> {};
template <class K, class V, class C, class A>
struct culprit<std::map<K, V, C, A>> : first_culprit<K, V> {};
template <class K, class V, class H, class E, class A>
struct culprit<std::unordered_map<K, V, H, E, A>> : first_culprit<K, V> {};

}  // namespace detail

/// list. A null reads as an empty list.
template <class T, class A>
struct value_codec<std::vector<T, A>, std::enable_if_t<has_value_codec<T>>>
    : detail::list_codec<std::vector<T, A>> {};

/// set. A null reads as an empty set.
template <class T, class C, class A>
struct value_codec<std::set<T, C, A>, std::enable_if_t<has_value_codec<T>>>
    : detail::set_codec<std::set<T, C, A>> {};
template <class T, class H, class E, class A>
struct value_codec<std::unordered_set<T, H, E, A>, std::enable_if_t<has_value_codec<T>>>
    : detail::set_codec<std::unordered_set<T, H, E, A>> {};

/// map. A null reads as an empty map.
template <class K, class V, class C, class A>
struct value_codec<std::map<K, V, C, A>, std::enable_if_t<has_value_codec<K> && has_value_codec<V>>>
    : detail::map_codec<std::map<K, V, C, A>> {};
template <class K, class V, class H, class E, class A>
struct value_codec<std::unordered_map<K, V, H, E, A>,
                   std::enable_if_t<has_value_codec<K> && has_value_codec<V>>>
    : detail::map_codec<std::unordered_map<K, V, H, E, A>> {};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_COLLECTION_CODECS_HPP
