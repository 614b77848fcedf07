// SPDX-License-Identifier: MIT
// A server that lies about itself and its cluster: what it announces, who its peers are, what happens.
#include <functional>
#include <string>

#include "orm/coodie_all.hpp"
#include "tests/cluster/memory_peak.hpp"
#include "tests/cluster/mock_cluster.hpp"
#include "tests/support/hostile_answers.hpp"

using namespace cluster_tests;
using coodie::col;
using coodie::errc;
using coodie::type_id;
using hostile::answer;
using hostile::octets;
using namespace std::chrono_literals;
namespace protocol = coodie::protocol;
using protocol::result_kind;

namespace {

struct entry {
  std::int32_t k = 0;
  std::string v = {};
  using table = coodie::table<"t", coodie::partition_key<&entry::k>, coodie::keyspace<"ks">>;
};

/// A server that says something else each time that it is asked, and a driver that believes it.
struct deceived {
  coodie::testing::server server;
  std::function<std::string(answer&)> tell;
  std::vector<std::string> hosts;
  driver_pointer driver;
  std::chrono::steady_clock::duration took{};
  std::size_t grown = 0;  ///< mebibytes

  deceived(const coodie::testing::request_filter& whom, std::function<std::string(answer&)> what,
           coodie::init_options options = {})
      : tell(std::move(what)), hosts(server.hosts()) {
    make_keyspace(server);
    REQUIRE(server.execute("CREATE TABLE ks.t (k int PRIMARY KEY, v text)").empty());
    auto filter = whom;
    filter.times = 0;
    server.on(filter, react::rewrite({say, this}));
    options.hosts = hosts;
    options.port = server.port();
    const memory_peak memory;
    const auto start = std::chrono::steady_clock::now();
    driver = tests::connect(options);
    CHECK_FALSE(ask(*driver, prepared_question, {"local"}).code);
    CHECK_FALSE(ask(*driver, "INSERT INTO ks.t (k, v) VALUES (?, ?)", {1, "one"}).code);
    took = std::chrono::steady_clock::now() - start;
    grown = memory.grown();
  }
  static std::string say(void* self, std::string_view frame) {
    answer a(frame);
    return static_cast<deceived*>(self)->tell(a);
  }
};

std::string in_order(std::uint32_t n) {
  std::string digits = std::to_string(n);
  return std::string(10 - digits.size(), '0') + digits;
}

/// Rows of system.peers_v2: so many nodes, with so many tokens each.
std::string peers(std::uint32_t nodes, std::uint32_t tokens, std::string_view datacenter) {
  octets rows = hostile::columns_of(6, "system", "peers_v2");
  rows.text("native_address").type(type_id::inet).text("native_port").type(type_id::int_);
  rows.text("host_id").type(type_id::uuid).text("data_center").type(type_id::varchar);
  rows.text("rack").type(type_id::varchar).text("tokens").type(type_id::set).type(type_id::varchar);
  rows.number(nodes);
  for (std::uint32_t i = 0; i < nodes; ++i) {
    rows.value(octets().number(0x7f640000U + i).bytes()).value(octets().number(std::int32_t{1}).bytes());
    rows.value(octets().number(std::uint64_t{i}).number(std::uint64_t{1}).bytes());
    rows.value(datacenter).value("rack1");
    octets set;
    set.number(tokens);
    for (std::uint32_t t = 0; t < tokens; ++t) set.value("1" + in_order(t) + in_order(i).substr(3));
    rows.value(set.bytes());
  }
  return rows.bytes();
}

constexpr std::size_t most_nodes = 5000;

}  // namespace

TEST_CASE("hostile server: it announces 40,000 things", "[cluster]") {
  const deceived test({.opcode = opcode::options}, [](answer& a) {
    octets said;
    said.number(std::uint16_t{40'000});
    for (std::uint32_t i = 0; i < 40'000; ++i)
      said.text(in_order(i)).number(std::uint16_t{3}).text("").text("x").text("y");
    return a.say(opcode::supported, said.bytes()).frame();
  });
  CHECK(test.grown <= 48);
}

TEST_CASE("hostile server: it has 65,535 shards", "[cluster]") {
  const deceived test({.opcode = opcode::options}, [](answer& a) {
    octets said;
    said.number(std::uint16_t{5}).text("SCYLLA_SHARD").number(std::uint16_t{1}).text("7");
    said.text("SCYLLA_NR_SHARDS").number(std::uint16_t{1}).text("65535");
    said.text("SCYLLA_SHARDING_IGNORE_MSB").number(std::uint16_t{1}).text("12");
    said.text("SCYLLA_SHARDING_ALGORITHM").number(std::uint16_t{1}).text("biased-token-round-robin");
    said.text("SCYLLA_PARTITIONER")
        .number(std::uint16_t{1})
        .text("org.apache.cassandra.dht.Murmur3Partitioner");
    return a.say(opcode::supported, said.bytes()).frame();
  });
  std::this_thread::sleep_for(200ms);
  CHECK(test.server.connections(0) == 1);
  CHECK(test.driver->metrics().nodes[0].shards == 1);
  CHECK(test.grown <= 48);
}

TEST_CASE("hostile server: it has 100,000 peers", "[cluster]") {
  const deceived test({.statement = "system.peers_v2"}, [body = peers(100'000, 1, "elsewhere")](answer& a) {
    return a.say(result_kind::rows, octets().raw(body)).frame();
  });
  CHECK(test.took < 10s);
  CHECK(test.grown <= 200);
  CHECK(test.driver->metrics().nodes.size() == most_nodes);
}

TEST_CASE("hostile server: a peer has 300,000 tokens", "[cluster]") {
  const deceived test({.statement = "system.peers_v2"}, [body = peers(1, 300'000, "datacenter1")](answer& a) {
    return a.say(result_kind::rows, octets().raw(body)).frame();
  });
  CHECK(test.took < 10s);
  CHECK(test.grown <= 200);
}

TEST_CASE("hostile server: every node is a replica of everything", "[cluster]") {
  const deceived test({.statement = "system"}, [body = peers(4000, 16, "elsewhere")](answer& a) {
    const std::string_view said = a.body;
    if (said.find("native_port") != std::string_view::npos)
      return a.say(result_kind::rows, octets().raw(body)).frame();
    if (said.find("replication") == std::string_view::npos) return a.frame();
    octets rows = hostile::columns_of(2, "system_schema", "keyspaces");
    rows.text("keyspace_name").type(type_id::varchar);
    rows.text("replication").type(type_id::map).type(type_id::varchar).type(type_id::varchar);
    rows.number(std::int32_t{1}).value("ks");
    rows.value(octets()
                   .number(std::int32_t{2})
                   .value("class")
                   .value("SimpleStrategy")
                   .value("replication_factor")
                   .value("2147483647")
                   .bytes());
    return a.say(result_kind::rows, rows).frame();
  });
  CHECK(test.took < 10s);
  CHECK(test.grown <= 200);
}

TEST_CASE("hostile server: a million events", "[cluster]") {
  coodie::testing::server server;
  const auto hosts = server.hosts();
  const auto driver = tests::connect(tests::options_for(server, hosts));
  const memory_peak memory;
  server.on({.statement = "system.local"}, react::flood({.change = "UP", .address = "127.0.0.9"}));
  CHECK(eventually([&] {
    CHECK_FALSE(ask(*driver).code);
    return driver->metrics().events >= 1'000'000;
  }));
  CHECK(memory.grown() <= 48 + freed_but_kept);
  CHECK(driver->metrics().topology_refreshes < 20);
}

TEST_CASE("hostile server: pages without end", "[cluster]") {
  deceived test({.opcode = opcode::execute, .statement = "FROM ks.t"}, [](answer& a) {
    const auto flags = protocol::metadata_flag::no_metadata | protocol::metadata_flag::has_more_pages;
    octets page;
    page.number(flags).number(std::int32_t{2}).value("again").number(std::int32_t{100});
    for (std::int32_t i = 0; i < 100; ++i)
      page.value(octets().number(i).bytes()).value(std::string(1000, 'x'));
    return a.say(result_kind::rows, page).frame();
  });
  coodie::register_driver("endless", test.driver);
  const memory_peak memory;
  std::size_t rows = 0;
  for (const entry& each : coodie::sync::find<entry>({.driver = "endless"}).stream())
    if (++rows == 200'000 || each.v.empty()) break;  // 200 MB
  CHECK(rows == 200'000);
  CHECK(memory.grown() <= 48 + freed_but_kept);
  coodie::unregister_driver("endless");
}
