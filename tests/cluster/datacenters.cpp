// SPDX-License-Identifier: MIT
// Which nodes are connected to and asked: datacenters, racks, filter, translator, addresses.
#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using coodie::node_status;
using coodie::testing::server_options;
using namespace std::chrono_literals;

namespace {

/// Node i is in datacenter i % 2 + 1.
const server_options two_datacenters{.nodes = 4, .datacenters = 2};

std::string message_of(const coodie::init_options& options) {
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(coodie::sync::init_coodie(options, ec, diag) == nullptr);
  CHECK(ec == errc::configuration);
  return diag.message();
}

std::set<std::size_t> asked_nodes(mock_cluster& cluster, int times = 20) {
  cluster.server.clear_requests();
  for (int i = 0; i < times; ++i) CHECK(!ask(*cluster.driver).code);
  const auto nodes = cluster.asked("SELECT key FROM");
  return {nodes.begin(), nodes.end()};
}

}  // namespace

TEST_CASE("datacenters: the contact point's is the local one", "[cluster]") {
  mock_cluster cluster(two_datacenters, {});
  CHECK(asked_nodes(cluster) == std::set<std::size_t>{0, 2});
  CHECK(cluster.server.connections(1) == 0);
  for (const node_status& n : cluster.driver->metrics().nodes) {
    CHECK(n.local == (n.datacenter == "datacenter1"));
    CHECK((n.now == node_status::state::ignored) == !n.local);
  }
}

TEST_CASE("datacenters: one that is named is asked, whatever the contact point", "[cluster]") {
  mock_cluster cluster(two_datacenters, {.local_datacenter = "datacenter2"});
  CHECK(asked_nodes(cluster) == std::set<std::size_t>{1, 3});
  CHECK(eventually([&] { return cluster.server.connections(0) == 0; }));  // the contact point is left
  CHECK(!ask(*cluster.driver).code);
}

TEST_CASE("datacenters: contact points in several need one that is named", "[cluster]") {
  coodie::testing::server server(two_datacenters);
  const auto hosts = server.hosts();
  auto options = tests::options_for(server, hosts);
  const std::string message = message_of(options);
  CHECK(message.find("the contact points are in several datacenters") == 0);
  for (const auto& point : server.contact_points()) CHECK(message.find(point) != std::string::npos);
  options.local_datacenter = "datacenter1";
  CHECK_NOTHROW(tests::connect(options));
}

TEST_CASE("datacenters: one that is not there is an error that lists those that are", "[cluster]") {
  coodie::testing::server server(two_datacenters);
  const auto hosts = server.hosts();
  auto options = tests::options_for(server, hosts);
  options.local_datacenter = "mars";
  CHECK(message_of(options) ==
        "there is no datacenter \"mars\"; the cluster has \"datacenter1\", \"datacenter2\"");
}

TEST_CASE("datacenters: remote ones are asked only when no local node can be", "[cluster]") {
  mock_cluster cluster(two_datacenters, {.remote_datacenters = true});
  REQUIRE(cluster.all_answer() == false);  // they are connected to, but not asked
  for (std::size_t i = 0; i < 4; ++i) CHECK(cluster.server.connections(i) == 1);
  CHECK(asked_nodes(cluster) == std::set<std::size_t>{0, 2});
  cluster.server.stop_node(0);
  cluster.server.stop_node(2);
  CHECK(eventually([&] { return !ask(*cluster.driver, any_question, {}, {.idempotent = true}).code; }));
  CHECK(asked_nodes(cluster) == std::set<std::size_t>{1, 3});
  REQUIRE(cluster.server.start_node(0));
  CHECK(eventually([&] { return asked_nodes(cluster, 4) == std::set<std::size_t>{0}; }));
}

TEST_CASE("datacenters: a local node is asked before a replica in a remote one", "[cluster]") {
  coodie::testing::server server(two_datacenters);
  CHECK(server
            .execute("CREATE KEYSPACE ks WITH replication = {'class': 'NetworkTopologyStrategy', "
                     "'datacenter1': 1, 'datacenter2': 1}")
            .empty());
  CHECK(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v int)").empty());
  const auto hosts = std::vector<std::string>{server.hosts()[0]};
  const auto driver = tests::connect({.hosts = hosts,
                                      .keyspace = "ks",
                                      .port = server.port(),
                                      .remote_datacenters = true,
                                      .consistency = coodie::consistency::one});
  CHECK(eventually([&] { return driver->metrics().connections == 4; }));
  server.stop_node(2);
  CHECK(eventually([&] { return driver->metrics().connections == 3; }));
  server.clear_requests();
  for (int key = 0; key < 40; ++key) CHECK(!ask(*driver, "SELECT v FROM t WHERE k = ?", {key}).code);
  for (const auto& r : server.requests(opcode::execute)) CHECK(r.node == 0);
}

TEST_CASE("datacenters: nodes of the rack that is named are asked before the others", "[cluster]") {
  mock_cluster cluster(server_options{.nodes = 4, .racks = 2}, {.local_rack = "rack2"});
  CHECK(asked_nodes(cluster) == std::set<std::size_t>{1, 3});
  cluster.server.stop_node(1);
  cluster.server.stop_node(3);
  REQUIRE(eventually([&] { return cluster.driver->metrics().connections == 2; }));
  CHECK(eventually([&] { return asked_nodes(cluster, 8) == std::set<std::size_t>{0, 2}; }));
}

TEST_CASE("datacenters: nodes that the filter refuses are not connected to", "[cluster]") {
  const auto filter = [](const coodie::node_description& n) { return n.endpoint.address != "127.0.0.2"; };
  mock_cluster cluster(3, {.host_filter = filter});
  CHECK(cluster.server.connections(1) == 0);
  CHECK(asked_nodes(cluster) == std::set<std::size_t>{0, 2});
}

TEST_CASE("datacenters: a filter that leaves nothing is an error", "[cluster]") {
  coodie::testing::server server(server_options{.nodes = 2});
  const auto hosts = server.hosts();
  auto options = tests::options_for(server, hosts);
  const auto filter = [](const coodie::node_description&) { return false; };
  options.host_filter = filter;
  CHECK(message_of(options) == "the host filter leaves no node of the datacenter \"datacenter1\"");
}

TEST_CASE("datacenters: addresses of nodes are translated, those of contact points are not", "[cluster]") {
  std::mutex mutex;
  std::set<std::string> translated;
  coodie::testing::server elsewhere(server_options{.nodes = 3});
  const auto to_elsewhere = [&](const coodie::node_endpoint& from) {
    const std::lock_guard lock(mutex);
    translated.insert(from.address);
    coodie::node_endpoint to = from;
    to.address = "127.0.0.3";  // all of them
    return to;
  };
  const auto hosts = std::vector<std::string>{elsewhere.hosts()[0]};
  const auto driver =
      tests::connect({.hosts = hosts, .port = elsewhere.port(), .address_translator = to_elsewhere});
  CHECK(elsewhere.connections(1) == 0);
  CHECK(elsewhere.connections(2) >= 1);
  const std::lock_guard lock(mutex);
  CHECK(translated == std::set<std::string>{"127.0.0.2", "127.0.0.3"});
}

TEST_CASE("datacenters: connections come from the address that is named", "[cluster]") {
  mock_cluster cluster(1, {.bind_address = "127.0.0.5"});
  CHECK(!ask(*cluster.driver).code);
  const auto hosts = cluster.server.hosts();
  for (const std::string address : {"203.0.113.1", "::1"}) {  // not this machine's, of another family
    coodie::error_code ec;
    coodie::diagnostics diag;
    CHECK(coodie::sync::init_coodie({.hosts = hosts, .port = cluster.server.port(), .bind_address = address},
                                    ec, diag) == nullptr);
    CHECK(ec == errc::no_host_available);
    REQUIRE(diag.attempts().size() == 1);
    CHECK(diag.attempts()[0].reason.starts_with(".bind_address " + address + " can't be used: "));
  }
}
