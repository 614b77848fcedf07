// SPDX-License-Identifier: MIT
// Decoding and encoding of any_value.
#ifndef COODIE_PROTOCOL_VALUES_ANY_VALUE_IPP
#define COODIE_PROTOCOL_VALUES_ANY_VALUE_IPP

#include <algorithm>
#include <bit>
#include <type_traits>

#include "protocol/values/any_dispatch.hpp"
#include "protocol/values/any_value.hpp"
#include "protocol/values/collection_codecs.hpp"
#include "protocol/values/vint.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

using any_elements = any_value::elements;

[[nodiscard]] inline errc decode_body(const cql_type& type, protocol::reader body, any_value& value,
                                      std::size_t depth);

/// Reads one [bytes] of a collection, tuple or udt.
[[nodiscard]] inline errc decode_element(const cql_type& type, protocol::reader& in, any_value& value,
                                         std::size_t depth) {
  protocol::bytes_view raw;
  if (errc e = in.read_bytes(raw); e != errc::ok) return e;
  return raw.is_null() ? errc::ok : decode_body(type, protocol::reader(raw.bytes()), value, depth);
}

/// list, set and map: each element consists of one value for each parameter of the type.
[[nodiscard]] inline errc decode_collection(const cql_type& type, protocol::reader body, any_elements& found,
                                            std::size_t depth) {
  const std::size_t width = type.id == type_id::map ? 2 : 1;
  if (type.parameters.size() != width) return errc::type_mismatch;
  std::size_t n = 0;
  if (errc e = get_count(body, 4 * width, n); e != errc::ok) return e;
  found.values.resize(n * width);
  for (std::size_t i = 0; i < found.values.size(); ++i)
    if (errc e = decode_element(type.parameters[i % width], body, found.values[i], depth); e != errc::ok)
      return e;
  return body.empty() ? errc::ok : errc::trailing_bytes;
}

/// tuple and udt: as many components as there are. What follows the last one is an error for a tuple; a udt
/// may have got fields that this type does not know yet.
[[nodiscard]] inline errc decode_tuple(const cql_type& type, protocol::reader body, any_elements& found,
                                       std::size_t depth) {
  found.values.reserve(std::min(type.parameters.size(), body.remaining() / 4));
  for (const cql_type& parameter : type.parameters) {
    if (body.empty()) break;
    if (errc e = decode_element(parameter, body, found.values.emplace_back(), depth); e != errc::ok) return e;
  }
  if (type.id == type_id::tuple) return body.empty() ? errc::ok : errc::trailing_bytes;
  for (protocol::bytes_view unknown; !body.empty();)
    if (errc e = body.read_bytes(unknown); e != errc::ok) return e;
  return errc::ok;
}

[[nodiscard]] inline errc decode_vector(const cql_type& type, protocol::reader body, any_elements& found,
                                        std::size_t depth) {
  if (type.parameters.size() != 1) return errc::type_mismatch;
  const cql_type& element = type.parameters[0];
  const std::uint64_t fixed = size_in_vector(element);
  if (fixed != 0 && body.remaining() != fixed * type.dimensions) return errc::invalid_value_size;
  if (type.dimensions > body.remaining()) return errc::truncated;
  found.values.resize(type.dimensions);
  for (any_value& each : found.values) {
    std::uint64_t n = fixed;
    if (fixed == 0)
      if (errc e = protocol::get_unsigned_vint(body, n); e != errc::ok) return e;
    if (n > body.remaining()) return errc::length_exceeds_input;
    const std::byte* end = body.position() + static_cast<std::size_t>(n);
    if (errc e = decode_body(element, protocol::reader(body.position(), end), each, depth); e != errc::ok)
      return e;
    body = protocol::reader(end, body.end());
  }
  return body.empty() ? errc::ok : errc::trailing_bytes;
}

template <class T>
[[nodiscard]] errc decode_scalar(protocol::reader body, any_value& value) {
  if constexpr (empty_is_null_value<T>) {
    if (body.empty()) {
      value = any_value::empty_body{};
      return errc::ok;
    }
  }
  T content{};
  const errc e = value_codec<T>::get(body, content);
  if (e == errc::ok) value = any_value(std::move(content));
  return e;
}

inline errc decode_body(const cql_type& type, protocol::reader body, any_value& value, std::size_t depth) {
  if (depth > max_type_depth) return errc::nesting_too_deep;
  if (!is_compound(type.id))
    return with_scalar(
        type.id, [&]<class T>(std::type_identity<T>) { return decode_scalar<T>(body, value); },
        [] { return errc::unknown_type; });
  any_elements found;
  errc e = errc::ok;
  switch (type.id) {
    case type_id::vector: e = decode_vector(type, body, found, depth + 1); break;
    case type_id::tuple:
    case type_id::udt: e = decode_tuple(type, body, found, depth + 1); break;
    default: e = decode_collection(type, body, found, depth + 1); break;
  }
  if (e == errc::ok) value = any_value(std::move(found));
  return e;
}

inline void write_body(protocol::writer& out, const cql_type& type, const any_value& value);

inline void write_vector(protocol::writer& out, const cql_type& type, const any_elements& content) {
  const cql_type& element = type.parameters[0];
  const std::size_t fixed = size_in_vector(element);
  if (content.values.size() != type.dimensions) return out.fail(errc::value_out_of_range);
  for (const any_value& each : content.values) {
    if (each.is_null()) return out.fail(errc::unexpected_null);
    if (fixed != 0) {
      const std::size_t start = out.position();
      write_body(out, element, each);
      if (out.error() == errc::ok && out.position() - start != fixed) out.fail(errc::invalid_value_size);
      continue;
    }
    blob body;
    if (errc e = encode_any(element, each, body); e != errc::ok) return out.fail(e);
    std::byte length[9];
    const std::byte* end = protocol::put_unsigned_vint(length, body.size());
    out.write_raw(std::span<const std::byte>(length, end));
    out.write_raw(body);
  }
}

inline void write_elements(protocol::writer& out, const cql_type& type, const any_elements& content) {
  const std::size_t n = content.values.size(), width = type.parameters.size();
  if (type.id == type_id::vector && width == 1) return write_vector(out, type, content);
  const bool is_tuple = type.id == type_id::tuple || type.id == type_id::udt;
  const bool fits = is_tuple ? n <= width : width == (type.id == type_id::map ? 2U : 1U) && n % width == 0;
  if (!fits) return out.fail(errc::type_mismatch);
  if (!is_tuple) out.write(static_cast<std::int32_t>(n / width));
  for (std::size_t i = 0; i < n; ++i)
    write_any(out, type.parameters[is_tuple ? i : i % width], content.values[i]);
}

template <class T>
void write_scalar(protocol::writer& out, const any_value& value) {
  const T* content = value.get_if<T>();
  if (content == nullptr) return out.fail(errc::type_mismatch);
  // A server keeps times outside the day, so that what was read can be written.
  if constexpr (!std::is_same_v<T, coodie::time>)
    if (errc e = protocol::check_value(*content); e != errc::ok) return out.fail(e);
  const std::size_t n = value_codec<T>::size(*content);
  if (n == 0) return;
  std::byte* to = out.append(n);
  if (to != nullptr) value_codec<T>::put(to, *content);
}

/// Writes what stands behind the length.
inline void write_body(protocol::writer& out, const cql_type& type, const any_value& value) {
  if (const auto* content = value.get_if<any_elements>()) {
    if (!is_compound(type.id)) return out.fail(errc::type_mismatch);
    return write_elements(out, type, *content);
  }
  if (value.get_if<any_value::empty_body>() != nullptr) {
    if (!may_be_empty(type.id)) out.fail(errc::type_mismatch);
    return;
  }
  with_scalar(
      type.id, [&]<class T>(std::type_identity<T>) { write_scalar<T>(out, value); },
      [&] { out.fail(errc::type_mismatch); });
}

template <class T>
[[nodiscard]] bool same_content(const T& a, const T& b) noexcept {
  return a == b;
}
[[nodiscard]] inline bool same_content(float a, float b) noexcept {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}
[[nodiscard]] inline bool same_content(double a, double b) noexcept {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
[[nodiscard]] inline bool same_content(const decimal& a, const decimal& b) noexcept {
  return a.scale == b.scale && a.unscaled == b.unscaled;
}
[[nodiscard]] inline bool same_content(const any_elements& a, const any_elements& b) noexcept {
  return a.values == b.values;
}

}  // namespace detail

bool operator==(const any_value& a, const any_value& b) noexcept {
  return std::visit(
      [&b]<class T>(const T& content) {
        const T* other = b.get_if<T>();
        return other != nullptr && detail::same_content(content, *other);
      },
      a.content_);
}

errc decode_any(const cql_type& type, protocol::bytes_view raw, any_value& value) {
  value = any_value();
  if (raw.is_null()) return errc::ok;
  const errc e = detail::decode_body(type, protocol::reader(raw.bytes()), value, 1);
  if (e != errc::ok) value = any_value();
  return e;
}

void write_any(protocol::writer& out, const cql_type& type, const any_value& value) {
  if (value.is_null()) return out.write_null();
  const std::size_t start = out.position();
  out.write(std::int32_t{0});
  detail::write_body(out, type, value);
  if (out.error() != errc::ok) return;
  const std::size_t n = out.position() - start - 4;
  if (n > 0x7fffffffU) return out.fail(errc::value_too_large);
  out.patch(start, static_cast<std::uint32_t>(n));
}

errc encode_any(const cql_type& type, const any_value& value, blob& body) {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  if (!value.is_null()) detail::write_body(out, type, value);
  if (out.error() == errc::ok) body.assign(buffer.bytes().begin(), buffer.bytes().end());
  return out.error();
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_ANY_VALUE_IPP
