// SPDX-License-Identifier: MIT
// The trait by which a C++ type joins CQL, and [value]s written and read by it.
#ifndef COODIE_PROTOCOL_VALUES_CODEC_HPP
#define COODIE_PROTOCOL_VALUES_CODEC_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "protocol/bytes/endian.hpp"
#include "protocol/bytes/fixed_string.hpp"
#include "protocol/bytes/reader.hpp"
#include "protocol/errc.hpp"
#include "protocol/values/cql_type.hpp"
#include "protocol/values/unmappable.hpp"

namespace coodie::inline COODIE_ABI {

/// How values of the C++ type T are written and read as CQL. Specialise it to add a type of your own:
///
///     template <> struct coodie::value_codec<celsius> {
///       static constexpr auto cql_name = coodie::fixed_string("float");   // as in CREATE TABLE
///       static constexpr bool freezes = false;                            // frozen<...> inside others?
///       static bool accepts(const coodie::cql_type&) noexcept;            // can the server's type be read?
///       static std::size_t size(const celsius&) noexcept;                 // bytes of the body
///       static std::byte* put(std::byte* to, const celsius&) noexcept;    // writes them, returns the end
///       static coodie::errc get(coodie::protocol::reader body, celsius&); // all of `body` is the value
///     };
///
/// After an error of `get` the target is valid but may be partly filled. What a codec may have besides:
///
///     static errc check(const T&) noexcept;      // refuses what has no encoding, before it is written
///     static bool is_null(const T&) noexcept;    // true: written as null, without size and put
///     static void set_null(T&);                  // takes a null; without it that is errc::unexpected_null
///     static constexpr std::size_t fixed_size;   // every body has this size
///     static constexpr bool empty_is_null;       // an empty body, which Cassandra allows for some types,
///                                                // reads into std::optional as null
template <class T, class Enable>
struct value_codec {
  using coodie_unmapped = void;
  static constexpr fixed_string<0> cql_name = detail::explain_unmappable<T>();
  static constexpr bool freezes = false;
  static bool accepts(const cql_type&) noexcept { return detail::explain_unmappable<T>().size() != 0; }
  static std::size_t size(const T&) noexcept { return detail::explain_unmappable<T>().size(); }
  static std::byte* put(std::byte* to, const T&) noexcept {
    return to + detail::explain_unmappable<T>().size();
  }
  static errc get(protocol::reader, T&) noexcept {
    return detail::explain_unmappable<T>().size() == 0 ? errc::type_mismatch : errc::ok;
  }
};

/// T has a value_codec.
template <class T>
concept has_value_codec = !requires { typename value_codec<T>::coodie_unmapped; };

/// A value that is not set: the column stays as it is and no tombstone is written.
struct unset_t {
  constexpr explicit unset_t() noexcept = default;
};
inline constexpr unset_t unset{};

namespace detail {

template <class T>
concept checked_value = requires(const T& v) { value_codec<T>::check(v); };
template <class T>
concept writes_null = requires(const T& v) { value_codec<T>::is_null(v); };
template <class T>
concept takes_null = requires(T& v) { value_codec<T>::set_null(v); };
template <class T>
concept fixed_size_value = requires { value_codec<T>::fixed_size; };
template <class T>
concept empty_is_null_value = requires { requires value_codec<T>::empty_is_null; };

/// The name of T inside another type.
template <class T>
[[nodiscard]] constexpr auto element_name() noexcept {
  if constexpr (value_codec<T>::freezes)
    return "frozen<" + value_codec<T>::cql_name + ">";
  else
    return value_codec<T>::cql_name;
}

}  // namespace detail

namespace protocol {

/// errc::ok, or why `value` can't be written (errc::value_out_of_range, errc::invalid_value).
template <class T>
[[nodiscard]] errc check_value(const T& value) noexcept {
  if constexpr (coodie::detail::checked_value<T>)
    return value_codec<T>::check(value);
  else
    return errc::ok;
}

/// Bytes of the [value]: four for the length, then the body.
template <class T>
[[nodiscard]] std::size_t value_size(const T& value) noexcept {
  if constexpr (coodie::detail::fixed_size_value<T>) return 4 + value_codec<T>::fixed_size;
  if constexpr (coodie::detail::writes_null<T>)
    if (value_codec<T>::is_null(value)) return 4;
  return 4 + value_codec<T>::size(value);
}
[[nodiscard]] constexpr std::size_t value_size(unset_t) noexcept { return 4; }
[[nodiscard]] constexpr std::size_t value_size(std::nullopt_t) noexcept { return 4; }

inline std::byte* put_null(std::byte* to) noexcept { return store_big(to, std::int32_t{-1}); }
inline std::byte* put_unset(std::byte* to) noexcept { return store_big(to, std::int32_t{-2}); }

/// Writes a [value] of value_size() bytes; returns its end. The size must fit an [int].
template <class T>
inline std::byte* put_value(std::byte* to, const T& value) noexcept {
  using codec = value_codec<T>;
  if constexpr (coodie::detail::fixed_size_value<T>) {
    store_big(to, static_cast<std::int32_t>(codec::fixed_size));
    return codec::put(to + 4, value);
  } else {
    if constexpr (coodie::detail::writes_null<T>)
      if (codec::is_null(value)) return put_null(to);
    std::byte* end = codec::put(to + 4, value);
    store_big(to, static_cast<std::int32_t>(end - to - 4));
    return end;
  }
}
inline std::byte* put_value(std::byte* to, unset_t) noexcept { return put_unset(to); }
inline std::byte* put_value(std::byte* to, std::nullopt_t) noexcept { return put_null(to); }

/// Gives `value` a null.
template <class T>
[[nodiscard]] errc get_null(T& value) {
  if constexpr (coodie::detail::takes_null<T>) {
    value_codec<T>::set_null(value);
    return errc::ok;
  } else {
    static_cast<void>(value);
    return errc::unexpected_null;
  }
}

namespace detail {

/// Null, a wrong size or the end of the input: everything but what is usual.
template <class T>
[[nodiscard]] COODIE_COLD errc get_unusual_value(reader& in, T& value) {
  bytes_view raw;
  if (errc e = in.read_bytes(raw); e != errc::ok) return e;
  if (raw.is_null()) return get_null(value);
  return value_codec<T>::get(reader(raw.bytes()), value);
}

}  // namespace detail

/// Reads one [bytes] and decodes it. A null makes std::optional empty, a collection empty and a counter 0,
/// and is errc::unexpected_null for anything else. Errors: also truncated, and what the codec of T finds.
template <class T>
[[nodiscard]] inline errc get_value(reader& in, T& value) {
  using codec = value_codec<T>;
  if constexpr (coodie::detail::fixed_size_value<T>) {
    constexpr std::size_t n = codec::fixed_size;
    if (in.remaining() < 4 + n || load_big<std::uint32_t>(in.position()) != n) [[unlikely]]
      return detail::get_unusual_value(in, value);
    const std::byte* body = in.position() + 4;
    in = reader(body + n, in.end());
    return codec::get(reader(body, body + n), value);
  } else {
    if (in.remaining() < 4) [[unlikely]]
      return errc::truncated;
    const std::size_t n = load_big<std::uint32_t>(in.position());
    if (in.remaining() - 4 < n) [[unlikely]]
      return detail::get_unusual_value(in, value);
    const std::byte* body = in.position() + 4;
    in = reader(body + n, in.end());
    return codec::get(reader(body, body + n), value);
  }
}

/// Decodes a value that was already cut out of its frame; null as in get_value.
template <class T>
[[nodiscard]] errc get_value(bytes_view raw, T& value) {
  if (raw.is_null()) return get_null(value);
  return value_codec<T>::get(reader(raw.bytes()), value);
}

}  // namespace protocol
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_CODEC_HPP
