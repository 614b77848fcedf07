// SPDX-License-Identifier: MIT
// One TCP connection to a node: moves the bytes of a protocol::machine.
#ifndef COODIE_CLUSTER_CONNECTION_HPP
#define COODIE_CLUSTER_CONNECTION_HPP

#include <memory>
#include <string>

#include "cluster/loop.hpp"
#include "cluster/socket_io.hpp"
#include "cluster/tls.hpp"
#include "protocol/machine/machine.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

class connection;
struct node;

/// Where a connection goes, and from where.
struct connection_target {
  asio::ip::tcp::endpoint endpoint;
  asio::ip::address from{};       ///< unspecified: the operating system chooses
  std::uint16_t shard_count = 0;  ///< not 0: the port that it comes from, modulo this, ...
  std::uint16_t shard = 0;        ///< ... is to be this; then the port is one of these
  std::uint16_t first_port = 0, last_port = 0;
};

/// What a connection has added to the counts of its node.
struct connection_counts {
  std::uint32_t in_flight = 0, orphans = 0, waiting = 0, ready = 0;
};

/// So long a thread waits for one answer in a read of the connection, before it waits for everything else
/// too.
inline constexpr std::chrono::milliseconds patience_in_read{20};

/// Who is told about a connection. All calls come in turns of the loop.
class connection_owner {
 public:
  virtual void connection_ready(connection& c) noexcept = 0;
  /// All requests have been handed back before. Comes once, also when the connection never was ready.
  virtual void connection_broken(connection& c, errc why, std::string_view text) noexcept = 0;
  virtual void request_failed(connection& c, protocol::request& r, const protocol::failure& why) noexcept = 0;
  virtual void request_answered(connection& c, protocol::request& r,
                                const protocol::response& answer) noexcept = 0;
  virtual void statement_prepared(connection& c, const protocol::statement& what,
                                  const protocol::prepared_result& prepared) noexcept = 0;
  virtual void event(connection& c, const protocol::event_message& event) noexcept = 0;
  /// Whether another connection takes its place soon and closes it; else it ends now.
  [[nodiscard]] virtual bool connection_worn_out(connection& c) noexcept = 0;
  [[nodiscard]] virtual std::uint64_t random() noexcept = 0;
  /// The connection has bytes to write at the end of the turn, or an earlier deadline.
  virtual void wants_attention(connection& c) noexcept = 0;
  [[nodiscard]] virtual std::shared_ptr<void> keep_alive() noexcept = 0;

 protected:
  ~connection_owner() = default;
};

class connection final : public std::enable_shared_from_this<connection>, private protocol::machine_handler {
 public:
  COODIE_DECL connection(loop& runner, const protocol::machine_options& options, connection_owner& owner,
                         connection_target where, std::unique_ptr<tls_stream> tls = nullptr,
                         std::shared_ptr<protocol::machine_siblings> siblings = nullptr);

  /// Connects and shakes hands; ends with connection_ready or connection_broken, never inside this call.
  COODIE_DECL void open() noexcept;
  /// Precondition ready(). The bytes go out at the end of the turn.
  COODIE_DECL void submit(protocol::request& r) noexcept;
  COODIE_DECL void cancel(protocol::request& r) noexcept;
  /// Forgets a request that was submitted here; nobody is told.
  COODIE_DECL void withdraw(protocol::request& r) noexcept;
  /// Asks the node whether it is alive.
  COODIE_DECL void look_alive() noexcept;
  /// Ends everything, at once.
  COODIE_DECL void close(errc why) noexcept;
  /// Writes what can be written, ends what failed while it was started.
  COODIE_DECL void flush() noexcept;
  COODIE_DECL void on_time() noexcept;

  /// Takes what has arrived, without waiting.
  COODIE_DECL void read() noexcept;
  /// A thread is going to wait in wait_in_read(), outside of every turn, for bytes that go there. Until
  /// take_read() nobody else reads.
  [[nodiscard]] COODIE_DECL std::span<std::byte> begin_wait() noexcept;
  /// What it got, for which there was so much space; false when that is nothing yet.
  COODIE_DECL bool take_read(const io_result& got, std::size_t space) noexcept;

  [[nodiscard]] bool ready() const noexcept { return machine_.ready(); }
  /// Ready, and nothing but an answer is waited for.
  [[nodiscard]] bool only_reads() const noexcept { return ready() && !waits_writable_; }
  [[nodiscard]] int native_handle() noexcept { return static_cast<int>(socket_.native_handle()); }
  /// Whether `r`, which may be gone, is a request here with that key.
  [[nodiscard]] bool holds(const protocol::request& r, std::uint64_t cancel_key) const noexcept {
    return machine_.holds(r, cancel_key);
  }
  void recheck_statements(std::string_view keyspace, std::string_view table) noexcept {
    machine_.recheck_statements(keyspace, table);
  }
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return machine_.in_flight(); }
  [[nodiscard]] std::int64_t next_deadline() const noexcept {
    const std::int64_t next = machine_.next_deadline();
    return next < connect_deadline_ns_ ? next : connect_deadline_ns_;
  }
  [[nodiscard]] const asio::ip::tcp::endpoint& endpoint() const noexcept { return target_.endpoint; }
  [[nodiscard]] const connection_target& target() const noexcept { return target_; }
  [[nodiscard]] const protocol::server_features& features() const noexcept { return machine_.features(); }
  [[nodiscard]] std::uint32_t orphans() const noexcept { return machine_.orphans(); }
  [[nodiscard]] std::uint32_t waiting() const noexcept { return machine_.waiting(); }
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  [[nodiscard]] bool was_ready() const noexcept { return was_ready_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  bool attended = false;  ///< is in the owner's list of those that want attention
  bool worn_out = false;  ///< another one is opened in its place
  node* home = nullptr;   ///< the node whose connection it is; nullptr when it is none's any more
  std::uint64_t bytes_sent = 0, bytes_received = 0;  ///< since they were published
  connection_counts published;

 private:
  using socket_type = asio::basic_stream_socket<asio::ip::tcp, loop::io_executor>;

  COODIE_DECL void on_ready() noexcept override;
  COODIE_DECL void on_request_failed(protocol::request& r, const protocol::failure& why) noexcept override;
  COODIE_DECL void on_request_answered(protocol::request& r,
                                       const protocol::response& answer) noexcept override;
  COODIE_DECL void on_prepared(const protocol::statement& what,
                               const protocol::prepared_result& prepared) noexcept override;
  COODIE_DECL void on_event(const protocol::event_message& event) noexcept override;
  [[nodiscard]] COODIE_DECL bool on_worn_out() noexcept override;
  COODIE_DECL void on_broken(errc why, std::string_view text) noexcept override;

  [[nodiscard]] COODIE_DECL asio::error_code bind_source() noexcept;
  COODIE_DECL void not_bound(const asio::error_code& ec) noexcept;
  COODIE_DECL void connected(const asio::error_code& ec) noexcept;
  COODIE_DECL void wait_readable() noexcept;
  COODIE_DECL void write() noexcept;
  COODIE_DECL void wait_writable() noexcept;
  [[nodiscard]] COODIE_DECL std::span<std::byte> input_space() noexcept;
  [[nodiscard]] COODIE_DECL bool take_bytes(const io_result& got, std::size_t space) noexcept;
  COODIE_DECL void io_failed(const asio::error_code& ec) noexcept;
  COODIE_DECL void want_attention() noexcept;
  [[nodiscard]] bool has_output() const noexcept {
    return !machine_.output().empty() || (tls_ != nullptr && !tls_->output().empty());
  }
  COODIE_DECL void break_off(errc why, std::string_view text) noexcept;

  // With TLS
  COODIE_DECL void write_encrypted() noexcept;
  COODIE_DECL void take_encrypted(std::size_t n) noexcept;
  [[nodiscard]] COODIE_DECL bool shake_hands() noexcept;
  COODIE_DECL void tls_ended() noexcept;
  COODIE_DECL void read_last_words() noexcept;
  COODIE_DECL void say_last_words() noexcept;

  loop& loop_;
  connection_owner& owner_;
  connection_target target_;
  std::string name_;  // "address:port"
  socket_type socket_;
  std::unique_ptr<tls_stream> tls_;  // nullptr: plain bytes
  protocol::machine machine_;
  std::int64_t connect_timeout_ns_;
  std::int64_t connect_deadline_ns_ = protocol::never;
  bool waits_writable_ = false;
  bool is_waited_on_ = false;  // between begin_wait() and take_read()
  bool is_connected_ = false;
  bool closed_ = false;
  bool was_ready_ = false;
  handler_memory read_memory_, write_memory_;
};

/// "address:port", with brackets around an IPv6 address.
[[nodiscard]] COODIE_DECL std::string to_string(const asio::ip::tcp::endpoint& endpoint);

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CONNECTION_HPP
