// SPDX-License-Identifier: MIT
// Frame headers: golden bytes, each check, and frames that are opened and closed in a buffer.
#include "protocol/messages/frame.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::protocol::direction;
using coodie::protocol::frame_header;
using coodie::protocol::opcode;

namespace {

struct opcode_row {
  opcode code;
  std::uint8_t number;
  const char* name;
  direction way;
};

// native_protocol_v4.spec section 2.4.
constexpr opcode_row opcodes[] = {
    {opcode::error, 0x00, "ERROR", direction::response},
    {opcode::startup, 0x01, "STARTUP", direction::request},
    {opcode::ready, 0x02, "READY", direction::response},
    {opcode::authenticate, 0x03, "AUTHENTICATE", direction::response},
    {opcode::options, 0x05, "OPTIONS", direction::request},
    {opcode::supported, 0x06, "SUPPORTED", direction::response},
    {opcode::query, 0x07, "QUERY", direction::request},
    {opcode::result, 0x08, "RESULT", direction::response},
    {opcode::prepare, 0x09, "PREPARE", direction::request},
    {opcode::execute, 0x0A, "EXECUTE", direction::request},
    {opcode::register_, 0x0B, "REGISTER", direction::request},
    {opcode::event, 0x0C, "EVENT", direction::response},
    {opcode::batch, 0x0D, "BATCH", direction::request},
    {opcode::auth_challenge, 0x0E, "AUTH_CHALLENGE", direction::response},
    {opcode::auth_response, 0x0F, "AUTH_RESPONSE", direction::request},
    {opcode::auth_success, 0x10, "AUTH_SUCCESS", direction::response},
};

const opcode_row* find_opcode(unsigned number) {
  for (const opcode_row& row : opcodes)
    if (row.number == number) return &row;
  return nullptr;
}

errc parse(std::string_view text, direction way, std::uint32_t most, frame_header& header) {
  const exact_buffer input(wire(text));
  REQUIRE(input.bytes().size() == protocol::frame_header_size);
  return protocol::parse_frame_header(input.bytes().data(), way, most, header);
}

}  // namespace

TEST_CASE("all 256 opcode bytes, in both directions") {
  for (unsigned number = 0; number < 256; ++number) {
    CAPTURE(number);
    const auto byte = static_cast<std::uint8_t>(number);
    const opcode_row* row = find_opcode(number);
    CHECK(protocol::is_known_opcode(byte) == (row != nullptr));
    CHECK(to_string(static_cast<opcode>(byte)) == (row != nullptr ? row->name : "UNKNOWN"));
    if (row != nullptr) {
      CHECK(static_cast<std::uint8_t>(row->code) == number);
      CHECK(protocol::direction_of(row->code) == row->way);
    }
    for (direction way : {direction::request, direction::response}) {
      std::byte nine[9] = {};
      nine[0] = std::byte{way == direction::request ? std::uint8_t{0x04} : std::uint8_t{0x84}};
      nine[4] = std::byte{byte};
      frame_header header;
      const errc e = protocol::parse_frame_header(nine, way, 0, header);
      CHECK(e == (row == nullptr    ? errc::unknown_opcode
                  : row->way == way ? errc::ok
                                    : errc::invalid_direction));
      CHECK(header.opcode == number);
    }
  }
}

TEST_CASE("all 256 version bytes") {
  for (unsigned version = 0; version < 256; ++version) {
    CAPTURE(version);
    const bool v4 = (version & 0x7F) == 4;
    const auto byte = static_cast<std::uint8_t>(version);
    CHECK(protocol::check_frame_version(byte, direction::request) == (!v4 ? errc::unsupported_version
                                                                      : version == 0x04
                                                                          ? errc::ok
                                                                          : errc::invalid_direction));
    CHECK(protocol::check_frame_version(byte, direction::response) == (!v4 ? errc::unsupported_version
                                                                       : version == 0x84
                                                                           ? errc::ok
                                                                           : errc::invalid_direction));
  }
}

TEST_CASE("a header is taken apart and put together byte by byte") {
  frame_header header;
  CHECK(parse("84 0F 7ABC 08 00010203", direction::response, 0x10203, header) == errc::ok);
  CHECK(header.version == 0x84);
  CHECK(header.flags == 0x0F);
  CHECK(header.stream == 0x7ABC);
  CHECK(header.opcode == 0x08);
  CHECK(header.code() == opcode::result);
  CHECK(header.length == 0x10203);
  std::byte nine[9];
  CHECK(protocol::store_frame_header(nine, header) == nine + 9);
  CHECK(hex(nine) == "840f7abc0800010203");

  CHECK(parse("84 00 FFFF 0C 00000000", direction::response, 0, header) == errc::ok);
  CHECK(header.stream == -1);
  CHECK(header.stream == protocol::event_stream);
  CHECK(header.length == 0);
  protocol::store_frame_header(nine, header);
  CHECK(hex(nine) == "8400ffff0c00000000");
}

TEST_CASE("stream ids keep their sign") {
  for (int stream : {0, 1, 127, 128, 255, 256, 32766, 32767, -1, -2, -128, -256, -32767, -32768}) {
    frame_header header, again;
    header.stream = static_cast<std::int16_t>(stream);
    header.opcode = 5;
    std::byte nine[9];
    protocol::store_frame_header(nine, header);
    CHECK(protocol::parse_frame_header(nine, direction::request, 0, again) == errc::ok);
    CHECK(again.stream == stream);
  }
}

TEST_CASE("unknown flags are kept and do not matter") {
  frame_header header;
  CHECK(parse("84 F0 0000 02 00000000", direction::response, 0, header) == errc::ok);
  CHECK(header.flags == 0xF0);
  const exact_buffer nothing(raw_bytes{});
  protocol::reader body = nothing.read();
  protocol::frame_prelude prelude;
  CHECK(protocol::read_prelude(header.flags, body, prelude) == errc::ok);
}

TEST_CASE("a header is refused for one reason, and filled all the same") {
  frame_header header;
  // version before direction before opcode before length
  CHECK(parse("85 00 0001 04 FFFFFFFF", direction::response, 0, header) == errc::unsupported_version);
  CHECK(header.version == 0x85);
  CHECK(header.stream == 1);
  CHECK(parse("04 00 0002 04 FFFFFFFF", direction::response, 0, header) == errc::invalid_direction);
  CHECK(header.stream == 2);
  CHECK(parse("84 00 0003 04 FFFFFFFF", direction::response, 0, header) == errc::unknown_opcode);
  CHECK(header.stream == 3);
  CHECK(parse("84 00 0004 07 FFFFFFFF", direction::response, 0, header) == errc::invalid_direction);
  CHECK(header.stream == 4);
  CHECK(parse("84 00 0005 08 FFFFFFFF", direction::response, 0, header) == errc::frame_too_large);
  CHECK(header.stream == 5);
  CHECK(header.length == 0xFFFFFFFF);
}

TEST_CASE("the limit of a body's length is exact") {
  frame_header header;
  for (unsigned bit = 0; bit < 32; ++bit) {
    const std::uint32_t length = std::uint32_t{1} << bit;
    std::byte nine[9];
    protocol::store_frame_header(nine, {0x84, 0, 0, 8, length});
    CHECK(protocol::parse_frame_header(nine, direction::response, length, header) == errc::ok);
    CHECK(header.length == length);
    CHECK(protocol::parse_frame_header(nine, direction::response, length - 1, header) ==
          errc::frame_too_large);
  }
}

TEST_CASE("frames are written one behind the other, also behind consumed bytes") {
  protocol::byte_buffer out;
  protocol::writer to(out);
  to.write_raw("gone");
  out.consume(2);
  protocol::write_frame(to, 3, protocol::options_message{});
  protocol::prepare_message prepare;
  prepare.query = "ab";
  protocol::write_frame(to, 0x1234, prepare, protocol::frame_flag::tracing);
  protocol::write_frame(to, -1, protocol::ready_message{});
  CHECK(to.error() == errc::ok);
  CHECK(hex(out.bytes()) ==
        "6e65"
        "040000030500000000"
        "040212340900000006"
        "000000026162"
        "8400ffff0200000000");
}

TEST_CASE("a frame that can't be written leaves nothing behind") {
  protocol::byte_buffer out;
  protocol::writer to(out);
  protocol::write_frame(to, 1, protocol::options_message{});
  const std::string before = hex(out.bytes());
  const std::string text(65536, 'x');
  protocol::authenticate_message message;
  message.authenticator = text;
  protocol::write_frame(to, 2, message);
  CHECK(to.error() == errc::value_too_large);
  CHECK(hex(out.bytes()) == before);
  // The failure sticks to the writer, not to the buffer.
  protocol::write_frame(to, 3, protocol::options_message{});
  CHECK(hex(out.bytes()) == before);
  protocol::writer next(out);
  protocol::write_frame(next, 4, protocol::options_message{});
  CHECK(hex(out.bytes()) == before + "040000040500000000");
}
