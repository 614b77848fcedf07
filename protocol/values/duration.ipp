// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_DURATION_IPP
#define COODIE_PROTOCOL_VALUES_DURATION_IPP

#include "protocol/values/duration.hpp"

namespace coodie::inline COODIE_ABI {

errc value_codec<duration>::get(protocol::reader body, duration& value) noexcept {
  std::int64_t parts[3];
  for (std::int64_t& part : parts) {
    std::uint64_t raw = 0;
    if (errc e = protocol::get_unsigned_vint(body, raw); e != errc::ok) return e;
    part = protocol::unzigzag(raw);
  }
  if (!body.empty()) return errc::trailing_bytes;
  const duration found{static_cast<std::int32_t>(parts[0]), static_cast<std::int32_t>(parts[1]), parts[2]};
  if (found.months != parts[0] || found.days != parts[1]) return errc::value_out_of_range;
  if (errc e = check(found); e != errc::ok) return e;
  value = found;
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_DURATION_IPP
