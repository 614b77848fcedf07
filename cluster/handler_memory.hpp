// SPDX-License-Identifier: MIT
// Memory that an operation of the loop uses again and again, instead of asking the heap at each turn.
#ifndef COODIE_CLUSTER_HANDLER_MEMORY_HPP
#define COODIE_CLUSTER_HANDLER_MEMORY_HPP

#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

#include "cluster/asio_config.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// Room for the one operation of its kind that is outstanding. What does not fit, or comes while it is not
/// given back yet, goes to the heap. Asio may give it back on another thread than the next one is asked for.
class handler_memory {
 public:
  handler_memory() = default;
  handler_memory(const handler_memory&) = delete;
  handler_memory& operator=(const handler_memory&) = delete;

  [[nodiscard]] void* allocate(std::size_t n) {
    if (n > sizeof storage_ || used_.exchange(true, std::memory_order_acquire)) return ::operator new(n);
    return storage_;
  }
  void deallocate(void* p) noexcept {
    if (p == storage_)
      used_.store(false, std::memory_order_release);
    else
      ::operator delete(p);
  }

 private:
  alignas(std::max_align_t) std::byte storage_[512];
  std::atomic<bool> used_{false};
};

template <class T>
class handler_allocator {
 public:
  using value_type = T;
  explicit handler_allocator(handler_memory& memory) noexcept : memory_(&memory) {}
  template <class U>
  handler_allocator(const handler_allocator<U>& other) noexcept : memory_(other.memory_) {}
  [[nodiscard]] T* allocate(std::size_t n) { return static_cast<T*>(memory_->allocate(n * sizeof(T))); }
  void deallocate(T* p, std::size_t) noexcept { memory_->deallocate(p); }
  template <class U>
  bool operator==(const handler_allocator<U>& other) const noexcept {
    return memory_ == other.memory_;
  }

 private:
  template <class>
  friend class handler_allocator;
  handler_memory* memory_;
};

/// A handler that lives in a handler_memory. Whoever owns the memory must live as long: F holds a shared_ptr.
template <class F>
struct pooled_handler {
  using allocator_type = handler_allocator<void>;

  F function;
  handler_memory* memory;

  [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type(*memory); }
  template <class... Arguments>
  void operator()(Arguments&&... arguments) {
    function(std::forward<Arguments>(arguments)...);
  }
};

template <class F>
[[nodiscard]] pooled_handler<F> pooled(handler_memory& memory, F function) {
  return {std::move(function), &memory};
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_HANDLER_MEMORY_HPP
