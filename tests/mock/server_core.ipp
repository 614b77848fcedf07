// SPDX-License-Identifier: MIT
// The inside of a mock server.
#ifndef COODIE_TESTS_MOCK_SERVER_CORE_IPP
#define COODIE_TESTS_MOCK_SERVER_CORE_IPP

#include <algorithm>
#include <bit>
#include <chrono>

#include "tests/mock/mock_connection.hpp"
#include "tests/mock/server_core.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

server_core::server_core(server_options options)
    : options_(std::move(options)), rules_(options_.max_records) {}

server_core::~server_core() {
  if (thread_.joinable()) {
    run([this] {
      for (const auto& node : nodes_) node->stop();
    });
    work_.reset();
    context_.stop();
    thread_.join();
  }
  nodes_.clear();
}

std::string server_core::check_options() const {
  constexpr std::size_t most_nodes = 1000;
  if (options_.nodes == 0 || options_.nodes > most_nodes) return "nodes must be 1 to 1000";
  if (!options_.ports.empty() && options_.ports.size() != options_.nodes)
    return "ports must be empty or have one port for each node";
  if (options_.datacenters == 0 || options_.datacenters > options_.nodes)
    return "datacenters must be 1 to the number of nodes";
  if (options_.racks == 0) return "racks must be at least 1";
  if (options_.tokens_per_node == 0 || options_.tokens_per_node > 4096)
    return "tokens_per_node must be 1 to 4096";
  if (options_.shards > 1024) return "shards must be 0 to 1024";
  if (options_.scylla.ignore_msb > 63) return "scylla.ignore_msb must be 0 to 63";
  if (options_.scylla.same_shard == 0) return "scylla.same_shard must be at least 1";
  const std::size_t tablets = options_.scylla.tablets_per_table;
  if (!std::has_single_bit(tablets) || tablets > 4096)
    return "scylla.tablets_per_table must be a power of two, 1 to 4096";
  return {};
}

[[nodiscard]] inline std::string address_of_node(std::size_t index) {
  return "127.0." + std::to_string(index / 250) + '.' + std::to_string(index % 250 + 1);
}

void server_core::make_nodes() {
  nodes_.clear();
  for (std::size_t i = 0; i < options_.nodes; ++i)
    nodes_.push_back(std::make_unique<mock_node>(*this, i, address_of_node(i)));
}

void server_core::make_engine() {
  store::cluster_description cluster;
  cluster.name = options_.cluster_name;
  cluster.partitioner = options_.partitioner;
  cluster.scylla = options_.shards != 0;
  cluster.tablets = options_.scylla.tablets;
  cluster.counts_replicas = options_.counts_replicas;
  for (const auto& node : nodes_) {
    const std::size_t i = node->index(), datacenter = i % options_.datacenters;
    const std::size_t rack = i / options_.datacenters % options_.racks;
    cluster.nodes.push_back({node->address(), node->port(), "datacenter" + std::to_string(datacenter + 1),
                             "rack" + std::to_string(rack + 1), store::host_id_of_node(i),
                             store::tokens_of_node(i, options_.tokens_per_node)});
  }
  engine_ = std::make_unique<store::engine>(std::move(cluster));
  if (!options_.peers_v2.value_or(options_.shards == 0))
    engine_->schema().keyspaces["system"].tables.erase("peers_v2");
  replicas_ = std::make_unique<replica_finder>(options_, *engine_);
}

mock_node* server_core::add_node(node_options joining) {
  const std::size_t index = nodes_.size();
  if (joining.address.empty()) joining.address = address_of_node(index);
  auto node = std::make_unique<mock_node>(*this, index, joining.address);
  if (!node->listen(joining.port == 0 ? nodes_.front()->port() : joining.port).empty()) return nullptr;
  if (joining.tokens.empty()) joining.tokens = store::tokens_of_node(index, options_.tokens_per_node);
  engine_->cluster().nodes.push_back({std::move(joining.address), node->port(), std::move(joining.datacenter),
                                      std::move(joining.rack), store::host_id_of_node(index),
                                      std::move(joining.tokens)});
  cluster_changed();
  return nodes_.emplace_back(std::move(node)).get();
}

// One port for all nodes; a free one of the first node may be taken on another, so that it is tried again.
std::string server_core::listen_on_one_port() {
  std::string failed;
  const int attempts = options_.port == 0 ? 20 : 1;
  for (int i = 0; i < attempts; ++i) {
    std::uint16_t port = options_.port;
    failed.clear();
    for (const auto& node : nodes_) {
      failed = node->listen(port);
      if (!failed.empty()) break;
      port = node->port();
    }
    if (failed.empty()) return {};
    for (const auto& node : nodes_) node->stop();
    make_nodes();
  }
  return failed;
}

std::string server_core::listen() {
  if (options_.ports.empty()) return listen_on_one_port();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (auto failed = nodes_[i]->listen(options_.ports[i]); !failed.empty()) return failed;
  return {};
}

std::string server_core::start() {
  if (auto wrong = check_options(); !wrong.empty()) return wrong;
  make_nodes();
  if (auto failed = listen(); !failed.empty()) return failed;
  make_engine();
  work_.emplace(context_.get_executor());
  thread_ = std::thread([this] { context_.run(); });
  return {};
}

void server_core::send_event(const event_reply& event, std::optional<std::size_t> but) {
  for (const auto& node : nodes_)
    if (node->index() != but) node->send_event(event);
}

void server_core::schema_changed(const store::schema_change_done& change) {
  for (const auto& node : nodes_) node->forget_prepared(change);
  event_reply event;
  event.type = protocol::event_type::schema_change;
  event.change = change.change;
  event.target = change.target;
  event.keyspace = change.keyspace;
  event.name = change.name;
  // Behind the RESULT that the client of the statement waits for.
  asio::post(context_, [this, event] {
    if (!events_suppressed) send_event(event);
  });
}

void server_core::request_taken() {
  const std::lock_guard lock(count_mutex_);
  ++count_;
  counted_.notify_all();
}

bool server_core::wait_for_requests(std::uint64_t count, std::chrono::milliseconds timeout) {
  std::unique_lock lock(count_mutex_);
  return counted_.wait_for(lock, timeout, [&] { return count_ >= count; });
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_SERVER_CORE_IPP
