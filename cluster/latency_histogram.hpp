// SPDX-License-Identifier: MIT
// Counters that one thread writes and any thread reads, and a histogram of them for latencies.
#ifndef COODIE_CLUSTER_LATENCY_HISTOGRAM_HPP
#define COODIE_CLUSTER_LATENCY_HISTOGRAM_HPP

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI {

/// Latencies by value: how many requests took how long. Buckets are a sixteenth of a power of two wide, from
/// a microsecond to a minute.
class latency_histogram {
 public:
  static constexpr unsigned sub_bits = 4;               // 16 buckets a power of two
  static constexpr unsigned lowest = 10, highest = 36;  // powers of two of nanoseconds
  static constexpr std::size_t buckets = ((highest - lowest) << sub_bits) + 2;

  [[nodiscard]] static constexpr std::size_t bucket_of(std::int64_t ns) noexcept {
    if (ns < std::int64_t{1} << lowest) return 0;
    if (ns >= std::int64_t{1} << highest) return buckets - 1;
    const auto value = static_cast<std::uint64_t>(ns);
    const auto power = static_cast<unsigned>(std::bit_width(value)) - 1;
    const auto part = static_cast<std::size_t>(value >> (power - sub_bits)) & ((1U << sub_bits) - 1);
    return ((power - lowest) << sub_bits) + part + 1;
  }
  /// What falls into the bucket is less than so many nanoseconds; of the last one there is no bound.
  [[nodiscard]] static constexpr std::int64_t end_of(std::size_t bucket) noexcept {
    if (bucket == 0) return std::int64_t{1} << lowest;
    const std::size_t power = lowest + ((bucket - 1) >> sub_bits);
    const std::size_t part = (bucket - 1) & ((1U << sub_bits) - 1);
    return (std::int64_t{1} << power) + (static_cast<std::int64_t>(part + 1) << (power - sub_bits));
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::chrono::nanoseconds sum() const noexcept { return std::chrono::nanoseconds(sum_ns_); }
  /// So long `percent` (0 to 100) of the requests took at most, to a sixteenth; 0 when there are none.
  [[nodiscard]] std::chrono::nanoseconds percentile(double percent) const noexcept {
    if (count_ == 0) return {};
    const double wanted = static_cast<double>(count_) * percent / 100;
    std::uint64_t seen = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      if (counts_[i] == 0) continue;
      seen += counts_[i];
      last = i;
      if (static_cast<double>(seen) >= wanted) break;
    }
    return std::chrono::nanoseconds(end_of(last));
  }
  [[nodiscard]] const std::array<std::uint64_t, buckets>& counts() const noexcept { return counts_; }

  void add(std::size_t bucket, std::uint64_t n) noexcept {
    counts_[bucket] += n;
    count_ += n;
  }
  void add_sum(std::int64_t ns) noexcept { sum_ns_ += ns; }

 private:
  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t count_ = 0;
  std::int64_t sum_ns_ = 0;
};

namespace cluster_detail {

/// Written by one thread at a time, read by any.
class counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void set(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class latency_counters {
 public:
  void record(std::int64_t ns) noexcept {
    counts_[latency_histogram::bucket_of(ns)].add();
    sum_ns_.add(ns > 0 ? static_cast<std::uint64_t>(ns) : 0);
  }
  void add_to(latency_histogram& total) const noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (const std::uint64_t n = counts_[i].get(); n != 0) total.add(i, n);
    total.add_sum(static_cast<std::int64_t>(sum_ns_.get()));
  }

 private:
  std::array<counter, latency_histogram::buckets> counts_;
  counter sum_ns_;
};

}  // namespace cluster_detail

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_LATENCY_HISTOGRAM_HPP
