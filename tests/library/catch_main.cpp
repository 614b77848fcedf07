// SPDX-License-Identifier: MIT
// The main function of the tests when Catch2 is version 2; version 3 has its own in a library.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
