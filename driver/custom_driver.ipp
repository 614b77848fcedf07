// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_CUSTOM_DRIVER_IPP
#define COODIE_DRIVER_CUSTOM_DRIVER_IPP

#include "driver/custom_driver.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {
inline void split_values(std::span<const std::byte> encoded, std::size_t count,
                         std::vector<protocol::bytes_view>& into) {
  protocol::reader in(encoded);
  for (std::size_t i = 0; i < count; ++i)
    if (protocol::bytes_view value; in.read_value(value) == errc::ok) into.push_back(value);
}
}  // namespace detail

request_view::request_view(const protocol::request& what) : what_(&what) {
  if (is_batch()) {
    for (const protocol::batch_member& member : what.members) {
      one& statement = statements_.emplace_back();
      statement.text = member.what->text;
      detail::split_values(member.values, member.value_count, statement.values);
    }
    return;
  }
  one& statement = statements_.emplace_back();
  statement.text = what.kind == protocol::request_kind::execute ? what.what->text : what.text;
  if (what.append_values == nullptr) return;
  protocol::writer out(encoded_);
  if (what.append_values(what, out) == errc::ok)
    detail::split_values(encoded_.bytes(), what.value_count, statement.values);
}

rows_builder::rows_builder() = default;

void rows_builder::add_column(std::string_view name, std::string_view type) {
  column_name& added = columns_.emplace_back();
  added.name = name;
  if (const errc e = parse_cql_type(type, added.type); e != errc::ok) error_ = e;
  if (rows_ != 0) error_ = errc::invalid_query;
}

rows_builder& rows_builder::column(std::string_view name) {
  typed_ = false;
  add_column(name, "blob");
  return *this;
}

void rows_builder::begin_row(std::size_t cells) {
  if (cells != columns_.size()) error_ = errc::invalid_query;
  ++rows_;
  cell_ = 0;
}

void rows_builder::add_cell(const value_view& value) {
  const std::size_t column = cell_++;
  if (typed_ && value.face().accepts != nullptr && column < columns_.size() &&
      !value.face().accepts(columns_[column].type))
    error_ = errc::type_mismatch;
  if (const errc e = value.check(); e != errc::ok) {
    error_ = e;
    return;
  }
  protocol::writer out(cells_);
  if (std::byte* to = out.append(value.size()))
    value.put(to);
  else
    error_ = out.error();
}

rows_builder& rows_builder::raw_row(std::span<const protocol::bytes_view> values) {
  begin_row(values.size());
  protocol::writer out(cells_);
  for (const protocol::bytes_view& value : values) out.write_bytes(value);
  if (out.error() != errc::ok) error_ = out.error();
  return *this;
}

errc rows_builder::write(protocol::writer& out) const {
  if (error_ != errc::ok) return error_;
  protocol::result_metadata metadata;
  metadata.flags = protocol::metadata_flag::global_tables_spec;
  metadata.column_count = static_cast<std::int32_t>(columns_.size());
  metadata.no_metadata = !typed_;
  if (typed_)
    for (const column_name& column : columns_) metadata.columns.push_back({{}, {}, column.name, column.type});
  if (!paging_state_.empty())
    metadata.paging_state = {paging_state_.data(), static_cast<std::int32_t>(paging_state_.size())};
  const std::size_t count = protocol::begin_rows(out, metadata);
  out.write_raw(cells_.bytes());
  protocol::end_rows(out, count, rows_);
  return out.error();
}

namespace detail {
inline void answer_body(protocol::request& what, const protocol::byte_buffer& body) noexcept {
  what.on_result(what, {.code = protocol::opcode::result, .body = protocol::reader(body.bytes())});
}
}  // namespace detail

void answer_void(protocol::request& what) noexcept {
  protocol::byte_buffer body;
  protocol::writer out(body);
  protocol::write_result_kind(out, protocol::result_kind::void_);
  if (out.error() != errc::ok) return answer_error(what, out.error());
  detail::answer_body(what, body);
}

void answer_rows(protocol::request& what, const rows_builder& rows) noexcept {
  protocol::byte_buffer body;
  protocol::writer out(body);
  if (const errc e = rows.write(out); e != errc::ok) return answer_error(what, e);
  detail::answer_body(what, body);
}

void answer_error(protocol::request& what, error_code code, std::string_view text) noexcept {
  what.on_failure(what, {.code = code, .text = text});
}

std::uint32_t request_ending::rows() const noexcept {
  if (answer == nullptr || answer->code != protocol::opcode::result) return 0;
  protocol::reader body = answer->body;
  protocol::result_kind kind{};
  std::uint32_t flags = 0, columns = 0, count = 0;
  protocol::bytes_view state;
  if (protocol::read_result_kind(body, kind) != errc::ok || kind != protocol::result_kind::rows) return 0;
  return protocol::open_rows(body, flags, columns, state, count) == errc::ok ? count : 0;
}

namespace detail {

void request_tap::insert(protocol::request& what, std::unique_ptr<request_tap> tap) noexcept {
  tap->outer_ = what.tap;
  tap->on_result_ = what.on_result;
  tap->on_failure_ = what.on_failure;
  what.tap = tap.release();
  what.on_result = &result;
  what.on_failure = &failed;
}

std::unique_ptr<request_tap> request_tap::take_out(protocol::request& what) noexcept {
  std::unique_ptr<request_tap> tap(static_cast<request_tap*>(what.tap));
  what.tap = tap->outer_;
  what.on_result = tap->on_result_;
  what.on_failure = tap->on_failure_;
  return tap;
}

// The tap is gone before whoever asked is told: that may start the request again, for its next page.
void request_tap::result(protocol::request& what, const protocol::response& answer) noexcept {
  take_out(what)->ended({.answer = &answer});
  what.on_result(what, answer);
}

void request_tap::failed(protocol::request& what, const protocol::failure& why) noexcept {
  take_out(what)->ended({.code = why.code, .text = why.text, .host = why.host, .answer = why.answer});
  what.on_failure(what, why);
}

}  // namespace detail

void forwarding_driver::start(protocol::request& what) noexcept {
  before(what);
  inner_->start(what);
}
void forwarding_driver::run(protocol::blocking_request& what) noexcept {
  before(what);
  inner_->run(what);
}
void forwarding_driver::cancel(protocol::request& what) noexcept { inner_->cancel(what); }
void forwarding_driver::close() noexcept { inner_->close(); }
const void* forwarding_driver::context() const noexcept { return inner_->context(); }
metrics_snapshot forwarding_driver::metrics() const { return inner_->metrics(); }
std::string_view forwarding_driver::keyspace() const noexcept { return inner_->keyspace(); }

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_CUSTOM_DRIVER_IPP
