// SPDX-License-Identifier: MIT
// Tells the program that the schema has changed.
#ifndef COODIE_CLUSTER_SCHEMA_EVENT_HPP
#define COODIE_CLUSTER_SCHEMA_EVENT_HPP

#include <string_view>

#include "cluster/shared_function.hpp"

namespace coodie::inline COODIE_ABI {

/// A change of the schema, whoever made it, as the server tells it (native_protocol_v4.spec section 4.2.6).
/// Valid during the call. All empty: nobody listened for a while, and anything may have changed.
struct schema_event {
  std::string_view change = {};  ///< "CREATED", "UPDATED" or "DROPPED"
  std::string_view target = {};  ///< "KEYSPACE", "TABLE", "TYPE", "FUNCTION" or "AGGREGATE"
  std::string_view keyspace = {};
  std::string_view name = {};  ///< of the target; empty for a keyspace
};

/// Called on the driver's loop: it must return soon and must not call the driver.
using schema_function = function_view<void(const schema_event&)>;

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_SCHEMA_EVENT_HPP
