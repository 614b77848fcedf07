// SPDX-License-Identifier: MIT
// The core's life on its loop: turns, nodes, timers, the end.
#ifndef COODIE_CLUSTER_CORE_IPP
#define COODIE_CLUSTER_CORE_IPP

#include <algorithm>
#include <array>

#if defined(__linux__)
#include <poll.h>
#endif

#include "cluster/context_watch.hpp"
#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
// So many connections a caller polls itself; with more it runs the event loop.
inline constexpr std::size_t most_polled = 8;
}  // namespace detail

std::shared_ptr<core> core::make(cluster_config config) {
  auto made = std::make_shared<core>(std::move(config));
  if (made->loop_.is_foreign())
    context_watch::add(made->loop_.context(), made);
  else
    made->loop_.start_keeper();
  return made;
}

core::core(cluster_config config)
    : config_(std::move(config)),
      loop_(static_cast<asio::io_context*>(config_.foreign_context), *this),
      jitter_(std::random_device{}()) {
  config_.connection.credentials = config_.credentials.get();
  timer_.emplace(loop_.executor());
  resolver_.emplace(loop_.executor());
}

core::~core() = default;

void core::start(protocol::request& r) noexcept {
  if (loop_.inside()) return take(r);
  const auto alive = shared_from_this();  // the end of r may be the end of the driver
  loop_.post(r);
}

void core::run(protocol::blocking_request& r) noexcept {
  errc refused = errc::ok;
  if (gone_.load(std::memory_order_acquire))
    refused = errc::closed;
  else if (loop_.runs_here())
    refused = errc::would_deadlock;
  if (refused != errc::ok) return r.on_failure(r, {.code = refused, .text = describe(refused)});
  loop_.run(r);
}

void core::cancel(protocol::request& r) noexcept {
  if (gone_.load(std::memory_order_acquire) || r.cancel_key == 0) return;
  if (loop_.inside() && r.owner != nullptr) return static_cast<connection*>(r.owner)->cancel(r);
  {
    const std::lock_guard lock(signal_mutex_);
    signals_.cancellations.emplace_back(&r, r.cancel_key);
  }
  loop_.signal();
}

void core::close() noexcept {
  const bool first = !closing_.exchange(true, std::memory_order_acq_rel);
  if (gone_.load(std::memory_order_acquire)) return;
  if (loop_.inside())
    shut_down(errc::closed);
  else if (!closed_.load(std::memory_order_acquire))
    loop_.signal();
  if (first) loop_.stop(closed_);
}

void core::shut_down(errc why) noexcept {
  if (std::exchange(shutting_down_, true)) return;  // also from within: what ends here may close us again
  if (started_) report_start({.code = why, .text = std::string(describe(why)), .attempts = start_attempts_});
  closing_.store(true, std::memory_order_release);
  for (auto& n : nodes_)
    if (const auto link = n->link) link->close(why);
  nodes_.clear();
  if (timer_) timer_->cancel();
  if (resolver_) resolver_->cancel();
  run_deferred();
  closed_.store(true, std::memory_order_release);
}

void core::context_gone() noexcept {
  {
    const loop::turn last(loop_);
    shut_down(errc::closed);
  }
  loop_.close_inbox();
  gone_.store(true, std::memory_order_release);
  timer_.reset();
  resolver_.reset();
  attention_.clear();
  graveyard_.clear();
  loop_.leave_context();
}

void core::take(protocol::request& r) noexcept {
  r.deadline_ns = 0;
  r.prepare_attempts = 0;
  r.stream = -1;
  r.owner = nullptr;
  if (r.attempts) r.attempts.reset();
  route(r);
}

void core::collect_signals() noexcept {
  const std::lock_guard lock(signal_mutex_);
  std::swap(collected_, signals_);
}

void core::take_signals() noexcept {
  const signals now = std::exchange(collected_, {});
  if (now.connect) resolve_contacts();
  for (const auto& [r, key] : now.cancellations)
    for (auto& n : nodes_)
      if (n->link != nullptr && n->link->holds(*r, key)) n->link->cancel(*r);
  if (now.abandon && started_) shut_down(errc::cancelled);
  if (closing_.load(std::memory_order_acquire)) shut_down(errc::closed);
}

void core::wants_attention(connection& c) noexcept {
  c.attended = true;
  attention_.push_back(c.shared_from_this());
}

// A turn that has little for each of many connections: what else has arrived adds to it before it is written,
// so that a system call carries more than one request. Few connections are polled by callers, who would not
// see that something is posted.
bool core::may_write_later() const noexcept {
  constexpr std::size_t many = 4;
  return writing_ != writing::due && attention_.size() >= many && nodes_.size() > detail::most_polled;
}

void core::write_later() noexcept {
  if (std::exchange(writing_, writing::posted) == writing::posted) return;
  asio::post(loop_.executor(), pooled(writing_memory_, [self = shared_from_this()] {
               const loop::turn now(self->loop_);
               self->writing_ = writing::due;
             }));
}

void core::end_turn() noexcept {
  if (may_write_later()) {
    if (!deferred_.empty()) run_deferred();
    return write_later();
  }
  writing_ = writing::at_end_of_turn;
  for (int round = 0; round < 64; ++round) {  // a completion may start new requests
    if (!deferred_.empty()) run_deferred();
    if (attention_.empty()) break;
    attending_.swap(attention_);
    for (auto& c : attending_) {
      c->attended = false;
      c->flush();
      timer_wanted_ns_ = std::min(timer_wanted_ns_, c->next_deadline());
    }
    attending_.clear();
  }
  if (timer_wanted_ns_ < timer_at_ns_) arm_timer();
  if (!graveyard_.empty()) graveyard_.clear();
}

bool core::has_work() const noexcept {
  if (!deferred_.empty() || started_) return true;
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [](const auto& n) { return n->link != nullptr && n->link->in_flight() != 0; });
}

// Everything that is connected has nothing to do but to wait for answers, and `r` is the only request.
bool core::begin_wait(const protocol::request& r) noexcept {
  constexpr std::int64_t soon = 2 * std::chrono::nanoseconds(patience_in_read).count();
  if (!can_wait_in_read || r.owner == nullptr || timer_at_ns_ - loop_.clock().now_ns < soon) return false;
  auto* const on = static_cast<connection*>(r.owner);
  for (const auto& n : nodes_) {
    if (n->link == nullptr || !n->link->only_reads()) return false;
    if (n->link.get() != on && n->link->in_flight() != 0) return false;
  }
  awaited_.into = on->begin_wait();
  if (awaited_.into.empty()) return false;
  awaited_.on = on->shared_from_this();
  awaited_.descriptor = on->native_handle();
  return true;
}

void core::wait() noexcept { awaited_.got = wait_in_read(awaited_.descriptor, awaited_.into); }

bool core::end_wait() noexcept {
  const auto on = std::move(awaited_.on);
  return on->take_read(awaited_.got, awaited_.into.size());
}

// Only for few nodes, all of which are connected: the event loop is better at everything else.
bool core::wait_for_answer(int wake_descriptor) noexcept {
#if defined(__linux__)
  if (nodes_.empty() || nodes_.size() > detail::most_polled) return false;
  std::array<pollfd, detail::most_polled + 1> watched;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i]->link == nullptr || !nodes_[i]->link->only_reads()) return false;
    watched[i] = {nodes_[i]->link->native_handle(), POLLIN, 0};
  }
  watched[nodes_.size()] = {wake_descriptor, POLLIN, 0};
  const std::int64_t left_ms = (timer_at_ns_ - loop_.clock().now_ns) / 1'000'000;
  if (left_ms <= 0) return false;
  const int ready =
      ::poll(watched.data(), nodes_.size() + 1, static_cast<int>(std::min<std::int64_t>(left_ms, 60'000)));
  if (ready <= 0 || watched[nodes_.size()].revents != 0) return false;
  const loop::turn now(loop_);
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (watched[i].revents != 0) {
      const auto link = nodes_[i]->link;
      link->read();
      if (closing_.load(std::memory_order_relaxed)) break;
    }
  return true;
#else
  static_cast<void>(wake_descriptor);
  return false;
#endif
}

void core::arm_timer() noexcept {
  if (!timer_ || closed_.load(std::memory_order_relaxed)) return;
  timer_at_ns_ = timer_wanted_ns_;
  timer_->expires_at(
      std::chrono::steady_clock::time_point(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::chrono::nanoseconds(timer_at_ns_))));
  timer_->async_wait([self = shared_from_this()](const asio::error_code& ec) {
    if (ec) return;
    const loop::turn now(self->loop_);
    self->on_timer();
  });
}

void core::on_timer() noexcept {
  if (closed_.load(std::memory_order_relaxed)) return;
  timer_at_ns_ = timer_wanted_ns_ = protocol::never;
  const std::int64_t now = loop_.clock().now_ns;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {  // by index: completions may close everything
    node& n = *nodes_[i];
    if (n.link == nullptr && n.reconnect_at_ns <= now) open(n);
    if (i < nodes_.size() && nodes_[i]->link != nullptr) {
      const auto link = nodes_[i]->link;
      link->on_time();
    }
  }
  if (start_deadline_ns_ <= now) started_if_complete();
  for (const auto& n : nodes_) {
    timer_wanted_ns_ = std::min(timer_wanted_ns_, n->reconnect_at_ns);
    if (n->link != nullptr) timer_wanted_ns_ = std::min(timer_wanted_ns_, n->link->next_deadline());
  }
  timer_wanted_ns_ = std::min(timer_wanted_ns_, start_deadline_ns_);
}

core::node* core::node_of(const connection& c) noexcept {
  for (auto& n : nodes_)
    if (n->link.get() == &c) return n.get();
  return nullptr;
}

void core::open(node& n) {
  n.reconnect_at_ns = protocol::never;
  n.link = std::make_shared<connection>(loop_, config_.connection, static_cast<connection_owner&>(*this),
                                        n.info.endpoint);
  n.link->open();
}

void core::schedule_reconnect(node& n) noexcept {
  n.backoff_ns =
      n.backoff_ns == 0 ? config_.reconnect_base_ns : std::min(n.backoff_ns * 2, config_.reconnect_max_ns);
  std::uniform_int_distribution<std::int64_t> percent(85, 115);
  n.reconnect_at_ns = loop_.clock().now_ns + n.backoff_ns / 100 * percent(jitter_);
  timer_wanted_ns_ = std::min(timer_wanted_ns_, n.reconnect_at_ns);
}

void core::connection_ready(connection& c) noexcept {
  node* n = node_of(c);
  if (n == nullptr) return;
  n->tried = true;
  n->backoff_ns = 0;
  n->last_error.clear();
  if (!learned_ && !learning_) learn_topology(c);
  started_if_complete();
}

void core::connection_broken(connection& c, errc why, std::string_view text) noexcept {
  graveyard_.push_back(c.shared_from_this());
  node* n = node_of(c);
  if (n == nullptr || closing_.load(std::memory_order_relaxed)) return;
  n->link.reset();
  n->last_error.assign(text);
  n->tried = true;
  if (!learned_) return contact_failed(c.name(), why, std::string(text));
  schedule_reconnect(*n);
  started_if_complete();
}

void core::event(const protocol::event_message&) noexcept {}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_IPP
