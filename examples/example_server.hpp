// SPDX-License-Identifier: MIT
// Where an example runs: on the cluster that its arguments name, else on a server embedded in it.
#ifndef COODIE_EXAMPLES_EXAMPLE_SERVER_HPP
#define COODIE_EXAMPLES_EXAMPLE_SERVER_HPP

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "coodie_testing.hpp"

/// `program [HOST [PORT]]`
class example_server {
 public:
  example_server(int argc, char** argv) {
    if (argc > 1) {
      hosts_ = {argv[1]};
      if (argc > 2) port_ = std::atoi(argv[2]);
    } else {
      embedded_ = std::make_unique<coodie::testing::server>();
      hosts_ = embedded_->hosts();
      port_ = embedded_->port();
    }
  }
  const std::vector<std::string>& hosts() const { return hosts_; }
  int port() const { return port_; }

 private:
  std::unique_ptr<coodie::testing::server> embedded_;
  std::vector<std::string> hosts_;
  int port_ = 9042;
};

#endif  // COODIE_EXAMPLES_EXAMPLE_SERVER_HPP
