// SPDX-License-Identifier: MIT
// Compares what a server prepared with what a struct expects.
#ifndef COODIE_ORM_PREPARED_CHECK_HPP
#define COODIE_ORM_PREPARED_CHECK_HPP

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "orm/model.hpp"
#include "protocol/machine/statement.hpp"
#include "protocol/messages/result_message.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// One column as the program sees it.
struct column_expectation {
  std::string_view name;    ///< on the server
  std::string_view member;  ///< in C++
  std::string_view cql;     ///< type as the struct declares it
  const char* cpp;          ///< the compiler's description of the C++ type
  bool (*accepts)(const cql_type&) noexcept;
};

/// Compares the markers with the columns of the same names. errc::schema_mismatch with a sentence.
[[nodiscard]] COODIE_DECL errc check_markers(std::span<const column_expectation> columns,
                                             const protocol::result_metadata& markers, std::string& why);
/// Compares the columns of rows, which have to be exactly these in this order.
[[nodiscard]] COODIE_DECL errc check_row_columns(std::span<const column_expectation> columns,
                                                 const protocol::result_metadata& rows, std::string& why);
/// The expectation about the column of that name; nullptr when there is none.
[[nodiscard]] COODIE_DECL const column_expectation* find_expectation(
    std::span<const column_expectation> columns, std::string_view name) noexcept;

template <class T>
[[nodiscard]] constexpr const char* describe_type() noexcept {
  return __PRETTY_FUNCTION__;
}

template <class T, class... Members>
[[nodiscard]] constexpr std::array<column_expectation, sizeof...(Members)> list_expectations(
    type_list<Members...>) noexcept {
  constexpr const auto& columns = table_of_model<T>.columns;
  std::size_t i = 0;
  const auto next = [&](bool (*accepts)(const cql_type&) noexcept, const char* cpp) {
    const model_column& c = columns[i++];
    return column_expectation{c.name, c.member, c.type.cql, cpp, accepts};
  };
  return {next(&value_codec<Members>::accepts, describe_type<Members>())...};
}

/// The columns of T, in order.
template <class T>
inline constexpr auto expectations = list_expectations<T>(column_types<T>());

/// For statements that return no rows of T.
template <class T>
[[nodiscard]] errc check_write(const protocol::prepared_result& prepared, std::string& why) {
  return check_markers(expectations<T>, prepared.markers, why);
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_PREPARED_CHECK_HPP
