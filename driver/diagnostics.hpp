// SPDX-License-Identifier: MIT
// What is known about an error beyond its code.
#ifndef COODIE_DRIVER_DIAGNOSTICS_HPP
#define COODIE_DRIVER_DIAGNOSTICS_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/errc.hpp"
#include "protocol/machine/request.hpp"
#include "protocol/messages/consistency.hpp"
#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI {

/// The fields of a server's ERROR (native_protocol_v4.spec section 9). What a code does not have keeps its
/// default.
struct server_error_fields {
  std::int32_t code = 0;  ///< as it stands in the message, e.g. 0x1000
  coodie::consistency consistency = coodie::consistency::any;
  std::int32_t required = 0;    ///< replicas that the consistency asks for ("required", "blockfor")
  std::int32_t received = 0;    ///< replicas that answered; of unavailable: that are alive
  std::int32_t failures = 0;    ///< replicas that failed
  bool data_present = false;    ///< of a read: whether the data itself was among the answers
  std::string write_type;       ///< "SIMPLE", "BATCH", "UNLOGGED_BATCH", "COUNTER", "BATCH_LOG", "CAS", ...
  std::string keyspace, table;  ///< of already_exists and function_failure
  std::string function;
  std::vector<std::string> argument_types;
};

/// How far a batch came that was sent in parts.
struct batch_progress {
  std::size_t requests = 0;         ///< in how many; 0: it was no such batch
  std::size_t failed_request = 0;   ///< which of them failed, from 0; those behind it were not sent
  std::size_t members_applied = 0;  ///< by the requests before it; of its own nothing is known
};

/// One node that was asked in vain.
using host_attempt = protocol::attempt_log::attempt;

/// Filled by the call that fails; costs nothing while nothing fails and nothing is traced. No text here ever
/// holds a bound value.
class diagnostics {
 public:
  /// Our own sentence: what failed and what can be done about it.
  [[nodiscard]] const std::string& message() const noexcept { return get().message; }
  /// The server's sentence as it was sent; empty when no server said anything.
  [[nodiscard]] const std::string& server_message() const noexcept { return get().server_message; }
  /// "address:port" of the node that reported the error; empty when none did.
  [[nodiscard]] const std::string& host() const noexcept { return get().host; }
  /// The CQL text of the statement.
  [[nodiscard]] const std::string& statement() const noexcept { return get().statement; }
  [[nodiscard]] const server_error_fields& server() const noexcept { return get().server; }
  /// Every node that was tried, with the reason why it failed.
  [[nodiscard]] const std::vector<host_attempt>& attempts() const noexcept { return get().attempts; }
  /// Of a batch that was to be sent in parts.
  [[nodiscard]] const batch_progress& batch() const noexcept { return get().batch; }
  /// Of a request that asked for a trace, also when it succeeded; of several pages that of the last one.
  [[nodiscard]] const std::optional<uuid>& tracing_id() const noexcept { return get().tracing_id; }
  [[nodiscard]] bool empty() const noexcept { return data_ == nullptr; }

  struct content {
    std::string message, server_message, host, statement;
    server_error_fields server;
    std::vector<host_attempt> attempts;
    batch_progress batch;
    std::optional<uuid> tracing_id;
  };
  /// For those who report errors.
  [[nodiscard]] content& edit() {
    if (!data_) data_ = std::make_shared<content>();
    return *data_;
  }
  void clear() noexcept { data_.reset(); }

 private:
  [[nodiscard]] COODIE_DECL const content& get() const noexcept;
  std::shared_ptr<content> data_;
};

namespace detail {
/// Fills `diag` from a failed request.
COODIE_DECL void fill_diagnostics(diagnostics& diag, const protocol::request& request,
                                  const protocol::failure& why);
/// The trace that an answer names.
COODIE_DECL void fill_tracing_id(diagnostics& diag, const protocol::response& answer);
/// One line: our sentence, the server's, the host and the statement, for what().
[[nodiscard]] COODIE_DECL std::string describe_failure(error_code code, const diagnostics& diag);
}  // namespace detail

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_DIAGNOSTICS_HPP
