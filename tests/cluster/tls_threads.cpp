// SPDX-License-Identifier: MIT
// Many threads and drivers on one context of TLS.
#include "tests/cluster/tls_cluster.hpp"

#if COODIE_HAS_TLS
#include <atomic>
#include <thread>

using namespace tls_tests;
using cluster_tests::ask;
using namespace std::chrono_literals;

TEST_CASE("tls: threads that block on sessions of one cluster", "[cluster][threads]") {
  tls_cluster c;
  const coodie::cluster cluster(c.options());
  std::vector<std::shared_ptr<coodie::abstract_driver>> drivers;
  for (int i = 0; i < 3; ++i) {
    const std::string name = tests::random_name("tls");
    const coodie::session session = cluster.connect("");
    drivers.push_back(coodie::sync::init_coodie({.session = session, .name = name}));
    coodie::unregister_driver(name);
  }
  std::atomic<int> answers{0};
  std::atomic<bool> ends{false};
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < 6; ++i)
    callers.emplace_back([&, driver = drivers[i % drivers.size()]] {
      while (!ends) answers += ask(*driver).rows == 1 ? 1 : 0;
    });
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(40ms);
    c.proxy.close_connections(round % 2 == 0);
  }
  std::this_thread::sleep_for(100ms);
  ends = true;
  for (std::thread& caller : callers) caller.join();
  CHECK(answers > 0);
  CHECK(c.proxy.resumed() > 0);
}
#endif
