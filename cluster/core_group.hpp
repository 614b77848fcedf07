// SPDX-License-Identifier: MIT
// A driver's loops, each with connections of its own; which one a request is on is the calling thread's.
#ifndef COODIE_CLUSTER_CORE_GROUP_HPP
#define COODIE_CLUSTER_CORE_GROUP_HPP

#include <memory>
#include <vector>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// Everything may be called from any thread.
class core_group final : public std::enable_shared_from_this<core_group> {
 public:
  [[nodiscard]] COODIE_DECL static std::shared_ptr<core_group> make(cluster_config config);
  COODIE_DECL explicit core_group(cluster_config config);

  /// `done` is called once, on one of the loops. A lazy driver does not connect yet, and calls it at once.
  COODIE_DECL void connect(coodie::detail::callback<start_report> done);
  COODIE_DECL void abandon_start() noexcept;
  void start(protocol::request& r) noexcept {
    core& mine = choose();
    r.home = &mine;
    mine.start(r);
  }
  void run(protocol::blocking_request& r) noexcept {
    core& mine = choose();
    r.home = &mine;
    mine.run(r);
  }
  void cancel(protocol::request& r) noexcept {
    if (r.home != nullptr) static_cast<core*>(r.home)->cancel(r);
  }
  /// Returns when everything has ended; inside of a driver's loop at once.
  COODIE_DECL void close() noexcept;

  [[nodiscard]] const cluster_config& config() const noexcept { return *config_; }
  /// The program's event loop, or the first of the driver's own.
  [[nodiscard]] loop& runner() noexcept { return cores_.front()->runner(); }
  [[nodiscard]] COODIE_DECL metrics_snapshot metrics() const;

 private:
  [[nodiscard]] core& choose() noexcept {
    if (cores_.size() == 1) [[likely]]
      return *cores_.front();
    return choose_by_thread();
  }
  [[nodiscard]] COODIE_DECL core& choose_by_thread() noexcept;
  COODIE_DECL void prepare_lazily();
  COODIE_DECL void start_others(start_report report);
  COODIE_DECL void started();

  const std::shared_ptr<const cluster_config> config_;
  std::vector<std::shared_ptr<core>> cores_;
  coodie::detail::callback<start_report> done_;
  bool others_follow_ = false;  // used on the first loop
  std::atomic<std::size_t> starting_{0};
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_GROUP_HPP
