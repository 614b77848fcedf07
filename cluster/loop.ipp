// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_LOOP_IPP
#define COODIE_CLUSTER_LOOP_IPP

#include <cerrno>
#include <chrono>

#include "cluster/loop.hpp"

#if defined(__linux__)
#include <sys/eventfd.h>
#include <unistd.h>
#endif

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
// So long nobody may call before the keeper takes the loop.
inline constexpr std::chrono::milliseconds keeper_patience{20};
// One in so many waits of a lone caller looks at the other connections too.
inline constexpr std::uint32_t reads_between_looks = 64;
}  // namespace detail

loop::loop(asio::io_context* foreign, loop_client& client)
    : own_(),
      context_(foreign != nullptr ? *foreign : own_.emplace(1)),
      executor_(context_.get_executor()),
      client_(client) {
  if (foreign == nullptr) work_.emplace(context_.get_executor());
  followers_.previous = followers_.next = &followers_;
#if defined(__linux__)
  if (foreign == nullptr) wake_descriptor_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
#endif
  tick();
}

loop::~loop() {
  if (keeper_.joinable()) keeper_.detach();  // only when it runs this very destructor
#if defined(__linux__)
  if (wake_descriptor_ >= 0) ::close(wake_descriptor_);
#endif
}

void loop::tick() noexcept {
  using namespace std::chrono;
  clock_.now_ns = duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
  clock_.now_us = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

void loop::post(protocol::request& r) noexcept {
  protocol::request* head = inbox_.load(std::memory_order_relaxed);
  do {
    if (head == end_of_inbox()) [[unlikely]]
      return r.on_failure(r, {.code = errc::closed, .text = describe(errc::closed)});
    r.inbox_next = head;
  } while (!inbox_.compare_exchange_weak(head, &r, std::memory_order_release, std::memory_order_relaxed));
  wake();
}

void loop::signal() noexcept { wake(); }

void loop::wake() noexcept {
  drain_state was = drain_state::idle;
  if (drain_.compare_exchange_strong(was, drain_state::wanted)) see_to_drain();
}

// Never waits for a turn of another thread's: that may be waiting for one of another loop's.
void loop::see_to_drain() noexcept {
  while (is_drain_wanted()) {
    if (!in_read_.load()) {
      drain_state was = drain_state::wanted;
      if (drain_.compare_exchange_strong(was, drain_state::posted)) post_drain();
      continue;
    }
    std::atomic_thread_fence(std::memory_order_seq_cst);
    std::unique_lock lock(turn_mutex_, std::defer_lock);
    if (inside() || !lock.try_lock()) return;  // whoever has the turn does it at its end
    if (in_read_.load(std::memory_order_relaxed)) {
      const turn now(*this, std::move(lock));
    }
  }
}

void loop::post_drain() noexcept {
  asio::post(*executor_, pooled(drain_memory_, [this, alive = client_.keep_alive()] { drain(); }));
  if (is_foreign()) return;
#if defined(__linux__)
  if (waits_directly_.exchange(false)) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_descriptor_, &one, sizeof one);
    return;
  }
#endif
  const std::lock_guard lock(mutex_);
  if (led_) return;
  urgent_ = true;
  changed_.notify_one();
}

void loop::drain() noexcept {
  const turn now(*this);
  take_all();
}

// Exchanged, not stored: whoever found a drain posted has pushed before, and is seen by what follows.
void loop::take_all() noexcept {
  static_cast<void>(drain_.exchange(drain_state::idle, std::memory_order_acq_rel));
  client_.collect_signals();
  protocol::request* newest = inbox_.load(std::memory_order_relaxed);
  while (newest != end_of_inbox() && !inbox_.compare_exchange_weak(newest, nullptr, std::memory_order_acquire,
                                                                   std::memory_order_relaxed)) {
  }
  take_posted(newest);
  client_.take_signals();
}

void loop::take_posted(protocol::request* newest) noexcept {
  if (newest == end_of_inbox()) return;
  protocol::request* oldest = nullptr;
  while (newest != nullptr) {
    protocol::request* next = newest->inbox_next;
    newest->inbox_next = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest != nullptr) {
    protocol::request* next = oldest->inbox_next;
    client_.take(*oldest);
    oldest = next;
  }
}

void loop::close_inbox() noexcept {
  const turn last(*this);
  take_posted(inbox_.exchange(end_of_inbox(), std::memory_order_acq_rel));
}

void loop::run(protocol::blocking_request& r) noexcept {
  if (is_foreign()) {
    post(r);
    r.wait();
    return;
  }
  bool leads = false;
  {
    const std::lock_guard lock(mutex_);
    ++calls_;
    callers_.store(callers_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    leads = !led_;
    if (leads)
      led_ = true;
    else
      r.follower().insert_before(followers_);
    if (bell::wakes_some) {
      r.wakes_by = &bell_;
      r.mark = std::uint32_t{1} << (calls_ % bell::marks);
    }
  }
  if (leads) {
    {
      const turn now(*this);
      client_.take(r);
    }
    return lead(r);
  }
  post(r);
  if (r.wait() == protocol::blocking_request::lead) return lead(r);
  const std::lock_guard lock(mutex_);
  leave(r);
}

// The calling thread has the loop: it runs it until its own request is done.
void loop::lead(protocol::blocking_request& r) noexcept {
  bool takes_long = false;
  while (!r.is_done()) {
    if (!takes_long) {
      const read_wait how = wait_in_read(r);
      if (how == read_wait::answered) continue;
      takes_long = how == read_wait::in_vain;
    }
    if (!wait_directly()) context_.run_one();
  }
  const std::lock_guard lock(mutex_);
  leave(r);
  pass_on();
}

// Under the lock.
void loop::leave(protocol::blocking_request& r) noexcept {
  if (r.follower().linked()) r.follower().unlink();
  callers_.store(callers_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
}

// A lone caller needs no event loop either: it waits in the very read that gives it the answer.
loop::read_wait loop::wait_in_read(const protocol::request& r) noexcept {
  if (callers_.load(std::memory_order_relaxed) != 1 || ++read_waits_ % detail::reads_between_looks == 0)
    return read_wait::refused;
  {
    const std::lock_guard lock(turn_mutex_);
    in_read_.store(true);
    if (drain_.load() != drain_state::idle || !client_.begin_wait(r)) {
      in_read_.store(false);
      return read_wait::refused;
    }
  }
  client_.wait();
  std::unique_lock lock(turn_mutex_);
  in_read_.store(false);
  const turn now(*this, std::move(lock));
  return client_.end_wait() ? read_wait::answered : read_wait::in_vain;
}

// Few connections need no event loop: a poll and a read cost less than half of it.
bool loop::wait_directly() noexcept {
#if defined(__linux__)
  if (wake_descriptor_ < 0) return false;
  waits_directly_.store(true);
  const bool read = drain_.load() != drain_state::posted && client_.wait_for_answer(wake_descriptor_);
  if (!waits_directly_.exchange(false)) {
    std::uint64_t woken = 0;  // somebody wrote it, or is about to
    while (::read(wake_descriptor_, &woken, sizeof woken) < 0 && errno == EAGAIN) std::this_thread::yield();
  }
  return read;
#else
  return false;
#endif
}

// Under the lock.
protocol::blocking_request* loop::next_leader() noexcept {
  for (protocol::list_link* link = followers_.next; link != &followers_; link = link->next) {
    protocol::blocking_request& r = protocol::blocking_request::from_follower(*link);
    if (!r.is_done()) return &r;
  }
  return nullptr;
}

// Under the lock, by whoever has the loop: gives it to one who waits, or to nobody.
void loop::pass_on() noexcept {
  if (protocol::blocking_request* heir = next_leader()) return heir->tell(protocol::blocking_request::lead);
  led_ = false;
  urgent_ = drain_.load(std::memory_order_acquire) == drain_state::posted || client_.has_work();
  if (urgent_ || finished_ != nullptr) changed_.notify_one();
}

void loop::start_keeper() {
  keeper_ = std::thread([this, alive = client_.keep_alive()] { keep(); });
}

void loop::keep() noexcept {
  std::unique_lock lock(mutex_);
  std::uint64_t seen = calls_;
  while (finished_ == nullptr || !finished_->load(std::memory_order_acquire)) {
    if (!led_ && (urgent_ || finished_ != nullptr || calls_ == seen)) {
      led_ = true;
      urgent_ = false;
      lock.unlock();
      do {
        context_.run_one();
      } while (!keeper_may_rest());
      lock.lock();
      pass_on();
    } else if (!led_) {  // calls that fail at once run nothing: timers must not wait for their end
      led_ = true;
      lock.unlock();
      context_.poll();
      lock.lock();
      pass_on();
    }
    seen = calls_;
    if (led_ || (!urgent_ && finished_ == nullptr)) changed_.wait_for(lock, detail::keeper_patience);
  }
  while (led_) changed_.wait_for(lock, detail::keeper_patience);
  led_ = true;
  lock.unlock();
  end_own();
  lock.lock();
  pass_on();
}

// Nobody runs the own context after this: nothing may be posted to it any more, and what was has to give back
// what it holds.
void loop::end_own() noexcept {
  close_inbox();
  drain_state expected = drain_state::idle;
  while (!drain_.compare_exchange_strong(expected, drain_state::closed, std::memory_order_acq_rel)) {
    context_.run_one();  // whoever set it to posted posts now
    expected = drain_state::idle;
  }
  context_.poll();
}

bool loop::keeper_may_rest() noexcept {
  const std::lock_guard lock(mutex_);
  return next_leader() != nullptr || (finished_ != nullptr && finished_->load(std::memory_order_acquire));
}

void loop::stop(const std::atomic<bool>& finished) noexcept {
  if (is_foreign()) return;
  {
    const std::lock_guard lock(mutex_);
    finished_ = &finished;
    changed_.notify_one();
  }
  wake();  // it may have finished before the keeper could know that it matters
  if (!keeper_.joinable()) return;
  // Of two loops that close each other none could wait for the other.
  if (keeper_.get_id() == std::this_thread::get_id() || current_loop != nullptr) {
    keeper_.detach();
    return;
  }
  keeper_.join();
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_LOOP_IPP
