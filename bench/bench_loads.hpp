// SPDX-License-Identifier: MIT
// The ways to keep requests on the way: callbacks, coroutines, loops of the driver's, blocking threads.
#ifndef COODIE_BENCH_BENCH_LOADS_HPP
#define COODIE_BENCH_BENCH_LOADS_HPP

#include "coodie.hpp"  // before Asio: with clang it tells Asio about coroutines

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <functional>
#include <latch>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "bench/measurement.hpp"

namespace bench {

/// The clock is read for timed requests alone.
inline steady::time_point time_of(bool timed) { return timed ? steady::now() : steady::time_point(); }

/// Keeps requests on the way, on one loop: each completion starts the next one, the first one all of them.
template <class Ask>
class lane {
 public:
  lane(coodie::abstract_driver& driver, unsigned in_flight, std::function<void()> done)
      : ask_(driver), in_flight_(in_flight), done_(std::move(done)) {}

  /// Completions come on the loop that takes what this thread starts.
  void begin(std::uint64_t requests, observations& seen) {
    requests_ = requests;
    started_ = ended_ = 0;
    seen_ = &seen;
    start();
  }

 private:
  struct on_answer {
    lane* load;
    steady::time_point began;
    template <class... Answer>
    void operator()(coodie::error_code failure, Answer&&... answer) const {
      if (failure) [[unlikely]]
        give_up(failure);
      load->seen_->add_rows(Ask::take(answer...));
      load->ended(began);
    }
  };
  [[noreturn]] static void give_up(coodie::error_code failure) {
    std::fprintf(stderr, "coodie-bench: %s\n", failure.message().c_str());
    std::exit(1);
  }

  void start() {
    const bool timed = seen_->is_timed(started_++);
    ask_.start(on_answer{this, time_of(timed)});
  }
  void ended(steady::time_point began) {
    if (began != steady::time_point()) seen_->add_latency(steady::now() - began);
    if (++ended_ == requests_) return done_();
    const std::uint64_t wanted = ended_ == 1 ? in_flight_ : 1;
    for (std::uint64_t i = 0; i < wanted && started_ < requests_; ++i) start();
  }

  Ask ask_;
  const unsigned in_flight_;
  const std::function<void()> done_;
  std::uint64_t requests_ = 0, started_ = 0, ended_ = 0;
  observations* seen_ = nullptr;
};

/// On a loop of the program's.
template <class Ask>
class callback_load {
 public:
  callback_load(asio::io_context& context, coodie::abstract_driver& driver, const arguments& what)
      : context_(context), lane_(driver, what.in_flight, [&context] { context.stop(); }) {}

  void run(std::uint64_t requests, observations& seen) {
    asio::post(context_, [&] { lane_.begin(requests, seen); });
    context_.restart();
    context_.run();
  }

 private:
  asio::io_context& context_;
  lane<Ask> lane_;
};

/// On each of the driver's own loops its part of the requests.
template <class Ask>
class loops_load {
 public:
  loops_load(coodie::abstract_driver& driver, const arguments& what) : driver_(driver), what_(what) {}

  void run(std::uint64_t requests, observations& seen) {
    const std::uint64_t loops = what_.loops;
    std::latch working(static_cast<std::ptrdiff_t>(loops));
    std::deque<lane<Ask>> lanes;
    std::deque<observations> each;
    for (std::uint64_t i = 0; i < loops; ++i) {
      const std::uint64_t mine = requests / loops + (i < requests % loops ? 1 : 0);
      const unsigned in_flight = static_cast<unsigned>(std::max<std::uint64_t>(what_.in_flight / loops, 1));
      lanes.emplace_back(driver_, in_flight, [&working] { working.count_down(); });
      each.emplace_back(what_, mine);
      if (mine == 0)
        working.count_down();
      else  // another thread is another loop's
        std::thread([&, mine] { lanes.back().begin(mine, each.back()); }).join();
    }
    working.wait();
    for (const observations& own : each) seen.merge(own);
  }

 private:
  coodie::abstract_driver& driver_;
  const arguments& what_;
};

/// A coroutine for each request that is on the way.
template <class Ask>
class coroutine_load {
 public:
  coroutine_load(asio::io_context& context, coodie::abstract_driver& driver, const arguments& what)
      : context_(context), ask_(driver), in_flight_(what.in_flight) {}

  void run(std::uint64_t requests, observations& seen) {
    left_ = requests;
    working_ = in_flight_;
    seen_ = &seen;
    for (unsigned i = 0; i < in_flight_; ++i)
      asio::co_spawn(context_, work(), [this](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
        if (--working_ == 0) context_.stop();
      });
    context_.restart();
    context_.run();
  }

 private:
  using answer_type = typename decltype(std::declval<Ask&>().start(coodie::default_token))::value_type;

  asio::awaitable<void> work() {
    while (left_ > 0) {
      const auto began = time_of(seen_->is_timed(--left_));
      if constexpr (std::is_void_v<answer_type>) {
        co_await ask_.start(coodie::default_token);
        seen_->add_rows(Ask::take());
      } else {
        const auto answer = co_await ask_.start(coodie::default_token);
        seen_->add_rows(Ask::take(answer));
      }
      if (began != steady::time_point()) seen_->add_latency(steady::now() - began);
    }
  }

  asio::io_context& context_;
  Ask ask_;
  const unsigned in_flight_;
  std::uint64_t left_ = 0;
  unsigned working_ = 0;
  observations* seen_ = nullptr;
};

/// Threads that ask one request at a time.
template <class Ask>
class blocking_load {
 public:
  blocking_load(coodie::abstract_driver& driver, const arguments& what) : driver_(driver), what_(what) {}

  void run(std::uint64_t requests, observations& seen) {
    if (what_.threads == 1) return ask_all(requests, seen);
    std::vector<std::thread> threads;
    std::mutex merging;
    for (unsigned i = 0; i < what_.threads; ++i) {
      const std::uint64_t mine = requests / what_.threads + (i < requests % what_.threads ? 1 : 0);
      threads.emplace_back([&, mine] {
        observations own(what_, mine);
        ask_all(mine, own);
        const std::lock_guard lock(merging);
        seen.merge(own);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

 private:
  void ask_all(std::uint64_t requests, observations& seen) const {
    Ask ask(driver_);
    for (std::uint64_t i = 0; i < requests; ++i) {
      const auto began = steady::now();
      seen.add_rows(Ask::take(ask.ask()));
      seen.add_latency(steady::now() - began);
    }
  }

  coodie::abstract_driver& driver_;
  const arguments& what_;
};

}  // namespace bench

#endif  // COODIE_BENCH_BENCH_LOADS_HPP
