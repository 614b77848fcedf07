// SPDX-License-Identifier: MIT
// Where tests tagged [both] run: on the cluster that COODIE_TEST_HOSTS and COODIE_TEST_PORT name, else on a
// mock server of their own.
#ifndef COODIE_TESTS_SUPPORT_TEST_SERVER_HPP
#define COODIE_TESTS_SUPPORT_TEST_SERVER_HPP

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "driver/driver_all.hpp"
#include "tests/mock/testing_all.hpp"

namespace tests {

/// A cluster with a keyspace that is this test's alone, dropped at the end.
class test_server {
 public:
  test_server();
  ~test_server();
  test_server(const test_server&) = delete;
  test_server& operator=(const test_server&) = delete;

  [[nodiscard]] bool is_real() const noexcept { return mock_ == nullptr; }
  [[nodiscard]] const std::vector<std::string>& hosts() const noexcept { return hosts_; }
  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] const std::string& keyspace() const noexcept { return keyspace_; }
  /// Hosts and port; they name members of this object.
  [[nodiscard]] coodie::init_options options(std::string_view keyspace = {}) const;
  /// A driver in keyspace() that is not in the registry.
  [[nodiscard]] std::shared_ptr<coodie::abstract_driver> driver() const;

 private:
  std::unique_ptr<coodie::testing::server> mock_;
  std::vector<std::string> hosts_;
  int port_ = 9042;
  std::string keyspace_;
};

/// A driver for options that is not in the registry. Throws.
[[nodiscard]] std::shared_ptr<coodie::abstract_driver> connect(const coodie::init_options& options);

/// Options for the nodes of a mock server; they name `hosts`.
[[nodiscard]] coodie::init_options options_for(const coodie::testing::server& server,
                                               const std::vector<std::string>& hosts);

/// "prefix_" and random letters.
[[nodiscard]] std::string random_name(std::string_view prefix);

}  // namespace tests

#endif  // COODIE_TESTS_SUPPORT_TEST_SERVER_HPP
