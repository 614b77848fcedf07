// SPDX-License-Identifier: MIT
// LZ4 bodies: blocks written by hand, round trips at every size, lies about the length, frames of another
// codec.
#include "cluster/lz4.hpp"

#include <fstream>
#include <random>
#include <string>

#include "protocol/messages/messages.hpp"
#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::cluster_detail::lz4_compressor;
using coodie::protocol::byte_buffer;

namespace {

constexpr std::size_t no_limit = std::size_t{1} << 28;

errc decompress(std::string_view text, byte_buffer& out, std::size_t most = no_limit) {
  const exact_buffer input(wire(text));
  return lz4_compressor().decompress(input.bytes(), out, most);
}

std::string decompressed(std::string_view text) {
  byte_buffer out;
  REQUIRE(decompress(text, out) == errc::ok);
  return std::string(text_of(out.bytes()));
}

void check_round_trip(const raw_bytes& plain) {
  const exact_buffer input(plain);
  byte_buffer packed, again;
  protocol::writer(packed).write_raw("front");
  REQUIRE(lz4_compressor().compress(input.bytes(), packed) == errc::ok);
  const std::size_t size = packed.size() - 5;
  CHECK(size <= lz4_compressor().bound(plain.size()));
  const exact_buffer body(packed.bytes().subspan(5));
  REQUIRE(lz4_compressor().decompress(body.bytes(), again, plain.size()) == errc::ok);
  CHECK(hex(again.bytes()) == hex(plain));
  if (plain.empty()) return;
  // The limit is exact, and nothing is left in the buffer.
  again.clear();
  CHECK(lz4_compressor().decompress(body.bytes(), again, plain.size() - 1) == errc::frame_too_large);
  CHECK(again.empty());
}

}  // namespace

TEST_CASE("lz4 is called lz4") { CHECK(std::string_view(lz4_compressor().name) == "lz4"); }

TEST_CASE("lz4 blocks written by hand") {
  CHECK(decompressed("00000005 50 'hello'") == "hello");
  // one literal, then 14 bytes from one before, then five literals
  CHECK(decompressed("00000014 1A 'a' 0100 50 'aaaaa'") == std::string(20, 'a'));
  CHECK(decompressed("00000000 00").empty());
  CHECK(decompressed("00000000").empty());
}

TEST_CASE("lz4 round trips") {
  std::minstd_rand random(4);
  for (std::size_t n = 0; n <= 66; ++n) {
    check_round_trip(raw_bytes(n, std::byte{'z'}));
    raw_bytes noise(n);
    for (std::byte& b : noise) b = static_cast<std::byte>(random() >> 8);
    check_round_trip(noise);
  }
  for (std::size_t bit = 7; bit <= 18; ++bit) {
    for (std::size_t n : {(std::size_t{1} << bit) - 1, std::size_t{1} << bit, (std::size_t{1} << bit) + 1}) {
      raw_bytes mixed(n);
      for (std::size_t i = 0; i < n; ++i)
        mixed[i] = static_cast<std::byte>(i % 1000 < 700 ? i / 100 : random() >> 8);
      check_round_trip(mixed);
    }
  }
}

TEST_CASE("every prefix of an lz4 body fails") {
  const raw_bytes golden = wire("00000014 1A 'a' 0100 50 'aaaaa'");
  for (std::size_t n = 0; n < golden.size(); ++n) {
    const exact_buffer input(prefix(golden, n));
    byte_buffer out;
    CHECK(lz4_compressor().decompress(input.bytes(), out, no_limit) == errc::compression_error);
    CHECK(out.empty());
  }
}

TEST_CASE("lz4 bodies that lie about their length") {
  byte_buffer out;
  CHECK(decompress("00000004 50 'hello'", out) == errc::compression_error);
  CHECK(decompress("00000006 50 'hello'", out) == errc::compression_error);
  CHECK(decompress("00000000 50 'hello'", out) == errc::compression_error);
  CHECK(decompress("00000000 01", out) == errc::compression_error);
  CHECK(decompress("00000000 0000", out) == errc::compression_error);
  CHECK(decompress("00000001", out) == errc::compression_error);
  CHECK(decompress("00000005 50 'hello' 00", out) == errc::compression_error);
  CHECK(decompress("00000014 1A 'a' 0200 50 'aaaaa'", out) == errc::compression_error);  // before the start
  CHECK(out.empty());
}

TEST_CASE("a length that no block of that size can have allocates nothing") {
  byte_buffer out;
  CHECK(decompress("7FFFFFFF 50 'hello'", out) == errc::frame_too_large);
  CHECK(decompress("FFFFFFFF 50 'hello'", out) == errc::frame_too_large);
  CHECK(decompress("10000000 50 'hello'", out) == errc::compression_error);
  CHECK(decompress("00000700 50 'hello'", out) == errc::compression_error);  // above 255 times six
  CHECK(decompress("FFFFFFFF 50 'hello'", out, static_cast<std::size_t>(-1)) == errc::compression_error);
  CHECK(out.capacity() == 0);
}

TEST_CASE("frames through lz4") {
  const std::string text = "SELECT " + std::string(2000, 'x');
  byte_buffer out, scratch;
  protocol::writer to(out);
  protocol::prepare_message message;
  message.query = text;
  protocol::write_frame(to, 5, message);
  protocol::compress_frame(lz4_compressor(), out, 0, scratch);
  protocol::frame_header header;
  REQUIRE(protocol::parse_frame_header(out.data(), protocol::direction::request, 100, header) == errc::ok);
  CHECK(header.flags == protocol::frame_flag::compression);
  CHECK(header.stream == 5);
  REQUIRE(out.size() == protocol::frame_header_size + header.length);
  protocol::reader body;
  REQUIRE(protocol::decompress_body(&lz4_compressor(), header.flags, out.bytes().subspan(9), scratch, 2011,
                                    body) == errc::ok);
  protocol::prepare_message again;
  REQUIRE(deserialize(body, again) == errc::ok);
  CHECK(again.query == text);
}

TEST_CASE("frames that another codec compressed") {
  // direction, description, the compressed frame, the same frame plain; separated by tabs
  std::ifstream lines("tests/vectors/frames_lz4.txt");
  REQUIRE(lines.is_open());
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1),
                      third = line.find('\t', second + 1);
    REQUIRE(third != std::string::npos);
    CAPTURE(line.substr(0, second));
    const bool request = line.substr(0, first) == "request";
    const exact_buffer frame(wire(std::string_view(line).substr(second + 1, third - second - 1)));
    const raw_bytes plain = wire(std::string_view(line).substr(third + 1));
    protocol::frame_header header;
    REQUIRE(protocol::parse_frame_header(
                frame.bytes().data(), request ? protocol::direction::request : protocol::direction::response,
                protocol::max_body_size, header) == errc::ok);
    CHECK(frame.bytes().size() == protocol::frame_header_size + header.length);
    byte_buffer scratch;
    protocol::reader body;
    REQUIRE(protocol::decompress_body(&lz4_compressor(), header.flags, frame.bytes().subspan(9), scratch,
                                      no_limit, body) == errc::ok);
    CHECK(hex({body.position(), body.remaining()}) == hex(plain).substr(18));
    ++count;
  }
  CHECK(count >= 8);
}
