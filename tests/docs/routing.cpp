// SPDX-License-Identifier: MIT
// The snippets of docs/routing.md, compiled and run. tests/docs/check_snippets.py compares them.
#include "tests/docs/shop.hpp"

using namespace guide;
using namespace std::chrono_literals;

namespace {

struct Order {
  std::int32_t id = 0;
  std::optional<std::string> item;
  using table = coodie::table<"orders", coodie::partition_key<&Order::id>>;
};

std::shared_ptr<coodie::abstract_driver> connect(const shop& page, coodie::init_options options = {}) {
  options.hosts = {"127.0.0.1"};
  options.port = page.port();
  options.keyspace = "shop";
  options.consistency = coodie::consistency::one;
  return coodie::sync::init_coodie(options);
}

}  // namespace

TEST_CASE("guide, routing: by token", "[docs]") {
  shop page({.nodes = 4}, "'class': 'SimpleStrategy', 'replication_factor': 1");
  const auto driver = connect(page);
  std::int32_t order_id = 7;
  // snippet: routed by token
  auto order = coodie::sync::get<Order>(order_id);  // to a replica, from the first call on

  auto rows = driver->execute("SELECT item FROM orders WHERE id = ?", {order_id});  // from the second on
  // end of snippet
  CHECK(order.item == "a book");
  CHECK(rows.size() == 1);
  page.server.clear_requests();
  for (order_id = 0; order_id < 50; ++order_id) {
    static_cast<void>(coodie::sync::find_one<Order>(coodie::col<&Order::id> == order_id));
    driver->execute("SELECT item FROM orders WHERE id = ?", {order_id});
  }
  const auto asked = page.asked("FROM");
  CHECK(asked.size() == 100);
  std::size_t strays = 0;
  for (const auto& r : asked) strays += page.server.reached_replica(r) ? 0U : 1U;
  CHECK(strays <= 4);  // of find_one, until each node has prepared it
}

TEST_CASE("guide, routing: two replicas", "[docs]") {
  const shop page;
  const auto driver = connect(page);
  for (int i = 0; i < 40; ++i) driver->execute("SELECT item FROM orders WHERE id = ?", {7});
  CHECK(page.nodes_asked("SELECT item").size() == 3);
}

TEST_CASE("guide, routing: conditional statements", "[docs]") {
  const shop page;
  const auto driver = connect(page);
  Order order{.id = 7, .item = "a book"};
  for (int i = 0; i < 10; ++i)
    coodie::sync::update(order, coodie::col<& Order::item> = "a map",
                         coodie::only_if(coodie::col<&Order::item> == "a book"));
  CHECK(page.nodes_asked("UPDATE").size() == 1);
  // snippet: serial read
  driver->execute("SELECT item FROM orders WHERE id = ?", {7},
                  {.consistency = coodie::consistency::local_serial});
  // end of snippet
  for (int i = 0; i < 10; ++i)
    driver->execute("SELECT item FROM orders WHERE id = ?", {7},
                    {.consistency = coodie::consistency::local_serial});
  auto reads = page.asked("SELECT item");
  reads.erase(reads.begin());  // it was not prepared yet
  std::set<std::size_t> nodes;
  for (const auto& r : reads) nodes.insert(r.node);
  CHECK(nodes.size() == 1);
}

TEST_CASE("guide, routing: racks and datacenters", "[docs]") {
  shop page({.nodes = 4, .racks = 2}, "'class': 'NetworkTopologyStrategy', 'datacenter1': 4");
  SECTION("a rack") {
    // snippet: rack
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1"},
        .port = page.port(),  // docs: -
        .local_datacenter = "datacenter1",
        .local_rack = "rack1",
    });
    // end of snippet
    for (int i = 0; i < 20; ++i)
      coodie::get_driver()->execute("SELECT item FROM shop.orders WHERE id = ?", {i});
    CHECK(page.nodes_asked("SELECT item") == std::set<std::size_t>{0, 2});
  }
}

TEST_CASE("guide, routing: other datacenters", "[docs]") {
  shop page({.nodes = 4, .datacenters = 2},
            "'class': 'NetworkTopologyStrategy', 'datacenter1': 2, 'datacenter2': 2");
  // snippet: remote datacenters
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .local_datacenter = "datacenter1",
      .remote_datacenters = true,
  });
  // end of snippet
  const auto driver = coodie::get_driver();
  const auto read = [&] {
    coodie::error_code ec;
    coodie::diagnostics diag;
    driver->execute("SELECT item FROM shop.orders WHERE id = ?", {7}, {.idempotent = true}, ec, diag);
    return !ec;
  };
  for (int i = 0; i < 20; ++i) CHECK(read());
  CHECK(page.nodes_asked("SELECT item") == std::set<std::size_t>{0, 2});
  page.server.stop_node(0);
  page.server.stop_node(2);
  CHECK(eventually([&] { return driver->metrics().connections == 2; }));
  page.server.clear_requests();
  for (int i = 0; i < 20; ++i) CHECK(read());
  CHECK(page.nodes_asked("SELECT item") == std::set<std::size_t>{1, 3});
}

TEST_CASE("guide, routing: batches", "[docs]") {
  shop page({.nodes = 4}, "'class': 'SimpleStrategy', 'replication_factor': 1");
  const auto driver = connect(page);
  const Order first{.id = 7, .item = "a book"}, second{.id = 8, .item = "a map"};
  // snippet: batch
  coodie::batch orders;
  orders.save(first).save(second);
  coodie::sync::apply(orders);  // to a replica of `first`
  // end of snippet
  CHECK(page.asked("INSERT").size() == 1);
  page.server.clear_requests();
  for (int i = 0; i < 10; ++i) {
    coodie::batch again;
    again.save(first).save(second);
    coodie::sync::apply(again);
  }
  for (const auto& r : page.asked("INSERT")) CHECK(page.server.reached_replica(r));
}
