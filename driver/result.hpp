// SPDX-License-Identifier: MIT
// What a statement answered: owns its rows and everything that came with them.
#ifndef COODIE_DRIVER_RESULT_HPP
#define COODIE_DRIVER_RESULT_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/diagnostics.hpp"
#include "driver/error.hpp"
#include "driver/page_memory.hpp"
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
  /// Also where there is no such column.
  [[nodiscard]] bool is_null(std::size_t index) const noexcept { return raw(index).is_null(); }
  /// The bytes of a value as they came.
  [[nodiscard]] protocol::bytes_view raw(std::size_t index) const noexcept {
    return index < values_.size() ? values_[index] : protocol::bytes_view();
  }
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

namespace detail {

/// Columns, and the bytes of the metadata that described them.
struct described_columns {
  std::vector<column_info> columns;
  std::vector<std::byte> description;
};

/// What the rows of a statement looked like last: most often they look so again, and its results share it.
/// Thread-safe.
class column_memory {
 public:
  [[nodiscard]] std::shared_ptr<const described_columns> get() const {
    const std::lock_guard lock(mutex_);
    return known_;
  }
  void set(std::shared_ptr<const described_columns> columns) const {
    const std::lock_guard lock(mutex_);
    known_.swap(columns);
  }

 private:
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const described_columns> known_;
};

}  // namespace detail

class result {
 public:
  result() = default;
  result(result&&) noexcept = default;
  result& operator=(result&&) noexcept = default;

  [[nodiscard]] COODIE_DECL const std::vector<column_info>& columns() const noexcept;
  /// Index of a column, or columns().size() when there is none of that name.
  [[nodiscard]] COODIE_DECL std::size_t find_column(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return width_ == 0 ? 0 : values_.size() / width_; }
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] row operator[](std::size_t i) const noexcept {
    return {*this, std::span(values_).subspan(i * width_, width_)};
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
  /// Of a statement that has changed the schema: whether the nodes agreed on it in time, and false when
  /// nobody waited for them (init_options::schema_agreement_timeout); true for any other. It was executed in
  /// any case.
  [[nodiscard]] bool schema_agreed() const noexcept { return schema_agreed_; }
  /// Warnings of the server.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }
  /// The id under which the server traced the request, when it was asked to.
  [[nodiscard]] const std::optional<uuid>& tracing_id() const noexcept { return tracing_id_; }
  /// What the server sent beside the answer (native_protocol_v4.spec section 2.2): name and bytes.
  [[nodiscard]] const std::vector<std::pair<std::string, std::vector<std::byte>>>& custom_payload()
      const noexcept {
    return custom_payload_;
  }
  /// Where the next page begins, when only one page was asked for and there is more; else empty. Opaque: for
  /// execute_options::paging_state of the same statement with the same values, also in another process.
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return paging_state_; }

  /// Each row as a struct: columns go to members by name. Members without a column, and columns without a
  /// member, are errc::column_missing. Members that borrow (std::string_view, std::span) point into this
  /// result. Defined by the ORM.
  template <class T>
  [[nodiscard]] errc rows(std::vector<T>& into, diagnostics& diag) const&;
  /// The only row as a struct; nothing when there is none; errc::multiple_documents.
  template <class T>
  [[nodiscard]] errc one(std::optional<T>& into, diagnostics& diag) const&;
#if COODIE_HAS_EXCEPTIONS
  /// Throws invalid_query_error for a column or member that is left over, decode_error.
  template <class T>
  [[nodiscard]] std::vector<T> rows() const&;
  template <class T>
  [[nodiscard]] std::vector<T> rows() &&;
  /// Throws multiple_documents_found too.
  template <class T>
  [[nodiscard]] std::optional<T> one() const&;
  template <class T>
  [[nodiscard]] std::optional<T> one() &&;
#endif

  /// Appends what an answer holds; used by those who execute. `more` tells whether the server has a further
  /// page, or the nodes have to agree on a change of the schema: a VOID answer says that they do. `memory` is
  /// that of the statement.
  [[nodiscard]] COODIE_DECL errc append(const protocol::response& answer, bool& more,
                                        const detail::column_memory* memory = nullptr);
  /// What paging_state() gives instead of the server's own; used by those who execute.
  void set_paging_state(std::vector<std::byte> token) noexcept { paging_state_ = std::move(token); }

 private:
  friend class row;
  [[nodiscard]] COODIE_DECL errc append_rows(protocol::reader body, protocol::byte_buffer* memory_of_body,
                                             bool& more, const detail::column_memory* memory);
  [[nodiscard]] COODIE_DECL errc take_columns(std::span<const std::byte> metadata,
                                              const protocol::bytes_view& paging_state,
                                              const detail::column_memory* memory);
  COODIE_DECL void take_prelude(const protocol::frame_prelude& prelude);

  std::shared_ptr<const detail::described_columns> columns_;  // nullptr before the first rows
  std::size_t width_ = 0;                                     // columns
  std::vector<detail::page_bytes> pages_;                     // bodies, which values_ point into
  std::vector<protocol::bytes_view, detail::page_allocator<protocol::bytes_view>> values_;  // row after row
  std::vector<std::byte> paging_state_;
  std::vector<std::string> warnings_;
  std::vector<std::pair<std::string, std::vector<std::byte>>> custom_payload_;
  std::optional<uuid> tracing_id_;
  bool applied_ = true, schema_agreed_ = true;
};

template <class T>
errc row::get(std::size_t index, T& value) const {
  if (index >= values_.size()) return errc::column_missing;
  if (!value_codec<T>::accepts(owner_->columns_->columns[index].type)) return errc::type_mismatch;
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
