// SPDX-License-Identifier: MIT
// The answer to a conditional write: [applied], and the row that stood in its way, by the names of its
// columns.
#ifndef COODIE_ORM_CONDITIONAL_READER_HPP
#define COODIE_ORM_CONDITIONAL_READER_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "orm/row_reader.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// A cell of a model's row: not there, or its bytes.
struct named_cell {
  bool present = false;
  protocol::bytes_view value{};
};

class conditional_reader {
 public:
  /// Reads the metadata and [applied]. `columns` are the model's.
  [[nodiscard]] COODIE_DECL errc open(const protocol::response& answer,
                                      std::span<const column_expectation> columns,
                                      diagnostics* diag) noexcept;
  [[nodiscard]] bool applied() const noexcept { return applied_; }
  /// Rows that stood in the way.
  [[nodiscard]] std::uint32_t rows() const noexcept { return rows_; }
  /// The cells of the next one, one for each column of the model.
  [[nodiscard]] COODIE_DECL errc next(std::span<named_cell> cells) noexcept;

 private:
  std::vector<std::size_t>
      targets_;  // for each column of the answer, the model's; no_column when it has none
  protocol::reader cells_;
  std::uint32_t rows_ = 0;
  bool applied_ = false;
};

/// A server that shows a row although there is none (ScyllaDB does) shows nothing but nulls.
[[nodiscard]] inline bool is_no_row(std::span<const named_cell> cells) noexcept {
  for (const named_cell& each : cells)
    if (each.present && !each.value.is_null()) return false;
  return true;
}

/// Decodes the next row into an object; columns that the answer does not have stay as they are. errc::ok and
/// false when there is no such row.
template <class T>
[[nodiscard]] errc read_existing(conditional_reader& reader, T& object, bool& exists, diagnostics* diag) {
  constexpr std::size_t n = column_access<T>::size;
  std::array<named_cell, n> cells;
  if (errc e = reader.next(cells); e != errc::ok) return e;
  std::size_t column = 0;
  const errc failed = visit_columns(object, [&](auto&... members) {
    errc e = errc::ok;
    const auto take = [&](auto& member) {
      if (cells[column].present) e = protocol::get_value(cells[column].value, member);
      return e == errc::ok && ++column != 0;
    };
    static_cast<void>((take(members) && ...));
    return e;
  });
  exists = failed != errc::unexpected_null || !is_no_row(cells);
  return failed == errc::ok || !exists ? errc::ok : report_column(failed, expectations<T>[column], diag);
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_CONDITIONAL_READER_HPP
