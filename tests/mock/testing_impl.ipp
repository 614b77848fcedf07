// SPDX-License-Identifier: MIT
// The definitions of the mock server.
#ifndef COODIE_TESTS_MOCK_TESTING_IMPL_IPP
#define COODIE_TESTS_MOCK_TESTING_IMPL_IPP

#include "tests/mock/cql_cursor.ipp"
#include "tests/mock/cql_lexer.ipp"
#include "tests/mock/cql_parse_conditions.ipp"
#include "tests/mock/cql_parse_modify.ipp"
#include "tests/mock/cql_parse_schema.ipp"
#include "tests/mock/cql_parse_select.ipp"
#include "tests/mock/cql_parse_terms.ipp"
#include "tests/mock/cql_parser.ipp"

#endif  // COODIE_TESTS_MOCK_TESTING_IMPL_IPP
