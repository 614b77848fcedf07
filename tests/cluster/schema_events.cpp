// SPDX-License-Identifier: MIT
// The program is told when the schema changes.
#include <mutex>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;

TEST_CASE("each change of the schema is told once, whoever made it", "[cluster][threads]") {
  std::mutex mutex;
  std::vector<std::string> told;
  const auto listen = [&](const coodie::schema_event& event) {
    const std::lock_guard lock(mutex);
    told.push_back(std::string(event.change) + " " + std::string(event.target) + " " +
                   std::string(event.keyspace) + " " + std::string(event.name));
  };
  const auto has_been_told = [&](std::vector<std::string> wanted) {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return told == wanted;
    });
  };
  mock_cluster cluster(2, {.schema_changed = listen, .loops = 2});
  {
    const std::lock_guard lock(mutex);
    told.clear();  // the control connection may have moved while the driver started
  }
  make_keyspace(cluster.server);
  static_cast<void>(cluster.driver->execute("CREATE TABLE ks.t (k int PRIMARY KEY)"));
  static_cast<void>(cluster.driver->execute("ALTER TABLE ks.t ADD v int"));
  REQUIRE(cluster.server.execute("DROP TABLE ks.t").empty());
  CHECK(has_been_told(
      {"CREATED KEYSPACE ks ", "CREATED TABLE ks t", "UPDATED TABLE ks t", "DROPPED TABLE ks t"}));

  // Nobody knows what happened while no connection listened.
  {
    const std::lock_guard lock(mutex);
    told.clear();
  }
  cluster.server.close_connections(0);
  cluster.server.close_connections(1);
  CHECK(has_been_told({"   "}));
  cluster.driver->close();
}
