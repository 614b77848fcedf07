// SPDX-License-Identifier: MIT
// For drivers of the program's own: look at a request, answer it, forward it, see how it ended.
#ifndef COODIE_DRIVER_CUSTOM_DRIVER_HPP
#define COODIE_DRIVER_CUSTOM_DRIVER_HPP

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/abstract_driver.hpp"
#include "protocol/bytes/buffer.hpp"
#include "protocol/messages/messages.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI {

/// What a request asks: its CQL and its values, which are encoded again for this view. Valid as long as the
/// request has not ended.
class request_view {
 public:
  COODIE_DECL explicit request_view(const protocol::request& what);

  /// 1; of a batch how many statements it has.
  [[nodiscard]] std::size_t size() const noexcept { return statements_.size(); }
  [[nodiscard]] bool is_batch() const noexcept { return what_->kind == protocol::request_kind::batch; }
  /// The CQL text.
  [[nodiscard]] std::string_view text(std::size_t statement = 0) const noexcept {
    return statements_[statement].text;
  }
  /// The values as they go over the wire; null and unset are told by bytes_view.
  [[nodiscard]] std::span<const protocol::bytes_view> values(std::size_t statement = 0) const noexcept {
    return statements_[statement].values;
  }
  /// Decodes a value. The type of T is not checked: only the server knows that of the marker.
  template <class T>
  [[nodiscard]] errc get(std::size_t index, T& value, std::size_t statement = 0) const {
    const auto all = values(statement);
    return index < all.size() ? protocol::get_value(all[index], value) : errc::column_missing;
  }
  /// Everything else: consistency, page size, timestamp, token, ...
  [[nodiscard]] const protocol::request& request() const noexcept { return *what_; }

 private:
  struct one {
    std::string_view text;
    std::vector<protocol::bytes_view> values;
  };
  const protocol::request* what_;
  protocol::byte_buffer encoded_;
  std::vector<one> statements_;
};

/// Rows made of C++ values, as a server would send them: `rows_builder rows; rows.column<uuid>("id");
/// rows.row(id);`
class rows_builder {
 public:
  COODIE_DECL rows_builder();

  /// The next column; before the first row.
  template <class T>
  rows_builder& column(std::string_view name) {
    constexpr auto type = value_codec<T>::cql_name;
    add_column(name, std::string_view(type));
    return *this;
  }
  /// One of a type that is not known here: the rows are sent without metadata. Models can read them, because
  /// they know what they have asked for; a row of a result can't.
  COODIE_DECL rows_builder& column(std::string_view name);
  /// One value for each column, of the column's type, std::optional of it, or nullptr. Fewer or more make
  /// the whole answer an error.
  template <class... Values>
  rows_builder& row(const Values&... values) {
    begin_row(sizeof...(values));
    (add_cell(value_view(values)), ...);
    return *this;
  }
  /// The same with values that are encoded already.
  COODIE_DECL rows_builder& raw_row(std::span<const protocol::bytes_view> values);
  /// Announces a further page; `state` comes back as request::paging_state.
  rows_builder& paging_state(std::span<const std::byte> state) {
    paging_state_.assign(state.begin(), state.end());
    return *this;
  }

  /// Rows so far.
  [[nodiscard]] std::uint32_t size() const noexcept { return rows_; }
  /// The body of the RESULT.
  [[nodiscard]] COODIE_DECL errc write(protocol::writer& out) const;

 private:
  struct column_name {
    std::string name;
    cql_type type;
  };
  COODIE_DECL void add_column(std::string_view name, std::string_view type);
  COODIE_DECL void begin_row(std::size_t cells);
  COODIE_DECL void add_cell(const value_view& value);

  std::vector<column_name> columns_;
  std::vector<std::byte> paging_state_;
  protocol::byte_buffer cells_;
  std::uint32_t rows_ = 0;
  std::size_t cell_ = 0;  // of the row that is being added
  bool typed_ = true;
  errc error_ = errc::ok;
};

// Each ends the request; it may be gone afterwards. They may be called inside of abstract_driver::start().

/// As after a write or a schema change.
COODIE_DECL void answer_void(protocol::request& what) noexcept;
COODIE_DECL void answer_rows(protocol::request& what, const rows_builder& rows) noexcept;
/// `code` may be an errc or a server_errc; `text` is what a server would say, or empty.
COODIE_DECL void answer_error(protocol::request& what, error_code code, std::string_view text = {}) noexcept;

/// How a request ended. Valid during the call that is told of it.
struct request_ending {
  error_code code = {};
  std::string_view text = {};                  ///< why, or empty
  std::string_view host = {};                  ///< of an error: the node that was asked last, or empty
  const protocol::response* answer = nullptr;  ///< what the server sent; nullptr when it sent nothing

  /// Rows of this answer, which may be one page of many.
  [[nodiscard]] COODIE_DECL std::uint32_t rows() const noexcept;
};

namespace detail {
/// Takes the place of a request's completions until it ends.
class request_tap {
 public:
  COODIE_DECL static void insert(protocol::request& what, std::unique_ptr<request_tap> tap) noexcept;
  virtual ~request_tap() = default;
  virtual void ended(const request_ending& how) noexcept = 0;

 private:
  [[nodiscard]] COODIE_DECL static std::unique_ptr<request_tap> take_out(protocol::request& what) noexcept;
  COODIE_DECL static void result(protocol::request& what, const protocol::response& answer) noexcept;
  COODIE_DECL static void failed(protocol::request& what, const protocol::failure& why) noexcept;

  void* outer_ = nullptr;
  void (*on_result_)(protocol::request&, const protocol::response&) noexcept = nullptr;
  void (*on_failure_)(protocol::request&, const protocol::failure&) noexcept = nullptr;
};
}  // namespace detail

/// Calls `f(const request_ending&)`, which must not throw, when `what` ends, before whoever asked is told.
/// For drivers that forward; to be called before the request is started.
template <class F>
void observe(protocol::request& what, F&& f) {
  struct tap final : detail::request_tap {
    std::decay_t<F> function;
    explicit tap(F&& g) : function(std::forward<F>(g)) {}
    void ended(const request_ending& how) noexcept override { function(how); }
  };
  detail::request_tap::insert(what, std::make_unique<tap>(std::forward<F>(f)));
}

/// Passes everything to another driver. Derive from it to look at requests, or to change them, on the way.
class forwarding_driver : public abstract_driver {
 public:
  explicit forwarding_driver(std::shared_ptr<abstract_driver> inner) noexcept : inner_(std::move(inner)) {}

  COODIE_DECL void start(protocol::request& what) noexcept override;
  COODIE_DECL void run(protocol::blocking_request& what) noexcept override;
  COODIE_DECL void cancel(protocol::request& what) noexcept override;
  COODIE_DECL void close() noexcept override;
  [[nodiscard]] COODIE_DECL const void* context() const noexcept override;
  [[nodiscard]] COODIE_DECL metrics_snapshot metrics() const override;
  [[nodiscard]] COODIE_DECL std::string_view keyspace() const noexcept override;

 protected:
  /// Each request before it is passed on; of a result with many pages each page. May observe() it.
  virtual void before(protocol::request& what) noexcept { static_cast<void>(what); }
  [[nodiscard]] abstract_driver& inner() const noexcept { return *inner_; }

 private:
  const std::shared_ptr<abstract_driver> inner_;
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_CUSTOM_DRIVER_HPP
