// SPDX-License-Identifier: MIT
// timeuuid: a UUID of version 1, which is a time and unique.
#ifndef COODIE_PROTOCOL_VALUES_TIMEUUID_HPP
#define COODIE_PROTOCOL_VALUES_TIMEUUID_HPP

#include "protocol/values/timestamp.hpp"
#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI {

/// A UUID of version 1 (RFC 4122 section 4.2). Ordered as Cassandra does: by time, then by signed bytes.
struct timeuuid {
  std::array<std::byte, 16> bytes{};

  /// A new one for this moment. Each is greater than all that this process made before, on any thread, and no
  /// other process makes the same: node and clock sequence are random, and drawn again after fork().
  [[nodiscard]] static COODIE_DECL timeuuid now() noexcept;
  /// A new one, unique too, for the given time; within a millisecond those made later are not greater.
  [[nodiscard]] static COODIE_DECL timeuuid at(timestamp time) noexcept;
  /// The least and the greatest that the millisecond has, as minTimeuuid and maxTimeuuid of CQL: bounds for
  /// queries, not identifiers.
  [[nodiscard]] static COODIE_DECL timeuuid min_at(timestamp time) noexcept;
  [[nodiscard]] static COODIE_DECL timeuuid max_at(timestamp time) noexcept;
  /// Parses 8-4-4-4-12 hexadecimal digits of a version 1 UUID.
  [[nodiscard]] static COODIE_DECL std::optional<timeuuid> parse(std::string_view text) noexcept;
  /// The same bytes, if they are of version 1.
  [[nodiscard]] static COODIE_DECL std::optional<timeuuid> from(const uuid& id) noexcept;

  /// 100 ns units since 1582-10-15, 60 bits.
  [[nodiscard]] COODIE_DECL std::uint64_t ticks() const noexcept;
  /// The millisecond in which it was made.
  [[nodiscard]] COODIE_DECL timestamp time() const noexcept;
  [[nodiscard]] operator uuid() const noexcept { return uuid{bytes}; }

  friend bool operator==(const timeuuid& a, const timeuuid& b) noexcept {
    return std::memcmp(a.bytes.data(), b.bytes.data(), 16) == 0;
  }
  friend COODIE_DECL std::strong_ordering operator<=>(const timeuuid& a, const timeuuid& b) noexcept;
};

[[nodiscard]] COODIE_DECL std::string to_string(const timeuuid& id);

template <>
struct value_codec<timeuuid> : detail::uuid_codec<timeuuid> {
  static constexpr auto cql_name = fixed_string("timeuuid");
  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::timeuuid; }
};

}  // namespace coodie::inline COODIE_ABI

template <>
struct std::hash<coodie::timeuuid> {
  [[nodiscard]] std::size_t operator()(const coodie::timeuuid& id) const noexcept {
    return std::hash<coodie::uuid>()(id);
  }
};

#endif  // COODIE_PROTOCOL_VALUES_TIMEUUID_HPP
