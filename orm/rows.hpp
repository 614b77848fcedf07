// SPDX-License-Identifier: MIT
// Rows as they are handed out: structs, or structs that borrow from an answer together with its bytes.
#ifndef COODIE_ORM_ROWS_HPP
#define COODIE_ORM_ROWS_HPP

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "driver/page_memory.hpp"
#include "orm/row_layout.hpp"
#include "orm/row_reader.hpp"

namespace coodie::inline COODIE_ABI {

/// A row of a borrowed model (one with std::string_view or std::span members) with the bytes that it points
/// into.
template <class Row>
class borrowed_row {
 public:
  [[nodiscard]] const Row& operator*() const noexcept { return row_; }
  [[nodiscard]] const Row* operator->() const noexcept { return &row_; }

  // For those who read rows.
  void keep(detail::page_bytes bytes) noexcept { bytes_ = std::move(bytes); }
  [[nodiscard]] Row& edit() noexcept { return row_; }

 private:
  detail::page_bytes bytes_;
  Row row_{};
};

/// Rows of a borrowed model with the bytes that they point into. Moving it moves no bytes.
template <class Row>
class borrowed_rows {
  using rows_type = std::vector<Row, detail::page_allocator<Row>>;

 public:
  using value_type = Row;
  using const_iterator = typename rows_type::const_iterator;

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  [[nodiscard]] const Row& operator[](std::size_t i) const noexcept { return rows_[i]; }
  [[nodiscard]] const_iterator begin() const noexcept { return rows_.begin(); }
  [[nodiscard]] const_iterator end() const noexcept { return rows_.end(); }

  // For those who read rows.
  void keep(detail::page_bytes bytes) { pages_.push_back(std::move(bytes)); }
  [[nodiscard]] rows_type& edit() noexcept { return rows_; }

 private:
  std::vector<detail::page_bytes> pages_;
  rows_type rows_;
};

namespace detail {

/// What a read of one row, or of many, gives back.
template <class Row>
using one_row = std::conditional_t<is_borrowed<Row>, borrowed_row<Row>, Row>;
template <class Row>
using many_rows = std::conditional_t<is_borrowed<Row>, borrowed_rows<Row>, std::vector<Row>>;

/// Where the cells of an answer are read from: the frame, or what lives as long as the rows.
template <class Row, class Result>
[[nodiscard]] protocol::reader cells_for(Result& result, const open_result& open) {
  if constexpr (is_borrowed<Row>) {
    return keep_part(open.cells, open.memory, [&](page_bytes bytes) { result.keep(std::move(bytes)); });
  } else {
    static_cast<void>(result);
    return open.cells;
  }
}
template <class Row, class Result>
[[nodiscard]] auto& rows_in(Result& result) noexcept {
  if constexpr (is_borrowed<Row>)
    return result.edit();
  else
    return result;
}

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_ROWS_HPP
