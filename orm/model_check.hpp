// SPDX-License-Identifier: MIT
// Refuses, in one sentence, a struct that can't be a table.
#ifndef COODIE_ORM_MODEL_CHECK_HPP
#define COODIE_ORM_MODEL_CHECK_HPP

#include <cstddef>
#include <type_traits>

#include "orm/model.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// A column's name where a compiler prints it: as an argument of the template that fails.
template <fixed_string Name>
struct column_named {};

template <class T, std::size_t I>
[[nodiscard]] consteval auto column_name_argument() noexcept {
  if constexpr (I == no_column) {
    return fixed_string<0>();
  } else {
    constexpr std::string_view name = column_access<T>::names()[I];
    fixed_string<name.size()> copy;
    for (std::size_t i = 0; i < name.size(); ++i) copy.data[i] = name[i];
    return copy;
  }
}

template <class T, class Column, table_problem Problem>
[[nodiscard]] consteval bool report_key_problem() noexcept {
  using enum table_problem;
  static_assert(
      Problem != no_partition_key,
      "coodie: the table has no partition key; add coodie::partition_key<&T::member> to coodie::table<>");
  static_assert(Problem != key_twice, "coodie: a column stands twice in the key; name it once");
  static_assert(Problem != optional_key,
                "coodie: a key column can't be null; take std::optional away from the member");
  static_assert(Problem != collection_key,
                "coodie: a list, set or map can't be a key column; use a scalar, or a tuple");
  static_assert(Problem != duration_key, "coodie: a duration has no order and can't be a key column");
  static_assert(
      Problem != counter_key,
      "coodie: a counter can't be a key column; use std::int64_t for a number that identifies a row");
  static_assert(Problem != static_key,
                "coodie: a key column can't be static; take one of the two marks away");
  static_assert(Problem != order_without_column,
                "coodie: coodie::asc and coodie::desc stand behind a member in clustering_key<>");
  static_assert(
      Problem != static_without_clustering,
      "coodie: a static column needs a clustering key; without one every column belongs to one row");
  return true;
}

template <class T, class Column, table_problem Problem>
[[nodiscard]] consteval bool report_column_problem() noexcept {
  using enum table_problem;
  static_assert(
      Problem != foreign_member,
      "coodie: a mark of the table does not name a member of this struct; write &T::member of T itself");
  static_assert(
      Problem != not_a_column,
      "coodie: a mark of the table names a member that is not listed in coodie::columns<>; add it there");
  static_assert(Problem != static_twice, "coodie: a column is marked static twice");
  static_assert(Problem != indexed_counter, "coodie: a counter can't be indexed");
  static_assert(Problem != indexed_partition_key,
                "coodie: the only column of the partition key can't be indexed; it is found without");
  static_assert(Problem != indexed_twice, "coodie: a column has two indexes; one is enough");
  static_assert(
      Problem != counter_among_plain,
      "coodie: a table with counters can hold nothing else beside its key; move this column elsewhere");
  static_assert(Problem != counter_with_ttl, "coodie: a table with counters can't have a default_ttl");
  static_assert(Problem != optional_counter, "coodie: a counter is never null; take std::optional away");
  return true;
}

template <class T, class Column, table_problem Problem>
[[nodiscard]] consteval bool report_name_problem() noexcept {
  using enum table_problem;
  static_assert(Problem != same_name, "coodie: two columns have the same name");
  static_assert(Problem != empty_name, "coodie: the name of a column is empty");
  static_assert(Problem != invalid_table_name,
                "coodie: the name of a table is 1 to 48 letters, digits and underscores");
  static_assert(Problem != invalid_keyspace_name,
                "coodie: the name of a keyspace is 1 to 48 letters, digits and underscores");
  static_assert(Problem != too_many_options, "coodie: a table has at most 16 options");
  return true;
}

/// What is wrong with T before its table can even be built.
enum class model_problem {
  none,
  no_table,
  not_aggregate,
  has_base,
  no_members,
  too_many_members,
  no_default
};

/// Initialises a base class. Never called.
template <class T>
struct any_base {
  template <class Base>
    requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>)
  operator Base() const noexcept;
};
template <class T>
concept has_base_class = requires { T{any_base<T>{}}; };

template <class T>
[[nodiscard]] consteval model_problem find_model_problem() noexcept {
  if constexpr (std::is_void_v<table_marks_of<T>>) {
    return model_problem::no_table;
  } else if constexpr (!std::is_same_v<typename listed_columns<table_marks_of<T>>::type, mark_tag<void>>) {
    if constexpr (column_access<T>::size == 0) return model_problem::no_members;
  } else if constexpr (!std::is_aggregate_v<T>) {
    return model_problem::not_aggregate;
  } else if constexpr (has_base_class<T>) {
    return model_problem::has_base;
  } else if constexpr (member_count<T> == 0) {
    return model_problem::no_members;
  } else if constexpr (member_count<T> > max_reflected_members) {
    return model_problem::too_many_members;
  }
  return std::is_default_constructible_v<T> ? model_problem::none : model_problem::no_default;
}

template <class... Members>
[[nodiscard]] consteval std::size_t first_unmapped(type_list<Members...>) noexcept {
  const bool mapped[] = {has_value_codec<Members>...};
  for (std::size_t i = 0; i < sizeof...(Members); ++i)
    if (!mapped[i]) return i;
  return no_column;
}

template <std::size_t I, class First, class... Rest>
[[nodiscard]] consteval auto type_at(type_list<First, Rest...>) noexcept {
  if constexpr (I == 0)
    return std::type_identity<First>();
  else
    return type_at<I - 1>(type_list<Rest...>());
}

/// The codec's own sentence about a member's type, with the column's name around it.
template <class Column, class Member>
[[nodiscard]] consteval bool report_column_type() noexcept {
  return explain_unmappable<Member>().size() != 0;
}

template <class T>
[[nodiscard]] consteval bool check_columns() noexcept {
  using types = column_types<T>;
  constexpr std::size_t unmapped = first_unmapped(types());
  if constexpr (unmapped != no_column) {
    using member = typename decltype(type_at<unmapped>(types()))::type;
    return report_column_type<column_named<column_name_argument<T, unmapped>()>, member>();
  } else if constexpr (table_of_model<T>.problem != table_problem::none) {
    using column = column_named<column_name_argument<T, table_of_model<T>.culprit>()>;
    constexpr table_problem problem = table_of_model<T>.problem;
    return !(report_key_problem<T, column, problem>() && report_column_problem<T, column, problem>() &&
             report_name_problem<T, column, problem>());
  } else {
    return true;
  }
}

/// True for a struct that is a table; else the compiler has said why not, and nothing else of the struct
/// should be touched.
template <class T>
[[nodiscard]] consteval bool check_model() noexcept {
  using enum model_problem;
  constexpr model_problem problem = find_model_problem<T>();
  static_assert(problem != no_table,
                "coodie: this type has no table; give it `using table = coodie::table<...>`, or specialise "
                "coodie::table_of for it");
  static_assert(
      problem != not_aggregate,
      "coodie: a struct with constructors or private members can't be reflected; list its columns with "
      "coodie::columns<&T::a, &T::b> in coodie::table<>");
  static_assert(problem != has_base,
                "coodie: a struct with a base class can't be reflected; list its columns with "
                "coodie::columns<&T::a, &T::b> in coodie::table<>");
  static_assert(problem != no_members, "coodie: a table needs at least one column; this struct has none");
  static_assert(problem != too_many_members,
                "coodie: a struct with more than 64 members can't be reflected; list its columns with "
                "coodie::columns<&T::a, &T::b> in coodie::table<>");
  static_assert(
      problem != no_default,
      "coodie: rows are read into a default-constructed object; give the type a default constructor");
  if constexpr (problem == none)
    return check_columns<T>();
  else
    return false;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_MODEL_CHECK_HPP
