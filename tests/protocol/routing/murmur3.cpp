// SPDX-License-Identifier: MIT
// Tokens of partition keys.
#include "protocol/routing/murmur3.hpp"

#include <string_view>

#include "protocol/routing/routing_key.hpp"
#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;

static std::int64_t token(std::string_view text) {
  return protocol::murmur3_token(std::as_bytes(std::span(text)));
}

TEST_CASE("tokens that Cassandra computes") {
  CHECK(token("hello") == -3758069500696749310);
  CHECK(token("") == 0);
  CHECK(token("a") == -8839064797231613815);
  CHECK(protocol::token_of(std::int32_t{42}) == -7160136740246525330);
  CHECK(protocol::token_of(std::string("hello")) == token("hello"));
}

TEST_CASE("every length reads its own bytes only") {
  for (std::size_t n = 0; n < 70; ++n) {
    const blob bytes(n, std::byte{0x80});
    const exact_buffer input(bytes);
    blob longer = bytes;
    longer.push_back(std::byte{0});
    CHECK(protocol::murmur3_token(input.bytes()) == protocol::murmur3_token(bytes));
    CHECK(protocol::murmur3_token(input.bytes()) != protocol::murmur3_token(longer));
  }
}

TEST_CASE("the token does not depend on where the key lies in memory") {
  const blob key = wire("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fff");
  const std::int64_t expected = protocol::murmur3_token(key);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    blob moved(offset);
    moved.insert(moved.end(), key.begin(), key.end());
    CHECK(protocol::murmur3_token(std::span(moved).subspan(offset)) == expected);
  }
}
