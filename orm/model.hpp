// SPDX-License-Identifier: MIT
// A struct and its table: references to the columns of an object, their types, and the table as a constant.
#ifndef COODIE_ORM_MODEL_HPP
#define COODIE_ORM_MODEL_HPP

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "orm/marks.hpp"
#include "orm/reflect.hpp"
#include "orm/table_info.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI::detail {

template <class... Ts>
struct type_list {
  static constexpr std::size_t size = sizeof...(Ts);
};

// columns<...> among the marks, or void.
template <class Mark>
struct mark_tag {};
template <auto... Members>
columns<Members...> operator|(mark_tag<void>, mark_tag<columns<Members...>>);
template <class Mark>
mark_tag<void> operator|(mark_tag<void>, mark_tag<Mark>);
template <auto... Members, class Mark>
columns<Members...> operator|(columns<Members...>, mark_tag<Mark>);

template <class Marks>
struct listed_columns {
  using type = mark_tag<void>;
};
template <fixed_string Name, class... Marks>
struct listed_columns<table_marks<Name, Marks...>> {
  using type = decltype((mark_tag<void>{} | ... | mark_tag<Marks>{}));
};

/// How the columns of T are reached: by reflection, or by the list in columns<...>.
template <class T, class Columns = typename listed_columns<table_marks_of<T>>::type>
struct column_access {
  static constexpr bool reflected = true;
  static constexpr std::size_t size = member_count<T>;

  [[nodiscard]] static constexpr const auto& names() noexcept { return member_names<T>; }
  template <class Object, class F>
  static constexpr decltype(auto) visit(Object& object, F&& f) {
    return member_binder<size>::visit(object, f);
  }
};
template <class T, auto... Members>
struct column_access<T, columns<Members...>> {
  static constexpr bool reflected = false;
  static constexpr std::size_t size = sizeof...(Members);
  static constexpr std::array<std::string_view, size> list{member_name<Members>...};

  [[nodiscard]] static constexpr const auto& names() noexcept { return list; }
  template <class Object, class F>
  static constexpr decltype(auto) visit(Object& object, F&& f) {
    return f((object.*Members)...);
  }
};

/// Calls f with a reference to each column of the object, in order.
template <class T, class F>
COODIE_ALWAYS_INLINE constexpr decltype(auto) visit_columns(T& object, F&& f) {
  return column_access<std::remove_cv_t<T>>::visit(object, f);
}

struct list_types {
  template <class... Members>
  type_list<std::remove_cv_t<Members>...> operator()(Members&...) const;
};
/// The C++ types of the columns.
template <class T>
using column_types = decltype(column_access<T>::visit(std::declval<T&>(), list_types()));

template <class T>
struct remove_optional {
  using type = T;
};
template <class T>
struct remove_optional<std::optional<T>> {
  using type = T;
};
template <class T>
using remove_optional_t = typename remove_optional<T>::type;

[[nodiscard]] constexpr bool is_collection_type(std::string_view cql) noexcept {
  return cql.starts_with("list<") || cql.starts_with("set<") || cql.starts_with("map<");
}

/// The CQL type of a column: a user-defined type is frozen, a collection of its own is not.
template <class Member>
[[nodiscard]] constexpr auto column_cql_name() noexcept {
  using value = remove_optional_t<Member>;
  if constexpr (value_codec<value>::freezes && !is_collection_type(value_codec<value>::cql_name.view()))
    return "frozen<" + value_codec<value>::cql_name + ">";
  else
    return value_codec<value>::cql_name;
}
template <class Member>
inline constexpr auto column_cql = column_cql_name<Member>();

template <class Member>
inline constexpr column_type_info column_type{
    column_cql<Member>.view(), !std::is_same_v<Member, remove_optional_t<Member>>,
    is_collection_type(column_cql<Member>.view()), std::is_same_v<remove_optional_t<Member>, counter>,
    column_cql<Member> == "duration"};

template <class T, class... Members>
[[nodiscard]] consteval std::array<column_type_info, sizeof...(Members)> describe_columns(
    type_list<Members...>) noexcept {
  return {column_type<Members>...};
}

template <class T, fixed_string Name, class... Marks>
[[nodiscard]] consteval auto build_table(const table_marks<Name, Marks...>&) noexcept {
  using access = column_access<T>;
  table_builder<T, access::size> table(Name.view(), access::names(), describe_columns<T>(column_types<T>()));
  (Marks::apply(table), ...);
  return table.finish();
}

/// The table of T. Only where check_model<T>() is true.
template <class T>
inline constexpr auto table_of_model = build_table<T>(table_marks_of<T>());

/// Index of the column that the member is; no_column when it is none.
template <class T, auto Member>
[[nodiscard]] consteval std::size_t find_column() noexcept {
  const auto& names = column_access<T>::names();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == member_name<Member>) return i;
  return no_column;
}
template <class T, auto Member>
inline constexpr std::size_t column_index = find_column<T, Member>();

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_MODEL_HPP
