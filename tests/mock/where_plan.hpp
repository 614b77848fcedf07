// SPDX-License-Identifier: MIT
// What a WHERE clause restricts: which partitions, which rows, and whether that is allowed.
#ifndef COODIE_TESTS_MOCK_WHERE_PLAN_HPP
#define COODIE_TESTS_MOCK_WHERE_PLAN_HPP

#include <algorithm>
#include <cstdint>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/condition.hpp"
#include "tests/mock/stored_table.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

enum class where_user : std::uint8_t { select, update, delete_ };

/// What the rules depend on beside the clause itself.
struct where_options {
  where_user user = where_user::select;
  bool allow_filtering = false;
  bool only_statics = false;  ///< SELECT: nothing but partition key and static columns is selected
};

/// A checked WHERE clause. Can be moved, not copied: members point into `conditions`.
struct where_plan {
  std::vector<condition> conditions;
  std::vector<const condition*> partition;   ///< of each partition key column, or nullptr; = and IN
  std::vector<const condition*> clustering;  ///< in the order of their first column
  bool partition_complete = false;           ///< every partition key column is given by = or IN
  bool partition_has_in = false;
  bool uses_index = false;
  bool restricts_clustering = false, restricts_regular = false;

  where_plan() = default;
  where_plan(where_plan&&) = default;
  where_plan& operator=(where_plan&&) = default;
};

/// Types a clause and applies Cassandra's rules.
[[nodiscard]] COODIE_DECL cql::refusal plan_where(term_context& context,
                                                  const std::vector<cql::relation>& relations,
                                                  const where_options& options, where_plan& plan);

/// A clause with the values of one execution.
struct bound_where {
  std::vector<bound_condition> conditions;
  std::vector<std::vector<octets>> partitions;  ///< when the key is complete: by value, each once
  bool matches_nothing = false;

  [[nodiscard]] COODIE_DECL const bound_condition* find(const condition* what) const noexcept;
  /// Whether a row of the partition with this token satisfies every condition.
  [[nodiscard]] COODIE_DECL bool accepts(const row_view& row, std::int64_t token) const;
};

[[nodiscard]] COODIE_DECL cql::refusal bind_where(const where_plan& plan, const table_schema& table,
                                                  const bindings& values, bound_where& bound);

/// The leading clustering columns that have exactly one value each, for seeking.
[[nodiscard]] COODIE_DECL clustering_key equal_prefix(const where_plan& plan, const bound_where& bound);

/// The rows that an UPDATE or DELETE names: whole keys, and ranges of rows.
struct named_rows {
  std::vector<clustering_key> keys;
  std::vector<clustering_range> ranges;
};
[[nodiscard]] COODIE_DECL cql::refusal name_rows(const where_plan& plan, const bound_where& bound,
                                                 const table_schema& table, named_rows& rows);

namespace detail {

[[nodiscard]] inline bool has_in(const std::vector<const condition*>& conditions) noexcept {
  return std::any_of(conditions.begin(), conditions.end(),
                     [](const condition* each) { return each->is_in(); });
}

}  // namespace detail

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_WHERE_PLAN_HPP
