// SPDX-License-Identifier: MIT
// Something that listens on a port but is no Cassandra.
#ifndef COODIE_TESTS_DRIVER_TCP_LISTENER_HPP
#define COODIE_TESTS_DRIVER_TCP_LISTENER_HPP

#include <cstdint>
#include <memory>
#include <string>

namespace driver_tests {

/// Listens on 127.0.0.1, takes connections on a thread of its own, and answers the first bytes of each with a
/// text; with none it stays silent.
class tcp_listener {
 public:
  explicit tcp_listener(std::string answer = {}, bool closes_then = false);
  ~tcp_listener();
  tcp_listener(const tcp_listener&) = delete;
  tcp_listener& operator=(const tcp_listener&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// A port of 127.0.0.1 where nobody listens.
[[nodiscard]] std::uint16_t free_port();

}  // namespace driver_tests

#endif  // COODIE_TESTS_DRIVER_TCP_LISTENER_HPP
