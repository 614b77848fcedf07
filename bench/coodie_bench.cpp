// SPDX-License-Identifier: MIT
// What a request of coodie costs.
//
//   coodie-bench HOST PORT read|write|page|sync|connect|idle REQUESTS IN_FLIGHT
//                [--raw] [--borrowed] [--co_await] [--threads N] [--once]
//
// The server holds bench.users (id uuid PRIMARY KEY, name text, email text, age int, score double,
// created timestamp); 5000 rows are written to it when they are not there. read and write keep IN_FLIGHT
// requests on the way, from the loop's own thread; page reads pages of 5000 rows; sync asks for one row at a
// time from each of N threads, which share one connection. --raw is execute() on the driver instead of the
// ORM, --borrowed reads rows whose text stays where it was received, --co_await is a coroutine for each
// request in flight instead of a callback. connect makes a driver and closes it, idle has one for REQUESTS
// seconds and asks nothing. --once leaves out the warm-up, the counting of allocations and the writing of
// rows.
#include "coodie.hpp"  // before Asio: with clang it tells Asio about coroutines

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/bench_operations.hpp"
#include "bench/measurement.hpp"

namespace bench {
namespace {

/// The clock is read for timed requests alone.
steady::time_point time_of(bool timed) { return timed ? steady::now() : steady::time_point(); }

/// Keeps requests on the way: each completion starts the next one.
template <class Ask>
class callback_load {
 public:
  callback_load(asio::io_context& context, coodie::abstract_driver& driver, const arguments& what)
      : context_(context), ask_(driver), in_flight_(what.in_flight) {}

  void run(std::uint64_t requests, observations& seen) {
    requests_ = requests;
    started_ = ended_ = 0;
    seen_ = &seen;
    asio::post(context_, [this] {
      for (unsigned i = 0; i < in_flight_ && started_ < requests_; ++i) start();
    });
    context_.restart();
    context_.run();
  }

 private:
  struct on_answer {
    callback_load* load;
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

  void start() { ask_.start(on_answer{this, time_of(seen_->is_timed(started_++))}); }
  void ended(steady::time_point began) {
    if (began != steady::time_point()) seen_->add_latency(steady::now() - began);
    if (++ended_ == requests_)
      context_.stop();
    else if (started_ < requests_)
      start();
  }

  asio::io_context& context_;
  Ask ask_;
  const unsigned in_flight_;
  std::uint64_t requests_ = 0, started_ = 0, ended_ = 0;
  observations* seen_ = nullptr;
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

template <class Load>
void measure_load(const arguments& what, Load&& load) {
  measure("coodie", what, [&](std::uint64_t requests, observations& seen) { load.run(requests, seen); });
}

/// On a loop of the program's, run by this thread.
template <class Ask>
void measure_on_loop(const arguments& what) {
  asio::io_context context(1);
  const auto driver = connect_to(what, context);
  if (!what.once) {
    asio::co_spawn(context, fill_table_async(), [&](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
      context.stop();
    });
    context.run();
  }
  if (what.co_await_style)
    measure_load(what, coroutine_load<Ask>(context, *driver, what));
  else
    measure_load(what, callback_load<Ask>(context, *driver, what));
  driver->close();
  context.restart();
  context.poll();
}

template <class Ask>
void measure_blocking(const arguments& what) {
  const auto driver = connect_to(what);
  if (!what.once) fill_table();
  measure_load(what, blocking_load<Ask>(*driver, what));
  driver->close();
}

void measure_connecting(const arguments& what) {
  measure("coodie", what, [&](std::uint64_t times, observations& seen) {
    for (std::uint64_t i = 0; i < times; ++i) {
      const auto began = steady::now();
      const auto driver = connect_to(what);
      seen.add_latency(steady::now() - began);
      driver->close();
    }
  });
}

void measure_idling(const arguments& what) {
  const auto driver = connect_to(what);
  measure("coodie", what, [](std::uint64_t seconds, observations&) {
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
  });
  driver->close();
}

template <class Row>
void measure_reading(const arguments& what) {
  if (what.mode == workload::sync) {
    if (what.raw) return measure_blocking<raw_read<Row>>(what);
    return measure_blocking<orm_read<Row>>(what);
  }
  if (what.mode == workload::page) {
    if (what.raw) return measure_on_loop<raw_page<Row>>(what);
    return measure_on_loop<orm_page<Row>>(what);
  }
  if (what.raw) return measure_on_loop<raw_read<Row>>(what);
  measure_on_loop<orm_read<Row>>(what);
}

void measure_mode(const arguments& what) {
  if (what.mode == workload::connect) return measure_connecting(what);
  if (what.mode == workload::idle) return measure_idling(what);
  if (what.mode == workload::write && what.raw) return measure_on_loop<raw_write>(what);
  if (what.mode == workload::write) return measure_on_loop<orm_write>(what);
  if (what.borrowed) return measure_reading<borrowed_user>(what);
  measure_reading<user>(what);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bench::argument_reader reader("coodie-bench", {"--raw", "--borrowed", "--co_await"},
                                      bench::workload::idle);
  const bench::arguments what = reader.read(argc, argv);
  try {
    bench::measure_mode(what);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "coodie-bench: %s\n", failure.what());
    return 1;
  }
}
