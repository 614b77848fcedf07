// SPDX-License-Identifier: MIT
// SELECT, INSERT, UPDATE and DELETE as text: every value is a marker.
#ifndef COODIE_ORM_QUERY_TEXT_HPP
#define COODIE_ORM_QUERY_TEXT_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "orm/query_shape.hpp"
#include "orm/table_text.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// What stands in USING: a bit each. As a number it chooses among the four statements of a write.
namespace using_clause {
inline constexpr unsigned ttl = 1;
inline constexpr unsigned timestamp = 2;
}  // namespace using_clause

constexpr void write_using(text_sink& out, unsigned clause) noexcept {
  if (clause == 0) return;
  out.text(" USING ");
  if ((clause & using_clause::ttl) != 0) out.text("TTL ?");
  if (clause == (using_clause::ttl | using_clause::timestamp)) out.text(" AND ");
  if ((clause & using_clause::timestamp) != 0) out.text("TIMESTAMP ?");
}

[[nodiscard]] constexpr std::string_view relation_text(relation how) noexcept {
  switch (how) {
    case relation::equal: return " = ?";
    case relation::less: return " < ?";
    case relation::less_equal: return " <= ?";
    case relation::greater: return " > ?";
    case relation::greater_equal: return " >= ?";
    case relation::not_equal: return " != ?";
    case relation::in: return " IN ?";
  }
  return {};
}

/// `a = ? AND b > ?` behind `start`; nothing without conditions.
constexpr void write_conditions(text_sink& out, std::span<const model_column> columns,
                                std::span<const condition_shape> conditions,
                                std::string_view start) noexcept {
  if (conditions.empty()) return;
  out.text(start);
  bool first = true;
  for (const condition_shape& each : conditions) {
    out.separate(first, " AND ");
    write_column_name(out, columns[each.column]);
    out.text(relation_text(each.how));
  }
}

/// ` WHERE a = ? AND b = ?` with the first `count` columns of the key.
template <std::size_t N>
constexpr void write_key(text_sink& out, const table_info<N>& table, std::size_t count) noexcept {
  out.text(" WHERE ");
  bool first = true;
  for (std::size_t i = 0; i < count; ++i) {
    out.separate(first, " AND ");
    write_column_name(out, table.columns[table.key[i]]);
    out.text(" = ?");
  }
}

template <std::size_t N>
constexpr void write_insert(text_sink& out, const table_info<N>& table, bool if_not_exists,
                            unsigned clause) noexcept {
  out.text("INSERT INTO ");
  write_table_name(out, table);
  out.text(" (");
  bool first = true;
  for (const model_column& column : table.columns) {
    out.separate(first);
    write_column_name(out, column);
  }
  out.text(") VALUES (");
  first = true;
  for (std::size_t i = 0; i < N; ++i) {
    out.separate(first);
    out.put('?');
  }
  out.put(')');
  if (if_not_exists) out.text(" IF NOT EXISTS");
  write_using(out, clause);
}

/// ` FROM table`.
constexpr void write_from(text_sink& out, const table_header& table) noexcept {
  out.text(" FROM ");
  write_table_name(out, table);
}

/// What follows the conditions of a SELECT.
namespace select_flag {
inline constexpr unsigned limit = 1;
inline constexpr unsigned per_partition_limit = 2;
inline constexpr unsigned allow_filtering = 4;
}  // namespace select_flag

constexpr void write_select_end(text_sink& out, std::span<const model_column> columns,
                                std::span<const order_shape> orders, unsigned flags) noexcept {
  bool first = true;
  for (const order_shape& each : orders) {
    out.text(first ? " ORDER BY " : ", ");
    first = false;
    write_column_name(out, columns[each.column]);
    out.text(each.descending ? " DESC" : " ASC");
  }
  if ((flags & select_flag::per_partition_limit) != 0) out.text(" PER PARTITION LIMIT ?");
  if ((flags & select_flag::limit) != 0) out.text(" LIMIT ?");
  if ((flags & select_flag::allow_filtering) != 0) out.text(" ALLOW FILTERING");
}

constexpr void write_assignment(text_sink& out, const model_column& column, assignment_kind how) noexcept {
  write_column_name(out, column);
  out.text(" = ");
  if (how == assignment_kind::prepend) out.text("? + ");
  if (how != assignment_kind::set) write_column_name(out, column);
  switch (how) {
    case assignment_kind::set: return out.put('?');
    case assignment_kind::add: return out.text(" + ?");
    case assignment_kind::subtract: return out.text(" - ?");
    case assignment_kind::prepend: return;
  }
}

constexpr void write_update(text_sink& out, const table_header& table, std::span<const model_column> columns,
                            std::span<const assignment_shape> assignments, unsigned clause) noexcept {
  out.text("UPDATE ");
  write_table_name(out, table);
  write_using(out, clause);
  out.text(" SET ");
  bool first = true;
  for (const assignment_shape& each : assignments) {
    out.separate(first);
    write_assignment(out, columns[each.column], each.how);
  }
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_QUERY_TEXT_HPP
