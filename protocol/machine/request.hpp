// SPDX-License-Identifier: MIT
// One request on its way through a connection: what is asked, who is told, and the links of the lists it is
// in.
#ifndef COODIE_PROTOCOL_MACHINE_REQUEST_HPP
#define COODIE_PROTOCOL_MACHINE_REQUEST_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/writer.hpp"
#include "protocol/machine/statement.hpp"
#include "protocol/messages/batch_message.hpp"
#include "protocol/messages/consistency.hpp"
#include "protocol/messages/frame.hpp"
#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI::protocol {

struct request;

/// A frame that answers a request. Everything points into the connection's input buffer and is valid only
/// during the call that hands it out.
struct response {
  protocol::opcode code = protocol::opcode::result;
  std::uint8_t flags = 0;
  reader body;                             ///< behind the tracing id, the warnings and the custom payload
  const frame_prelude* prelude = nullptr;  ///< nullptr when the frame has none of them
  /// What a long frame stands in, and nothing else: whoever wants to keep the body may take it. nullptr when
  /// it has to be copied.
  byte_buffer* memory = nullptr;

  /// Of a request that was traced.
  [[nodiscard]] std::optional<uuid> tracing_id() const noexcept {
    std::optional<uuid> id;
    if (prelude != nullptr && prelude->tracing_id != nullptr)
      std::memcpy(id.emplace().bytes.data(), prelude->tracing_id, 16);
    return id;
  }
};

/// Why a request ended without an answer that it can use.
struct failure {
  error_code code{};
  std::string_view text{};           ///< the server's own sentence, or ours; may be empty
  const response* answer = nullptr;  ///< the ERROR frame when the server sent one
  std::string_view host{};           ///< "address:port" of the last node that was asked; empty when none was
  bool sent = false;                 ///< a node may have executed the request
};

enum class request_kind : std::uint8_t {
  execute,  ///< a prepared statement; prepared first where it is not yet
  query,    ///< text that is not prepared: schema changes, USE
  batch,    ///< BATCH of prepared members
  raw,      ///< opcode and body as given: the handshake, OPTIONS, REGISTER
  /// Nothing that is sent: ends when the nodes agree on the schema that the statement `text` has changed. No
  /// machine takes it.
  agreement,
};

/// One member of a BATCH: a prepared statement and its values as they go over the wire.
struct batch_member {
  const statement* what = nullptr;
  std::uint16_t value_count = 0;
  std::span<const std::byte> values;  ///< value_count times [value]
};

/// Intrusive doubly linked list; an unlinked node points to itself or to nothing.
struct list_link {
  list_link* previous = nullptr;
  list_link* next = nullptr;

  [[nodiscard]] bool linked() const noexcept { return next != nullptr; }
  void insert_before(list_link& position) noexcept {
    previous = position.previous;
    next = &position;
    position.previous->next = this;
    position.previous = this;
  }
  void unlink() noexcept {
    previous->next = next;
    next->previous = previous;
    previous = next = nullptr;
  }
};

/// An entry of a request's custom payload (native_protocol_v4.spec section 2.2).
struct payload_entry {
  std::string_view key;
  std::span<const std::byte> value;
};

/// What whoever starts a request has said; the rest is its execution profile's.
namespace given_option {
inline constexpr std::uint8_t consistency = 1;
inline constexpr std::uint8_t serial_consistency = 2;
inline constexpr std::uint8_t page_size = 4;
inline constexpr std::uint8_t attempt_timeout = 8;
inline constexpr std::uint8_t agreement = 16;  ///< timeout_ns is all the time that the nodes have
}  // namespace given_option

struct queue_link : list_link {};  ///< in the list of requests that wait for the same thing
struct timer_link : list_link {};  ///< in a deadline list

/// The nodes that a request was sent to in vain, in order.
struct attempt_log {
  struct attempt {
    std::string host;  ///< "address:port"
    std::string reason;
  };
  std::vector<attempt> attempts;
  std::size_t first_excluded = 0;  ///< it may go to the nodes of those before once more
  bool took_too_long = false;      ///< one of them, which might have been answered later
};

inline constexpr std::int64_t no_timestamp = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t default_timestamp = no_timestamp + 1;
inline constexpr consistency no_serial_consistency = consistency::any;
inline constexpr std::int32_t default_page_size = 5000;

/// Owned by whoever starts it; must stay where it is until on_result or on_failure is called, which happens
/// exactly once and never inside the call that started it. Both run on the driver's loop and must not throw.
struct request : queue_link, timer_link {
  // What is asked. Set before the request is started.
  request_kind kind = request_kind::execute;
  protocol::batch_type batch = protocol::batch_type::logged;
  protocol::opcode code = protocol::opcode::options;  ///< of a raw request
  bool tracing = false;
  bool idempotent = false;  ///< may be sent again after it may have been executed
  bool has_token = false;
  std::uint8_t given = 0;  ///< given_option
  std::uint16_t value_count = 0;
  consistency consistency_level = consistency::local_quorum;
  consistency serial = no_serial_consistency;
  std::int32_t page_size = 0;             ///< rows; 0: not sent, the server does not page
  const statement* what = nullptr;        ///< of an execute
  std::string_view text;                  ///< of a query; the body of a raw request
  std::span<const batch_member> members;  ///< of a batch
  std::span<const std::byte> paging_state;
  std::int64_t timestamp =
      default_timestamp;        ///< microseconds; or no_timestamp, or default_timestamp: the driver's clock
  std::int64_t timeout_ns = 0;  ///< of the whole request; 0: the driver's default
  std::int64_t attempt_timeout_ns = 0;  ///< of each attempt; 0: none
  std::int64_t token = 0;               ///< of the partition, when has_token
  std::string_view profile;             ///< name of an execution profile; empty: the default one
  std::span<const payload_entry> payload;

  /// Appends value_count times [value]. May be called again for another attempt; nullptr when there are none.
  errc (*append_values)(const request&, writer&) noexcept = nullptr;
  /// A frame that is not ERROR.
  void (*on_result)(request&, const response&) noexcept = nullptr;
  void (*on_failure)(request&, const failure&) noexcept = nullptr;

  // The driver's. Not for whoever starts it.
  std::int64_t started_ns = 0;    ///< steady clock: the request
  std::int64_t submitted_ns = 0;  ///< this attempt
  std::int64_t deadline_ns = 0;   ///< steady clock; 0: not set yet
  std::int64_t due_ns = 0;  ///< when this attempt ends, or waiting for the next one; not after deadline_ns
  const void* policy = nullptr;  ///< the execution profile
  /// What the clock gave for default_timestamp: every attempt writes at the same time, else one that comes
  /// late would undo a newer write. 0: nothing yet.
  mutable std::int64_t clock_timestamp = 0;
  const void* stays_on = nullptr;  ///< the node that the next attempt is for; nullptr: any
  void* rivals = nullptr;          ///< the attempts that run for it at the same time, when there are several
  request* inbox_next = nullptr;
  void* owner = nullptr;         ///< the connection that has it
  void* home = nullptr;          ///< the loop that has it
  std::uint64_t cancel_key = 0;  ///< tells it from a later request at the same address; 0: can't be cancelled
  void* tap = nullptr;           ///< free for a driver that observes the completion
  std::int32_t stream = -1;      ///< stream id when written, else -1
  std::uint8_t prepare_attempts = 0;
  std::uint8_t retries = 0;               ///< decided by the retry policy so far
  bool internal = false;                  ///< the connection's own: handshake, heartbeat, PREPARE
  bool pending_sent = false;              ///< was written before it got its pending_error
  errc pending_error = errc::ok;          ///< ends with it at the next turn of the loop
  std::unique_ptr<attempt_log> attempts;  ///< nodes that failed so far; nullptr when none did

  request() = default;
  request(const request&) = delete;
  request& operator=(const request&) = delete;

  /// What whoever starts it has said about it; nothing leaves it to the execution profile.
  void give_consistency(std::optional<consistency> said) noexcept {
    give(said, consistency_level, given_option::consistency);
  }
  void give_serial(std::optional<consistency> said) noexcept {
    give(said, serial, given_option::serial_consistency);
  }
  void give_page_size(std::optional<std::int32_t> rows) noexcept {
    give(rows, page_size, given_option::page_size);
  }
  void give_attempt_timeout(std::optional<std::chrono::nanoseconds> said) noexcept {
    if (said)
      give(std::optional(std::int64_t{said->count()}), attempt_timeout_ns, given_option::attempt_timeout);
  }

  /// The nodes that failed so far, to be added to.
  [[nodiscard]] std::vector<attempt_log::attempt>& log() {
    if (attempts == nullptr) attempts = std::make_unique<attempt_log>();
    return attempts->attempts;
  }
  [[nodiscard]] list_link& queue() noexcept { return static_cast<queue_link&>(*this); }
  [[nodiscard]] list_link& timer() noexcept { return static_cast<timer_link&>(*this); }
  [[nodiscard]] static request& from_queue(list_link& link) noexcept {
    return static_cast<request&>(static_cast<queue_link&>(link));
  }
  [[nodiscard]] static request& from_timer(list_link& link) noexcept {
    return static_cast<request&>(static_cast<timer_link&>(link));
  }

 private:
  template <class T>
  void give(const std::optional<T>& said, T& to, std::uint8_t option) noexcept {
    if (!said) return;
    to = *said;
    given |= option;
  }
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_REQUEST_HPP
