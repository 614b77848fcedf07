// SPDX-License-Identifier: MIT
// The lists and maps of native_protocol_v4.spec section 3, and its [inet] and [consistency].
#ifndef COODIE_PROTOCOL_MESSAGES_NOTATIONS_HPP
#define COODIE_PROTOCOL_MESSAGES_NOTATIONS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/bytes/reader.hpp"
#include "protocol/bytes/writer.hpp"
#include "protocol/errc.hpp"
#include "protocol/messages/consistency.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// [string list]. The views of all of these borrow from the frame's body. Maps keep the order of the wire and
/// every entry, also one whose key stands there twice.
using string_list = std::vector<std::string_view>;
using string_map = std::vector<std::pair<std::string_view, std::string_view>>;  ///< [string map]
using string_multimap = std::vector<std::pair<std::string_view, string_list>>;  ///< [string multimap]
using bytes_map = std::vector<std::pair<std::string_view, bytes_view>>;         ///< [bytes map]

/// [inet]: an address and a port.
struct node_address {
  std::uint8_t size = 0;              ///< bytes of the address: 4 (IPv4) or 16 (IPv6)
  std::array<std::byte, 16> bytes{};  ///< network order; the first `size` count
  std::int32_t port = 0;

  [[nodiscard]] std::span<const std::byte> address() const noexcept { return {bytes.data(), size}; }
};

namespace detail {

// Makes room for `count` elements that take at least `least` bytes each on the wire: a count that what
// remains can't hold is refused before anything is allocated.
template <class List>
[[nodiscard]] errc make_room_for(const reader& in, std::size_t count, std::size_t least,
                                 List& list) noexcept {
  list.clear();
  if (count > in.remaining() / least) return errc::length_exceeds_input;
#if COODIE_HAS_EXCEPTIONS
  try {
    list.reserve(count);
  } catch (...) {
    return errc::out_of_memory;
  }
#else
  list.reserve(count);
#endif
  return errc::ok;
}

// A [short] n, then room for n elements of at least `least` bytes.
template <class List>
[[nodiscard]] errc read_count(reader& in, std::size_t least, List& list, std::uint16_t& count) noexcept {
  if (errc e = in.read(count); e != errc::ok) return e;
  return make_room_for(in, count, least, list);
}

inline void write_count(writer& out, std::size_t count) noexcept {
  if (count > 0xFFFF) return out.fail(errc::value_too_large);
  out.write(static_cast<std::uint16_t>(count));
}

}  // namespace detail

/// [consistency]; errc::invalid_value for a number that the specification does not define.
[[nodiscard]] inline errc read_consistency(reader& in, consistency& level) noexcept {
  std::uint16_t number = 0;
  reader ahead = in;
  if (errc e = ahead.read(number); e != errc::ok) return e;
  if (!is_known(static_cast<consistency>(number))) return errc::invalid_value;
  level = static_cast<consistency>(number);
  in = ahead;
  return errc::ok;
}
inline void write_consistency(writer& out, consistency level) noexcept {
  out.write(static_cast<std::uint16_t>(level));
}

[[nodiscard]] COODIE_DECL errc read_string_list(reader& in, string_list& list) noexcept;
[[nodiscard]] COODIE_DECL errc read_string_map(reader& in, string_map& map) noexcept;
[[nodiscard]] COODIE_DECL errc read_string_multimap(reader& in, string_multimap& map) noexcept;
[[nodiscard]] COODIE_DECL errc read_bytes_map(reader& in, bytes_map& map) noexcept;
/// errc::invalid_value_size when the address has neither 4 nor 16 bytes.
[[nodiscard]] COODIE_DECL errc read_inet(reader& in, node_address& node) noexcept;

// More than 65535 entries, or a string of more bytes, fail the writer with errc::value_too_large.
COODIE_DECL void write_string_list(writer& out, const string_list& list) noexcept;
COODIE_DECL void write_string_map(writer& out, const string_map& map) noexcept;
COODIE_DECL void write_string_multimap(writer& out, const string_multimap& map) noexcept;
COODIE_DECL void write_bytes_map(writer& out, const bytes_map& map) noexcept;
/// errc::invalid_value_size when the address has neither 4 nor 16 bytes.
COODIE_DECL void write_inet(writer& out, const node_address& node) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_NOTATIONS_HPP
