// SPDX-License-Identifier: MIT
// What a driver knows about its cluster before it connects. Owns all that it holds.
#ifndef COODIE_CLUSTER_CLUSTER_CONFIG_HPP
#define COODIE_CLUSTER_CLUSTER_CONFIG_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/execution_profile.hpp"
#include "cluster/log.hpp"
#include "cluster/request_report.hpp"
#include "cluster/schema_event.hpp"
#include "cluster/shared_function.hpp"
#include "cluster/tls.hpp"
#include "protocol/machine/machine.hpp"
#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI {

/// Where a node listens for clients.
struct node_endpoint {
  std::string address;  ///< IPv4 or IPv6, not a name
  std::uint16_t port = 9042;
};

/// What is known of a node when it is decided whether to connect to it.
struct node_description {
  node_endpoint endpoint;
  std::string datacenter, rack;
  uuid host_id;
};

namespace cluster_detail {

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

  std::string local_datacenter, local_rack;  ///< empty: that of the contact points; any rack
  bool remote_datacenters = false;           ///< may be asked when the local one can't be
  bool token_aware = true;
  bool shard_aware = true;
  std::string bind_address;  ///< numeric; empty: the operating system chooses
  std::uint16_t first_shard_port = 49152, last_shard_port = 65535;  ///< of this side; they choose the shard
  std::size_t connections_per_host = 1;                             ///< that does not shard
  coodie::detail::shared_function<bool(const node_description&)> host_filter;
  coodie::detail::shared_function<node_endpoint(const node_endpoint&)> translate;

  std::int64_t refresh_interval_ns = 60'000'000'000;  ///< of what is known about the nodes
  std::int64_t event_window_ns = 1'000'000'000;       ///< events of so long are answered by one refresh
  std::int64_t schema_agreement_ns = 10'000'000'000;  ///< what the nodes have to agree; 0: nobody waits

  std::vector<execution_profile> profiles = {{}};  ///< the first one is the default
  coodie::detail::shared_function<std::int64_t()> timestamps;

  coodie::detail::shared_function<void(const log_entry&)> log;
  log_level log_from = log_level::info;
  coodie::detail::shared_function<void(const request_report&)> tracker;
  coodie::detail::shared_function<void(const schema_event&)> schema_changed;
  std::int64_t slow_request_ns = 0;  ///< requests that took at least so long are logged; 0: none

  /// Of all loops.
  mutable protocol::shared_timestamps shared_time;

  bool lazy = false;                ///< connects at the first request
  std::uint32_t loops = 1;          ///< of the driver's own
  void* foreign_context = nullptr;  ///< asio::io_context*; nullptr: the driver runs loops of its own

  /// nullptr when there is none of that name.
  [[nodiscard]] const execution_profile* find_profile(std::string_view name) const noexcept {
    if (name.empty()) return &profiles.front();
    for (const execution_profile& profile : profiles)
      if (profile.name == name) return &profile;
    return nullptr;
  }
};

}  // namespace cluster_detail

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_CLUSTER_CONFIG_HPP
