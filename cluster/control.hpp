// SPDX-License-Identifier: MIT
// The connection that events come on, and what is asked on it about the cluster.
#ifndef COODIE_CLUSTER_CONTROL_HPP
#define COODIE_CLUSTER_CONTROL_HPP

#include <memory>

#include "cluster/connection.hpp"
#include "cluster/topology.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// Who is told what the control connection learns. All calls come in turns of the loop.
class control_owner {
 public:
  virtual void topology_found(connection& from, topology found) noexcept = 0;
  /// Whatever is the control connection now is of no use for it.
  virtual void control_lost() noexcept = 0;
  virtual void told_up(const asio::ip::address& address) noexcept = 0;
  virtual void told_down(const asio::ip::address& address) noexcept = 0;
  virtual void control_wants_time(std::int64_t at_ns) noexcept = 0;
  [[nodiscard]] virtual std::shared_ptr<void> control_lifetime() noexcept = 0;

 protected:
  ~control_owner() = default;
};

struct control_options {
  std::int64_t refresh_interval_ns = 60'000'000'000;
  std::int64_t event_window_ns = 1'000'000'000;
};

/// Borrows one of the connections that are there anyway: registers for events on it, reads the system tables,
/// and reads them again when events say that something has changed, at most once a window, and from time to
/// time, because events get lost.
class control {
 public:
  control(loop& runner, control_owner& owner, const control_options& options) noexcept
      : loop_(runner), owner_(owner), options_(options) {}
  control(const control&) = delete;
  control& operator=(const control&) = delete;

  [[nodiscard]] bool has_connection() const noexcept { return current_ != nullptr; }
  [[nodiscard]] bool is(const connection& c) const noexcept { return current_ == &c; }
  [[nodiscard]] connection* connection_in_use() const noexcept { return current_; }
  [[nodiscard]] bool is_learning() const noexcept { return lesson_ != nullptr; }
  /// Precondition: has none, and `c` is ready.
  COODIE_DECL void use(connection& c) noexcept;
  /// The connection has broken or is about to be closed.
  COODIE_DECL void forget(const connection& c) noexcept;
  COODIE_DECL void event(const protocol::event_message& event) noexcept;
  /// Reads the system tables again, within the window.
  COODIE_DECL void refresh_soon() noexcept;
  COODIE_DECL void on_time() noexcept;
  [[nodiscard]] std::int64_t next_deadline() const noexcept { return refresh_at_ns_; }

 private:
  struct lesson {
    std::shared_ptr<connection> from;
    topology found;
    int pending = 0;
    bool local_ok = false, peers_ok = false;
  };
  using lesson_pointer = std::shared_ptr<lesson>;

  COODIE_DECL void learn() noexcept;
  COODIE_DECL void ask_old_peers(const lesson_pointer& what) noexcept;
  COODIE_DECL void part_done(const lesson_pointer& what) noexcept;
  COODIE_DECL void schedule(std::int64_t after_ns) noexcept;

  loop& loop_;
  control_owner& owner_;
  const control_options options_;
  connection* current_ = nullptr;
  lesson_pointer lesson_;
  std::int64_t refresh_at_ns_ = protocol::never;
  bool refresh_wanted_ = false;  // while a lesson is going on
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CONTROL_HPP
