// SPDX-License-Identifier: MIT
// Tracing id, warnings and custom payload in every combination.
#include "protocol/messages/prelude.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::protocol::frame_prelude;
namespace flag = coodie::protocol::frame_flag;

namespace {

const std::string tracing_bytes = "00112233445566778899AABBCCDDEEFF";
const std::string warning_bytes = "0002 0005 'first' 0000";
const std::string payload_bytes = "0003 0001 'a' 00000002 0102 0001 'b' 00000000 0000 FFFFFFFF";

std::string golden(unsigned flags) {
  std::string text;
  if ((flags & flag::tracing) != 0) text += tracing_bytes;
  if ((flags & flag::warnings) != 0) text += warning_bytes;
  if ((flags & flag::custom_payload) != 0) text += payload_bytes;
  return text;
}

void check_content(unsigned flags, const frame_prelude& prelude) {
  CHECK((prelude.tracing_id != nullptr) == ((flags & flag::tracing) != 0));
  if (prelude.tracing_id != nullptr)
    CHECK(hex(std::span{prelude.tracing_id, 16}) == "00112233445566778899aabbccddeeff");
  REQUIRE(prelude.warnings.size() == ((flags & flag::warnings) != 0 ? 2 : 0));
  if (!prelude.warnings.empty()) {
    CHECK(prelude.warnings[0] == "first");
    CHECK(prelude.warnings[1].empty());
  }
  REQUIRE(prelude.custom_payload.size() == ((flags & flag::custom_payload) != 0 ? 3 : 0));
  if (prelude.custom_payload.empty()) return;
  CHECK(prelude.custom_payload[0].first == "a");
  CHECK(hex(prelude.custom_payload[0].second.bytes()) == "0102");
  CHECK(prelude.custom_payload[1].first == "b");
  CHECK_FALSE(prelude.custom_payload[1].second.is_null());
  CHECK(prelude.custom_payload[1].second.size() == 0);
  CHECK(prelude.custom_payload[2].first.empty());
  CHECK(prelude.custom_payload[2].second.is_null());
}

}  // namespace

TEST_CASE("flags have the specification's bits") {
  CHECK(flag::compression == 0x01);
  CHECK(flag::tracing == 0x02);
  CHECK(flag::custom_payload == 0x04);
  CHECK(flag::warnings == 0x08);
}

TEST_CASE("a response's prelude in all 256 combinations of flags") {
  for (unsigned flags = 0; flags < 256; ++flags) {
    CAPTURE(flags);
    const raw_bytes bytes = wire(golden(flags) + "EE");  // 0xEE stands for the message
    const exact_buffer input(bytes);
    protocol::reader body = input.read();
    frame_prelude prelude;
    prelude.warnings.push_back("left over");
    REQUIRE(protocol::read_prelude(static_cast<std::uint8_t>(flags), body, prelude) == errc::ok);
    CHECK(body.remaining() == 1);
    check_content(flags, prelude);
    CHECK(protocol::prelude_flags(prelude) ==
          (flags & (flag::tracing | flag::warnings | flag::custom_payload)));

    protocol::byte_buffer out;
    protocol::writer to(out);
    protocol::write_prelude(to, static_cast<std::uint8_t>(flags), prelude);
    to.write(std::uint8_t{0xEE});
    CHECK(to.error() == errc::ok);
    CHECK(hex(out.bytes()) == hex(bytes));

    body = input.read();
    CHECK(protocol::skip_prelude(static_cast<std::uint8_t>(flags), body) == errc::ok);
    CHECK(body.remaining() == 1);
  }
}

TEST_CASE("every prefix of a prelude fails") {
  const raw_bytes bytes = wire(golden(0xFF));
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    CAPTURE(n);
    const exact_buffer input(prefix(bytes, n));
    protocol::reader body = input.read();
    frame_prelude prelude;
    CHECK(protocol::read_prelude(0xFF, body, prelude) != errc::ok);
    body = input.read();
    CHECK(protocol::skip_prelude(0xFF, body) == errc::truncated);
  }
}

TEST_CASE("a request's prelude is its custom payload alone") {
  const exact_buffer input(wire(payload_bytes));
  protocol::reader body = input.read();
  frame_prelude prelude;
  REQUIRE(protocol::read_request_prelude(0xFF, body, prelude) == errc::ok);
  CHECK(body.empty());
  check_content(flag::custom_payload, prelude);
  protocol::byte_buffer out;
  protocol::writer to(out);
  protocol::write_request_prelude(to, 0xFF, prelude);
  CHECK(hex(out.bytes()) == hex(input.bytes()));

  body = input.read();
  REQUIRE(protocol::read_request_prelude(flag::tracing | flag::warnings | flag::compression, body, prelude) ==
          errc::ok);
  CHECK(body.remaining() == input.bytes().size());
  check_content(0, prelude);
}

TEST_CASE("counts in a prelude size nothing before they are checked") {
  frame_prelude prelude;
  const exact_buffer warnings(wire("FFFF 0000 0000"));
  protocol::reader body = warnings.read();
  CHECK(protocol::read_prelude(flag::warnings, body, prelude) == errc::length_exceeds_input);
  CHECK(prelude.warnings.capacity() == 0);
  const exact_buffer payload(wire("FFFF 0000 FFFFFFFF"));
  body = payload.read();
  CHECK(protocol::read_prelude(flag::custom_payload, body, prelude) == errc::length_exceeds_input);
  CHECK(prelude.custom_payload.capacity() == 0);
}

TEST_CASE("a prelude that announces a tracing id needs one") {
  protocol::byte_buffer out;
  protocol::writer to(out);
  protocol::write_prelude(to, flag::tracing, frame_prelude{});
  CHECK(to.error() == errc::invalid_value);
}
