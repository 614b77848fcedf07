// SPDX-License-Identifier: MIT
// The replication of a keyspace as the server describes it.
#include "protocol/routing/replication.hpp"

#include "tests/catch.hpp"

using coodie::protocol::replication;
using coodie::protocol::replication_strategy;

TEST_CASE("replication as system_schema.keyspaces has it") {
  replication how = replication::from(
      {{"class", "org.apache.cassandra.locator.SimpleStrategy"}, {"replication_factor", "3"}});
  CHECK(how.strategy == replication_strategy::simple);
  CHECK(how.factor == 3);
  CHECK(how.datacenters.empty());
  how = replication::from({{"class", "NetworkTopologyStrategy"}, {"dc1", "3"}, {"dc2", "2"}, {"dc3", "0"}});
  CHECK(how.strategy == replication_strategy::network_topology);
  CHECK(how.datacenters == std::map<std::string, std::uint32_t>{{"dc1", 3}, {"dc2", 2}});
  how = replication::from({{"class", "org.apache.cassandra.locator.EverywhereStrategy"}});
  CHECK(how.strategy == replication_strategy::everywhere);
  how = replication::from({{"class", "org.apache.cassandra.locator.LocalStrategy"}, {"dc1", "1"}});
  CHECK(how == replication{});
  CHECK(replication::from({}) == replication{});
}

TEST_CASE("factors with transient replicas, and factors that are none") {
  CHECK(replication::from({{"class", "SimpleStrategy"}, {"replication_factor", "3/1"}}).factor == 3);
  CHECK(replication::from({{"class", "SimpleStrategy"}, {"replication_factor", "x"}}).factor == 0);
  CHECK(replication::from({{"class", "SimpleStrategy"}, {"replication_factor", ""}}).factor == 0);
  CHECK(replication::from({{"class", "SimpleStrategy"}, {"replication_factor", "3x"}}).factor == 0);
  CHECK(replication::from({{"class", "SimpleStrategy"}, {"replication_factor", "-3"}}).factor == 0);
  CHECK(replication::from({{"class", "NetworkTopologyStrategy"}, {"replication_factor", "3"}}).factor == 0);
}
