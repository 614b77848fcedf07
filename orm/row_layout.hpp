// SPDX-License-Identifier: MIT
// Which columns of a table are read into a struct: all into the model, some into a projection.
#ifndef COODIE_ORM_ROW_LAYOUT_HPP
#define COODIE_ORM_ROW_LAYOUT_HPP

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "orm/model_check.hpp"
#include "orm/prepared_check.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The columns of T that the members of Row name; no_column for a member that names none.
template <class T, class Row>
[[nodiscard]] consteval auto match_members() noexcept {
  std::array<std::size_t, column_access<Row>::size> matched{};
  for (std::size_t i = 0; i < matched.size(); ++i) {
    matched[i] = no_column;
    for (std::size_t j = 0; j < column_access<T>::size; ++j)
      if (column_access<T>::names()[j] == column_access<Row>::names()[i]) matched[i] = j;
  }
  return matched;
}

template <class T, class Row, class... Members>
[[nodiscard]] consteval std::array<column_expectation, sizeof...(Members)> list_row_columns(
    type_list<Members...>) noexcept {
  constexpr auto matched = match_members<T, Row>();
  std::size_t i = 0;
  const auto next = [&](bool (*accepts)(const cql_type&) noexcept, const char* cpp) {
    const std::size_t column = matched[i] == no_column ? 0 : matched[i];
    const model_column& c = table_of_model<T>.columns[column];
    return column_expectation{c.name, column_access<Row>::names()[i++], c.type.cql, cpp, accepts};
  };
  return {next(&value_codec<Members>::accepts, describe_type<Members>())...};
}

template <class T, class Row>
struct row_layout {
  static constexpr auto columns = list_row_columns<T, Row>(column_types<Row>());
};
template <class T>
struct row_layout<T, T> {
  static constexpr const auto& columns = expectations<T>;
};
/// The columns that a row of the table of T is read into Row from, in their order.
template <class T, class Row>
inline constexpr const auto& row_columns = row_layout<T, Row>::columns;

/// For statements on the table of T whose rows are read into Row.
template <class T, class Row>
[[nodiscard]] errc check_read(const protocol::prepared_result& prepared, std::string& why) {
  if (errc e = check_markers(expectations<T>, prepared.markers, why); e != errc::ok) return e;
  return check_row_columns(row_columns<T, Row>, prepared.columns, why);
}

template <class T, class... Members>
[[nodiscard]] consteval std::array<bool, sizeof...(Members)> list_cql_matches(
    const std::array<std::size_t, sizeof...(Members)>& matched, type_list<Members...>) noexcept {
  std::size_t i = 0;
  const auto same = [&](std::string_view cql) {
    const std::size_t column = matched[i++];
    return column != no_column && table_of_model<T>.columns[column].type.cql == cql;
  };
  return {same(column_type<Members>.cql)...};
}

/// What is wrong with Row as a projection of the table of T; the column is one of Row.
template <class T, class Row>
[[nodiscard]] consteval verdict judge_projection() noexcept {
  if constexpr (std::is_same_v<T, Row>) {
    return {};
  } else if constexpr (constexpr std::size_t unmapped = first_unmapped(column_types<Row>());
                       unmapped != no_column) {
    return {fault::unmapped_type, unmapped};
  } else {
    constexpr auto matched = match_members<T, Row>();
    constexpr auto typed = list_cql_matches<T>(matched, column_types<Row>());
    for (std::size_t i = 0; i < typed.size(); ++i)
      if (!typed[i]) return {matched[i] == no_column ? fault::projection_name : fault::projection_type, i};
    return {};
  }
}

/// The type, or what it holds, points into the frame that it was read from.
template <class T>
inline constexpr bool borrows = false;
template <>
inline constexpr bool borrows<std::string_view> = true;
template <>
inline constexpr bool borrows<std::span<const std::byte>> = true;
template <class T>
inline constexpr bool borrows<std::optional<T>> = borrows<T>;
template <class T, class A>
inline constexpr bool borrows<std::vector<T, A>> = borrows<T>;
template <class T, std::size_t N>
inline constexpr bool borrows<std::array<T, N>> = borrows<T>;
template <class T, class C, class A>
inline constexpr bool borrows<std::set<T, C, A>> = borrows<T>;
template <class T, class H, class E, class A>
inline constexpr bool borrows<std::unordered_set<T, H, E, A>> = borrows<T>;
template <class K, class V, class C, class A>
inline constexpr bool borrows<std::map<K, V, C, A>> = borrows<K> || borrows<V>;
template <class K, class V, class H, class E, class A>
inline constexpr bool borrows<std::unordered_map<K, V, H, E, A>> = borrows<K> || borrows<V>;
template <class... Ts>
inline constexpr bool borrows<std::tuple<Ts...>> = (borrows<Ts> || ...);
template <class T, class U>
inline constexpr bool borrows<std::pair<T, U>> = borrows<T> || borrows<U>;

template <class... Members>
[[nodiscard]] consteval bool any_borrows(type_list<Members...>) noexcept {
  return (borrows<Members> || ...);
}
/// A struct whose rows borrow from the answer.
template <class Row>
inline constexpr bool is_borrowed = any_borrows(column_types<Row>());

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_ROW_LAYOUT_HPP
