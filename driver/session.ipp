// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_SESSION_IPP
#define COODIE_DRIVER_SESSION_IPP

#include "cluster/core_group.hpp"
#include "driver/session.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

session_state::session_state(std::shared_ptr<cluster_detail::core_group> running)
    : core(std::move(running)) {}
session_state::~session_state() { core->close(); }

inline void describe_start(const cluster_detail::start_report& report, diagnostics& diag) {
  auto& content = diag.edit();
  content.attempts = report.attempts;
  content.message = report.text;
  content.server_message = report.server_text;
}

void opening_cancellation::cancel() {
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  if (const auto opening = opening_.lock()) opening->abandon_start();
}

void opening_cancellation::attach(const std::shared_ptr<cluster_detail::core_group>& opening) {
  const std::lock_guard lock(mutex_);
  opening_ = opening;
  if (wanted_) opening->abandon_start();
}

void open_session(const cluster_detail::cluster_config& config,
                  const std::shared_ptr<opening_cancellation>& cancellation, session_done done) {
  auto core = cluster_detail::core_group::make(config);
  core->connect([core, done = std::move(done)](const cluster_detail::start_report& report) mutable {
    diagnostics diag;
    if (report.code == errc::ok) return done({}, std::move(diag), std::make_shared<session_state>(core));
    describe_start(report, diag);
    core->close();
    done(report.code, std::move(diag), nullptr);
  });
  if (cancellation != nullptr) cancellation->attach(core);
}

// The caller's own loop may be run by nobody yet: whoever waits here runs it. It may as well be run by
// others, who then take the events that would end a run_one().
inline void wait_for_start(cluster_detail::core_group& core, protocol::blocking_request& started) {
  if (core.runner().is_foreign()) {
    asio::io_context& context = core.runner().context();
    while (!started.is_done()) {
      if (context.stopped()) context.restart();
      context.run_one_for(std::chrono::milliseconds(5));
    }
  }
  static_cast<void>(started.wait());
}

std::shared_ptr<session_state> open_session(const cluster_detail::cluster_config& config, error_code& ec,
                                            diagnostics& diag) {
  auto core = cluster_detail::core_group::make(config);
  cluster_detail::start_report report;
  protocol::blocking_request started;
  core->connect([&](cluster_detail::start_report&& ended) {
    report = std::move(ended);
    started.finish();
  });
  wait_for_start(*core, started);
  if (report.code == errc::ok) return std::make_shared<session_state>(std::move(core));
  ec = report.code;
  describe_start(report, diag);
  core->close();
  return nullptr;
}

}  // namespace detail

std::string_view session::keyspace() const noexcept {
  return state_ == nullptr ? std::string_view() : state_->core->config().connection.keyspace;
}
metrics_snapshot session::metrics() const {
  return state_ == nullptr ? metrics_snapshot() : state_->core->metrics();
}
void session::close() noexcept {
  if (state_ != nullptr) state_->core->close();
}

cluster::cluster(const init_options& options, error_code& ec, diagnostics& diag) {
  ec.clear();
  diag.clear();
  cluster_detail::cluster_config config;
  errc e = detail::check_options(options, false, diag);
  if (e == errc::ok && options.session.get() != nullptr) {
    e = errc::configuration;
    diag.edit().message = "a cluster makes sessions, so it takes .hosts and no .session";
  }
  if (e == errc::ok) e = detail::make_config(options, config, diag);
  if (e != errc::ok)
    ec = e;
  else
    config_ = std::make_shared<const cluster_detail::cluster_config>(std::move(config));
}

session cluster::connect(std::string_view keyspace, error_code& ec, diagnostics& diag) const {
  ec.clear();
  diag.clear();
  if (config_ == nullptr) {
    ec = errc::configuration;
    diag.edit().message = "the cluster has no options, because those that it was given were refused";
    return {};
  }
  if (const errc e = detail::check_keyspace(keyspace, diag); e != errc::ok) {
    ec = e;
    return {};
  }
  cluster_detail::cluster_config config = *config_;
  if (!keyspace.empty()) config.connection.keyspace = keyspace;
  return session(detail::open_session(config, ec, diag));
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_SESSION_IPP
