// SPDX-License-Identifier: MIT
// uuid: sixteen bytes, random ones, and their text.
#ifndef COODIE_PROTOCOL_VALUES_UUID_HPP
#define COODIE_PROTOCOL_VALUES_UUID_HPP

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/values/codec.hpp"

namespace coodie::inline COODIE_ABI {

/// A UUID of any version (RFC 4122), bytes in network order. Ordered by its bytes; Cassandra's clustering
/// order is another, see compare_clustering.
struct uuid {
  std::array<std::byte, 16> bytes{};

  /// A new random UUID, version 4, from a cryptographic generator of the calling thread.
  [[nodiscard]] static COODIE_DECL uuid random() noexcept;
  /// Parses 8-4-4-4-12 hexadecimal digits of either case.
  [[nodiscard]] static COODIE_DECL std::optional<uuid> parse(std::string_view text) noexcept;

  /// 0 to 15; 4 random, 1 time.
  [[nodiscard]] constexpr int version() const noexcept { return static_cast<int>(bytes[6]) >> 4; }
  [[nodiscard]] bool is_nil() const noexcept { return *this == uuid{}; }

  friend bool operator==(const uuid& a, const uuid& b) noexcept {
    return std::memcmp(a.bytes.data(), b.bytes.data(), 16) == 0;
  }
  friend std::strong_ordering operator<=>(const uuid& a, const uuid& b) noexcept {
    return std::memcmp(a.bytes.data(), b.bytes.data(), 16) <=> 0;
  }
};

/// 36 characters, lower case.
[[nodiscard]] COODIE_DECL std::string to_string(const uuid& id);
/// Cassandra's order of uuid clustering keys: by version, then by time for version 1, then by bytes.
[[nodiscard]] COODIE_DECL std::strong_ordering compare_clustering(const uuid& a, const uuid& b) noexcept;

namespace detail {

/// The time of a version 1 UUID: its 60 bits in the order of their weight.
[[nodiscard]] inline std::uint64_t uuid_ticks(const std::array<std::byte, 16>& bytes) noexcept {
  const std::uint64_t low = protocol::load_big<std::uint32_t>(bytes.data());
  const std::uint64_t middle = protocol::load_big<std::uint16_t>(bytes.data() + 4);
  const std::uint64_t high = protocol::load_big<std::uint16_t>(bytes.data() + 6) & 0x0fffU;
  return high << 48 | middle << 32 | low;
}

/// Sixteen bytes of any class that keeps them as `bytes`.
template <class Id>
struct uuid_codec {
  static constexpr bool freezes = false;
  static constexpr std::size_t fixed_size = 16;
  static constexpr bool empty_is_null = true;

  static constexpr std::size_t size(const Id&) noexcept { return fixed_size; }
  static std::byte* put(std::byte* to, const Id& value) noexcept {
    std::memcpy(to, value.bytes.data(), fixed_size);
    return to + fixed_size;
  }
  static errc get(protocol::reader body, Id& value) noexcept {
    if (body.remaining() != fixed_size) [[unlikely]]
      return errc::invalid_value_size;
    std::memcpy(value.bytes.data(), body.position(), fixed_size);
    return errc::ok;
  }
};

}  // namespace detail

template <>
struct value_codec<uuid> : detail::uuid_codec<uuid> {
  static constexpr auto cql_name = fixed_string("uuid");
  static bool accepts(const cql_type& type) noexcept {
    return type.id == type_id::uuid || type.id == type_id::timeuuid;
  }
};

}  // namespace coodie::inline COODIE_ABI

template <>
struct std::hash<coodie::uuid> {
  [[nodiscard]] std::size_t operator()(const coodie::uuid& id) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, id.bytes.data(), sizeof halves);
    const std::uint64_t mixed = (halves[0] ^ halves[1] * 0x9e3779b97f4a7c15U) * 0xff51afd7ed558ccdU;
    return static_cast<std::size_t>(mixed ^ mixed >> 32);
  }
};

#endif  // COODIE_PROTOCOL_VALUES_UUID_HPP
