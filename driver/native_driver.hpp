// SPDX-License-Identifier: MIT
// The built-in driver: a session behind abstract_driver.
#ifndef COODIE_DRIVER_NATIVE_DRIVER_HPP
#define COODIE_DRIVER_NATIVE_DRIVER_HPP

#include <atomic>

#include "driver/abstract_driver.hpp"
#include "driver/session.hpp"

namespace coodie::inline COODIE_ABI {

/// The one in-tree driver; driver_type picks its presets. Closing a driver closes the session that was made
/// for it; a session that the program brought stays open.
class native_driver final : public abstract_driver {
 public:
  native_driver(session s, bool owns_session) noexcept : session_(std::move(s)), owns_(owns_session) {}

  COODIE_DECL void start(protocol::request& what) noexcept override;
  COODIE_DECL void run(protocol::blocking_request& what) noexcept override;
  COODIE_DECL void cancel(protocol::request& what) noexcept override;
  COODIE_DECL void close() noexcept override;
  [[nodiscard]] COODIE_DECL const void* context() const noexcept override;
  [[nodiscard]] metrics_snapshot metrics() const override { return session_.metrics(); }
  [[nodiscard]] std::string_view keyspace() const noexcept override { return session_.keyspace(); }

 private:
  session session_;
  const bool owns_;
  std::atomic<bool> closed_{false};
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_NATIVE_DRIVER_HPP
