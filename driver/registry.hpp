// SPDX-License-Identifier: MIT
// Drivers by name: the only hidden state there is.
#ifndef COODIE_DRIVER_REGISTRY_HPP
#define COODIE_DRIVER_REGISTRY_HPP

#include <memory>
#include <string_view>

#include "driver/abstract_driver.hpp"
#include "driver/diagnostics.hpp"
#include "driver/error.hpp"

namespace coodie::inline COODIE_ABI {

/// Registers a driver. One that is there by that name is replaced and lives as long as somebody holds it. The
/// first driver, the one named "default", and one registered with make_default serve where no name is given.
/// errc::configuration for a null driver or an empty name.
COODIE_DECL void register_driver(std::string_view name, std::shared_ptr<abstract_driver> driver,
                                 bool make_default, error_code& ec, diagnostics& diag);
/// Forgets a driver. When it was the default one, the driver named "default", else none, is the default after
/// that. Returns whether there was one.
COODIE_DECL bool unregister_driver(std::string_view name);
/// The driver of that name; without a name the default. nullptr and errc::unknown_driver when there is none,
/// with a message that lists those that exist.
[[nodiscard]] COODIE_DECL std::shared_ptr<abstract_driver> get_driver(std::string_view name, error_code& ec,
                                                                      diagnostics& diag);
namespace detail {
/// The default driver; nullptr when there is none. Takes no lock when this thread has asked before.
[[nodiscard]] COODIE_DECL std::shared_ptr<abstract_driver> default_driver() noexcept;
}  // namespace detail
/// Closes and forgets all drivers.
COODIE_DECL void close_all() noexcept;

#if COODIE_HAS_EXCEPTIONS
inline void register_driver(std::string_view name, std::shared_ptr<abstract_driver> driver,
                            bool make_default = false) {
  error_code ec;
  diagnostics diag;
  register_driver(name, std::move(driver), make_default, ec, diag);
  if (ec) detail::throw_error(ec, std::move(diag));
}
/// Throws configuration_error.
[[nodiscard]] inline std::shared_ptr<abstract_driver> get_driver(std::string_view name = {}) {
  error_code ec;
  diagnostics diag;
  auto found = get_driver(name, ec, diag);
  if (ec) detail::throw_error(ec, std::move(diag));
  return found;
}
#endif

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_REGISTRY_HPP
