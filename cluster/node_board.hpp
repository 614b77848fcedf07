// SPDX-License-Identifier: MIT
// What other threads may see of a loop's nodes.
#ifndef COODIE_CLUSTER_NODE_BOARD_HPP
#define COODIE_CLUSTER_NODE_BOARD_HPP

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "cluster/metrics.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// Nodes change seldom, so that the loop writes down what they are, and readers take it from here.
/// Thread-safe.
class node_board {
 public:
  /// `status` without the counts; its address tells which one it is about.
  void set(node_status status, std::shared_ptr<const node_counters> counters) {
    const std::lock_guard lock(mutex_);
    for (entry& e : entries_)
      if (e.status.address == status.address) {
        e = {std::move(status), std::move(counters)};
        return;
      }
    entries_.push_back({std::move(status), std::move(counters)});
  }
  void remove(std::string_view address) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const entry& e) { return e.status.address == address; });
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
  }
  /// Adds the counts to those of other loops.
  COODIE_DECL void add_to(metrics_snapshot& total) const;

 private:
  struct entry {
    node_status status;
    std::shared_ptr<const node_counters> counters;
  };
  mutable std::mutex mutex_;
  std::vector<entry> entries_;
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_NODE_BOARD_HPP
