// SPDX-License-Identifier: MIT
// inet: an IPv4 or IPv6 address.
#ifndef COODIE_PROTOCOL_VALUES_INET_HPP
#define COODIE_PROTOCOL_VALUES_INET_HPP

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/values/codec.hpp"

namespace coodie::inline COODIE_ABI {

/// An address of 4 or 16 bytes, network order; 0.0.0.0 from the start. Ordered as Cassandra does, by unsigned
/// bytes: ::1 before 10.0.0.1.
class inet {
 public:
  inet() noexcept = default;
  explicit inet(const std::array<std::byte, 4>& v4) noexcept : size_(4) {
    std::memcpy(bytes_.data(), v4.data(), 4);
  }
  explicit inet(const std::array<std::byte, 16>& v6) noexcept : bytes_(v6), size_(16) {}

  /// Nothing unless there are 4 or 16 bytes.
  [[nodiscard]] static std::optional<inet> from_bytes(std::span<const std::byte> bytes) noexcept {
    if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
    inet address;
    std::memcpy(address.bytes_.data(), bytes.data(), bytes.size());
    address.size_ = static_cast<std::uint8_t>(bytes.size());
    return address;
  }
  /// Parses 192.0.2.1 or an IPv6 address in any form of RFC 4291 section 2.2.
  [[nodiscard]] static COODIE_DECL std::optional<inet> parse(std::string_view text) noexcept;

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {bytes_.data(), size_}; }
  [[nodiscard]] bool is_v4() const noexcept { return size_ == 4; }
  [[nodiscard]] bool is_v6() const noexcept { return size_ == 16; }

  friend bool operator==(const inet&, const inet&) noexcept = default;
  friend std::strong_ordering operator<=>(const inet& a, const inet& b) noexcept {
    const std::size_t n = a.size_ < b.size_ ? a.size_ : b.size_;
    const auto order = std::memcmp(a.bytes_.data(), b.bytes_.data(), n) <=> 0;
    return order != 0 ? order : a.size_ <=> b.size_;
  }

 private:
  std::array<std::byte, 16> bytes_{};  // those behind size_ are 0
  std::uint8_t size_ = 4;
};

/// 192.0.2.1, or IPv6 as RFC 5952 recommends: 2001:db8::1, ::ffff:192.0.2.1.
[[nodiscard]] COODIE_DECL std::string to_string(const inet& address);

/// Four or sixteen bytes (native_protocol_v4.spec section 6.9).
template <>
struct value_codec<inet> {
  static constexpr auto cql_name = fixed_string("inet");
  static constexpr bool freezes = false;
  static constexpr bool empty_is_null = true;

  static bool accepts(const cql_type& type) noexcept { return type.id == type_id::inet; }
  static std::size_t size(const inet& value) noexcept { return value.bytes().size(); }
  static std::byte* put(std::byte* to, const inet& value) noexcept {
    std::memcpy(to, value.bytes().data(), value.bytes().size());
    return to + value.bytes().size();
  }
  static errc get(protocol::reader body, inet& value) noexcept {
    const auto address = inet::from_bytes({body.position(), body.remaining()});
    if (!address) return errc::invalid_value_size;
    value = *address;
    return errc::ok;
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_INET_HPP
