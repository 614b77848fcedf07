// SPDX-License-Identifier: MIT
// What happens to a request whose attempt failed.
#ifndef COODIE_CLUSTER_RETRY_POLICY_HPP
#define COODIE_CLUSTER_RETRY_POLICY_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cluster/shared_function.hpp"
#include "protocol/errc.hpp"
#include "protocol/messages/consistency.hpp"

namespace coodie::inline COODIE_ABI {

/// One attempt of a request that failed, as a retry policy sees it: an ERROR of the server, or, of category
/// coodie, a connection that broke, an attempt that took too long, a queue that is full.
struct failed_attempt {
  error_code code = {};
  std::string_view statement = {};
  bool idempotent = false;    ///< may be executed twice
  bool conditional = false;   ///< a lightweight transaction, or a read at a serial consistency
  bool sent = false;          ///< the node may have executed it
  std::uint32_t retries = 0;  ///< of this request, before this decision
  coodie::consistency consistency = coodie::consistency::any;  ///< that was asked for
  // Of unavailable and of timeouts (native_protocol_v4.spec section 9):
  std::int32_t required = 0;         ///< replicas that the consistency needs
  std::int32_t received = 0;         ///< replicas that answered; of unavailable: that are alive
  bool data_present = false;         ///< of a read timeout: the replica asked for data has answered
  std::string_view write_type = {};  ///< of a write timeout: "SIMPLE", "BATCH_LOG", ...
};

/// What a retry policy decides.
struct retry_decision {
  enum class what : std::uint8_t {
    fail,       ///< the caller gets the error
    same_node,  ///< once more where it was
    next_node,  ///< on a node that it has not been on
    succeed,    ///< the caller gets an empty result: for writes that some replicas have
  };
  what action = what::fail;
  std::optional<coodie::consistency> consistency = {};  ///< from now on
  std::chrono::nanoseconds delay = {};                  ///< before the next attempt
};

/// The policies that are here; each decides by error and by whether the request may be executed twice.
/// docs/timeouts-retries-speculation.md has the table.
enum class retries : std::uint8_t {
  standard,     ///< what is safe and likely to help
  fallthrough,  ///< nothing but what no node has seen
  downgrading,  ///< as standard, and with a lower consistency when too few replicas answer
};

using retry_function = function_view<retry_decision(const failed_attempt&)>;

namespace cluster_detail {
/// What `policy` says.
[[nodiscard]] COODIE_DECL retry_decision decide_retry(retries policy, const failed_attempt& attempt) noexcept;
}  // namespace cluster_detail

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_RETRY_POLICY_HPP
