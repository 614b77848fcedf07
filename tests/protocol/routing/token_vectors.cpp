// SPDX-License-Identifier: MIT
// Tokens that another codec computed, tests/vectors/tokens.txt.
#include <limits>

#include "protocol/routing/routing.hpp"
#include "tests/protocol/values/value_checks.hpp"
#include "tests/protocol/vector_file.hpp"

using namespace value_checks;

TEST_CASE("tokens of another codec") {
  const auto lines = read_vectors("tokens.txt", 3);
  CHECK(lines.size() >= 200);
  std::size_t composite = 0, greatest = 0;
  for (const auto& line : lines) {
    const std::string &components = line[0], &key_text = line[1], &token_text = line[2];
    CAPTURE(components);
    protocol::routing_key key;
    std::size_t start = 0, count = 0;
    for (std::size_t end = 0; end <= components.size(); ++end) {
      if (end != components.size() && components[end] != ',') continue;
      const exact_buffer part(wire(std::string_view(components).substr(start, end - start)));
      key.append({part.bytes().data(), static_cast<std::int32_t>(part.bytes().size())});
      start = end + 1;
      ++count;
    }
    REQUIRE(key.error() == errc::ok);
    CHECK(hex(key.bytes()) == key_text);
    const exact_buffer exact(key.bytes());
    CHECK(protocol::murmur3_token(exact.bytes()) == protocol::parse_token(token_text));
    composite += count > 1;
    greatest += key.token() == std::numeric_limits<std::int64_t>::max();
  }
  CHECK(composite >= 40);
  CHECK(greatest >= 4);  // two of them from the hash that is the least number
}
