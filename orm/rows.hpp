// SPDX-License-Identifier: MIT
// Rows as they are handed out: structs, or structs that borrow from an answer together with its bytes.
#ifndef COODIE_ORM_ROWS_HPP
#define COODIE_ORM_ROWS_HPP

#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "orm/row_layout.hpp"

namespace coodie::inline COODIE_ABI {

/// A row of a borrowed model (one with std::string_view or std::span members) with the bytes that it points
/// into.
template <class Row>
class borrowed_row {
 public:
  [[nodiscard]] const Row& operator*() const noexcept { return row_; }
  [[nodiscard]] const Row* operator->() const noexcept { return &row_; }

  // For those who read rows.
  [[nodiscard]] const std::byte* keep(const std::byte* from, std::size_t n) {
    bytes_.reset(new std::byte[n]);
    if (n != 0) std::memcpy(bytes_.get(), from, n);
    return bytes_.get();
  }
  [[nodiscard]] Row& edit() noexcept { return row_; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  Row row_{};
};

/// Rows of a borrowed model with the bytes that they point into. Moving it moves no bytes.
template <class Row>
class borrowed_rows {
 public:
  using value_type = Row;
  using const_iterator = typename std::vector<Row>::const_iterator;

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  [[nodiscard]] const Row& operator[](std::size_t i) const noexcept { return rows_[i]; }
  [[nodiscard]] const_iterator begin() const noexcept { return rows_.begin(); }
  [[nodiscard]] const_iterator end() const noexcept { return rows_.end(); }

  // For those who read rows.
  [[nodiscard]] const std::byte* keep(const std::byte* from, std::size_t n) {
    auto& page = pages_.emplace_back(new std::byte[n]);
    if (n != 0) std::memcpy(page.get(), from, n);
    return page.get();
  }
  [[nodiscard]] std::vector<Row>& edit() noexcept { return rows_; }

 private:
  std::vector<std::unique_ptr<std::byte[]>> pages_;
  std::vector<Row> rows_;
};

namespace detail {

/// What a read of one row, or of many, gives back.
template <class Row>
using one_row = std::conditional_t<is_borrowed<Row>, borrowed_row<Row>, Row>;
template <class Row>
using many_rows = std::conditional_t<is_borrowed<Row>, borrowed_rows<Row>, std::vector<Row>>;

/// Where the cells of an answer are read from: the frame, or a copy that lives as long as the rows.
template <class Row, class Result>
[[nodiscard]] protocol::reader cells_for(Result& result, protocol::reader cells) {
  if constexpr (is_borrowed<Row>) {
    const std::size_t n = cells.remaining();
    const std::byte* kept = result.keep(cells.position(), n);
    return {kept, kept + n};
  } else {
    static_cast<void>(result);
    return cells;
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
