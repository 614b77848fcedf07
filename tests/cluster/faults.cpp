// SPDX-License-Identifier: MIT
// The table of faults: each cell, for requests that may be executed twice and for others, blocking and not.
// A test for each row; a failure names its cell.
#include "tests/catch.hpp"
#include "tests/cluster/fault_runner.hpp"

#if defined(__linux__)
#include <array>
#include <thread>

using namespace fault_tests;
using namespace std::chrono_literals;

namespace {

/// Generous, for machines that do other things too; what the bound excludes would come after ten seconds.
std::chrono::milliseconds bound_of(by within) {
  return within == by::at_once ? 2s : within == by::its_bytes ? 8s : 4s;
}
std::chrono::milliseconds least_of(by within) {
  return within == by::at_once || within == by::its_bytes ? 0ms : 450ms;
}

void check_cell(fault what, moment when) {
  const cell& expected = cell_of(what, when);
  if (!expected.exists()) return;
  static constexpr std::array<caller, 4> callers = {
      {{true, true}, {true, false}, {false, true}, {false, false}}};
  std::array<std::vector<report>, callers.size()> reports;
  std::vector<std::thread> threads;  // they wait most of the time, each on a cluster of its own
  for (std::size_t i = 0; i < callers.size(); ++i)
    threads.emplace_back([&, i] { reports[i] = run_cell(what, when, callers[i]); });
  for (auto& t : threads) t.join();
  for (std::size_t i = 0; i < callers.size(); ++i)
    for (const report& each : reports[i]) {
      INFO(fault_names[static_cast<std::size_t>(what)]
           << " while " << moment_names[static_cast<std::size_t>(when)] << ", "
           << (callers[i].idempotent ? "idempotent" : "not idempotent") << ", "
           << (callers[i].blocking ? "blocking" : "asynchronous") << ", fault " << each.step);
      CHECK(each.saw == sees_names[static_cast<std::size_t>(callers[i].idempotent ? expected.idempotent
                                                                                  : expected.otherwise)]);
      CHECK(each.took < bound_of(expected.within));
      CHECK(each.took >= least_of(expected.within));
      CHECK(each.afterwards == "");
    }
}

void check_row(fault what) {
  for (std::size_t i = 0; i < moments; ++i) check_cell(what, static_cast<moment>(i));
}

}  // namespace

TEST_CASE("faults: refused", "[cluster]") { check_row(fault::refused); }
TEST_CASE("faults: reset", "[cluster]") { check_row(fault::reset); }
TEST_CASE("faults: half-open", "[cluster]") { check_row(fault::half_open); }
TEST_CASE("faults: silent", "[cluster]") { check_row(fault::silent); }
TEST_CASE("faults: slow, byte by byte", "[cluster]") { check_row(fault::slow); }
TEST_CASE("faults: garbage", "[cluster]") { check_row(fault::garbage); }
TEST_CASE("faults: wrong stream", "[cluster]") { check_row(fault::wrong_stream); }
TEST_CASE("faults: wrong version", "[cluster]") { check_row(fault::wrong_version); }
TEST_CASE("faults: truncated", "[cluster]") { check_row(fault::truncated); }
TEST_CASE("faults: oversized", "[cluster]") { check_row(fault::oversized); }
TEST_CASE("faults: error, not executed", "[cluster]") { check_row(fault::error_not_ready); }
TEST_CASE("faults: error of the node", "[cluster]") { check_row(fault::error_of_node); }
TEST_CASE("faults: error of replicas", "[cluster]") { check_row(fault::error_of_replicas); }
TEST_CASE("faults: error of the statement", "[cluster]") { check_row(fault::error_of_statement); }
TEST_CASE("faults: error, unprepared", "[cluster]") { check_row(fault::error_unprepared); }
TEST_CASE("faults: error, bad credentials", "[cluster]") { check_row(fault::error_credentials); }
TEST_CASE("faults: node paused", "[cluster]") { check_row(fault::node_paused); }
TEST_CASE("faults: node killed", "[cluster]") { check_row(fault::node_killed); }
TEST_CASE("faults: node back with another address", "[cluster]") { check_row(fault::node_moved); }
TEST_CASE("faults: all nodes gone and back", "[cluster]") { check_row(fault::all_nodes_gone); }
TEST_CASE("faults: DNS changed", "[cluster]") { check_row(fault::dns_changed); }
TEST_CASE("faults: clock stepped", "[cluster]") { check_row(fault::clock_stepped); }
#endif
