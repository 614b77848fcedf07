// SPDX-License-Identifier: MIT
// Reads and writes the lists and maps of the protocol.
#ifndef COODIE_PROTOCOL_MESSAGES_NOTATIONS_IPP
#define COODIE_PROTOCOL_MESSAGES_NOTATIONS_IPP

#include <cstring>

#include "protocol/messages/notations.hpp"

namespace coodie::inline COODIE_ABI::protocol {

errc read_string_list(reader& in, string_list& list) noexcept {
  std::uint16_t count = 0;
  if (errc e = detail::read_count(in, 2, list, count); e != errc::ok) return e;
  for (; count != 0; --count) {
    std::string_view text;
    if (errc e = in.read_string(text); e != errc::ok) return e;
    list.push_back(text);
  }
  return errc::ok;
}

errc read_string_map(reader& in, string_map& map) noexcept {
  std::uint16_t count = 0;
  if (errc e = detail::read_count(in, 4, map, count); e != errc::ok) return e;
  for (; count != 0; --count) {
    std::string_view key, value;
    if (errc e = in.read_string(key); e != errc::ok) return e;
    if (errc e = in.read_string(value); e != errc::ok) return e;
    map.emplace_back(key, value);
  }
  return errc::ok;
}

errc read_string_multimap(reader& in, string_multimap& map) noexcept {
  std::uint16_t count = 0;
  if (errc e = detail::read_count(in, 4, map, count); e != errc::ok) return e;
  for (; count != 0; --count) {
    auto& [key, values] = map.emplace_back();
    if (errc e = in.read_string(key); e != errc::ok) return e;
    if (errc e = read_string_list(in, values); e != errc::ok) return e;
  }
  return errc::ok;
}

errc read_bytes_map(reader& in, bytes_map& map) noexcept {
  std::uint16_t count = 0;
  if (errc e = detail::read_count(in, 6, map, count); e != errc::ok) return e;
  for (; count != 0; --count) {
    std::string_view key;
    bytes_view value;
    if (errc e = in.read_string(key); e != errc::ok) return e;
    if (errc e = in.read_bytes(value); e != errc::ok) return e;
    map.emplace_back(key, value);
  }
  return errc::ok;
}

errc read_inet(reader& in, node_address& node) noexcept {
  std::span<const std::byte> raw;
  std::uint8_t size = 0;
  reader ahead = in;
  if (errc e = ahead.read(size); e != errc::ok) return e;
  if (size != 4 && size != 16) return errc::invalid_value_size;
  if (errc e = ahead.read_raw(size, raw); e != errc::ok) return e;
  if (errc e = ahead.read(node.port); e != errc::ok) return e;
  node.size = size;  // never more than `bytes` has
  node.bytes = {};
  std::memcpy(node.bytes.data(), raw.data(), raw.size());
  in = ahead;
  return errc::ok;
}

void write_string_list(writer& out, const string_list& list) noexcept {
  detail::write_count(out, list.size());
  for (std::string_view text : list) out.write_string(text);
}

void write_string_map(writer& out, const string_map& map) noexcept {
  detail::write_count(out, map.size());
  for (const auto& [key, value] : map) {
    out.write_string(key);
    out.write_string(value);
  }
}

void write_string_multimap(writer& out, const string_multimap& map) noexcept {
  detail::write_count(out, map.size());
  for (const auto& [key, values] : map) {
    out.write_string(key);
    write_string_list(out, values);
  }
}

void write_bytes_map(writer& out, const bytes_map& map) noexcept {
  detail::write_count(out, map.size());
  for (const auto& [key, value] : map) {
    out.write_string(key);
    out.write_bytes(value);
  }
}

void write_inet(writer& out, const node_address& node) noexcept {
  if (node.size != 4 && node.size != 16) return out.fail(errc::invalid_value_size);
  out.write(node.size);
  out.write_raw(node.address());
  out.write(node.port);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_NOTATIONS_IPP
