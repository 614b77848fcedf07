// SPDX-License-Identifier: MIT
// What is made of the rows of the system tables, also of rows that lie.
#include "cluster/topology.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "driver/custom_driver.hpp"
#include "tests/catch.hpp"

using coodie::errc;
using coodie::inet;
using coodie::rows_builder;
using namespace coodie::cluster_detail;
namespace protocol = coodie::protocol;

namespace {

using texts = std::set<std::string>;

/// The body of an answer in a buffer of exactly its size.
struct body {
  std::vector<std::byte> bytes;
  explicit body(const rows_builder& rows) {
    protocol::byte_buffer buffer;
    protocol::writer out(buffer);
    REQUIRE(rows.write(out) == errc::ok);
    bytes.assign(buffer.bytes().begin(), buffer.bytes().end());
  }
  [[nodiscard]] protocol::reader reader() const { return protocol::reader(bytes); }
};

const asio::ip::tcp::endpoint asked(asio::ip::make_address("10.0.0.1"), 9042);

inet address(std::string_view text) { return *inet::parse(text); }

rows_builder local() {
  rows_builder rows;
  rows.column<coodie::uuid>("host_id")
      .column<std::string>("data_center")
      .column<std::string>("rack")
      .column<texts>("tokens")
      .column<std::string>("partitioner");
  return rows;
}

/// Columns of system.peers_v2.
rows_builder peers() {
  rows_builder rows;
  rows.column<inet>("peer")
      .column<coodie::uuid>("host_id")
      .column<std::string>("data_center")
      .column<std::string>("rack")
      .column<texts>("tokens")
      .column<inet>("native_address")
      .column<std::int32_t>("native_port");
  return rows;
}

topology read(const rows_builder& rows, std::uint16_t port = 9042) {
  topology found;
  CHECK(read_peers(body(rows).reader(), port, found) == errc::ok);
  return found;
}

std::string first_endpoint(const topology& found) {
  return found.nodes.empty() ? "none"
                             : found.nodes[0].endpoint.address().to_string() + ":" +
                                   std::to_string(found.nodes[0].endpoint.port());
}

}  // namespace

TEST_CASE("topology: the node that was asked", "[cluster]") {
  const coodie::uuid id = coodie::uuid::random();
  topology found;
  REQUIRE(read_local(body(local().row(id, "dc1", "rack1", texts{"5", "-9223372036854775808", "x"},
                                      "org.apache.cassandra.dht.Murmur3Partitioner"))
                         .reader(),
                     asked, found) == errc::ok);
  REQUIRE(found.nodes.size() == 1);
  CHECK(found.nodes[0].endpoint == asked);
  CHECK(found.nodes[0].host_id == id);
  CHECK(found.nodes[0].datacenter == "dc1");
  CHECK(found.nodes[0].rack == "rack1");
  CHECK(found.nodes[0].tokens.size() == 2);  // "x" is none
  CHECK(found.murmur3());
}

TEST_CASE("topology: another partitioner has tokens that mean nothing here", "[cluster]") {
  topology found;
  REQUIRE(read_local(body(local().row(coodie::uuid{}, "dc1", "rack1", texts{"5"},
                                      "org.apache.cassandra.dht.ByteOrderedPartitioner"))
                         .reader(),
                     asked, found) == errc::ok);
  CHECK_FALSE(found.murmur3());
  CHECK(cluster_view(found).replicas("ks")->replicas(5).empty());
}

TEST_CASE("topology: system.local without a row, and with nulls", "[cluster]") {
  topology found;
  CHECK(read_local(body(local()).reader(), asked, found) == errc::unexpected_message);
  CHECK(found.nodes.empty());
  CHECK(read_local(body(local().row(nullptr, nullptr, nullptr, nullptr, nullptr)).reader(), asked, found) ==
        errc::ok);
  CHECK(found.nodes.size() == 1);
  CHECK(found.nodes[0].tokens.empty());
  CHECK(found.murmur3());
}

TEST_CASE("topology: every prefix of an answer is an error, not a topology", "[cluster]") {
  const body whole(local().row(coodie::uuid{}, "dc1", "rack1", texts{"5"}, "Murmur3Partitioner"));
  const body others(
      peers().row(address("10.0.0.2"), coodie::uuid{}, "dc1", "r", texts{"5"}, address("10.0.0.2"), 9042));
  for (std::size_t n = 0; n < whole.bytes.size(); ++n) {
    const std::vector<std::byte> cut(whole.bytes.begin(),
                                     whole.bytes.begin() + static_cast<std::ptrdiff_t>(n));
    topology found;
    CHECK(read_local(protocol::reader(cut), asked, found) != errc::ok);
    CHECK(found.nodes.empty());
  }
  for (std::size_t n = 0; n < others.bytes.size(); ++n) {
    const std::vector<std::byte> cut(others.bytes.begin(),
                                     others.bytes.begin() + static_cast<std::ptrdiff_t>(n));
    topology found;
    CHECK(read_peers(protocol::reader(cut), 9042, found) != errc::ok);
    CHECK(found.nodes.empty());
  }
}

TEST_CASE("topology: where a peer listens", "[cluster]") {
  const coodie::uuid id;
  const texts tokens{"1"};
  CHECK(first_endpoint(read(peers().row(address("10.0.0.2"), id, "d", "r", tokens, address("192.0.2.7"),
                                        9999))) == "192.0.2.7:9999");
  // "all addresses" is none; the address among nodes is better than nothing.
  CHECK(first_endpoint(read(peers().row(address("10.0.0.2"), id, "d", "r", tokens, address("0.0.0.0"),
                                        9999))) == "10.0.0.2:9999");
  CHECK(first_endpoint(read(peers().row(address("10.0.0.2"), id, "d", "r", tokens, nullptr, nullptr),
                            9043)) == "10.0.0.2:9043");
  CHECK(first_endpoint(read(peers().row(address("::1"), id, "d", "r", tokens, address("2001:db8::2"), 1))) ==
        "2001:db8::2:1");
  for (const std::int32_t port : {0, -1, 65536})
    CHECK(first_endpoint(read(
              peers().row(address("10.0.0.2"), id, "d", "r", tokens, address("10.0.0.2"), port))) == "none");
  // Nodes that are half there.
  CHECK(first_endpoint(read(peers().row(nullptr, id, "d", "r", tokens, nullptr, 9042))) == "none");
  CHECK(first_endpoint(read(peers().row(address("10.0.0.2"), id, "d", "r", nullptr, nullptr, 9042))) ==
        "none");
  CHECK(first_endpoint(read(peers().row(address("10.0.0.2"), id, "d", "r", texts{}, nullptr, 9042))) ==
        "none");
}

TEST_CASE("topology: system.peers names the address of clients rpc_address", "[cluster]") {
  rows_builder rows;
  rows.column<inet>("peer").column<texts>("tokens").column<inet>("rpc_address");
  rows.row(address("10.0.0.2"), texts{"1"}, address("192.0.2.7"));
  CHECK(first_endpoint(read(rows, 9043)) == "192.0.2.7:9043");
}

TEST_CASE("topology: a node that is listed twice is one", "[cluster]") {
  rows_builder twice = peers();
  twice.row(address("10.0.0.2"), coodie::uuid{}, "d", "r", texts{"1"}, address("10.0.0.2"), 9042);
  twice.row(address("10.0.0.3"), coodie::uuid{}, "d", "r", texts{"2"}, address("10.0.0.2"), 9042);
  CHECK(read(twice).nodes.size() == 1);
}

TEST_CASE("topology: of what no cluster has only so much is taken", "[cluster]") {
  rows_builder nobody = peers(), many = peers();
  for (std::size_t i = 0; i < 3 * most_oddities; ++i)
    nobody.row(nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  CHECK(read(nobody).oddities.size() == most_oddities);
  texts tokens;
  for (std::size_t i = 0; i < most_tokens_of_node + 10; ++i) tokens.insert(std::to_string(i));
  many.row(address("10.0.0.2"), coodie::uuid{}, "dc1", "r", tokens, address("10.0.0.2"), 9042);
  for (std::size_t i = 0; i < most_nodes + 10; ++i)
    many.row(address("10.0.0.2"), coodie::uuid{}, "dc1", "r", texts{"5"}, address("10.0.0.2"),
             static_cast<std::int32_t>(i + 10'000));
  const topology found = read(many);
  CHECK(found.nodes.size() == most_nodes);
  CHECK(found.nodes[0].tokens.size() == most_tokens_of_node);
  CHECK(found.oddities.size() == 1);
}

TEST_CASE("topology: columns of another type are as if they were not there", "[cluster]") {
  rows_builder rows;
  rows.column<std::string>("peer").column<std::int32_t>("tokens").row("10.0.0.2", 1);
  CHECK(read(rows).nodes.empty());
}

TEST_CASE("topology: an answer that is no rows", "[cluster]") {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  protocol::write_result_kind(out, protocol::result_kind::void_);
  topology found;
  CHECK(read_local(protocol::reader(buffer.bytes()), asked, found) == errc::unexpected_message);
  CHECK(read_peers(protocol::reader(buffer.bytes()), 9042, found) == errc::unexpected_message);
  CHECK(read_keyspaces(protocol::reader(buffer.bytes()), found) == errc::unexpected_message);
}

TEST_CASE("topology: replication decides which nodes have a token", "[cluster]") {
  topology found;
  for (int i = 0; i < 3; ++i) {
    node_info info;
    info.endpoint = {asio::ip::make_address("10.0.0." + std::to_string(i + 1)), 9042};
    info.datacenter = "dc1";
    info.rack = "r";
    info.tokens = {i * 100};
    found.nodes.push_back(info);
  }
  const auto replicas = [&](std::int64_t token) {
    const auto map = cluster_view(found).replicas("ks");
    const auto span = map->replicas(token);
    return std::vector<int>(span.begin(), span.end());
  };
  CHECK(replicas(50) == std::vector<int>{1});  // no replication known: the owner
  CHECK(replicas(100) == std::vector<int>{1});
  CHECK(replicas(101) == std::vector<int>{2});
  CHECK(replicas(201) == std::vector<int>{0});  // around the ring

  using replication = std::map<std::string, std::string>;
  rows_builder keyspaces;
  keyspaces.column<std::string>("keyspace_name").column<replication>("replication");
  keyspaces.row("other", replication{{"class", "SimpleStrategy"}, {"replication_factor", "3"}});
  keyspaces.row("ks", replication{{"class", "org.apache.cassandra.locator.SimpleStrategy"},
                                  {"replication_factor", "2"}});
  keyspaces.row(nullptr, nullptr);
  CHECK(read_keyspaces(body(keyspaces).reader(), found) == errc::ok);
  CHECK(found.keyspaces.size() == 2);
  CHECK(replicas(50) == std::vector<int>{1, 2});
}

TEST_CASE("topology: keyspaces that are replicated alike share a map", "[cluster]") {
  topology found;
  for (int i = 0; i < 2; ++i) {
    node_info info;
    info.endpoint = {asio::ip::make_address("10.0.0." + std::to_string(i + 1)), 9042};
    info.tokens = {i * 100};
    found.nodes.push_back(info);
  }
  const protocol::replication twice{
      .strategy = protocol::replication_strategy::simple, .factor = 2, .datacenters = {}};
  found.keyspaces = {{"a", twice}, {"b", twice}, {"system", {}}};
  const cluster_view view(found);
  CHECK(view.replicas("a") == view.replicas("b"));
  CHECK(view.replicas("a") != view.replicas("system"));
  CHECK(view.replicas("system") == view.replicas("unknown"));
}
