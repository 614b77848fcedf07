// SPDX-License-Identifier: MIT
// Frames that another codec made: each means what that codec says, and encodes to the same bytes again.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "tests/protocol/messages/frame_text.hpp"
#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::protocol::direction;
using coodie::protocol::opcode;

namespace {

struct vector_line {
  std::string way, description, meaning, frame;
};

std::vector<vector_line> read_lines() {
  std::ifstream file("tests/vectors/frames.txt");
  REQUIRE(file.is_open());
  std::vector<vector_line> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> fields(1);
    for (char c : line) {
      if (c == '\t')
        fields.emplace_back();
      else
        fields.back() += c;
    }
    REQUIRE(fields.size() == 4);
    lines.push_back({fields[0], fields[1], fields[2], fields[3]});
  }
  return lines;
}

struct decoded_frame {
  std::string meaning, again;
};

// The message, and the whole frame encoded again.
template <class Message>
decoded_frame through(const protocol::frame_header& header, const protocol::frame_prelude& prelude,
                      protocol::reader body) {
  Message message;
  REQUIRE(deserialize(body, message) == errc::ok);
  protocol::byte_buffer out;
  protocol::writer to(out);
  const std::size_t start = protocol::begin_frame(to, Message::message_opcode, header.stream, header.flags);
  if (header.version == protocol::request_version)
    protocol::write_request_prelude(to, header.flags, prelude);
  else
    protocol::write_prelude(to, header.flags, prelude);
  serialize(to, message);
  protocol::end_frame(to, start);
  REQUIRE(to.error() == errc::ok);
  return {frame_text::of(header, prelude) + frame_text::of(message), hex(out.bytes())};
}

decoded_frame decode(const protocol::frame_header& header, const protocol::frame_prelude& prelude,
                     protocol::reader body) {
  switch (header.code()) {
    case opcode::error: return through<protocol::error_message>(header, prelude, body);
    case opcode::startup: return through<protocol::startup_message>(header, prelude, body);
    case opcode::ready: return through<protocol::ready_message>(header, prelude, body);
    case opcode::authenticate: return through<protocol::authenticate_message>(header, prelude, body);
    case opcode::options: return through<protocol::options_message>(header, prelude, body);
    case opcode::supported: return through<protocol::supported_message>(header, prelude, body);
    case opcode::query: return through<protocol::query_message>(header, prelude, body);
    case opcode::result: return through<protocol::result_message>(header, prelude, body);
    case opcode::prepare: return through<protocol::prepare_message>(header, prelude, body);
    case opcode::execute: return through<protocol::execute_message>(header, prelude, body);
    case opcode::register_: return through<protocol::register_message>(header, prelude, body);
    case opcode::event: return through<protocol::event_message>(header, prelude, body);
    case opcode::batch: return through<protocol::batch_message>(header, prelude, body);
    case opcode::auth_challenge: return through<protocol::auth_challenge_message>(header, prelude, body);
    case opcode::auth_response: return through<protocol::auth_response_message>(header, prelude, body);
    case opcode::auth_success: return through<protocol::auth_success_message>(header, prelude, body);
  }
  return {};
}

}  // namespace

TEST_CASE("frames of another codec mean the same and encode to the same bytes") {
  std::set<unsigned> seen;
  std::size_t count = 0;
  for (const vector_line& line : read_lines()) {
    CAPTURE(line.way, line.description);
    const exact_buffer frame(wire(line.frame));
    REQUIRE(frame.bytes().size() >= protocol::frame_header_size);
    const bool request = line.way == "request";
    protocol::frame_header header;
    REQUIRE(protocol::parse_frame_header(frame.bytes().data(),
                                         request ? direction::request : direction::response,
                                         protocol::max_body_size, header) == errc::ok);
    const exact_buffer content(frame.bytes().subspan(protocol::frame_header_size));
    CHECK(content.bytes().size() == header.length);
    protocol::reader body = content.read();
    protocol::frame_prelude prelude;
    REQUIRE((request ? protocol::read_request_prelude(header.flags, body, prelude)
                     : protocol::read_prelude(header.flags, body, prelude)) == errc::ok);
    const decoded_frame decoded = decode(header, prelude, body);
    CHECK(decoded.meaning == line.meaning);
    CHECK(decoded.again == line.frame);
    seen.insert(header.opcode);
    ++count;
  }
  CHECK(count >= 100);
  CHECK(seen.size() == 16);
}

TEST_CASE("rows of another codec are opened without building their metadata") {
  std::size_t count = 0;
  for (const vector_line& line : read_lines()) {
    if (line.description.rfind("RESULT rows", 0) != 0) continue;
    CAPTURE(line.description);
    const exact_buffer content(
        std::span<const std::byte>(wire(line.frame)).subspan(protocol::frame_header_size));
    protocol::reader body = content.read(), straight = content.read();
    protocol::result_message message;
    REQUIRE(deserialize(body, message) == errc::ok);
    protocol::result_kind kind{};
    std::uint32_t flags = 0, columns = 0, rows = 0;
    protocol::bytes_view paging_state;
    REQUIRE(protocol::read_result_kind(straight, kind) == errc::ok);
    REQUIRE(protocol::open_rows(straight, flags, columns, paging_state, rows) == errc::ok);
    CHECK(straight.position() == message.rows.rows.position());
    CHECK(flags == message.rows.metadata.flags);
    CHECK(static_cast<std::int32_t>(columns) == message.rows.metadata.column_count);
    CHECK(rows == message.rows.rows_count);
    CHECK(frame_text::value(paging_state) == frame_text::value(message.rows.metadata.paging_state));
    CHECK(protocol::skip_rows(straight, columns, rows) == errc::ok);
    CHECK(straight.empty());
    ++count;
  }
  CHECK(count >= 40);
}
