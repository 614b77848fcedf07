// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_STATEMENT_CACHE_IPP
#define COODIE_DRIVER_STATEMENT_CACHE_IPP

#include "driver/statement_cache.hpp"

namespace coodie::inline COODIE_ABI::detail {

// The bytes of another type would be another value, and no server could tell.
errc text_statement::check_values(const protocol::statement& what, const protocol::prepared_result& prepared,
                                  std::string& why) {
  const auto& faces = static_cast<const text_statement&>(what).faces_;
  const auto& markers = prepared.markers.columns;
  for (std::size_t i = 0; i < faces.size() && i < markers.size(); ++i) {
    if (faces[i]->accepts == nullptr || faces[i]->accepts(markers[i].type)) continue;
    why = "value " + std::to_string(i) + " is " + std::string(faces[i]->cql) + ", but the statement takes " +
          to_cql(markers[i].type) + " for " + std::string(markers[i].name);
    return errc::type_mismatch;
  }
  return errc::ok;  // too few or too many: the server says it best
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_STATEMENT_CACHE_IPP
