// SPDX-License-Identifier: MIT
// How a core starts: contact points, the system tables, a connection to each node.
#ifndef COODIE_CLUSTER_CORE_START_IPP
#define COODIE_CLUSTER_CORE_START_IPP

#include <algorithm>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
// Once one node answers, the others get so long before the program goes on without them.
inline constexpr std::int64_t start_grace_ns = 1'000'000'000;

/// A statement of our own, asked once on one connection. F(const response*) gets nullptr when it failed.
template <class F>
struct system_query final : protocol::request {
  std::string cql;
  F then;

  system_query(std::string statement, F f) : cql(std::move(statement)), then(std::move(f)) {
    kind = protocol::request_kind::query;
    internal = true;
    consistency_level = consistency::one;
    timestamp = protocol::no_timestamp;
    text = cql;
    on_result = [](protocol::request& r, const protocol::response& answer) noexcept {
      const std::unique_ptr<system_query> self(static_cast<system_query*>(&r));
      self->then(&answer);
    };
    on_failure = [](protocol::request& r, const protocol::failure&) noexcept {
      const std::unique_ptr<system_query> self(static_cast<system_query*>(&r));
      self->then(static_cast<const protocol::response*>(nullptr));
    };
  }
};

template <class F>
void ask(connection& where, std::string cql, F then) {
  where.submit(*new system_query<F>(std::move(cql), std::move(then)));
}

[[nodiscard]] inline std::string quote_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}
}  // namespace detail

void core::connect(coodie::detail::callback<start_report> done) {
  started_ = std::move(done);
  {
    const std::lock_guard lock(signal_mutex_);
    signals_.connect = true;
  }
  loop_.signal();
}

void core::abandon_start() noexcept {
  {
    const std::lock_guard lock(signal_mutex_);
    signals_.abandon = true;
  }
  loop_.signal();
}

// Each address is connected to at once. A name may take long: it holds up no other contact point, and keeps
// nothing alive.
void core::resolve_contacts() {
  resolving_ = 1;
  for (const contact_point& contact : config_.contact_points) {
    asio::error_code ec;
    const auto address = asio::ip::make_address(contact.host, ec);
    if (!ec) {
      contact_names_.emplace_back(address, std::string());
      add_contact({address, contact.port});
      continue;
    }
    ++resolving_;
    resolver_->async_resolve(
        contact.host, std::to_string(contact.port),
        [weak = weak_from_this(), &contact](const asio::error_code& error, const auto& found) {
          const auto self = weak.lock();
          if (self == nullptr) return;
          const loop::turn now(self->loop_);
          if (self->closing_.load(std::memory_order_relaxed)) return;
          self->contact_resolved(contact, error, found);
        });
  }
  --resolving_;
  started_if_complete();
}

void core::contact_resolved(const contact_point& contact, const asio::error_code& error,
                            const asio::ip::tcp::resolver::results_type& found) {
  --resolving_;
  std::erase_if(contact_names_, [&](const auto& known) { return known.second == contact.host; });
  for (const auto& entry : found) contact_names_.emplace_back(entry.endpoint().address(), contact.host);
  for (const auto& entry : found) add_contact(entry.endpoint());
  // RFC 6761 section 6.3; small systems have no file that says so.
  const bool is_local = error && contact.host == "localhost";
  if (is_local) {
    contact_names_.emplace_back(asio::ip::address_v4::loopback(), contact.host);
    add_contact({asio::ip::address_v4::loopback(), contact.port});
  }
  if (error && !is_local)
    contact_failed(contact.host + ":" + std::to_string(contact.port), errc::host_unresolved, error.message());
  else
    started_if_complete();
}

void core::add_contact(const asio::ip::tcp::endpoint& where) {
  if (learned_) return;  // the nodes are known by the addresses that they give themselves
  for (const auto& n : nodes_)
    if (n->info.endpoint == where) return;
  nodes_.push_back(std::make_unique<node>(node_info{.endpoint = where}));
  open(*nodes_.back());
}

// A contact point is held to the name that it was given by: whoever answers for the name in DNS must not do
// with a certificate for the address. The addresses of other nodes come from one that has proved who it is.
std::unique_ptr<tls_stream> core::open_tls(const asio::ip::tcp::endpoint& where) const {
  if (config_.tls == nullptr) return nullptr;
  tls_peer peer{.where = to_string(where), .address = where.address().to_string(), .names = {}};
  bool by_address = false;
  for (const auto& [address, name] : contact_names_) {
    if (address != where.address()) continue;
    by_address = by_address || name.empty();
    if (!name.empty()) peer.names.push_back(name);
  }
  peer.address_counts = learned_ || by_address || peer.names.empty();
  return std::make_unique<tls_stream>(config_.tls, std::move(peer));
}

void core::contact_failed(std::string host, errc why, std::string text) {
  start_errors_.push_back(why);
  start_attempts_.push_back({std::move(host), std::move(text)});
  started_if_complete();
}

// system.local tells about the node that was asked, system.peers about the others. peers_v2 has their ports,
// but only Cassandra 4 and later have it.
void core::learn_topology(connection& from) {
  learning_ = true;
  struct lesson {
    std::shared_ptr<core> self;
    std::shared_ptr<connection> from;
    topology found;
  };
  auto what = std::make_shared<lesson>(lesson{shared_from_this(), from.shared_from_this(), {}});

  auto replication = [what] {
    if (!what->from->ready()) return what->self->learning_failed();
    if (what->self->config_.connection.keyspace.empty())
      return what->self->topology_known(std::move(what->found));
    detail::ask(*what->from,
                "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = " +
                    detail::quote_literal(what->self->config_.connection.keyspace),
                [what](const protocol::response* answer) {
                  if (answer != nullptr) static_cast<void>(read_replication(answer->body, what->found));
                  what->self->topology_known(std::move(what->found));
                });
  };
  auto old_peers = [what, replication] {
    if (!what->from->ready()) return what->self->learning_failed();
    detail::ask(*what->from, "SELECT peer, host_id, data_center, rack, tokens, rpc_address FROM system.peers",
                [what, replication](const protocol::response* answer) {
                  const std::uint16_t port = what->from->endpoint().port();
                  if (answer != nullptr) static_cast<void>(read_peers(answer->body, port, what->found));
                  replication();
                });
  };
  auto peers = [what, replication, old_peers] {
    detail::ask(
        *what->from,
        "SELECT peer, host_id, data_center, rack, tokens, native_address, native_port FROM system.peers_v2",
        [what, replication, old_peers](const protocol::response* answer) {
          const std::uint16_t port = what->from->endpoint().port();
          if (answer == nullptr || read_peers(answer->body, port, what->found) != errc::ok)
            return old_peers();
          replication();
        });
  };
  detail::ask(
      from, "SELECT host_id, data_center, rack, tokens, partitioner FROM system.local WHERE key = 'local'",
      [what, peers](const protocol::response* answer) {
        if (answer != nullptr && read_local(answer->body, what->from->endpoint(), what->found) == errc::ok)
          return peers();
        what->from->close(errc::unexpected_message);  // connected, but of no use
        what->self->learning_failed();
      });
}

// Another contact point may know more.
void core::learning_failed() {
  learning_ = false;
  for (const auto& n : nodes_)
    if (n->ready()) return learn_topology(*n->link);
  started_if_complete();
}

// The nodes in the order of the topology, so that the token map's indexes are theirs; connections that exist
// are kept.
void core::topology_known(topology found) {
  if (closing_.load(std::memory_order_relaxed)) return;
  learning_ = false;
  learned_ = true;
  std::vector<std::unique_ptr<node>> before = std::move(nodes_);
  nodes_.clear();
  for (node_info& info : found.nodes) {
    auto same = std::find_if(before.begin(), before.end(),
                             [&](const auto& n) { return n && n->info.endpoint == info.endpoint; });
    if (same == before.end()) {
      nodes_.push_back(std::make_unique<node>(info));
      continue;
    }
    (*same)->info = info;
    nodes_.push_back(std::move(*same));
  }
  if (config_.token_aware) tokens_ = map_tokens(found);
  for (auto& n : before)  // a contact point under an address that is no node's
    if (n && n->link) n->link->close(errc::closed);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    node& n = *nodes_[i];
    if (n.link != nullptr) continue;
    if (n.tried)
      schedule_reconnect(n);
    else
      open(n);
  }
  start_deadline_ns_ = loop_.clock().now_ns + detail::start_grace_ns;
  timer_wanted_ns_ = std::min(timer_wanted_ns_, start_deadline_ns_);
  started_if_complete();
}

void core::started_if_complete() {
  if (!started_) return;
  if (learned_) {
    const bool all_tried = std::all_of(nodes_.begin(), nodes_.end(), [](const auto& n) { return n->tried; });
    if (all_tried || loop_.clock().now_ns >= start_deadline_ns_) report_start({});
    return;
  }
  const bool hope =
      learning_ || resolving_ != 0 ||
      std::any_of(nodes_.begin(), nodes_.end(), [](const auto& n) { return n->link != nullptr; });
  if (!hope) report_start(failed_start());
}

// One cause for all hosts is the cause; else nobody could be reached.
start_report core::failed_start() const {
  start_report report{.code = errc::no_host_available, .text = {}, .attempts = start_attempts_};
  const auto is_cause = [](errc e) {
    return e == errc::configuration || e == errc::authentication_failed ||
           e == errc::authentication_required || e == errc::compression_unsupported ||
           e == errc::unsupported_version || e == errc::authenticator_refused || e == errc::tls_failed ||
           e == errc::tls_unsupported || e == errc::tls_required || e == errc::certificate_rejected ||
           e == errc::client_certificate_rejected;
  };
  for (std::size_t i = 0; i < start_errors_.size(); ++i)
    if (is_cause(start_errors_[i])) {
      report.code = start_errors_[i];
      report.text = start_attempts_[i].reason;
    }
  return report;
}

void core::report_start(start_report report) {
  start_deadline_ns_ = protocol::never;
  auto done = std::exchange(started_, {});
  done(std::move(report));
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_START_IPP
