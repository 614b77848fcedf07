// SPDX-License-Identifier: MIT
// A cluster and its sessions as objects of the program, for those who bring their own.
#ifndef COODIE_DRIVER_SESSION_HPP
#define COODIE_DRIVER_SESSION_HPP

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "cluster/callback.hpp"
#include "driver/error.hpp"
#include "driver/init_options.hpp"

namespace coodie::inline COODIE_ABI {

namespace cluster_detail {
class core_group;
struct cluster_config;
}  // namespace cluster_detail

namespace detail {
/// A running core; closed when the last one who has it lets go.
struct session_state {
  std::shared_ptr<cluster_detail::core_group> core;
  COODIE_DECL explicit session_state(std::shared_ptr<cluster_detail::core_group> running);
  COODIE_DECL ~session_state();
  session_state(const session_state&) = delete;
  session_state& operator=(const session_state&) = delete;
};
/// What is told when a session is there, or why not. On the session's loop.
using session_done = callback<error_code, diagnostics, std::shared_ptr<session_state>>;
/// Between whoever may cancel an opening and the opening, whichever is there first. Thread-safe.
class opening_cancellation {
 public:
  /// The opening, unless it has ended, ends with errc::cancelled.
  COODIE_DECL void cancel();
  COODIE_DECL void attach(const std::shared_ptr<cluster_detail::core_group>& opening);

 private:
  std::mutex mutex_;
  bool wanted_ = false;
  std::weak_ptr<cluster_detail::core_group> opening_;
};
/// Connects; `done` is called once, never inside this call.
COODIE_DECL void open_session(const cluster_detail::cluster_config& config,
                              const std::shared_ptr<opening_cancellation>& cancellation, session_done done);
/// Connects and blocks.
[[nodiscard]] COODIE_DECL std::shared_ptr<session_state> open_session(
    const cluster_detail::cluster_config& config, error_code& ec, diagnostics& diag);
/// What the options say, or why they can't be. `async` says whether there is an event loop to be used at
/// need.
[[nodiscard]] COODIE_DECL errc check_options(const init_options& options, bool async, diagnostics& diag);
/// Whether that can be the name of a keyspace; empty is none.
[[nodiscard]] COODIE_DECL errc check_keyspace(std::string_view keyspace, diagnostics& diag);
[[nodiscard]] COODIE_DECL errc make_config(const init_options& options,
                                           cluster_detail::cluster_config& config, diagnostics& diag);
}  // namespace detail

/// A session: connections to a cluster's nodes, in one keyspace. Copies are the same session; it ends with
/// the last.
class session {
 public:
  session() = default;
  explicit session(std::shared_ptr<detail::session_state> state) noexcept : state_(std::move(state)) {}
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }
  [[nodiscard]] COODIE_DECL std::string_view keyspace() const noexcept;
  /// Ends all requests with errc::closed.
  COODIE_DECL void close() noexcept;
  /// What has been counted since the session was made, and its nodes. From any thread.
  [[nodiscard]] COODIE_DECL metrics_snapshot metrics() const;
  [[nodiscard]] const std::shared_ptr<detail::session_state>& state() const noexcept { return state_; }

 private:
  std::shared_ptr<detail::session_state> state_;
};

/// How to reach a cluster; connect() makes sessions of it.
class cluster {
 public:
#if COODIE_HAS_EXCEPTIONS
  /// Throws configuration_error.
  explicit cluster(const init_options& options) {
    error_code ec;
    diagnostics diag;
    *this = cluster(options, ec, diag);
    if (ec) detail::throw_error(ec, std::move(diag));
  }
  /// Blocks. Throws configuration_error, no_host_available.
  [[nodiscard]] session connect(std::string_view keyspace = {}) const {
    error_code ec;
    diagnostics diag;
    session s = connect(keyspace, ec, diag);
    if (ec) detail::throw_error(ec, std::move(diag));
    return s;
  }
#endif
  COODIE_DECL cluster(const init_options& options, error_code& ec, diagnostics& diag);
  [[nodiscard]] COODIE_DECL session connect(std::string_view keyspace, error_code& ec,
                                            diagnostics& diag) const;

 private:
  std::shared_ptr<const cluster_detail::cluster_config> config_;
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_SESSION_HPP
