// SPDX-License-Identifier: MIT
// A driver that is only there: for tests of the registry.
#ifndef COODIE_TESTS_DRIVER_IDLE_DRIVER_HPP
#define COODIE_TESTS_DRIVER_IDLE_DRIVER_HPP

#include <atomic>

#include "driver/driver_all.hpp"

namespace driver_tests {

/// Refuses every request; counts in variables of the test how often it was closed and whether it is gone.
class idle_driver final : public coodie::abstract_driver {
 public:
  idle_driver() = default;
  idle_driver(std::atomic<int>& closed, std::atomic<int>& destroyed)
      : closed_(&closed), destroyed_(&destroyed) {}
  ~idle_driver() override {
    if (destroyed_ != nullptr) ++*destroyed_;
  }
  void start(coodie::protocol::request& what) noexcept override {
    what.on_failure(what, {.code = coodie::errc::not_supported, .text = "idle"});
  }
  void close() noexcept override {
    if (closed_ != nullptr) ++*closed_;
  }

 private:
  std::atomic<int>* closed_ = nullptr;
  std::atomic<int>* destroyed_ = nullptr;
};

/// The registry is the program's: each test that uses it leaves it empty.
struct clean_registry {
  clean_registry() { coodie::close_all(); }
  ~clean_registry() { coodie::close_all(); }
  clean_registry(const clean_registry&) = delete;
  clean_registry& operator=(const clean_registry&) = delete;
};

}  // namespace driver_tests

#endif  // COODIE_TESTS_DRIVER_IDLE_DRIVER_HPP
