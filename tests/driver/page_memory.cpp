// SPDX-License-Identifier: MIT
#include "driver/page_memory.hpp"

#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/catch.hpp"

namespace {
using coodie::detail::page_allocator;
using coodie::detail::page_bytes;
using coodie::detail::page_memory;

/// In a thread of its own: what a thread keeps does not depend on the tests before.
template <class F>
void in_thread(F&& f) {
  std::thread(f).join();
}
}  // namespace

TEST_CASE("page_memory: what a thread frees it gets again", "[driver]") {
  in_thread([] {
    for (std::size_t n = 1; n <= 4U * 1024 * 1024; n *= 2)
      for (const std::size_t size : {n - 1, n, n + 1}) {
        void* const block = page_memory::allocate(size);
        std::memset(block, 0xA5, size);
        page_memory::deallocate(block, size);
        void* const again = page_memory::allocate(size);
        if (size > 16U * 1024 && size <= 1024U * 1024) CHECK(again == block);
        std::memset(again, 0x5A, size);
        page_memory::deallocate(again, size);
      }
  });
}

TEST_CASE("page_memory: a thread keeps two megabytes at most", "[driver]") {
  in_thread([] {
    constexpr std::size_t size = 512 * 1024;
    std::vector<void*> blocks;
    for (int i = 0; i < 10; ++i) blocks.push_back(page_memory::allocate(size));
    for (void* block : blocks) page_memory::deallocate(block, size);
    // The fifth has nothing to be made of but the heap; which leak and address checks watch over.
    std::vector<void*> again;
    for (int i = 0; i < 5; ++i) again.push_back(page_memory::allocate(size));
    for (void* block : again) page_memory::deallocate(block, size);
  });
}

TEST_CASE("page_memory: blocks wander between threads", "[driver][threads]") {
  std::vector<page_bytes> pages;
  const std::vector<std::byte> content(100'000, std::byte{7});
  for (int i = 0; i < 8; ++i) pages.emplace_back(content.data(), content.size());
  in_thread([&] { pages.clear(); });
  pages.emplace_back(content.data(), content.size());
  CHECK(pages[0].data()[99'999] == std::byte{7});
}

TEST_CASE("page_bytes: stays where it is when it is moved", "[driver]") {
  const std::vector<std::byte> content(50'000, std::byte{3});
  page_bytes first(content.data(), content.size());
  const std::byte* const where = first.data();
  page_bytes second(std::move(first));
  CHECK(second.data() == where);
  page_bytes third;
  third = std::move(second);
  CHECK(third.data() == where);
  CHECK(third.size() == 50'000);
  CHECK(page_bytes(content.data(), 0).size() == 0);
}

TEST_CASE("page_allocator: a vector grows in it", "[driver]") {
  std::vector<std::int64_t, page_allocator<std::int64_t>> numbers;
  for (std::int64_t i = 0; i < 300'000; ++i) numbers.push_back(i);
  CHECK(std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0}) == 299'999LL * 300'000 / 2);
}
