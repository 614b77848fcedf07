// SPDX-License-Identifier: MIT
// Each statement that a program can send, as a constant of its own.
#ifndef COODIE_ORM_STATEMENTS_HPP
#define COODIE_ORM_STATEMENTS_HPP

#include <array>
#include <cstddef>
#include <cstdint>

#include "orm/prepared_check.hpp"
#include "orm/query_text.hpp"
#include "orm/row_layout.hpp"
#include "protocol/machine/statement.hpp"

// Source has: static void write(text_sink&); static constexpr std::uint8_t flags; static errc check(...).

namespace coodie::inline COODIE_ABI::detail {

template <class Source>
inline constinit const protocol::statement statement_of{static_text<Source>::view, Source::flags,
                                                        &Source::check};

[[nodiscard]] constexpr bool is_list(const model_column& column) noexcept {
  return column.type.cql.starts_with("list<");
}
template <std::size_t N>
[[nodiscard]] constexpr bool has_list_column(const table_info<N>& table) noexcept {
  for (const model_column& column : table.columns)
    if (is_list(column)) return true;
  return false;
}

/// INSERT of all columns. Twice at one timestamp of the caller's a list has its elements twice: an assignment
/// removes what is older.
template <class T, bool IfNotExists, unsigned Using>
struct insert_source {
  static constexpr bool twice_is_once =
      !has_list_column(table_of_model<T>) || (Using & using_clause::timestamp) == 0;
  static constexpr std::uint8_t flags = IfNotExists     ? protocol::statement_flag::conditional
                                        : twice_is_once ? protocol::statement_flag::idempotent
                                                        : std::uint8_t{0};
  static constexpr void write(text_sink& out) noexcept {
    write_insert(out, table_of_model<T>, IfNotExists, Using);
  }
  static errc check(const protocol::statement&, const protocol::prepared_result& prepared, std::string& why) {
    return check_write<T>(prepared, why);
  }
};

/// What a query asks for, in the order of its text. Two queries of one shape are one statement.
template <std::size_t Conditions, std::size_t Orders>
struct select_shape {
  std::array<condition_shape, Conditions> conditions{};
  std::array<order_shape, Orders> orders{};
  unsigned flags = 0;  ///< select_flag
};

/// SELECT of the columns of Row from the table of T.
template <class T, class Row, auto Shape>
struct select_source {
  static constexpr std::uint8_t flags =
      protocol::statement_flag::idempotent | protocol::statement_flag::skip_metadata;
  static constexpr void write(text_sink& out) noexcept {
    constexpr const auto& table = table_of_model<T>;
    out.text("SELECT ");
    bool first = true;
    for (const column_expectation& column : row_columns<T, Row>) {
      out.separate(first);
      out.identifier(column.name, needs_quotes(column.name));
    }
    write_from(out, table);
    write_conditions(out, table.columns, Shape.conditions, " WHERE ");
    write_select_end(out, table.columns, Shape.orders, Shape.flags);
  }
  static errc check(const protocol::statement&, const protocol::prepared_result& prepared, std::string& why) {
    return check_read<T, Row>(prepared, why);
  }
};

/// SELECT by the whole key.
template <class T>
[[nodiscard]] consteval auto key_shape() noexcept {
  constexpr const auto& table = table_of_model<T>;
  select_shape<table.key_size(), 0> shape;
  for (std::size_t i = 0; i < table.key_size(); ++i) shape.conditions[i].column = table.key[i];
  return shape;
}

/// SELECT COUNT(*).
template <class T, auto Shape>
struct count_source {
  static constexpr std::uint8_t flags =
      protocol::statement_flag::idempotent | protocol::statement_flag::skip_metadata;
  static constexpr void write(text_sink& out) noexcept {
    constexpr const auto& table = table_of_model<T>;
    out.text("SELECT COUNT(*)");
    write_from(out, table);
    write_conditions(out, table.columns, Shape.conditions, " WHERE ");
    write_select_end(out, table.columns, Shape.orders, Shape.flags);
  }
  static errc check(const protocol::statement&, const protocol::prepared_result& prepared, std::string& why) {
    return check_write<T>(prepared, why);
  }
};

/// What an update or a removal asks for.
template <std::size_t Assignments, std::size_t Conditions>
struct write_shape {
  std::array<assignment_shape, Assignments> assignments{};
  std::array<condition_shape, Conditions> conditions{};  ///< of only_if
  bool if_exists = false;
  bool whole_key = true;  ///< false: the partition key only, as nothing but static columns is written

  [[nodiscard]] constexpr bool conditional() const noexcept { return Conditions != 0 || if_exists; }
};

template <std::size_t Assignments, std::size_t Conditions>
constexpr void write_if(text_sink& out, std::span<const model_column> columns,
                        const write_shape<Assignments, Conditions>& shape) noexcept {
  if (shape.if_exists)
    out.text(" IF EXISTS");
  else
    write_conditions(out, columns, shape.conditions, " IF ");
}

/// Whether an assignment may be executed twice.
[[nodiscard]] constexpr bool is_idempotent(const model_column& column, assignment_kind how,
                                           unsigned clause) noexcept {
  if (column.type.counter) return false;
  if (!is_list(column) || how == assignment_kind::subtract) return true;
  return how == assignment_kind::set && (clause & using_clause::timestamp) == 0;
}

template <std::size_t N, std::size_t Assignments, std::size_t Conditions>
[[nodiscard]] constexpr std::uint8_t flags_of_write(const table_info<N>& table,
                                                    const write_shape<Assignments, Conditions>& shape,
                                                    unsigned clause) noexcept {
  unsigned flags = shape.conditional() ? protocol::statement_flag::conditional
                                       : static_cast<unsigned>(protocol::statement_flag::idempotent);
  for (const assignment_shape& each : shape.assignments) {
    const model_column& column = table.columns[each.column];
    if (!is_idempotent(column, each.how, clause))
      flags &= ~static_cast<unsigned>(protocol::statement_flag::idempotent);
    if (column.type.counter) flags |= protocol::statement_flag::counter;
  }
  return static_cast<std::uint8_t>(flags);
}

template <class T, auto Shape, unsigned Using>
struct update_source {
  static constexpr std::uint8_t flags = flags_of_write(table_of_model<T>, Shape, Using);
  static constexpr void write(text_sink& out) noexcept {
    constexpr const auto& table = table_of_model<T>;
    write_update(out, table, table.columns, Shape.assignments, Using);
    write_key(out, table, Shape.whole_key ? table.key_size() : table.partition_size);
    write_if(out, table.columns, Shape);
  }
  static errc check(const protocol::statement&, const protocol::prepared_result& prepared, std::string& why) {
    return check_write<T>(prepared, why);
  }
};

/// DELETE of one row by its key.
template <class T, auto Shape, unsigned Using>
struct remove_source {
  static constexpr std::uint8_t flags = flags_of_write(table_of_model<T>, Shape, Using);
  static constexpr void write(text_sink& out) noexcept {
    constexpr const auto& table = table_of_model<T>;
    out.text("DELETE");
    write_from(out, table);
    write_using(out, Using);
    write_key(out, table, table.key_size());
    write_if(out, table.columns, Shape);
  }
  static errc check(const protocol::statement&, const protocol::prepared_result& prepared, std::string& why) {
    return check_write<T>(prepared, why);
  }
};

/// DELETE of all rows that match.
template <class T, auto Shape, unsigned Using>
struct remove_all_source {
  static constexpr std::uint8_t flags = protocol::statement_flag::idempotent;
  static constexpr void write(text_sink& out) noexcept {
    constexpr const auto& table = table_of_model<T>;
    out.text("DELETE");
    write_from(out, table);
    write_using(out, Using);
    write_conditions(out, table.columns, Shape.conditions, " WHERE ");
  }
  static errc check(const protocol::statement&, const protocol::prepared_result& prepared, std::string& why) {
    return check_write<T>(prepared, why);
  }
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_STATEMENTS_HPP
