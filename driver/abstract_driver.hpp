// SPDX-License-Identifier: MIT
// What the ORM asks of a driver. The built-in drivers implement it, and so can a program.
#ifndef COODIE_DRIVER_ABSTRACT_DRIVER_HPP
#define COODIE_DRIVER_ABSTRACT_DRIVER_HPP

#include <memory>
#include <string_view>

#include "cluster/blocking_request.hpp"
#include "cluster/metrics.hpp"
#include "driver/diagnostics.hpp"
#include "driver/execute_options.hpp"
#include "driver/statement_cache.hpp"
#include "driver/value_list.hpp"

namespace coodie::inline COODIE_ABI {

class batch;
struct batch_options;
struct batch_result;
class result;
struct default_token_t;

/// A driver executes requests. Whatever it is, the whole ORM, sync and aio, runs on it. Thread-safe.
class abstract_driver : public std::enable_shared_from_this<abstract_driver> {
 public:
  abstract_driver() = default;
  abstract_driver(const abstract_driver&) = delete;
  abstract_driver& operator=(const abstract_driver&) = delete;
  virtual ~abstract_driver() = default;

  /// Starts `what`, which ends with exactly one call of its on_result or on_failure, on any thread. A driver
  /// without nodes answers request_kind::agreement at once.
  virtual void start(protocol::request& what) noexcept = 0;
  /// Starts `what` and returns when it has ended. The default waits for start() to end it.
  COODIE_DECL virtual void run(protocol::blocking_request& what) noexcept;
  /// Asks for an early end: `what`, if it has not ended, ends with errc::cancelled. The default does nothing.
  /// Called only while `what` exists.
  virtual void cancel(protocol::request& what) noexcept { static_cast<void>(what); }
  /// Ends all requests with errc::closed and refuses new ones. May be called again. Returns in bounded time.
  virtual void close() noexcept = 0;
  /// The asio::io_context that ends requests, when it is one of the program's; nullptr when it is the
  /// driver's own.
  [[nodiscard]] virtual const void* context() const noexcept { return nullptr; }
  /// What the driver has counted, and its nodes. Empty for a driver that counts nothing.
  [[nodiscard]] virtual metrics_snapshot metrics() const { return {}; }
  /// The keyspace of unqualified table names; empty when there is none.
  [[nodiscard]] virtual std::string_view keyspace() const noexcept { return {}; }

  /// Executes any statement and blocks; all pages of its rows are fetched. Statements with values are
  /// prepared, once for each text and node.
  COODIE_DECL result execute(std::string_view statement, const value_list& values,
                             const execute_options& options, error_code& ec, diagnostics& diag);
#if COODIE_HAS_EXCEPTIONS
  /// Throws coodie::error.
  COODIE_DECL result execute(std::string_view statement, const value_list& values = {},
                             const execute_options& options = {});
#endif
  /// The same without blocking; void(error_code, result), or co_await. Defined where Asio is seen
  /// (COODIE_HAS_AIO). Terminal and partial cancellation end it with errc::cancelled; the statement may have
  /// been executed.
  template <class Token = default_token_t>
  auto execute_async(std::string_view statement, const value_list& values = {},
                     const execute_options& options = {}, Token&& token = {});
  /// Also fills `diag`, which must exist until then.
  template <class Token>
  auto execute_async(std::string_view statement, const value_list& values, const execute_options& options,
                     diagnostics& diag, Token&& token);

  /// Sends a batch on this driver, whatever it is registered as: `batch.execute("INSERT ...", {values})`.
  /// Defined by the ORM, whose sync::apply and aio::apply do the same on a driver by name.
  COODIE_DECL batch_result execute_batch(const batch& what, const batch_options& options, error_code& ec,
                                         diagnostics& diag);
#if COODIE_HAS_EXCEPTIONS
  /// Throws coodie::error.
  COODIE_DECL batch_result execute_batch(const batch& what);
  COODIE_DECL batch_result execute_batch(const batch& what, const batch_options& options);
#endif
  /// The same without blocking; void(error_code, batch_result), or co_await. The batch is copied.
  template <class... Tail>
  auto execute_batch_async(const batch& what, const batch_options& options, Tail&&... tail);

  /// Statements by text, for those that are not constants of the program.
  [[nodiscard]] detail::statement_cache& statements() noexcept { return statements_; }

 private:
  detail::statement_cache statements_;
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_ABSTRACT_DRIVER_HPP
