// SPDX-License-Identifier: MIT
// Runs an operation of the ORM on a driver by name and waits for it.
#ifndef COODIE_ORM_BLOCKING_CALL_HPP
#define COODIE_ORM_BLOCKING_CALL_HPP

#include <memory>
#include <string_view>
#include <utility>

#include "driver/registry.hpp"
#include "driver/run.hpp"
#include "orm/driver_name.hpp"

namespace coodie::inline COODIE_ABI::detail {

template <class Op>
typename Op::result_type call_blocking(std::string_view driver_name, Op&& op, error_code& ec,
                                       diagnostics& diag) {
  const std::shared_ptr<abstract_driver> driver = get_driver(driver_name, ec, diag);
  if (ec) return typename Op::result_type();
  return run_blocking(*driver, std::move(op), ec, diag);
}

#if COODIE_HAS_EXCEPTIONS
template <class Op>
typename Op::result_type call_blocking(std::string_view driver_name, Op&& op) {
  return run_blocking(*get_driver(driver_name), std::move(op));
}
#endif

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_BLOCKING_CALL_HPP
