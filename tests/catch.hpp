// SPDX-License-Identifier: MIT
// Catch2 version 2 or 3, whichever the system has.
#ifndef COODIE_TESTS_CATCH_HPP
#define COODIE_TESTS_CATCH_HPP

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#endif  // COODIE_TESTS_CATCH_HPP
