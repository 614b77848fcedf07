// SPDX-License-Identifier: MIT
// A named set of what a request can be told: the driver's defaults, and others beside them.
#ifndef COODIE_CLUSTER_EXECUTION_PROFILE_HPP
#define COODIE_CLUSTER_EXECUTION_PROFILE_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include "cluster/retry_policy.hpp"
#include "protocol/machine/request.hpp"
#include "protocol/messages/consistency.hpp"

namespace coodie::inline COODIE_ABI {

/// A second attempt of an idempotent request on another node while the first one still runs; the first answer
/// counts, and nothing outlives the request's timeout.
struct speculation_options {
  /// How long one attempt may take before the next one starts; 0: there is none.
  std::chrono::nanoseconds delay = {};
  /// 1 to 99.99: instead of `delay` the latency that so many percent of the requests keep, as measured; until
  /// enough are, `delay`.
  double percentile = 0;
  /// Attempts beside the first one; 0: there are none.
  std::uint32_t most = 1;

  [[nodiscard]] constexpr bool wanted() const noexcept {
    return most > 0 && (delay.count() > 0 || percentile > 0);
  }
};

namespace cluster_detail {

struct execution_profile {
  std::string name;
  coodie::consistency consistency = coodie::consistency::local_quorum;
  coodie::consistency serial_consistency = coodie::consistency::local_serial;
  std::int64_t request_timeout_ns = 10'000'000'000;
  std::int64_t attempt_timeout_ns = 0;  ///< 0: none
  std::int32_t page_size = protocol::default_page_size;
  retries policy = retries::standard;
  coodie::detail::shared_function<retry_decision(const failed_attempt&)> own_policy;  ///< instead of `policy`
  std::int64_t retry_backoff_ns = 0;      ///< before the first retry; it doubles ...
  std::int64_t retry_backoff_max_ns = 0;  ///< ... to this
  speculation_options speculation;
};

}  // namespace cluster_detail

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_EXECUTION_PROFILE_HPP
