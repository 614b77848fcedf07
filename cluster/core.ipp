// SPDX-License-Identifier: MIT
// The core's life on its loop: turns, nodes, timers, the end.
#ifndef COODIE_CLUSTER_CORE_IPP
#define COODIE_CLUSTER_CORE_IPP

#include <algorithm>
#include <array>
#include <random>

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

std::shared_ptr<core> core::make(std::shared_ptr<const cluster_config> config, std::size_t index,
                                 protocol::shared_timestamps* timestamps) {
  auto made = std::make_shared<core>(std::move(config), index, timestamps);
  if (made->loop_.is_foreign())
    context_watch::add(made->loop_.context(), made);
  else
    made->loop_.start_keeper();
  return made;
}

core::core(std::shared_ptr<const cluster_config> config, std::size_t index,
           protocol::shared_timestamps* timestamps)
    : config_(std::move(config)),
      index_(index),
      loop_(static_cast<asio::io_context*>(config_->foreign_context), *this),
      control_(loop_, *this, {config_->refresh_interval_ns, config_->event_window_ns}),
      local_datacenter_(config_->local_datacenter) {
  races_.previous = races_.next = &races_;
  std::random_device seed;
  random_state_ = (std::uint64_t{seed()} << 32 | seed()) | 1;
  protocol::machine_clock& clock = loop_.clock();
  clock.shared = timestamps;
  if (config_->timestamps) {
    clock.generator = config_->timestamps.call();
    clock.generator_context = config_->timestamps.object();
  }
  routes_.set_view(nullptr, config_->connection.keyspace);
  timer_.emplace(loop_.executor());
  looked_up_.resize(config_->contact_points.size());
}

core::~core() {
  if (names_ != nullptr) names_->stop();
}

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
  if (loop_.inside() && (r.owner != nullptr || r.timer().linked())) return cancel_here(r);
  ask([&](signals& to) { to.cancellations.emplace_back(&r, r.cancel_key); });
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
  if (started_)
    report_start(
        {.code = why, .text = std::string(describe(why)), .server_text = {}, .attempts = start_attempts_});
  closing_.store(true, std::memory_order_release);
  end_delayed(why);
  for (const auto& c : all_links()) c->close(why);
  for (auto& list : by_distance_) list.clear();
  for (auto& n : nodes_) dropped_.push_back(std::move(n));
  nodes_.clear();
  board_.clear();
  if (timer_) timer_->cancel();
  if (names_ != nullptr) names_->stop();
  names_work_.reset();
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
  attention_.clear();
  graveyard_.clear();
  loop_.leave_context();
}

void core::take(protocol::request& r) noexcept {
  r.deadline_ns = 0;
  r.prepare_attempts = 0;
  r.retries = 0;
  r.clock_timestamp = 0;
  r.stays_on = nullptr;
  r.stream = -1;
  r.owner = nullptr;
  r.rivals = nullptr;
  if (r.attempts) r.attempts.reset();
  r.started_ns = loop_.clock().now_ns;
  settle_options(r);
  if (r.policy == nullptr) [[unlikely]]
    return fail_later(r, errc::configuration);
  if (!accepting_ && !closing_.load(std::memory_order_relaxed)) [[unlikely]] {
    start_lazily();
    r.due_ns = r.deadline_ns;
    delayed_.add(r, r.deadline_ns - r.started_ns);
    parked_.push(r);
    want_time(r.due_ns);
    if (view_ != nullptr) started_if_complete();
    return;
  }
  begin(r);
}

void core::collect_signals() noexcept {
  const std::lock_guard lock(signal_mutex_);
  std::swap(collected_, signals_);
}

void core::take_signals() noexcept {
  signals now = std::exchange(collected_, {});
  if (now.cluster) {
    local_datacenter_ = now.cluster->local_datacenter;
    contact_names_ = now.cluster->contact_names;
    if (view_ == nullptr) want_time(start_deadline_ns_ = loop_.now_ns() + start_grace_ns);
    starting_ = true;
    adopt(std::move(now.cluster->view));
    started_if_complete();
  }
  if (now.failure && view_ == nullptr) fail_parked(*now.failure);
  if (now.wake && view_ == nullptr) {
    others_wait_ = true;
    start_lazily();
  }
  if (now.schema_changed) recheck_statements({}, {});
  if (now.connect) resolve_contacts();
  if (!closing_.load(std::memory_order_relaxed))
    for (const found_name& found : now.names) contact_resolved(found);
  for (const auto& [r, key] : now.cancellations) {
    if (delayed_.contains(*r) && r->cancel_key == key) {
      cancel_here(*r);
      continue;
    }
    bool found = false;
    for_each_link([&, request = r, wanted = key](connection& c) {
      if (!found && c.holds(*request, wanted)) {
        found = true;
        c.cancel(*request);
      }
    });
  }
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
  return writing_ != writing::due && attention_.size() >= many && connections_ > detail::most_polled;
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
      publish(*c);
      want_time(c->next_deadline());
    }
    attending_.clear();
  }
  if (timer_wanted_ns_ < timer_at_ns_) arm_timer();
  if (!graveyard_.empty()) graveyard_.clear();
  if (!dropped_.empty()) dropped_.clear();
}

bool core::has_work() const noexcept {
  if (!deferred_.empty() || started_ || delayed_.next() != protocol::never) return true;
  bool busy = false;
  for_each_link([&](connection& c) { busy = busy || c.in_flight() != 0; });
  return busy;
}

// Everything that is connected has nothing to do but to wait for answers, and `r` is the only request.
bool core::begin_wait(const protocol::request& r) noexcept {
  constexpr std::int64_t soon = 2 * std::chrono::nanoseconds(patience_in_read).count();
  if (!can_wait_in_read || r.owner == nullptr || timer_at_ns_ - loop_.clock().now_ns < soon) return false;
  auto* const on = static_cast<connection*>(r.owner);
  bool alone = true;
  for_each_link([&](connection& c) { alone = alone && c.only_reads() && (&c == on || c.in_flight() == 0); });
  if (!alone) return false;
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

// Only for few connections, all of which are ready: the event loop is better at everything else.
bool core::wait_for_answer(int wake_descriptor) noexcept {
#if defined(__linux__)
  constexpr std::size_t most = detail::most_polled;
  std::array<pollfd, most + 1> watched;
  std::array<connection*, most> links;
  std::size_t count = 0;
  bool possible = true;
  for_each_link([&](connection& c) {
    possible = possible && count < most && c.only_reads();
    if (!possible) return;
    links[count] = &c;
    watched[count++] = {c.native_handle(), POLLIN, 0};
  });
  if (!possible || count == 0) return false;
  watched[count] = {wake_descriptor, POLLIN, 0};
  const std::int64_t left_ms = (timer_at_ns_ - loop_.clock().now_ns) / 1'000'000;
  if (left_ms <= 0 || timer_is_due_) return false;
  const int ready =
      ::poll(watched.data(), count + 1, static_cast<int>(std::min<std::int64_t>(left_ms, 60'000)));
  // The loop may have other handlers before the timer's: it must not be waited for again meanwhile.
  timer_is_due_ = ready == 0 && left_ms <= 60'000;
  if (ready <= 0 || watched[count].revents != 0) return false;
  const loop::turn now(loop_);  // what breaks in it is buried at its end: the pointers stay good until then
  for (std::size_t i = 0; i < count; ++i)
    if (watched[i].revents != 0 && !links[i]->is_closed()) links[i]->read();
  return true;
#else
  static_cast<void>(wake_descriptor);
  return false;
#endif
}

void core::arm_timer() noexcept {
  if (!timer_ || closed_.load(std::memory_order_relaxed)) return;
  timer_at_ns_ = timer_wanted_ns_;
  timer_is_due_ = false;
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
  timer_is_due_ = false;
  look_at_times(loop_.clock().now_ns);
  if (closing_.load(std::memory_order_relaxed)) return;
  for_each_link([&](connection& c) { want_time(c.next_deadline()); });
  for (const auto& n : nodes_)
    if (n->reconnect_at_ns != protocol::never) want_time(n->reconnect_at_ns);
  if (start_deadline_ns_ > loop_.clock().now_ns) want_time(start_deadline_ns_);
  want_time(control_.next_deadline());
  want_time(delayed_.next());
  want_time(next_round_ns_);
  if (races_.next != &races_) want_time(static_cast<race*>(races_.next)->next_start_ns);
}

// Whatever is called here may end requests, and with them close everything.
void core::look_at_times(std::int64_t now) noexcept {
  for (const auto& link : all_links()) link->on_time();
  while (protocol::request* r = delayed_.pop_expired(now)) resume(*r);
  while (races_.next != &races_ && static_cast<race*>(races_.next)->next_start_ns <= now)
    start_rival(*static_cast<race*>(races_.next));
  if (next_round_ns_ <= now) ask_for_schema();
  control_.on_time();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i]->reconnect_at_ns <= now) {
      nodes_[i]->reconnect_at_ns = protocol::never;
      fill(*nodes_[i]);
    }
  if (start_deadline_ns_ <= now) started_if_complete();
}

std::uint64_t core::random() noexcept {  // xorshift64
  random_state_ ^= random_state_ << 13;
  random_state_ ^= random_state_ >> 7;
  random_state_ ^= random_state_ << 17;
  return random_state_;
}

void core::log(log_level level, std::string_view text, std::string_view where) const noexcept {
  if (logs(level)) config_->log({.level = level, .text = text, .node = where});
}

void core::add_to(metrics_snapshot& total) const {
  counters_.add_to(total);
  board_.add_to(total);
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_IPP
