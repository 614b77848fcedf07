// SPDX-License-Identifier: MIT
// Which position of a ring owns a token.
#include "protocol/routing/token_ring.hpp"

#include <algorithm>
#include <limits>
#include <random>

#include "tests/catch.hpp"

using namespace coodie::protocol;

static constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
static constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

static token_ring ring_of(std::vector<std::int64_t> tokens) {
  std::vector<ring_entry> entries;
  for (std::int64_t token : tokens) entries.push_back({token, 0});
  return {{{"dc", "rack"}}, std::move(entries)};
}

/// Asks for tokens at and around every token of the ring, and at the ends.
static void check_ring(const token_ring& ring) {
  std::vector<std::int64_t> tokens;
  for (std::size_t i = 0; i < ring.size(); ++i) tokens.push_back(ring.token_at(i));
  REQUIRE(std::is_sorted(tokens.begin(), tokens.end()));
  std::vector<std::int64_t> asked{least, least + 1, -1, 0, 1, most - 1, most};
  for (std::int64_t token : tokens) {
    asked.push_back(token);
    if (token != least) asked.push_back(token - 1);
    if (token != most) asked.push_back(token + 1);
  }
  std::size_t wrong = 0;
  for (std::int64_t token : asked) {
    const auto found = std::lower_bound(tokens.begin(), tokens.end(), token);
    const auto expected = found == tokens.end() ? 0 : static_cast<std::size_t>(found - tokens.begin());
    wrong += ring.position_of(token) != expected;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a token belongs to the next token of the ring, across its end to the first") {
  const token_ring ring = ring_of({100, -100, 0});
  CHECK(ring.size() == 3);
  CHECK(ring.position_of(-101) == 0);
  CHECK(ring.position_of(-100) == 0);
  CHECK(ring.position_of(-99) == 1);
  CHECK(ring.position_of(0) == 1);
  CHECK(ring.position_of(1) == 2);
  CHECK(ring.position_of(100) == 2);
  CHECK(ring.position_of(101) == 0);
  CHECK(ring.position_of(most) == 0);
  CHECK(ring.position_of(least) == 0);
}

TEST_CASE("rings of many shapes") {
  check_ring(ring_of({0}));
  check_ring(ring_of({least}));
  check_ring(ring_of({most}));
  check_ring(ring_of({least, most}));
  std::mt19937_64 random(1);
  for (std::size_t n : {2U, 3U, 16U, 256U, 768U, 5000U, 20000U}) {
    std::vector<std::int64_t> tokens;
    for (std::size_t i = 0; i < n; ++i) tokens.push_back(static_cast<std::int64_t>(random()));
    check_ring(ring_of(tokens));
  }
}

TEST_CASE("a ring whose tokens all lie close together") {
  std::vector<std::int64_t> tokens;
  for (std::int64_t i = 0; i < 3000; ++i) tokens.push_back(i * 3 - 4000);
  check_ring(ring_of(tokens));
}

TEST_CASE("tokens at the edge of every bucket, whatever number of them there is") {
  for (unsigned bits = 1; bits <= 13; ++bits) {
    std::vector<std::int64_t> tokens;
    for (std::uint64_t bucket = 0; bucket < std::uint64_t{1} << bits; bucket += 5) {
      const auto edge = static_cast<std::int64_t>((bucket << (64 - bits)) ^ (std::uint64_t{1} << 63));
      tokens.push_back(edge);
      if (edge != least) tokens.push_back(edge - 1);
    }
    check_ring(ring_of(tokens));
  }
}

TEST_CASE("an empty ring") {
  CHECK(token_ring().empty());
  CHECK(token_ring().nodes().empty());
  CHECK(ring_of({}).empty());
}

TEST_CASE("entries of one token and of nodes that there are not") {
  const token_ring ring({{"a", "1"}, {"b", "1"}}, {{5, 1}, {5, 0}, {5, 1}, {7, 1}, {9, 2}, {10, 65535}});
  REQUIRE(ring.size() == 2);
  CHECK(ring.token_at(0) == 5);
  CHECK(ring.owner_at(0) == 0);
  CHECK(ring.token_at(1) == 7);
  CHECK(ring.owner_at(1) == 1);
}

TEST_CASE("tokens as text") {
  CHECK(parse_token("0") == 0);
  CHECK(parse_token("-9223372036854775808") == least);
  CHECK(parse_token("9223372036854775807") == most);
  for (const char* text :
       {"", "-", "+1", "1 ", " 1", "1.0", "9223372036854775808", "-9223372036854775809", "abc", "0x1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_token(text));
  }
}
