// SPDX-License-Identifier: MIT
// SELECT as operations: one row, at most one, all of them, a page, and their number.
#ifndef COODIE_ORM_READ_OPERATION_HPP
#define COODIE_ORM_READ_OPERATION_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "orm/call_settings.hpp"
#include "orm/row_reader.hpp"
#include "orm/rows.hpp"
#include "orm/static_row.hpp"

// Query has: const protocol::statement& statement(), value_count(), values_size(), put_values(), check(), and
// route(request&) for the token.

namespace coodie::inline COODIE_ABI::detail {

/// What all reads share: how the request is described.
template <class Query>
class read_request {
 public:
  read_request(Query query, const read_options& options) noexcept
      : query_(std::move(query)), settings_(call_settings::of(options)), page_size_(options.page_size) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_settings(settings_, diag); e != errc::ok) return e;
    if (page_size_ < 0) return report(errc::invalid_query, "the page size is negative", diag);
    return query_.check(diag);
  }
  void prepare_request(protocol::request& r) const noexcept {
    describe_execute(r, query_.statement(), query_.value_count(), settings_);
    r.timestamp = protocol::no_timestamp;
    if (!query_.pages())
      r.page_size = 0;
    else if (page_size_ != 0)
      r.give_page_size(page_size_);
    else if (r.page_size == 0)
      r.page_size = protocol::default_page_size;
    query_.route(r);
  }
  [[nodiscard]] std::size_t values_size() const noexcept { return query_.values_size(); }
  std::byte* put_values(std::byte* to) const noexcept { return query_.put_values(to); }

 protected:
  Query query_;

 private:
  call_settings settings_;
  std::int32_t page_size_;
};

/// Appends the rows of one answer to the table of T.
template <class T, class Row>
[[nodiscard]] errc append_rows(const open_result& open, many_rows<Row>& result, diagnostics* diag) noexcept {
  std::size_t column = 0;
  const errc failed = decode_safely([&] {
    protocol::reader cells = cells_for<Row>(result, open);
    auto& rows = rows_in<Row>(result);
    const std::size_t wanted = rows.size() + open.rows;
    if (wanted > rows.capacity()) rows.reserve(std::max(wanted, rows.empty() ? wanted : 2 * rows.capacity()));
    for (std::uint32_t i = 0; i < open.rows; ++i) {
      if (errc e = decode_row_of<T>(cells, rows.emplace_back(), column); e != errc::ok) [[unlikely]]
        return e;
    }
    return errc::ok;
  });
  return failed == errc::ok ? failed : report_column(failed, row_columns<T, Row>[column], diag);
}

/// Keeps the paging state of an answer; true when there is another page.
[[nodiscard]] inline bool keep_paging_state(const open_result& open, std::vector<std::byte>& state) {
  if (open.paging_state.is_null()) {
    state.clear();
    return false;
  }
  const std::span<const std::byte> given = open.paging_state.bytes();
  state.assign(given.begin(), given.end());
  return true;
}

/// All rows of all pages.
template <class Query, class Row>
class read_all_operation : public read_request<Query> {
 public:
  using model = typename Query::model;
  using result_type = many_rows<Row>;
  using read_request<Query>::read_request;

  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    open_result open;
    if (errc e = open_rows(answer, row_columns<model, Row>, open, diag); e != errc::ok) return e;
    if (errc e = append_rows<model, Row>(open, rows_, diag); e != errc::ok) return e;
    return decode_safely([&] {
      more = keep_paging_state(open, state_);
      return errc::ok;
    });
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return state_; }
  [[nodiscard]] result_type take() noexcept { return std::move(rows_); }

 private:
  result_type rows_;
  std::vector<std::byte> state_;
};

/// What a read of one row makes of none, and of more than one.
enum class row_count { one, optional, first };

/// One row: get (exactly one), find_one (one at most), first (any).
template <class Query, class Row, row_count Count>
class read_one_operation : public read_request<Query> {
 public:
  using model = typename Query::model;
  using result_type = std::conditional_t<Count == row_count::one, one_row<Row>, std::optional<one_row<Row>>>;
  using read_request<Query>::read_request;

  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    open_result open;
    if (errc e = open_rows(answer, row_columns<model, Row>, open, diag); e != errc::ok) [[unlikely]]
      return e;
    found_ += open.rows;
    if (open.rows != 0 && !row_) [[likely]] {
      std::size_t column = 0;
      const errc failed = decode_safely([&] {
        one_row<Row>& result = row_.emplace();
        protocol::reader cells = cells_for<Row>(result, open);
        return decode_row_of<model>(cells, rows_in<Row>(result), column);
      });
      if (failed != errc::ok) [[unlikely]]
        return report_column(failed, row_columns<model, Row>[column], diag);
    }
    if (open.paging_state.is_null() || found_ >= 2 || (Count == row_count::first && row_)) [[likely]]
      return errc::ok;
    return decode_safely([&] {
      more = keep_paging_state(open, state_);
      return errc::ok;
    });
  }
  [[nodiscard]] errc finish(diagnostics* diag) noexcept {
    if (Count == row_count::one && !row_)
      return report(errc::document_not_found, "no row has this key or matches these conditions", diag);
    if (Count != row_count::first && found_ > 1)
      return report(errc::multiple_documents,
                    "more than one row matches; ask with find(...).first() or .all()", diag);
    return errc::ok;
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return state_; }
  /// Once finish() is content.
  [[nodiscard]] result_type take() noexcept {
    if constexpr (Count == row_count::one)
      return std::move(*row_);
    else
      return std::move(row_);
  }

 private:
  std::optional<one_row<Row>> row_;  // empty while the operation is moved about
  std::uint64_t found_ = 0;
  std::vector<std::byte> state_;
};

/// The only column of SELECT COUNT(*).
inline constexpr column_expectation count_column[] = {
    {"count", "count", "bigint", "T = std::int64_t]", &value_codec<std::int64_t>::accepts}};

template <class Query>
class count_operation : public read_request<Query> {
 public:
  using result_type = std::int64_t;
  using read_request<Query>::read_request;

  [[nodiscard]] errc consume(const protocol::response& answer, bool&, diagnostics* diag) noexcept {
    open_result open;
    if (errc e = open_rows(answer, count_column, open, diag); e != errc::ok) return e;
    if (open.rows != 1) return errc::unexpected_message;
    return protocol::get_value(open.cells, count_);
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return {}; }
  [[nodiscard]] result_type take() const noexcept { return count_; }

 private:
  std::int64_t count_ = 0;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_READ_OPERATION_HPP
