// SPDX-License-Identifier: MIT
// A blocking client without any cleverness, for the tests of the mock server.
#ifndef COODIE_TESTS_MOCK_TESTS_PLAIN_CLIENT_HPP
#define COODIE_TESTS_MOCK_TESTS_PLAIN_CLIENT_HPP

#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "cluster/asio_config.hpp"
#include "cluster/lz4.hpp"
#include "protocol/messages/messages.hpp"
#include "protocol/values/uuid.hpp"
#include "tests/catch.hpp"

namespace plain {

using namespace std::chrono_literals;
namespace protocol = coodie::protocol;
using coodie::errc;
using protocol::opcode;

/// A frame as it came, decompressed.
struct frame {
  protocol::frame_header header;
  std::string_view body;  ///< behind the prelude; the client keeps it
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> payload;
  bool traced = false;
  coodie::uuid tracing_id;

  [[nodiscard]] opcode code() const { return header.code(); }
  [[nodiscard]] protocol::reader reader() const {
    return protocol::reader(std::as_bytes(std::span(body.data(), body.size())));
  }
  /// The code of an ERROR; -1 for anything else.
  [[nodiscard]] std::int32_t error_code() const {
    std::int32_t code = -1;
    protocol::reader in = reader();
    if (this->code() == opcode::error) REQUIRE(in.read(code) == errc::ok);
    return code;
  }
  template <class Message>
  [[nodiscard]] Message as() const {
    Message message;
    protocol::reader in = reader();
    CHECK(code() == Message::message_opcode);
    REQUIRE(deserialize(in, message) == errc::ok);
    return message;
  }
};

class client {
 public:
  client(const std::string& host, std::uint16_t port, std::uint16_t local_port = 0) : socket_(context_) {
    std::error_code failed;
    const asio::ip::tcp::endpoint peer(asio::ip::make_address(host), port);
    socket_.open(peer.protocol(), failed);
    if (local_port != 0) {
      socket_.set_option(asio::socket_base::reuse_address(true), failed);
      socket_.bind({asio::ip::tcp::v4(), local_port}, failed);
    }
    socket_.connect(peer, failed);
    connected_ = !failed;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  void close() {
    std::error_code ignored;
    socket_.close(ignored);
  }

  void send_raw(std::string_view bytes) {
    while (!bytes.empty()) {
      std::error_code failed;
      const auto n = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), failed);
      if (failed) return;
      bytes.remove_prefix(n);
    }
  }
  template <class Message>
  void send(const Message& message, std::int16_t stream = 1, std::uint8_t flags = 0) {
    protocol::byte_buffer out;
    protocol::writer to(out);
    const auto start = protocol::begin_frame(to, Message::message_opcode, stream, flags);
    serialize(to, message);
    protocol::end_frame(to, start);
    REQUIRE(to.error() == errc::ok);
    send_raw({reinterpret_cast<const char*>(out.data()), out.size()});
  }

  /// The next frame; nothing when the connection is closed or none comes in time.
  [[nodiscard]] std::optional<frame> receive(std::chrono::milliseconds timeout = 5s) {
    const auto until = std::chrono::steady_clock::now() + timeout;
    if (!fill(protocol::frame_header_size, until)) return std::nullopt;
    frame result;
    protocol::load_frame_header(reinterpret_cast<const std::byte*>(input_.data()), result.header);
    const std::size_t size = protocol::frame_header_size + result.header.length;
    if (!fill(size, until)) return std::nullopt;
    const std::string raw = input_.substr(protocol::frame_header_size, result.header.length);
    input_.erase(0, size);
    unpack(raw, result);
    return result;
  }
  /// What came so far and is no whole frame.
  [[nodiscard]] const std::string& leftover() const { return input_; }
  [[nodiscard]] bool is_closed_within(std::chrono::milliseconds timeout = 5s) {
    const auto until = std::chrono::steady_clock::now() + timeout;
    while (!closed_ && std::chrono::steady_clock::now() < until) (void)fill(input_.size() + 1, until);
    return closed_;
  }

  /// Whether the connection ends with an RST.
  [[nodiscard]] bool is_reset_within(std::chrono::milliseconds timeout = 5s) {
    return is_closed_within(timeout) && why_closed_ == asio::error::connection_reset;
  }
  /// All that comes until a moment passes without anything.
  [[nodiscard]] const std::string& receive_raw(std::chrono::milliseconds timeout) {
    const auto until = std::chrono::steady_clock::now() + timeout;
    for (std::size_t before = 0; input_.empty() || input_.size() != before;) {
      before = input_.size();
      if (std::chrono::steady_clock::now() > until) break;
      (void)fill(before + 1, std::chrono::steady_clock::now() + 50ms);
    }
    return input_;
  }

  template <class Message>
  [[nodiscard]] frame ask(const Message& message, std::int16_t stream = 1, std::uint8_t flags = 0) {
    send(message, stream, flags);
    const auto answer = receive();
    REQUIRE(answer.has_value());
    CHECK(answer->header.stream == stream);
    return *answer;
  }
  /// `also`: more options of STARTUP, without values.
  client& start(std::string_view compression = {}, const std::vector<std::string_view>& also = {}) {
    protocol::startup_message startup;
    startup.options = {{"CQL_VERSION", "3.0.0"}};
    if (!compression.empty()) startup.options.emplace_back("COMPRESSION", compression);
    for (const auto name : also) startup.options.emplace_back(name, "");
    CHECK(ask(startup).code() == opcode::ready);
    return *this;
  }
  [[nodiscard]] frame query(std::string_view text, std::int16_t stream = 1) {
    protocol::query_message message;
    message.query = text;
    message.parameters.consistency = coodie::consistency::one;
    return ask(message, stream);
  }
  /// The id of a statement that can be prepared.
  [[nodiscard]] std::string prepare(std::string_view text) {
    const frame answer = ask(protocol::prepare_message{text});
    const auto result = answer.as<protocol::result_message>();
    CHECK(result.kind == protocol::result_kind::prepared);
    return {reinterpret_cast<const char*>(result.prepared.id.data()), result.prepared.id.size()};
  }
  [[nodiscard]] frame execute(const std::string& id, const std::vector<std::string>& values = {}) {
    protocol::execute_message message;
    message.id = std::as_bytes(std::span(id.data(), id.size()));
    for (const auto& value : values)
      message.parameters.values.push_back(
          {reinterpret_cast<const std::byte*>(value.data()), static_cast<std::int32_t>(value.size())});
    return ask(message);
  }

 private:
  bool fill(std::size_t size, std::chrono::steady_clock::time_point until) {
    socket_.non_blocking(true);
    while (input_.size() < size) {
      char chunk[4096];
      std::error_code failed;
      const auto n = socket_.read_some(asio::buffer(chunk), failed);
      input_.append(chunk, n);
      if (failed && failed != asio::error::would_block) {
        closed_ = true;
        why_closed_ = failed;
      }
      if (closed_ || std::chrono::steady_clock::now() > until) return input_.size() >= size;
      if (failed) std::this_thread::sleep_for(200us);
    }
    socket_.non_blocking(false);
    return true;
  }
  void unpack(const std::string& raw, frame& result) {
    protocol::byte_buffer scratch;
    protocol::reader body;
    REQUIRE(decompress_body(&coodie::cluster_detail::lz4_compressor(), result.header.flags,
                            std::as_bytes(std::span(raw.data(), raw.size())), scratch, 1U << 26,
                            body) == errc::ok);
    protocol::frame_prelude prelude;
    REQUIRE(protocol::read_prelude(result.header.flags, body, prelude) == errc::ok);
    result.warnings.assign(prelude.warnings.begin(), prelude.warnings.end());
    for (const auto& [name, value] : prelude.custom_payload)
      result.payload.emplace_back(name, std::string(reinterpret_cast<const char*>(value.data), value.size()));
    result.traced = prelude.tracing_id != nullptr;
    if (result.traced) std::memcpy(result.tracing_id.bytes.data(), prelude.tracing_id, 16);
    result.body = bodies_.emplace_back(reinterpret_cast<const char*>(body.position()), body.remaining());
  }

  asio::io_context context_;
  asio::ip::tcp::socket socket_;
  bool connected_ = false, closed_ = false;
  std::error_code why_closed_;
  std::string input_;
  std::deque<std::string> bodies_;
};

/// An int, encoded.
[[nodiscard]] inline std::string four(std::int32_t value) {
  std::byte raw[4];
  protocol::store_big(raw, value);
  return {reinterpret_cast<const char*>(raw), 4};
}

}  // namespace plain

#endif  // COODIE_TESTS_MOCK_TESTS_PLAIN_CLIENT_HPP
