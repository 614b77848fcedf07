// SPDX-License-Identifier: MIT
// What every benchmark program shares: what is measured, and the line it prints.
#ifndef COODIE_BENCH_MEASUREMENT_HPP
#define COODIE_BENCH_MEASUREMENT_HPP

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "bench/allocation_count.hpp"
#include "bench/bench_arguments.hpp"

namespace bench {

using steady = std::chrono::steady_clock;

/// Latencies of some requests and the number of rows that were read. Reading the clock twice costs half of
/// what a pipelined request does, so only every 64th request of a pipelined mode is timed.
class observations {
 public:
  observations(const arguments& what, std::uint64_t requests)
      : mask_(what.mode == workload::read || what.mode == workload::write ? 63 : 0) {
    latencies_.reserve(static_cast<std::size_t>(requests / (mask_ + 1) + 1));
  }
  [[nodiscard]] bool is_timed(std::uint64_t request) const { return (request & mask_) == 0; }
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
  std::uint64_t mask_, rows_ = 0;
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

/// Allocations of a request: what twice `requests` make more than once as many, so that what a run allocates
/// once drops out.
template <class Run>
double allocations_of(const arguments& what, std::uint64_t requests, Run&& run) {
  const auto counted = [&](std::uint64_t n) {
    observations unused(what, n);
    const allocation_count count;
    run(n, unused);
    return static_cast<double>(count.so_far());
  };
  const double once = counted(requests), twice = counted(2 * requests);
  return std::max(twice - once, 0.0) / static_cast<double>(requests);
}

/// The most memory that this program has had, in megabytes. getrusage() would count what started it, too.
inline double peak_megabytes() {
  std::FILE* const status = std::fopen("/proc/self/status", "r");
  char line[256];
  double kilobytes = 0;
  while (status != nullptr && std::fgets(line, sizeof line, status) != nullptr)
    if (std::sscanf(line, "VmHWM: %lf kB", &kilobytes) == 1) break;
  if (status != nullptr) std::fclose(status);
  return kilobytes * 1024 / 1e6;
}

/// Calls `run(requests, observations&)` to warm up, to be measured, and to count allocations, which would
/// disturb the measurement; then prints the line.
template <class Run>
void measure(const char* program, const arguments& what, Run&& run) {
  const std::uint64_t warm_up = std::min<std::uint64_t>(what.requests / 10 + 1, 50'000);
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
  const std::uint64_t counted =
      std::min<std::uint64_t>(what.requests, what.mode == workload::page ? 20 : 20'000);
  const double allocations = what.once ? 0 : allocations_of(what, counted, run);
  const auto requests = static_cast<double>(what.requests);
  std::printf(
      "%s mode=%s requests=%llu in_flight=%u seconds=%.3f ops=%.0f cpu_us_per_op=%.4f "
      "allocs_per_op=%.3f p50_us=%.1f p99_us=%.1f peak_mb=%.1f",
      program, what.mode_name, static_cast<unsigned long long>(what.requests), what.in_flight, seconds,
      requests / seconds, cpu * 1e6 / requests, allocations, seen.percentile(0.50), seen.percentile(0.99),
      peak_megabytes());
  if (what.mode == workload::page) {
    std::printf(" ns_per_row=%.2f", cpu * 1e9 / static_cast<double>(std::max<std::uint64_t>(seen.rows(), 1)));
  }
  std::printf("\n");
}

}  // namespace bench

#endif  // COODIE_BENCH_MEASUREMENT_HPP
