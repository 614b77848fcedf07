// SPDX-License-Identifier: MIT
// The token of a partition from the values of its key, on the stack.
#ifndef COODIE_ORM_PARTITION_TOKEN_HPP
#define COODIE_ORM_PARTITION_TOKEN_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "protocol/machine/request.hpp"
#include "protocol/routing/murmur3.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Keys up to so many bytes need no allocation.
inline constexpr std::size_t routing_key_on_stack = 512;

template <class Value>
[[nodiscard]] std::size_t key_component_size(const Value& value) noexcept {
  if constexpr (fixed_size_value<Value>)
    return value_codec<Value>::fixed_size;
  else
    return value_codec<Value>::size(value);
}

/// One component stands as it is; several have a [short] length before and a byte 0 behind each.
template <class... Values>
std::byte* put_routing_key(std::byte* to, const Values&... values) noexcept {
  if constexpr (sizeof...(Values) == 1) {
    return (value_codec<Values>::put(to, values), ...);
  } else {
    const auto put_component = [&to]<class Value>(const Value& value) {
      std::byte* const end = value_codec<Value>::put(to + 2, value);
      protocol::store_big(to, static_cast<std::uint16_t>(end - to - 2));
      *end = std::byte{0};
      to = end + 1;
    };
    (put_component(values), ...);
    return to;
  }
}

/// Sets the request's token; leaves it without one when a key can't be made (a component above 65535 bytes,
/// or no memory for a very long key).
template <class... Values>
void set_token(protocol::request& r, const Values&... values) noexcept {
  constexpr std::size_t extra = sizeof...(Values) == 1 ? 0 : 3 * sizeof...(Values);
  const std::size_t size = (key_component_size(values) + ... + extra);
  const bool too_long = ((key_component_size(values) > 0xffff) || ...);
  r.has_token = false;
  if (too_long) [[unlikely]]
    return;
  if (size <= routing_key_on_stack) [[likely]] {
    std::array<std::byte, routing_key_on_stack> key;
    put_routing_key(key.data(), values...);
    r.token = protocol::murmur3_token({key.data(), size});
  } else {
    auto* key = static_cast<std::byte*>(std::malloc(size));
    if (key == nullptr) return;
    put_routing_key(key, values...);
    r.token = protocol::murmur3_token({key, size});
    std::free(key);
  }
  r.has_token = true;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_PARTITION_TOKEN_HPP
