// SPDX-License-Identifier: MIT
// Which driver a call runs on.
#ifndef COODIE_ORM_DRIVER_NAME_HPP
#define COODIE_ORM_DRIVER_NAME_HPP

#include <string_view>

#include "orm/model.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The driver that a call on T names, or that T names; empty: the default.
template <class T, class Options>
[[nodiscard]] constexpr std::string_view driver_name(const Options& options) noexcept {
  return options.driver.empty() ? table_of_model<T>.driver : options.driver;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_DRIVER_NAME_HPP
