// SPDX-License-Identifier: MIT
// The snippets of docs/scylladb.md, compiled and run. tests/docs/check_snippets.py compares them.
#include <iostream>
#include <mutex>
#include <sstream>

#include "tests/docs/shop.hpp"

using namespace guide;
using namespace std::chrono_literals;

namespace {

/// Reads forty keys; how many requests came to a shard that has not the key.
std::size_t strays(shop& page) {
  const auto driver = coodie::get_driver();
  driver->execute("SELECT item FROM shop.orders WHERE id = ?", {0});
  page.server.clear_requests();
  for (int id = 0; id < 40; ++id) driver->execute("SELECT item FROM shop.orders WHERE id = ?", {id});
  std::size_t wrong = 0;
  for (const auto& r : page.asked("SELECT item")) wrong += page.server.reached_replica(r) ? 0U : 1U;
  return wrong;
}

}  // namespace

TEST_CASE("guide, scylladb: shards", "[docs]") {
  shop page({.nodes = 2, .shards = 4}, "'class': 'SimpleStrategy', 'replication_factor': 1");
  std::ostringstream out;
  // clang-format off
  // snippet: shards
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .consistency = coodie::consistency::one,  // docs: -
  });
  // a little later
  CHECK(eventually([&] { return driver->metrics().connections == 8; }));  // docs: -
  for (const coodie::node_status& node : driver->metrics().nodes)
    out << node.address << ": " << node.shards << " shards, "  // docs: std::cout << node.address << ": " << node.shards << " shards, "
        << node.connections << " connections\n";  // docs:           << node.connections << " connections\n";
  // end of snippet
  // clang-format on
  const auto points = page.server.contact_points();
  CHECK(out.str().find(points[0] + ": 4 shards, 4 connections\n") != std::string::npos);
  CHECK(strays(page) == 0);
}

TEST_CASE("guide, scylladb: a NAT", "[docs]") {
  coodie::testing::server_options what{.nodes = 1, .shards = 4};
  what.scylla.port_shift = 1;
  shop page(what, "'class': 'SimpleStrategy', 'replication_factor': 1");
  std::mutex mutex;
  std::string lines;
  const auto log = [&](const coodie::log_entry& entry) {
    const std::lock_guard lock(mutex);
    lines += std::string(entry.text) + "\n";
  };
  const auto driver = coodie::sync::init_coodie(
      {.hosts = {"127.0.0.1"}, .port = page.port(), .reconnect_max = 100ms, .log = log});
  CHECK(eventually([&] { return driver->metrics().connections == 4; }));
  const std::lock_guard lock(mutex);
  CHECK(lines.find("the shard-aware port did not choose the shard: is there a NAT? Its other port is used "
                   "instead\n") != std::string::npos);
}

TEST_CASE("guide, scylladb: tablets", "[docs]") {
  coodie::testing::server_options what{.nodes = 3, .shards = 2};
  what.scylla.tablets = {"shop"};
  shop page(what, "'class': 'SimpleStrategy', 'replication_factor': 1");
  const auto driver = coodie::sync::init_coodie(
      {.hosts = {"127.0.0.1"}, .port = page.port(), .consistency = coodie::consistency::one});
  CHECK(eventually([&] { return driver->metrics().connections == 6; }));
  static_cast<void>(strays(page));
  CHECK(strays(page) == 0);
}

TEST_CASE("guide, scylladb: the rate limit", "[docs]") {
  shop page({.nodes = 1, .shards = 2});
  const auto driver = coodie::sync::init_coodie(
      {.hosts = {"127.0.0.1"}, .port = page.port(), .consistency = coodie::consistency::one});
  page.server.on({.statement = "UPDATE"}, react::rate_limit_error());
  bool later = false;
  // snippet: rate limit
  try {
    driver->execute("UPDATE shop.orders SET sent = true WHERE id = 7");
  } catch (const coodie::rate_limited_error&) {
    later = true;  // this partition is too hot: try it later, others may go on
  }
  // end of snippet
  CHECK(later);
}
