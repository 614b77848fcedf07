// SPDX-License-Identifier: MIT
#include "protocol/bytes/wipe.hpp"

#include <cstring>
#include <string_view>

#include "protocol/bytes/buffer.hpp"
#include "tests/catch.hpp"

namespace protocol = coodie::protocol;

TEST_CASE("wipe: a string", "[bytes]") {
  std::string text(40, 'p');
  const char* const where = text.data();
  protocol::wipe(text);
  CHECK(text.empty());
  CHECK(std::string_view(where, 40) == std::string(40, '\0'));
}

TEST_CASE("wipe: a buffer, also what was consumed", "[bytes]") {
  protocol::byte_buffer buffer;
  buffer.wipe();  // without memory
  std::byte* const to = buffer.reserve(64);
  std::memset(to, 'p', 64);
  buffer.commit(64);
  buffer.consume(60);
  buffer.wipe();
  CHECK(buffer.empty());
  CHECK(buffer.reserve(1) == to);
  for (std::size_t i = 0; i < 64; ++i) CHECK(to[i] == std::byte{0});
}
