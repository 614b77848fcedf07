// SPDX-License-Identifier: MIT
// What a request of coodie costs.
//
//   coodie-bench HOST PORT read|write|page|sync|connect|idle REQUESTS IN_FLIGHT
//                [--raw] [--borrowed] [--co_await] [--threads N] [--loops N] [--once]
//
// The server holds bench.users (id uuid PRIMARY KEY, name text, email text, age int, score double,
// created timestamp); 5000 rows are written to it when they are not there. read and write keep IN_FLIGHT
// requests on the way, from the loop's own thread; page reads pages of 5000 rows; sync asks for one row at a
// time from each of N threads, which share one connection. --raw is execute() on the driver instead of the
// ORM, --borrowed reads rows whose text stays where it was received, --co_await is a coroutine for each
// request in flight instead of a callback, --loops N the driver's own loops, which share the requests.
// connect makes a driver and closes it, idle has one for REQUESTS seconds and asks nothing. --once leaves out
// the warm-up, the counting of allocations and the writing of rows.
#include "coodie.hpp"  // before Asio: with clang it tells Asio about coroutines

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <cstdio>
#include <exception>
#include <thread>

#include "bench/bench_loads.hpp"
#include "bench/bench_operations.hpp"
#include "bench/measurement.hpp"

namespace bench {
namespace {

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

/// On the driver's own loops.
template <class Ask>
void measure_on_loops(const arguments& what) {
  const auto driver = connect_to(what);
  if (!what.once) fill_table();
  measure_load(what, loops_load<Ask>(*driver, what));
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
  if (what.loops != 0) return measure_on_loops<orm_read<Row>>(what);
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
