// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_CORE_GROUP_IPP
#define COODIE_CLUSTER_CORE_GROUP_IPP

#include <algorithm>

#include "cluster/core_group.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
/// A number for each thread, so that threads spread over the loops.
[[nodiscard]] inline std::size_t thread_number() noexcept {
  static std::atomic<std::size_t> last{0};
  static thread_local const std::size_t mine = last.fetch_add(1, std::memory_order_relaxed);
  return mine;
}
}  // namespace detail

std::shared_ptr<core_group> core_group::make(cluster_config config) {
  auto made = std::make_shared<core_group>(std::move(config));
  const std::size_t count = std::max<std::uint32_t>(made->config_->loops, 1);
  // What a core refers to has to exist as long as it does.
  const std::shared_ptr<const cluster_config> shared = made->config_;
  protocol::shared_timestamps* const timestamps = count > 1 ? &shared->shared_time : nullptr;
  for (std::size_t i = 0; i < count; ++i) made->cores_.push_back(core::make(shared, i, timestamps));
  return made;
}

namespace detail {
[[nodiscard]] inline std::shared_ptr<const cluster_config> own_config(cluster_config&& given) {
  auto config = std::make_shared<cluster_config>(std::move(given));
  config->connection.credentials = config->credentials.get();
  return config;
}
}  // namespace detail

core_group::core_group(cluster_config config) : config_(detail::own_config(std::move(config))) {}

void core_group::connect(coodie::detail::callback<start_report> done) {
  core& first = *cores_.front();
  const std::weak_ptr<core_group> weak = weak_from_this();
  first.on_schema_change([weak] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    for (std::size_t i = 1; i < self->cores_.size(); ++i) self->cores_[i]->tell_schema_changed();
  });
  first.on_change([weak](const known_cluster& cluster) {
    const auto self = weak.lock();
    if (self == nullptr || !self->others_follow_) return;
    for (std::size_t i = 1; i < self->cores_.size(); ++i) self->cores_[i]->tell(cluster);
  });
  if (config_->lazy) {
    prepare_lazily();
    return done({});
  }
  done_ = std::move(done);
  first.connect([self = shared_from_this()](start_report report) { self->start_others(std::move(report)); });
}

// Whichever core is asked first, it is the first one that connects.
void core_group::prepare_lazily() {
  others_follow_ = true;
  const std::weak_ptr<core_group> weak = weak_from_this();
  cores_.front()->on_failed_start([weak](const start_report& report) {
    if (const auto self = weak.lock())
      for (std::size_t i = 1; i < self->cores_.size(); ++i) self->cores_[i]->tell_failure(report);
  });
  for (std::size_t i = 1; i < cores_.size(); ++i)
    cores_[i]->on_first_request([weak] {
      if (const auto self = weak.lock()) self->cores_.front()->wake();
    });
}

// On the first loop, which knows the cluster now.
void core_group::start_others(start_report report) {
  if (report.code != errc::ok || cores_.size() == 1) return std::exchange(done_, {})(std::move(report));
  others_follow_ = true;
  starting_ = cores_.size() - 1;
  const known_cluster known = cores_.front()->known();
  for (std::size_t i = 1; i < cores_.size(); ++i)
    cores_[i]->follow(known, [self = shared_from_this()](const start_report&) { self->started(); });
}

// A loop that has reached no node goes on trying.
void core_group::started() {
  if (--starting_ == 0) std::exchange(done_, {})({});
}

void core_group::abandon_start() noexcept {
  for (const auto& c : cores_) c->abandon_start();
}

core& core_group::choose_by_thread() noexcept {
  for (const auto& c : cores_)
    if (c->runner().runs_here()) return *c;
  return *cores_[detail::thread_number() % cores_.size()];
}

void core_group::close() noexcept {
  for (const auto& c : cores_) c->close();
}

metrics_snapshot core_group::metrics() const {
  metrics_snapshot total;
  for (const auto& c : cores_) c->add_to(total);
  return total;
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_GROUP_IPP
