// SPDX-License-Identifier: MIT
// The public face of the mock server: a cluster that changes.
#ifndef COODIE_TESTS_MOCK_MOCK_SERVER_CHANGES_IPP
#define COODIE_TESTS_MOCK_MOCK_SERVER_CHANGES_IPP

#include <algorithm>
#include <utility>

#include "tests/mock/mock_server.hpp"
#include "tests/mock/server_core.hpp"

namespace coodie::inline COODIE_ABI::testing {

namespace detail {

// What the nodes but one say about a change of that one, which may stand at an old place.
class node_news {
 public:
  node_news(server_core& core, std::size_t node)
      : core_(core),
        node_(node),
        address_(core.nodes()[node]->address()),
        port_(core.nodes()[node]->port()) {}

  void status(std::string change) const { tell(protocol::event_type::status_change, std::move(change)); }
  void topology(std::string change) const { tell(protocol::event_type::topology_change, std::move(change)); }

 private:
  void tell(protocol::event_type type, std::string change) const {
    if (core_.events_suppressed) return;
    event_reply event;
    event.type = type;
    event.change = std::move(change);
    event.address = address_;
    event.port = port_;
    core_.send_event(event, node_);
  }

  server_core& core_;
  std::size_t node_;
  std::string address_;
  std::uint16_t port_;
};

[[nodiscard]] inline store::node_description& description_of(server_core& core, const mock_node& node) {
  return core.engine().cluster().nodes[node.index()];
}

inline bool start_again(server_core& core, mock_node& node, std::uint16_t port) {
  node.forget_prepared();
  node.set_fault(node_fault::none);
  const bool started = node.listen(port).empty();
  description_of(core, node).up = started;
  return started;
}

inline void stop(server_core& core, mock_node& node) {
  if (!node.is_running()) return;
  node.stop();
  description_of(core, node).up = false;
  node_news(core, node.index()).status("DOWN");
}

}  // namespace detail

void server::stop_node(std::size_t node) {
  core_->run_on_node(node, [&](detail::mock_node& stopped) { detail::stop(*core_, stopped); });
}

bool server::start_node(std::size_t node) {
  bool started = false;
  core_->run_on_node(node, [&](detail::mock_node& starting) {
    started = starting.is_running();
    if (started || !detail::description_of(*core_, starting).member) return;
    started = detail::start_again(*core_, starting, starting.port());
    if (started) detail::node_news(*core_, node).status("UP");
  });
  return started;
}

std::optional<std::size_t> server::add_node(node_options joining) {
  std::optional<std::size_t> number;
  core_->run([&] {
    const detail::mock_node* joined = core_->add_node(std::move(joining));
    if (joined == nullptr) return;
    number = joined->index();
    const detail::node_news news(*core_, joined->index());
    news.topology("NEW_NODE");
    news.status("UP");
  });
  return number;
}

void server::remove_node(std::size_t node) {
  core_->run_on_node(node, [&](detail::mock_node& leaving) {
    store::node_description& described = detail::description_of(*core_, leaving);
    if (!std::exchange(described.member, false)) return;
    core_->cluster_changed();
    core_->replicas().node_removed(node);
    detail::stop(*core_, leaving);
    detail::node_news(*core_, node).topology("REMOVED_NODE");
  });
}

bool server::move_node(std::size_t node, std::string address, std::uint16_t port) {
  bool moved = false;
  core_->run_on_node(node, [&](detail::mock_node& moving) {
    const detail::node_news old_place(*core_, node);
    const bool elsewhere = address != moving.address();
    detail::stop(*core_, moving);
    moving.move(std::move(address));
    moved = detail::start_again(*core_, moving, port);
    store::node_description& described = detail::description_of(*core_, moving);
    described.address = moving.address();
    described.port = moving.port();
    core_->cluster_changed();
    if (!moved) return;
    const detail::node_news new_place(*core_, node);
    if (elsewhere) new_place.topology("NEW_NODE");
    new_place.status("UP");
    if (elsewhere) old_place.topology("REMOVED_NODE");
  });
  return moved;
}

void server::set_tokens(std::size_t node, std::vector<std::int64_t> tokens) {
  core_->run_on_node(node, [&](const detail::mock_node& moving) {
    std::sort(tokens.begin(), tokens.end());
    detail::description_of(*core_, moving).tokens = std::move(tokens);
    core_->cluster_changed();
    detail::node_news(*core_, node).topology("MOVED_NODE");
  });
}

void server::place_node(std::size_t node, std::string datacenter, std::string rack) {
  core_->run_on_node(node, [&](const detail::mock_node& placed) {
    store::node_description& described = detail::description_of(*core_, placed);
    described.datacenter = std::move(datacenter);
    described.rack = std::move(rack);
    core_->cluster_changed();
  });
}

void server::set_peer_flaws(std::size_t node, peer_flaws flaws) {
  core_->run_on_node(node, [&](const detail::mock_node& described) {
    detail::description_of(*core_, described).flaws = std::move(flaws);
  });
}

void server::suppress_events(bool suppress) {
  core_->run([&] { core_->events_suppressed = suppress; });
}

std::vector<replica> server::replicas(const std::string& keyspace, const std::string& table,
                                      std::int64_t token) const {
  std::vector<replica> found;
  core_->run([&] { found = core_->replicas().find(keyspace, table, token); });
  return found;
}

bool server::reached_replica(const request_record& request) const {
  if (!request.token) return false;
  const auto owners = replicas(request.keyspace, request.table, *request.token);
  return std::find(owners.begin(), owners.end(), replica{request.node, request.shard}) != owners.end();
}

bool server::move_tablet(const std::string& keyspace, const std::string& table, std::int64_t token,
                         std::vector<replica> replicas) {
  bool moved = false;
  core_->run([&] { moved = core_->replicas().move_tablet(keyspace, table, token, std::move(replicas)); });
  return moved;
}

}  // namespace coodie::inline COODIE_ABI::testing

#endif  // COODIE_TESTS_MOCK_MOCK_SERVER_CHANGES_IPP
