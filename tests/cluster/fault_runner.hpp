// SPDX-License-Identifier: MIT
// Runs a cell of the table of faults: one request, at a moment of which something goes wrong.
#ifndef COODIE_TESTS_CLUSTER_FAULT_RUNNER_HPP
#define COODIE_TESTS_CLUSTER_FAULT_RUNNER_HPP

#include <chrono>
#include <string>
#include <vector>

#include "tests/cluster/fault_table.hpp"

namespace fault_tests {

/// How the request is made.
struct caller {
  bool idempotent = true;
  bool blocking = true;
};

/// What came of it; empty texts: all is well.
struct report {
  std::string saw;                    ///< sees_names, or another error
  std::chrono::milliseconds took{0};  ///< the request
  std::string afterwards;             ///< what was wrong when the fault was gone
  std::string step;                   ///< which of several faults of a row
};

/// A report for each fault of the row: most have one, errors one for each code.
[[nodiscard]] std::vector<report> run_cell(fault what, moment when, caller by);

}  // namespace fault_tests

#endif  // COODIE_TESTS_CLUSTER_FAULT_RUNNER_HPP
