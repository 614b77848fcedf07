// SPDX-License-Identifier: MIT
// What a driver has to say about itself, to whoever wants to hear it.
#ifndef COODIE_CLUSTER_LOG_HPP
#define COODIE_CLUSTER_LOG_HPP

#include <cstdint>
#include <string_view>

#include "cluster/shared_function.hpp"

namespace coodie::inline COODIE_ABI {

enum class log_level : std::uint8_t {
  debug,    ///< each further connection of a node
  info,     ///< nodes that come and go
  warning,  ///< what works, but not as it should
  error,    ///< what does not work
};

/// The name of a level, in lower case.
[[nodiscard]] constexpr std::string_view to_string(log_level level) noexcept {
  switch (level) {
    case log_level::debug: return "debug";
    case log_level::info: return "info";
    case log_level::warning: return "warning";
    case log_level::error: break;
  }
  return "error";
}

/// One line. Never holds a bound value or a password. Valid during the call.
struct log_entry {
  log_level level = log_level::info;
  std::string_view text = {};
  std::string_view node = {};  ///< "address:port", or empty
};

/// Called on the driver's loop: it must return soon and must not call the driver.
using log_function = function_view<void(const log_entry&)>;

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_LOG_HPP
