// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_REGISTRY_IPP
#define COODIE_DRIVER_REGISTRY_IPP

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "driver/registry.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

class driver_registry {
 public:
  static driver_registry& instance() {
    static driver_registry only;
    return only;
  }

  // Returns the one that was replaced: its destructor must not run under the lock.
  std::shared_ptr<abstract_driver> add(std::string_view name, std::shared_ptr<abstract_driver> driver,
                                       bool make_default) {
    const std::lock_guard lock(mutex_);
    if (make_default || name == "default" || default_.empty()) default_ = name;
    generation_.fetch_add(1, std::memory_order_release);
    return std::exchange(drivers_[std::string(name)], std::move(driver));
  }
  std::shared_ptr<abstract_driver> remove(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = drivers_.find(name);
    if (found == drivers_.end()) return nullptr;
    auto driver = std::move(found->second);
    drivers_.erase(found);
    if (default_ == name) default_ = drivers_.contains("default") ? "default" : "";
    generation_.fetch_add(1, std::memory_order_release);
    return driver;
  }
  std::map<std::string, std::shared_ptr<abstract_driver>, std::less<>> remove_all() {
    const std::lock_guard lock(mutex_);
    default_.clear();
    generation_.fetch_add(1, std::memory_order_release);
    return std::exchange(drivers_, {});
  }
  std::shared_ptr<abstract_driver> find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = drivers_.find(name.empty() ? std::string_view(default_) : name);
    return found == drivers_.end() ? nullptr : found->second;
  }
  std::string names() const {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const auto& [name, driver] : drivers_) all += (all.empty() ? "" : ", ") + name;
    return all;
  }
  std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<abstract_driver>, std::less<>> drivers_;
  std::string default_;
  std::atomic<std::uint64_t> generation_{1};
};

/// What this thread last found as the default, so that finding it again takes no lock. Holds nothing alive.
struct default_driver_cache {
  std::uint64_t generation = 0;
  std::weak_ptr<abstract_driver> driver;
};

std::shared_ptr<abstract_driver> default_driver() noexcept {
  static thread_local default_driver_cache cache;
  const driver_registry& registry = driver_registry::instance();
  const std::uint64_t generation = registry.generation();
  if (cache.generation == generation) [[likely]]
    if (auto known = cache.driver.lock()) return known;
  auto found = registry.find({});
  if (found != nullptr) {
    cache.driver = found;
    cache.generation = generation;
  }
  return found;
}

}  // namespace detail

void register_driver(std::string_view name, std::shared_ptr<abstract_driver> driver, bool make_default,
                     error_code& ec, diagnostics& diag) {
  ec.clear();
  diag.clear();
  if (driver == nullptr || name.empty()) {
    ec = errc::configuration;
    diag.edit().message = driver == nullptr
                              ? "register_driver was given no driver; pass a driver that exists"
                              : "register_driver was given no name; pass one, for example \"default\"";
    return;
  }
  const auto replaced = detail::driver_registry::instance().add(name, std::move(driver), make_default);
}

bool unregister_driver(std::string_view name) {
  return detail::driver_registry::instance().remove(name) != nullptr;
}

std::shared_ptr<abstract_driver> get_driver(std::string_view name, error_code& ec, diagnostics& diag) {
  ec.clear();
  diag.clear();
  const auto& registry = detail::driver_registry::instance();
  if (auto found = name.empty() ? detail::default_driver() : registry.find(name)) return found;
  ec = errc::unknown_driver;
  const std::string names = registry.names();
  std::string& message = diag.edit().message;
  if (names.empty())
    message = "no driver is registered; call init_coodie() first";
  else if (name.empty())
    message = "no driver is the default; name one of: " + names;
  else
    message = "no driver is named \"" + std::string(name) + "\"; registered are: " + names;
  return nullptr;
}

void close_all() noexcept {
  for (const auto& [name, driver] : detail::driver_registry::instance().remove_all()) driver->close();
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_REGISTRY_IPP
