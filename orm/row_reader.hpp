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
  protocol::reader cells;                   ///< stands on the first cell
  protocol::bytes_view paging_state;        ///< null when there is no further page
  protocol::byte_buffer* memory = nullptr;  ///< of the response
};

/// open_rows() for answers of any kind.
[[nodiscard]] COODIE_DECL errc open_any_rows(const protocol::response& answer,
                                             std::span<const column_expectation> columns, open_result& result,
                                             diagnostics* diag) noexcept;

/// Opens the answer to a SELECT of exactly these columns. Metadata, when the server or driver sent any, is
/// compared with what is expected.
[[nodiscard]] inline errc open_rows(const protocol::response& answer,
                                    std::span<const column_expectation> columns, open_result& result,
                                    diagnostics* diag) noexcept {
  // Nearly always it is ROWS without metadata or a further page: <kind><flags><columns><rows>, each an [int].
  constexpr std::uint64_t usual = std::uint64_t{static_cast<std::uint32_t>(protocol::result_kind::rows)}
                                      << 32 |
                                  protocol::metadata_flag::no_metadata;
  constexpr std::size_t head = 16;
  const std::byte* const at = answer.body.position();
  if (answer.code != protocol::opcode::result || answer.body.remaining() < head ||
      protocol::load_big<std::uint64_t>(at) != usual ||
      protocol::load_big<std::uint32_t>(at + 8) != columns.size()) [[unlikely]]
    return open_any_rows(answer, columns, result, diag);
  const std::size_t left = answer.body.remaining() - head;
  result.rows = protocol::load_big<std::uint32_t>(at + 12);
  if (result.rows > left / (4 * columns.size())) [[unlikely]]
    return errc::length_exceeds_input;
  result.is_rows = true;
  result.cells = {at + head, answer.body.end()};
  result.memory = answer.memory;
  return errc::ok;
}
/// Checks that the answer is a RESULT of a write that returns nothing.
[[nodiscard]] COODIE_DECL errc check_void(const protocol::response& answer) noexcept;

/// Whether the answer has rows.
[[nodiscard]] COODIE_DECL bool is_rows(const protocol::response& answer) noexcept;

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

/// The fewest bytes that the [bytes] of a T takes in a row that is as usual.
template <class T>
[[nodiscard]] constexpr std::size_t least_cell() noexcept {
  if constexpr (fixed_size_value<T>)
    return 4 + value_codec<T>::fixed_size;
  else
    return 4;
}

/// Reads cells of which there surely are as many bytes as all that are still to come take at least: only a
/// length that is not fixed can make it too few.
class usual_cells {
 public:
  usual_cells(protocol::reader cells, std::size_t least) noexcept
      : at_(cells.position()), end_(cells.end()), least_(least) {}

  /// False: this is not as usual. `value` may have changed.
  template <class T>
  [[nodiscard]] COODIE_ALWAYS_INLINE bool take(T& value) {
    const std::size_t n = protocol::load_big<std::uint32_t>(at_);
    const std::byte* const body = at_ + 4;
    least_ -= least_cell<T>();
    if constexpr (fixed_size_value<T>) {
      if (n != value_codec<T>::fixed_size) [[unlikely]]
        return false;
    } else if (n > static_cast<std::size_t>(end_ - body) - least_) [[unlikely]] {
      at_ = body;
      return static_cast<std::int32_t>(n) < 0 && protocol::get_null(value) == errc::ok;
    }
    at_ = body + n;
    return value_codec<T>::get(protocol::reader(body, at_), value) == errc::ok;
  }
  [[nodiscard]] protocol::reader rest() const noexcept { return {at_, end_}; }

 private:
  const std::byte* at_;
  const std::byte* end_;
  std::size_t least_;
};

/// Decodes one row; false, and `cells` are where they were, when anything about it is not as usual.
template <class Row>
[[nodiscard]] COODIE_ALWAYS_INLINE bool decode_usual_row(protocol::reader& cells, Row& row) {
  return visit_columns(row, [&]<class... Members>(Members&... members) {
    constexpr std::size_t least = (least_cell<Members>() + ... + 0U);
    if (cells.remaining() < least) return false;
    usual_cells usual(cells, least);
    if (!(usual.take(members) && ...)) return false;
    cells = usual.rest();
    return true;
  });
}

template <class Row>
[[nodiscard]] COODIE_COLD errc decode_unusual_row(protocol::reader& cells, Row& row, std::size_t& column) {
  return visit_columns(row, [&](auto&... members) {
    errc e = errc::ok;
    std::size_t i = 0;
    static_cast<void>(((e = protocol::get_value(cells, members), e == errc::ok && ++i != 0) && ...));
    column = i;
    return e;
  });
}

/// Decodes one row into the object. `column` is the one that failed.
template <class Row>
[[nodiscard]] inline errc decode_row(protocol::reader& cells, Row& row, std::size_t& column) {
  if (decode_usual_row(cells, row)) [[likely]]
    return errc::ok;
  return decode_unusual_row(cells, row, column);
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_ROW_READER_HPP
