// SPDX-License-Identifier: MIT
// What a driver counts: for the cluster and for each node, as a snapshot by value and as text.
#ifndef COODIE_CLUSTER_METRICS_HPP
#define COODIE_CLUSTER_METRICS_HPP

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/latency_histogram.hpp"
#include "protocol/errc.hpp"
#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI {

/// Why requests failed, in kinds that call for different remedies.
enum class error_kind : std::uint8_t {
  timeout,         ///< no answer in time
  no_host,         ///< every node was tried or is down
  connection,      ///< the connection broke
  queue_full,      ///< too many requests wait
  cancelled,       ///< by the caller, or because the driver was closed
  unavailable,     ///< too few live replicas
  server_timeout,  ///< read_timeout and write_timeout of the server
  server_failure,  ///< read_failure, write_failure, function_failure, truncate_error
  overloaded,      ///< overloaded, is_bootstrapping, rate limit
  server_error,    ///< server_error, protocol_error
  invalid,         ///< the statement is wrong or not allowed
  client,          ///< a value or an answer that can't be
};
inline constexpr std::size_t error_kinds = 12;
/// The name, as in the label of the Prometheus text.
[[nodiscard]] COODIE_DECL std::string_view to_string(error_kind kind) noexcept;
[[nodiscard]] COODIE_DECL error_kind kind_of(const error_code& code) noexcept;

/// One node as the driver sees it.
struct node_status {
  enum class state : std::uint8_t {
    up,          ///< has a connection
    connecting,  ///< the first attempts have not ended
    down,        ///< the last attempt failed
    ignored,     ///< in another datacenter, or refused by the host filter
  };
  std::string address;  ///< "address:port"
  uuid host_id;
  std::string datacenter, rack;
  state now = state::connecting;
  bool local = true;              ///< in the local datacenter
  std::string last_error;         ///< of the last attempt, when that failed
  std::uint32_t connections = 0;  ///< that are ready, over all loops
  std::uint32_t shards = 1;
  std::uint64_t in_flight = 0;  ///< requests that are written or wait on its connections
  std::uint64_t requests = 0, failures = 0, timeouts = 0;  ///< attempts there, and how they ended
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  latency_histogram latency;  ///< of the attempts that were answered
};
[[nodiscard]] COODIE_DECL std::string_view to_string(node_status::state state) noexcept;

/// All counts since the driver was made. Those of one moment may differ by the requests that end in it.
struct metrics_snapshot {
  std::uint64_t requests = 0;                       ///< that ended
  std::uint64_t succeeded = 0;                      ///< of them
  std::array<std::uint64_t, error_kinds> errors{};  ///< by error_kind: requests that failed
  std::uint64_t retries = 0;                        ///< further attempts, because one failed
  std::uint64_t speculations = 0;                   ///< further attempts, because one took long
  std::uint64_t speculations_won = 0;               ///< that answered first
  std::uint64_t attempt_timeouts = 0;
  std::uint64_t prepares = 0;                                  ///< PREPAREs that were answered
  std::uint64_t connections_opened = 0, connections_lost = 0;  ///< that were ready
  std::uint64_t connect_failures = 0;
  std::uint64_t topology_refreshes = 0, events = 0;
  std::uint64_t connections = 0, in_flight = 0, orphans = 0, waiting = 0;  ///< now
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  latency_histogram latency;  ///< of requests that succeeded, with all their attempts
  std::vector<node_status> nodes;

  [[nodiscard]] std::uint64_t failed() const noexcept { return requests - succeeded; }
};

/// The snapshot in the text format that Prometheus scrapes (version 0.0.4).
[[nodiscard]] COODIE_DECL std::string to_prometheus(const metrics_snapshot& metrics);

namespace cluster_detail {

/// Of one node in one loop.
struct node_counters {
  counter failures, timeouts, bytes_sent, bytes_received, in_flight, connections, orphans, waiting;
  latency_counters latency;  // of the attempts that were answered: so many there were
};

/// Of one loop.
struct core_counters {
  std::array<counter, error_kinds> errors;
  counter retries, speculations, speculations_won, attempt_timeouts, prepares;
  counter connections_opened, connections_lost, connect_failures, topology_refreshes, events;
  latency_counters latency;  // of the requests that succeeded: so many there were

  COODIE_DECL void add_to(metrics_snapshot& total) const;
};

}  // namespace cluster_detail

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_METRICS_HPP
