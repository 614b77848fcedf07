// SPDX-License-Identifier: MIT
// A model without its type, for code that is compiled once.
#ifndef COODIE_ORM_TABLE_DESCRIPTION_HPP
#define COODIE_ORM_TABLE_DESCRIPTION_HPP

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "orm/prepared_check.hpp"
#include "orm/table_text.hpp"

namespace coodie::inline COODIE_ABI::detail {

struct table_description {
  const table_header* header = nullptr;
  std::span<const model_column> columns;
  std::span<const std::uint16_t> key;  ///< indices of the key columns, partition key first
  std::span<const column_expectation> expectations;
  std::string_view definition;  ///< what follows the name in CREATE TABLE
};

template <class T>
[[nodiscard]] constexpr table_description describe_table() noexcept {
  constexpr const auto& table = table_of_model<T>;
  return {&table, table.columns, std::span(table.key).first(table.key_size()), detail::expectations<T>,
          static_text<table_definition_source<T>>::view};
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_TABLE_DESCRIPTION_HPP
