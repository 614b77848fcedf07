// SPDX-License-Identifier: MIT
// Compressed bodies, with an algorithm that is simple enough to see through.
#include "protocol/messages/compression.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::protocol::byte_buffer;
using coodie::protocol::compressor;

namespace {

// Bodies of one repeated byte: <length: int><byte>.
std::size_t repeat_bound(std::size_t) noexcept { return 5; }
errc repeat_compress(std::span<const std::byte> in, byte_buffer& out) noexcept {
  for (std::byte b : in)
    if (b != in[0]) return errc::value_too_large;
  protocol::writer to(out);
  to.write(static_cast<std::uint32_t>(in.size()));
  to.write_raw(in.first(in.empty() ? 0 : 1));
  return to.error();
}
errc repeat_decompress(std::span<const std::byte> in, byte_buffer& out, std::size_t most) noexcept {
  protocol::reader from(in);
  std::uint32_t length = 0;
  std::uint8_t byte = 0;
  if (from.read(length) != errc::ok || from.read(byte) != errc::ok) return errc::compression_error;
  if (length > most) return errc::frame_too_large;
  protocol::writer to(out);
  for (; length != 0; --length) to.write(byte);
  return to.error();
}
constexpr compressor repeat{"repeat", repeat_bound, repeat_compress, repeat_decompress};

std::size_t add_prepare(byte_buffer& out, std::string_view body) {
  protocol::writer to(out);
  const std::size_t start =
      protocol::begin_frame(to, protocol::opcode::prepare, 1, protocol::frame_flag::tracing);
  to.write_raw(body);
  protocol::end_frame(to, start);
  REQUIRE(to.error() == errc::ok);
  return start;
}

}  // namespace

TEST_CASE("a compressed body takes the place of the plain one, also behind other frames") {
  byte_buffer out, scratch;
  scratch.commit(0);
  add_prepare(out, "x");
  const std::size_t start = add_prepare(out, std::string(600, 'a'));
  protocol::compress_frame(repeat, out, start, scratch);
  CHECK(hex(out.bytes()) ==
        "04020001090000000178"
        "040300010900000005"
        "0000025861");
}

TEST_CASE("frames that stay as they are") {
  byte_buffer out, scratch;
  const auto unchanged = [&](std::string_view body, std::size_t threshold) {
    out.clear();
    const std::size_t start = add_prepare(out, body);
    const std::string before = hex(out.bytes());
    protocol::compress_frame(repeat, out, start, scratch, threshold);
    return hex(out.bytes()) == before;
  };
  CHECK(unchanged("", 512));
  CHECK(unchanged("", 0));
  CHECK(unchanged(std::string(511, 'a'), 512));
  CHECK_FALSE(unchanged(std::string(512, 'a'), 512));
  // not smaller
  CHECK(unchanged("aaaa", 0));
  CHECK(unchanged("aaaaa", 0));
  CHECK_FALSE(unchanged("aaaaaa", 0));
  // refused by the algorithm
  CHECK(unchanged(std::string(600, 'a') + "b", 512));
  // no frame, because writing it failed
  out.clear();
  protocol::compress_frame(repeat, out, 0, scratch, 0);
  CHECK(out.empty());
}

TEST_CASE("a plain body is borrowed as it is") {
  const exact_buffer raw(wire("0102"));
  byte_buffer scratch;
  protocol::reader body;
  CHECK(protocol::decompress_body(nullptr, 0xFE, raw.bytes(), scratch, 0, body) == errc::ok);
  CHECK(body.position() == raw.bytes().data());
  CHECK(body.remaining() == 2);
}

TEST_CASE("a compressed body is decompressed into the scratch buffer") {
  const exact_buffer raw(wire("00000003 61"));
  byte_buffer scratch;
  protocol::writer(scratch).write_raw("left over");
  protocol::reader body;
  REQUIRE(protocol::decompress_body(&repeat, 0x01, raw.bytes(), scratch, 3, body) == errc::ok);
  CHECK(body.remaining() == 3);
  CHECK(body.position() == scratch.data());
  CHECK(text_of(scratch.bytes()) == "aaa");
}

TEST_CASE("compressed bodies that are refused") {
  const exact_buffer raw(wire("00000003 61"));
  byte_buffer scratch;
  protocol::reader body;
  CHECK(protocol::decompress_body(nullptr, 0x01, raw.bytes(), scratch, 3, body) ==
        errc::compression_not_agreed);
  CHECK(protocol::decompress_body(&repeat, 0x01, raw.bytes(), scratch, 2, body) == errc::frame_too_large);
  CHECK(protocol::decompress_body(&repeat, 0x01, raw.bytes().first(4), scratch, 3, body) ==
        errc::compression_error);
  CHECK(scratch.empty());
}
