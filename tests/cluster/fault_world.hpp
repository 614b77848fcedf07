// SPDX-License-Identifier: MIT
// The parts of the world that no mock server has: names, the wall clock, an address that swallows packets.
#ifndef COODIE_TESTS_CLUSTER_FAULT_WORLD_HPP
#define COODIE_TESTS_CLUSTER_FAULT_WORLD_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace fault_tests {

/// Names below ".fault.test" have the addresses that are said here, and no others.
class name_server {
 public:
  /// No address: the name is not known.
  static void set(const std::string& name, std::vector<std::string> addresses);
  /// From now on whoever asks for the name waits; until release().
  static void hang(const std::string& name);
  static void release(const std::string& name);
};

/// Moves the wall clock of this process, as an administrator does; the steady clock goes on as it was.
void step_wall_clock(std::chrono::seconds by) noexcept;

/// A port of 127.0.0.1 where connections are neither taken nor refused, as behind a firewall that drops.
class black_hole {
 public:
  black_hole();
  ~black_hole();
  black_hole(const black_hole&) = delete;
  black_hole& operator=(const black_hole&) = delete;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int listener_ = -1;
  std::vector<int> callers_;
  std::uint16_t port_ = 0;
};

}  // namespace fault_tests

#endif  // COODIE_TESTS_CLUSTER_FAULT_WORLD_HPP
