// SPDX-License-Identifier: MIT
// An INSERT, UPDATE or DELETE that was checked against its table.
#ifndef COODIE_TESTS_MOCK_MODIFICATION_PLAN_HPP
#define COODIE_TESTS_MOCK_MODIFICATION_PLAN_HPP

#include <memory>
#include <optional>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/query_context.hpp"
#include "tests/mock/where_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

enum class operation_kind : std::uint8_t {
  set,             ///< the whole column
  add,             ///< append to a list, put into a set or map, count up
  subtract,        ///< remove from a list or set, remove keys of a map, count down
  prepend,         ///< to a list
  set_element,     ///< of a list by index or of a map by key
  set_field,       ///< of a user type
  remove,          ///< DELETE column
  remove_element,  ///< DELETE column[key]
  remove_field,    ///< DELETE column.field
};

/// What a statement does to one column.
struct operation {
  operation_kind kind = operation_kind::set;
  const column* on = nullptr;
  std::optional<expression> key;  ///< of an element
  std::size_t field = 0;
  expression value;
};

enum class modification_kind : std::uint8_t { insert, update, delete_ };

struct modification_plan {
  modification_kind kind = modification_kind::insert;
  std::shared_ptr<const table_schema> schema;
  where_plan where;  ///< of an INSERT: = for each key column
  std::vector<operation> operations;
  std::optional<expression> timestamp, ttl;
  bool if_not_exists = false, if_exists = false;
  std::vector<condition> conditions;
  bool only_statics = false;  ///< nothing but static columns is written

  [[nodiscard]] bool is_conditional() const noexcept {
    return if_not_exists || if_exists || !conditions.empty();
  }
};

[[nodiscard]] COODIE_DECL cql::refusal plan_modification(term_context& context,
                                                         std::shared_ptr<const table_schema> schema,
                                                         const cql::insert_statement& statement,
                                                         modification_plan& plan);
[[nodiscard]] COODIE_DECL cql::refusal plan_modification(term_context& context,
                                                         std::shared_ptr<const table_schema> schema,
                                                         const cql::update_statement& statement,
                                                         modification_plan& plan);
[[nodiscard]] COODIE_DECL cql::refusal plan_modification(term_context& context,
                                                         std::shared_ptr<const table_schema> schema,
                                                         const cql::delete_statement& statement,
                                                         modification_plan& plan);

/// What is written to one cell or collection.
struct cell_write {
  enum class what : std::uint8_t { put, put_element, clear, count };

  what kind = what::put;
  const column* on = nullptr;
  octets path;              ///< of an element
  cell content;             ///< of put and put_element; of clear only the timestamp
  std::int64_t amount = 0;  ///< of count
};

/// What is written to one row, to a range of rows or to a partition.
struct mutation {
  std::shared_ptr<stored_table> table;
  std::shared_ptr<const table_schema> schema;  ///< owns the columns of the writes
  std::vector<octets> partition;
  std::optional<clustering_key> row;  ///< the row of the regular columns; none: statics only
  std::optional<lifetime> marker;     ///< INSERT
  std::vector<cell_write> writes;
  std::optional<clustering_range> deleted_range;
  bool deletes_row = false, deletes_partition = false;
  std::int64_t timestamp = 0;
};

/// Evaluates a statement against the rows that are there (lists are written by reading them first) without
/// changing anything. `timestamp` overrides that of the statement: LWT and batches.
[[nodiscard]] COODIE_DECL cql::refusal build_mutations(const modification_plan& plan,
                                                       const std::shared_ptr<stored_table>& table,
                                                       const bindings& values, const query_context& context,
                                                       std::optional<std::int64_t> timestamp,
                                                       std::vector<mutation>& mutations);
/// Writes it.
COODIE_DECL void apply(const mutation& what);

/// The bytes by which a list orders its elements: those written later by `sequence` come later, or with
/// `front` earlier.
[[nodiscard]] COODIE_DECL octets list_path(std::uint64_t sequence, std::uint32_t index, bool front);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MODIFICATION_PLAN_HPP
