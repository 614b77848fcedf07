// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_CONTROL_IPP
#define COODIE_CLUSTER_CONTROL_IPP

#include <algorithm>

#include "cluster/control.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {

/// A request of our own, asked once on one connection. F(const response*) gets nullptr when it failed.
template <class F>
struct system_request final : protocol::request {
  std::string body;
  F then;

  system_request(std::string question, F f) : body(std::move(question)), then(std::move(f)) {
    internal = true;
    consistency_level = consistency::one;
    timestamp = protocol::no_timestamp;
    text = body;
    on_result = [](protocol::request& r, const protocol::response& answer) noexcept {
      const std::unique_ptr<system_request> self(static_cast<system_request*>(&r));
      self->then(&answer);
    };
    on_failure = [](protocol::request& r, const protocol::failure&) noexcept {
      const std::unique_ptr<system_request> self(static_cast<system_request*>(&r));
      self->then(static_cast<const protocol::response*>(nullptr));
    };
  }
};

/// `timeout_ns` 0: that of requests.
template <class F>
void ask(connection& where, std::string cql, F then, std::int64_t timeout_ns = 0) {
  auto* const made = new system_request<F>(std::move(cql), std::move(then));
  made->kind = protocol::request_kind::query;
  made->timeout_ns = timeout_ns;
  where.submit(*made);
}

// Whatever the answer is: a node that sends no events is asked from time to time.
inline void register_for_events(connection& where) {
  protocol::byte_buffer body;
  protocol::writer out(body);
  protocol::register_message message;
  for (const auto type : {protocol::event_type::topology_change, protocol::event_type::status_change,
                          protocol::event_type::schema_change})
    message.event_types.push_back(protocol::event_type_name(type));
  serialize(out, message);
  const auto ignore = [](const protocol::response*) {};
  auto* const made = new system_request<decltype(ignore)>(
      std::string(reinterpret_cast<const char*>(body.data()), body.size()), ignore);
  made->kind = protocol::request_kind::raw;
  made->code = protocol::opcode::register_;
  where.submit(*made);
}

[[nodiscard]] inline asio::ip::address to_address(const protocol::node_address& node) noexcept {
  if (node.size == 4) {
    asio::ip::address_v4::bytes_type bytes{};
    std::memcpy(bytes.data(), node.bytes.data(), 4);
    return asio::ip::address_v4(bytes);
  }
  asio::ip::address_v6::bytes_type bytes{};
  std::memcpy(bytes.data(), node.bytes.data(), 16);
  return asio::ip::address_v6(bytes);
}

}  // namespace detail

void control::use(connection& c) noexcept {
  current_ = &c;
  detail::register_for_events(c);  // before the tables are read: nothing is missed in between
  learn();
}

void control::forget(const connection& c) noexcept {
  if (current_ != &c) return;
  current_ = nullptr;
  lesson_.reset();
  refresh_at_ns_ = protocol::never;
  owner_.control_lost();
}

// Everything is asked at once. system.peers_v2 has the ports of the nodes, but only Cassandra 4 and later
// have it.
void control::learn() noexcept {
  auto what = std::make_shared<lesson>();
  what->from = current_->shared_from_this();
  what->pending = 3;
  lesson_ = what;
  refresh_wanted_ = false;
  refresh_at_ns_ = protocol::never;
  const auto alive = owner_.control_lifetime();
  detail::ask(*current_,
              "SELECT host_id, data_center, rack, tokens, partitioner FROM system.local WHERE key = 'local'",
              [this, alive, what](const protocol::response* answer) {
                what->local_ok = answer != nullptr &&
                                 read_local(answer->body, what->from->endpoint(), what->found) == errc::ok;
                part_done(what);
              });
  detail::ask(
      *current_,
      "SELECT peer, host_id, data_center, rack, tokens, native_address, native_port FROM system.peers_v2",
      [this, alive, what](const protocol::response* answer) {
        what->peers_ok = answer != nullptr &&
                         read_peers(answer->body, what->from->endpoint().port(), what->found) == errc::ok;
        if (!what->peers_ok && what->from->ready()) return ask_old_peers(what);
        part_done(what);
      });
  detail::ask(*current_, "SELECT keyspace_name, replication FROM system_schema.keyspaces",
              [this, alive, what](const protocol::response* answer) {
                if (answer != nullptr) static_cast<void>(read_keyspaces(answer->body, what->found));
                part_done(what);
              });
}

void control::ask_old_peers(const lesson_pointer& what) noexcept {
  detail::ask(*what->from, "SELECT peer, host_id, data_center, rack, tokens, rpc_address FROM system.peers",
              [this, alive = owner_.control_lifetime(), what](const protocol::response* answer) {
                what->peers_ok = answer != nullptr && read_peers(answer->body, what->from->endpoint().port(),
                                                                 what->found) == errc::ok;
                part_done(what);
              });
}

void control::part_done(const lesson_pointer& what) noexcept {
  if (--what->pending != 0 || lesson_ != what) return;
  lesson_.reset();
  connection& from = *what->from;
  if (!what->local_ok || !what->peers_ok) {  // connected, but of no use; another node may know more
    from.close(errc::unexpected_message);
    return;
  }
  schedule(options_.refresh_interval_ns);
  if (refresh_wanted_) refresh_soon();
  owner_.topology_found(from, std::move(what->found));
}

void control::refresh_soon() noexcept {
  if (lesson_ != nullptr)
    refresh_wanted_ = true;
  else if (current_ != nullptr)
    schedule(options_.event_window_ns);
}

void control::schedule(std::int64_t after_ns) noexcept {
  refresh_at_ns_ = std::min(refresh_at_ns_, protocol::deadline_after(loop_.clock().now_ns, after_ns));
  owner_.control_wants_time(refresh_at_ns_);
}

void control::event(const protocol::event_message& event) noexcept {
  refresh_soon();
  if (event.type != protocol::event_type::status_change) return;
  const asio::ip::address address = detail::to_address(event.node);
  if (event.change == "UP")
    owner_.told_up(address);
  else if (event.change == "DOWN")
    owner_.told_down(address);
}

void control::on_time() noexcept {
  if (refresh_at_ns_ > loop_.clock().now_ns || current_ == nullptr || lesson_ != nullptr) return;
  learn();
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CONTROL_IPP
