// SPDX-License-Identifier: MIT
#include "protocol/machine/statement.hpp"

#include <atomic>
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

TEST_CASE("statement: who is retired leaves its slot to another", "[machine]") {
  const statement first("first");
  const std::uint32_t slot = first.slot(), serial = first.serial();
  first.retire();
  first.retire();
  const statement second("second"), third("third");
  CHECK(second.slot() == slot);
  CHECK(second.serial() != serial);
  CHECK(third.slot() != slot);
  // One that never was used has none to leave.
  statement("unused").retire();
  CHECK(statement("fourth").slot() != 0);
}

TEST_CASE("statement: slots of many threads that come and go are used again", "[machine][threads]") {
  const auto highest_slot = [] {
    std::atomic<std::uint32_t> highest{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          const statement mine("mine");
          std::uint32_t seen = highest.load();
          while (mine.slot() > seen && !highest.compare_exchange_weak(seen, mine.slot())) {
          }
          mine.retire();
        }
      });
    for (std::thread& t : threads) t.join();
    return highest.load();
  };
  const std::uint32_t once = highest_slot();
  CHECK(highest_slot() <= once + 4);
}
