// SPDX-License-Identifier: MIT
// Replaces operator new of the whole program by one that counts: every form of it but the aligned ones, so
// that what one form gives no other one's delete takes back.
#include "tests/protocol/allocation_count.hpp"

#include <cstdlib>
#include <memory>
#include <new>

#include "tests/catch.hpp"

namespace {

thread_local std::size_t bytes = 0;

void* count_and_allocate(std::size_t n) noexcept {
  bytes += n;
  return std::malloc(n != 0 ? n : 1);
}

}  // namespace

std::size_t allocation_count::allocated() noexcept { return bytes; }

void* operator new(std::size_t n) {
  void* place = count_and_allocate(n);
  if (place == nullptr) throw std::bad_alloc();
  return place;
}
void* operator new[](std::size_t n) { return operator new(n); }
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return count_and_allocate(n); }
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept { return count_and_allocate(n); }
void operator delete(void* place) noexcept { std::free(place); }
void operator delete[](void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
void operator delete[](void* place, std::size_t) noexcept { std::free(place); }
void operator delete(void* place, const std::nothrow_t&) noexcept { std::free(place); }
void operator delete[](void* place, const std::nothrow_t&) noexcept { std::free(place); }

TEST_CASE("allocations are counted") {
  const std::size_t before = allocation_count::allocated();
  const auto large = std::make_unique<char[]>(1000);
  CHECK(large != nullptr);
  CHECK(allocation_count::allocated() - before >= 1000);
}
