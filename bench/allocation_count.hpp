// SPDX-License-Identifier: MIT
// Counts heap allocations by standing in front of glibc's malloc. For one source file of a program.
#ifndef COODIE_BENCH_ALLOCATION_COUNT_HPP
#define COODIE_BENCH_ALLOCATION_COUNT_HPP

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#if !defined(__GLIBC__)
#error "allocations are counted through names that glibc alone has"
#endif

namespace bench {

/// Allocations while one of these exists: malloc, calloc, realloc and the aligned ones each count as one, and
/// so does each operator new, which ends in one of them.
class allocation_count {
 public:
  allocation_count() {
    total_.store(0, std::memory_order_relaxed);
    counting_.store(true, std::memory_order_relaxed);
  }
  ~allocation_count() { counting_.store(false, std::memory_order_relaxed); }
  allocation_count(const allocation_count&) = delete;
  allocation_count& operator=(const allocation_count&) = delete;

  [[nodiscard]] std::uint64_t so_far() const { return total_.load(std::memory_order_relaxed); }

  static void note() noexcept {
    if (counting_.load(std::memory_order_relaxed)) total_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  inline static std::atomic<bool> counting_{false};
  inline static std::atomic<std::uint64_t> total_{0};
};

}  // namespace bench

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) noexcept {
  bench::allocation_count::note();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  bench::allocation_count::note();
  return __libc_calloc(count, size);
}
void* realloc(void* from, std::size_t size) noexcept {
  bench::allocation_count::note();
  return __libc_realloc(from, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  bench::allocation_count::note();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** to, std::size_t alignment, std::size_t size) noexcept {
  bench::allocation_count::note();
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? ENOMEM : 0;
}
}

#endif  // COODIE_BENCH_ALLOCATION_COUNT_HPP
