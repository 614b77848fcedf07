// SPDX-License-Identifier: MIT
#include "protocol/machine/statement.hpp"

#include <set>
#include <thread>
#include <vector>

#include "tests/catch.hpp"

namespace {
using coodie::protocol::statement;
namespace statement_flag = coodie::protocol::statement_flag;
}  // namespace

TEST_CASE("statement: a number that no other has", "[machine]") {
  const statement a("a"), b("a"), c("c", statement_flag::idempotent | statement_flag::counter);
  const std::set<std::uint32_t> slots{a.slot(), b.slot(), c.slot()};
  CHECK(slots.size() == 3);
  CHECK(slots.count(0) == 0);
  CHECK(a.slot() == a.slot());
  CHECK(c.has(statement_flag::counter));
  CHECK(c.has(statement_flag::idempotent));
  CHECK_FALSE(c.has(statement_flag::conditional));
  CHECK_FALSE(a.has(statement_flag::counter));
}

TEST_CASE("statement: a constant of the program", "[machine]") {
  static constinit statement constant("SELECT", statement_flag::skip_metadata);
  CHECK(constant.text == "SELECT");
  CHECK(constant.check == nullptr);
  CHECK(constant.slot() != 0);
}

TEST_CASE("statement: the first use may come from many threads", "[machine][threads]") {
  for (int round = 0; round < 50; ++round) {
    const statement shared("s");
    std::uint32_t seen[4] = {};
    std::vector<std::thread> threads;
    for (std::uint32_t& mine : seen) threads.emplace_back([&] { mine = shared.slot(); });
    for (std::thread& t : threads) t.join();
    for (const std::uint32_t slot : seen) CHECK(slot == shared.slot());
    const statement other("o");
    CHECK(other.slot() != shared.slot());
  }
}
