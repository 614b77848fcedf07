// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_EXECUTE_IPP
#define COODIE_DRIVER_EXECUTE_IPP

#include "driver/execute.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {

errc check_execute_options(const execute_options& options, diagnostics* diag) noexcept {
  const char* why = nullptr;
  if (!is_timeout_or_zero(options.timeout))
    why = "the timeout must not be negative or above a week; 0 is the driver's";
  else if (options.attempt_timeout && !is_timeout_or_zero(*options.attempt_timeout))
    why = "the attempt_timeout must not be negative or above a week; 0 is none";
  else if (options.page_size && *options.page_size < 0)
    why = "the page size is negative; 0 is no paging";
  else if (options.serial_consistency && !is_serial(*options.serial_consistency))
    why = "serial_consistency takes serial or local_serial only";
  if (why == nullptr) return errc::ok;
  if (diag != nullptr) diag->edit().message = why;
  return errc::invalid_query;
}

errc check_views(std::span<const value_view> values, std::string& why) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const errc e = values[i].check(); e != errc::ok) {
      why = "value " + std::to_string(i) + ": " + std::string(describe(e));
      return e;
    }
  return errc::ok;
}

}  // namespace detail

result abstract_driver::execute(std::string_view statement, const value_list& values,
                                const execute_options& options, error_code& ec, diagnostics& diag) {
  return detail::run_blocking(*this, detail::execute_operation(*this, statement, values, options), ec, diag);
}
#if COODIE_HAS_EXCEPTIONS
result abstract_driver::execute(std::string_view statement, const value_list& values,
                                const execute_options& options) {
  return detail::run_blocking(*this, detail::execute_operation(*this, statement, values, options));
}
#endif

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_EXECUTE_IPP
