// SPDX-License-Identifier: MIT
// Shards of ScyllaDB.
#include "protocol/routing/shard.hpp"

#include <limits>

#include "tests/catch.hpp"

using coodie::protocol::sharding;

static constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
static constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

TEST_CASE("a node without shards has one") {
  for (std::int64_t token : {least, std::int64_t{-1}, std::int64_t{0}, most}) {
    CHECK(sharding{}.shard_of(token) == 0);
    CHECK(sharding{1, 12}.shard_of(token) == 0);
  }
}

TEST_CASE("without ignored bits the ring is cut into as many parts as there are shards") {
  const sharding four{4, 0};
  CHECK(four.shard_of(least) == 0);
  CHECK(four.shard_of(least / 2 - 1) == 0);
  CHECK(four.shard_of(least / 2) == 1);
  CHECK(four.shard_of(-1) == 1);
  CHECK(four.shard_of(0) == 2);
  CHECK(four.shard_of(most / 2) == 2);
  CHECK(four.shard_of(most / 2 + 1) == 3);
  CHECK(four.shard_of(most) == 3);
}

TEST_CASE("ignored bits cut each part of the ring again") {
  const sharding four{4, 12};
  CHECK(four.shard_of(least) == 0);
  CHECK(four.shard_of(least + (std::int64_t{1} << 50)) == 1);
  CHECK(four.shard_of(least + (std::int64_t{1} << 51)) == 2);
  CHECK(four.shard_of(least + (std::int64_t{1} << 52) - 1) == 3);
  CHECK(four.shard_of(least + (std::int64_t{1} << 52)) == 0);
  CHECK(four.shard_of(most) == 3);
}

TEST_CASE("the multiplication is exact for every number of shards") {
  // With k * 2^64 / n rounded up as the first biased token of shard k.
  for (unsigned n : {2U, 3U, 7U, 8U, 60U, 255U, 256U, 1000U, 65535U}) {
    const sharding shards{static_cast<std::uint16_t>(n), 0};
    for (unsigned k : {1U, n / 2, n - 1}) {
      if (k == 0 || k >= n) continue;
      std::uint64_t quotient = 0, rest = 0;  // long division of k * 2^64 by n
      rest = k;
      for (int bit = 63; bit >= 0; --bit) {
        rest <<= 1;
        if (rest >= n) {
          rest -= n;
          quotient |= std::uint64_t{1} << bit;
        }
      }
      const std::uint64_t first = quotient + (rest != 0);
      const auto token = static_cast<std::int64_t>(first ^ (std::uint64_t{1} << 63));
      CAPTURE(n, k);
      CHECK(shards.shard_of(token) == k);
      CHECK(shards.shard_of(token - 1) == k - 1);
    }
    CHECK(shards.shard_of(most) == n - 1);
  }
}
