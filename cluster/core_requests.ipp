// SPDX-License-Identifier: MIT
// The way of a request: which node, and what happens when that node fails.
#ifndef COODIE_CLUSTER_CORE_REQUESTS_IPP
#define COODIE_CLUSTER_CORE_REQUESTS_IPP

#include <algorithm>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
[[nodiscard]] inline bool was_tried(const protocol::request& r, const connection& c) noexcept {
  if (r.attempts == nullptr) return false;
  return std::any_of(r.attempts->attempts.begin(), r.attempts->attempts.end(),
                     [&](const auto& attempt) { return attempt.host == c.name(); });
}

/// What a server's error says about trying the next node. The complete table of retries is a policy's.
[[nodiscard]] inline bool next_node_may_help(const error_code& code, bool idempotent) noexcept {
  if (code == server_errc::is_bootstrapping || code == server_errc::unavailable)
    return true;  // was not executed
  return idempotent && (code == server_errc::overloaded || code == server_errc::server_error);
}
}  // namespace detail

void core::route(protocol::request& r) noexcept {
  if (closing_.load(std::memory_order_relaxed)) [[unlikely]]
    return fail_later(r, errc::closed);
  if (connection* c = pick(r)) [[likely]]
    return c->submit(r);
  fail_later(r, errc::no_host_available);
}

connection* core::pick(const protocol::request& r) noexcept {
  if (!r.has_token || r.attempts != nullptr) return pick_any(r);
  // The less busy of the first two replicas that are there.
  connection* first = nullptr;
  for (const std::uint16_t index : tokens_.replicas(r.token)) {
    node& n = *nodes_[index];
    if (!n.ready()) [[unlikely]]
      continue;
    if (first == nullptr) {
      first = n.link.get();
      if (first->in_flight() == 0) return first;
    } else {
      return n.link->in_flight() < first->in_flight() ? n.link.get() : first;
    }
  }
  return first != nullptr ? first : pick_any(r);
}

// Round robin over the nodes that are there and were not tried.
connection* core::pick_any(const protocol::request& r) noexcept {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    node& n = *nodes_[next_node_++ % nodes_.size()];
    if (n.ready() && !detail::was_tried(r, *n.link)) return n.link.get();
  }
  return nullptr;
}

void core::fail_later(protocol::request& r, errc why) noexcept {
  r.pending_error = why;
  deferred_.push(r);
}

void core::run_deferred() noexcept {
  protocol::request_queue now;
  now.splice(deferred_);
  while (protocol::request* r = now.pop()) {
    if (r->pending_error == errc::no_host_available && r->attempts == nullptr) {
      r->attempts = std::make_unique<protocol::attempt_log>();
      for (const auto& n : nodes_) {
        const std::string& why = n->last_error;
        r->attempts->attempts.push_back(
            {to_string(n->info.endpoint), why.empty() ? "is being connected to" : "is down: " + why});
      }
    }
    r->on_failure(*r, {.code = r->pending_error, .text = describe(r->pending_error)});
  }
}

void core::request_failed(connection& c, protocol::request& r, const protocol::failure& why) noexcept {
  if (try_elsewhere(c, r, why)) {
    if (r.attempts == nullptr) r.attempts = std::make_unique<protocol::attempt_log>();
    r.attempts->attempts.push_back({c.name(), std::string(why.text)});
    if (connection* next = pick_any(r)) return next->submit(r);
    if (why.answer == nullptr) return fail_later(r, errc::no_host_available);
  }
  protocol::failure told = why;
  told.host = c.name();
  r.on_failure(r, told);
}

bool core::try_elsewhere(const connection& c, const protocol::request& r,
                         const protocol::failure& why) noexcept {
  if (closing_.load(std::memory_order_relaxed)) return false;
  if (why.answer != nullptr) return detail::next_node_may_help(why.code, r.idempotent);
  const bool connection_broke = !c.ready();
  return connection_broke && (!why.sent || r.idempotent);
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_REQUESTS_IPP
