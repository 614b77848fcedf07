// SPDX-License-Identifier: MIT
// What is told about each request when it has ended.
#ifndef COODIE_CLUSTER_REQUEST_REPORT_HPP
#define COODIE_CLUSTER_REQUEST_REPORT_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cluster/shared_function.hpp"
#include "protocol/errc.hpp"
#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI {

/// One request that has ended. Never holds a bound value. Valid during the call.
struct request_report {
  std::string_view statement = {};  ///< the CQL text; of a batch that of its first member
  std::string_view node = {};       ///< "address:port" of the node that was asked last; empty when none was
  std::uint32_t attempts = 1;       ///< nodes that were asked
  std::chrono::nanoseconds latency = {};  ///< of the whole request, in the resolution of the loop's turns
  error_code error = {};                  ///< none when it succeeded
  std::optional<uuid> tracing_id = {};    ///< of a request that was traced: for get_trace()
};

/// Called on the driver's loop: it must return soon and must not call the driver.
using tracker_function = function_view<void(const request_report&)>;

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_REQUEST_REPORT_HPP
