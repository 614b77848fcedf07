// SPDX-License-Identifier: MIT
// The nodes of a core: which there are, and the connections to each.
#ifndef COODIE_CLUSTER_CORE_NODES_IPP
#define COODIE_CLUSTER_CORE_NODES_IPP

#include <algorithm>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
// A shard-aware port that does not choose the shard is behind a NAT: it is not used for so long.
inline constexpr std::int64_t nat_block_ns = 300'000'000'000;
// Connections to a shard that has one already are kept, so that the next ones come to other shards; but no
// more than so many for each shard, as in ScyllaDB's own drivers.
inline constexpr std::size_t most_excess_per_shard = 10;

[[nodiscard]] inline node_endpoint to_public(const asio::ip::tcp::endpoint& where) {
  return {where.address().to_string(), where.port()};
}
}  // namespace detail

asio::ip::tcp::endpoint core::translated(const asio::ip::tcp::endpoint& where) const {
  if (!config_->translate) return where;
  const node_endpoint to = config_->translate(detail::to_public(where));
  asio::error_code ec;
  const auto address = asio::ip::make_address(to.address, ec);
  if (!ec && to.port != 0) return {address, to.port};
  log(log_level::warning, "the address translator gave \"" + to.address + "\", which is no address",
      to_string(where));
  return where;
}

node_distance core::distance_of(const node_info& info) const {
  if (config_->host_filter &&
      !config_->host_filter({detail::to_public(info.endpoint), info.datacenter, info.rack, info.host_id}))
    return node_distance::ignored;
  if (info.datacenter != local_datacenter_)
    return config_->remote_datacenters ? node_distance::remote : node_distance::ignored;
  const bool rack_matters = !config_->local_rack.empty();
  return !rack_matters || info.rack == config_->local_rack ? node_distance::local_rack
                                                           : node_distance::local_datacenter;
}

// The nodes in the order of the view, so that the indices of replicas are theirs. What is known of a node,
// its connections above all, stays with it: it is the same by its host id, also under another address.
void core::adopt(std::shared_ptr<const cluster_view> view) {
  if (closing_.load(std::memory_order_relaxed)) return;
  const bool first = view_ == nullptr;
  view_ = std::move(view);
  std::vector<std::unique_ptr<node>> before = std::move(nodes_);
  nodes_.clear();
  for (const node_info& info : view_->nodes()) {
    const auto same = std::find_if(before.begin(), before.end(),
                                   [&](const auto& n) { return n && is_same_node(n->info, info); });
    if (same != before.end())
      nodes_.push_back(std::move(*same));
    else
      nodes_.push_back(std::make_unique<node>(info));
    if (same == before.end() && !first) log(log_level::info, "a node has joined", to_string(info.endpoint));
    describe_node(*nodes_.back(), info);
  }
  for (auto& n : before)
    if (n != nullptr) {
      if (!n->is_contact) log(log_level::info, "a node has left", n->name);
      drop_node(*n);
      dropped_.push_back(std::move(n));
    }
  routes_.set_view(config_->token_aware ? view_ : nullptr, config_->connection.keyspace);
  sort_nodes();
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    node_changed(*nodes_[i]);
    fill(*nodes_[i]);
  }
  if (first &&
      std::any_of(nodes_.begin(), nodes_.end(), [](const auto& n) { return n->wanted() && n->ready(); }))
    accept_requests();
}

void core::describe_node(node& n, const node_info& info) {
  const asio::ip::tcp::endpoint where = n.info.endpoint;
  if (where != info.endpoint && !n.ready()) {  // it may be back under another address
    board_.remove(n.name);
    n.move_to(info.endpoint);
    n.backoff_ns = 0;
    n.reconnect_at_ns = protocol::never;
    const auto old = n.opening;
    for (const auto& c : old) c->close(errc::closed);
  }
  n.newest_endpoint = info.endpoint;
  n.info.host_id = info.host_id;
  n.info.datacenter = info.datacenter;
  n.info.rack = info.rack;
  n.info.tokens.clear();
  n.is_contact = false;
  n.distance = distance_of(n.info);
}

void core::drop_node(node& n) noexcept {
  const auto links = n.all_links();
  n.links.clear();
  n.opening.clear();
  n.excess.clear();
  n.ready_link = nullptr;
  board_.remove(n.name);
  for (const auto& c : links) {
    c->home = nullptr;
    control_.forget(*c);
    c->close(errc::closed);
  }
}

void core::sort_nodes() {
  for (auto& list : by_distance_) list.clear();
  for (const auto& n : nodes_)
    if (n->wanted()) by_distance_[static_cast<std::size_t>(n->distance)].push_back(n.get());
}

// Brings a node's connections closer to what they should be. An empty pool opens one first: it may be down,
// and only a connection tells about the shards.
void core::fill(node& n) noexcept {
  if (closing_.load(std::memory_order_relaxed)) return;
  if (!n.wanted() && !n.is_contact) {
    for (const auto& c : n.all_links())
      if (!control_.is(*c)) c->close(errc::closed);
    return;
  }
  const std::size_t missing = n.missing();
  if (missing == 0) return close_excess(n);
  if (n.reconnect_at_ns != protocol::never) return;  // not yet
  if (!n.ready()) {
    if (n.opening.empty()) open(n, node::no_shard);
    return;
  }
  if (shard_port(n) != 0) {
    for (std::uint32_t shard = 0; shard < n.links.size(); ++shard) {
      const bool on_its_way = std::any_of(n.opening.begin(), n.opening.end(), [&](const auto& c) {
        return c->target().shard_count != 0 && c->target().shard == shard;
      });
      if (node::is_missing(n.links[shard]) && !on_its_way) open(n, shard);
    }
    return;
  }
  if (n.excess.size() >= detail::most_excess_per_shard * n.links.size()) {
    close_excess(n);  // it does not become complete this way: later again
    close_worn_out(n);
    n.backoff_ns = std::max(n.backoff_ns, config_->reconnect_max_ns / 2);
    return schedule_reconnect(n);
  }
  while (n.opening.size() < missing) open(n, node::no_shard);
}

void core::close_excess(node& n) noexcept {
  for (const auto& c : std::exchange(n.excess, {})) {
    publish(*c, &n);  // it does not count any more
    c->home = nullptr;
    c->close(errc::closed);
  }
}

// Their replacement could not be opened.
void core::close_worn_out(node& n) noexcept {
  const auto links = n.links;
  for (const auto& link : links)
    if (link != nullptr && link->worn_out) link->close(errc::too_many_orphans);
}

std::uint16_t core::shard_port(const node& n) const noexcept {
  if (!config_->shard_aware || !n.is_sharded() || n.shard_port_blocked_until_ns > loop_.now_ns()) return 0;
  return n.shard_aware_port;
}

void core::open(node& n, std::uint32_t shard) noexcept {
  connection_target target{.endpoint = n.info.endpoint};
  if (!config_->bind_address.empty()) {
    asio::error_code ignored;
    target.from = asio::ip::make_address(config_->bind_address, ignored);
  }
  if (shard != node::no_shard) {
    target.endpoint.port(shard_port(n));
    target.shard_count = static_cast<std::uint16_t>(n.links.size());
    target.shard = static_cast<std::uint16_t>(shard);
    target.first_port = config_->first_shard_port;
    target.last_port = config_->last_shard_port;
  }
  auto tls = open_tls(target.endpoint, n.is_contact);
  const auto made =
      std::make_shared<connection>(loop_, config_->connection, static_cast<connection_owner&>(*this),
                                   std::move(target), std::move(tls), n.siblings);
  made->home = &n;
  ++connections_;
  n.opening.push_back(made);
  made->open();
}

void core::connection_ready(connection& c) noexcept {
  if (c.home == nullptr) return c.close(errc::closed);
  node& n = *c.home;
  const auto self = c.shared_from_this();
  std::erase(n.opening, self);
  const bool was_ready = n.ready();
  n.tried = true;
  n.backoff_ns = 0;
  n.last_error.clear();
  counters_.connections_opened.add();
  place(n, self);
  if (!was_ready) {
    node_changed(n);
    log(log_level::info, "is connected", c.name());
  } else {
    log(log_level::debug, "has one more connection", c.name());
  }
  publish(c);
  if (index_ == 0) look_after_control(c);
  fill(n);
  if (!accepting_ && view_ != nullptr && n.wanted()) accept_requests();
  started_if_complete();
}

// Puts a connection where it belongs.
void core::place(node& n, const std::shared_ptr<connection>& c) noexcept {
  const protocol::server_features& can = c->features();
  const bool sharded = config_->shard_aware && can.sharded;
  const std::size_t places = sharded ? can.shards.nr_shards : config_->connections_per_host;
  if (n.links.size() != places ||
      n.is_sharded() !=
          (sharded && places > 1)) {  // the first one, or the node has been restarted with others
    for (auto& link : n.links)
      if (link != nullptr) n.excess.push_back(std::move(link));
    n.links.assign(places, nullptr);
    n.ready_link = nullptr;
    n.shards = sharded && places > 1 ? can.shards : protocol::sharding{};
    n.shard_aware_port = config_->tls != nullptr ? can.shard_aware_port_ssl : can.shard_aware_port;
  }
  const std::size_t place = n.is_sharded() ? can.shard : n.free_place();
  const connection_target& target = c->target();
  if (target.shard_count != 0 && target.shard != place) {
    n.shard_port_blocked_until_ns = loop_.clock().now_ns + detail::nat_block_ns;
    log(log_level::warning,
        "the shard-aware port did not choose the shard: is there a NAT? Its other port is used instead",
        c->name());
  }
  auto& link = n.links[place];
  if (link != nullptr && link->worn_out) return take_over(n, link, c);
  if (link == nullptr)
    link = c;
  else
    n.excess.push_back(c);
  if (n.ready_link == nullptr) n.ready_link = link.get();
}

// What waits on the old one for a stream id goes on with the new one.
void core::take_over(node& n, std::shared_ptr<connection>& place,
                     const std::shared_ptr<connection>& c) noexcept {
  const auto old = std::exchange(place, c);
  if (n.ready_link == old.get()) n.ready_link = c.get();
  old->close(errc::too_many_orphans);
}

// The next one is opened first, so that meanwhile nothing fails for want of a connection.
bool core::connection_worn_out(connection& c) noexcept {
  node* const n = c.home;
  const bool is_link = n != nullptr && std::any_of(n->links.begin(), n->links.end(),
                                                   [&](const auto& link) { return link.get() == &c; });
  if (!is_link || !n->wanted()) return false;
  log(log_level::warning, describe(errc::too_many_orphans), c.name());
  c.worn_out = true;
  n->reconnect_at_ns = protocol::never;
  fill(*n);
  return true;
}

void core::take_out(node& n, connection& c) noexcept {
  const auto is_it = [&](const std::shared_ptr<connection>& link) { return link.get() == &c; };
  std::erase_if(n.opening, is_it);
  std::erase_if(n.excess, is_it);
  for (auto& link : n.links)
    if (is_it(link)) link.reset();
  if (n.ready_link != &c) return;
  n.ready_link = nullptr;
  for (const auto& link : n.links)
    if (link != nullptr) n.ready_link = link.get();
}

void core::connection_broken(connection& c, errc why, std::string_view text) noexcept {
  graveyard_.push_back(c.shared_from_this());
  --connections_;
  node* const n = std::exchange(c.home, nullptr);
  const bool was_ready = c.was_ready();
  if (was_ready)
    counters_.connections_lost.add();
  else
    counters_.connect_failures.add();
  if (n != nullptr) {
    publish(c, n);
    take_out(*n, c);
  }
  control_.forget(c);
  if (n == nullptr || closing_.load(std::memory_order_relaxed)) return;
  const bool through_shard_port = c.target().shard_count != 0;
  if (!was_ready && through_shard_port) {  // the other port may do
    n->shard_port_blocked_until_ns = loop_.clock().now_ns + detail::nat_block_ns;
    log(log_level::warning, "the shard-aware port can't be used: " + std::string(text), c.name());
    return fill(*n);
  }
  if (!was_ready) close_worn_out(*n);
  n->last_error.assign(text);
  n->tried = true;
  if (!n->ready()) {
    node_changed(*n);
    log(was_ready ? log_level::warning : log_level::info,
        (was_ready ? "the connection is lost: " : "can't be connected to: ") + std::string(text), c.name());
  }
  if (view_ == nullptr) return contact_failed(c.name(), why, std::string(text));
  if (n->is_contact) return give_up_contact(*n);
  if (!n->wanted()) return;
  if (!n->ready() && n->info.endpoint != n->newest_endpoint) {
    board_.remove(n->name);
    const auto other = std::exchange(n->newest_endpoint, n->info.endpoint);
    n->move_to(other);
    node_changed(*n);
  }
  schedule_reconnect(*n);
  look_for_contacts_again();
  started_if_complete();
}

// Looked up because all nodes were down, and of no use.
void core::give_up_contact(node& n) noexcept {
  const auto it =
      std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& each) { return each.get() == &n; });
  board_.remove(n.name);
  dropped_.push_back(std::move(*it));
  nodes_.erase(it);
}

void core::schedule_reconnect(node& n) noexcept {
  if (n.reconnect_at_ns != protocol::never) return;
  n.backoff_ns =
      n.backoff_ns == 0 ? config_->reconnect_base_ns : std::min(n.backoff_ns * 2, config_->reconnect_max_ns);
  const auto percent = static_cast<std::int64_t>(85 + random() % 31);
  n.reconnect_at_ns = loop_.clock().now_ns + n.backoff_ns / 100 * percent;
  want_time(n.reconnect_at_ns);
}

// An event is a hint: the node is tried at once, or asked whether it is alive.
void core::told_up(const asio::ip::address& address) noexcept {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    node& n = *nodes_[i];
    if (n.info.endpoint.address() != address && n.newest_endpoint.address() != address) continue;
    if (n.missing() == 0) continue;
    n.backoff_ns = 0;
    n.reconnect_at_ns = protocol::never;
    fill(n);
  }
}

void core::told_down(const asio::ip::address& address) noexcept {
  for (const auto& n : nodes_)
    if (n->info.endpoint.address() == address)
      for (const auto& link : n->links)
        if (link != nullptr) link->look_alive();
}

void core::event(connection& c, const protocol::event_message& event) noexcept {
  counters_.events.add();
  if (!control_.is(c)) return;
  control_.event(event);
  if (event.type != protocol::event_type::schema_change) return;
  const protocol::schema_change& what = event.schema;
  if (config_->schema_changed)
    config_->schema_changed({what.change_type, what.target, what.keyspace, what.name});
  if (what.change_type == "CREATED") return;
  const bool is_table = what.target == "TABLE";  // a type may be of any table
  recheck_statements(what.keyspace, is_table ? what.name : std::string_view());
  if (schema_listener_) schema_listener_();
}

void core::recheck_statements(std::string_view keyspace, std::string_view table) noexcept {
  for_each_link([&](connection& c) { c.recheck_statements(keyspace, table); });
}

void core::tell_schema_changed() noexcept {
  ask([](signals& to) { to.schema_changed = true; });
}

void core::control_lost() noexcept {
  missed_events_ = true;
  if (!closing_.load(std::memory_order_relaxed)) find_control();
}

// A node that is asked anyway is better than one that was only a contact point.
void core::find_control() noexcept {
  if (index_ != 0 || control_.has_connection()) return;
  for (const auto& list : by_distance_)
    for (node* n : list)
      if (n->ready()) return control_.use(*n->ready_link);
  for (const auto& n : nodes_)
    if (n->ready()) return control_.use(*n->ready_link);
}

void core::topology_found(connection& from, topology found) noexcept {
  if (closing_.load(std::memory_order_relaxed)) return;
  counters_.topology_refreshes.add();
  if (std::exchange(missed_events_, false)) {
    recheck_statements({}, {});
    if (schema_listener_) schema_listener_();
    if (config_->schema_changed) config_->schema_changed({});
  }
  for (const std::string& oddity : found.oddities) log(log_level::warning, oddity, from.name());
  for (std::size_t i = 1; i < found.nodes.size(); ++i)  // the first one is connected to already
    found.nodes[i].endpoint = translated(found.nodes[i].endpoint);
  if (view_ == nullptr) {
    std::string why;
    if (const errc e = choose_datacenter(found, why); e != errc::ok) return refuse_start(e, std::move(why));
    if (!found.murmur3() && config_->token_aware)
      log(log_level::warning, "requests are not routed by token: the partitioner is " + found.partitioner,
          from.name());
    start_deadline_ns_ = loop_.clock().now_ns + start_grace_ns;
    want_time(start_deadline_ns_);
  }
  node* const asked = from.home;
  if (asked != nullptr) asked->info.host_id = found.nodes[0].host_id;
  adopt(std::make_shared<const cluster_view>(std::move(found)));
  if (listener_) listener_(known());
  started_if_complete();
}

// It begins on a contact point, which need not be a node that is asked anyway, and moves to one that is.
void core::look_after_control(connection& ready) noexcept {
  if (!control_.has_connection()) return control_.use(ready);
  connection* const now = control_.connection_in_use();
  const bool may_move = view_ != nullptr && !control_.is_learning() && ready.home->wanted();
  if (may_move && (now->home == nullptr || !now->home->wanted())) now->close(errc::closed);
}

void core::node_changed(node& n) noexcept {
  using state = node_status::state;
  node_status status;
  status.address = n.name;
  status.host_id = n.info.host_id;
  status.datacenter = n.info.datacenter;
  status.rack = n.info.rack;
  status.local = n.info.datacenter == local_datacenter_;
  status.now = n.ready()     ? state::up
               : !n.wanted() ? state::ignored
               : !n.tried    ? state::connecting
                             : state::down;
  status.last_error = n.last_error;
  status.shards = n.is_sharded() ? static_cast<std::uint32_t>(n.links.size()) : 1;
  board_.set(std::move(status), n.counters);
}

// The counts of a connection become those of its node: what has been added since the last time.
void core::publish(connection& c, node* left) noexcept {
  const bool gone = left != nullptr;
  node* const n = gone ? left : c.home;
  if (n == nullptr) return;
  connection_counts now;
  if (!gone) now = {c.in_flight(), c.orphans(), c.waiting(), c.ready() ? 1U : 0U};
  node_counters& to = *n->counters;
  to.in_flight.add(std::uint64_t{now.in_flight} - c.published.in_flight);
  to.orphans.add(std::uint64_t{now.orphans} - c.published.orphans);
  to.waiting.add(std::uint64_t{now.waiting} - c.published.waiting);
  to.connections.add(std::uint64_t{now.ready} - c.published.ready);
  to.bytes_sent.add(std::exchange(c.bytes_sent, 0));
  to.bytes_received.add(std::exchange(c.bytes_received, 0));
  c.published = now;
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_NODES_IPP
