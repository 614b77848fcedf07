// SPDX-License-Identifier: MIT
// A Cassandra cluster in memory, on loopback sockets, for tests.
#ifndef COODIE_TESTS_MOCK_MOCK_SERVER_HPP
#define COODIE_TESTS_MOCK_MOCK_SERVER_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/cluster_script.hpp"
#include "tests/mock/mock_script.hpp"
#include "tests/mock/server_options.hpp"

namespace coodie::inline COODIE_ABI::testing {

namespace detail {
class server_core;
}

/// Nodes that speak CQL's native protocol v4 and execute statements on one store in memory; replication is
/// only reported. Has a thread of its own. Every member may be called from any thread but that one, and has
/// taken effect when it returns.
class server {
 public:
#if COODIE_HAS_EXCEPTIONS
  /// Listens. Throws std::system_error when a port is taken or the options make no sense.
  COODIE_DECL explicit server(server_options options = {});
#endif
  /// The same, and tells in `error` what is wrong; empty when all is well. Without exceptions the only one.
  COODIE_DECL server(server_options options, std::string& error);
  /// Closes every connection. Returns in bounded time.
  COODIE_DECL ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// "127.0.0.1", "127.0.0.2", ...; by number, so also those of nodes that were removed.
  [[nodiscard]] COODIE_DECL std::vector<std::string> hosts() const;
  /// The port of the first node, which is that of all unless options.ports says otherwise.
  [[nodiscard]] std::uint16_t port() const { return port(0); }
  [[nodiscard]] COODIE_DECL std::uint16_t port(std::size_t node) const;
  /// The port at which the client's port chooses the shard; 0 when there is none.
  [[nodiscard]] COODIE_DECL std::uint16_t shard_aware_port(std::size_t node = 0) const;
  /// "address:port" of each node, or "[address]:port".
  [[nodiscard]] COODIE_DECL std::vector<std::string> contact_points() const;

  /// Executes a statement as if a client had sent it, to prepare a test. The error's text, or nothing.
  [[nodiscard]] COODIE_DECL std::string execute(std::string_view statement);

  /// From now on: requests that match get the reaction. Of several rules the one that was given first counts.
  COODIE_DECL rule_id on(request_filter filter, reaction what);
  COODIE_DECL void remove_rule(rule_id rule);
  COODIE_DECL void clear_rules();
  /// How many requests a rule has been applied to.
  [[nodiscard]] COODIE_DECL std::size_t applied(rule_id rule) const;

  /// Closes the node's ports and connections. Other nodes tell the clients that registered for it.
  COODIE_DECL void stop_node(std::size_t node);
  /// Opens them again; what was prepared on the node is forgotten. False when the port was taken meanwhile.
  COODIE_DECL bool start_node(std::size_t node);
  [[nodiscard]] COODIE_DECL bool is_running(std::size_t node) const;
  /// Closes the connections of a node, which can be made again.
  COODIE_DECL void close_connections(std::size_t node);
  /// From now on; when the fault is taken away the node goes on with what it has not read yet.
  COODIE_DECL void set_fault(std::size_t node, node_fault fault);
  /// node_fault::silent, or none.
  void accept_but_silent(std::size_t node, bool silent = true) {
    set_fault(node, silent ? node_fault::silent : node_fault::none);
  }
  /// What was prepared is not known any more: EXECUTE is answered with UNPREPARED.
  COODIE_DECL void forget_prepared(std::size_t node);
  COODIE_DECL void forget_prepared();

  /// Sends an event to the clients that registered for its type, on all nodes.
  COODIE_DECL void send_event(const event_reply& event);
  /// The nodes tell of no change any more, as when events are lost; send_event() goes on to work.
  COODIE_DECL void suppress_events(bool suppress = true);

  // The cluster changes: what the system tables say at once, then what the other nodes tell the clients that
  // registered for it. A node keeps its number for ever.

  /// A node joins: NEW_NODE, UP. Its number; nothing when its port was taken.
  COODIE_DECL std::optional<std::size_t> add_node(node_options joining = {});
  /// A node leaves: DOWN, REMOVED_NODE. It can't be started again.
  COODIE_DECL void remove_node(std::size_t node);
  /// A node stops and listens at another place, also when it had been stopped; what was prepared on it is
  /// forgotten. DOWN for the old place; NEW_NODE and UP for the new one, and REMOVED_NODE for the old one,
  /// when the address is another. False when the place was taken: the node is then stopped.
  COODIE_DECL bool move_node(std::size_t node, std::string address, std::uint16_t port);
  /// MOVED_NODE.
  COODIE_DECL void set_tokens(std::size_t node, std::vector<std::int64_t> tokens);
  /// Says that a node is in another datacenter or rack. Nobody is told.
  COODIE_DECL void place_node(std::size_t node, std::string datacenter, std::string rack);
  /// How the others describe a node. Nobody is told.
  COODIE_DECL void set_peer_flaws(std::size_t node, peer_flaws flaws);

  /// Which nodes and shards hold a partition, in the order of the ring or of its tablet. Empty when the
  /// keyspace is not replicated by a strategy that is known.
  [[nodiscard]] COODIE_DECL std::vector<replica> replicas(const std::string& keyspace,
                                                          const std::string& table, std::int64_t token) const;
  /// Whether a request came to a node and shard that hold its partition. False when that can't be told.
  [[nodiscard]] COODIE_DECL bool reached_replica(const request_record& request) const;
  /// Puts a tablet elsewhere; clients are told when they ask at the wrong place. False when the table has
  /// none.
  COODIE_DECL bool move_tablet(const std::string& keyspace, const std::string& table, std::int64_t token,
                               std::vector<replica> replicas);

  /// The requests so far, oldest first, but those that were dropped for their number.
  [[nodiscard]] COODIE_DECL std::vector<request_record> requests() const;
  /// Those with an opcode.
  [[nodiscard]] COODIE_DECL std::vector<request_record> requests(protocol::opcode opcode) const;
  COODIE_DECL void clear_requests();
  /// All requests since the server was made, also those that are not remembered any more.
  [[nodiscard]] COODIE_DECL std::uint64_t request_count() const;
  /// Waits until request_count() has reached `count`; false when it has not in time.
  [[nodiscard]] COODIE_DECL bool wait_for_requests(std::uint64_t count,
                                                   std::chrono::milliseconds timeout) const;
  /// Open connections of a node.
  [[nodiscard]] COODIE_DECL std::size_t connections(std::size_t node) const;

 private:
  std::unique_ptr<detail::server_core> core_;
};

}  // namespace coodie::inline COODIE_ABI::testing

#endif  // COODIE_TESTS_MOCK_MOCK_SERVER_HPP
