// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_RESULT_ROWS_IPP
#define COODIE_ORM_RESULT_ROWS_IPP

#include <string>

#include "orm/result_rows.hpp"

namespace coodie::inline COODIE_ABI::detail {

inline namespace result_row_steps {

[[nodiscard]] inline errc report_missing_column(const result& from, const column_expectation& wanted,
                                                diagnostics& diag) {
  std::string sentence = "the result has no column ";
  append_identifier(sentence, wanted.name);
  sentence += " for the member " + std::string(wanted.member) + "; it has";
  for (const column_info& column : from.columns()) {
    sentence += ' ';
    append_identifier(sentence, column.name);
  }
  return report(errc::column_missing, sentence, &diag);
}

[[nodiscard]] inline errc report_result_type(const column_info& column, const column_expectation& wanted,
                                             diagnostics& diag) {
  std::string sentence = "column ";
  append_identifier(sentence, column.name);
  sentence += " of type " + to_cql(column.type) + " does not fit the member " + std::string(wanted.member) +
              ", which is for " + std::string(wanted.cql);
  return report(errc::type_mismatch, sentence, &diag);
}

// [applied] is no column of a table: result::applied() tells it.
[[nodiscard]] inline errc check_no_column_is_left(const result& from,
                                                  std::span<const column_expectation> wanted,
                                                  diagnostics& diag) {
  for (const column_info& column : from.columns()) {
    if (column.name == "[applied]" || find_expectation(wanted, column.name) != nullptr) continue;
    std::string sentence = "the struct has no member for column ";
    append_identifier(sentence, column.name);
    sentence += " of the result; add one, or leave the column out of the SELECT";
    return report(errc::column_missing, sentence, &diag);
  }
  return errc::ok;
}

}  // namespace result_row_steps

errc find_result_columns(const result& from, std::span<const column_expectation> wanted,
                         std::span<std::size_t> found, diagnostics& diag) noexcept {
  return decode_safely([&]() -> errc {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      found[i] = from.find_column(wanted[i].name);
      if (found[i] == from.columns().size()) return report_missing_column(from, wanted[i], diag);
      const column_info& column = from.columns()[found[i]];
      if (!wanted[i].accepts(column.type)) return report_result_type(column, wanted[i], diag);
    }
    return check_no_column_is_left(from, wanted, diag);
  });
}

errc report_several_rows(std::size_t rows, diagnostics& diag) noexcept {
  return decode_safely([&] {
    return report(errc::multiple_documents,
                  "the result has " + std::to_string(rows) + " rows, not one; use rows<T>()", &diag);
  });
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_RESULT_ROWS_IPP
