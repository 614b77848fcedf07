// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_PREPARED_CHECK_IPP
#define COODIE_ORM_PREPARED_CHECK_IPP

#include "orm/prepared_check.hpp"
#include "protocol/values/cql_type.hpp"

namespace coodie::inline COODIE_ABI::detail {

inline namespace prepared_check_text {

/// "std::optional<int>" out of "... [with T = std::optional<int>]".
[[nodiscard]] inline std::string_view type_in_description(std::string_view text) noexcept {
  const std::size_t equals = text.find("T = ");
  if (equals == std::string_view::npos) return text;
  text.remove_prefix(equals + 4);
  if (!text.empty() && text.back() == ']') text.remove_suffix(1);
  return text.substr(0, text.find(';'));
}

[[nodiscard]] inline errc report_type(const column_expectation& expected, const protocol::column_spec& found,
                                      std::string& why) {
  why = "column ";
  append_identifier(why, found.name);
  why += " of table ";
  append_identifier(why, found.keyspace);
  why += '.';
  append_identifier(why, found.table);
  why += " has the type " + to_cql(found.type) + " on the server, but the member ";
  why += expected.member;
  why += " is ";
  why += type_in_description(expected.cpp);
  why += " (";
  why += expected.cql;
  why += "); change the one or the other";
  return errc::schema_mismatch;
}

/// "in(a)" is the list of a's values.
[[nodiscard]] inline bool names_list_of(std::string_view marker, std::string_view& column) noexcept {
  if (!marker.starts_with("in(") || !marker.ends_with(')')) return false;
  column = marker.substr(3, marker.size() - 4);
  return true;
}

}  // namespace prepared_check_text

const column_expectation* find_expectation(std::span<const column_expectation> columns,
                                           std::string_view name) noexcept {
  for (const column_expectation& each : columns)
    if (each.name == name) return &each;
  return nullptr;
}

errc check_markers(std::span<const column_expectation> columns, const protocol::result_metadata& markers,
                   std::string& why) {
  for (const protocol::column_spec& marker : markers.columns) {
    if (const column_expectation* expected = find_expectation(columns, marker.name)) {
      // The keys of `map - ?` and the list of `IF list ...` are checked by the server.
      const bool keys = marker.type.id == type_id::set && expected->cql.starts_with("map<");
      if (!keys && !expected->accepts(marker.type)) return report_type(*expected, marker, why);
      continue;
    }
    std::string_view column;
    if (!names_list_of(marker.name, column)) continue;
    const column_expectation* expected = find_expectation(columns, column);
    if (expected == nullptr || marker.type.id != type_id::list || marker.type.parameters.size() != 1)
      continue;
    protocol::column_spec element = marker;
    element.name = column;
    element.type = marker.type.parameters[0];
    if (!expected->accepts(element.type)) return report_type(*expected, element, why);
  }
  return errc::ok;
}

errc check_row_columns(std::span<const column_expectation> columns, const protocol::result_metadata& rows,
                       std::string& why) {
  if (rows.no_metadata) return errc::ok;
  if (rows.columns.size() != columns.size()) {
    why = "the server returns " + std::to_string(rows.columns.size()) + " columns, not the " +
          std::to_string(columns.size()) + " that were asked for";
    return errc::schema_mismatch;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (rows.columns[i].name != columns[i].name) {
      why = "the server returns column ";
      append_identifier(why, rows.columns[i].name);
      why += " where ";
      append_identifier(why, columns[i].name);
      why += " was asked for";
      return errc::schema_mismatch;
    }
    if (!columns[i].accepts(rows.columns[i].type)) return report_type(columns[i], rows.columns[i], why);
  }
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_PREPARED_CHECK_IPP
