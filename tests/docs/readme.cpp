// SPDX-License-Identifier: MIT
// The snippets of README.md, compiled and run. tests/docs/check_snippets.py compares them.
#include <mutex>

#include "tests/cluster/tls_cluster.hpp"
#include "tests/docs/shop.hpp"

using namespace guide;
using namespace std::chrono_literals;

#if COODIE_HAS_TLS
#include <cstdio>
#include <fstream>

TEST_CASE("readme: a production configuration", "[docs]") {
  const tls_tests::tls_cluster page(tests::local_node());
  const driver_tests::clean_registry clean;
  const std::string ca_file = "/tmp/" + tests::random_name("coodie_readme") + ".pem";
  std::ofstream(ca_file) << tls_tests::test_ca().certificate();
  const std::string password = "secret";
  std::mutex mutex;
  std::string lines;
  const auto write_log = [&](const coodie::log_entry& entry) {
    const std::lock_guard lock(mutex);
    lines += entry.text;
  };
  // clang-format off
  // snippet: production
  auto driver = coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},  // docs: .hosts = {"db1.example.org", "db2.example.org"},
      .port = page.proxy.port(),  // docs: .keyspace = "shop",
      .local_datacenter = "datacenter1",  // docs: .local_datacenter = "eu-west",
      .auth = {.user = "shop", .password = password},
      .tls = {.enabled = true, .ca_file = ca_file},  // docs: .tls = {.enabled = true, .ca_file = "/etc/shop/ca.pem"},
      .request_timeout = 5s,   // of a request with all its attempts
      .attempt_timeout = 1s,   // then another node is asked, if the request may be repeated
      .log = write_log,        // a function of yours
      .slow_request = 500ms,   // is logged
  });
  std::string metrics = coodie::to_prometheus(driver->metrics());
  // end of snippet
  // clang-format on
  CHECK(works());
  CHECK(metrics.find("\ncoodie_connections ") != std::string::npos);
  driver->close();
  {
    const std::lock_guard lock(mutex);
    CHECK(lines.find("is connected") != std::string::npos);
  }
  std::remove(ca_file.c_str());
}
#endif
