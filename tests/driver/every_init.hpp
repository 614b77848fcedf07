// SPDX-License-Identifier: MIT
// init_coodie in each of its forms, and how each of them fails.
#ifndef COODIE_TESTS_DRIVER_EVERY_INIT_HPP
#define COODIE_TESTS_DRIVER_EVERY_INIT_HPP

#include <string>
#include <vector>

#include "tests/driver/idle_driver.hpp"

namespace driver_tests {

/// How one form of a call failed; `code` is no error when it did not.
struct failed_call {
  std::string form;
  coodie::error_code code = {};
  std::string type = {};     ///< of the exception; empty where none was thrown
  std::string message = {};  ///< diagnostics::message(); empty where the form has no diagnostics
  coodie::diagnostics diag = {};
  std::string text = {};  ///< what() of the exception; empty where none was thrown
};

/// sync::init_coodie with an error_code, and throwing.
std::vector<failed_call> blocking_inits(const coodie::init_options& options);
/// These, and aio::init_coodie with a callback, with a callback and diagnostics, with a future, in a
/// coroutine.
std::vector<failed_call> every_init(const coodie::init_options& options);
/// The exception that is being handled.
failed_call describe_exception(std::string form);

}  // namespace driver_tests

#endif  // COODIE_TESTS_DRIVER_EVERY_INIT_HPP
