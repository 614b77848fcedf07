// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_RESULT_IPP
#define COODIE_DRIVER_RESULT_IPP

#include <algorithm>
#include <cstring>

#include "driver/result.hpp"

namespace coodie::inline COODIE_ABI {

const std::vector<column_info>& result::columns() const noexcept {
  static const std::vector<column_info> none;
  return columns_ == nullptr ? none : columns_->columns;
}

std::size_t result::find_column(std::string_view name) const noexcept {
  const std::vector<column_info>& all = columns();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return i;
  return all.size();
}

errc result::append(const protocol::response& answer, bool& more, const detail::column_memory* memory) {
  more = false;
  if (answer.code != protocol::opcode::result) return errc::unexpected_message;
  if (answer.prelude != nullptr) take_prelude(*answer.prelude);
  if (const auto id = answer.tracing_id()) tracing_id_ = id;
  protocol::reader body = answer.body;
  protocol::result_kind kind{};
  if (const errc e = read_result_kind(body, kind); e != errc::ok) return e;
  if (kind == protocol::result_kind::rows) return append_rows(body, answer.memory, more, memory);
  protocol::result_message message;
  body = answer.body;
  const errc e = deserialize(body, message);
  more = kind == protocol::result_kind::schema_change && e == errc::ok;
  schema_agreed_ = !more;
  return e;
}

errc result::append_rows(protocol::reader body, protocol::byte_buffer* memory_of_body, bool& more,
                         const detail::column_memory* memory) {
  detail::page_bytes page;
  protocol::reader in = detail::keep_part(
      body, memory_of_body, [&](detail::page_bytes bytes) noexcept { page = std::move(bytes); });
  const std::byte* const begin = in.position();
  std::uint32_t flags = 0, width = 0, rows = 0;
  protocol::bytes_view state;
  if (const errc e = open_rows(in, flags, width, state, rows); e != errc::ok) return e;
  const auto metadata_size = static_cast<std::size_t>(in.position() - begin) - sizeof rows;
  if (const errc e = take_columns({begin, metadata_size}, state, memory); e != errc::ok) return e;
  if (width != width_) return errc::unexpected_message;

  const std::size_t count = std::size_t{rows} * width_, wanted = values_.size() + count;
  if (wanted > values_.capacity())  // many pages: by doubling
    values_.reserve(values_.empty() ? wanted : std::max(wanted, 2 * values_.capacity()));
  for (std::size_t i = 0; i < count; ++i)
    if (const errc e = in.read_bytes(values_.emplace_back()); e != errc::ok) return e;
  pages_.push_back(std::move(page));
  more = (flags & protocol::metadata_flag::has_more_pages) != 0 && !state.is_null();
  paging_state_.assign(state.bytes().begin(), state.bytes().end());
  if (rows != 0 && columns()[0].name == "[applied]") static_cast<void>((*this)[0].get(0, applied_));
  return errc::ok;
}

// What describes the columns stands behind the flags, the number of columns and the paging state.
errc result::take_columns(std::span<const std::byte> metadata, const protocol::bytes_view& paging_state,
                          const detail::column_memory* memory) {
  constexpr std::size_t counts = 8;
  const auto description = metadata.subspan(
      paging_state.data == nullptr
          ? counts
          : static_cast<std::size_t>(paging_state.data - metadata.data()) + paging_state.size());
  if (columns_ != nullptr)  // a further page: of a table that was altered meanwhile it may be another
    return std::ranges::equal(columns_->description, description) ? errc::ok : errc::schema_mismatch;
  if (memory != nullptr) columns_ = memory->get();
  if (columns_ == nullptr || !std::ranges::equal(columns_->description, description)) {
    protocol::result_metadata parsed;
    protocol::reader in(metadata);
    if (const errc e = deserialize(in, parsed); e != errc::ok) return e;
    auto described = std::make_shared<detail::described_columns>();
    for (const protocol::column_spec& column : parsed.columns)
      described->columns.push_back({std::string(column.name), column.type});
    described->description.assign(description.begin(), description.end());
    columns_ = std::move(described);
    if (memory != nullptr) memory->set(columns_);
  }
  width_ = columns_->columns.size();
  return errc::ok;
}

void result::take_prelude(const protocol::frame_prelude& prelude) {
  for (const std::string_view warning : prelude.warnings) warnings_.emplace_back(warning);
  for (const auto& [key, value] : prelude.custom_payload) {
    const auto bytes = value.bytes();
    custom_payload_.emplace_back(key, std::vector<std::byte>(bytes.begin(), bytes.end()));
  }
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
