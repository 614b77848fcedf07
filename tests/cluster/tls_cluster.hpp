// SPDX-License-Identifier: MIT
// A mock server behind TLS, for the tests of TLS.
#ifndef COODIE_TESTS_CLUSTER_TLS_CLUSTER_HPP
#define COODIE_TESTS_CLUSTER_TLS_CLUSTER_HPP

#include "protocol/config.hpp"

#if COODIE_HAS_TLS
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "tests/cluster/mock_cluster.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/tls_proxy.hpp"

namespace tls_tests {

using cluster_tests::driver_pointer;
using coodie::errc;

/// How an attempt to connect ended.
struct attempt {
  driver_pointer driver;
  coodie::error_code code;
  coodie::diagnostics diag;

  [[nodiscard]] std::string message() const { return std::string(diag.message()); }
  [[nodiscard]] std::string reason() const {
    return diag.attempts().empty() ? std::string() : diag.attempts().back().reason;
  }
};

inline attempt try_to_connect(coodie::init_options options) {
  attempt made;
  const std::string name = tests::random_name("tls");
  options.name = name;
  made.driver = coodie::sync::init_coodie(options, made.code, made.diag);
  if (made.driver != nullptr) coodie::unregister_driver(name);
  return made;
}

/// One authority for all tests of a program.
inline const tests::authority& test_ca() {
  static const tests::authority made;
  return made;
}

/// Nodes with a certificate of test_ca(), and options that trust it.
struct tls_cluster {
  coodie::testing::server server;
  tests::tls_proxy proxy;
  std::vector<std::string> hosts;

  explicit tls_cluster(const tests::tls_proxy_options& how, const coodie::testing::server_options& what = {})
      : server(what), proxy(how, ports(server)), hosts{"127.0.0.1"} {}
  explicit tls_cluster(const tests::certificate_options& certificate = tests::local_node())
      : tls_cluster(tests::tls_proxy_options{.own = test_ca().issue(certificate)}) {}

  [[nodiscard]] static std::vector<std::uint16_t> ports(const coodie::testing::server& from) {
    std::vector<std::uint16_t> all;
    for (std::size_t i = 0; i < from.hosts().size(); ++i) all.push_back(from.port(i));
    return all;
  }
  [[nodiscard]] coodie::init_options options() const {
    coodie::init_options made{.hosts = hosts, .port = proxy.port()};
    made.tls = {.enabled = true, .ca_pem = test_ca().certificate()};
    made.connect_timeout = std::chrono::seconds(5);
    made.reconnect_base = std::chrono::milliseconds(5);
    return made;
  }
};

}  // namespace tls_tests
#endif

#endif  // COODIE_TESTS_CLUSTER_TLS_CLUSTER_HPP
