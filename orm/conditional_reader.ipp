// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_CONDITIONAL_READER_IPP
#define COODIE_ORM_CONDITIONAL_READER_IPP

#include <string>

#include "orm/conditional_reader.hpp"
#include "protocol/messages/messages.hpp"

namespace coodie::inline COODIE_ABI::detail {

errc conditional_reader::open(const protocol::response& answer, std::span<const column_expectation> columns,
                              diagnostics* diag) noexcept {
  return decode_safely([&]() -> errc {
    protocol::reader body = answer.body;
    protocol::result_kind kind{};
    if (answer.code != protocol::opcode::result) return errc::unexpected_message;
    if (errc e = protocol::read_result_kind(body, kind); e != errc::ok) return e;
    protocol::rows_result result;
    if (kind != protocol::result_kind::rows) return errc::unexpected_message;
    if (errc e = deserialize(body, result); e != errc::ok) return e;
    const auto& specs = result.metadata.columns;
    if (result.rows_count == 0 || specs.empty() || specs[0].name != "[applied]")
      return report(errc::column_missing, "the answer to a conditional write lacks [applied]", diag);
    for (std::size_t i = 1; i < specs.size(); ++i) {
      const column_expectation* column = find_expectation(columns, specs[i].name);
      targets_.push_back(column == nullptr ? no_column : static_cast<std::size_t>(column - columns.data()));
      if (column != nullptr && !column->accepts(specs[i].type))
        return report_column(errc::type_mismatch, *column, diag);
    }
    cells_ = result.rows;
    rows_ = targets_.empty() ? 0 : result.rows_count;
    protocol::reader first = cells_;
    return protocol::get_value(first, applied_);
  });
}

errc conditional_reader::next(std::span<named_cell> cells) noexcept {
  protocol::bytes_view applied;
  if (errc e = cells_.read_bytes(applied); e != errc::ok) return e;
  for (std::size_t target : targets_) {
    protocol::bytes_view value;
    if (errc e = cells_.read_bytes(value); e != errc::ok) return e;
    if (target < cells.size()) cells[target] = {true, value};
  }
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_CONDITIONAL_READER_IPP
