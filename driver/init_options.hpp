// SPDX-License-Identifier: MIT
// Everything that can be said about a cluster when a driver is made. Every default is here.
#ifndef COODIE_DRIVER_INIT_OPTIONS_HPP
#define COODIE_DRIVER_INIT_OPTIONS_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>

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

enum class compression : std::uint8_t { none, lz4 };

/// What init_coodie and coodie::cluster take. Views are copied before the call returns.
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

  /// Of contact points that name none: 1 to 65535.
  std::int32_t port = 9042;
  auth_options auth = {};
  tls_options tls = {};
  /// Of one connection, until it is ready.
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(5);
  /// Of one request, with all its attempts.
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(10);
  /// A connection that was idle for so long is asked whether it is alive ...
  std::chrono::nanoseconds heartbeat_interval = std::chrono::seconds(30);
  /// ... and replaced when it does not answer in so long.
  std::chrono::nanoseconds heartbeat_timeout = std::chrono::seconds(10);
  /// The first wait before a lost node is tried again; it doubles ...
  std::chrono::nanoseconds reconnect_base = std::chrono::milliseconds(50);
  /// ... to this.
  std::chrono::nanoseconds reconnect_max = std::chrono::seconds(10);
  /// Frames are compressed when the server can; it is an error when it can't.
  coodie::compression compression = coodie::compression::none;
  /// Writes carry a strictly increasing timestamp of this program's clock.
  bool client_timestamps = true;
  /// Bytes of the longest response that is accepted.
  std::uint32_t max_frame_size = 256U * 1024 * 1024;
  /// Requests that may wait for a free stream of a connection; more end with errc::queue_full.
  std::uint32_t max_queued = 8192;
  /// The event loop for driver_type "acsylla", or for any driver that shall have no thread of its own.
  executor_ref executor = {};
};
static_assert(std::is_trivially_copyable_v<init_options>,
              "g++ 12 destroys other temporaries twice in co_await");

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_INIT_OPTIONS_HPP
