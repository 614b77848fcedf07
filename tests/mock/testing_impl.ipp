// SPDX-License-Identifier: MIT
// The definitions of the mock server.
#ifndef COODIE_TESTS_MOCK_TESTING_IMPL_IPP
#define COODIE_TESTS_MOCK_TESTING_IMPL_IPP

#include "tests/mock/catalog.ipp"
#include "tests/mock/constants.ipp"
#include "tests/mock/cql_cursor.ipp"
#include "tests/mock/cql_lexer.ipp"
#include "tests/mock/cql_parse_conditions.ipp"
#include "tests/mock/cql_parse_modify.ipp"
#include "tests/mock/cql_parse_schema.ipp"
#include "tests/mock/cql_parse_select.ipp"
#include "tests/mock/cql_parse_terms.ipp"
#include "tests/mock/cql_parser.ipp"
#include "tests/mock/cql_print_statements.ipp"
#include "tests/mock/cql_printer.ipp"
#include "tests/mock/expression_compile.ipp"
#include "tests/mock/expression_evaluate.ipp"
#include "tests/mock/mock_numbers.ipp"
#include "tests/mock/mock_values_check.ipp"
#include "tests/mock/mock_values_split.ipp"
#include "tests/mock/mock_values_text.ipp"
#include "tests/mock/native_casts.ipp"
#include "tests/mock/native_functions.ipp"
#include "tests/mock/schema_keyspaces.ipp"
#include "tests/mock/schema_properties.ipp"
#include "tests/mock/schema_tables.ipp"
#include "tests/mock/schema_types.ipp"
#include "tests/mock/stored_row.ipp"
#include "tests/mock/stored_table.ipp"
#include "tests/mock/table_schema.ipp"

#endif  // COODIE_TESTS_MOCK_TESTING_IMPL_IPP
