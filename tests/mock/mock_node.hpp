// SPDX-License-Identifier: MIT
// One node of the mock cluster: its ports, connections and prepared statements.
#ifndef COODIE_TESTS_MOCK_MOCK_NODE_HPP
#define COODIE_TESTS_MOCK_MOCK_NODE_HPP

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/asio_config.hpp"
#include "protocol/config.hpp"
#include "tests/mock/cluster_script.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/mock_script.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

class mock_connection;
class server_core;

struct prepared_entry {
  std::string text;
  std::shared_ptr<store::planned_statement> statement;
};

/// What PREPARE has made of a statement.
struct prepared_now {
  std::string id;
  std::shared_ptr<store::planned_statement> statement;
  bool qualified = false;  ///< every table stands there with its keyspace
  bool is_new = false;     ///< the node did not know it
};

/// Used by the server's thread alone.
class mock_node {
 public:
  COODIE_DECL mock_node(server_core& core, std::size_t index, std::string address);

  /// Opens the port, and with shards the shard-aware one; 0 takes a free one. Tells what went wrong.
  [[nodiscard]] COODIE_DECL std::string listen(std::uint16_t port);
  /// Closes ports and connections.
  COODIE_DECL void stop();
  COODIE_DECL void close_connections();
  [[nodiscard]] bool is_running() const noexcept { return acceptor_.is_open(); }
  /// Where it will listen; it has been stopped before.
  void move(std::string address) {
    address_ = std::move(address);
    shard_port_ = 0;
  }

  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint16_t shard_aware_port() const noexcept { return shard_port_; }
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  [[nodiscard]] server_core& core() noexcept { return core_; }
  [[nodiscard]] std::size_t connections() const noexcept { return connections_.size(); }
  COODIE_DECL void forget(const std::shared_ptr<mock_connection>& connection);

  /// Plans a statement and remembers it under its id.
  [[nodiscard]] COODIE_DECL cql::refusal prepare(std::string_view text, const std::string& keyspace,
                                                 prepared_now& result);
  [[nodiscard]] COODIE_DECL const prepared_entry* find_prepared(const std::string& id) const;
  void forget_prepared() { prepared_.clear(); }
  /// Forgets the statements that a schema change makes invalid.
  COODIE_DECL void forget_prepared(const store::schema_change_done& change);

  /// To the connections that registered for its type.
  COODIE_DECL void send_event(const event_reply& event);

  COODIE_DECL void set_fault(node_fault fault);
  [[nodiscard]] node_fault fault() const noexcept { return fault_; }

 private:
  [[nodiscard]] COODIE_DECL std::string open(asio::ip::tcp::acceptor& acceptor, std::uint16_t& port);
  COODIE_DECL void accept(asio::ip::tcp::acceptor& acceptor, bool by_port);
  COODIE_DECL void take(asio::ip::tcp::socket socket, bool by_port);
  [[nodiscard]] COODIE_DECL std::uint32_t choose_shard(const asio::ip::tcp::socket& socket, bool by_port);

  server_core& core_;
  std::size_t index_;
  std::string address_;
  std::uint16_t port_ = 0, shard_port_ = 0;
  asio::ip::tcp::acceptor acceptor_, shard_acceptor_;
  std::set<std::shared_ptr<mock_connection>> connections_;
  std::vector<asio::ip::tcp::socket> unanswered_;
  std::map<std::string, prepared_entry> prepared_;
  std::uint32_t next_shard_ = 0;
  node_fault fault_ = node_fault::none;
};

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_NODE_HPP
