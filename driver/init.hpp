// SPDX-License-Identifier: MIT
// init_coodie: makes a driver and registers it.
#ifndef COODIE_DRIVER_INIT_HPP
#define COODIE_DRIVER_INIT_HPP

#include <memory>

#include "driver/init_options.hpp"
#include "driver/native_driver.hpp"
#include "driver/registry.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {
using init_done = callback<error_code, diagnostics, std::shared_ptr<abstract_driver>>;
/// `context` is the asio::io_context of whoever waits, or nullptr; so may `cancellation` be. `done` is called
/// once; inside this call when the options are wrong.
COODIE_DECL void init_async(const init_options& options, void* context,
                            const std::shared_ptr<opening_cancellation>& cancellation, init_done done);
}  // namespace detail

namespace sync {
/// Makes a driver from contact points or a session, registers it under options.name, and returns it. Blocks
/// until the cluster is known. nullptr and an error: errc::configuration, errc::no_host_available, ...
COODIE_DECL std::shared_ptr<abstract_driver> init_coodie(const init_options& options, error_code& ec,
                                                         diagnostics& diag);
#if COODIE_HAS_EXCEPTIONS
/// Throws configuration_error, no_host_available.
inline std::shared_ptr<abstract_driver> init_coodie(const init_options& options) {
  error_code ec;
  diagnostics diag;
  auto driver = init_coodie(options, ec, diag);
  if (ec) detail::throw_error(ec, std::move(diag));
  return driver;
}
#endif
}  // namespace sync

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_INIT_HPP
