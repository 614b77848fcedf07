// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_RESULT_IPP
#define COODIE_DRIVER_RESULT_IPP

#include <cstring>

#include "driver/result.hpp"

namespace coodie::inline COODIE_ABI {

std::size_t result::find_column(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].name == name) return i;
  return columns_.size();
}

errc result::append(const protocol::response& answer, bool& more) {
  more = false;
  if (answer.code != protocol::opcode::result) return errc::unexpected_message;
  if (answer.prelude != nullptr) take_prelude(*answer.prelude);
  auto page = std::make_unique<std::byte[]>(answer.body.remaining());
  std::memcpy(page.get(), answer.body.position(), answer.body.remaining());
  protocol::reader body(page.get(), page.get() + answer.body.remaining());
  protocol::result_message message;
  if (const errc e = deserialize(body, message); e != errc::ok) return e;
  if (message.kind != protocol::result_kind::rows) return errc::ok;
  if (const errc e = append_rows(message.rows); e != errc::ok) return e;
  pages_.push_back(std::move(page));
  const protocol::bytes_view state = message.rows.metadata.paging_state;
  more = message.rows.metadata.has_more_pages() && !state.is_null();
  paging_state_.assign(state.bytes().begin(), state.bytes().end());
  return errc::ok;
}

errc result::append_rows(const protocol::rows_result& rows) {
  if (columns_.empty())
    for (const protocol::column_spec& column : rows.metadata.columns)
      columns_.push_back({std::string(column.name), column.type});
  if (rows.metadata.columns.size() != columns_.size()) return errc::unexpected_message;
  protocol::reader in = rows.rows;
  values_.reserve(values_.size() + rows.rows_count * columns_.size());
  for (std::size_t i = 0; i < rows.rows_count * columns_.size(); ++i)
    if (const errc e = in.read_bytes(values_.emplace_back()); e != errc::ok) return e;
  if (!columns_.empty() && columns_[0].name == "[applied]" && rows.rows_count != 0)
    static_cast<void>((*this)[0].get(0, applied_));
  return errc::ok;
}

void result::take_prelude(const protocol::frame_prelude& prelude) {
  for (const std::string_view warning : prelude.warnings) warnings_.emplace_back(warning);
  if (prelude.tracing_id != nullptr) std::memcpy(tracing_id_.emplace().bytes.data(), prelude.tracing_id, 16);
}

#if COODIE_HAS_EXCEPTIONS
namespace detail {
void throw_column_error(errc why, const result& from, std::size_t index, std::string_view name) {
  diagnostics diag;
  std::string& message = diag.edit().message;
  const auto& columns = from.columns();
  message = "column " + (name.empty() ? std::to_string(index) : "\"" + std::string(name) + "\"");
  if (why == errc::column_missing || index >= columns.size()) {
    message += " is not in the result; it has";
    for (const column_info& column : columns) message += " " + column.name;
    throw invalid_query_error(errc::column_missing, std::move(diag));
  }
  message += " of type " + to_cql(columns[index].type) + ": " + std::string(describe(why));
  throw_error(why, std::move(diag));
}
}  // namespace detail
#endif

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_RESULT_IPP
