// SPDX-License-Identifier: MIT
// Random bytes: every size, no repetition.
#include "protocol/values/random_bytes.hpp"

#include <set>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;

TEST_CASE("random bytes fill what they are given, of any size") {
  for (std::size_t n = 0; n <= 130; ++n) {
    blob ever(n);  // bits that were set once
    for (int i = 0; i < 64; ++i) {
      const exact_buffer place{blob(n)};
      const std::span<std::byte> bytes(const_cast<std::byte*>(place.bytes().data()), n);
      protocol::random_bytes(bytes);
      for (std::size_t k = 0; k < n; ++k) ever[k] |= bytes[k];
    }
    for (std::byte each : ever) CHECK(each == std::byte{0xff});
  }
}

TEST_CASE("random bytes do not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 4000; ++i) {
    std::array<std::byte, 8> bytes{};
    protocol::random_bytes(bytes);
    seen.insert(hex(bytes));
  }
  CHECK(seen.size() == 4000);
}

TEST_CASE("every bit is set half of the time") {
  std::array<int, 32> set{};
  constexpr int rounds = 20000;
  for (int i = 0; i < rounds; ++i) {
    std::array<std::byte, 4> bytes{};
    protocol::random_bytes(bytes);
    const auto word = protocol::load_big<std::uint32_t>(bytes.data());
    for (unsigned bit = 0; bit < 32; ++bit) set[bit] += static_cast<int>(word >> bit & 1U);
  }
  for (int count : set) CHECK(std::abs(count - rounds / 2) < 700);  // ten standard deviations
}
