// SPDX-License-Identifier: MIT
// A statement that changes the schema ends when the nodes agree on it.
#include <future>
#include <mutex>

#include "tests/cluster/mock_cluster.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>

namespace {

using namespace cluster_tests;
using namespace std::chrono_literals;
using coodie::errc;
using clock_type = std::chrono::steady_clock;

constexpr std::string_view version_question = "SELECT schema_version FROM system.local WHERE key = 'local'";
const std::string create_table = "CREATE TABLE ks.t (k int PRIMARY KEY)";

/// Three nodes, of which the third one may be behind, and what the driver logs.
struct three_nodes {
  struct keep_warnings {
    three_nodes* of;
    void operator()(const coodie::log_entry& entry) const {
      const std::lock_guard lock(of->mutex);
      if (entry.level == coodie::log_level::warning) of->warnings.emplace_back(entry.text);
    }
  };
  std::mutex mutex;
  std::vector<std::string> warnings;
  keep_warnings log{this};
  mock_cluster cluster;

  explicit three_nodes(coodie::init_options options = {}) : cluster(3, with_log(options)) {
    make_keyspace(cluster.server);
    cluster.server.clear_requests();
  }
  coodie::init_options with_log(coodie::init_options options) {
    options.log = log;
    return options;
  }
  void leave_behind(std::size_t node, bool behind = true) {
    cluster.server.set_peer_flaws(node, {.other_schema = behind});
  }
  [[nodiscard]] coodie::result execute(const coodie::execute_options& options = {}) {
    return cluster.driver->execute(create_table, {}, options);
  }
  [[nodiscard]] std::vector<std::string> logged() {
    const std::lock_guard lock(mutex);
    return warnings;
  }
};

}  // namespace

TEST_CASE("a change of the schema ends when every node has it", "[cluster]") {
  three_nodes nodes;
  nodes.leave_behind(2);
  const auto begin = clock_type::now();
  auto late = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(300ms);
    nodes.leave_behind(2, false);
  });
  const coodie::result result = nodes.execute();
  CHECK(clock_type::now() - begin >= 300ms);
  CHECK(result.schema_agreed());
  CHECK(result.empty());
  CHECK(nodes.logged().empty());
  // Every node is asked for its own version, about every 200 ms.
  const auto asked = nodes.cluster.asked(version_question);
  CHECK(asked.size() >= 6);
  CHECK(asked.size() <= 15);
  CHECK(std::set<std::size_t>(asked.begin(), asked.end()).size() == 3);
  CHECK(nodes.cluster.driver->metrics().failed() == 0);
}

TEST_CASE("both servers: a new table can be written to at once, on every node", "[cluster][both]") {
  const tests::test_server server;
  const auto driver = server.driver();
  for (int table = 0; table < 20; ++table) {
    const std::string name = "t" + std::to_string(table);
    CHECK(driver->execute("CREATE TABLE " + name + " (k int PRIMARY KEY)").schema_agreed());
    for (std::size_t i = 0; i < 3 * server.hosts().size(); ++i) {
      const outcome written =
          ask(*driver, "INSERT INTO " + name + " (k) VALUES (1)");  // to one after the other
      CAPTURE(name, i, written.diag.server_message());
      CHECK(!written.code);
    }
  }
}

TEST_CASE("only a change of the schema is waited for", "[cluster]") {
  three_nodes nodes;
  nodes.leave_behind(2);
  CHECK(!ask(*nodes.cluster.driver).code);
  CHECK(ask(*nodes.cluster.driver, prepared_question, {"local"}).rows == 1);
  REQUIRE(nodes.cluster.server.execute(create_table).empty());
  CHECK(nodes.cluster.driver->execute("INSERT INTO ks.t (k) VALUES (1)").schema_agreed());
  CHECK(nodes.cluster.driver->execute("CREATE TABLE IF NOT EXISTS ks.t (k int PRIMARY KEY)").schema_agreed());
  CHECK(nodes.cluster.asked(version_question).empty());
}

TEST_CASE("nodes that never agree cost the agreement, not the statement", "[cluster]") {
  three_nodes nodes({.schema_agreement_timeout = 300ms});
  nodes.leave_behind(1);
  const auto begin = clock_type::now();
  const coodie::result result = nodes.execute();
  CHECK(clock_type::now() - begin >= 300ms);
  CHECK(clock_type::now() - begin < 3s);
  CHECK(!result.schema_agreed());
  REQUIRE(nodes.logged().size() == 1);
  CHECK(nodes.logged()[0].find("look after 127.0.0.2:") != std::string::npos);
  CHECK(nodes.logged()[0].find("127.0.0.3:") == std::string::npos);
  CHECK(nodes.logged()[0].find(create_table) != std::string::npos);
  CHECK(!ask(*nodes.cluster.driver, "SELECT k FROM ks.t").code);  // it is there
  CHECK(nodes.cluster.driver->metrics().failed() == 0);
}

TEST_CASE("the timeout of the call is that of the agreement too", "[cluster]") {
  three_nodes nodes;
  nodes.leave_behind(1);
  const auto begin = clock_type::now();
  CHECK(!nodes.execute({.timeout = 250ms}).schema_agreed());
  CHECK(clock_type::now() - begin < 3s);
}

TEST_CASE("without a schema_agreement_timeout nobody is asked", "[cluster]") {
  three_nodes nodes({.schema_agreement_timeout = 0ns});
  CHECK(!nodes.execute().schema_agreed());
  CHECK(nodes.cluster.asked(version_question).empty());
  CHECK(nodes.logged().empty());
  CHECK(nodes.cluster.driver->metrics().failed() == 0);
  coodie::error_code ec;
  coodie::diagnostics diag;
  coodie::init_options options{.hosts = {"127.0.0.1"}, .schema_agreement_timeout = -1ms};
  static_cast<void>(coodie::sync::init_coodie(options, ec, diag));
  CHECK(ec == errc::configuration);
  CHECK(diag.message().find(".schema_agreement_timeout") == 0);
}

TEST_CASE("a node that is down has no say", "[cluster]") {
  three_nodes nodes;
  nodes.leave_behind(2);
  nodes.cluster.server.stop_node(2);
  REQUIRE(eventually([&] {
    const auto now = nodes.cluster.driver->metrics().nodes;
    return std::count_if(now.begin(), now.end(), [](const coodie::node_status& node) {
             return node.now == coodie::node_status::state::up;
           }) == 2;
  }));
  const auto begin = clock_type::now();
  CHECK(nodes.execute().schema_agreed());
  CHECK(clock_type::now() - begin < 3s);
}

TEST_CASE("a node that goes down while it is asked has no say either", "[cluster]") {
  three_nodes nodes;
  nodes.leave_behind(2);
  auto stopped = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(250ms);
    nodes.cluster.server.stop_node(2);
  });
  CHECK(nodes.execute().schema_agreed());
}

TEST_CASE("a node that does not tell its version is waited for", "[cluster]") {
  three_nodes nodes({.schema_agreement_timeout = 400ms});
  const auto silent = nodes.cluster.server.on({.statement = "schema_version", .node = 1}, react::drop());
  CHECK(!nodes.execute().schema_agreed());
  CHECK(nodes.cluster.server.applied(silent) == 1);
  REQUIRE(nodes.logged().size() == 1);
  CHECK(nodes.logged()[0].find("look after 127.0.0.2:") != std::string::npos);
  nodes.cluster.server.clear_rules();
  nodes.cluster.server.on({.statement = "schema_version", .node = 1},
                          react::error(0x1001));  // overloaded
  CHECK(!nodes.cluster.driver->execute("DROP TABLE ks.t").schema_agreed());
  CHECK(nodes.logged().size() == 2);
}

TEST_CASE("many callers on several loops change the schema at once", "[cluster][threads]") {
  three_nodes nodes({.loops = 3});
  nodes.leave_behind(2);
  std::vector<std::future<bool>> all;
  for (int i = 0; i < 12; ++i)
    all.push_back(std::async(std::launch::async, [&, i] {
      const std::string create = "CREATE TABLE ks.t" + std::to_string(i) + " (k int PRIMARY KEY)";
      return nodes.cluster.driver->execute(create).schema_agreed();
    }));
  std::this_thread::sleep_for(150ms);
  bool waits = true;
  for (auto& each : all) waits = waits && each.wait_for(0s) == std::future_status::timeout;
  CHECK(waits);
  nodes.leave_behind(2, false);
  bool agreed = true;
  for (auto& each : all) agreed = each.get() && agreed;
  CHECK(agreed);
}

TEST_CASE("closing the driver ends the wait", "[cluster]") {
  three_nodes nodes;
  nodes.leave_behind(2);
  auto closed = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(150ms);
    nodes.cluster.driver->close();
  });
  CHECK(!nodes.execute().schema_agreed());
}

TEST_CASE("the loop goes on while the nodes come to agree", "[cluster][aio]") {
  asio::io_context context;
  three_nodes nodes({.executor = context});
  nodes.leave_behind(2);
  std::optional<bool> agreed;
  int others = 0;
  coodie::error_code ended;
  nodes.cluster.driver->execute_async(create_table, {}, {},
                                      [&](coodie::error_code ec, coodie::result result) {
                                        ended = ec;
                                        agreed = result.schema_agreed();
                                      });
  const auto until = clock_type::now() + 5s;
  const auto ask_others = [&](auto&& again) -> void {
    nodes.cluster.driver->execute_async(any_question, {}, {},
                                        [&](coodie::error_code ec, const coodie::result&) {
                                          others += ec ? 0 : 1;
                                          if (others == 20) nodes.leave_behind(2, false);
                                          if (!agreed && clock_type::now() < until) again(again);
                                        });
  };
  ask_others(ask_others);
  context.run_for(6s);
  CHECK(!ended);
  CHECK(agreed.value_or(false));
  CHECK(others > 20);
  nodes.cluster.driver->close();
  context.run();
}

TEST_CASE("who cancels does not wait for the agreement", "[cluster][aio]") {
  asio::io_context context;
  three_nodes nodes({.executor = context});
  nodes.leave_behind(2);
  asio::cancellation_signal stop;
  coodie::error_code ended;
  nodes.cluster.driver->execute_async(
      create_table, {}, {},
      asio::bind_cancellation_slot(stop.slot(),
                                   [&](coodie::error_code ec, const coodie::result&) { ended = ec; }));
  context.run_for(100ms);
  REQUIRE(!ended);
  stop.emit(asio::cancellation_type::terminal);
  context.run_for(100ms);
  CHECK(ended == errc::cancelled);
  nodes.cluster.driver->close();
  context.run();
}
