// SPDX-License-Identifier: MIT
// What the ORM asks of a driver. The built-in drivers implement it, and so can a program.
#ifndef COODIE_DRIVER_ABSTRACT_DRIVER_HPP
#define COODIE_DRIVER_ABSTRACT_DRIVER_HPP

#include <atomic>
#include <cstdint>
#include <string_view>

#include "protocol/machine/request.hpp"

namespace coodie::inline COODIE_ABI {

namespace protocol {
/// A request that a thread waits for. Its on_result and on_failure call finish() as the last thing that they
/// do.
struct blocking_request : request {
  enum : std::uint32_t { pending = 0, done = 1, lead = 2 };
  std::atomic<std::uint32_t> state{pending};

  void finish() noexcept {
    state.store(done, std::memory_order_release);
    state.notify_one();
  }
};
}  // namespace protocol

/// A driver executes requests. Whatever it is, the whole ORM, sync and aio, runs on it. Thread-safe.
class abstract_driver {
 public:
  abstract_driver() = default;
  abstract_driver(const abstract_driver&) = delete;
  abstract_driver& operator=(const abstract_driver&) = delete;
  virtual ~abstract_driver() = default;

  /// Starts `what`, which ends with exactly one call of its on_result or on_failure, on any thread.
  virtual void start(protocol::request& what) noexcept = 0;
  /// Starts `what` and returns when it has ended. The default waits for start() to end it.
  COODIE_DECL virtual void run(protocol::blocking_request& what) noexcept;
  /// Asks for an early end: `what`, if it has not ended, ends with errc::cancelled. The default does nothing.
  /// Called only while `what` exists.
  virtual void cancel(protocol::request& what) noexcept { static_cast<void>(what); }
  /// Ends all requests with errc::closed and refuses new ones. May be called again. Returns in bounded time.
  virtual void close() noexcept = 0;
  /// The keyspace of unqualified table names; empty when there is none.
  [[nodiscard]] virtual std::string_view keyspace() const noexcept { return {}; }
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_ABSTRACT_DRIVER_HPP
