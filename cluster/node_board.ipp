// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_NODE_BOARD_IPP
#define COODIE_CLUSTER_NODE_BOARD_IPP

#include "cluster/node_board.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
inline void add_counts(node_status& to, const node_counters& from, metrics_snapshot& total) {
  to.connections += static_cast<std::uint32_t>(from.connections.get());
  to.in_flight += from.in_flight.get();
  to.failures += from.failures.get();
  to.timeouts += from.timeouts.get();
  to.bytes_sent += from.bytes_sent.get();
  to.bytes_received += from.bytes_received.get();
  from.latency.add_to(to.latency);
  to.requests = to.latency.count() + to.failures;
  total.connections += from.connections.get();
  total.in_flight += from.in_flight.get();
  total.orphans += from.orphans.get();
  total.waiting += from.waiting.get();
  total.bytes_sent += from.bytes_sent.get();
  total.bytes_received += from.bytes_received.get();
}
}  // namespace detail

void node_board::add_to(metrics_snapshot& total) const {
  const std::lock_guard lock(mutex_);
  for (const entry& e : entries_) {
    auto known = std::find_if(total.nodes.begin(), total.nodes.end(),
                              [&](const node_status& n) { return n.address == e.status.address; });
    if (known == total.nodes.end()) known = total.nodes.insert(total.nodes.end(), e.status);
    if (e.status.now == node_status::state::up) known->now = e.status.now;
    detail::add_counts(*known, *e.counters, total);
  }
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_NODE_BOARD_IPP
