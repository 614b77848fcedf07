// SPDX-License-Identifier: MIT
// A cluster and its sessions as objects of the program: options in one place, several keyspaces, explicit ends.
//   bring_your_own_session [HOST [PORT]]
#include <iostream>

#include "coodie.hpp"
#include "examples/example_server.hpp"

using namespace std::chrono_literals;

static void make_keyspaces(const coodie::cluster& cluster) {
  coodie::session session = cluster.connect();
  const auto driver = coodie::sync::init_coodie({.session = session, .name = "setup"});
  for (const char* keyspace : {"coodie_shop", "coodie_stock"}) {
    coodie::sync::create_keyspace(keyspace, {.driver = "setup"});
    driver->execute("CREATE TABLE IF NOT EXISTS " + std::string(keyspace) +
                    ".items (id int PRIMARY KEY, name text)");
  }
  coodie::unregister_driver("setup");
  session.close();  // the driver is of no more use, and nothing of it is left
}

int main(int argc, char** argv) {
  try {
    const example_server server(argc, argv);

    // Everything about the cluster once. Nothing is connected to yet.
    const coodie::cluster cluster({
        .hosts = server.hosts(),
        .port = server.port(),
        .request_timeout = 5s,
        .heartbeat_interval = 10s,
    });
    make_keyspaces(cluster);

    // A session has connections of its own; drivers on one session share them.
    coodie::session shop = cluster.connect("coodie_shop");
    coodie::session stock = cluster.connect("coodie_stock");
    const auto shop_driver = coodie::sync::init_coodie({.session = shop, .name = "shop"});
    const auto stock_driver = coodie::sync::init_coodie({.session = stock, .name = "stock"});

    shop_driver->execute("INSERT INTO items (id, name) VALUES (?, ?)", {1, "teapot"});
    stock_driver->execute("INSERT INTO items (id, name) VALUES (?, ?)", {1, "a box of teapots"});
    for (const auto& driver : {shop_driver, stock_driver}) {
      const auto items = driver->execute("SELECT name FROM items WHERE id = ?", {1});
      std::cout << driver->keyspace() << ": " << items[0].get<std::string>("name") << "\n";
    }

    // Closing a driver leaves the session that was brought to it.
    shop_driver->close();
    const auto again = coodie::sync::init_coodie({.session = shop, .name = "shop"});
    std::cout << again->keyspace() << " again: " << again->execute("SELECT id FROM items").size() << " item\n";

    for (const char* keyspace : {"coodie_shop", "coodie_stock"})
      coodie::sync::drop_keyspace(keyspace, {.driver = "stock"});
    shop.close();
    stock.close();
    return 0;
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
