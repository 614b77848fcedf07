// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_ABSTRACT_DRIVER_IPP
#define COODIE_DRIVER_ABSTRACT_DRIVER_IPP

#include "driver/abstract_driver.hpp"

namespace coodie::inline COODIE_ABI {

void abstract_driver::run(protocol::blocking_request& what) noexcept {
  start(what);
  while (!what.is_done()) static_cast<void>(what.wait());
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_ABSTRACT_DRIVER_IPP
