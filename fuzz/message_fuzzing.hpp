// SPDX-License-Identifier: MIT
// The laws that every message is fuzzed for.
#ifndef COODIE_FUZZ_MESSAGE_FUZZING_HPP
#define COODIE_FUZZ_MESSAGE_FUZZING_HPP

#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

#include "protocol/messages/messages.hpp"

namespace message_fuzzing {

using coodie::errc;
namespace protocol = coodie::protocol;
using byte_span = std::span<const std::byte>;

inline void demand(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken law: %s\n", law);
  std::abort();
}

/// Counts the bytes that are allocated while it exists, now and at their peak, on all threads but those that
/// are ignored.
class allocation_meter {
 public:
  allocation_meter() {
    static const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
    demand(installed != 0, "allocations can be counted");
    live_ = peak_ = 0;
    counting_ = true;
  }
  allocation_meter(const allocation_meter&) = delete;
  allocation_meter& operator=(const allocation_meter&) = delete;
  ~allocation_meter() { counting_ = false; }

  [[nodiscard]] std::size_t peak() const { return static_cast<std::size_t>(peak_.load()); }
  /// Less than 0 when what was there before has been freed.
  [[nodiscard]] std::int64_t live() const { return live_; }
  /// From now on what the calling thread allocates and frees does not count.
  static void ignore_thread() { ignored_ = true; }

 private:
  static void on_malloc(const volatile void*, std::size_t size) {
    if (!counting_ || ignored_) return;
    const std::int64_t now = live_ += static_cast<std::int64_t>(size);
    std::int64_t peak = peak_;
    while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
    }
  }
  static void on_free(const volatile void* at) {
    if (counting_ && !ignored_)
      live_ -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(at)));
  }
  static inline std::atomic<std::int64_t> live_{0}, peak_{0};
  static inline std::atomic<bool> counting_{false};
  static inline thread_local bool ignored_ = false;
};

/// A copy of exactly the size, so that AddressSanitizer sees each byte read too far.
class exact_copy {
 public:
  explicit exact_copy(byte_span bytes) : size_(bytes.size()), data_(new std::byte[bytes.size()]) {
    if (size_ != 0) std::memcpy(data_.get(), bytes.data(), size_);
  }
  [[nodiscard]] byte_span bytes() const { return {data_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> data_;
};

inline bool same(byte_span a, byte_span b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// What decodes is encoded, decoded and encoded again: the two encodings are the same bytes. Decoding keeps
/// at most 1 KiB and `multiple` bytes for each byte of input. Returns the first encoding; empty when `input`
/// does not decode.
template <class Message>
protocol::byte_buffer check_message(byte_span input, std::size_t multiple) {
  protocol::byte_buffer first, second;
  Message message, again;
  protocol::reader body(input);
  {
    const allocation_meter meter;
    const errc e = deserialize(body, message);
    demand(meter.peak() <= 1024 + multiple * input.size(), "memory is bounded by the input");
    demand(body.position() >= input.data() && body.end() == input.data() + input.size(),
           "the reader stays inside");
    if (e != errc::ok) return first;
  }
  protocol::writer to_first(first), to_second(second);
  serialize(to_first, message);
  demand(to_first.error() == errc::ok, "what decodes can be encoded");
  const exact_copy encoded(first.bytes());
  protocol::reader from(encoded.bytes());
  demand(deserialize(from, again) == errc::ok, "what was encoded decodes");
  serialize(to_second, again);
  demand(to_second.error() == errc::ok, "it can be encoded again");
  demand(same(first.bytes(), second.bytes()), "the second encoding is the first");
  return first;
}

/// The same for messages whose encoding is unique but for what follows the known fields: it is what was
/// decoded.
template <class Message>
void check_exact_message(byte_span input, std::size_t multiple) {
  const protocol::byte_buffer encoded = check_message<Message>(input, multiple);
  demand(encoded.size() <= input.size(), "the encoding is no longer than the input");
  demand(encoded.empty() || same(encoded.bytes(), input.first(encoded.size())), "the encoding is the input");
}

}  // namespace message_fuzzing

#endif  // COODIE_FUZZ_MESSAGE_FUZZING_HPP
