// SPDX-License-Identifier: MIT
// What a driver knows about its cluster before it connects. Owns all that it holds.
#ifndef COODIE_CLUSTER_CLUSTER_CONFIG_HPP
#define COODIE_CLUSTER_CLUSTER_CONFIG_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cluster/tls.hpp"
#include "protocol/machine/machine.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

struct contact_point {
  std::string host;  ///< name or numeric address
  std::uint16_t port = 9042;
};

struct cluster_config {
  std::vector<contact_point> contact_points;
  protocol::machine_options connection;  ///< its pointers name what the members below own
  std::shared_ptr<const authenticator> credentials;
  std::shared_ptr<tls_context> tls;  ///< nullptr: plain connections
  std::int64_t reconnect_base_ns = 50'000'000;
  std::int64_t reconnect_max_ns = 10'000'000'000;
  bool token_aware = true;
  void* foreign_context = nullptr;  ///< asio::io_context*; nullptr: the driver runs a loop of its own
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CLUSTER_CONFIG_HPP
