// SPDX-License-Identifier: MIT
// Looks up the names of contact points without waiting for them.
#ifndef COODIE_CLUSTER_NAME_LOOKUP_HPP
#define COODIE_CLUSTER_NAME_LOOKUP_HPP

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cluster/asio_config.hpp"
#include "cluster/callback.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// What became of a name.
struct found_name {
  std::size_t number = 0;  ///< of the contact point
  asio::error_code error{};
  std::vector<asio::ip::tcp::endpoint> endpoints;
};

/// The system's look-up of names can't be interrupted, and takes as long as its servers let it wait. Asio's
/// resolver waits for it when its io_context is destroyed; here nobody does, so that a driver may go away
/// meanwhile. A thread for each name: one that takes long holds up no other.
class name_lookup final : public std::enable_shared_from_this<name_lookup> {
 public:
  /// `tell` is called on the look-ups' threads, one call at a time.
  explicit name_lookup(coodie::detail::callback<found_name> tell) : tell_(std::move(tell)) {}

  /// False when no thread could be started.
  [[nodiscard]] COODIE_DECL bool start(std::size_t number, std::string host, std::string port) noexcept;
  /// Afterwards nobody is told any more. May be called within `tell`.
  COODIE_DECL void stop() noexcept;

 private:
  COODIE_DECL void finish(found_name found) noexcept;

  std::recursive_mutex mutex_;  // guards the next one
  bool stopped_ = false;
  coodie::detail::callback<found_name> tell_;
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_NAME_LOOKUP_HPP
