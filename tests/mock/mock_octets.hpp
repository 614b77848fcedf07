// SPDX-License-Identifier: MIT
// Encoded values as the mock server keeps them, and the few integers that it writes into them.
#ifndef COODIE_TESTS_MOCK_MOCK_OCTETS_HPP
#define COODIE_TESTS_MOCK_MOCK_OCTETS_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/bytes/endian.hpp"
#include "protocol/bytes/reader.hpp"
#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// The bytes of one value, without a length. A string, because that compares as unsigned bytes and short
/// ones need no allocation.
using octets = std::string;
using octets_view = std::string_view;
/// A value or null.
using nullable = std::optional<octets>;

[[nodiscard]] inline std::span<const std::byte> as_bytes(octets_view bytes) noexcept {
  return {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline octets_view as_octets(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline protocol::bytes_view as_value(octets_view bytes) noexcept {
  return {reinterpret_cast<const std::byte*>(bytes.data()), static_cast<std::int32_t>(bytes.size())};
}
[[nodiscard]] inline protocol::bytes_view as_value(const nullable& value) noexcept {
  return value ? as_value(octets_view(*value)) : protocol::bytes_view{};
}

/// Appends an integer in network order.
template <class Integer>
void append_big(octets& to, Integer value) {
  std::byte raw[sizeof value];
  protocol::store_big(raw, value);
  to.append(reinterpret_cast<const char*>(raw), sizeof raw);
}
template <class Integer>
[[nodiscard]] octets encode_big(Integer value) {
  octets bytes;
  append_big(bytes, value);
  return bytes;
}
/// The integer of `bytes`, which has its size.
template <class Integer>
[[nodiscard]] Integer decode_big(octets_view bytes) noexcept {
  return protocol::load_big<Integer>(reinterpret_cast<const std::byte*>(bytes.data()));
}

/// Appends a [bytes]: an [int] length, then the bytes; -1 for null.
inline void append_element(octets& to, octets_view bytes) {
  append_big(to, static_cast<std::int32_t>(bytes.size()));
  to.append(bytes);
}
inline void append_element(octets& to, const nullable& value) {
  if (value) return append_element(to, octets_view(*value));
  append_big(to, std::int32_t{-1});
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_OCTETS_HPP
