// SPDX-License-Identifier: MIT
// A row as a query sees it: live columns of one row and of its partition's statics.
#ifndef COODIE_TESTS_MOCK_ROW_VIEW_HPP
#define COODIE_TESTS_MOCK_ROW_VIEW_HPP

#include <cstdint>

#include "protocol/config.hpp"
#include "tests/mock/stored_table.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// Borrows from a table.
struct row_view {
  const std::vector<octets>* partition_key = nullptr;
  const clustering_key* clustering = nullptr;  ///< nullptr: only the partition is there
  const stored_row* statics = nullptr;         ///< nullptr: none
  const stored_row* row = nullptr;             ///< nullptr: none
  std::int64_t now_seconds = 0;

  /// Where the column's cells are; nullptr for key columns and when there are none.
  [[nodiscard]] const column_cells* cells(const column& wanted) const noexcept {
    const stored_row* source = wanted.is_key() ? nullptr : wanted.is_static() ? statics : row;
    return source == nullptr ? nullptr : source->find(wanted.id);
  }
};

/// The value of a column. Elements of a collection that is written one by one are put together; none is null.
[[nodiscard]] COODIE_DECL nullable read_column(const row_view& from, const column& wanted);

/// The live elements of such a collection, in the order of its type, with the path that each is stored at.
struct live_element {
  const octets* path;
  const cell* content;
};
[[nodiscard]] COODIE_DECL std::vector<live_element> live_elements(const column_cells* cells,
                                                                  const cql_type& type,
                                                                  std::int64_t now_seconds);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_ROW_VIEW_HPP
