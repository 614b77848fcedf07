// SPDX-License-Identifier: MIT
// One page of a query after the other.
#ifndef COODIE_ORM_PAGE_OPERATION_HPP
#define COODIE_ORM_PAGE_OPERATION_HPP

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "driver/paging_token.hpp"
#include "driver/read_ahead.hpp"
#include "driver/registry.hpp"
#include "orm/read_operation.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The rows of the page that was read last, and where the next one begins.
template <class Row>
struct page_state {
  many_rows<Row> rows;
  std::vector<std::byte> state;  ///< the server's paging state of the next page
  std::vector<std::byte> token;  ///< that as the program has it; made when it is asked for
  bool unopened = false;         ///< `token` was given by the program: `state` is not known yet
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

/// Reads the next page that has rows; false when there is none. Asks for the one behind it when there is a
/// `next`.
template <class Query, class Row>
class page_operation : public read_request<query_reference<Query>> {
 public:
  using model = typename Query::model;
  using result_type = bool;

  page_operation(const Query& query, const read_options& options, page_state<Row>& page,
                 std::string_view keyspace, read_ahead* next) noexcept
      : read_request<query_reference<Query>>(query_reference<Query>(query), options),
        page_(&page),
        keyspace_(keyspace),
        next_(next) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = read_request<query_reference<Query>>::check(diag); e != errc::ok) return e;
    return page_->unopened ? open_token(diag) : errc::ok;
  }
  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    open_result open;
    if (errc e = open_rows(answer, row_columns<model, Row>, open, diag); e != errc::ok) return e;
    return decode_safely([&] {
      page_->rows = {};
      if (errc e = append_rows<model, Row>(open, page_->rows, diag); e != errc::ok) return e;
      page_->token.clear();
      page_->done = !keep_paging_state(open, page_->state);
      more = open.rows == 0 && !page_->done;
      return errc::ok;
    });
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return page_->state; }
  [[nodiscard]] bool take() const {
    if (next_ != nullptr && !page_->done) next_->ask(*this);
    return !page_->rows.empty();
  }

 private:
  [[nodiscard]] errc open_token(diagnostics* diag) const noexcept {
    return decode_safely([&] {
      const paging_scope scope = scope_of_values(Query::statement().text, keyspace_, this->query_);
      std::span<const std::byte> state;
      if (errc e = open_paging_state(scope, page_->token, state, diag); e != errc::ok) return e;
      page_->state.assign(state.begin(), state.end());
      page_->unopened = false;
      return errc::ok;
    });
  }

 protected:
  page_state<Row>* page_;

 private:
  std::string_view keyspace_;
  read_ahead* next_;
};

/// A row of a stream: a borrowed one belongs to its page.
template <class Row>
using streamed_row = std::conditional_t<is_borrowed<Row>, const Row, Row>;

/// Reads the next row: the one at `at` of the page that is there, or the first one of the next page.
template <class Query, class Row>
class row_operation : public page_operation<Query, Row> {
 public:
  using result_type = streamed_row<Row>*;

  row_operation(page_operation<Query, Row>&& page, bool is_there, std::size_t at) noexcept
      : page_operation<Query, Row>(std::move(page)), is_there_(is_there), at_(at) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    return is_there_ ? errc::ok : page_operation<Query, Row>::check(diag);
  }
  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    return is_there_ ? errc::ok : page_operation<Query, Row>::consume(answer, more, diag);
  }
  [[nodiscard]] result_type take() const {
    return is_there_ || page_operation<Query, Row>::take() ? &this->page_->rows[at_] : nullptr;
  }

 private:
  bool is_there_;
  std::size_t at_;
};

/// What sync and aio share of a page reader.
template <class Query, class Row>
class page_reader_base {
 public:
  page_reader_base(Query query, const read_options& options, std::span<const std::byte> paging_state,
                   std::string_view driver, bool prefetch)
      : query_(std::move(query)), options_(options), driver_name_(driver), prefetch_(prefetch) {
    options_.driver = {};
    options_.profile = keep_profile_name(options.profile);
    page_.token.assign(paging_state.begin(), paging_state.end());
    page_.unopened = !paging_state.empty();
  }
  page_reader_base(page_reader_base&&) = default;
  page_reader_base& operator=(page_reader_base&&) = delete;
  ~page_reader_base() {
    if (ahead_ != nullptr) ahead_->close();
  }

  /// The rows of the page that next() has read.
  [[nodiscard]] const many_rows<Row>& rows() const noexcept { return page_.rows; }
  [[nodiscard]] many_rows<Row>& rows() noexcept { return page_.rows; }
  /// Where the next page begins, for find(...).pages(state) of the same query with the same values, also in
  /// another process; empty at the end. Opaque. Valid until next().
  [[nodiscard]] std::span<const std::byte> paging_state() const {
    if (page_.token.empty() && !page_.state.empty())
      page_.token = seal_paging_state(scope_of_values(Query::statement().text, driver_->keyspace(), query_),
                                      page_.state);
    return page_.token;
  }

 protected:
  [[nodiscard]] bool done() const noexcept { return page_.done; }
  void drop_rows() noexcept { page_.rows = {}; }
  /// The driver that all pages come from; false when there is none of that name.
  [[nodiscard]] bool find_driver(error_code& ec, diagnostics& diag) {
    if (driver_ == nullptr) driver_ = get_driver(driver_name_, ec, diag);
    if (driver_ != nullptr && prefetch_ && ahead_ == nullptr) ahead_ = std::make_shared<read_ahead>(driver_);
    return driver_ != nullptr;
  }
  [[nodiscard]] std::shared_ptr<abstract_driver> source() const noexcept {
    if (ahead_ != nullptr) return ahead_;
    return driver_;
  }
  [[nodiscard]] auto next_page() noexcept {
    return page_operation<Query, Row>(
        query_, options_, page_, driver_ == nullptr ? std::string_view() : driver_->keyspace(), ahead_.get());
  }

 private:
  Query query_;
  read_options options_;
  mutable page_state<Row> page_;
  std::string driver_name_;
  bool prefetch_;
  std::shared_ptr<abstract_driver> driver_;
  std::shared_ptr<read_ahead> ahead_;  // nullptr: each page is asked for when it is wanted
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_PAGE_OPERATION_HPP
