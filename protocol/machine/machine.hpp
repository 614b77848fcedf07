// SPDX-License-Identifier: MIT
// A connection's state machine without I/O: bytes and requests in, bytes and completions out.
#ifndef COODIE_PROTOCOL_MACHINE_MACHINE_HPP
#define COODIE_PROTOCOL_MACHINE_MACHINE_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/bytes/buffer.hpp"
#include "protocol/machine/authenticator.hpp"
#include "protocol/machine/prepared_table.hpp"
#include "protocol/machine/request_list.hpp"
#include "protocol/machine/server_features.hpp"
#include "protocol/machine/stream_table.hpp"
#include "protocol/messages/messages.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// What a connection needs to know. All times are nanoseconds.
struct machine_options {
  std::string keyspace;                        ///< USEd before the connection is ready; empty: none
  const authenticator* credentials = nullptr;  ///< nullptr: a server that asks for them is refused
  const compressor* compression = nullptr;     ///< nullptr: off. The server must offer it.
  std::int64_t connect_timeout_ns = 5'000'000'000;
  std::int64_t request_timeout_ns = 10'000'000'000;
  std::int64_t heartbeat_interval_ns = 30'000'000'000;
  std::int64_t heartbeat_timeout_ns = 10'000'000'000;
  std::int64_t orphan_age_ns = 1'000'000'000;
  std::uint32_t orphan_limit = 1024;  ///< past so many orphans older than orphan_age_ns the connection is
                                      ///< replaced; at most half of max_streams
  std::uint32_t max_streams = stream_table::max_streams;
  std::uint32_t max_frame_size = max_body_size;  ///< bytes of a response's body
  std::uint32_t max_queued = 8192;               ///< requests that wait for a stream id
  bool client_timestamps = true;
  std::vector<std::pair<std::string, std::string>> startup;  ///< further options of STARTUP
};

/// Default timestamps of several loops: strictly increasing over all of them. Thread-safe.
class shared_timestamps {
 public:
  shared_timestamps() = default;
  shared_timestamps(const shared_timestamps& other) noexcept : last_(other.last_.load()) {}
  shared_timestamps& operator=(const shared_timestamps& other) noexcept {
    last_.store(other.last_.load());
    return *this;
  }
  [[nodiscard]] std::int64_t next(std::int64_t now_us) noexcept {
    std::int64_t last = last_.load(std::memory_order_relaxed);
    std::int64_t mine = 0;
    do {
      mine = now_us > last ? now_us : last + 1;
    } while (!last_.compare_exchange_weak(last, mine, std::memory_order_relaxed));
    return mine;
  }

 private:
  std::atomic<std::int64_t> last_{0};
};

/// The time of the turn of the loop, set by whoever runs it; and the source of default timestamps, so that
/// they are strictly increasing over all connections of a loop.
struct machine_clock {
  std::int64_t now_ns = 0;                     ///< steady clock
  std::int64_t now_us = 0;                     ///< microseconds since 1970
  std::int64_t last_timestamp = 0;             ///< microseconds since 1970
  shared_timestamps* shared = nullptr;         ///< of a driver with several loops
  std::int64_t (*generator)(void*) = nullptr;  ///< the program's own source instead
  void* generator_context = nullptr;

  [[nodiscard]] std::int64_t next_timestamp() noexcept {
    if (generator != nullptr) [[unlikely]]
      return generator(generator_context);
    if (shared != nullptr) [[unlikely]]
      return shared->next(now_us);
    return last_timestamp = now_us > last_timestamp ? now_us : last_timestamp + 1;
  }
};

/// Whoever owns a machine. Called from within its functions; may submit, cancel and shut down, but not
/// destroy it.
class machine_handler {
 public:
  /// The handshake is done: submit() may be called.
  virtual void on_ready() noexcept = 0;
  /// A request was answered, and not with an ERROR: to be told to its owner.
  virtual void on_request_answered(request& r, const response& answer) noexcept = 0;
  /// The server has prepared a statement, which exists.
  virtual void on_prepared(const statement& what, const prepared_result& prepared) noexcept = 0;
  /// A request ended without a result: to be sent elsewhere or told to its owner.
  virtual void on_request_failed(request& r, const failure& why) noexcept = 0;
  virtual void on_event(const event_message& event) noexcept = 0;
  /// Too many stream ids are taken by requests that nobody waits for. Whether another connection takes the
  /// place of this one, which is shut down then and goes on until then; else it ends now.
  [[nodiscard]] virtual bool on_worn_out() noexcept { return false; }
  /// The connection is of no more use; all its requests have been failed before.
  virtual void on_broken(errc why, std::string_view text) noexcept = 0;

 protected:
  ~machine_handler() = default;
};

/// The machines of the connections to one node, all of one loop: what one has prepared, the others need not.
class machine_siblings {
 public:
  COODIE_DECL void add(machine& one);
  COODIE_DECL void remove(const machine& one) noexcept;
  /// Calls f(machine&) until it returns true; whether it has. Meanwhile machines may be added, none removed.
  template <class F>
  bool any_of(F&& f) {
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (f(*all_[i])) return true;
    return false;
  }

 private:
  std::vector<machine*> all_;
};

class machine {
 public:
  enum class state : std::uint8_t {
    idle,            ///< start() has not been called
    options_sent,    ///< waits for SUPPORTED
    startup_sent,    ///< waits for READY or AUTHENTICATE
    authenticating,  ///< waits for AUTH_CHALLENGE or AUTH_SUCCESS
    keyspace_sent,   ///< waits for the answer to USE
    ready,
    broken,
  };

  COODIE_DECL machine(const machine_options& options, machine_clock& clock, machine_handler& handler,
                      std::shared_ptr<machine_siblings> siblings = nullptr) noexcept;
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;
  /// All requests must have ended: call shut_down() before.
  COODIE_DECL ~machine();

  [[nodiscard]] state current() const noexcept { return state_; }
  [[nodiscard]] bool ready() const noexcept { return state_ == state::ready; }
  /// Requests that are written or wait here.
  [[nodiscard]] std::uint32_t in_flight() const noexcept {
    return streams_.in_use() + waiting_ + deferred_count_;
  }
  [[nodiscard]] std::uint32_t orphans() const noexcept { return streams_.orphans(); }
  /// Requests that wait for a stream id or a PREPARE.
  [[nodiscard]] std::uint32_t waiting() const noexcept { return waiting_; }
  [[nodiscard]] std::uint64_t unknown_events() const noexcept { return unknown_events_; }
  /// What the server has announced. Known when ready().
  [[nodiscard]] const server_features& features() const noexcept { return features_; }

  /// Begins the handshake: OPTIONS, STARTUP, authentication, USE.
  COODIE_DECL void start() noexcept;
  /// Takes a request; precondition ready(). Its deadline is set here unless it has one.
  COODIE_DECL void submit(request& r) noexcept;
  /// Ends a request that was submitted here with errc::cancelled at the next run_deferred().
  COODIE_DECL void cancel(request& r) noexcept;
  /// Forgets a request that was submitted here: nobody is told, and it may go away.
  COODIE_DECL void withdraw(request& r) noexcept;
  /// A table has changed: its statements are prepared again, and compared with the program again, before they
  /// are used. Without a name: all tables of the keyspace; without a keyspace: all of them.
  COODIE_DECL void recheck_statements(std::string_view keyspace, std::string_view table) noexcept;
  /// Asks the server whether it is alive, at once.
  void look_alive() noexcept {
    if (state_ == state::ready && !heartbeat_pending()) heartbeat();
  }

  /// Whether `r`, which may be gone, is a request that was submitted here with that cancel_key.
  [[nodiscard]] COODIE_DECL bool holds(const request& r, std::uint64_t cancel_key) const noexcept;

  /// Where the next bytes of the peer go; empty when memory is short.
  [[nodiscard]] COODIE_DECL std::span<std::byte> input_space() noexcept;
  /// `n` bytes of input_space() were filled.
  COODIE_DECL void received(std::size_t n) noexcept;
  /// Bytes for the peer.
  [[nodiscard]] std::span<const std::byte> output() const noexcept { return out_.bytes(); }
  void sent(std::size_t n) noexcept {
    out_.consume(n);
    if (out_.empty() && out_.capacity() > most_kept) [[unlikely]] {
      out_.release();
      scratch_.release();
    }
  }

  /// When on_time() wants to be called, steady clock; `never` when nothing waits.
  [[nodiscard]] COODIE_DECL std::int64_t next_deadline() const noexcept;
  /// Ends what is overdue, sends heartbeats, notices a dead peer.
  COODIE_DECL void on_time() noexcept;
  [[nodiscard]] bool has_deferred() const noexcept { return !deferred_.empty(); }
  /// Ends requests that failed while they were being started.
  COODIE_DECL void run_deferred() noexcept;

  /// The transport failed, or the owner has enough of it: everything ends with `why`.
  COODIE_DECL void shut_down(errc why, std::string_view text = {}) noexcept;

 private:
  static constexpr std::size_t most_kept = 1024 * 1024;  // bytes of a buffer that has nothing in it
  /// Of an answer during the handshake, when it is not known yet who answers.
  static constexpr std::uint32_t handshake_limit = 1024 * 1024;

  // Requests on their way out
  enum class admission : std::uint8_t { asked, given };  // into the queue; whoever has been in it may return
  COODIE_DECL void send(request& r, admission queueing) noexcept;
  COODIE_DECL void write(request& r, const prepared_entry* entry) noexcept;
  COODIE_DECL void wait_for(prepared_entry& entry, request& r) noexcept;
  COODIE_DECL void send_waiting() noexcept;
  [[nodiscard]] bool is_full() const noexcept { return waiting_ >= options_.max_queued; }
  [[nodiscard]] COODIE_DECL prepared_entry* entry_of(const request& r) noexcept;
  [[nodiscard]] bool is_usable(prepared_entry& entry) noexcept {
    return entry.ready() || accept_late(entry) || accept_of_sibling(entry);
  }
  COODIE_DECL void prepare(prepared_entry& entry) noexcept;
  COODIE_DECL void defer(request& r, errc why, bool sent = false) noexcept;
  COODIE_DECL void park(request_queue& where, request& r) noexcept;
  [[nodiscard]] COODIE_DECL request* unpark(request_queue& where) noexcept;
  COODIE_DECL void leave_queue(request& r) noexcept;
  [[nodiscard]] COODIE_DECL request* next_ending() noexcept;
  COODIE_DECL void abandon(request& r) noexcept;
  [[nodiscard]] COODIE_DECL errc encode(request& r, const prepared_entry* entry) noexcept;
  COODIE_DECL void encode_execute(const request& r, const prepared_entry& entry, std::uint8_t flags,
                                  writer& out) noexcept;
  COODIE_DECL void encode_other(const request& r, std::uint8_t flags, writer& out) noexcept;
  COODIE_DECL void encode_batch(const request& r, writer& out) noexcept;
  COODIE_DECL void encode_query(const request& r, writer& out) noexcept;
  [[nodiscard]] COODIE_DECL query_options options_of(const request& r, std::uint8_t statement_flags) noexcept;

  // What comes in
  [[nodiscard]] std::uint32_t frame_limit() const noexcept {
    const std::uint32_t most = options_.max_frame_size;
    return ready() || most < handshake_limit ? most : handshake_limit;
  }
  [[nodiscard]] COODIE_DECL bool next_frame() noexcept;
  COODIE_DECL void refuse_peer(errc why) noexcept;
  COODIE_DECL void dispatch(std::int16_t stream, response& answer) noexcept;
  COODIE_DECL void end_with(request& r, response& answer) noexcept;
  COODIE_DECL void take_metadata_id(const request& r, reader& body) noexcept;
  COODIE_DECL void answer_error(request& r, const response& answer) noexcept;
  [[nodiscard]] COODIE_DECL bool prepare_again(request& r, const error_message& error) noexcept;
  [[nodiscard]] COODIE_DECL prepared_entry* entry_named(const request& r, std::string_view id) const noexcept;
  COODIE_DECL void take_event(std::uint8_t flags, reader body) noexcept;
  COODIE_DECL void prepared(prepared_entry& entry, const response& answer) noexcept;
  [[nodiscard]] COODIE_DECL errc accept_prepared(prepared_entry& entry, const prepared_result& found,
                                                 std::string& why) noexcept;
  [[nodiscard]] COODIE_DECL bool accept_late(prepared_entry& entry) noexcept;
  COODIE_DECL void prepare_failed(prepared_entry& entry, const failure& why) noexcept;
  COODIE_DECL void prepare_ended(prepared_entry& entry, const failure* why = nullptr) noexcept;
  COODIE_DECL void go_on(prepared_entry& entry, const failure* why) noexcept;
  template <class F>
  bool any_sibling(statement_key key, F&& f) noexcept;
  [[nodiscard]] COODIE_DECL bool accept_of_sibling(prepared_entry& entry) noexcept;

  // Handshake and heartbeat
  COODIE_DECL void send_handshake(opcode code, state next) noexcept;
  COODIE_DECL void handshake_answer(const response& answer) noexcept;
  COODIE_DECL void handshake_failed(const failure& why) noexcept;
  COODIE_DECL void supported(reader body) noexcept;
  COODIE_DECL void authenticate(reader body) noexcept;
  COODIE_DECL void challenged(const response& answer) noexcept;
  COODIE_DECL void authenticated() noexcept;
  COODIE_DECL void forget_credentials() noexcept;
  COODIE_DECL void become_ready() noexcept;
  COODIE_DECL void heartbeat(std::int64_t deadline_ns = 0) noexcept;  // 0: heartbeat_timeout from now
  COODIE_DECL void suspect(std::int64_t silent_since) noexcept;
  COODIE_DECL void heartbeat_failed(const failure& why) noexcept;
  COODIE_DECL void look_for_old_orphans() noexcept;
  [[nodiscard]] bool has_only_orphans() const noexcept {
    return streams_.in_use() == 0 && streams_.orphans() != 0 && !streams_.available();
  }
  [[nodiscard]] std::uint32_t orphan_limit() const noexcept {
    const std::uint32_t half = options_.max_streams / 2;
    return options_.orphan_limit < half ? options_.orphan_limit : half;
  }
  [[nodiscard]] bool heartbeat_pending() const noexcept {
    return heartbeat_.stream >= 0 || static_cast<const queue_link&>(heartbeat_).linked();
  }

  COODIE_DECL void end(request& r, const failure& why) noexcept;
  COODIE_DECL void defer_all(errc why) noexcept;
  [[nodiscard]] static machine& of(request& r) noexcept { return *static_cast<internal_request&>(r).self; }

  const machine_options& options_;
  machine_clock& clock_;
  machine_handler& handler_;
  state state_ = state::idle;
  bool compressing_ = false;
  bool input_was_full_ = false;
  bool worn_out_ = false;             // and is going to be replaced
  std::uint32_t waiting_ = 0;         // requests for a stream id or a PREPARE
  std::uint32_t deferred_count_ = 0;  // of deferred_ and ending_
  std::uint64_t unknown_events_ = 0;
  std::int64_t last_received_ns_ = 0;
  std::int64_t handshake_deadline_ns_ = 0;
  std::int64_t orphan_check_ns_ = never;
  server_features features_;
  byte_buffer in_, out_, scratch_, inflated_;
  std::size_t input_capacity_ = 0;  // of in_ when it was last read into
  stream_table streams_;
  deadline_lists deadlines_;
  request_queue queue_;       // wait for a stream id
  request_queue deferred_;    // end at the next run_deferred()
  request_queue ending_;      // are ended now
  request_queue unprepared_;  // their PREPARE has been answered; they go on or end now
  prepared_table prepared_;
  std::shared_ptr<machine_siblings> siblings_;  // nullptr: there are none
  internal_request handshake_, heartbeat_;
  byte_buffer handshake_body_;
  std::unique_ptr<authentication_session> session_;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_MACHINE_HPP
