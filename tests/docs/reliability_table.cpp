// SPDX-License-Identifier: MIT
// The table of docs/reliability.md is the one that the tests run.
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/cluster/fault_table.hpp"

using namespace fault_tests;

namespace {

std::string row_of(fault what) {
  std::string row = "| " + std::string(fault_names[static_cast<std::size_t>(what)]) + " |";
  for (std::size_t i = 0; i < moments; ++i)
    row += " " + text_of(cell_of(what, static_cast<moment>(i))) + " |";
  return row;
}

}  // namespace

TEST_CASE("faults: the guide has the table that is tested", "[cluster]") {
  std::ifstream file("docs/reliability.md");
  std::stringstream all;
  all << file.rdbuf();
  const std::string guide = all.str();
  REQUIRE(!guide.empty());
  std::string head = "| fault |";
  for (const std::string_view name : moment_names) head.append(" ").append(name).append(" |");
  CHECK(guide.find(head + "\n") != std::string::npos);
  std::size_t cells = 0;
  for (std::size_t i = 0; i < faults; ++i) {
    const std::string row = row_of(static_cast<fault>(i));
    INFO(row);
    CHECK(guide.find(row + "\n") != std::string::npos);
    for (std::size_t k = 0; k < moments; ++k)
      cells += cell_of(static_cast<fault>(i), static_cast<moment>(k)).exists() ? 1U : 0U;
  }
  CHECK(guide.find(std::to_string(cells) + " cells") != std::string::npos);
}
