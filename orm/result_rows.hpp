// SPDX-License-Identifier: MIT
// result::rows<T>() and result::one<T>(): what execute() answered, as structs.
#ifndef COODIE_ORM_RESULT_ROWS_HPP
#define COODIE_ORM_RESULT_ROWS_HPP

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "driver/result.hpp"
#include "orm/row_layout.hpp"
#include "orm/row_reader.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The columns that the members of a struct are filled from. A struct with a table names them there.
template <class T, class... Members>
[[nodiscard]] consteval std::array<column_expectation, sizeof...(Members)> list_result_columns(
    type_list<Members...>) noexcept {
  const auto& members = column_access<T>::names();
  std::size_t i = 0;
  const auto next = [&](std::string_view cql, bool (*accepts)(const cql_type&) noexcept, const char* cpp) {
    std::string_view name = members[i];
    if constexpr (is_table<T>) name = table_of_model<T>.columns[i].name;
    return column_expectation{name, members[i++], cql, cpp, accepts};
  };
  return {next(column_cql<Members>.view(), &value_codec<Members>::accepts, describe_type<Members>())...};
}
template <class T>
inline constexpr auto result_columns = list_result_columns<T>(column_types<T>());

template <class T>
[[nodiscard]] consteval bool check_result_struct() noexcept {
  static_assert(std::is_class_v<T> && !has_value_codec<T>,
                "coodie: rows<T>() and one<T>() fill structs, column by column; for a single column use "
                "row.get<T>(0)");
  return std::is_class_v<T> && !has_value_codec<T>;
}
template <class T>
[[nodiscard]] consteval bool check_result_outlives() noexcept {
  static_assert(!is_borrowed<T>,
                "coodie: these rows point into the result that they come from; give that a name first");
  return !is_borrowed<T>;
}

/// Finds the column of each member. errc::column_missing or errc::type_mismatch with a sentence.
[[nodiscard]] COODIE_DECL errc find_result_columns(const result& from,
                                                   std::span<const column_expectation> wanted,
                                                   std::span<std::size_t> found, diagnostics& diag) noexcept;
[[nodiscard]] COODIE_DECL errc report_several_rows(std::size_t rows, diagnostics& diag) noexcept;

template <class T>
[[nodiscard]] errc read_result_row(const row& from, std::span<const std::size_t> columns, T& object,
                                   diagnostics& diag) {
  std::size_t member = 0;
  const errc failed = visit_columns(object, [&](auto&... members) {
    errc e = errc::ok;
    static_cast<void>(
        ((e = protocol::get_value(from.raw(columns[member]), members), e == errc::ok && ++member != 0) &&
         ...));
    return e;
  });
  return failed == errc::ok ? failed : report_column(failed, result_columns<T>[member], &diag);
}

/// Calls add() for each row, which gives the object that it goes to.
template <class T, class Add>
[[nodiscard]] errc fill_from_result(const result& from, diagnostics& diag, Add&& add) noexcept {
  std::array<std::size_t, result_columns<T>.size()> columns{};
  if (from.columns().empty()) return errc::ok;
  if (errc e = find_result_columns(from, result_columns<T>, columns, diag); e != errc::ok) return e;
  return decode_safely([&] {
    for (const row each : from)
      if (errc e = read_result_row<T>(each, columns, add(), diag); e != errc::ok) return e;
    return errc::ok;
  });
}

}  // namespace detail

template <class T>
errc result::rows(std::vector<T>& into, diagnostics& diag) const& {
  diag.clear();
  into.clear();
  if constexpr (detail::check_result_struct<T>())
    return detail::fill_from_result<T>(*this, diag, [&]() -> T& { return into.emplace_back(); });
  else
    return errc::ok;
}
template <class T>
errc result::one(std::optional<T>& into, diagnostics& diag) const& {
  diag.clear();
  into.reset();
  if (size() > 1) return detail::report_several_rows(size(), diag);
  if constexpr (detail::check_result_struct<T>())
    return detail::fill_from_result<T>(*this, diag, [&]() -> T& { return into.emplace(); });
  else
    return errc::ok;
}

#if COODIE_HAS_EXCEPTIONS
template <class T>
std::vector<T> result::rows() const& {
  std::vector<T> all;
  diagnostics diag;
  if (const errc e = rows(all, diag); e != errc::ok) detail::throw_error(e, std::move(diag));
  return all;
}
template <class T>
std::vector<T> result::rows() && {
  static_cast<void>(detail::check_result_outlives<T>());
  return std::as_const(*this).template rows<T>();
}
template <class T>
std::optional<T> result::one() const& {
  std::optional<T> only;
  diagnostics diag;
  if (const errc e = one(only, diag); e != errc::ok) detail::throw_error(e, std::move(diag));
  return only;
}
template <class T>
std::optional<T> result::one() && {
  static_cast<void>(detail::check_result_outlives<T>());
  return std::as_const(*this).template one<T>();
}
#endif

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_RESULT_ROWS_HPP
