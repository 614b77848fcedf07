// SPDX-License-Identifier: MIT
// What every benchmark program shares: its arguments, what is measured, and the line it prints.
#ifndef COODIE_BENCH_MEASUREMENT_HPP
#define COODIE_BENCH_MEASUREMENT_HPP

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bench/allocation_count.hpp"

namespace bench {

enum class workload { read, write, page, sync };

struct arguments {
  const char* host = "";
  std::uint16_t port = 0;
  workload mode = workload::read;
  const char* mode_name = "";
  std::uint64_t requests = 0;
  unsigned in_flight = 1;
  unsigned threads = 1;  ///< of mode sync
  bool raw = false, borrowed = false, co_await_style = false;
  bool once = false;  ///< the measured part alone, for tools that count instructions
};

[[noreturn]] inline void refuse_arguments(const char* program, const char* flags) {
  std::fprintf(stderr,
               "usage: %s HOST PORT read|write|page|sync REQUESTS IN_FLIGHT %s[--threads N] [--once]\n",
               program, flags);
  std::exit(2);
}

inline bool parse_mode(const char* text, arguments& out) {
  constexpr const char* names[] = {"read", "write", "page", "sync"};
  for (int i = 0; i < 4; ++i) {
    if (std::strcmp(text, names[i]) != 0) continue;
    out.mode = static_cast<workload>(i);
    out.mode_name = names[i];
    return true;
  }
  return false;
}

/// Ends the program with status 2 when the arguments make no sense. `flags` are those of this program.
inline arguments parse_arguments(int argc, char** argv, const char* program, const char* flags) {
  arguments out;
  if (argc < 6 || !parse_mode(argv[3], out)) refuse_arguments(program, flags);
  out.host = argv[1];
  out.port = static_cast<std::uint16_t>(std::strtoul(argv[2], nullptr, 10));
  out.requests = std::strtoull(argv[4], nullptr, 10);
  out.in_flight = static_cast<unsigned>(std::strtoul(argv[5], nullptr, 10));
  for (int i = 6; i < argc; ++i) {
    const std::string_view flag = argv[i];
    const bool known = flag == "--threads" || flag == "--once" ||
                       std::string_view(flags).find(flag) != std::string_view::npos;
    if (!known) refuse_arguments(program, flags);
    if (flag == "--threads" && i + 1 < argc) {
      out.threads = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    }
    out.raw |= flag == "--raw";
    out.borrowed |= flag == "--borrowed";
    out.co_await_style |= flag == "--co_await";
    out.once |= flag == "--once";
  }
  if (out.mode == workload::sync) out.in_flight = out.threads;
  const bool sane = out.port > 0 && out.requests > 0 && out.in_flight > 0 && out.threads > 0 &&
                    (out.threads == 1 || out.mode == workload::sync);
  if (!sane) refuse_arguments(program, flags);
  return out;
}

using steady = std::chrono::steady_clock;

/// Latencies of some requests and the number of rows that were read. Reading the clock twice costs half of
/// what a pipelined request does, so only every 64th request of a pipelined mode is timed.
class observations {
 public:
  observations(const arguments& what, std::uint64_t requests)
      : every_(what.mode == workload::read || what.mode == workload::write ? 64 : 1) {
    latencies_.reserve(static_cast<std::size_t>(requests / every_ + 1));
  }
  [[nodiscard]] bool is_timed(std::uint64_t request) const { return request % every_ == 0; }
  void add_latency(steady::duration taken) {
    latencies_.push_back(static_cast<std::uint32_t>(
        std::min<std::int64_t>(std::chrono::nanoseconds(taken).count(), UINT32_MAX)));
  }
  void add_rows(std::uint64_t count) { rows_ += count; }
  void merge(const observations& other) {
    latencies_.insert(latencies_.end(), other.latencies_.begin(), other.latencies_.end());
    rows_ += other.rows_;
  }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  /// Microseconds; `share` of the timed requests took less.
  [[nodiscard]] double percentile(double share) {
    if (latencies_.empty()) return 0;
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = static_cast<std::size_t>(share * static_cast<double>(latencies_.size()));
    return latencies_[std::min(at, latencies_.size() - 1)] / 1e3;
  }

 private:
  std::uint64_t every_, rows_ = 0;
  std::vector<std::uint32_t> latencies_;
};

/// CPU seconds of all threads of this process, in user mode and in the kernel.
inline double process_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Calls `run(requests, observations&)` to warm up, to be measured, and to count allocations, which would
/// disturb the measurement; then prints the line.
template <class Run>
void measure(const char* program, const arguments& what, Run&& run) {
  const std::uint64_t warm_up = std::min<std::uint64_t>(what.requests / 10 + 1, 50'000);
  const std::uint64_t counted =
      std::min<std::uint64_t>(what.requests, what.mode == workload::page ? 20 : 20'000);
  if (!what.once) {
    observations unused(what, warm_up);
    run(warm_up, unused);
  }
  observations seen(what, what.requests);
  const double cpu_before = process_cpu_seconds();
  const auto began = steady::now();
  run(what.requests, seen);
  const double seconds = std::chrono::duration<double>(steady::now() - began).count();
  const double cpu = process_cpu_seconds() - cpu_before;

  double allocations = 0;
  if (!what.once) {
    observations unused(what, counted);
    const allocation_count count;
    run(counted, unused);
    allocations = static_cast<double>(count.so_far());
  }
  const auto requests = static_cast<double>(what.requests);
  std::printf(
      "%s mode=%s requests=%llu in_flight=%u seconds=%.3f ops=%.0f cpu_us_per_op=%.4f "
      "allocs_per_op=%.3f p50_us=%.1f p99_us=%.1f",
      program, what.mode_name, static_cast<unsigned long long>(what.requests), what.in_flight, seconds,
      requests / seconds, cpu * 1e6 / requests, allocations / static_cast<double>(counted),
      seen.percentile(0.50), seen.percentile(0.99));
  if (what.mode == workload::page) {
    std::printf(" ns_per_row=%.2f", cpu * 1e9 / static_cast<double>(std::max<std::uint64_t>(seen.rows(), 1)));
  }
  std::printf("\n");
}

/// Pseudo-random, the same in every run: the ids that are asked for (splitmix64).
class id_sequence {
 public:
  explicit id_sequence(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace bench

#endif  // COODIE_BENCH_MEASUREMENT_HPP
