// SPDX-License-Identifier: MIT
// One page of a query after the other.
#ifndef COODIE_ORM_PAGE_OPERATION_HPP
#define COODIE_ORM_PAGE_OPERATION_HPP

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "orm/read_operation.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The rows of the page that was read last, and where the next one begins.
template <class Row>
struct page_state {
  many_rows<Row> rows;
  std::vector<std::byte> state;  ///< the paging state of the next page
  bool done = false;             ///< there is no next page
};

/// A query that belongs to somebody else.
template <class Query>
class query_reference {
 public:
  using model = typename Query::model;

  explicit query_reference(const Query& query) noexcept : query_(&query) {}
  [[nodiscard]] errc check(diagnostics* diag) const noexcept { return query_->check(diag); }
  [[nodiscard]] static const protocol::statement& statement() noexcept { return Query::statement(); }
  [[nodiscard]] static constexpr bool pages() noexcept { return Query::pages(); }
  [[nodiscard]] static constexpr std::size_t value_count() noexcept { return Query::value_count(); }
  [[nodiscard]] std::size_t values_size() const noexcept { return query_->values_size(); }
  std::byte* put_values(std::byte* to) const noexcept { return query_->put_values(to); }
  void route(protocol::request& r) const noexcept { query_->route(r); }

 private:
  const Query* query_;
};

/// Reads the next page that has rows; false when there is none.
template <class Query, class Row>
class page_operation : public read_request<query_reference<Query>> {
 public:
  using model = typename Query::model;
  using result_type = bool;

  page_operation(const Query& query, const read_options& options, page_state<Row>& page) noexcept
      : read_request<query_reference<Query>>(query_reference<Query>(query), options), page_(&page) {}

  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    open_result open;
    if (errc e = open_rows(answer, row_columns<model, Row>, open, diag); e != errc::ok) return e;
    return decode_safely([&] {
      page_->rows = {};
      if (errc e = append_rows<model, Row>(open, page_->rows, diag); e != errc::ok) return e;
      page_->done = !keep_paging_state(open, page_->state);
      more = open.rows == 0 && !page_->done;
      return errc::ok;
    });
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return page_->state; }
  [[nodiscard]] bool take() const noexcept { return !page_->rows.empty(); }

 private:
  page_state<Row>* page_;
};

/// What sync and aio share of a page reader.
template <class Query, class Row>
class page_reader_base {
 public:
  page_reader_base(Query query, const read_options& options, std::span<const std::byte> paging_state,
                   std::string_view driver)
      : query_(std::move(query)), options_(options), driver_(driver) {
    options_.driver = {};
    options_.profile = keep_profile_name(options.profile);
    page_.state.assign(paging_state.begin(), paging_state.end());
  }

  /// The rows of the page that next() has read.
  [[nodiscard]] const many_rows<Row>& rows() const noexcept { return page_.rows; }
  [[nodiscard]] many_rows<Row>& rows() noexcept { return page_.rows; }
  /// Where the next page begins, for find(...).pages(state) in another process; empty at the end. Opaque, of
  /// this query only.
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return page_.state; }

 protected:
  [[nodiscard]] bool done() const noexcept { return page_.done; }
  void drop_rows() noexcept { page_.rows = {}; }
  [[nodiscard]] auto next_page() noexcept { return page_operation<Query, Row>(query_, options_, page_); }

  Query query_;
  read_options options_;
  page_state<Row> page_;
  std::string driver_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_PAGE_OPERATION_HPP
