// SPDX-License-Identifier: MIT
// Everything that can be said about a cluster when a driver is made. Every default is here.
#ifndef COODIE_DRIVER_INIT_OPTIONS_HPP
#define COODIE_DRIVER_INIT_OPTIONS_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "cluster/cluster_config.hpp"
#include "cluster/tls_options.hpp"
#include "driver/abstract_driver.hpp"
#include "driver/text_list.hpp"
#include "protocol/machine/authenticator.hpp"

namespace coodie::inline COODIE_ABI {

class session;

/// Names an event loop of the program: an asio::io_context, which must outlive the driver's requests and be
/// run by the program. Trivially copyable.
class executor_ref {
 public:
  constexpr executor_ref() noexcept = default;
  template <class Context>
    requires requires(Context& c) {
      c.get_executor();
      c.run();
    }
  constexpr executor_ref(Context& context) noexcept : context_(&context) {}
  [[nodiscard]] constexpr void* context() const noexcept { return context_; }

 private:
  void* context_ = nullptr;
};

/// Names a session that exists. Trivially copyable; the session is copied before the call returns.
class session_ref {
 public:
  constexpr session_ref() noexcept = default;
  constexpr session_ref(const session& s) noexcept : session_(&s) {}
  [[nodiscard]] constexpr const session* get() const noexcept { return session_; }

 private:
  const session* session_ = nullptr;
};

/// Credentials for SASL PLAIN, or a mechanism of the program's.
struct auth_options {
  std::string_view user = {};
  std::string_view password = {};
  /// Must outlive the driver.
  const authenticator* mechanism = nullptr;
  /// The authenticators, by the class name that the server gives, that may be answered. Empty: with a user
  /// and a password those of well_known_authenticators, with a mechanism whatever that accepts.
  text_list accepted_mechanisms = {};

  [[nodiscard]] constexpr bool given() const noexcept { return mechanism != nullptr || !user.empty(); }
};

/// Ports of this machine, from 1 to 65535.
struct port_range {
  std::int32_t first = 49152;
  std::int32_t last = 65535;
};

enum class compression : std::uint8_t { none, lz4 };

/// A named set of what a request can be told; a call names it by its `.profile`. What is left at its default
/// is as the driver's own options say; a time of 0 switches off what they have switched on.
struct profile_options {
  std::string_view name = {};
  std::optional<coodie::consistency> consistency = {};
  std::optional<coodie::consistency> serial_consistency = {};
  /// Of the whole request, with all its attempts; 0: the driver's.
  std::chrono::nanoseconds request_timeout = {};
  /// Of each attempt; 0: none but that of the request.
  std::optional<std::chrono::nanoseconds> attempt_timeout = {};
  std::int32_t page_size = 0;  ///< rows; 0: the driver's
  std::optional<retries> retry = {};
  /// Instead of `retry`: the program's own decision.
  retry_function retry_policy = {};
  /// Before a retry that a server's error asks for; it doubles with each ...
  std::optional<std::chrono::nanoseconds> retry_backoff = {};
  /// ... to this.
  std::optional<std::chrono::nanoseconds> retry_backoff_max = {};
  /// `{.most = 0}`: none.
  speculation_options speculation = {};
};

/// At most eight profiles, or a span of any number.
class profile_list {
 public:
  static constexpr std::size_t most_in_place = 8;

  constexpr profile_list() noexcept = default;
  template <class... Profiles>
    requires(sizeof...(Profiles) > 0 && (std::is_same_v<Profiles, profile_options> && ...))
  constexpr profile_list(const Profiles&... profiles) noexcept : count_(sizeof...(Profiles)) {
    static_assert(sizeof...(Profiles) <= most_in_place,
                  "coodie: at most 8 profiles can be written in place; pass a std::span");
    std::size_t i = 0;
    ((in_place_[i++] = profiles), ...);
  }
  constexpr profile_list(std::span<const profile_options> profiles) noexcept
      : elsewhere_(profiles.data()), count_(profiles.size()) {}

  [[nodiscard]] constexpr std::size_t size() const noexcept { return count_; }
  [[nodiscard]] constexpr const profile_options& operator[](std::size_t i) const noexcept {
    return elsewhere_ != nullptr ? elsewhere_[i] : in_place_[i];
  }

 private:
  std::array<profile_options, most_in_place> in_place_{};
  const profile_options* elsewhere_ = nullptr;
  std::size_t count_ = 0;
};

/// What init_coodie and coodie::cluster take. Views are copied before the call returns, and so are functions.
struct init_options {
  /// Contact points: a name or address, with an optional port: "db1", "10.0.0.1:9043", "::1", "[::1]:9043".
  host_list hosts = {};
  /// Bring your own session, instead of hosts.
  session_ref session = {};
  /// The keyspace of unqualified table names. It must exist.
  std::string_view keyspace = {};
  /// "scylla": shard-aware where the server shards, else token-aware. "cassandra": token-aware. "acsylla": on
  /// the program's own event loop, without a thread of the driver's.
  std::string_view driver_type = "scylla";
  /// What get_driver() finds it by.
  std::string_view name = "default";

  // Which nodes
  /// Of contact points that name none: 1 to 65535.
  std::int32_t port = 9042;
  /// The nodes that are asked are in this one. Without a name: the one that all contact points are in.
  std::string_view local_datacenter = {};
  /// Its nodes are asked before the others of the local datacenter.
  std::string_view local_rack = {};
  /// Nodes of other datacenters are connected to as well, and asked when no local one can be.
  bool remote_datacenters = false;
  /// Whether a node may be connected to; asked again when something about the node changes.
  function_view<bool(const node_description&)> host_filter = {};
  /// Where a node is reached that gives itself this address. Contact points are taken as they are.
  function_view<node_endpoint(const node_endpoint&)> address_translator = {};
  /// The numeric address that connections come from; empty: the operating system's choice.
  std::string_view bind_address = {};

  // Connections
  /// To each node, of each loop: 1 to 64. A node that shards has one for each shard instead.
  std::uint32_t connections_per_host = 1;
  /// What connections to a shard-aware port come from: the port chooses the shard.
  port_range shard_ports = {};
  auth_options auth = {};
  tls_options tls = {};
  /// Of one connection, until it is ready.
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(5);
  /// Of one request, with all its attempts.
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(10);
  /// Of one attempt; 0: none but that of the request.
  std::chrono::nanoseconds attempt_timeout = {};
  /// How long execute() waits, after a statement that has changed the schema, until the nodes agree on it,
  /// but no longer than the request's timeout; 0: it does not wait.
  std::chrono::nanoseconds schema_agreement_timeout = std::chrono::seconds(10);
  /// A connection that was idle for so long is asked whether it is alive ...
  std::chrono::nanoseconds heartbeat_interval = std::chrono::seconds(30);
  /// ... and replaced when it does not answer in so long.
  std::chrono::nanoseconds heartbeat_timeout = std::chrono::seconds(10);
  /// The first wait before a lost node is tried again; it doubles ...
  std::chrono::nanoseconds reconnect_base = std::chrono::milliseconds(50);
  /// ... to this.
  std::chrono::nanoseconds reconnect_max = std::chrono::seconds(10);
  /// What is known about the nodes is read again so often, and when events say so.
  std::chrono::nanoseconds refresh_interval = std::chrono::seconds(60);
  /// Frames are compressed when the server can; it is an error when it can't.
  coodie::compression compression = coodie::compression::none;
  /// Writes carry a strictly increasing timestamp of this program's clock.
  bool client_timestamps = true;
  /// Instead of that clock: microseconds since 1970. Called on the driver's loops.
  function_view<std::int64_t()> timestamp_source = {};
  /// Bytes of the longest response that is accepted.
  std::uint32_t max_frame_size = 256U * 1024 * 1024;
  /// Requests on the way on one connection: 1 to 32768.
  std::uint32_t max_in_flight = 32768;
  /// Requests that may wait for a free stream of a connection; more end with errc::queue_full. 0xFFFFFFFF:
  /// they wait as long as their timeout allows.
  std::uint32_t max_queued = 8192;
  /// Requests of a connection that timed out and were not answered for a second; with more it is replaced.
  std::uint32_t max_orphans = 1024;
  /// Connects at the first request instead of now.
  bool lazy = false;

  // Requests: the default profile, with the timeouts above
  coodie::consistency consistency = coodie::consistency::local_quorum;
  /// Of conditional statements: serial or local_serial.
  coodie::consistency serial_consistency = coodie::consistency::local_serial;
  /// Rows of a page.
  std::int32_t page_size = 5000;
  retries retry = retries::standard;
  /// Instead of `retry`: the program's own decision.
  retry_function retry_policy = {};
  /// Before a retry that a server's error asks for; it doubles with each ...
  std::chrono::nanoseconds retry_backoff = {};
  /// ... to this.
  std::chrono::nanoseconds retry_backoff_max = std::chrono::seconds(1);
  /// Further attempts of idempotent requests while the first one runs.
  speculation_options speculation = {};
  /// Other sets of these, by name.
  profile_list profiles = {};

  // Watching it
  log_function log = {};
  /// The least that is worth a line.
  coodie::log_level log_level = coodie::log_level::info;
  /// Told about each request that has ended.
  tracker_function tracker = {};
  /// Told about each change of the schema, for programs that keep what read_schema() gave.
  schema_function schema_changed = {};
  /// Requests that take at least so long are logged as warnings; 0: none.
  std::chrono::nanoseconds slow_request = {};

  // Event loops
  /// The event loop for driver_type "acsylla", or for any driver that shall have no thread of its own.
  executor_ref executor = {};
  /// How many loops the driver has of its own, each with its own connections: 1 to 64. A thread's requests
  /// are on one of them.
  std::uint32_t loops = 1;
};
static_assert(std::is_trivially_copyable_v<init_options>,
              "g++ 12 destroys other temporaries twice in co_await");

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_INIT_OPTIONS_HPP
