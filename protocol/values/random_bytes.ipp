// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_RANDOM_BYTES_IPP
#define COODIE_PROTOCOL_VALUES_RANDOM_BYTES_IPP

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <random>

#include "protocol/values/random_bytes.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#define COODIE_HAS_FORK 1
#else
#define COODIE_HAS_FORK 0
#endif
#if (defined(__linux__) || defined(__APPLE__)) && __has_include(<sys/random.h>)
#include <sys/random.h>
#include <unistd.h>
#define COODIE_HAS_GETENTROPY 1
#else
#define COODIE_HAS_GETENTROPY 0
#endif

namespace coodie::inline COODIE_ABI {
namespace detail {

inline std::atomic<std::uint32_t>& fork_counter() noexcept {
  static std::atomic<std::uint32_t> count{0};
  return count;
}

inline void count_fork() noexcept { fork_counter().fetch_add(1, std::memory_order_relaxed); }

inline void chacha_quarter(std::uint32_t& a, std::uint32_t& b, std::uint32_t& c, std::uint32_t& d) noexcept {
  a += b, d = std::rotl(d ^ a, 16);
  c += d, b = std::rotl(b ^ c, 12);
  a += b, d = std::rotl(d ^ a, 8);
  c += d, b = std::rotl(b ^ c, 7);
}

/// The block function of RFC 8439 section 2.3 with 8 rounds in place of 20.
[[nodiscard]] inline std::array<std::uint32_t, 16> chacha8_block(const std::array<std::uint32_t, 8>& key,
                                                                 std::uint64_t counter) noexcept {
  std::array<std::uint32_t, 16> start{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  std::copy(key.begin(), key.end(), start.begin() + 4);
  start[12] = static_cast<std::uint32_t>(counter);
  start[13] = static_cast<std::uint32_t>(counter >> 32);
  std::array<std::uint32_t, 16> x = start;
  for (int i = 0; i < 4; ++i) {
    chacha_quarter(x[0], x[4], x[8], x[12]);
    chacha_quarter(x[1], x[5], x[9], x[13]);
    chacha_quarter(x[2], x[6], x[10], x[14]);
    chacha_quarter(x[3], x[7], x[11], x[15]);
    chacha_quarter(x[0], x[5], x[10], x[15]);
    chacha_quarter(x[1], x[6], x[11], x[12]);
    chacha_quarter(x[2], x[7], x[8], x[13]);
    chacha_quarter(x[3], x[4], x[9], x[14]);
  }
  for (std::size_t i = 0; i < 16; ++i) x[i] += start[i];
  return x;
}

inline void system_random(std::array<std::uint32_t, 8>& words) noexcept {
#if COODIE_HAS_GETENTROPY
  if (::getentropy(words.data(), sizeof words) == 0) return;
#endif
  std::random_device device;
  for (std::uint32_t& word : words) word = device();
}

/// One thread's generator. Half of each block becomes the next key, so that what was given out can't be
/// computed from the state.
class random_source {
 public:
  void fill(std::span<std::byte> bytes) noexcept {
    const std::uint32_t generation = protocol::fork_generation();
    if (!seeded_ || generation != generation_) seed(generation);
    while (!bytes.empty()) {
      if (used_ == sizeof block_) refill();
      const std::size_t n = std::min(bytes.size(), sizeof block_ - used_);
      std::memcpy(bytes.data(), reinterpret_cast<const std::byte*>(block_.data()) + used_, n);
      used_ += n;
      bytes = bytes.subspan(n);
    }
  }

 private:
  COODIE_COLD void seed(std::uint32_t generation) noexcept {
    system_random(key_);
    used_ = sizeof block_;
    seeded_ = true;
    generation_ = generation;
  }
  void refill() noexcept {
    const std::array<std::uint32_t, 16> block = chacha8_block(key_, 0);
    std::copy(block.begin(), block.begin() + 8, key_.begin());
    std::copy(block.begin() + 8, block.end(), block_.begin());
    used_ = 0;
  }

  std::array<std::uint32_t, 8> key_{}, block_{};
  std::size_t used_ = sizeof block_;
  std::uint32_t generation_ = 0;
  bool seeded_ = false;
};

}  // namespace detail

namespace protocol {

std::uint32_t fork_generation() noexcept {
#if COODIE_HAS_FORK
  static const int registered = pthread_atfork(nullptr, nullptr, coodie::detail::count_fork);
  static_cast<void>(registered);
#endif
  return coodie::detail::fork_counter().load(std::memory_order_relaxed);
}

void random_bytes(std::span<std::byte> bytes) noexcept {
  thread_local coodie::detail::random_source source;
  source.fill(bytes);
}

}  // namespace protocol
}  // namespace coodie::inline COODIE_ABI

#undef COODIE_HAS_FORK
#undef COODIE_HAS_GETENTROPY

#endif  // COODIE_PROTOCOL_VALUES_RANDOM_BYTES_IPP
