// SPDX-License-Identifier: MIT
// The connection's state machine: requests of every kind, cancelled and timed out at will, against a server
// that answers well, badly, late, twice, or at random, in pieces of any size.
//
// Laws: every request that was submitted ends once, never inside the call; what is sent are whole requests,
// each under an id of its own; the machine never asks to be woken at once again; it holds at most 512 KiB, 2
// KiB for each request, and 256 bytes for each byte that came in.
#include "fuzz/machine_fuzzing.hpp"

namespace machine_fuzzing {

class driver : private protocol::machine_handler {
 public:
  explicit driver(byte_span input) : script_(input) {
    const std::uint8_t choices = script_.next();
    if ((choices & 1) != 0) {
      options_.compression = &coodie::cluster_detail::lz4_compressor();
      options_.max_frame_size = most_decompressed;
    }
    if ((choices & 2) != 0) options_.credentials = &credentials_;
    if ((choices & 4) != 0) options_.keyspace = "k\"s";
    if ((choices & 8) != 0) options_.max_streams = 3;
    if ((choices & 16) != 0) options_.max_queued = 2;
    if ((choices & 32) != 0) options_.orphan_limit = 1;
    clock_.now_ns = 1'000'000'000;
    machine_.emplace(options_, clock_, static_cast<machine_handler&>(*this));
    machine_->start();
    if ((choices & 64) != 0) get_ready();
  }

  void run() {
    while (!script_.done()) {
      step();
      check();
    }
    finish();
  }

 private:
  static constexpr std::size_t most_requests = 48;
  static constexpr std::size_t most_decompressed = 4096;
  static constexpr std::int64_t ms = 1'000'000;

  void step() {
    switch (script_.next() % 16) {
      case 0: return submit(request_kind::raw);
      case 1: return submit(request_kind::execute);
      case 2: return submit(request_kind::query);
      case 3: return submit(request_kind::batch);
      case 4: return cancel(script_.next());
      case 5: return pass();
      case 6: return turn();
      case 7: return send_bytes();
      case 8: return answer();
      case 9: return machine_->shut_down(errc::connection_closed, script_.next() % 2 ? "text" : "");
      case 10: return answer_at_random();
      case 11: return send_event();
      case 12: return machine_->on_time();
      case 13: return send_output(script_.next());
      case 14: return send_body(false);
      case 15: return send_body(true);
    }
  }

  // -- requests

  void submit(request_kind kind) {
    if (requests_.size() == most_requests || !may_submit()) return;
    watched_request& r = requests_.emplace_back();
    const std::uint8_t choices = script_.next();
    r.owner_of_all = this;
    r.kind = kind;
    r.then = script_.next() % 8;
    r.refuses = (choices & 4) != 0;
    r.timestamp = (choices & 8) != 0 ? protocol::default_timestamp : protocol::no_timestamp;
    r.tracing = (choices & 16) != 0;
    r.timeout_ns = timeouts[(choices >> 5) & 3];
    r.value_count = static_cast<std::uint16_t>(choices >> 7);
    r.text = kind == request_kind::query ? "USE a_keyspace" : "";
    r.what = &statements[choices & 3];
    if (kind == request_kind::batch) r.members = {members_, script_.below(std::size(members_) + 1)};
    r.cancel_key = requests_.size();
    r.append_values = [](const protocol::request& q, protocol::writer& out) noexcept {
      for (std::uint16_t i = 0; i < q.value_count; ++i) out.write_bytes(protocol::bytes_view{});
      return static_cast<const watched_request&>(q).refuses ? errc::invalid_value : errc::ok;
    };
    r.on_result = [](protocol::request& q, const protocol::response& answer) noexcept {
      demand(answer.code != opcode::error, "an ERROR is a failure");
      ended(q);
    };
    r.on_failure = [](protocol::request& q, const protocol::failure& why) noexcept {
      demand(static_cast<bool>(why.code), "a failure has a reason");
      ended(q);
    };
    start(r);
  }
  [[nodiscard]] bool may_submit() const {
    return machine_->ready() || machine_->current() == machine::state::broken;
  }
  void start(watched_request& r) {
    ++pending_;
    const bool was = std::exchange(inside_call_, true);
    machine_->submit(r);
    inside_call_ = was;
  }
  void cancel(std::size_t index) {
    if (requests_.empty()) return;
    watched_request& r = requests_[index % requests_.size()];
    if (r.ended) return;
    const bool was = std::exchange(inside_call_, true);
    machine_->cancel(r);
    demand(!machine_->holds(r, r.cancel_key), "what is cancelled is not held");
    inside_call_ = was;
  }
  static void ended(protocol::request& q) {
    auto& r = static_cast<watched_request&>(q);
    driver& self = *r.owner_of_all;
    demand(!self.inside_call_, "nothing ends inside the call");
    demand(!r.ended, "a request ends once");
    demand(r.stream == -1 && !r.queue().linked() && !r.timer().linked(), "it is known no more");
    r.ended = true;
    --self.pending_;
    if (self.finished_) return;
    switch (r.then) {
      case 1:
      case 2: return self.submit(r.then == 1 ? request_kind::execute : request_kind::raw);
      case 3: return self.cancel(self.requests_.size() - 1);
      case 4:
        for (std::size_t i = 0; i < self.requests_.size(); ++i) self.cancel(i);
        return;
      case 5: return self.machine_->shut_down(errc::closed);
      default: return;
    }
  }

  // -- time and turns

  void pass() {
    static constexpr std::int64_t steps[] = {0,          ms,          100 * ms,   1'100 * ms,
                                             5'000 * ms, 10'000 * ms, 31'000 * ms};
    clock_.now_ns += steps[script_.below(std::size(steps))];
    clock_.now_us = clock_.now_ns / 1'000;
    if (machine_->next_deadline() > clock_.now_ns) return;
    machine_->on_time();
    demand(machine_->next_deadline() > clock_.now_ns, "the loop is not kept busy");
  }
  void turn() {
    machine_->run_deferred();
    send_output(machine_->output().size());
  }
  void send_output(std::size_t n) {
    n = std::min(n, machine_->output().size());
    server_.take(machine_->output().first(n));
    machine_->sent(n);
  }

  // -- the server

  void feed(byte_span bytes, std::size_t piece) {
    came_in_ += bytes.size();
    while (!bytes.empty()) {
      const std::span<std::byte> space = machine_->input_space();
      demand(!space.empty(), "there is space");
      const std::size_t n = std::min({space.size(), bytes.size(), piece + 1});
      std::memcpy(space.data(), bytes.data(), n);
      machine_->received(n);
      bytes = bytes.subspan(n);
    }
  }
  void send_bytes() {
    server_.wild = true;
    const std::size_t n = script_.next(), piece = script_.next();
    feed(script_.take(n), piece);
  }
  // A whole frame under a given id.
  template <class Message>
  void reply(std::int32_t stream, const Message& message, std::uint8_t choices) {
    static constexpr std::byte tracing_id[16] = {};
    protocol::frame_prelude prelude;
    prelude.tracing_id = tracing_id;
    if ((choices & 2) != 0) prelude.warnings = {"slow"};
    if ((choices & 4) != 0) prelude.custom_payload = {{"key", {}}};
    const std::uint8_t flags = choices & 0xE;
    protocol::byte_buffer out, scratch;
    protocol::writer to(out);
    const std::size_t start =
        begin_frame(to, Message::message_opcode, static_cast<std::int16_t>(stream), flags);
    write_prelude(to, flags, prelude);
    serialize(to, message);
    end_frame(to, start);
    if (options_.compression != nullptr && (choices & 1) != 0)
      compress_frame(*options_.compression, out, start, scratch, 0);
    server_.answered(stream);
    feed(out.bytes(), choices);
  }
  void reply_result(std::int32_t stream, protocol::result_kind kind, std::uint8_t choices) {
    static constexpr std::string_view ids[] = {"id", "another id", "", "x"};
    protocol::result_message result;
    result.kind = kind;
    const std::string_view id = ids[(choices >> 4) & 3];
    result.prepared.id = {reinterpret_cast<const std::byte*>(id.data()), id.size()};
    result.prepared.markers.columns.resize((choices >> 6) & 3);
    reply(stream, result, choices);
  }
  void reply_error(std::int32_t stream, std::uint8_t which, byte_span id, std::uint8_t choices) {
    static constexpr std::int32_t codes[] = {0x2500, 0x0000, 0x000A, 0x0100, 0x1001, 0x1100, 0x2200, 0x7777};
    protocol::error_message error;
    error.code = codes[which % std::size(codes)];
    error.message = "because";
    error.id = id;
    reply(stream, error, choices);
  }
  void reply_unprepared(const asked_frame& frame, std::uint8_t choices) {
    protocol::reader body(frame.body);
    protocol::execute_message execute;
    protocol::batch_message batch;
    byte_span id;
    if (frame.header.code() == opcode::execute && deserialize(body, execute) == errc::ok) id = execute.id;
    if (frame.header.code() == opcode::batch && deserialize(body, batch) == errc::ok &&
        !batch.statements.empty())
      id = batch.statements[choices % batch.statements.size()].id;
    const raw_bytes kept(id.begin(), id.end());
    reply_error(frame.header.stream, 0, kept, choices);
  }
  void reply_rightly(const asked_frame& frame, std::uint8_t choices) {
    const std::int32_t stream = frame.header.stream;
    protocol::supported_message offer;
    offer.options = {{"COMPRESSION", {"lz4"}}};
    switch (frame.header.code()) {
      case opcode::options: return reply(stream, offer, choices);
      case opcode::startup:
        return options_.credentials != nullptr
                   ? reply(stream, protocol::authenticate_message{"echo"}, choices)
                   : reply(stream, protocol::ready_message{}, choices);
      case opcode::auth_response: return reply(stream, protocol::auth_success_message{}, choices);
      case opcode::prepare: return reply_result(stream, protocol::result_kind::prepared, choices);
      default: return reply_result(stream, protocol::result_kind::void_, choices);
    }
  }
  void answer() {
    if (server_.asked.empty()) return;
    const asked_frame frame = server_.asked[script_.below(server_.asked.size())];
    const std::int32_t stream = frame.header.stream;
    const std::uint8_t what = script_.next() % 16, choices = script_.next();
    switch (what) {
      case 0: return reply_unprepared(frame, choices);
      case 1: return reply_error(stream, script_.next(), {}, choices);
      case 2: return reply(stream, protocol::ready_message{}, choices);
      case 3: return reply(stream, protocol::authenticate_message{"other"}, choices);
      case 4: return reply(stream, protocol::auth_challenge_message{}, choices);
      case 5: return reply_result(stream, protocol::result_kind::set_keyspace, choices);
      case 6: return reply_result(stream, protocol::result_kind::prepared, choices);
      default: return reply_rightly(frame, choices);
    }
  }
  void answer_at_random() {
    const auto stream = static_cast<std::int16_t>(static_cast<std::int8_t>(script_.next()));
    reply(stream, protocol::ready_message{}, script_.next());
  }
  void send_event() {
    const std::uint8_t what = script_.next();
    protocol::event_message event;
    event.type = static_cast<protocol::event_type>(what % 3);
    event.node.size = 4;
    event.schema.target = "KEYSPACE";
    reply(-1, event, static_cast<std::uint8_t>(what >> 4));
  }
  // A frame whose body is the fuzzer's.
  void send_body(bool compress) {
    const bool is_event = server_.asked.empty() || script_.below(8) == 0;
    const std::int32_t stream =
        is_event ? -1 : server_.asked[script_.below(server_.asked.size())].header.stream;
    static constexpr opcode codes[] = {opcode::error,        opcode::result,       opcode::supported,
                                       opcode::authenticate, opcode::auth_success, opcode::auth_challenge};
    const std::uint8_t choices = script_.next();
    const opcode code = is_event ? opcode::event : codes[choices % std::size(codes)];
    protocol::byte_buffer out, scratch;
    protocol::writer to(out);
    const std::size_t start = begin_frame(to, code, static_cast<std::int16_t>(stream), (choices >> 3) & 0xE);
    to.write_raw(script_.take(script_.next()));
    end_frame(to, start);
    if (compress && options_.compression != nullptr)
      compress_frame(*options_.compression, out, start, scratch, 0);
    server_.answered(stream);
    feed(out.bytes(), choices);
  }
  void get_ready() {
    for (int i = 0; i < 4; ++i) {
      turn();
      if (!server_.asked.empty()) reply_rightly(asked_frame(server_.asked.front()), 0);
    }
    demand(machine_->ready(), "the shortest way leads there");
  }

  // -- the machine's handler

  void on_ready() noexcept override {
    demand(!was_ready_, "it becomes ready once");
    was_ready_ = true;
  }
  void on_request_answered(protocol::request& r, const protocol::response& answer) noexcept override {
    r.on_result(r, answer);
  }
  void on_prepared(const protocol::statement&, const protocol::prepared_result&) noexcept override {}
  void on_request_failed(protocol::request& r, const protocol::failure& why) noexcept override {
    r.on_failure(r, why);
  }
  void on_event(const protocol::event_message&) noexcept override {}
  void on_broken(errc why, std::string_view) noexcept override {
    demand(why != errc::ok, "it breaks for a reason");
    demand(!was_broken_, "it breaks once");
    was_broken_ = true;
  }

  // -- laws

  void check() const {
    // PREPAREs, a heartbeat and the handshake are the machine's own.
    demand(machine_->in_flight() >= pending_, "who has not ended is counted");
    demand(machine_->in_flight() <= pending_ + std::size(statements) + 2, "who has ended is not");
    demand(was_broken_ == (machine_->current() == machine::state::broken), "broken is told");
    if (was_broken_) demand(machine_->next_deadline() == protocol::never, "what is broken waits for nothing");
    demand(machine_->output().size() < 64 * 1024, "the output is what was asked");
  }
  void finish() {
    finished_ = true;
    turn();
    machine_->shut_down(errc::closed);
    machine_->run_deferred();
    demand(pending_ == 0 && machine_->in_flight() == 0 && machine_->orphans() == 0, "everything has ended");
    demand(!machine_->has_deferred() && was_broken_, "nothing is left");
    std::size_t allowed = 512 * 1024 + 2048 * most_requests + 256 * (came_in_ + server_.bytes);
    if (options_.compression != nullptr) allowed += 256 * most_decompressed;
    demand(meter_.peak() <= allowed, "memory is bounded by what came in");
  }

  allocation_meter meter_;
  script script_;
  protocol::machine_options options_;
  protocol::machine_clock clock_;
  echo_authenticator credentials_;
  std::deque<watched_request> requests_;
  std::size_t pending_ = 0, came_in_ = 0;
  bool inside_call_ = false, was_ready_ = false, was_broken_ = false, finished_ = false;
  watching_server server_;
  const protocol::batch_member members_[3] = {
      {&statements[0], 0, {}}, {&statements[2], 0, {}}, {&statements[0], 0, {}}};
  static constexpr std::int64_t timeouts[] = {0, 50 * ms, 3'000 * ms, 60'000 * ms};
  std::optional<machine> machine_;
};

}  // namespace machine_fuzzing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  machine_fuzzing::driver(std::as_bytes(std::span(data, size))).run();
  return 0;
}
