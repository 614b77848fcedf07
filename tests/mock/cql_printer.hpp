// SPDX-License-Identifier: MIT
// Statements printed as CQL: parsing the text gives the same statement again.
#ifndef COODIE_TESTS_MOCK_CQL_PRINTER_HPP
#define COODIE_TESTS_MOCK_CQL_PRINTER_HPP

#include <string>

#include "protocol/config.hpp"
#include "tests/mock/cql_ast.hpp"

namespace coodie::inline COODIE_ABI::testing::cql {

[[nodiscard]] COODIE_DECL std::string print(const type_name& type);
[[nodiscard]] COODIE_DECL std::string print(const term& value);
[[nodiscard]] COODIE_DECL std::string print(const selector& selected);
[[nodiscard]] COODIE_DECL std::string print(const relation& condition);
[[nodiscard]] COODIE_DECL std::string print(const any_statement& statement);

/// "=", "IN", "CONTAINS KEY", ...
[[nodiscard]] COODIE_DECL std::string_view operator_text(relation_op op) noexcept;

}  // namespace coodie::inline COODIE_ABI::testing::cql

#endif  // COODIE_TESTS_MOCK_CQL_PRINTER_HPP
