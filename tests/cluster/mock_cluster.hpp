// SPDX-License-Identifier: MIT
// A mock server of some nodes and a driver on it, for the tests of cluster/.
#ifndef COODIE_TESTS_CLUSTER_MOCK_CLUSTER_HPP
#define COODIE_TESTS_CLUSTER_MOCK_CLUSTER_HPP

#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/test_server.hpp"

namespace cluster_tests {

namespace react = coodie::testing::react;
using coodie::protocol::opcode;
using driver_pointer = std::shared_ptr<coodie::abstract_driver>;

/// What is asked where it does not matter.
inline constexpr std::string_view any_question = "SELECT key FROM system.local";
/// The same with a value: it is prepared.
inline constexpr std::string_view prepared_question = "SELECT key FROM system.local WHERE key = ?";

/// How a call ended.
struct outcome {
  coodie::error_code code;
  coodie::diagnostics diag;
  std::size_t rows = 0;
};

inline outcome ask(coodie::abstract_driver& driver, std::string_view statement = any_question,
                   const coodie::value_list& values = {}, const coodie::execute_options& options = {}) {
  outcome ended;
  ended.rows = driver.execute(statement, values, options, ended.code, ended.diag).size();
  return ended;
}

/// The keyspace "ks", with one copy of each row.
inline void make_keyspace(coodie::testing::server& server) {
  REQUIRE(server
              .execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                       "'replication_factor': 1}")
              .empty());
}

/// Calls `condition` until it holds; false when it does not within five seconds.
template <class F>
[[nodiscard]] bool eventually(F&& condition) {
  for (int i = 0; i < 2500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

/// A mock server of `nodes` nodes and a driver whose first contact point is the first of them.
struct mock_cluster {
  coodie::testing::server server;
  std::vector<std::string> hosts;
  driver_pointer driver;

  explicit mock_cluster(std::size_t nodes = 1, coodie::init_options options = {})
      : mock_cluster(coodie::testing::server_options{.nodes = nodes}, options) {}
  mock_cluster(const coodie::testing::server_options& what, coodie::init_options options) : server(what) {
    hosts = {server.hosts()[0]};
    options.hosts = hosts;
    options.port = server.port();
    if (options.reconnect_base == coodie::init_options{}.reconnect_base)
      options.reconnect_base = std::chrono::milliseconds(5);
    driver = tests::connect(options);
    server.clear_requests();
  }

  /// The nodes that got requests with `part` in their statement, in that order.
  [[nodiscard]] std::vector<std::size_t> asked(std::string_view part) const {
    std::vector<std::size_t> nodes;
    for (const auto& request : server.requests())
      if ((request.opcode == opcode::query || request.opcode == opcode::execute ||
           request.opcode == opcode::batch) &&
          request.statement.find(part) != std::string::npos)
        nodes.push_back(request.node);
    return nodes;
  }
  /// Whether every node has the driver's connection.
  [[nodiscard]] bool connected_to_all() const {
    for (std::size_t i = 0; i < server.hosts().size(); ++i)
      if (server.connections(i) != 1) return false;
    return true;
  }
  /// Asks until every node has answered once: the driver has a connection to each.
  [[nodiscard]] bool all_answer() {
    return eventually([&] {
      server.clear_requests();
      for (std::size_t i = 0; i < server.hosts().size(); ++i) static_cast<void>(ask(*driver));
      const auto nodes = asked("system.local");
      return std::set<std::size_t>(nodes.begin(), nodes.end()).size() == server.hosts().size();
    });
  }
};

}  // namespace cluster_tests

#endif  // COODIE_TESTS_CLUSTER_MOCK_CLUSTER_HPP
