// SPDX-License-Identifier: MIT
// What the compiler says about a table, a query or a write that a server would refuse: one sentence for each
// fault.
#ifndef COODIE_ORM_REFUSALS_HPP
#define COODIE_ORM_REFUSALS_HPP

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "orm/faults.hpp"
#include "orm/model.hpp"

// A check computes a verdict without failing; the function that the program calls then names refusal<T,
// verdict>. So the message has few lines, and names the column as an argument of the template that fails.

namespace coodie::inline COODIE_ABI::detail {

/// A column's name where a compiler prints it.
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
/// The type of the first column that has no codec.
template <class T>
using unmapped_type_of =
    typename decltype(type_at<first_unmapped(column_types<T>())>(column_types<T>()))::type;

/// `good` where nothing is wrong; else it does not compile.
template <fault What, class T, class Column>
struct refuse {
  static constexpr bool good = What == fault::none;

  using enum fault;
  static_assert(What != no_table,
                "coodie: this type has no table; give it `using table = coodie::table<...>`, or specialise "
                "coodie::table_of for it");
  static_assert(What != not_aggregate,
                "coodie: a struct with constructors or private members can't be reflected; list its columns "
                "with coodie::columns<&T::a, &T::b> in coodie::table<>");
  static_assert(What != has_base,
                "coodie: a struct with a base class can't be reflected; list its columns with "
                "coodie::columns<&T::a, &T::b> in coodie::table<>");
  static_assert(
      What != array_member,
      "coodie: a struct with an array as member can't be reflected; use std::string, std::vector or "
      "std::array<float, N>");
  static_assert(What != no_members, "coodie: a table needs at least one column; this struct has none");
  static_assert(What != too_many_members,
                "coodie: a struct with more than 64 members can't be reflected; list its columns with "
                "coodie::columns<&T::a, &T::b> in coodie::table<>");
  static_assert(
      What != no_default,
      "coodie: rows are read into a default-constructed object; give the type a default constructor");
  static_assert(
      What != foreign_member,
      "coodie: a mark of the table does not name a member of this struct; write &T::member of T itself");
  static_assert(
      What != not_a_column,
      "coodie: a mark of the table names a member that is not listed in coodie::columns<>; add it there");
  static_assert(
      What != no_partition_key,
      "coodie: the table has no partition key; add coodie::partition_key<&T::member> to coodie::table<>");
  static_assert(What != key_twice, "coodie: a column stands twice in the key; name it once");
  static_assert(What != optional_key,
                "coodie: a key column can't be null; take std::optional away from the member");
  static_assert(What != collection_key,
                "coodie: a list, set or map can't be a key column; use a scalar, or a tuple");
  static_assert(What != duration_key, "coodie: a duration has no order and can't be a key column");
  static_assert(
      What != counter_key,
      "coodie: a counter can't be a key column; use std::int64_t for a number that identifies a row");
  static_assert(What != static_key, "coodie: a key column can't be static; take one of the two marks away");
  static_assert(
      What != static_without_clustering,
      "coodie: a static column needs a clustering key; without one every column belongs to one row");
  static_assert(What != static_twice, "coodie: a column is marked static twice");
  static_assert(What != order_without_column,
                "coodie: coodie::asc and coodie::desc stand behind a member in clustering_key<>");
  static_assert(What != indexed_counter, "coodie: a counter can't be indexed");
  static_assert(What != indexed_partition_key,
                "coodie: the only column of the partition key can't be indexed; it is found without");
  static_assert(What != indexed_twice, "coodie: a column has two indexes; one is enough");
  static_assert(
      What != counter_among_plain,
      "coodie: a table with counters can hold nothing else beside its key; move this column elsewhere");
  static_assert(What != counter_with_ttl, "coodie: a table with counters can't have a default_ttl");
  static_assert(What != optional_counter, "coodie: a counter is never null; take std::optional away");
  static_assert(What != same_name, "coodie: two columns have the same name");
  static_assert(What != empty_name, "coodie: the name of a column is empty");
  static_assert(What != invalid_table_name,
                "coodie: the name of a table is 1 to 48 letters, digits and underscores");
  static_assert(What != invalid_keyspace_name,
                "coodie: the name of a keyspace is 1 to 48 letters, digits and underscores");
  static_assert(What != too_many_options, "coodie: a table has at most 16 options");
  static_assert(
      What != foreign_column,
      "coodie: the column belongs to another struct; use coodie::col<&T::member> of the table that is asked");
  static_assert(What != null_compared, "coodie: a query can't look for null; give a value (*optional)");
  static_assert(What != not_equal, "coodie: CQL knows != only in only_if(...)");
  static_assert(What != collection_compared, "coodie: a list, set or map can't be compared in a query");
  static_assert(
      What != column_twice,
      "coodie: the column is restricted twice; a lower and an upper bound are all that go together");
  static_assert(What != partition_range,
                "coodie: a range over the partition key reads every partition; use == or .in(), or say "
                ".allow_filtering()");
  static_assert(
      What != partition_incomplete,
      "coodie: only a part of the partition key is given; give all of it, or say .allow_filtering()");
  static_assert(
      What != clustering_skipped,
      "coodie: a clustering column before this one is skipped; restrict it too, or say .allow_filtering()");
  static_assert(What != clustering_after_range,
                "coodie: a clustering column before this one has a range; only the last one may, or say "
                ".allow_filtering()");
  static_assert(What != clustering_alone,
                "coodie: a clustering column is asked for without the partition key; give that too, or say "
                ".allow_filtering()");
  static_assert(What != not_indexed,
                "coodie: the column is neither in the key nor asked for by == on an index; mark it "
                "coodie::indexed<>, or say .allow_filtering()");
  static_assert(
      What != second_index,
      "coodie: only one index is used for a query; ask for the other column too with .allow_filtering()");
  static_assert(What != index_with_list,
                "coodie: .in() on the partition key can't be combined with a condition on an index; ask for "
                "one partition at a time");
  static_assert(What != order_by_regular,
                "coodie: rows are ordered by clustering columns only; sort by this column in the program");
  static_assert(
      What != order_without_partition,
      "coodie: .order_by() needs the whole partition key, by == or .in(): order exists in a partition only");
  static_assert(What != order_skips,
                "coodie: .order_by() takes the clustering columns in the order of the key, without gaps");
  static_assert(What != order_mixed,
                "coodie: .order_by() takes the order of the key for all columns, or its reverse for all");
  static_assert(What != order_with_index,
                "coodie: .order_by() can't be combined with a condition on an index");
  static_assert(What != count_in_order, "coodie: the number of rows has no order; take .order_by() away");
  static_assert(What != count_with_limit, "coodie: .count() counts all rows that match; take the limit away");
  static_assert(What != projection_name,
                "coodie: .as<>() takes a struct whose members are named like members of the table's struct");
  static_assert(What != projection_type,
                "coodie: a member of the struct in .as<>() has another type than the table's member");
  static_assert(What != remove_incomplete,
                "coodie: .remove_all() needs the whole partition key, by == or .in()");
  static_assert(
      What != remove_by_regular,
      "coodie: .remove_all() takes conditions on key columns only; find the rows, then remove them");
  static_assert(
      What != remove_skips,
      "coodie: .remove_all() takes clustering columns without gaps, and a range on the last one only");
  static_assert(What != remove_with_more,
                "coodie: .remove_all() takes no order, no limit and no filtering; take them away");
  static_assert(
      What != update_argument,
      "coodie: update() takes assignments (col<&T::member> = value), only_if(...) or if_exists, and "
      "update_options");
  static_assert(What != nothing_assigned,
                "coodie: update() needs at least one assignment: coodie::col<&T::member> = value");
  static_assert(What != key_assigned,
                "coodie: a key column can't be changed; remove the row and save another");
  static_assert(What != counter_assigned, "coodie: a counter can't be set; change it by += or -=");
  static_assert(What != assigned_twice, "coodie: the column is assigned twice in one update");
  static_assert(What != condition_on_key, "coodie: only_if(...) can't look at a key column");
  static_assert(What != conditional_counter,
                "coodie: a table with counters takes no only_if and no if_exists");
  static_assert(What != conditional_borrowed,
                "coodie: a conditional write returns a row, which a struct with std::string_view or "
                "std::span can't hold; use one with std::string");
  static_assert(What != counter_saved,
                "coodie: a table with counters can't be saved or inserted; change a counter by "
                "update(object, col<&T::member> += n)");
};

/// A column whose type has no codec; the codec's own sentence says why.
template <class T, class Column>
struct refuse<fault::unmapped_type, T, Column> {
  static constexpr bool good = false;
  static_assert(explain_unmappable<unmapped_type_of<T>>().size() == 0);
};

// g++ 12 crashes when an alias looks into a verdict by itself.
template <class T, verdict Verdict>
struct refusal_of {
  using type = refuse<Verdict.what, T, column_named<column_name_argument<T, Verdict.column>()>>;
};
template <class T, verdict Verdict>
using refusal = typename refusal_of<T, Verdict>::type;

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_REFUSALS_HPP
