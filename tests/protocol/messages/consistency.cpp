// SPDX-License-Identifier: MIT
// Names and numbers of the consistency levels.
#include "protocol/messages/consistency.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using coodie::consistency;
using coodie::errc;
using namespace message_checks;

namespace {

struct level_row {
  consistency level;
  std::uint16_t number;
  const char* name;
  const char* small;
};

// native_protocol_v4.spec section 3, [consistency].
constexpr level_row levels[] = {
    {consistency::any, 0x0000, "ANY", "any"},
    {consistency::one, 0x0001, "ONE", "one"},
    {consistency::two, 0x0002, "TWO", "two"},
    {consistency::three, 0x0003, "THREE", "three"},
    {consistency::quorum, 0x0004, "QUORUM", "quorum"},
    {consistency::all, 0x0005, "ALL", "all"},
    {consistency::local_quorum, 0x0006, "LOCAL_QUORUM", "local_quorum"},
    {consistency::each_quorum, 0x0007, "EACH_QUORUM", "each_quorum"},
    {consistency::serial, 0x0008, "SERIAL", "serial"},
    {consistency::local_serial, 0x0009, "LOCAL_SERIAL", "local_serial"},
    {consistency::local_one, 0x000A, "LOCAL_ONE", "local_one"},
};

}  // namespace

TEST_CASE("consistency levels have the specification's numbers and names") {
  for (const level_row& row : levels) {
    CAPTURE(row.name);
    CHECK(static_cast<std::uint16_t>(row.level) == row.number);
    CHECK(is_known(row.level));
    CHECK(to_string(row.level) == row.name);
    consistency parsed = row.level == consistency::any ? consistency::one : consistency::any;
    CHECK(parse(row.name, parsed) == errc::ok);
    CHECK(parsed == row.level);
    parsed = row.level == consistency::any ? consistency::one : consistency::any;
    CHECK(parse(row.small, parsed) == errc::ok);
    CHECK(parsed == row.level);
  }
}

TEST_CASE("what is no consistency level is refused") {
  for (const char* text :
       {"", "ONE ", " one", "ON", "ONEE", "local-quorum", "LOCAL_QUORU", "0", "\xC0\xAE\xCE"}) {
    CAPTURE(text);
    consistency level = consistency::each_quorum;
    CHECK(parse(text, level) == errc::invalid_value);
    CHECK(level == consistency::each_quorum);
  }
  CHECK_FALSE(is_known(static_cast<consistency>(0x000B)));
  CHECK_FALSE(is_known(static_cast<consistency>(0xFFFF)));
  CHECK(to_string(static_cast<consistency>(0x000B)) == "UNKNOWN");
}

TEST_CASE("consistency levels on the wire") {
  for (const level_row& row : levels) {
    protocol::byte_buffer out;
    protocol::writer to(out);
    protocol::write_consistency(to, row.level);
    REQUIRE(out.size() == 2);
    CHECK(std::to_integer<unsigned>(out.data()[0]) == 0);
    CHECK(std::to_integer<unsigned>(out.data()[1]) == row.number);
    const exact_buffer input(out.bytes());
    protocol::reader from = input.read();
    consistency level = row.level == consistency::any ? consistency::one : consistency::any;
    CHECK(protocol::read_consistency(from, level) == errc::ok);
    CHECK(level == row.level);
    CHECK(from.empty());
  }
  for (const char* text : {"000B", "0010", "0100", "7FFF", "FFFF"}) {
    const exact_buffer input(wire(text));
    protocol::reader from = input.read();
    consistency level{};
    CHECK(protocol::read_consistency(from, level) == errc::invalid_value);
    CHECK(from.remaining() == 2);
  }
  const exact_buffer half(wire("00"));
  protocol::reader from = half.read();
  consistency level{};
  CHECK(protocol::read_consistency(from, level) == errc::truncated);
}
