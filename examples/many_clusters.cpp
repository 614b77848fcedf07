// SPDX-License-Identifier: MIT
// Two clusters in one program, each under its name.
//   many_clusters
#include <iostream>
#include <string>

#include "coodie.hpp"
#include "coodie_testing.hpp"

struct Visit {
  std::string page{};
  coodie::timeuuid at{};
  std::int32_t milliseconds = 0;

  using table = coodie::table<"visits", coodie::partition_key<&Visit::page>, coodie::clustering_key<&Visit::at>>;
};

using coodie::col;
namespace db = coodie::sync;

static void connect(const std::string& name, const coodie::testing::server& server) {
  const auto hosts = server.hosts();
  // First without a keyspace, to make it; the second driver of the same name replaces the first.
  db::init_coodie({.hosts = hosts, .name = name, .port = server.port()});
  db::create_keyspace(name, {.driver = name});
  db::init_coodie({.hosts = hosts, .keyspace = name, .name = name, .port = server.port()});
  db::sync_table<Visit>({.driver = name});
}

int main() {
  try {
    const coodie::testing::server production, analysis;  // two clusters
    connect("prod", production);
    connect("analytics", analysis);

    // Without a name the first one serves.
    for (const int took : {12, 7, 31}) {
      const Visit visit{.page = "/", .at = coodie::timeuuid::now(), .milliseconds = took};
      db::save(visit);
    }
    std::cout << "prod has " << db::find<Visit>(col<&Visit::page> == "/").count() << " visits\n";

    // Every operation can name its driver.
    for (const Visit& visit : db::find<Visit>(col<&Visit::page> == "/").all())
      db::save(visit, {.driver = "analytics"});
    std::cout << "analytics has " << db::find<Visit>(col<&Visit::page> == "/", {.driver = "analytics"}).count()
              << " visits\n";

    // CQL as text goes to the driver itself.
    const auto slowest =
        coodie::get_driver("analytics")->execute("SELECT max(milliseconds) FROM visits WHERE page = ?", {"/"});
    std::cout << "the slowest took " << slowest[0].get<std::int32_t>(0) << " ms\n";

    coodie::close_all();
    return 0;
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
