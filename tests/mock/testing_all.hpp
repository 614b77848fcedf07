// SPDX-License-Identifier: MIT
// The mock server, for the tests of programs that use coodie.
#ifndef COODIE_TESTS_MOCK_TESTING_ALL_HPP
#define COODIE_TESTS_MOCK_TESTING_ALL_HPP

#include "tests/mock/cluster_script.hpp"
#include "tests/mock/mock_script.hpp"
#include "tests/mock/mock_server.hpp"
#include "tests/mock/server_options.hpp"

#if COODIE_HAS_DEFINITIONS
#include "tests/mock/testing_impl.ipp"
#endif

#endif  // COODIE_TESTS_MOCK_TESTING_ALL_HPP
