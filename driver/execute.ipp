// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_EXECUTE_IPP
#define COODIE_DRIVER_EXECUTE_IPP

#include "driver/execute.hpp"

namespace coodie::inline COODIE_ABI::detail {

errc check_execute_options(const execute_options& options, diagnostics* diag) noexcept {
  const char* why = nullptr;
  const auto is_wrong = [](std::chrono::nanoseconds timeout) {
    return timeout < std::chrono::nanoseconds::zero() || timeout > longest_timeout;
  };
  if (is_wrong(options.timeout) || is_wrong(options.attempt_timeout))
    why = "the timeout must not be negative or above a week; 0 is the driver's";
  else if (options.page_size && *options.page_size < 0)
    why = "the page size is negative; 0 is no paging";
  else if (options.serial_consistency && *options.serial_consistency != consistency::serial &&
           *options.serial_consistency != consistency::local_serial)
    why = "serial_consistency takes serial or local_serial only";
  if (why == nullptr) return errc::ok;
  if (diag != nullptr) diag->edit().message = why;
  return errc::invalid_query;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_EXECUTE_IPP
