// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_FIND_QUERY_IPP
#define COODIE_ORM_FIND_QUERY_IPP

#include "orm/find_query.hpp"

namespace coodie::inline COODIE_ABI::detail {

errc check_limits(const row_limits& limits, unsigned flags, diagnostics* diag) noexcept {
  if ((flags & select_flag::limit) != 0 && limits.limit <= 0)
    return report(errc::invalid_query, "limit() takes a number above 0", diag);
  if ((flags & select_flag::per_partition_limit) != 0 && limits.per_partition <= 0)
    return report(errc::invalid_query, "per_partition_limit() takes a number above 0", diag);
  return errc::ok;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_FIND_QUERY_IPP
