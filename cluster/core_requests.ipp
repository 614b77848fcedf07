// SPDX-License-Identifier: MIT
// The way of a request: which node, and which of its connections.
#ifndef COODIE_CLUSTER_CORE_REQUESTS_IPP
#define COODIE_CLUSTER_CORE_REQUESTS_IPP

#include <algorithm>

#include "cluster/core.hpp"
#include "protocol/machine/conditional_text.hpp"
#include "protocol/routing/routing.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

// What the caller left open is the profile's.
void core::settle_options(protocol::request& r) noexcept {
  const execution_profile* const profile = config_->find_profile(r.profile);
  r.policy = profile;
  if (profile == nullptr) [[unlikely]]
    return;
  const auto is_given = [&](std::uint8_t option) { return (r.given & option) != 0; };
  if (!is_given(protocol::given_option::consistency)) r.consistency_level = profile->consistency;
  if (!is_given(protocol::given_option::serial_consistency) && r.serial != protocol::no_serial_consistency)
    r.serial = profile->serial_consistency;
  if (!is_given(protocol::given_option::page_size) && r.page_size > 0) r.page_size = profile->page_size;
  if (!is_given(protocol::given_option::attempt_timeout)) r.attempt_timeout_ns = profile->attempt_timeout_ns;
  const std::int64_t timeout = r.timeout_ns > 0 ? r.timeout_ns : profile->request_timeout_ns;
  r.deadline_ns = protocol::deadline_after(loop_.clock().now_ns, timeout);
}

// Text without values is read only when it has failed, or is to be sent twice: it has no token.
bool core::is_conditional(const protocol::request& r, const statement_route& how) const noexcept {
  if (is_serial(r.consistency_level)) return true;
  if (r.kind == protocol::request_kind::execute)
    return r.what->has(protocol::statement_flag::conditional) || how.conditional;
  if (r.kind == protocol::request_kind::query) return protocol::is_conditional_text(r.text);
  return std::any_of(r.members.begin(), r.members.end(), [&](const protocol::batch_member& member) {
    return member.what->has(protocol::statement_flag::conditional) || routes_.of(*member.what).conditional;
  });
}

void core::begin(protocol::request& r) noexcept {
  const auto& profile = *static_cast<const execution_profile*>(r.policy);
  if (profile.speculation.wanted() && r.idempotent && !is_conditional(r)) [[unlikely]]
    return start_race(r);
  route(r);
}

void core::route(protocol::request& r) noexcept {
  if (closing_.load(std::memory_order_relaxed)) [[unlikely]]
    return fail_later(r, errc::closed);
  if (connection* c = pick(r)) [[likely]]
    return c->submit(r);
  if (r.kind == protocol::request_kind::agreement) return await_agreement(r);
  fail_later(r, errc::no_host_available);
}

connection* core::pick(protocol::request& r) noexcept {
  const statement_route& how = routes_.of(r);
  if (!r.has_token && !how.key_markers.empty()) [[unlikely]]
    find_token(r, how);
  if (r.has_token)
    if (connection* c = pick_replica(r, how)) [[likely]]
      return config_->remote_datacenters ? nearer(r, c) : c;
  return pick_any(r);
}

// A replica in another datacenter is asked when no local node can be, not only when no local replica can be.
connection* core::nearer(const protocol::request& r, connection* replica) noexcept {
  if (replica->home->distance != node_distance::remote) return replica;
  connection* const other = pick_any(r);
  return other != nullptr && other->home->distance != node_distance::remote ? other : replica;
}

namespace detail {
/// The nearer one of two, or the less busy one of the same distance.
struct best_replica {
  connection* link = nullptr;
  node_distance distance = node_distance::ignored;
  bool compared = false;  // two of the same distance are enough

  void offer(connection* c, node_distance d) noexcept {
    if (link == nullptr || d < distance) {
      *this = {c, d, false};
    } else if (d == distance && !compared) {
      if (c->in_flight() < link->in_flight()) link = c;
      compared = true;
    }
  }
  /// Nothing that is offered can be better.
  [[nodiscard]] bool is_final() const noexcept { return compared && distance == node_distance::local_rack; }
};
}  // namespace detail

// The less busy of two at random among the nearest that are there. For a lightweight transaction the first in
// the order of the ring: then all clients ask the same node, and do not disturb each other. `replica(i)` is a
// node, or nullptr, and what gives its connection.
template <class Replica>
connection* core::pick_best(const protocol::request& r, const statement_route& how, std::size_t count,
                            Replica&& replica) noexcept {
  const auto may_be_asked = [&](const node* n) { return n != nullptr && n->ready() && !is_excluded(r, *n); };
  if (count == 0) return nullptr;
  if (count == 1) {
    const auto [n, link] = replica(0);
    return may_be_asked(n) ? link(*n) : nullptr;
  }
  const bool in_order = is_conditional(r, how);
  std::size_t at = in_order ? 0 : random() % count;
  detail::best_replica best;
  for (std::size_t i = 0; i < count && !best.is_final(); ++i, ++at) {
    if (at == count) at = 0;
    const auto [n, link] = replica(at);
    if (!may_be_asked(n)) [[unlikely]]
      continue;
    if (in_order && best.link != nullptr && best.distance <= n->distance) continue;
    best.offer(link(*n), n->distance);
  }
  return best.link;
}

connection* core::pick_replica(const protocol::request& r, const statement_route& how) noexcept {
  if (how.table != nullptr && how.table->tablets.size() != 0) [[unlikely]]
    if (connection* c = pick_tablet_replica(r, how)) return c;
  if (how.keyspace == nullptr) return nullptr;
  const auto replicas = how.keyspace->replicas->replicas(r.token);
  return pick_best(r, how, replicas.size(), [&](std::size_t i) {
    return std::pair(nodes_[replicas[i]].get(), [&](node& n) { return n.link_for(true, r.token); });
  });
}

connection* core::pick_tablet_replica(const protocol::request& r, const statement_route& how) noexcept {
  const tablet* const found = how.table->tablets.find(r.token);
  if (found == nullptr) return nullptr;
  return pick_best(r, how, found->replicas.size(), [&](std::size_t i) {
    const tablet::replica& where = found->replicas[i];
    const auto n = std::find_if(nodes_.begin(), nodes_.end(),
                                [&](const auto& each) { return each->info.host_id == where.host_id; });
    const auto shard = static_cast<std::uint32_t>(where.shard);
    return std::pair(n == nodes_.end() ? nullptr : n->get(),
                     [shard](node& on) { return on.link_of_shard(shard); });
  });
}

// In turn over the nearest nodes that are there and were not tried.
connection* core::pick_any(const protocol::request& r) noexcept {
  if (r.kind == protocol::request_kind::agreement) [[unlikely]]
    return nullptr;  // of all of them
  for (const auto& list : by_distance_)
    for (std::size_t i = 0; i < list.size(); ++i) {
      node& n = *list[next_node_++ % list.size()];
      if (n.ready() && !is_excluded(r, n)) return n.link_for(r.has_token, r.token);
    }
  return nullptr;
}

// Nodes where it was already, and for one of several attempts at the same time those where the others are.
bool core::was_tried(const protocol::request& r, const node& n) const noexcept {
  if (r.attempts != nullptr) {
    const std::string& name = n.name;
    const auto& tried = r.attempts->attempts;
    for (std::size_t i = r.attempts->first_excluded; i < tried.size(); ++i)
      if (tried[i].host == name) return true;
  }
  if (r.rivals == nullptr) return false;
  const auto& rivals = race::of(r)->rivals;
  return std::any_of(rivals.begin(), rivals.end(), [&](const auto& other) {
    return other.get() != &r && other->owner != nullptr &&
           static_cast<const connection*>(other->owner)->home == &n;
  });
}

namespace detail {
inline constexpr std::size_t most_kept_of_a_key = 64 * 1024;
}  // namespace detail

// A statement of which only the server has told what its partition key is: the values have to be looked at.
void core::find_token(protocol::request& r, const statement_route& how) noexcept {
  if (!config_->token_aware) return;
  auto& [encoded, all, key] = key_search_;
  if (encoded.capacity() > detail::most_kept_of_a_key) [[unlikely]]
    encoded.release();
  encoded.clear();
  key.clear();
  protocol::reader values;
  std::size_t count = r.value_count;
  if (r.kind == protocol::request_kind::batch) {
    if (r.members.empty()) return;
    values = protocol::reader(r.members[0].values);
    count = r.members[0].value_count;
  } else {
    if (r.append_values == nullptr) return;
    protocol::writer out(encoded);
    if (r.append_values(r, out) != errc::ok) return;
    values = protocol::reader(encoded.bytes());
  }
  all.resize(count);
  for (protocol::bytes_view& value : all)
    if (values.read_value(value) != errc::ok) return;
  for (const std::uint16_t index : how.key_markers) {
    if (index >= all.size()) return;
    key.append(all[index]);
  }
  if (key.error() != errc::ok) return;
  r.token = key.token();
  r.has_token = true;
}

void core::fail_later(protocol::request& r, errc why) noexcept {
  r.pending_error = why;
  deferred_.push(r);
}

void core::run_deferred() noexcept {
  protocol::request_queue now;
  now.splice(deferred_);
  while (protocol::request* r = now.pop()) {
    const errc why = r->pending_error;
    if (why == errc::no_host_available && r->attempts == nullptr) {
      r->attempts = std::make_unique<protocol::attempt_log>();
      for (const auto& n : nodes_)
        if (n->wanted())
          r->attempts->attempts.push_back(
              {n->name, n->last_error.empty() ? "is being connected to" : "is down: " + n->last_error});
    }
    std::string text(describe(why));
    if (r->policy == nullptr)
      text = "there is no execution profile \"" + std::string(r->profile) + "\"";
    else if (why == start_failure_ && (view_ == nullptr || why == errc::configuration))
      text = start_failure_text_;
    finish_failed(*r, {.code = why, .text = text});
  }
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_REQUESTS_IPP
