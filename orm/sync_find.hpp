// SPDX-License-Identifier: MIT
// coodie::sync::find: queries by conditions, and pages of their rows.
#ifndef COODIE_ORM_SYNC_FIND_HPP
#define COODIE_ORM_SYNC_FIND_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "orm/blocking_call.hpp"
#include "orm/page_operation.hpp"
#include "orm/read_functions.hpp"

namespace coodie::inline COODIE_ABI::sync {

/// Reads a query page by page. What its conditions refer to must live as long as it. The first next() finds
/// the driver, which all pages come from. After an error next() asks for the same page again.
template <class Query, class Row>
class page_reader : public coodie::detail::page_reader_base<Query, Row> {
 public:
  using coodie::detail::page_reader_base<Query, Row>::page_reader_base;

  /// Reads the next page that has rows into rows(); false at the end.
  bool next(error_code& ec, diagnostics& diag) {
    ec = {};
    this->drop_rows();
    return !this->done() && this->find_driver(ec, diag) &&
           coodie::detail::run_blocking(*this->source(), this->next_page(), ec, diag);
  }
#if COODIE_HAS_EXCEPTIONS
  bool next() {
    error_code ec;
    diagnostics diag;
    const bool more = next(ec, diag);
    if (ec) coodie::detail::throw_error(ec, std::move(diag));
    return more;
  }
#endif
};

/// The rows of a query one after the other, however many there are: it holds those of one page, of two with
/// prefetch. `for (const auto& row : find<T>(...).stream())`.
template <class Query, class Row>
class row_stream {
 public:
  /// T, or const T when its rows borrow from the page.
  using value_type = coodie::detail::streamed_row<Row>;

  explicit row_stream(page_reader<Query, Row>&& pages) : pages_(std::move(pages)) {}

  /// The next row, valid until the next call; nullptr at the end, and when `ec` is set. After an error next()
  /// asks for the same page again.
  value_type* next(error_code& ec, diagnostics& diag) {
    ec = {};
    if (++at_ < pages_.rows().size()) return &pages_.rows()[at_];
    at_ = 0;
    return pages_.next(ec, diag) ? &pages_.rows()[0] : nullptr;
  }
#if COODIE_HAS_EXCEPTIONS
  value_type* next() {
    error_code ec;
    diagnostics diag;
    value_type* const row = next(ec, diag);
    if (ec) coodie::detail::throw_error(ec, std::move(diag));
    return row;
  }

  class iterator {
   public:
    using value_type = Row;
    using difference_type = std::ptrdiff_t;

    explicit iterator(row_stream& rows) : rows_(&rows), row_(rows.next()) {}
    [[nodiscard]] auto& operator*() const noexcept { return *row_; }
    iterator& operator++() {
      row_ = rows_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept {
      return it.row_ == nullptr;
    }

   private:
    row_stream* rows_;
    row_stream::value_type* row_;
  };
  /// The rows that are left. Throws what next() throws.
  [[nodiscard]] iterator begin() { return iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
#endif

 private:
  page_reader<Query, Row> pages_;
  std::size_t at_ = 0;
};

/// find(...) and what was said behind it. Each function that asks has two forms: one throws, the one with
/// error_code& and diagnostics& does not.
template <class Parts>
class query : public coodie::detail::query_chain<query, Parts> {
  using chain = coodie::detail::query_chain<query, Parts>;
  using row = typename Parts::row;
  using model = typename Parts::model;

 public:
  using chain::chain;

  /// All rows, of all pages.
  [[nodiscard]] auto all(error_code& ec, diagnostics& diag) const { return ask_all(ec, diag); }
  /// The first row, if there is any.
  [[nodiscard]] auto first(error_code& ec, diagnostics& diag) const { return ask_first(ec, diag); }
  /// How many rows match. Reads them all on the server.
  [[nodiscard]] std::int64_t count(error_code& ec, diagnostics& diag) const { return ask_count(ec, diag); }
  /// Removes all rows that match; the conditions are on key columns.
  void remove_all(const remove_options& options, error_code& ec, diagnostics& diag) const {
    ask_remove_all(options, ec, diag);
  }
  void remove_all(error_code& ec, diagnostics& diag) const { remove_all({}, ec, diag); }
#if COODIE_HAS_EXCEPTIONS
  [[nodiscard]] auto all() const { return ask_all(); }
  [[nodiscard]] auto first() const { return ask_first(); }
  [[nodiscard]] std::int64_t count() const { return ask_count(); }
  void remove_all(const remove_options& options = {}) const { ask_remove_all(options); }
#endif
  /// Page by page: `while (pages.next()) for (auto& row : pages.rows()) ...`. `state` is the paging_state()
  /// of an earlier reader of the same query.
  [[nodiscard]] auto pages(std::span<const std::byte> state = {}) const {
    return make_pages(state, this->parts_.options.prefetch.value_or(false));
  }
  /// Row by row, with no more than a page or two in memory.
  [[nodiscard]] auto stream() const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good)
      return row_stream(make_pages({}, this->parts_.options.prefetch.value_or(true)));
  }

 private:
  [[nodiscard]] std::string_view driver() const noexcept {
    return coodie::detail::driver_name<model>(this->parts_.options);
  }
  template <class... Outcome>
  coodie::detail::many_rows<row> ask_all(Outcome&... outcome) const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good)
      return coodie::detail::call_blocking(driver(), this->parts_.template make_all<true>(), outcome...);
    else
      return {};
  }
  template <class... Outcome>
  std::optional<coodie::detail::one_row<row>> ask_first(Outcome&... outcome) const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good)
      return coodie::detail::call_blocking(
          driver(), this->parts_.template make_one<coodie::detail::row_count::first, true>(1), outcome...);
    else
      return {};
  }
  template <class... Outcome>
  std::int64_t ask_count(Outcome&... outcome) const {
    if constexpr (Parts::count_refusal::good)
      return coodie::detail::call_blocking(driver(), this->parts_.template make_count<true>(), outcome...);
    else
      return 0;
  }
  template <class... Outcome>
  void ask_remove_all(const remove_options& options, Outcome&... outcome) const {
    if constexpr (Parts::remove_refusal::good)
      coodie::detail::call_blocking(coodie::detail::driver_name<model>(options),
                                    this->parts_.template make_remove_all<true>(options), outcome...);
  }
  auto make_pages(std::span<const std::byte> state, bool prefetch) const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good) {
      auto read = this->parts_.make_query();
      return page_reader<decltype(read), row>(std::move(read), this->parts_.options, state, driver(),
                                              prefetch);
    }
  }
};

/// The rows that match: `find<T>(col<&T::id> == id && col<&T::day> > d, {.page_size = 100})`, or without a
/// condition all rows of the table.
template <class T, class Condition>
[[nodiscard]] auto find(Condition condition, const read_options& options = {}) {
  auto parts = coodie::detail::parts_of<T>(std::move(condition), options);
  return query<decltype(parts)>(std::move(parts));
}
template <class T>
[[nodiscard]] auto find(const read_options& options = {}) {
  auto parts = coodie::detail::make_parts<T>(coodie::detail::conjunction<>{}, options);
  return query<decltype(parts)>(std::move(parts));
}

}  // namespace coodie::inline COODIE_ABI::sync

#endif  // COODIE_ORM_SYNC_FIND_HPP
