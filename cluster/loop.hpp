// SPDX-License-Identifier: MIT
// The event loop of a driver: who runs it, and how requests from other threads reach it.
#ifndef COODIE_CLUSTER_LOOP_HPP
#define COODIE_CLUSTER_LOOP_HPP

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "cluster/asio_config.hpp"
#include "cluster/blocking_request.hpp"
#include "cluster/current_context.hpp"
#include "cluster/handler_memory.hpp"
#include "protocol/machine/machine.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

class loop;

/// The loop that this thread is inside of; nullptr outside of every handler.
inline constinit thread_local loop* current_loop = nullptr;

/// What a loop works for.
class loop_client {
 public:
  /// A request from another thread, on the loop.
  virtual void take(protocol::request& r) noexcept = 0;
  /// Somebody on another thread asked for something that is no request: cancellation, the end. Collected
  /// before the requests of the same turn are taken, and obeyed after that: what is asked about a request was
  /// asked after it was started.
  virtual void collect_signals() noexcept = 0;
  virtual void take_signals() noexcept = 0;
  /// The end of a turn: write what was queued, set the timer.
  virtual void end_turn() noexcept = 0;
  /// Whether requests are in flight that no thread waits for.
  [[nodiscard]] virtual bool has_work() const noexcept = 0;
  /// Waits for an answer on the connections themselves, or for `wake_descriptor`; false when it is the event
  /// loop that has to be run. In no turn.
  [[nodiscard]] virtual bool wait_for_answer(int wake_descriptor) noexcept = 0;
  /// The same for the answer to `r` alone, in three steps: under the turns' lock, whether it can be waited
  /// for in a read of its connection; outside of it, the wait, which is short; in a turn, what came of it:
  /// false when that is nothing yet.
  [[nodiscard]] virtual bool begin_wait(const protocol::request& r) noexcept = 0;
  virtual void wait() noexcept = 0;
  [[nodiscard]] virtual bool end_wait() noexcept = 0;
  /// What posted handlers hold on to.
  [[nodiscard]] virtual std::shared_ptr<void> keep_alive() noexcept = 0;

 protected:
  ~loop_client() = default;
};

/// Everything of a driver happens in turns of its loop, one at a time. The loop is the caller's io_context,
/// or the driver's own. The own one is run by whichever thread makes a blocking call; when several do, one
/// runs it and the others sleep; when none does, a keeper thread runs it, so that heartbeats, reconnections
/// and asynchronous requests do not depend on callers. A lone caller waits in a read of the one connection
/// that its answer comes on: nobody can wake it there, so that whoever wants something meanwhile has a turn
/// itself.
class loop {
 public:
  using io_executor = asio::strand<asio::io_context::executor_type>;

  /// `foreign` is the caller's io_context, which must be run by somebody; nullptr makes one.
  COODIE_DECL loop(asio::io_context* foreign, loop_client& client);
  COODIE_DECL ~loop();
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  [[nodiscard]] bool is_foreign() const noexcept { return !own_.has_value(); }
  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] const io_executor& executor() const noexcept { return *executor_; }
  /// The caller's io_context is going away: nothing may refer to it any more.
  void leave_context() noexcept { executor_.reset(); }
  [[nodiscard]] protocol::machine_clock& clock() noexcept { return clock_; }
  [[nodiscard]] std::int64_t now_ns() const noexcept { return clock_.now_ns; }
  [[nodiscard]] bool inside() const noexcept { return current_loop == this; }
  /// Whether waiting on this thread keeps the loop from running.
  [[nodiscard]] bool runs_here() const noexcept {
    return inside() || (is_foreign() && context_.get_executor().running_in_this_thread());
  }

  /// One turn: everything that is started inside of it is written at its end.
  class turn {
   public:
    explicit turn(loop& l) noexcept
        : turn(l, l.own_ && !l.inside() ? std::unique_lock(l.turn_mutex_) : std::unique_lock<std::mutex>()) {}
    ~turn() {
      loop_.client_.end_turn();
      while (loop_.is_drain_wanted()) [[unlikely]] {
        loop_.take_all();
        loop_.client_.end_turn();
      }
      current_loop = outer_;
      current_context = outer_context_;
      current_wake_up = outer_wake_up_;
      if (lock_.owns_lock()) {
        lock_.unlock();
        std::atomic_thread_fence(
            std::memory_order_seq_cst);  // who finds the lock taken relies on the next line
        if (loop_.is_drain_wanted()) [[unlikely]]
          loop_.see_to_drain();
      }
      if (wake_up_.whom != 0) loop_.bell_.ring(wake_up_.whom);
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

   private:
    friend class loop;
    turn(loop& l, std::unique_lock<std::mutex> lock) noexcept
        : lock_(std::move(lock)),
          loop_(l),
          outer_(current_loop),
          outer_context_(current_context),
          outer_wake_up_(current_wake_up) {
      current_loop = &l;
      current_context = &l.context_;
      current_wake_up = &wake_up_;
      l.tick();
    }

    std::unique_lock<std::mutex> lock_;
    loop& loop_;
    loop* outer_;
    const void* outer_context_;
    wake_up_call* outer_wake_up_;
    wake_up_call wake_up_{&loop_.bell_};
  };

  /// From any other thread: client.take(r) in a turn to come. Behind close_inbox() the request fails at once.
  COODIE_DECL void post(protocol::request& r) noexcept;
  /// From any thread: client.take_signals() in a turn to come.
  COODIE_DECL void signal() noexcept;
  /// No more turns will come: what was posted is taken in this one, what comes later is refused.
  COODIE_DECL void close_inbox() noexcept;
  /// Blocks until the request is done.
  COODIE_DECL void run(protocol::blocking_request& r) noexcept;
  /// Own loop: starts the keeper thread. Called once.
  COODIE_DECL void start_keeper();
  /// Own loop: returns when `finished` is true and the keeper has ended; inside of the loop at once, the
  /// keeper ends later by itself. `finished` belongs to the client.
  COODIE_DECL void stop(const std::atomic<bool>& finished) noexcept;

 private:
  COODIE_DECL void tick() noexcept;
  COODIE_DECL void drain() noexcept;
  COODIE_DECL void take_all() noexcept;
  COODIE_DECL void see_to_drain() noexcept;
  COODIE_DECL void post_drain() noexcept;
  [[nodiscard]] bool is_drain_wanted() const noexcept { return drain_.load() == drain_state::wanted; }
  COODIE_DECL void take_posted(protocol::request* newest) noexcept;
  COODIE_DECL void wake() noexcept;
  enum class read_wait : std::uint8_t { refused, in_vain, answered };
  [[nodiscard]] COODIE_DECL read_wait wait_in_read(const protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL bool wait_directly() noexcept;
  COODIE_DECL void lead(protocol::blocking_request& r) noexcept;
  COODIE_DECL void leave(protocol::blocking_request& r) noexcept;
  COODIE_DECL void pass_on() noexcept;
  COODIE_DECL void keep() noexcept;
  COODIE_DECL void end_own() noexcept;
  [[nodiscard]] protocol::request* end_of_inbox() noexcept { return &no_more_; }
  [[nodiscard]] COODIE_DECL bool keeper_may_rest() noexcept;
  [[nodiscard]] COODIE_DECL protocol::blocking_request* next_leader() noexcept;

  std::optional<asio::io_context> own_;
  asio::io_context& context_;
  std::optional<io_executor> executor_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  loop_client& client_;
  protocol::machine_clock clock_;

  /// Wanted: for the end of the turn that somebody has or takes now. Posted: it comes from the event loop.
  enum class drain_state : std::uint8_t { idle, wanted, posted, closed };
  alignas(64) std::atomic<protocol::request*> inbox_{nullptr};  // newest first; or &no_more_
  std::atomic<drain_state> drain_{drain_state::idle};
  protocol::request no_more_;
  handler_memory drain_memory_;
  std::atomic<bool> waits_directly_{false};
  int wake_descriptor_ = -1;  // ends a direct wait; -1: there is none on this system

  std::mutex turn_mutex_;             // own loop: held by every turn
  std::atomic<bool> in_read_{false};  // a lone caller is in wait_in_read(); changes under the turns' lock
  std::uint32_t read_waits_ = 0;      // of the leader
  bell bell_;                         // where the callers sleep
  std::atomic<std::uint32_t> callers_{0};  // threads in run(); changes under the next one

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  protocol::list_link followers_;
  bool led_ = false;
  bool urgent_ = false;                          // there is work that no caller waits for
  const std::atomic<bool>* finished_ = nullptr;  // set by stop()
  std::uint64_t calls_ = 0;                      // blocking calls so far, to tell idleness
  std::thread keeper_;
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_LOOP_HPP
