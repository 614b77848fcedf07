// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_METRICS_IPP
#define COODIE_CLUSTER_METRICS_IPP

#include <cstdio>
#include <numeric>

#include "cluster/metrics.hpp"

namespace coodie::inline COODIE_ABI {

std::string_view to_string(error_kind kind) noexcept {
  switch (kind) {
    case error_kind::timeout: return "timeout";
    case error_kind::no_host: return "no_host";
    case error_kind::connection: return "connection";
    case error_kind::queue_full: return "queue_full";
    case error_kind::cancelled: return "cancelled";
    case error_kind::unavailable: return "unavailable";
    case error_kind::server_timeout: return "server_timeout";
    case error_kind::server_failure: return "server_failure";
    case error_kind::overloaded: return "overloaded";
    case error_kind::server_error: return "server_error";
    case error_kind::invalid: return "invalid";
    case error_kind::client: break;
  }
  return "client";
}

std::string_view to_string(node_status::state state) noexcept {
  switch (state) {
    case node_status::state::up: return "up";
    case node_status::state::connecting: return "connecting";
    case node_status::state::down: return "down";
    case node_status::state::ignored: break;
  }
  return "ignored";
}

namespace detail {
[[nodiscard]] inline error_kind kind_of_server_error(int code) noexcept {
  switch (static_cast<server_errc>(code)) {
    case server_errc::unavailable: return error_kind::unavailable;
    case server_errc::read_timeout:
    case server_errc::write_timeout: return error_kind::server_timeout;
    case server_errc::read_failure:
    case server_errc::write_failure:
    case server_errc::function_failure:
    case server_errc::truncate_error: return error_kind::server_failure;
    case server_errc::overloaded:
    case server_errc::is_bootstrapping:
    case server_errc::rate_limited: return error_kind::overloaded;
    case server_errc::syntax_error:
    case server_errc::unauthorized:
    case server_errc::bad_credentials:
    case server_errc::invalid:
    case server_errc::config_error:
    case server_errc::already_exists:
    case server_errc::unprepared: return error_kind::invalid;
    case server_errc::server_error:
    case server_errc::protocol_error: break;
  }
  return error_kind::server_error;
}
}  // namespace detail

error_kind kind_of(const error_code& code) noexcept {
  if (code.category() == server_category()) return detail::kind_of_server_error(code.value());
  switch (static_cast<errc>(code.value())) {
    case errc::request_timeout: return error_kind::timeout;
    case errc::no_host_available: return error_kind::no_host;
    case errc::queue_full: return error_kind::queue_full;
    case errc::cancelled:
    case errc::closed: return error_kind::cancelled;
    default: break;
  }
  return code.value() >= 100 && code.value() < 200 ? error_kind::connection : error_kind::client;
}

namespace cluster_detail {

void core_counters::add_to(metrics_snapshot& total) const {
  for (std::size_t i = 0; i < error_kinds; ++i) total.errors[i] += errors[i].get();
  total.retries += retries.get();
  total.speculations += speculations.get();
  total.speculations_won += speculations_won.get();
  total.attempt_timeouts += attempt_timeouts.get();
  total.prepares += prepares.get();
  total.connections_opened += connections_opened.get();
  total.connections_lost += connections_lost.get();
  total.connect_failures += connect_failures.get();
  total.topology_refreshes += topology_refreshes.get();
  total.events += events.get();
  latency.add_to(total.latency);
  total.succeeded = total.latency.count();
  total.requests = std::accumulate(total.errors.begin(), total.errors.end(), total.succeeded);
}

}  // namespace cluster_detail

namespace detail {

/// Lines of the text format: a family with its help, then its samples.
class prometheus_text {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "coodie_" + std::string(name);
    text +=
        "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
  }
  void sample(std::uint64_t value, const std::string& labels = {}, std::string_view suffix = {}) {
    text += name_ + std::string(suffix) + labels + " " + std::to_string(value) + "\n";
  }
  void sample(double value, const std::string& labels, std::string_view suffix) {
    char shown[32];
    std::snprintf(shown, sizeof shown, "%.9g", value);
    text += name_ + std::string(suffix) + labels + " " + shown + "\n";
  }
  void one(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
    family(name, type, help);
    sample(value);
  }

  std::string text;

 private:
  std::string name_;
};

[[nodiscard]] inline std::string label_value(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '\\' || c == '"') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else
      quoted += c;
  }
  return quoted;
}

// Every fourth bucket: enough to see the shape, and few enough to store.
inline void write_latency(prometheus_text& out, const latency_histogram& latency) {
  out.family("request_duration_seconds", "histogram", "How long requests that succeeded took.");
  std::uint64_t below = 0;
  for (std::size_t i = 0; i + 1 < latency_histogram::buckets; ++i) {
    below += latency.counts()[i];
    if (i % 4 != 0) continue;
    char bound[48];
    std::snprintf(bound, sizeof bound, "{le=\"%.9g\"}",
                  static_cast<double>(latency_histogram::end_of(i)) / 1e9);
    out.sample(below, bound, "_bucket");
  }
  out.sample(latency.count(), "{le=\"+Inf\"}", "_bucket");
  out.sample(static_cast<double>(latency.sum().count()) / 1e9, {}, "_sum");
  out.sample(latency.count(), {}, "_count");
}

inline void write_nodes(prometheus_text& out, const std::vector<node_status>& nodes) {
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    out.family(name, type, help);
    for (const node_status& n : nodes)
      out.sample(
          static_cast<std::uint64_t>(value(n)),
          "{node=\"" + label_value(n.address) + "\",datacenter=\"" + label_value(n.datacenter) + "\"}");
  };
  each("node_up", "gauge", "1 when the node has a connection.",
       [](const node_status& n) { return n.now == node_status::state::up; });
  each("node_connections", "gauge", "Ready connections to the node.",
       [](const node_status& n) { return n.connections; });
  each("node_in_flight", "gauge", "Requests on the node's connections.",
       [](const node_status& n) { return n.in_flight; });
  each("node_requests_total", "counter", "Attempts on the node that ended.",
       [](const node_status& n) { return n.requests; });
  each("node_failures_total", "counter", "Attempts on the node that failed.",
       [](const node_status& n) { return n.failures; });
  each("node_timeouts_total", "counter", "Attempts on the node without an answer in time.",
       [](const node_status& n) { return n.timeouts; });
  each("node_latency_p99_nanoseconds", "gauge", "99 % of the node's answers took at most so long.",
       [](const node_status& n) { return n.latency.percentile(99).count(); });
}

}  // namespace detail

std::string to_prometheus(const metrics_snapshot& m) {
  detail::prometheus_text out;
  out.one("requests_total", "counter", "Requests that ended.", m.requests);
  out.family("errors_total", "counter", "Requests that failed, by kind.");
  for (std::size_t i = 0; i < error_kinds; ++i)
    out.sample(m.errors[i], "{kind=\"" + std::string(to_string(static_cast<error_kind>(i))) + "\"}");
  out.one("retries_total", "counter", "Further attempts after one that failed.", m.retries);
  out.one("speculations_total", "counter", "Further attempts beside one that took long.", m.speculations);
  out.one("speculations_won_total", "counter", "Those that answered first.", m.speculations_won);
  out.one("attempt_timeouts_total", "counter", "Attempts that took too long.", m.attempt_timeouts);
  out.one("prepares_total", "counter", "Statements that a node prepared.", m.prepares);
  out.one("connections_opened_total", "counter", "Connections that became ready.", m.connections_opened);
  out.one("connections_lost_total", "counter", "Ready connections that broke.", m.connections_lost);
  out.one("connect_failures_total", "counter", "Connections that never became ready.", m.connect_failures);
  out.one("topology_refreshes_total", "counter", "How often the nodes were asked about each other.",
          m.topology_refreshes);
  out.one("events_total", "counter", "Events that nodes have sent.", m.events);
  out.one("connections", "gauge", "Ready connections.", m.connections);
  out.one("in_flight", "gauge", "Requests that are written or wait on a connection.", m.in_flight);
  out.one("waiting", "gauge", "Of them, those that wait for a stream id or a PREPARE.", m.waiting);
  out.one("orphans", "gauge", "Stream ids of requests that timed out and are not answered yet.", m.orphans);
  out.one("bytes_sent_total", "counter", "Bytes that were written to sockets.", m.bytes_sent);
  out.one("bytes_received_total", "counter", "Bytes that were read from sockets.", m.bytes_received);
  detail::write_latency(out, m.latency);
  detail::write_nodes(out, m.nodes);
  return std::move(out.text);
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_METRICS_IPP
