// SPDX-License-Identifier: MIT
// What the pages about the driver assume: some nodes, the keyspace "shop" with a table of orders.
#ifndef COODIE_TESTS_DOCS_SHOP_HPP
#define COODIE_TESTS_DOCS_SHOP_HPP

#include "orm/coodie_all.hpp"

#include <set>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/mock/testing_all.hpp"

namespace guide {

namespace react = coodie::testing::react;
using coodie::protocol::opcode;

/// Calls `condition` until it holds; false when it does not within five seconds.
template <class F>
[[nodiscard]] bool eventually(F&& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

struct shop {
  coodie::testing::server server;
  driver_tests::clean_registry clean{};

  explicit shop(coodie::testing::server_options what = {.nodes = 3},
                const std::string& replication = "'class': 'SimpleStrategy', 'replication_factor': 3")
      : server(std::move(what)) {
    run("CREATE KEYSPACE shop WITH replication = {" + replication + "}");
    run("CREATE TABLE shop.orders (id int PRIMARY KEY, item text, sent boolean)");
    run("INSERT INTO shop.orders (id, item) VALUES (7, 'a book')");
    server.clear_requests();
  }
  [[nodiscard]] int port() const { return server.port(); }
  void run(const std::string& statement) { REQUIRE(server.execute(statement).empty()); }
  /// Requests with `part` in their statement, by the node that they came to.
  [[nodiscard]] std::vector<coodie::testing::request_record> asked(std::string_view part) const {
    std::vector<coodie::testing::request_record> found;
    for (auto& r : server.requests())
      if ((r.opcode == opcode::query || r.opcode == opcode::execute || r.opcode == opcode::batch) &&
          r.statement.find(part) != std::string::npos)
        found.push_back(std::move(r));
    return found;
  }
  [[nodiscard]] std::set<std::size_t> nodes_asked(std::string_view part) const {
    std::set<std::size_t> nodes;
    for (const auto& r : asked(part)) nodes.insert(r.node);
    return nodes;
  }
};

inline bool works() { return coodie::get_driver()->execute("SELECT key FROM system.local").size() == 1; }

}  // namespace guide

#endif  // COODIE_TESTS_DOCS_SHOP_HPP
