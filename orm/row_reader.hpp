// SPDX-License-Identifier: MIT
// Rows out of a frame, straight into structs: by position, as the columns were asked for in order.
#ifndef COODIE_ORM_ROW_READER_HPP
#define COODIE_ORM_ROW_READER_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "driver/diagnostics.hpp"
#include "orm/row_layout.hpp"
#include "protocol/machine/request.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The rows of one answer.
struct open_result {
  bool is_rows = false;  ///< false: the answer is void
  std::uint32_t rows = 0;
  protocol::reader cells;             ///< stands on the first cell
  protocol::bytes_view paging_state;  ///< null when there is no further page
};

/// Opens the answer to a SELECT of exactly these columns. Metadata, when the server or driver sent any, is
/// compared with what is expected.
[[nodiscard]] COODIE_DECL errc open_rows(const protocol::response& answer,
                                         std::span<const column_expectation> columns, open_result& result,
                                         diagnostics* diag) noexcept;
/// Checks that the answer is a RESULT of a write that returns nothing.
[[nodiscard]] COODIE_DECL errc check_void(const protocol::response& answer) noexcept;

/// Says in `diag` which column an error is about, and gives the error back.
COODIE_DECL errc report_column(errc e, const column_expectation& column, diagnostics* diag) noexcept;
/// Says a sentence in `diag`, and gives the error back.
COODIE_DECL errc report(errc e, std::string_view sentence, diagnostics* diag) noexcept;

/// Decodes into user types; memory that runs out is an error like another.
template <class F>
[[nodiscard]] inline errc decode_safely(F&& f) noexcept {
#if COODIE_HAS_EXCEPTIONS
  try {
    return f();
  } catch (...) {
    return errc::out_of_memory;
  }
#else
  return f();
#endif
}

/// Decodes one row into the object. `column` is the one that failed.
template <class Row>
[[nodiscard]] inline errc decode_row(protocol::reader& cells, Row& row, std::size_t& column) {
  return visit_columns(row, [&](auto&... members) {
    errc e = errc::ok;
    std::size_t i = 0;
    static_cast<void>(((e = protocol::get_value(cells, members), e == errc::ok && ++i != 0) && ...));
    column = i;
    return e;
  });
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_ROW_READER_HPP
