// SPDX-License-Identifier: MIT
// Blob literals.
#include "protocol/values/hex.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::parse_blob;

TEST_CASE("blobs as text") {
  blob every;
  for (unsigned i = 0; i < 256; ++i) every.push_back(static_cast<std::byte>(i));
  CHECK(parse_blob(coodie::to_string(every)) == every);
  CHECK(coodie::to_string(blob{}) == "0x");
  CHECK(parse_blob("0x") == blob{});
  CHECK(coodie::to_string(*parse_blob("0XdeADbeEF")) == "0xdeadbeef");
}

TEST_CASE("text that is no blob") {
  for (const char* text :
       {"", "0", "x", "00", "0x0", "0xabc", "0xg0", "0x0g", "0x 00", "0x00 ", "1x00", "0x-1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_blob(text));
  }
}
