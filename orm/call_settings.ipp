// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_CALL_SETTINGS_IPP
#define COODIE_ORM_CALL_SETTINGS_IPP

#include "orm/call_settings.hpp"

namespace coodie::inline COODIE_ABI::detail {

errc check_settings(const call_settings& settings, diagnostics* diag) noexcept {
  if (settings.serial && !is_serial(*settings.serial))
    return report(errc::invalid_query, "serial_consistency takes serial or local_serial only", diag);
  if (settings.timeout_ns < 0)
    return report(errc::invalid_query, "the timeout must not be negative or above a week; 0 is the driver's",
                  diag);
  return errc::ok;
}

errc check_using(const using_values& values, write_traits traits, diagnostics* diag) noexcept {
  constexpr std::int64_t twenty_years = 630'720'000;
  if (values.ttl < 0 || values.ttl > twenty_years)
    return report(errc::value_out_of_range, "a ttl is 0 to 630720000 seconds (20 years)", diag);
  if (values.clause != 0 && traits.counters)
    return report(errc::invalid_query, "counters take neither ttl nor timestamp", diag);
  if (values.has_timestamp() && traits.conditional)
    return report(errc::invalid_query,
                  "a conditional write takes no timestamp: its order is the server's to decide", diag);
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_CALL_SETTINGS_IPP
