// SPDX-License-Identifier: MIT
// The row that stands for a partition which holds static columns and nothing else.
#ifndef COODIE_ORM_STATIC_ROW_HPP
#define COODIE_ORM_STATIC_ROW_HPP

#include <array>
#include <cstddef>

#include "orm/row_layout.hpp"
#include "orm/row_reader.hpp"

// A server shows such a partition as one row of null clustering columns, until its first row is written.

namespace coodie::inline COODIE_ABI::detail {

/// Which members of Row are clustering columns, if the table of T has static columns too.
template <class T, class Row>
[[nodiscard]] consteval auto list_clustering_members() noexcept {
  std::array<bool, column_access<Row>::size> clustering{};
  constexpr auto matched = match_members<T, Row>();
  bool any_static = false;
  for (const model_column& column : table_of_model<T>.columns)
    any_static = any_static || column.kind == column_kind::static_column;
  for (std::size_t i = 0; i < matched.size(); ++i)
    clustering[i] = any_static && matched[i] != no_column &&
                    table_of_model<T>.columns[matched[i]].kind == column_kind::clustering_key;
  return clustering;
}
template <class T, class Row>
inline constexpr auto clustering_members = list_clustering_members<T, Row>();

template <class T, class Row>
inline constexpr bool may_be_static_row = [] {
  for (const bool each : clustering_members<T, Row>)
    if (each) return true;
  return false;
}();

template <class T, class Row>
[[nodiscard]] bool is_static_row(protocol::reader cells) noexcept {
  for (const bool clustering : clustering_members<T, Row>) {
    protocol::bytes_view cell;
    if (cells.read_bytes(cell) != errc::ok || (clustering && !cell.is_null())) return false;
  }
  return true;
}

/// What is null stays as it is in T{}, also where a member can't be null.
template <class Row>
[[nodiscard]] errc decode_static_row(protocol::reader& cells, Row& row, std::size_t& column) {
  return visit_columns(row, [&](auto&... members) {
    std::size_t i = 0;
    errc e = errc::ok;
    const auto take = [&](auto& member) {
      protocol::bytes_view cell;
      e = cells.read_bytes(cell);
      if (e == errc::ok && !cell.is_null()) e = protocol::get_value(cell, member);
      return e == errc::ok && ++i != 0;
    };
    static_cast<void>((take(members) && ...));
    column = i;
    return e;
  });
}

/// Decodes one row of the table of T. `column` is the one that failed.
template <class T, class Row>
[[nodiscard]] COODIE_ALWAYS_INLINE errc decode_row_of(protocol::reader& cells, Row& row,
                                                      std::size_t& column) {
  if constexpr (may_be_static_row<T, Row>) {
    const protocol::reader start = cells;
    const errc e = decode_row(cells, row, column);
    if (e != errc::unexpected_null || !is_static_row<T, Row>(start)) [[likely]]
      return e;
    cells = start;
    return decode_static_row(cells, row, column);
  } else {
    return decode_row(cells, row, column);
  }
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_STATIC_ROW_HPP
