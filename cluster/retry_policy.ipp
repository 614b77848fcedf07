// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_RETRY_POLICY_IPP
#define COODIE_CLUSTER_RETRY_POLICY_IPP

#include "cluster/retry_policy.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {

using decision = retry_decision::what;

[[nodiscard]] inline retry_decision next_if(bool may) noexcept {
  return {.action = may ? decision::next_node : decision::fail};
}

// Nodes have answered, but not enough of them. Once: what is slow stays slow.
[[nodiscard]] inline retry_decision after_read_timeout(const failed_attempt& a) noexcept {
  const bool only_data_is_missing = a.received >= a.required && !a.data_present;
  const bool again = a.retries == 0 && only_data_is_missing && !a.conditional;
  return {.action = again ? decision::same_node : decision::fail};
}

// The log of a batch was not written in time, so that nothing of the batch was.
[[nodiscard]] inline retry_decision after_write_timeout(const failed_attempt& a) noexcept {
  const bool again = a.retries == 0 && a.idempotent && a.write_type == "BATCH_LOG";
  return {.action = again ? decision::same_node : decision::fail};
}

[[nodiscard]] inline retry_decision standard(const failed_attempt& a) noexcept {
  const bool may_repeat = !a.sent || (a.idempotent && !a.conditional);
  if (a.code.category() == client_category()) return next_if(may_repeat);
  if (a.code == server_errc::is_bootstrapping) return next_if(true);  // it was not executed
  // Not executed either. Another coordinator may see other replicas alive; a second one would know no more.
  if (a.code == server_errc::unavailable) return next_if(a.retries == 0 && !a.conditional);
  if (a.code == server_errc::read_timeout) return after_read_timeout(a);
  if (a.code == server_errc::write_timeout) return after_write_timeout(a);
  const bool of_the_node = a.code == server_errc::overloaded || a.code == server_errc::server_error ||
                           a.code == server_errc::truncate_error;
  return next_if(of_the_node && may_repeat);
}

[[nodiscard]] inline retry_decision with_consistency_for(std::int32_t replicas) noexcept {
  if (replicas <= 0) return {};
  const coodie::consistency lower = replicas >= 3   ? consistency::three
                                    : replicas == 2 ? consistency::two
                                                    : consistency::one;
  return {.action = decision::same_node, .consistency = lower};
}

[[nodiscard]] inline retry_decision downgrading(const failed_attempt& a) noexcept {
  if (!a.sent || a.retries != 0 || a.conditional) return standard(a);
  if (a.code == server_errc::unavailable) return with_consistency_for(a.received);
  if (a.code == server_errc::read_timeout && a.received < a.required) return with_consistency_for(a.received);
  if (a.code == server_errc::write_timeout && a.received > 0) {
    if (a.write_type == "SIMPLE" || a.write_type == "BATCH") return {.action = decision::succeed};
    if (a.write_type == "UNLOGGED_BATCH" && a.idempotent) return with_consistency_for(a.received);
  }
  return standard(a);
}

}  // namespace detail

retry_decision decide_retry(retries policy, const failed_attempt& attempt) noexcept {
  switch (policy) {
    case retries::standard: break;
    case retries::fallthrough:
      return detail::next_if(!attempt.sent && attempt.code.category() == client_category());
    case retries::downgrading: return detail::downgrading(attempt);
  }
  return detail::standard(attempt);
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_RETRY_POLICY_IPP
