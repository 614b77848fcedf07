// SPDX-License-Identifier: MIT
// One node of the mock cluster.
#ifndef COODIE_TESTS_MOCK_MOCK_NODE_IPP
#define COODIE_TESTS_MOCK_MOCK_NODE_IPP

#include <algorithm>
#include <utility>

#include "tests/mock/mock_connection.hpp"
#include "tests/mock/mock_md5.hpp"
#include "tests/mock/mock_node.hpp"
#include "tests/mock/server_core.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

mock_node::mock_node(server_core& core, std::size_t index, std::string address)
    : core_(core),
      index_(index),
      address_(std::move(address)),
      acceptor_(core.context()),
      shard_acceptor_(core.context()) {}

std::string mock_node::open(asio::ip::tcp::acceptor& acceptor, std::uint16_t& port) {
  std::error_code failed;
  const auto address = asio::ip::make_address(address_, failed);
  if (!failed) acceptor.open(address.is_v4() ? asio::ip::tcp::v4() : asio::ip::tcp::v6(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind({address, port}, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    std::error_code ignored;
    acceptor.close(ignored);
    return "cannot listen on " + address_ + ':' + std::to_string(port) + ": " + failed.message();
  }
  port = acceptor.local_endpoint(failed).port();
  return {};
}

std::string mock_node::listen(std::uint16_t port) {
  port_ = port;
  if (auto failed = open(acceptor_, port_); !failed.empty()) return failed;
  accept(acceptor_, false);
  if (core_.options().shards == 0 || !core_.options().shard_aware_port) return {};
  if (auto failed = open(shard_acceptor_, shard_port_); !failed.empty()) {
    stop();
    return failed;
  }
  if (core_.options().scylla.shard_port == port_state::refused) {
    std::error_code ignored;
    shard_acceptor_.close(ignored);
  } else {
    accept(shard_acceptor_, true);
  }
  return {};
}

void mock_node::stop() {
  std::error_code ignored;
  acceptor_.close(ignored);
  shard_acceptor_.close(ignored);
  unanswered_.clear();
  close_connections();
}

void mock_node::close_connections() {
  const auto closing = std::exchange(connections_, {});
  for (const auto& each : closing) each->close();
}

void mock_node::forget(const std::shared_ptr<mock_connection>& connection) { connections_.erase(connection); }

std::uint32_t mock_node::choose_shard(const asio::ip::tcp::socket& socket, bool by_port) {
  const std::uint32_t shards = core_.options().shards;
  if (shards == 0) return 0;
  std::error_code ignored;
  if (by_port) return (socket.remote_endpoint(ignored).port() + core_.options().scylla.port_shift) % shards;
  return next_shard_++ / core_.options().scylla.same_shard % shards;
}

void mock_node::take(asio::ip::tcp::socket socket, bool by_port) {
  if (fault_ == node_fault::reset) return reset_socket(socket);
  if (by_port && core_.options().scylla.shard_port == port_state::silent)
    return unanswered_.push_back(std::move(socket));
  const auto shard = choose_shard(socket, by_port);
  auto connection =
      std::make_shared<mock_connection>(std::move(socket), *this, core_.next_connection(), shard);
  connections_.insert(connection);
  connection->start();
}

void mock_node::accept(asio::ip::tcp::acceptor& acceptor, bool by_port) {
  acceptor.async_accept([this, &acceptor, by_port](std::error_code failed, asio::ip::tcp::socket socket) {
    if (!acceptor.is_open() || failed == asio::error::operation_aborted) return;
    if (!failed) take(std::move(socket), by_port);
    if (fault_ != node_fault::frozen) accept(acceptor, by_port);
  });
}

void mock_node::set_fault(node_fault fault) {
  const node_fault before = std::exchange(fault_, fault);
  if (before == fault || !is_running()) return;
  const auto all = connections_;
  if (fault == node_fault::frozen) {
    std::error_code ignored;
    acceptor_.cancel(ignored);
    if (shard_acceptor_.is_open()) shard_acceptor_.cancel(ignored);
    for (const auto& each : all) each->pause();
  }
  if (fault == node_fault::reset)
    for (const auto& each : all) each->reset();
  if (before != node_fault::frozen) return;
  accept(acceptor_, false);
  if (shard_acceptor_.is_open()) accept(shard_acceptor_, true);
  for (const auto& each : all) each->resume();
}

[[nodiscard]] inline bool names_keyspace(const cql::object_name& name) noexcept {
  return !name.keyspace.empty();
}

// Whether every table of the statement stands there with its keyspace.
[[nodiscard]] inline bool is_fully_qualified(const cql::any_statement& statement) {
  const auto one = [](const auto& each) {
    if constexpr (requires { each.table.keyspace; }) return names_keyspace(each.table);
    return false;
  };
  if (const auto* batch = std::get_if<cql::batch_statement>(&statement))
    return std::all_of(batch->statements.begin(), batch->statements.end(),
                       [&](const cql::modification& each) { return std::visit(one, each); });
  return std::visit(one, statement);
}

cql::refusal mock_node::prepare(std::string_view text, const std::string& keyspace, prepared_now& result) {
  if (auto refused = core_.engine().prepare(text, keyspace, result.statement)) return refused;
  result.qualified = is_fully_qualified(result.statement->parsed.statement);
  result.id = md5((result.qualified ? std::string() : std::string(keyspace)).append(text));
  prepared_entry entry{std::string(text), result.statement};
  result.is_new = prepared_.insert_or_assign(result.id, std::move(entry)).second;
  return {};
}

const prepared_entry* mock_node::find_prepared(const std::string& id) const {
  const auto at = prepared_.find(id);
  return at == prepared_.end() ? nullptr : &at->second;
}

void mock_node::forget_prepared(const store::schema_change_done& change) {
  if (!change.invalidates_statements) return;
  std::erase_if(prepared_, [&](const auto& entry) {
    const auto& about = entry.second.statement->about;
    return std::any_of(about.begin(), about.end(), [&](const cql::object_name& name) {
      return name.keyspace == change.keyspace && (change.target == "KEYSPACE" || name.name == change.name);
    });
  });
}

void mock_node::send_event(const event_reply& event) {
  for (const auto& each : connections_) each->send_event(event, false);
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_NODE_IPP
