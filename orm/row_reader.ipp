// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_ROW_READER_IPP
#define COODIE_ORM_ROW_READER_IPP

#include <string>

#include "orm/row_reader.hpp"
#include "protocol/messages/messages.hpp"

namespace coodie::inline COODIE_ABI::detail {

errc report(errc e, std::string_view sentence, diagnostics* diag) noexcept {
  if (diag == nullptr) return e;
  return decode_safely([&] {
    diag->edit().message.assign(sentence);
    return e;
  });
}

errc report_column(errc e, const column_expectation& column, diagnostics* diag) noexcept {
  if (diag == nullptr || e == errc::out_of_memory) return e;
  return decode_safely([&] {
    std::string sentence = "column ";
    append_identifier(sentence, column.name);
    sentence += " (member ";
    sentence += column.member;
    sentence += "): ";
    sentence += describe(e);
    diag->edit().message = std::move(sentence);
    return e;
  });
}

inline namespace row_reader_steps {

/// Metadata that came although it was not asked for, or because a driver does not know how to leave it out.
[[nodiscard]] inline errc check_metadata(protocol::reader body, std::span<const column_expectation> columns,
                                         diagnostics* diag) noexcept {
  return decode_safely([&] {
    protocol::result_metadata metadata;
    if (errc e = deserialize(body, metadata); e != errc::ok) return e;
    std::string why;
    const errc e = check_row_columns(columns, metadata, why);
    return e == errc::ok ? e : report(e, why, diag);
  });
}

[[nodiscard]] inline errc report_column_count(std::uint32_t found, std::size_t expected,
                                              diagnostics* diag) noexcept {
  return decode_safely([&] {
    const std::string why = "the server returned " + std::to_string(found) + " columns, not the " +
                            std::to_string(expected) + " that were asked for";
    return report(errc::schema_mismatch, why, diag);
  });
}

}  // namespace row_reader_steps

errc open_any_rows(const protocol::response& answer, std::span<const column_expectation> columns,
                   open_result& result, diagnostics* diag) noexcept {
  protocol::reader body = answer.body;
  protocol::result_kind kind{};
  if (answer.code != protocol::opcode::result) return errc::unexpected_message;
  if (errc e = protocol::read_result_kind(body, kind); e != errc::ok) return e;
  result = {};
  if (kind != protocol::result_kind::rows)
    return kind == protocol::result_kind::void_ ? errc::ok : errc::unexpected_message;
  const protocol::reader metadata = body;
  std::uint32_t flags = 0, count = 0;
  if (errc e = protocol::skip_metadata(body, flags, count, result.paging_state); e != errc::ok) return e;
  if ((flags & protocol::metadata_flag::no_metadata) == 0) {
    if (errc e = check_metadata(metadata, columns, diag); e != errc::ok) return e;
  } else if (count != columns.size()) {
    return report_column_count(count, columns.size(), diag);
  }
  if (errc e = body.read(result.rows); e != errc::ok) return e;
  if (result.rows > body.remaining() / (4 * columns.size())) return errc::length_exceeds_input;
  result.is_rows = true;
  result.cells = body;
  result.memory = answer.memory;
  return errc::ok;
}

errc check_void(const protocol::response& answer) noexcept {
  protocol::reader body = answer.body;
  protocol::result_kind kind{};
  if (answer.code != protocol::opcode::result) return errc::unexpected_message;
  return protocol::read_result_kind(body, kind);
}

bool is_rows(const protocol::response& answer) noexcept {
  protocol::reader body = answer.body;
  protocol::result_kind kind{};
  return answer.code == protocol::opcode::result && protocol::read_result_kind(body, kind) == errc::ok &&
         kind == protocol::result_kind::rows;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_ROW_READER_IPP
