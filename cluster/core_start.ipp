// SPDX-License-Identifier: MIT
// How a core starts: contact points, the system tables, a connection to each node.
#ifndef COODIE_CLUSTER_CORE_START_IPP
#define COODIE_CLUSTER_CORE_START_IPP

#include <algorithm>
#include <set>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

void core::connect(coodie::detail::callback<start_report> done) {
  started_ = std::move(done);
  ask([&](signals& to) { to.connect = true; });
}

void core::follow(known_cluster cluster, coodie::detail::callback<start_report> done) {
  started_ = std::move(done);
  tell(std::move(cluster));
}

void core::tell(known_cluster cluster) {
  ask([&](signals& to) { to.cluster = std::move(cluster); });
}

void core::tell_failure(start_report report) {
  ask([&](signals& to) { to.failure = std::move(report); });
}

void core::wake() noexcept {
  ask([&](signals& to) { to.wake = true; });
}

// Only the first core learns about the nodes; it tells the others.
void core::start_lazily() {
  if (std::exchange(starting_, true)) return;
  if (connects_for_us_) return connects_for_us_();
  resolve_contacts();
}

void core::accept_requests() noexcept {
  accepting_ = true;
  while (protocol::request* r = parked_.pop()) {
    protocol::deadline_lists::remove(*r);
    begin(*r);
  }
}

void core::abandon_start() noexcept {
  ask([&](signals& to) { to.abandon = true; });
}

// Each address is connected to at once. A name may take long: it holds up no other contact point, and keeps
// nothing alive.
void core::resolve_contacts() {
  starting_ = true;
  ++resolving_;
  for (std::size_t i = 0; i < config_->contact_points.size(); ++i) {
    const contact_point& contact = config_->contact_points[i];
    asio::error_code ec;
    const auto address = asio::ip::make_address(contact.host, ec);
    if (ec) {
      look_up_contact(i);
      continue;
    }
    name_contact(address, std::string());
    add_contact({address, contact.port});
  }
  if (--resolving_ == 0) names_work_.reset();
  started_if_complete();
}

void core::look_up_contact(std::size_t number) {
  if (looked_up_[number]) return;  // still
  if (names_ == nullptr)
    names_ = std::make_shared<name_lookup>([weak = weak_from_this()](found_name found) {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->ask([&](signals& to) { to.names.push_back(std::move(found)); });
    });
  const contact_point& contact = config_->contact_points[number];
  looked_up_[number] = true;
  ++resolving_;
  if (!names_work_) names_work_.emplace(loop_.executor());
  if (!names_->start(number, contact.host, std::to_string(contact.port)))
    contact_resolved({.number = number, .error = asio::error::no_memory, .endpoints = {}});
}

void core::contact_resolved(const found_name& found) {
  const contact_point& contact = config_->contact_points[found.number];
  looked_up_[found.number] = false;
  if (--resolving_ == 0) names_work_.reset();
  if (!found.error)
    std::erase_if(contact_names_, [&](const auto& known) { return known.second == contact.host; });
  for (const auto& endpoint : found.endpoints) name_contact(endpoint.address(), contact.host);
  for (const auto& endpoint : found.endpoints) add_contact(endpoint);
  // RFC 6761 section 6.3; small systems have no file that says so.
  const bool is_local = found.error && contact.host == "localhost";
  if (is_local) {
    name_contact(asio::ip::address_v4::loopback(), contact.host);
    add_contact({asio::ip::address_v4::loopback(), contact.port});
  }
  if (found.error && !is_local)
    contact_failed(contact.host + ":" + std::to_string(contact.port), errc::host_unresolved,
                   found.error.message());
  else
    started_if_complete();
}

void core::add_contact(const asio::ip::tcp::endpoint& where) {
  for (const auto& n : nodes_)
    if (n->info.endpoint == where || n->newest_endpoint == where) return;
  if (view_ != nullptr && control_.has_connection()) return;  // the nodes are known by their own addresses
  node& made = *nodes_.emplace_back(std::make_unique<node>(node_info{.endpoint = where}));
  made.is_contact = true;
  fill(made);
}

// All nodes that are known are down: they may all have moved. The names of the contact points are looked up
// again, but not at every failure.
void core::look_for_contacts_again() {
  const std::int64_t now = loop_.clock().now_ns;
  if (index_ != 0 || now < contacts_again_ns_ || control_.has_connection()) return;
  for (const auto& n : nodes_)
    if (n->wanted() && (n->ready() || !n->tried)) return;
  contacts_again_ns_ = now + config_->reconnect_max_ns;
  log(log_level::warning, "all nodes are down; the contact points are looked up again");
  resolve_contacts();
}

// A contact point is held to the name that it was given by: whoever answers for the name in DNS must not do
// with a certificate for the address. The addresses of other nodes come from one that has proved who it is.
std::unique_ptr<tls_stream> core::open_tls(const asio::ip::tcp::endpoint& where, bool is_contact) const {
  if (config_->tls == nullptr) return nullptr;
  tls_peer peer{.where = to_string(where), .address = where.address().to_string(), .names = {}};
  bool by_address = false;
  for (const auto& [address, name] : contact_names_) {
    if (address != where.address()) continue;
    by_address = by_address || name.empty();
    if (!name.empty()) peer.names.push_back(name);
  }
  peer.address_counts = !is_contact || by_address || peer.names.empty();
  return std::make_unique<tls_stream>(config_->tls, std::move(peer));
}

void core::name_contact(const asio::ip::address& address, std::string name) {
  std::pair<asio::ip::address, std::string> made(address, std::move(name));
  if (std::find(contact_names_.begin(), contact_names_.end(), made) == contact_names_.end())
    contact_names_.push_back(std::move(made));
}

void core::contact_failed(std::string host, errc why, std::string text) {
  if (view_ != nullptr) return;
  start_errors_.push_back(why);
  start_attempts_.push_back({std::move(host), std::move(text)});
  started_if_complete();
}

namespace detail {
[[nodiscard]] inline std::string join(const std::set<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "\"" : ", \"") + name + "\"";
  return all;
}
}  // namespace detail

// The local datacenter: the one that is named, else the one that all contact points are in.
errc core::choose_datacenter(const topology& found, std::string& why) {
  std::set<std::string> existing, contacts;
  std::string listed;
  for (const node_info& info : found.nodes) {
    existing.insert(info.datacenter);
    const bool is_contact = &info == found.nodes.data() ||
                            std::any_of(nodes_.begin(), nodes_.end(),
                                        [&](const auto& n) { return n->info.endpoint == info.endpoint; });
    if (!is_contact) continue;
    contacts.insert(info.datacenter);
    listed += (listed.empty() ? "" : ", ") + to_string(info.endpoint) + " in \"" + info.datacenter + "\"";
  }
  if (!config_->local_datacenter.empty()) {
    if (existing.count(config_->local_datacenter) != 0) return errc::ok;
    why = "there is no datacenter \"" + config_->local_datacenter + "\"; the cluster has " +
          detail::join(existing);
    return errc::configuration;
  }
  if (contacts.size() == 1) {
    local_datacenter_ = *contacts.begin();
    return errc::ok;
  }
  why = "the contact points are in several datacenters (" + listed +
        "); name the nearest one: .local_datacenter = " + detail::join({*contacts.begin()});
  return errc::configuration;
}

void core::refuse_start(errc why, std::string text) {
  log(log_level::error, text);
  const bool is_waited_for = static_cast<bool>(started_);
  report_start({.code = why, .text = std::move(text), .server_text = {}, .attempts = {}});
  if (is_waited_for) shut_down(errc::closed);
}

void core::started_if_complete() {
  if (!started_ && parked_.empty() && !others_wait_) return;
  if (view_ != nullptr) {
    const auto any = [&](auto condition) {
      return std::any_of(nodes_.begin(), nodes_.end(),
                         [&](const auto& n) { return n->wanted() && condition(*n); });
    };
    const bool all_tried = !any([](const node& n) { return !n.tried; });
    const bool some_ready = any([](const node& n) { return n.ready(); });
    if (all_tried && !some_ready) return refuse_start_without_nodes();
    if (all_tried || (some_ready && loop_.clock().now_ns >= start_deadline_ns_)) report_start({});
    return;
  }
  const bool hope = control_.is_learning() || resolving_ != 0 ||
                    std::any_of(nodes_.begin(), nodes_.end(),
                                [](const auto& n) { return n->ready() || !n->opening.empty(); });
  if (!hope) report_start(failed_start());
}

namespace detail {
[[nodiscard]] inline start_report unreachable(std::vector<protocol::attempt_log::attempt> attempts) {
  return {.code = errc::no_host_available,
          .text = "none of the hosts could be connected to",
          .server_text = {},
          .attempts = std::move(attempts)};
}
}  // namespace detail

// The cluster is known, and none of the nodes that would be asked can be.
void core::refuse_start_without_nodes() {
  start_report report = detail::unreachable({});
  for (const auto& n : nodes_)
    if (n->wanted()) report.attempts.push_back({n->name, n->last_error});
  if (report.attempts.empty()) {
    report.code = errc::configuration;
    report.text = "the host filter leaves no node of the datacenter \"" + local_datacenter_ + "\"";
  }
  report_start(std::move(report));
}

// One cause for all hosts is the cause; else nobody could be reached.
start_report core::failed_start() const {
  start_report report = detail::unreachable(start_attempts_);
  for (std::size_t i = 0; i < start_errors_.size(); ++i) {
    const std::string& reason = start_attempts_[i].reason;
    switch (start_errors_[i]) {
      case errc::configuration:
        report.text = "the keyspace \"" + config_->connection.keyspace +
                      "\" can't be used; create it first (coodie::sync::create_keyspace) on a driver without "
                      "one";
        report.server_text = reason;
        break;
      case errc::authentication_failed:
        report.text = describe(errc::authentication_failed);
        report.server_text = reason;
        break;
      case errc::unsupported_version:
        report.text =
            "the server does not speak version 4 of CQL's native protocol; is this the port of another "
            "service?";
        break;
      case errc::authentication_required:
      case errc::authenticator_refused:
      case errc::compression_unsupported:
      case errc::tls_failed:
      case errc::tls_unsupported:
      case errc::tls_required:
      case errc::certificate_rejected:
      case errc::client_certificate_rejected: report.text = reason; break;
      default: continue;
    }
    report.code = start_errors_[i];
  }
  return report;
}

void core::report_start(start_report report) {
  start_deadline_ns_ = protocol::never;
  const bool failed = report.code != errc::ok;
  if (failed) fail_parked(report);
  if (view_ != nullptr) accept_requests();
  if (std::exchange(others_wait_, false) && failed && on_failure_) on_failure_(report);
  if (!started_) return;
  auto done = std::exchange(started_, {});
  done(std::move(report));
}

// Of a driver that connects at the first request: the next one tries again.
void core::fail_parked(const start_report& report) noexcept {
  start_failure_ = report.code;
  start_failure_text_ = report.text;
  if (!report.server_text.empty()) start_failure_text_ += ": " + report.server_text;
  while (protocol::request* r = parked_.pop()) {
    protocol::deadline_lists::remove(*r);
    r->attempts = std::make_unique<protocol::attempt_log>();
    r->attempts->attempts = report.attempts;
    fail_later(*r, report.code);
  }
  if (started_ || view_ != nullptr) return;
  starting_ = false;
  start_attempts_.clear();
  start_errors_.clear();
  std::vector<std::unique_ptr<node>> contacts = std::move(nodes_);
  nodes_.clear();
  for (auto& n : contacts) {
    drop_node(*n);
    dropped_.push_back(std::move(n));
  }
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_START_IPP
