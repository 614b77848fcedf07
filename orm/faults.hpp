// SPDX-License-Identifier: MIT
// Everything that can be wrong with a table, a query or a write, found by the compiler. The sentences are in
// refusals.hpp.
#ifndef COODIE_ORM_FAULTS_HPP
#define COODIE_ORM_FAULTS_HPP

#include <cstddef>
#include <cstdint>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

enum class fault : std::uint8_t {
  none,
  already_told,  ///< the compiler has refused a part of it

  // of a struct
  no_table,
  not_aggregate,
  has_base,
  array_member,
  no_members,
  too_many_members,
  no_default,
  unmapped_type,

  // of a table
  foreign_member,
  not_a_column,
  no_partition_key,
  key_twice,
  optional_key,
  collection_key,
  duration_key,
  counter_key,
  static_key,
  static_without_clustering,
  static_twice,
  order_without_column,
  indexed_counter,
  indexed_partition_key,
  indexed_twice,
  counter_among_plain,
  counter_with_ttl,
  optional_counter,
  same_name,
  empty_name,
  invalid_table_name,
  invalid_keyspace_name,
  too_many_options,

  // of a query
  foreign_column,
  null_compared,
  not_equal,
  collection_compared,
  column_twice,
  partition_range,
  partition_incomplete,
  clustering_skipped,
  clustering_after_range,
  clustering_alone,
  not_indexed,
  second_index,
  index_with_list,
  order_by_regular,
  order_without_partition,
  order_skips,
  order_mixed,
  order_with_index,
  count_in_order,
  count_with_limit,
  projection_name,
  projection_type,

  // of a write
  remove_incomplete,
  remove_by_regular,
  remove_skips,
  remove_with_more,
  update_argument,
  nothing_assigned,
  key_assigned,
  counter_assigned,
  assigned_twice,
  condition_on_key,
  conditional_counter,
  conditional_borrowed,
  counter_saved,
};

/// What is wrong, and with which column.
struct verdict {
  fault what = fault::none;
  std::size_t column = static_cast<std::size_t>(-1);

  [[nodiscard]] constexpr bool good() const noexcept { return what == fault::none; }
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_FAULTS_HPP
