// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_SESSION_IPP
#define COODIE_DRIVER_SESSION_IPP

#include "cluster/core.hpp"
#include "driver/session.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

session_state::session_state(std::shared_ptr<cluster_detail::core> running) : core(std::move(running)) {}
session_state::~session_state() { core->close(); }

inline void describe_start(const cluster_detail::start_report& report, const std::string& keyspace,
                           diagnostics& diag) {
  auto& content = diag.edit();
  content.attempts = report.attempts;
  content.server_message = report.text;
  switch (report.code) {
    case errc::configuration:
      content.message =
          "the keyspace \"" + keyspace +
          "\" can't be used; create it first (coodie::sync::create_keyspace) on a driver without one";
      break;
    case errc::no_host_available: content.message = "none of the hosts could be connected to"; break;
    default: content.message = describe(report.code); break;
  }
}

inline std::function<void(cluster_detail::start_report)> when_started(
    std::shared_ptr<cluster_detail::core> core, session_done done) {
  return [core = std::move(core), done = std::move(done)](const cluster_detail::start_report& report) {
    diagnostics diag;
    if (report.code == errc::ok) return done({}, std::move(diag), std::make_shared<session_state>(core));
    describe_start(report, core->config().connection.keyspace, diag);
    core->close();
    done(report.code, std::move(diag), nullptr);
  };
}

void open_session(const cluster_detail::cluster_config& config, session_done done) {
  auto core = cluster_detail::core::make(config);
  core->connect(when_started(core, std::move(done)));
}

// The caller runs its own loop for as long as it waits here, when it has one: nobody else may be doing it
// yet.
std::shared_ptr<session_state> open_session(const cluster_detail::cluster_config& config, error_code& ec,
                                            diagnostics& diag) {
  std::shared_ptr<session_state> opened;
  protocol::blocking_request wait;
  auto core = cluster_detail::core::make(config);
  core->connect(
      when_started(core, [&](error_code code, diagnostics why, std::shared_ptr<session_state> state) {
        ec = code;
        diag = std::move(why);
        opened = std::move(state);
        wait.finish();
      }));
  if (core->runner().is_foreign()) {
    asio::io_context& context = core->runner().context();
    while (!wait.is_done()) {
      if (context.stopped()) context.restart();
      context.run_one();
    }
  }
  static_cast<void>(wait.wait());
  if (ec) core->close();
  return opened;
}

}  // namespace detail

std::string_view session::keyspace() const noexcept {
  return state_ == nullptr ? std::string_view() : state_->core->config().connection.keyspace;
}
void session::close() noexcept {
  if (state_ != nullptr) state_->core->close();
}

cluster::cluster(const init_options& options, error_code& ec, diagnostics& diag) {
  ec.clear();
  diag.clear();
  cluster_detail::cluster_config config;
  errc e = detail::check_options(options, false, diag);
  if (e == errc::ok) e = detail::make_config(options, config, diag);
  if (e != errc::ok)
    ec = e;
  else
    config_ = std::make_shared<const cluster_detail::cluster_config>(std::move(config));
}

session cluster::connect(std::string_view keyspace, error_code& ec, diagnostics& diag) const {
  ec.clear();
  diag.clear();
  cluster_detail::cluster_config config = *config_;
  if (!keyspace.empty()) config.connection.keyspace = keyspace;
  return session(detail::open_session(config, ec, diag));
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_SESSION_IPP
