// SPDX-License-Identifier: MIT
// Writes rows of system tables by column name.
#ifndef COODIE_TESTS_MOCK_SYSTEM_ROWS_HPP
#define COODIE_TESTS_MOCK_SYSTEM_ROWS_HPP

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/stored_table.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// One row on its way into a table: the values by the names of their columns, then add_to().
class system_row {
 public:
  /// An encoded value.
  system_row& set(std::string_view name, octets value) {
    values_.insert_or_assign(std::string(name), std::move(value));
    return *this;
  }
  /// Null again.
  system_row& unset(std::string_view name) {
    values_.erase(std::string(name));
    return *this;
  }
  COODIE_DECL system_row& set_texts(std::string_view name, const std::vector<std::string>& elements);
  COODIE_DECL system_row& set_map(std::string_view name, const std::map<std::string, std::string>& entries);

  /// Writes what was set; a set or map that is not frozen is written element by element.
  COODIE_DECL void add_to(stored_table& table) const;

 private:
  std::map<std::string, octets, std::less<>> values_;
};

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SYSTEM_ROWS_HPP
