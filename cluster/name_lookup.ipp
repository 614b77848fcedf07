// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_NAME_LOOKUP_IPP
#define COODIE_CLUSTER_NAME_LOOKUP_IPP

#include <system_error>
#include <thread>

#include "cluster/name_lookup.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
[[nodiscard]] inline found_name look_up(std::size_t number, const std::string& host,
                                        const std::string& port) {
  found_name found{.number = number, .error = {}, .endpoints = {}};
  asio::io_context never_run;  // the blocking form needs none, and has no thread
  asio::ip::tcp::resolver resolver(never_run);
  for (const auto& entry : resolver.resolve(host, port, found.error))
    found.endpoints.push_back(entry.endpoint());
  return found;
}
}  // namespace detail

bool name_lookup::start(std::size_t number, std::string host, std::string port) noexcept {
  auto task = [self = shared_from_this(), number, host = std::move(host), port = std::move(port)] {
    self->finish(detail::look_up(number, host, port));
  };
#if COODIE_HAS_EXCEPTIONS
  try {
    std::thread(std::move(task)).detach();
  } catch (const std::system_error&) {
    return false;
  }
#else
  std::thread(std::move(task)).detach();
#endif
  return true;
}

void name_lookup::stop() noexcept {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
}

void name_lookup::finish(found_name found) noexcept {
  const std::lock_guard lock(mutex_);
  if (!stopped_) tell_(std::move(found));
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_NAME_LOOKUP_IPP
