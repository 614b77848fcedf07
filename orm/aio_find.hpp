// SPDX-License-Identifier: MIT
// coodie::aio::find: queries by conditions, and pages of their rows.
#ifndef COODIE_ORM_AIO_FIND_HPP
#define COODIE_ORM_AIO_FIND_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "orm/async_call.hpp"
#include "orm/driver_name.hpp"
#include "orm/page_operation.hpp"
#include "orm/read_functions.hpp"

#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
#include <asio/awaitable.hpp>
#endif

namespace coodie::inline COODIE_ABI::aio {

/// As sync::page_reader. It must live, and stay where it is, until next() has completed.
template <class Query, class Row>
class page_reader : public coodie::detail::page_reader_base<Query, Row> {
 public:
  using coodie::detail::page_reader_base<Query, Row>::page_reader_base;

  /// Reads the next page that has rows into rows(); completes with void(error_code, bool), false at the end.
  template <class... Tail>
  auto next(Tail&&... tail) {
    this->drop_rows();
    auto from = begin_page();
    return coodie::detail::start_on(std::move(from), this->next_page(), std::forward<Tail>(tail)...);
  }

 private:
  template <class, class>
  friend class row_stream;

  /// Whom to ask for the next page.
  [[nodiscard]] std::shared_ptr<abstract_driver> begin_page() {
    if (this->done()) return coodie::detail::void_driver::shared();
    error_code ec;
    diagnostics diag;
    if (this->find_driver(ec, diag)) return this->source();
    return std::make_shared<coodie::detail::missing_driver>(ec, diag);
  }
};

/// As sync::row_stream: `while (auto row = co_await rows.next()) use(*row);`. It must live, and stay where it
/// is, until next() has completed.
template <class Query, class Row>
class row_stream {
 public:
  /// T, or const T when its rows borrow from the page.
  using value_type = coodie::detail::streamed_row<Row>;

  explicit row_stream(page_reader<Query, Row>&& pages) : pages_(std::move(pages)) {}

  /// The next row, valid until the next call; completes with void(error_code, value_type*), nullptr at the
  /// end. After an error next() asks for the same page again.
  template <class... Tail>
  auto next(Tail&&... tail) {
#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
    if constexpr (sizeof...(Tail) == 0)
      return next_in_coroutine();
    else
#endif
      return start(std::forward<Tail>(tail)...);
  }

 private:
#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
  /// A row that is there needs no turn of the loop.
  asio::awaitable<value_type*> next_in_coroutine() {
    if (has_row()) co_return &pages_.rows()[++at_];
    co_return co_await start();
  }
#endif
  [[nodiscard]] bool has_row() const noexcept { return at_ + 1 < pages_.rows().size(); }
  template <class... Tail>
  auto start(Tail&&... tail) {
    std::shared_ptr<abstract_driver> from;
    const bool is_there = has_row();
    if (is_there) {
      ++at_;
      from = coodie::detail::void_driver::shared();
    } else {
      at_ = 0;
      pages_.drop_rows();
      from = pages_.begin_page();
    }
    using operation = coodie::detail::row_operation<Query, Row>;
    return coodie::detail::start_on(std::move(from), operation(pages_.next_page(), is_there, at_),
                                    std::forward<Tail>(tail)...);
  }

  page_reader<Query, Row> pages_;
  std::size_t at_ = 0;
};

/// As sync::query.
template <class Parts>
class query : public coodie::detail::query_chain<query, Parts> {
  using chain = coodie::detail::query_chain<query, Parts>;
  using row = typename Parts::row;
  using model = typename Parts::model;

 public:
  using chain::chain;

  /// All rows, of all pages.
  template <class... Tail>
  auto all(Tail&&... tail) const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good)
      return coodie::detail::call_async(driver(), this->parts_.template make_all<false>(),
                                        std::forward<Tail>(tail)...);
    else
      return coodie::detail::refuse_async<coodie::detail::many_rows<row>>(std::forward<Tail>(tail)...);
  }
  /// The first row, if there is any.
  template <class... Tail>
  auto first(Tail&&... tail) const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good)
      return coodie::detail::call_async(
          driver(), this->parts_.template make_one<coodie::detail::row_count::first, false>(1),
          std::forward<Tail>(tail)...);
    else
      return coodie::detail::refuse_async<std::optional<coodie::detail::one_row<row>>>(
          std::forward<Tail>(tail)...);
  }
  /// How many rows match. Reads them all on the server.
  template <class... Tail>
  auto count(Tail&&... tail) const {
    if constexpr (Parts::count_refusal::good)
      return coodie::detail::call_async(driver(), this->parts_.template make_count<false>(),
                                        std::forward<Tail>(tail)...);
    else
      return coodie::detail::refuse_async<std::int64_t>(std::forward<Tail>(tail)...);
  }
  /// Removes all rows that match; the conditions are on key columns.
  template <class... Tail>
  auto remove_all(const remove_options& options, Tail&&... tail) const {
    if constexpr (Parts::remove_refusal::good)
      return coodie::detail::call_async(coodie::detail::driver_name<model>(options),
                                        this->parts_.template make_remove_all<false>(options),
                                        std::forward<Tail>(tail)...);
    else
      return coodie::detail::refuse_async<void>(std::forward<Tail>(tail)...);
  }
  template <class... Tail>
    requires(!coodie::detail::begins_with<remove_options, Tail...>)
  auto remove_all(Tail&&... tail) const {
    return remove_all(remove_options{}, std::forward<Tail>(tail)...);
  }
  /// Page by page: `while (co_await pages.next()) for (auto& row : pages.rows()) ...`. `state` is the
  /// paging_state() of an earlier reader of the same query.
  [[nodiscard]] auto pages(std::span<const std::byte> state = {}) const {
    return make_pages(state, this->parts_.options.prefetch.value_or(false));
  }
  /// Row by row, with no more than a page or two in memory: `while (auto row = co_await rows.next()) ...`.
  [[nodiscard]] auto stream() const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good)
      return row_stream(make_pages({}, this->parts_.options.prefetch.value_or(true)));
  }

 private:
  [[nodiscard]] std::string_view driver() const noexcept {
    return coodie::detail::driver_name<model>(this->parts_.options);
  }
  auto make_pages(std::span<const std::byte> state, bool prefetch) const {
    if constexpr (Parts::select_refusal::good && Parts::row_refusal::good) {
      auto read = this->parts_.make_query();
      return page_reader<decltype(read), row>(std::move(read), this->parts_.options, state, driver(),
                                              prefetch);
    }
  }
};

/// As sync::find.
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

}  // namespace coodie::inline COODIE_ABI::aio

#endif  // COODIE_ORM_AIO_FIND_HPP
