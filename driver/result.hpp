// SPDX-License-Identifier: MIT
// What a statement answered: owns its rows and everything that came with them.
#ifndef COODIE_DRIVER_RESULT_HPP
#define COODIE_DRIVER_RESULT_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/diagnostics.hpp"
#include "driver/error.hpp"
#include "protocol/messages/messages.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI {

class result;

/// One row of a result; a view that is valid as long as the result.
class row {
 public:
  /// The value of column `index`, from 0. errc::type_mismatch, errc::unexpected_null, errc::column_missing.
  template <class T>
  [[nodiscard]] errc get(std::size_t index, T& value) const;
  template <class T>
  [[nodiscard]] errc get(std::string_view column, T& value) const;
#if COODIE_HAS_EXCEPTIONS
  /// Throws decode_error, or invalid_query_error for a column that is not there.
  template <class T>
  [[nodiscard]] T get(std::size_t index) const;
  template <class T>
  [[nodiscard]] T get(std::string_view column) const;
#endif
  [[nodiscard]] bool is_null(std::size_t index) const noexcept { return values_[index].is_null(); }
  /// The bytes of a value as they came.
  [[nodiscard]] protocol::bytes_view raw(std::size_t index) const noexcept { return values_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

 private:
  friend class result;
  row(const result& owner, std::span<const protocol::bytes_view> values) noexcept
      : owner_(&owner), values_(values) {}
  const result* owner_;
  std::span<const protocol::bytes_view> values_;
};

/// Name and type of a column of a result.
struct column_info {
  std::string name;
  cql_type type;
};

class result {
 public:
  result() = default;
  result(result&&) noexcept = default;
  result& operator=(result&&) noexcept = default;

  [[nodiscard]] const std::vector<column_info>& columns() const noexcept { return columns_; }
  /// Index of a column, or columns().size() when there is none of that name.
  [[nodiscard]] COODIE_DECL std::size_t find_column(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept {
    return columns_.empty() ? 0 : values_.size() / columns_.size();
  }
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] row operator[](std::size_t i) const noexcept {
    return {*this, std::span(values_).subspan(i * columns_.size(), columns_.size())};
  }

  class iterator {
   public:
    using value_type = row;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;
    iterator() = default;
    iterator(const result* of, std::size_t at) noexcept : of_(of), at_(at) {}
    row operator*() const noexcept { return (*of_)[at_]; }
    iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    iterator operator++(int) noexcept { return {of_, at_++}; }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

   private:
    const result* of_ = nullptr;
    std::size_t at_ = 0;
  };
  [[nodiscard]] iterator begin() const noexcept { return {this, 0}; }
  [[nodiscard]] iterator end() const noexcept { return {this, size()}; }

  /// Of a conditional statement: whether it was applied; true for any other.
  [[nodiscard]] bool applied() const noexcept { return applied_; }
  /// Warnings of the server.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }
  /// The id under which the server traced the request, when it was asked to.
  [[nodiscard]] const std::optional<uuid>& tracing_id() const noexcept { return tracing_id_; }
  /// Where the next page begins, when only one page was asked for and there is more; else empty. Opaque.
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return paging_state_; }

  /// Each row as a struct: columns go to members by name. Members without a column, and columns without a
  /// member, are errors. Defined by the ORM.
  template <class T>
  [[nodiscard]] errc rows(std::vector<T>& into, diagnostics& diag) const;
#if COODIE_HAS_EXCEPTIONS
  template <class T>
  [[nodiscard]] std::vector<T> rows() const;
  /// The only row; nothing when there is none. Throws multiple_documents_found.
  template <class T>
  [[nodiscard]] std::optional<T> one() const;
#endif

  /// Appends what an answer holds; used by those who execute. `more` tells whether the server has a further
  /// page.
  [[nodiscard]] COODIE_DECL errc append(const protocol::response& answer, bool& more);

 private:
  friend class row;
  [[nodiscard]] COODIE_DECL errc append_rows(const protocol::rows_result& rows);
  COODIE_DECL void take_prelude(const protocol::frame_prelude& prelude);

  std::vector<column_info> columns_;
  std::vector<std::unique_ptr<std::byte[]>> pages_;  // bodies, which values_ point into
  std::vector<protocol::bytes_view> values_;         // row after row
  std::vector<std::byte> paging_state_;
  std::vector<std::string> warnings_;
  std::optional<uuid> tracing_id_;
  bool applied_ = true;
};

template <class T>
errc row::get(std::size_t index, T& value) const {
  if (index >= values_.size()) return errc::column_missing;
  if (!value_codec<T>::accepts(owner_->columns_[index].type)) return errc::type_mismatch;
  return protocol::get_value(values_[index], value);
}
template <class T>
errc row::get(std::string_view column, T& value) const {
  return get(owner_->find_column(column), value);
}

#if COODIE_HAS_EXCEPTIONS
namespace detail {
[[noreturn]] COODIE_DECL void throw_column_error(errc why, const result& from, std::size_t index,
                                                 std::string_view name);
}
template <class T>
T row::get(std::size_t index) const {
  T value{};
  if (const errc e = get(index, value); e != errc::ok) detail::throw_column_error(e, *owner_, index, {});
  return value;
}
template <class T>
T row::get(std::string_view column) const {
  T value{};
  const std::size_t index = owner_->find_column(column);
  if (const errc e = get(index, value); e != errc::ok) detail::throw_column_error(e, *owner_, index, column);
  return value;
}
#endif

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_RESULT_HPP
