// SPDX-License-Identifier: MIT
// Names of execution profiles that outlive the call that said them.
#ifndef COODIE_DRIVER_PROFILE_NAME_HPP
#define COODIE_DRIVER_PROFILE_NAME_HPP

#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The same name, which stays. A program has few of them: behind a thousand different ones, which no driver
/// can have, all are one that does not exist. Thread-safe.
[[nodiscard]] COODIE_DECL std::string_view intern_profile_name(std::string_view name);

[[nodiscard]] inline std::string_view keep_profile_name(std::string_view name) {
  return name.empty() ? name : intern_profile_name(name);
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_PROFILE_NAME_HPP
