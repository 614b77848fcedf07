// SPDX-License-Identifier: MIT
// What the machine's fuzzer drives: requests that watch over their own end, and a server that watches over
// every frame that it gets.
#ifndef COODIE_FUZZ_MACHINE_FUZZING_HPP
#define COODIE_FUZZ_MACHINE_FUZZING_HPP

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "cluster/lz4.hpp"
#include "fuzz/message_fuzzing.hpp"
#include "protocol/machine/machine.hpp"

namespace machine_fuzzing {

using namespace message_fuzzing;
using protocol::machine;
using protocol::opcode;
using protocol::request_kind;
using raw_bytes = std::vector<std::byte>;

/// The fuzzer's choices, one after the other; zeros when there are no more.
class script {
 public:
  explicit script(byte_span input) : rest_(input) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::uint8_t next() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_ = rest_.subspan(1);
    return first;
  }
  std::size_t below(std::size_t n) { return n == 0 ? 0 : next() % n; }
  byte_span take(std::size_t n) {
    const byte_span taken = rest_.first(std::min(n, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  byte_span rest_;
};

inline errc check_prepared(const protocol::statement&, const protocol::prepared_result& prepared,
                           std::string& why) {
  if (prepared.markers.columns.size() < 2) return errc::ok;
  why = "too many markers";
  return errc::type_mismatch;
}

inline const protocol::statement statements[] = {
    {"INSERT", 0, check_prepared},
    {"SELECT", protocol::statement_flag::skip_metadata},
    {"UPDATE IF", protocol::statement_flag::conditional},
    {"COUNT", protocol::statement_flag::counter},
};

/// Answers every challenge with the challenge.
class echo_authenticator final : public coodie::authenticator {
 public:
  std::unique_ptr<coodie::authentication_session> begin(std::string_view mechanism) const noexcept override {
    return mechanism.empty() ? nullptr : std::make_unique<session>();
  }

 private:
  struct session final : coodie::authentication_session {
    errc initial_response(protocol::writer& token) noexcept override {
      token.write_raw(std::string_view("hello"));
      return errc::ok;
    }
    errc evaluate_challenge(std::span<const std::byte> challenge, protocol::writer& token) noexcept override {
      token.write_raw(challenge);
      return challenge.size() > 100 ? errc::authentication_failed : errc::ok;
    }
  };
};

class driver;

/// A request that ends once, never inside the call that started or cancelled it.
struct watched_request : protocol::request {
  driver* owner_of_all = nullptr;
  std::uint8_t then = 0;  ///< what it does when it ends
  bool refuses = false;   ///< its values can't be written
  bool ended = false;
};

/// A frame that the machine has sent, and nobody has answered.
struct asked_frame {
  protocol::frame_header header;
  raw_bytes body;
};

/// The server's end: takes the machine's bytes apart and demands that they make sense.
class watching_server {
 public:
  std::deque<asked_frame> asked;
  bool wild = false;  ///< it has sent bytes at random: who knows what was answered
  std::size_t bytes = 0;

  void take(byte_span sent) {
    bytes += sent.size();
    arrived_.insert(arrived_.end(), sent.begin(), sent.end());
    std::size_t at = 0;
    while (arrived_.size() - at >= protocol::frame_header_size) {
      asked_frame frame;
      demand(protocol::parse_frame_header(arrived_.data() + at, protocol::direction::request,
                                          protocol::max_body_size, frame.header) == errc::ok,
             "a frame has a header");
      if (arrived_.size() - at - protocol::frame_header_size < frame.header.length) break;
      const std::byte* body = arrived_.data() + at + protocol::frame_header_size;
      frame.body.assign(body, body + frame.header.length);
      at += protocol::frame_header_size + frame.header.length;
      check(frame);
      asked.push_back(std::move(frame));
    }
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void answered(std::int32_t stream) {
    const auto count =
        std::erase_if(asked, [&](const asked_frame& frame) { return frame.header.stream == stream; });
    if (count == 0 && stream >= 0) wild = true;  // it may have been asked, but has not arrived here
  }

 private:
  void check(asked_frame& frame) {
    for (const asked_frame& other : asked)
      demand(wild || other.header.stream != frame.header.stream, "an id is used by one at a time");
    demand(frame.header.stream >= 0, "a request's id is not negative");
    if ((frame.header.flags & protocol::frame_flag::compression) != 0) inflate(frame);
    switch (frame.header.code()) {
      case opcode::options: return demand(frame.body.empty(), "OPTIONS has no body");
      case opcode::startup: return check_as<protocol::startup_message>(frame);
      case opcode::auth_response: return check_as<protocol::auth_response_message>(frame);
      case opcode::query: return check_as<protocol::query_message>(frame);
      case opcode::prepare: return check_as<protocol::prepare_message>(frame);
      case opcode::execute: return check_as<protocol::execute_message>(frame);
      case opcode::batch: return check_as<protocol::batch_message>(frame);
      default: demand(false, "nobody has asked for that");
    }
  }
  template <class Message>
  static void check_as(const asked_frame& frame) {
    protocol::reader body(frame.body);
    Message message;
    demand(deserialize(body, message) == errc::ok, "what is sent decodes");
    demand(body.empty(), "all of it");
  }
  static void inflate(asked_frame& frame) {
    protocol::byte_buffer plain;
    demand(coodie::cluster_detail::lz4_compressor().decompress(frame.body, plain, protocol::max_body_size) ==
               errc::ok,
           "what is compressed can be decompressed");
    frame.body.assign(plain.bytes().begin(), plain.bytes().end());
  }

  raw_bytes arrived_;
};

}  // namespace machine_fuzzing

#endif  // COODIE_FUZZ_MACHINE_FUZZING_HPP
