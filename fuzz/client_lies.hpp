// SPDX-License-Identifier: MIT
// What the whole client's fuzzer has a server say instead of the truth.
//
//   <which requests: 1><skipped and falsified: 1><how: 1><where: 2><number: 1><n: 1><n bytes>
#ifndef COODIE_FUZZ_CLIENT_LIES_HPP
#define COODIE_FUZZ_CLIENT_LIES_HPP

#include <atomic>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "cluster/lz4.hpp"
#include "fuzz/client_messages.hpp"
#include "fuzz/machine_fuzzing.hpp"
#include "tests/mock/testing_all.hpp"

namespace client_fuzzing {

using coodie::testing::request_filter;
using machine_fuzzing::script;
using message_fuzzing::demand;

inline const request_filter lied_to[] = {
    {},
    {.opcode = opcode::options},
    {.opcode = opcode::startup},
    {.opcode = opcode::auth_response},
    {.opcode = opcode::register_},
    {.opcode = opcode::prepare},
    {.opcode = opcode::query},
    {.opcode = opcode::execute},
    {.opcode = opcode::batch},
    {.statement = "system.local"},
    {.statement = "system.peers_v2"},
    {.statement = "system.peers "},
    {.statement = "system_schema.keyspaces"},
    {.statement = "system_schema"},
    {.statement = "SELECT"},
    {.statement = "INSERT"},
};

inline std::string compress_again(const answer& frame) {
  protocol::byte_buffer out, scratch;
  protocol::writer(out).write_raw(std::string_view(frame.frame()));
  compress_frame(coodie::cluster_detail::lz4_compressor(), out, 0, scratch, 0);
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

/// One lie, and the server's side of it: tell() is called on the server's thread.
class lie : private invented_messages {
 public:
  explicit lie(script& from) : to_(from.below(std::size(lied_to))), times_(from.next()), how_(from.next()) {
    at_ = static_cast<std::size_t>(from.next()) << 8;
    at_ |= from.next();
    choice_ = from.next();
    const auto taken = from.take(from.next());
    bytes_.assign(reinterpret_cast<const char*>(taken.data()), taken.size());
  }

  [[nodiscard]] request_filter filter() const {
    request_filter wanted = lied_to[to_];
    wanted.skip = times_ >> 4;
    wanted.times = 1U + (times_ & 15U) * 2U;
    return wanted;
  }
  [[nodiscard]] coodie::testing::frame_rewriter rewriter() { return {tell, this}; }
  /// Bytes that all lies have sent.
  static inline std::atomic<std::size_t> told{0};

 private:
  static std::string tell(void* self, std::string_view frame) {
    std::string made = static_cast<lie*>(self)->falsify(frame);
    told += made.size();
    return made;
  }

  [[nodiscard]] std::string falsify(std::string_view frame) {
    answer a(frame);
    const bool packed = (a.flags & protocol::frame_flag::compression) != 0 && unpack(a);
    const std::string falsified = how_ % 32 < 8    ? change_bytes(a, packed)
                                  : how_ % 32 < 20 ? change_frame(a, frame)
                                                   : say_otherwise(a, packed);
    if (how_ % 32 < 16) last_.assign(frame);
    return falsified;
  }
  static bool unpack(answer& a) {
    protocol::byte_buffer plain;
    const auto raw = std::as_bytes(std::span(a.body));
    if (coodie::cluster_detail::lz4_compressor().decompress(raw, plain, protocol::max_body_size) !=
        coodie::errc::ok)
      return false;
    a.body.assign(reinterpret_cast<const char*>(plain.data()), plain.size());
    a.flags = static_cast<std::uint8_t>(a.flags & ~protocol::frame_flag::compression);
    return true;
  }
  static std::string pack(const answer& a, bool packed) { return packed ? compress_again(a) : a.frame(); }

  // -- the body's bytes

  std::string change_bytes(answer& a, bool packed) const {
    std::string& body = a.body;
    const std::size_t at = body.empty() ? 0 : at_ % body.size();
    const auto put = [&](auto value) {
      const std::string raw = octets().number(value).bytes();
      if (at + raw.size() <= body.size()) body.replace(at, raw.size(), raw);
    };
    switch (how_ % 8) {
      case 0:
        for (std::size_t i = 0; i < bytes_.size() && at + i < body.size(); ++i)
          body[at + i] = static_cast<char>(body[at + i] ^ bytes_[i]);
        break;
      case 1: put(number()); break;
      case 2: put(static_cast<std::uint16_t>(number())); break;
      case 3: body.resize(at); break;
      case 4: body.insert(at, bytes_); break;
      case 5: body.replace(at, std::min(bytes_.size(), body.size() - at), bytes_); break;
      case 6: body.erase(at, choice_); break;
      default: body = bytes_; break;
    }
    return pack(a, packed);
  }

  // -- the frame

  std::string change_frame(answer& a, std::string_view frame) const {
    const std::string whole(frame);
    switch (how_ % 32) {
      case 8: return answer(frame).frame_of_length(number());
      case 9: a.stream = static_cast<std::int16_t>(choice_ - 128); return a.frame();
      case 10: a.flags = choice_; return a.frame();
      case 11: a.code = choice_; return a.frame();
      case 12: a.version = choice_; return a.frame();
      case 13: return whole.substr(0, at_ % (whole.size() + 1));
      case 14: return whole + whole;
      case 15: return {};
      case 16: return events() + whole;
      case 17: return whole + events();
      case 18: return packed_lie(a);
      default: return old_answer(a);
    }
  }
  [[nodiscard]] std::string packed_lie(answer& a) const {
    a.flags |= protocol::frame_flag::compression;
    a.body = octets().number(number()).raw(bytes_).bytes();
    return a.frame();
  }
  // What was said to somebody else.
  [[nodiscard]] std::string old_answer(const answer& a) const {
    if (last_.empty()) return a.frame();
    answer old(last_);
    old.stream = a.stream;
    return old.frame();
  }

  // -- other messages

  std::string say_otherwise(answer& a, bool packed) const {
    switch (how_ % 32) {
      case 20: return pack(a.say(result_kind::rows, rows()), packed);
      case 21: return pack(a.say(result_kind::rows, peers()), packed);
      case 22: return a.say(opcode::supported, supported().bytes()).frame();
      case 23: return pack(a.say(result_kind::prepared, prepared()), packed);
      case 24: return pack(a.say(result_kind::set_keyspace, octets().text(text(0))), packed);
      case 25: return pack(a.say(static_cast<result_kind>(choice_ % 8), octets().raw(bytes_)), packed);
      case 26:
        return a.say(opcode::error, octets().number(number()).text(text(0)).raw(bytes_).bytes()).frame();
      case 27: return with_payload(a);
      case 28: return with_warnings(a);
      case 29: return a.say(opcode::authenticate, octets().text(text(0)).bytes()).frame();
      case 30: return a.say(opcode::auth_challenge, octets().value(bytes_).bytes()).frame();
      default: return with_pages(a, packed);
    }
  }
  std::string with_payload(answer& a) const {
    a.flags |= protocol::frame_flag::custom_payload;
    octets before;
    before.number(std::uint16_t{1}).text("tablets-routing-v1");
    if (choice_ % 2 == 0)
      before.value(bytes_);
    else
      before.value(octets()
                       .value(octets().number(std::uint64_t{at_} << 48).bytes())
                       .value(octets().number(std::uint64_t{number()} << 32).bytes())
                       .value(bytes_)
                       .bytes());
    a.body.insert(0, before.bytes());
    return a.frame();
  }
  std::string with_warnings(answer& a) const {
    a.flags |= protocol::frame_flag::warnings;
    octets before;
    before.number(static_cast<std::uint16_t>(number()));
    for (std::size_t i = 0; i < at_ % 100; ++i) before.text(text(i));
    a.body.insert(0, before.bytes());
    return a.frame();
  }
  // Rows that go on and on.
  std::string with_pages(answer& a, bool packed) const {
    constexpr std::size_t flags = 4, columns_end = 12;
    if (a.body.size() < columns_end) return a.frame();
    a.body[flags + 3] = static_cast<char>(a.body[flags + 3] | 2);
    a.body.insert(columns_end, octets().value(bytes_).bytes());
    return pack(a, packed);
  }

  std::size_t to_;
  std::uint8_t times_, how_;
  static inline std::string last_;  // of all lies; the server's
};

}  // namespace client_fuzzing

#endif  // COODIE_FUZZ_CLIENT_LIES_HPP
