// SPDX-License-Identifier: MIT
// varint: an integer of any size.
#ifndef COODIE_PROTOCOL_VALUES_VARINT_HPP
#define COODIE_PROTOCOL_VALUES_VARINT_HPP

#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/values/codec.hpp"

namespace coodie::inline COODIE_ABI {

/// An integer of any size, exact. Carries, compares, parses and prints; it does not calculate. What fits
/// std::int64_t takes no memory of its own.
class varint {
 public:
  varint() noexcept = default;
  template <std::signed_integral T>
  varint(T value) noexcept : small_(value) {}
  template <std::unsigned_integral T>
  varint(T value) : varint(from_unsigned(value)) {}

  /// Two's complement, network order, of any length from 1; longer forms than the shortest are taken.
  [[nodiscard]] static COODIE_DECL varint from_bytes(std::span<const std::byte> bytes);
  /// Parses decimal digits, perhaps with a sign. Takes time in the square of their number.
  [[nodiscard]] static COODIE_DECL std::optional<varint> parse(std::string_view text);

  /// The value, if it fits.
  [[nodiscard]] std::optional<std::int64_t> to_int64() const noexcept {
    return large_.empty() ? std::optional(small_) : std::nullopt;
  }
  [[nodiscard]] COODIE_DECL std::optional<std::uint64_t> to_uint64() const noexcept;
  [[nodiscard]] bool is_negative() const noexcept {
    return large_.empty() ? small_ < 0 : (large_[0] & std::byte{0x80}) != std::byte{0};
  }

  /// Bytes of the shortest two's complement.
  [[nodiscard]] std::size_t byte_size() const noexcept {
    if (!large_.empty()) return large_.size();
    const auto magnitude = static_cast<std::uint64_t>(small_ < 0 ? ~small_ : small_);
    return (64 - static_cast<std::size_t>(std::countl_zero(magnitude))) / 8 + 1;
  }
  /// Writes byte_size() bytes; returns their end.
  COODIE_DECL std::byte* put_bytes(std::byte* to) const noexcept;

  friend bool operator==(const varint&, const varint&) noexcept = default;
  friend COODIE_DECL std::strong_ordering operator<=>(const varint& a, const varint& b) noexcept;

 private:
  [[nodiscard]] static COODIE_DECL varint from_unsigned(std::uint64_t value);

  std::int64_t small_ = 0;        // the value, when large_ is empty; else 0
  std::vector<std::byte> large_;  // the shortest two's complement, when it has more than eight bytes
};

/// Decimal digits. Takes time in the square of their number.
[[nodiscard]] COODIE_DECL std::string to_string(const varint& value);

/// Two's complement, network order (native_protocol_v4.spec section 6.25).
template <>
struct value_codec<varint> {
  static constexpr auto cql_name = fixed_string("varint");
  static constexpr bool freezes = false;
  static constexpr bool empty_is_null = true;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::varint; }
  static std::size_t size(const varint& value) noexcept { return value.byte_size(); }
  static std::byte* put(std::byte* to, const varint& value) noexcept { return value.put_bytes(to); }
  static errc get(protocol::reader body, varint& value) {
    if (body.empty()) return errc::invalid_value_size;
    value = varint::from_bytes({body.position(), body.remaining()});
    return errc::ok;
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_VARINT_HPP
