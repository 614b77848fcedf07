// SPDX-License-Identifier: MIT
// Refuses, in one sentence, a query that the server would refuse.
#ifndef COODIE_ORM_QUERY_CHECK_HPP
#define COODIE_ORM_QUERY_CHECK_HPP

#include "orm/model_check.hpp"
#include "orm/query_shape.hpp"

namespace coodie::inline COODIE_ABI::detail {

template <class T, class Column, query_problem Problem>
[[nodiscard]] consteval bool report_filtering() noexcept {
  using enum query_problem;
  static_assert(Problem != partition_range,
                "coodie: a range over the partition key reads every partition; use == or .in(), or say "
                ".allow_filtering()");
  static_assert(
      Problem != partition_incomplete,
      "coodie: only a part of the partition key is given; give all of it, or say .allow_filtering()");
  static_assert(
      Problem != clustering_skipped,
      "coodie: a clustering column before this one is skipped; restrict it too, or say .allow_filtering()");
  static_assert(Problem != clustering_after_range,
                "coodie: a clustering column before this one has a range; only the last one may, or say "
                ".allow_filtering()");
  static_assert(Problem != clustering_alone,
                "coodie: a clustering column is asked for without the partition key; give that too, or say "
                ".allow_filtering()");
  static_assert(Problem != not_indexed,
                "coodie: the column is neither in the key nor asked for by == on an index; mark it "
                "coodie::indexed<>, or say .allow_filtering()");
  static_assert(
      Problem != second_index,
      "coodie: only one index is used for a query; ask for the other column too with .allow_filtering()");
  return true;
}

template <class T, class Column, query_problem Problem>
[[nodiscard]] consteval bool report_condition() noexcept {
  using enum query_problem;
  static_assert(
      Problem != foreign_column,
      "coodie: the column belongs to another struct; use coodie::col<&T::member> of the table that is asked");
  static_assert(Problem != null_compared, "coodie: a query can't look for null; give a value (*optional)");
  static_assert(Problem != not_equal, "coodie: CQL knows != only in only_if(...)");
  static_assert(Problem != collection_compared, "coodie: a list, set or map can't be compared in a query");
  static_assert(
      Problem != column_twice,
      "coodie: the column is restricted twice; a lower and an upper bound are all that go together");
  static_assert(Problem != index_with_list,
                "coodie: .in() on the partition key can't be combined with a condition on an index; ask for one "
                "partition at a time");
  return report_filtering<T, Column, Problem>();
}

template <class T, class Column, query_problem Problem>
[[nodiscard]] consteval bool report_order() noexcept {
  using enum query_problem;
  static_assert(Problem != order_by_regular,
                "coodie: rows are ordered by clustering columns only; sort by this column in the program");
  static_assert(
      Problem != order_without_partition,
      "coodie: .order_by() needs the whole partition key, by == or .in(): order exists in a partition only");
  static_assert(Problem != order_skips,
                "coodie: .order_by() takes the clustering columns in the order of the key, without gaps");
  static_assert(Problem != order_mixed,
                "coodie: .order_by() takes the order of the key for all columns, or its reverse for all");
  static_assert(Problem != order_with_index,
                "coodie: .order_by() can't be combined with a condition on an index");
  return true;
}

template <class T, class Column, query_problem Problem>
[[nodiscard]] consteval bool report_write() noexcept {
  using enum query_problem;
  static_assert(Problem != remove_incomplete,
                "coodie: .remove_all() needs the whole partition key, by == or .in()");
  static_assert(
      Problem != remove_by_regular,
      "coodie: .remove_all() takes conditions on key columns only; find the rows, then remove them");
  static_assert(
      Problem != remove_skips,
      "coodie: .remove_all() takes clustering columns without gaps, and a range on the last one only");
  static_assert(Problem != key_assigned,
                "coodie: a key column can't be changed; remove the row and save another");
  static_assert(Problem != counter_assigned, "coodie: a counter can't be set; change it by += or -=");
  static_assert(Problem != assigned_twice, "coodie: the column is assigned twice in one update");
  static_assert(Problem != condition_on_key, "coodie: only_if(...) can't look at a key column");
  static_assert(Problem != conditional_counter,
                "coodie: a table with counters takes no only_if and no if_exists");
  return true;
}

/// True for a good query; else the compiler has said what is wrong with it, and with which column of T.
template <class T, query_problem Problem, std::size_t Column>
[[nodiscard]] consteval bool check_query() noexcept {
  if constexpr (Problem == query_problem::none) {
    return true;
  } else {
    using column = column_named<column_name_argument<T, Column>()>;
    return !(report_condition<T, column, Problem>() && report_order<T, column, Problem>() &&
             report_write<T, column, Problem>());
  }
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_QUERY_CHECK_HPP
