// SPDX-License-Identifier: MIT
// A partition key as the bytes that its token is computed of.
#ifndef COODIE_PROTOCOL_ROUTING_ROUTING_KEY_HPP
#define COODIE_PROTOCOL_ROUTING_ROUTING_KEY_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "protocol/bytes/buffer.hpp"
#include "protocol/bytes/endian.hpp"
#include "protocol/bytes/reader.hpp"
#include "protocol/errc.hpp"
#include "protocol/routing/murmur3.hpp"
#include "protocol/values/values.hpp"

// One component: the body of its value, as it is. Several: each as a [short] length, the body, and a byte 0.

namespace coodie::inline COODIE_ABI::protocol {

/// Puts a partition key together, component by component in the order of the key. Keeps its memory when it is
/// cleared. The first failure sticks until then.
class routing_key {
 public:
  void clear() noexcept {
    bytes_.clear();
    components_ = 0;
    error_ = errc::ok;
  }
  /// errc::ok, or why there is no key: unexpected_null, value_too_large (a component of more than 65535
  /// bytes), out_of_memory.
  [[nodiscard]] errc error() const noexcept { return error_; }

  /// Appends a component that is encoded already.
  void append(bytes_view component) noexcept {
    if (component.is_null()) return fail(errc::unexpected_null);
    std::byte* to = make_room(component.size());
    if (to != nullptr && component.size() != 0) std::memcpy(to, component.data, component.size());
  }
  /// Appends a value of a type that has a codec.
  template <class T>
  void append_value(const T& value) noexcept {
    if constexpr (coodie::detail::writes_null<T>)
      if (value_codec<T>::is_null(value)) return fail(errc::unexpected_null);
    std::byte* to = make_room(value_codec<T>::size(value));
    if (to != nullptr) value_codec<T>::put(to, value);
  }

  /// The key; empty while there is no component or after a failure.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    if (error_ != errc::ok || components_ == 0) return {};
    const std::span<const std::byte> all = bytes_.bytes();
    return components_ == 1 ? all.subspan(2, all.size() - 3) : all;
  }
  [[nodiscard]] std::int64_t token() const noexcept { return murmur3_token(bytes()); }

 private:
  void fail(errc reason) noexcept {
    if (error_ == errc::ok) error_ = reason;
  }
  /// Everything around a component of `n` bytes; returns where those go.
  [[nodiscard]] std::byte* make_room(std::size_t n) noexcept {
    if (n > 0xffff) fail(errc::value_too_large);
    if (error_ != errc::ok) return nullptr;
    std::byte* to = bytes_.reserve(n + 3);
    if (to == nullptr) {
      fail(errc::out_of_memory);
      return nullptr;
    }
    bytes_.commit(n + 3);
    ++components_;
    store_big(to, static_cast<std::uint16_t>(n));
    to[n + 2] = std::byte{0};
    return to + 2;
  }

  byte_buffer bytes_;
  std::size_t components_ = 0;
  errc error_ = errc::ok;
};

/// The token of a partition key of one component.
template <class T>
[[nodiscard]] std::int64_t token_of(const T& value) noexcept {
  using codec = value_codec<T>;
  if constexpr (coodie::detail::fixed_size_value<T>) {
    std::byte body[codec::fixed_size];
    codec::put(body, value);
    return murmur3_token(body);
  } else {
    routing_key key;
    key.append_value(value);
    return key.token();
  }
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_ROUTING_KEY_HPP
