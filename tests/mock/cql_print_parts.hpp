// SPDX-License-Identifier: MIT
// Names, strings and lists as the printer of statements writes them.
#ifndef COODIE_TESTS_MOCK_CQL_PRINT_PARTS_HPP
#define COODIE_TESTS_MOCK_CQL_PRINT_PARTS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "protocol/values/cql_identifier.hpp"
#include "tests/mock/cql_printer.hpp"

namespace coodie::inline COODIE_ABI::testing::cql::detail {

inline std::string print_name(std::string_view name) {
  std::string text;
  append_identifier(text, name);
  return text;
}
inline std::string print_name(const object_name& name) {
  return name.keyspace.empty() ? print_name(name.name)
                               : print_name(name.keyspace) + '.' + print_name(name.name);
}
inline std::string print_string(std::string_view content) {
  std::string text = "'";
  for (const char c : content) text.append(c == '\'' ? 2 : 1, c);
  return text + '\'';
}

template <class List, class Print>
std::string print_list(const List& items, Print&& print_one, std::string_view separator = ", ") {
  std::string text;
  bool first = true;
  for (const auto& item : items) {
    if (!first) text += separator;
    first = false;
    text += print_one(item);
  }
  return text;
}
inline std::string print_terms(const std::vector<term>& items) {
  return print_list(items, [](const term& item) { return print(item); });
}
inline std::string print_names(const std::vector<std::string>& names) {
  return print_list(names, [](const std::string& name) { return print_name(name); });
}

}  // namespace coodie::inline COODIE_ABI::testing::cql::detail

#endif  // COODIE_TESTS_MOCK_CQL_PRINT_PARTS_HPP
