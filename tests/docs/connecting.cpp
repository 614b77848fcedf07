// SPDX-License-Identifier: MIT
// The snippets of docs/connecting.md, compiled and run. tests/docs/check_snippets.py compares them.
#include "cluster/asio_config.hpp"

#include <asio/io_context.hpp>
#include <iostream>
#include <map>
#include <sstream>

#include "tests/docs/shop.hpp"

using namespace guide;
using namespace std::chrono_literals;

TEST_CASE("guide, connecting: contact points", "[docs]") {
  const shop page;
  const std::string second = page.server.contact_points()[1];
  // clang-format off
  // snippet: contact points
  coodie::sync::init_coodie({
      .hosts = {"localhost", second},  // docs: .hosts = {"db1.example.org", "10.0.0.2:9043", "[2001:db8::3]:9042"},
      .keyspace = "shop",
      .port = page.port(),  // docs: -
      .local_datacenter = "datacenter1",
  });
  // end of snippet
  // clang-format on
  CHECK(works());
  CHECK(coodie::get_driver()->metrics().nodes.size() == 3);  // the third one was found
}

TEST_CASE("guide, connecting: several datacenters", "[docs]") {
  const shop page({.nodes = 2, .datacenters = 2});
  std::ostringstream out;
  // clang-format off
  // snippet: several datacenters
  try {
    coodie::sync::init_coodie({
        .hosts = {"127.0.0.1", "127.0.0.2"},  // docs: .hosts = {"10.0.0.1", "10.1.0.1"},
        .port = page.port(),  // docs: -
    });
  } catch (const coodie::configuration_error& e) {
    out << e.what() << "\n";  // docs: std::cout << e.what() << "\n";
  }
  // end of snippet
  // clang-format on
  const auto points = page.server.contact_points();
  CHECK(out.str() == "coodie: the contact points are in several datacenters (" + points[0] +
                         " in \"datacenter1\", " + points[1] +
                         " in \"datacenter2\"); name the nearest one: .local_datacenter = "
                         "\"datacenter1\"\n");
}

TEST_CASE("guide, connecting: which nodes, and how they are reached", "[docs]") {
  const shop page({.nodes = 3, .racks = 3});
  const std::map<std::string, std::string> public_addresses{{"127.0.0.2", "127.0.0.2"}};
  // clang-format off
  // snippet: filter and translator
  const auto is_ours = [](const coodie::node_description& node) { return node.rack != "rack3"; };
  const auto to_public = [&](const coodie::node_endpoint& inside) {
    const auto known = public_addresses.find(inside.address);
    return known == public_addresses.end() ? inside : coodie::node_endpoint{known->second, inside.port};
  };
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},  // docs: .hosts = {"db.example.org"},
      .port = page.port(),  // docs: -
      .host_filter = is_ours,
      .address_translator = to_public,
      .bind_address = "127.0.0.1",  // docs: .bind_address = "192.0.2.7",
  });
  // end of snippet
  // clang-format on
  CHECK(works());
  CHECK(page.server.connections(1) == 1);
  CHECK(page.server.connections(2) == 0);
}

TEST_CASE("guide, connecting: lazy", "[docs]") {
  const shop page;
  // snippet: lazy
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .lazy = true,         // nobody is connected to yet, and nothing can go wrong but the options
  });
  // ...
  driver->execute("SELECT item FROM shop.orders");  // the first request waits for the connections
  // end of snippet
  CHECK(page.server.connections(0) == 1);
}

TEST_CASE("guide, connecting: a slow link", "[docs]") {
  shop page({.nodes = 1});
  // snippet: slow link
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},  // docs: .hosts = {"gateway.example.org"},
      .port = page.port(),     // docs: -
      .connect_timeout = 20s,
      .request_timeout = 60s,
      .heartbeat_interval = 120s,  // fewer bytes while nothing is asked
      .heartbeat_timeout = 20s,
      .reconnect_base = 1s,
      .reconnect_max = 60s,
      .compression = coodie::compression::lz4,
  });
  // end of snippet
  CHECK(works());
}

TEST_CASE("guide, connecting: loops", "[docs]") {
  const shop page;
  // snippet: loops
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .loops = 4,           // four connections to each node
  });
  // end of snippet
  CHECK(page.server.connections(0) == 4);
  // snippet: closing
  driver->close();      // this one
  coodie::close_all();  // and all that are registered
  // end of snippet
  CHECK(eventually([&] { return page.server.connections(0) == 0; }));
  coodie::error_code ec;
  coodie::diagnostics diag;
  CHECK(driver->execute("SELECT item FROM shop.orders", {}, {}, ec, diag).size() == 0);
  CHECK(ec == coodie::errc::closed);
}

TEST_CASE("guide, connecting: the program's event loop", "[docs]") {
  const shop page;
  asio::io_context context;
  // snippet: own executor
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .executor = context,  // an asio::io_context, which the program runs
  });
  // end of snippet
  CHECK(driver->context() == &context);
  std::thread runner([&] { context.run(); });
  CHECK(works());
  driver->close();
  runner.join();
}
