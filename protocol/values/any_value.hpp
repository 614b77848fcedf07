// SPDX-License-Identifier: MIT
// A value whose CQL type is known at run time only.
#ifndef COODIE_PROTOCOL_VALUES_ANY_VALUE_HPP
#define COODIE_PROTOCOL_VALUES_ANY_VALUE_HPP

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/bytes/writer.hpp"
#include "protocol/values/decimal.hpp"
#include "protocol/values/duration.hpp"
#include "protocol/values/inet.hpp"
#include "protocol/values/text_codecs.hpp"
#include "protocol/values/time_of_day.hpp"
#include "protocol/values/timeuuid.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {

template <class T, class Variant>
struct is_alternative;
template <class T, class... Ts>
struct is_alternative<T, std::variant<Ts...>> : std::bool_constant<(std::is_same_v<T, Ts> || ...)> {};

}  // namespace detail

/// A value of any CQL type, without the type: every function that needs to know it takes it as well.
class any_value {
 public:
  /// A body of zero bytes where Cassandra takes that for a value of a type of fixed size, and of varint,
  /// decimal, inet: neither null nor a number.
  struct empty_body {
    friend constexpr bool operator==(empty_body, empty_body) noexcept = default;
  };
  /// list, set, vector, tuple, udt: one each; map: key, value, key, value. A tuple or udt may be shorter than
  /// its type.
  struct elements {
    std::vector<any_value> values;
  };
  /// null; then what any type may have; then, for ascii and text, std::string; for blob and custom, blob; for
  /// counter, std::int64_t; for the others the C++ type that has their name.
  using content_type = std::variant<std::monostate, empty_body, bool, std::int8_t, std::int16_t, std::int32_t,
                                    std::int64_t, float, double, std::string, blob, uuid, timeuuid, timestamp,
                                    date, time, duration, varint, decimal, inet, elements>;

  any_value() noexcept = default;
  template <class T>
    requires detail::is_alternative<T, content_type>::value
  any_value(T content) noexcept : content_(std::in_place_type<T>, std::move(content)) {}

  [[nodiscard]] bool is_null() const noexcept { return content_.index() == 0; }
  [[nodiscard]] const content_type& content() const noexcept { return content_; }
  /// The content if it is a T, else nullptr.
  template <class T>
  [[nodiscard]] const T* get_if() const noexcept {
    return std::get_if<T>(&content_);
  }
  template <class T>
  [[nodiscard]] T* get_if() noexcept {
    return std::get_if<T>(&content_);
  }

  /// The same content: floating-point numbers by their bits, decimals with their scale.
  friend COODIE_DECL bool operator==(const any_value& a, const any_value& b) noexcept;

 private:
  content_type content_;
};

/// Decodes a value of `type`; null becomes null. Errors: those of the type's codec, nesting_too_deep. Memory:
/// at most 64 bytes for each byte of input and level of the type. `value` is null after an error.
[[nodiscard]] COODIE_DECL errc decode_any(const cql_type& type, protocol::bytes_view raw, any_value& value);

/// Appends the value to `out` as [bytes]. A content that is not of the type fails with errc::type_mismatch,
/// one that has no encoding as check_value does, but for times outside the day, which a server keeps; the
/// failure sticks in `out`.
COODIE_DECL void write_any(protocol::writer& out, const cql_type& type, const any_value& value);
/// The body of the value, without its length; nothing for null.
[[nodiscard]] COODIE_DECL errc encode_any(const cql_type& type, const any_value& value, blob& body);

/// Sorts sets and maps and removes what is there twice (the last value of a key stays), inside other values
/// too: what a server does with them.
COODIE_DECL void sort_collections(const cql_type& type, any_value& value);

/// Cassandra's order of clustering keys and of elements of sets. null is before everything, an empty body
/// before every other. Values that are not of the type are equal.
[[nodiscard]] COODIE_DECL std::weak_ordering compare_clustering(const cql_type& type, const any_value& a,
                                                                const any_value& b);

/// The value as CQL writes it: 'it''s', [1, 2], {a: 1}, 0x00ff, null.
[[nodiscard]] COODIE_DECL std::string to_literal(const cql_type& type, const any_value& value);

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_ANY_VALUE_HPP
