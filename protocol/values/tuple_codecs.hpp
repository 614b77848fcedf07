// SPDX-License-Identifier: MIT
// tuple as std::tuple and std::pair, and user-defined types as structs that udt_fields describes.
#ifndef COODIE_PROTOCOL_VALUES_TUPLE_CODECS_HPP
#define COODIE_PROTOCOL_VALUES_TUPLE_CODECS_HPP

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "protocol/values/codec.hpp"
#include "protocol/values/cql_identifier.hpp"

// tuple, udt: one [bytes] for each component; the last ones may be left out, which makes them null.
// native_protocol_v4.spec sections 6.22, 6.23.

namespace coodie::inline COODIE_ABI {

/// Describes a struct as a user-defined type. Specialise it, with the fields in the order of CREATE TYPE:
///
///     template <> struct coodie::udt_fields<address> {
///       static constexpr auto type_name = coodie::fixed_string("address");
///       static constexpr auto members = std::make_tuple(coodie::udt_field<"street", &address::street>{},
///                                                       coodie::udt_field<"zip", &address::zip>{});
///     };
template <class T>
struct udt_fields;

/// A field: its name in CQL, unquoted, and the member that holds it.
template <fixed_string Name, auto Member>
struct udt_field {
  static constexpr auto name = Name;

  template <class T>
  [[nodiscard]] static constexpr auto& get(T& object) noexcept {
    return object.*Member;
  }
};

/// T is described by udt_fields.
template <class T>
concept user_defined_type = requires {
  udt_fields<T>::type_name;
  udt_fields<T>::members;
};

namespace detail {

/// Reads a component that may be missing at the end of the body.
template <class T>
[[nodiscard]] errc get_component(protocol::reader& in, T& value) {
  if (!in.empty()) [[likely]]
    return protocol::get_value(in, value);
  return protocol::get_null(value);
}

/// As get_component; a missing component of a type without null becomes T{}.
template <class T>
[[nodiscard]] errc get_field(protocol::reader& in, T& value) {
  if (!in.empty()) [[likely]]
    return protocol::get_value(in, value);
  if constexpr (takes_null<T>)
    value_codec<T>::set_null(value);
  else
    value = T{};
  return errc::ok;
}

template <class First, class... Rest>
[[nodiscard]] constexpr auto joined_names() noexcept {
  if constexpr (sizeof...(Rest) == 0)
    return element_name<First>();
  else
    return element_name<First>() + ", " + joined_names<Rest...>();
}

template <class Tuple, class... Ts>
struct tuple_codec {
  static_assert(sizeof...(Ts) != 0, "coodie: a tuple without components has no CQL type");
  static constexpr auto cql_name = "tuple<" + joined_names<Ts...>() + ">";
  static constexpr bool freezes = false;  // a tuple is frozen by itself

  static bool accepts(const cql_type& type) noexcept {
    if (type.id != type_id::tuple || type.parameters.size() != sizeof...(Ts)) return false;
    std::size_t i = 0;
    return (value_codec<Ts>::accepts(type.parameters[i++]) && ...);
  }
  static std::size_t size(const Tuple& value) noexcept {
    return std::apply([](const auto&... each) { return (protocol::value_size(each) + ...); }, value);
  }
  static std::byte* put(std::byte* to, const Tuple& value) noexcept {
    std::apply([&to](const auto&... each) { ((to = protocol::put_value(to, each)), ...); }, value);
    return to;
  }
  static errc get(protocol::reader body, Tuple& value) {
    errc e = errc::ok;
    std::apply(
        [&](auto&... each) { static_cast<void>(((e = get_component(body, each), e == errc::ok) && ...)); },
        value);
    if (e != errc::ok) return e;
    return body.empty() ? errc::ok : errc::trailing_bytes;
  }
  static errc check(const Tuple& value) noexcept
    requires(checked_value<Ts> || ...)
  {
    errc e = errc::ok;
    std::apply(
        [&](const auto&... each) {
          static_cast<void>(((e = protocol::check_value(each), e == errc::ok) && ...));
        },
        value);
    return e;
  }
};

template <class T, class Field>
using field_type = std::remove_cvref_t<decltype(Field::get(std::declval<T&>()))>;

template <class T, class Members>
struct udt_members;
template <class T, class... Fields>
struct udt_members<T, std::tuple<Fields...>> {
  static_assert(sizeof...(Fields) != 0, "coodie: a user-defined type needs at least one field");
  static constexpr bool all_take_null = (takes_null<field_type<T, Fields>> && ...);
  static constexpr bool any_checked = (checked_value<field_type<T, Fields>> || ...);

  static bool accepts(const cql_type& type) noexcept {
    std::size_t i = 0;
    return (accepts_field<Fields>(type, i++) && ...);
  }
  static std::size_t size(const T& value) noexcept {
    return (protocol::value_size(Fields::get(value)) + ...);
  }
  static std::byte* put(std::byte* to, const T& value) noexcept {
    ((to = protocol::put_value(to, Fields::get(value))), ...);
    return to;
  }
  static errc get(protocol::reader body, T& value) {
    errc e = errc::ok;
    static_cast<void>(((e = get_field(body, Fields::get(value)), e == errc::ok) && ...));
    for (protocol::bytes_view unknown; e == errc::ok && !body.empty();) e = body.read_bytes(unknown);
    return e;
  }
  static void set_null(T& value) { (value_codec<field_type<T, Fields>>::set_null(Fields::get(value)), ...); }
  static errc check(const T& value) noexcept {
    errc e = errc::ok;
    static_cast<void>(((e = protocol::check_value(Fields::get(value)), e == errc::ok) && ...));
    return e;
  }

 private:
  template <class Field>
  static bool accepts_field(const cql_type& type, std::size_t i) noexcept {
    if (i >= type.parameters.size()) return true;
    if (i < type.field_names.size() && std::string_view(Field::name) != type.field_names[i]) return false;
    return value_codec<field_type<T, Field>>::accepts(type.parameters[i]);
  }
};

template <class... Ts>
struct culprit<std::tuple<Ts...>> : first_culprit<Ts...> {};
template <class T, class U>
struct culprit<std::pair<T, U>> : first_culprit<T, U> {};

}  // namespace detail

/// tuple. Components that the server left out at the end are null.
template <class... Ts>
struct value_codec<std::tuple<Ts...>, std::enable_if_t<(has_value_codec<Ts> && ...)>>
    : detail::tuple_codec<std::tuple<Ts...>, Ts...> {};
template <class T, class U>
struct value_codec<std::pair<T, U>, std::enable_if_t<has_value_codec<T> && has_value_codec<U>>>
    : detail::tuple_codec<std::pair<T, U>, T, U> {};

/// A user-defined type. Fields that the value lacks (it was written before they were added) become null, or
/// their type's zero; fields that the C++ type does not know are ignored. A server's type is accepted when
/// its fields have the names and types of the first members. A null is taken when every field takes one.
template <class T>
struct value_codec<T, std::enable_if_t<user_defined_type<T>>> {
 private:
  using fields = detail::udt_members<T, std::remove_cvref_t<decltype(udt_fields<T>::members)>>;

 public:
  static constexpr auto cql_name = quoted_type_name<udt_fields<T>::type_name>();
  static constexpr bool freezes = true;

  static bool accepts(const cql_type& type) noexcept {
    return type.id == type_id::udt && type.name == std::string_view(udt_fields<T>::type_name) &&
           fields::accepts(type);
  }
  static std::size_t size(const T& value) noexcept { return fields::size(value); }
  static std::byte* put(std::byte* to, const T& value) noexcept { return fields::put(to, value); }
  static errc get(protocol::reader body, T& value) { return fields::get(body, value); }
  static void set_null(T& value)
    requires fields::all_take_null
  {
    fields::set_null(value);
  }
  static errc check(const T& value) noexcept
    requires fields::any_checked
  {
    return fields::check(value);
  }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_TUPLE_CODECS_HPP
