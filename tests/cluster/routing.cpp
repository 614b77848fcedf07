// SPDX-License-Identifier: MIT
// Which node is asked: discovery, round robin, replicas of a token.
#include <algorithm>
#include <map>

#include "protocol/routing/routing.hpp"
#include "protocol/values/values.hpp"
#include "tests/cluster/mock_cluster.hpp"
#include "tests/mock/cluster_description.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

/// A blocking request with the token of its partition, as the ORM makes them.
class token_request final : private coodie::protocol::blocking_request {
 public:
  token_request(const coodie::protocol::statement& statement, std::int32_t key) : key_(key) {
    kind = coodie::protocol::request_kind::execute;
    what = &statement;
    value_count = 1;
    idempotent = true;
    has_token = true;
    consistency_level = coodie::consistency::one;
    token = token_of(key);
    append_values = [](const request& r, coodie::protocol::writer& out) noexcept {
      if (std::byte* to = out.append(8))
        coodie::protocol::put_value(to, static_cast<const token_request&>(r).key_);
      return out.error();
    };
    on_result = [](request& r, const coodie::protocol::response&) noexcept {
      static_cast<token_request&>(r).finish();
    };
    on_failure = [](request& r, const coodie::protocol::failure& why) noexcept {
      static_cast<token_request&>(r).code_ = why.code;
      static_cast<token_request&>(r).finish();
    };
  }
  coodie::error_code run(coodie::abstract_driver& driver) {
    driver.run(*this);
    return code_;
  }
  static std::int64_t token_of(std::int32_t key) {
    std::array<std::byte, 4> bytes;
    coodie::protocol::store_big(bytes.data(), key);
    return coodie::protocol::murmur3_token(bytes);
  }

 private:
  std::int32_t key_;
  coodie::error_code code_;
};

constexpr std::size_t tokens_per_node = 16;  // the mock's default

/// The `copies` nodes that have a token in a SimpleStrategy, the owner first.
std::vector<std::size_t> replicas_of(std::int64_t token, std::size_t nodes, std::size_t copies) {
  std::map<std::int64_t, std::size_t> ring;
  for (std::size_t i = 0; i < nodes; ++i)
    for (const std::int64_t t : coodie::testing::store::tokens_of_node(i, tokens_per_node)) ring[t] = i;
  std::vector<std::size_t> found;
  auto at = ring.lower_bound(token);
  while (found.size() < copies) {
    if (at == ring.end()) at = ring.begin();
    if (std::find(found.begin(), found.end(), at->second) == found.end()) found.push_back(at->second);
    ++at;
  }
  return found;
}

struct replicated {
  coodie::testing::server server;
  std::vector<std::string> hosts;
  driver_pointer driver;
  coodie::protocol::statement statement{"SELECT v FROM t WHERE k = ?"};

  replicated(std::size_t nodes, int copies) : server(coodie::testing::server_options{.nodes = nodes}) {
    CHECK(server
              .execute(
                  "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': " +
                  std::to_string(copies) + "}")
              .empty());
    CHECK(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v text)").empty());
    hosts = {server.hosts()[0]};
    driver = tests::connect({.hosts = hosts, .keyspace = "ks", .port = server.port(), .reconnect_base = 5ms});
  }
  std::size_t node_asked_for(std::int32_t key) {
    server.clear_requests();
    token_request request(statement, key);
    CHECK(!request.run(*driver));
    const auto executed = server.requests(opcode::execute);
    REQUIRE(executed.size() == 1);
    return executed[0].node;
  }
};

}  // namespace

TEST_CASE("routing: all nodes are found from one contact point, and asked in turn", "[cluster]") {
  mock_cluster cluster(4);
  CHECK(cluster.connected_to_all());
  for (int i = 0; i < 40; ++i) CHECK(!ask(*cluster.driver).code);
  std::map<std::size_t, int> count;
  for (const std::size_t node : cluster.asked("system.local")) ++count[node];
  for (std::size_t node = 0; node < 4; ++node) CHECK(count[node] == 10);
}

TEST_CASE("routing: contact points of one cluster make one connection to each node", "[cluster]") {
  const coodie::testing::server server(coodie::testing::server_options{.nodes = 3});
  const auto points = server.contact_points();
  const auto driver = tests::connect({.hosts = points});
  for (std::size_t node = 0; node < 3; ++node) CHECK(server.connections(node) == 1);
}

TEST_CASE("routing: every node has a port of its own", "[cluster]") {
  coodie::testing::server_options own_ports;
  own_ports.nodes = 3;
  own_ports.ports = {0, 0, 0};
  const coodie::testing::server server(own_ports);
  const auto driver = tests::connect({.hosts = {server.hosts()[0]}, .port = server.port(0)});
  for (std::size_t node = 0; node < 3; ++node) CHECK(server.connections(node) == 1);
}

TEST_CASE("routing: a contact point may be a name", "[cluster]") {
  const coodie::testing::server server;
  const auto driver = tests::connect({.hosts = {"localhost"}, .port = server.port()});
  CHECK(driver->execute(any_question).size() == 1);
  // Also beside the address that it stands for: still one node.
  const auto both = tests::connect({.hosts = {"127.0.0.1", "localhost"}, .port = server.port()});
  for (int i = 0; i < 4; ++i) CHECK(!ask(*both).code);
  CHECK(server.connections(0) == 2);
}

TEST_CASE("routing: a dead contact point costs nothing but its mention", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 3});
  server.stop_node(0);
  const auto hosts = server.hosts();
  const auto before = std::chrono::steady_clock::now();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  CHECK(std::chrono::steady_clock::now() - before < 900ms);
  for (int i = 0; i < 6; ++i) CHECK(!ask(*driver).code);
  CHECK(server.connections(1) == 1);
  CHECK(server.connections(2) == 1);
}

TEST_CASE(
    "routing: a node that takes the connection but says nothing holds up the start for a second at most",
    "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 2});
  server.accept_but_silent(1);
  const auto hosts = server.hosts();
  const auto before = std::chrono::steady_clock::now();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(took < 1800ms);
  CHECK(!ask(*driver).code);
}

TEST_CASE("routing: a node whose system tables fail is no use as the first, another is", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 2});
  server.on({.statement = "system.local", .node = 0, .times = 0}, react::error(0x0000));
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  CHECK(!ask(*driver, "SELECT peer FROM system.peers").code);
}

TEST_CASE("routing: servers without system.peers_v2 have system.peers", "[cluster]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 3});
  server.on({.statement = "system.peers_v2", .times = 0}, react::error(0x2200));
  const auto driver = tests::connect({.hosts = {server.hosts()[0]}, .port = server.port()});
  for (std::size_t node = 0; node < 3; ++node) CHECK(server.connections(node) == 1);
}

TEST_CASE("routing: a token goes to its replica", "[cluster]") {
  replicated one(3, 1);
  for (std::int32_t key = -20; key < 20; ++key)
    CHECK(one.node_asked_for(key) == replicas_of(token_request::token_of(key), 3, 1)[0]);
}

TEST_CASE("routing: a token goes to one of its replicas, and to others when they are gone", "[cluster]") {
  replicated two(4, 2);
  for (std::int32_t key = 0; key < 20; ++key) {
    const auto replicas = replicas_of(token_request::token_of(key), 4, 2);
    const std::size_t node = two.node_asked_for(key);
    CHECK((node == replicas[0] || node == replicas[1]));
  }
  const std::int32_t key = 7;
  const auto replicas = replicas_of(token_request::token_of(key), 4, 2);
  two.server.stop_node(replicas[0]);
  REQUIRE(eventually([&] { return two.node_asked_for(key) != replicas[0]; }));
  CHECK(two.node_asked_for(key) == replicas[1]);
  two.server.stop_node(replicas[1]);
  REQUIRE(eventually([&] { return two.node_asked_for(key) != replicas[1]; }));
  CHECK(two.server.start_node(replicas[0]));
  CHECK(eventually([&] { return two.node_asked_for(key) == replicas[0]; }));
}

TEST_CASE("routing: a request without a token goes round although tokens are known", "[cluster]") {
  replicated one(3, 1);
  std::set<std::size_t> nodes;
  one.server.clear_requests();
  for (int i = 0; i < 3; ++i) CHECK(!ask(*one.driver, "SELECT v FROM t LIMIT ?", {1}).code);
  for (const auto& request : one.server.requests(opcode::execute)) nodes.insert(request.node);
  CHECK(nodes.size() == 3);
}

TEST_CASE("routing: text with values goes to the replica of its key, once it is prepared", "[cluster]") {
  replicated one(3, 1);
  CHECK(!ask(*one.driver, "SELECT v FROM t WHERE k = ?", {0}).code);  // before, nobody knows what the key is
  for (std::int32_t key = 1; key < 20; ++key) {
    one.server.clear_requests();
    CHECK(!ask(*one.driver, "SELECT v FROM t WHERE k = ?", {key}).code);
    const auto requests = one.server.requests(opcode::execute);
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].node == replicas_of(token_request::token_of(key), 3, 1)[0]);
  }
}

TEST_CASE("routing: conditional statements by text go to the first replica in the ring", "[cluster]") {
  replicated three(3, 3);
  const auto asked = [&](std::string_view text, std::int32_t key) {
    three.server.clear_requests();
    CHECK(!ask(*three.driver, text, {key}).code);
    const auto executed = three.server.requests(opcode::execute);
    REQUIRE(executed.size() == 1);
    return executed[0];
  };
  for (const std::string_view text :
       {"INSERT INTO t (k, v) VALUES (?, 'a') if not exists", "UPDATE t SET v = 'IF' WHERE k = ? IF v = 'b'",
        "/* IF */ DELETE FROM t WHERE k = ? IF EXISTS"}) {
    static_cast<void>(asked(text, 0));  // before, nobody knows what the key is
    for (std::int32_t key = 1; key < 12; ++key) {
      const auto request = asked(text, key);
      CHECK(request.node == replicas_of(token_request::token_of(key), 3, 3)[0]);
      CHECK(!request.timestamp);  // it is the server's
    }
  }
  std::set<std::size_t> nodes;
  for (int i = 0; i < 60; ++i) {
    const auto request = asked("UPDATE t SET v = ' IF ' WHERE k = ? -- IF\n", 7);
    nodes.insert(request.node);
    CHECK(request.timestamp);
  }
  CHECK(nodes.size() == 3);
}

TEST_CASE("routing: a conditional statement by text goes to the next replica when the first is gone",
          "[cluster]") {
  replicated three(3, 3);
  const std::string_view text = "UPDATE t SET v = 'a' WHERE k = ? IF v = 'b'";
  const auto replicas = replicas_of(token_request::token_of(7), 3, 3);
  CHECK(!ask(*three.driver, text, {7}).code);
  three.server.stop_node(replicas[0]);
  REQUIRE(eventually([&] { return three.driver->metrics().connections == 2; }));
  for (int i = 0; i < 10; ++i) {
    three.server.clear_requests();
    CHECK(!ask(*three.driver, text, {7}).code);
    REQUIRE(three.server.requests(opcode::execute).size() == 1);
    CHECK(three.server.requests(opcode::execute)[0].node == replicas[1]);
  }
}
