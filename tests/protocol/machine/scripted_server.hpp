// SPDX-License-Identifier: MIT
// A transport without sockets: drives a machine through buffers, in pieces of any size, against a server that
// says what the test tells it to.
#ifndef COODIE_TESTS_PROTOCOL_MACHINE_SCRIPTED_SERVER_HPP
#define COODIE_TESTS_PROTOCOL_MACHINE_SCRIPTED_SERVER_HPP

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "protocol/machine/machine.hpp"
#include "tests/protocol/messages/message_checks.hpp"

namespace machine_checks {

using namespace message_checks;
using coodie::server_errc;
using protocol::machine;
using protocol::opcode;
using protocol::request_kind;
using protocol::statement;
namespace statement_flag = protocol::statement_flag;

using lines = std::vector<std::string>;

inline constexpr std::int64_t ms = 1'000'000;
inline constexpr std::int64_t seconds = 1'000 * ms;

/// A request that remembers how it ended.
struct probe : protocol::request {
  explicit probe(std::string its_name = {}) : name(std::move(its_name)) {
    kind = request_kind::raw;
    timestamp = protocol::no_timestamp;
    on_result = [](request& r, const protocol::response& answer) noexcept {
      static_cast<probe&>(r).has_result(answer);
    };
    on_failure = [](request& r, const protocol::failure& why) noexcept {
      static_cast<probe&>(r).has_failed(why);
    };
    append_values = [](const request& r, protocol::writer& out) noexcept {
      const probe& self = static_cast<const probe&>(r);
      out.write_raw(std::span<const std::byte>(self.values));
      return self.values_error;
    };
  }

  [[nodiscard]] bool succeeded() const { return ends == 1 && !reason; }

  std::string name;
  raw_bytes values;
  errc values_error = errc::ok;
  std::function<void()> then;  ///< runs when the request ends

  int ends = 0;
  coodie::error_code reason{};
  std::string said;  ///< the text of the failure
  bool sent = false, with_answer = false;
  opcode answered{};
  std::string body;  ///< hex, of what is not ERROR
  lines prelude;     ///< tracing id, warnings, custom payload

  lines* journal = nullptr;
  const bool* inside_call = nullptr;

 private:
  void has_result(const protocol::response& answer) {
    answered = answer.code;
    const std::span<const std::byte> rest{answer.body.position(), answer.body.remaining()};
    body = hex(rest);
    if (answer.prelude != nullptr) remember(*answer.prelude);
    end(std::string(protocol::to_string(answer.code)));
  }
  void has_failed(const protocol::failure& why) {
    reason = why.code;
    said = std::string(why.text);
    sent = why.sent;
    with_answer = why.answer != nullptr;
    if (why.answer != nullptr && why.answer->prelude != nullptr) remember(*why.answer->prelude);
    end(why.code.message() + (why.sent ? ", sent" : ""));
  }
  void remember(const protocol::frame_prelude& p) {
    if (p.tracing_id != nullptr) prelude.push_back("trace " + hex(std::span{p.tracing_id, 16}));
    for (const auto& warning : p.warnings) prelude.push_back("warning " + std::string(warning));
    for (const auto& [key, value] : p.custom_payload)
      prelude.push_back("payload " + std::string(key) + "=" + std::string(text_of(value)));
  }
  void end(const std::string& how) {
    ++ends;
    if (ends != 1) FAIL_CHECK(name << " ends again");
    if (stream != -1 || queue().linked() || timer().linked()) FAIL_CHECK(name << " is still known");
    if (inside_call != nullptr && *inside_call) FAIL_CHECK(name << " ends inside the call");
    if (journal != nullptr) journal->push_back(name + ": " + how);
    if (then) then();
  }
};

/// A frame that the client sent.
struct client_frame {
  protocol::frame_header header;
  raw_bytes bytes;  ///< header and body

  [[nodiscard]] opcode code() const { return header.code(); }
  [[nodiscard]] std::span<const std::byte> body() const {
    return std::span<const std::byte>(bytes).subspan(protocol::frame_header_size);
  }
  [[nodiscard]] std::string body_hex() const { return hex(body()); }
  /// Views borrow from this frame.
  template <class Message>
  [[nodiscard]] Message as() const {
    CHECK(code() == Message::message_opcode);
    protocol::reader rest(body());
    Message message;
    CHECK(deserialize(rest, message) == errc::ok);
    CHECK(rest.empty());
    return message;
  }
};

/// The prepared id that an EXECUTE names.
inline std::string id_of(const client_frame& execute) {
  return std::string(text_of(execute.as<protocol::execute_message>().id));
}

/// A client's machine and what the server has received from it.
class conversation : private protocol::machine_handler {
 public:
  protocol::machine_options options;
  protocol::machine_clock clock;
  std::deque<probe> requests;  ///< all that the test makes
  std::shared_ptr<protocol::machine_siblings> siblings;
  machine client{options, clock, *this, siblings};

  std::size_t piece = 0;  ///< bytes that are moved at once, both ways; 0: as many as there are
  std::deque<client_frame> inbox;

  lines log;  ///< how requests ended, "ready", "broken: reason", events
  int ready_calls = 0, broken_calls = 0;
  errc broken_by = errc::ok;
  std::string broken_text;
  std::function<void()> when_ready, when_broken;

  explicit conversation(std::uint32_t streams = protocol::stream_table::max_streams,
                        std::shared_ptr<protocol::machine_siblings> of_the_same_node = nullptr)
      : options(with_streams(streams)), siblings(std::move(of_the_same_node)) {
    at(1'000 * seconds);
  }
  /// Whatever the test did, each request that was submitted ends once.
  ~conversation() {
    when_broken = when_ready = nullptr;
    for (probe& r : requests) r.then = nullptr;
    client.shut_down(errc::closed);
    client.run_deferred();
    CHECK(client.in_flight() == 0);
    CHECK_FALSE(client.has_deferred());
    for (const probe& r : requests)
      if (r.ends != (r.journal != nullptr ? 1 : 0)) FAIL_CHECK(r.name << " has ended " << r.ends << " times");
  }

  // -- time

  void at(std::int64_t ns) {
    clock.now_ns = ns;
    clock.now_us = 1'700'000'000'000'000 + ns / 1'000;
  }
  /// Time passes; the machine is called when it asked for that, and at no other time.
  void pass(std::int64_t ns) {
    const std::int64_t until = clock.now_ns + ns;
    for (int rounds = 0; client.next_deadline() <= until; ++rounds) {
      REQUIRE(rounds < 10'000);
      if (client.next_deadline() > clock.now_ns) at(client.next_deadline());
      client.on_time();
      turn();
      CHECK(client.next_deadline() > clock.now_ns);  // else the loop would be busy
    }
    at(until);
  }

  // -- the client's side

  /// An OPTIONS, the shortest request that there is.
  probe& raw(std::string name) {
    probe& r = requests.emplace_back(std::move(name));
    r.code = opcode::options;
    return r;
  }
  probe& query(std::string name, std::string_view text) {
    probe& r = requests.emplace_back(std::move(name));
    r.kind = request_kind::query;
    r.text = text;
    return r;
  }
  probe& execute(std::string name, const statement& what) {
    probe& r = requests.emplace_back(std::move(name));
    r.kind = request_kind::execute;
    r.what = &what;
    return r;
  }
  probe& batch(std::string name, std::span<const protocol::batch_member> members) {
    probe& r = requests.emplace_back(std::move(name));
    r.kind = request_kind::batch;
    r.members = members;
    return r;
  }
  probe& submitted(probe& r) {
    submit(r);
    return r;
  }
  void submit(probe& r) {
    r.journal = &log;
    r.inside_call = &inside_call_;
    inside_call_ = true;
    client.submit(r);
    inside_call_ = false;
  }
  void cancel(probe& r) {
    inside_call_ = true;
    client.cancel(r);
    inside_call_ = false;
  }
  /// The end of a turn of the loop: what was deferred ends, what was written arrives.
  void turn() {
    while (client.has_deferred()) client.run_deferred();
    deliver();
  }
  void deliver() {
    while (!client.output().empty()) {
      const auto all = client.output();
      const std::size_t n = piece == 0 ? all.size() : std::min(piece, all.size());
      arrived_.insert(arrived_.end(), all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
      client.sent(n);
    }
    take_frames();
  }

  // -- the server's side

  /// The next frame from the client, which has to be there.
  client_frame take() {
    turn();
    REQUIRE_FALSE(inbox.empty());
    client_frame first = std::move(inbox.front());
    inbox.pop_front();
    return first;
  }
  client_frame take(opcode expected) {
    client_frame frame = take();
    CHECK(protocol::to_string(frame.code()) == protocol::to_string(expected));
    return frame;
  }
  [[nodiscard]] bool silent() {
    turn();
    return inbox.empty();
  }
  void feed(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const std::span<std::byte> space = client.input_space();
      REQUIRE_FALSE(space.empty());
      std::size_t n = std::min(space.size(), bytes.size());
      if (piece != 0) n = std::min(n, piece);
      std::memcpy(space.data(), bytes.data(), n);
      client.received(n);
      bytes = bytes.subspan(n);
    }
  }
  void feed(std::string_view text) { feed(wire(text)); }

  template <class Message>
  static raw_bytes frame(std::int32_t stream, const Message& message, std::uint8_t flags = 0,
                         const protocol::frame_prelude& prelude = {}) {
    protocol::byte_buffer out;
    protocol::writer to(out);
    const std::size_t start =
        begin_frame(to, Message::message_opcode, static_cast<std::int16_t>(stream), flags);
    write_prelude(to, flags, prelude);
    serialize(to, message);
    end_frame(to, start);
    CHECK(to.error() == errc::ok);
    return {out.bytes().begin(), out.bytes().end()};
  }
  template <class Message>
  void reply(const client_frame& to, const Message& message) {
    feed(frame(to.header.stream, message));
  }
  void reply_void(const client_frame& to) { reply(to, protocol::result_message{}); }
  void reply_prepared(const client_frame& to, std::string_view id) {
    protocol::result_message result;
    result.kind = protocol::result_kind::prepared;
    result.prepared.id = bytes_of(id);
    reply(to, result);
  }
  void reply_error(const client_frame& to, std::int32_t code, std::string_view text,
                   std::string_view id = {}) {
    protocol::error_message error;
    error.code = code;
    error.message = text;
    error.id = bytes_of(id);
    reply(to, error);
  }
  void reply_unprepared(const client_frame& to, std::string_view id) {
    reply_error(to, protocol::error_code_v4::unprepared, "unprepared", id);
  }

  // -- whole parts of a conversation

  /// Up to STARTUP, which is returned.
  client_frame up_to_startup() {
    client.start();
    const client_frame asked = take(opcode::options);
    CHECK(asked.body().empty());
    protocol::supported_message offer;
    offer.options = {{"CQL_VERSION", {"3.4.5"}}, {"COMPRESSION", {"snappy", "lz4"}}};
    reply(asked, offer);
    return take(opcode::startup);
  }
  void get_ready() {
    reply(up_to_startup(), protocol::ready_message{});
    REQUIRE(client.ready());
    log.clear();
  }
  /// Prepares `what` by an execute that is answered.
  void prepare(const statement& what, std::string_view id) {
    const probe& first = submitted(execute("first " + std::string(what.text), what));
    reply_prepared(take(opcode::prepare), id);
    reply_void(take(opcode::execute));
    REQUIRE(first.succeeded());
    log.clear();
  }

 private:
  void on_ready() noexcept override {
    ++ready_calls;
    log.emplace_back("ready");
    CHECK(client.ready());
    if (when_ready) when_ready();
  }
  void on_request_answered(protocol::request& r, const protocol::response& answer) noexcept override {
    r.on_result(r, answer);
  }
  void on_prepared(const protocol::statement&, const protocol::prepared_result&) noexcept override {}
  void on_request_failed(protocol::request& r, const protocol::failure& why) noexcept override {
    if (!why.code || !why.host.empty() || r.owner != nullptr) FAIL_CHECK("a failure without a reason");
    r.on_failure(r, why);
  }
  void on_event(const protocol::event_message& event) noexcept override {
    log.push_back("event " + std::string(protocol::event_type_name(event.type)) + " " +
                  std::string(event.change) + std::string(event.schema.keyspace));
  }
  void on_broken(errc why, std::string_view text) noexcept override {
    ++broken_calls;
    broken_by = why;
    broken_text = std::string(text);
    log.push_back("broken: " + broken_text);
    CHECK(client.current() == machine::state::broken);
    CHECK(client.next_deadline() == protocol::never);
    if (when_broken) when_broken();
  }

  static protocol::machine_options with_streams(std::uint32_t streams) {
    protocol::machine_options options;
    options.max_streams = streams;
    return options;
  }

  void take_frames() {
    while (arrived_.size() >= protocol::frame_header_size) {
      client_frame frame;
      REQUIRE(protocol::parse_frame_header(arrived_.data(), protocol::direction::request,
                                           protocol::max_body_size, frame.header) == errc::ok);
      const std::size_t length = protocol::frame_header_size + frame.header.length;
      if (arrived_.size() < length) return;
      const auto end = arrived_.begin() + static_cast<std::ptrdiff_t>(length);
      frame.bytes.assign(arrived_.begin(), end);
      arrived_.erase(arrived_.begin(), end);
      inbox.push_back(std::move(frame));
    }
  }

  raw_bytes arrived_;
  bool inside_call_ = false;
};

/// Every size of piece that a test of the way in and out is run with.
inline constexpr std::size_t pieces[] = {1, 2, 8, 9, 10, 17, 0};

/// A compression for tests: `<length: int>` and pairs of a count and a byte.
namespace run_lengths {
inline std::size_t bound(std::size_t n) noexcept { return 4 + 2 * n; }
inline errc compress(std::span<const std::byte> in, protocol::byte_buffer& out) noexcept {
  protocol::writer to(out);
  to.write(static_cast<std::uint32_t>(in.size()));
  for (std::size_t i = 0; i < in.size();) {
    std::size_t n = 1;
    while (n < 255 && i + n < in.size() && in[i + n] == in[i]) ++n;
    to.write(static_cast<std::uint8_t>(n));
    to.write(static_cast<std::uint8_t>(in[i]));
    i += n;
  }
  return to.error();
}
inline errc decompress(std::span<const std::byte> in, protocol::byte_buffer& out, std::size_t max) noexcept {
  protocol::reader from(in);
  std::uint32_t length = 0;
  if (from.read(length) != errc::ok) return errc::compression_error;
  if (length > max) return errc::frame_too_large;
  if (length / 255 > from.remaining() / 2 + 1) return errc::compression_error;
  if (length == 0) return from.empty() ? errc::ok : errc::compression_error;
  std::byte* to = out.reserve(length);
  if (to == nullptr) return errc::out_of_memory;
  std::size_t done = 0;
  while (!from.empty()) {
    std::uint8_t n = 0, value = 0;
    if (from.read(n) != errc::ok || from.read(value) != errc::ok) return errc::compression_error;
    if (n > length - done) return errc::compression_error;
    std::memset(to + done, value, n);
    done += n;
  }
  if (done != length) return errc::compression_error;
  out.commit(length);
  return errc::ok;
}
inline constexpr protocol::compressor algorithm{"lz4", bound, compress, decompress};

/// A frame whose body is compressed.
inline raw_bytes compressed(const raw_bytes& frame) {
  protocol::byte_buffer body;
  CHECK(compress(std::span<const std::byte>(frame).subspan(protocol::frame_header_size), body) == errc::ok);
  raw_bytes out(frame.begin(), frame.begin() + protocol::frame_header_size);
  out[1] |= std::byte{protocol::frame_flag::compression};
  protocol::store_big(out.data() + 5, static_cast<std::uint32_t>(body.size()));
  out.insert(out.end(), body.bytes().begin(), body.bytes().end());
  return out;
}
}  // namespace run_lengths

}  // namespace machine_checks

#endif  // COODIE_TESTS_PROTOCOL_MACHINE_SCRIPTED_SERVER_HPP
