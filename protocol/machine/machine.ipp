// SPDX-License-Identifier: MIT
// The machine's life: handshake, heartbeats, deadlines, end.
#ifndef COODIE_PROTOCOL_MACHINE_MACHINE_IPP
#define COODIE_PROTOCOL_MACHINE_MACHINE_IPP

#include <algorithm>

#include "protocol/machine/machine.hpp"

namespace coodie::inline COODIE_ABI::protocol {

void machine_siblings::add(machine& one) { all_.push_back(&one); }
void machine_siblings::remove(const machine& one) noexcept { std::erase(all_, &one); }

machine::machine(const machine_options& options, machine_clock& clock, machine_handler& handler,
                 std::shared_ptr<machine_siblings> siblings) noexcept
    : options_(options),
      clock_(clock),
      handler_(handler),
      streams_(options.max_streams),
      siblings_(std::move(siblings)) {
  if (siblings_ != nullptr) siblings_->add(*this);
}

machine::~machine() {
  if (siblings_ != nullptr) siblings_->remove(*this);
}

void machine::start() noexcept {
  last_received_ns_ = clock_.now_ns;
  handshake_.self = heartbeat_.self = this;
  handshake_.internal = heartbeat_.internal = true;
  handshake_.kind = heartbeat_.kind = request_kind::raw;
  handshake_.on_result = [](request& r, const response& answer) noexcept { of(r).handshake_answer(answer); };
  handshake_.on_failure = [](request& r, const failure& why) noexcept { of(r).handshake_failed(why); };
  heartbeat_.on_result = [](request&, const response&) noexcept {};
  heartbeat_.on_failure = [](request& r, const failure& why) noexcept { of(r).heartbeat_failed(why); };
  handshake_deadline_ns_ = deadline_after(clock_.now_ns, options_.connect_timeout_ns);
  handshake_body_.clear();
  send_handshake(opcode::options, state::options_sent);
}

void machine::send_handshake(opcode code, state next) noexcept {
  state_ = next;
  handshake_.kind = request_kind::raw;
  handshake_.code = code;
  handshake_.text = {reinterpret_cast<const char*>(handshake_body_.data()), handshake_body_.size()};
  handshake_.deadline_ns = handshake_deadline_ns_;
  submit(handshake_);
}

void machine::handshake_answer(const response& answer) noexcept {
  reader body = answer.body;
  switch (state_) {
    case state::options_sent:
      if (answer.code == opcode::supported) return supported(body);
      break;
    case state::startup_sent:
      if (answer.code == opcode::ready) return authenticated();
      if (answer.code == opcode::authenticate) return authenticate(body);
      break;
    case state::authenticating:
      if (answer.code == opcode::auth_challenge || answer.code == opcode::auth_success)
        return challenged(answer);
      break;
    case state::keyspace_sent:
      if (answer.code == opcode::result) return become_ready();
      break;
    case state::idle:
    case state::ready:
    case state::broken: break;
  }
  shut_down(errc::unexpected_message, describe(errc::unexpected_message));
}

void machine::handshake_failed(const failure& why) noexcept {
  if (why.code == server_errc::bad_credentials) return shut_down(errc::authentication_failed, why.text);
  if (why.code == errc::request_timeout)
    return shut_down(errc::connect_timeout, describe(errc::connect_timeout));
  if (why.answer == nullptr) return shut_down(static_cast<errc>(why.code.value()), why.text);
  // A keyspace that is not there, or not for this role, won't be at the next attempt.
  const bool wrong_keyspace = state_ == state::keyspace_sent &&
                              (why.code == server_errc::invalid || why.code == server_errc::unauthorized);
  shut_down(wrong_keyspace ? errc::configuration : errc::connection_failed, why.text);
}

void machine::supported(reader body) noexcept {
  supported_message offer;
  if (const errc e = deserialize(body, offer); e != errc::ok) return shut_down(e, describe(e));
  const scylla_features extensions = read_scylla_features(offer);
  features_ = server_features::from(extensions);
  startup_message startup;
  startup.options.emplace_back("CQL_VERSION", "3.0.0");
  startup.options.emplace_back("DRIVER_NAME", "coodie for C++");
  startup.options.emplace_back("DRIVER_VERSION", COODIE_VERSION);
  if (options_.compression != nullptr) {
    bool offered = false;
    if (const string_list* names = offer.find("COMPRESSION"))
      for (const std::string_view name : *names) offered = offered || name == options_.compression->name;
    if (!offered) return shut_down(errc::compression_unsupported, describe(errc::compression_unsupported));
    startup.options.emplace_back("COMPRESSION", options_.compression->name);
  }
  const std::string lwt_mark = "LWT_OPTIMIZATION_META_BIT_MASK=" + std::to_string(features_.lwt_mask);
  if (features_.lwt_mask != 0) startup.options.emplace_back(scylla_option::lwt_mark, lwt_mark);
  if (features_.rate_limit_error != 0) startup.options.emplace_back(scylla_option::rate_limit_error, "");
  if (features_.tablets) startup.options.emplace_back(scylla_option::tablets, "");
  if (features_.metadata_id) startup.options.emplace_back(scylla_option::metadata_id, "");
  for (const auto& [key, value] : options_.startup) startup.options.emplace_back(key, value);
  handshake_body_.clear();
  writer out(handshake_body_);
  serialize(out, startup);
  send_handshake(opcode::startup, state::startup_sent);
  compressing_ = options_.compression != nullptr;  // the answer to STARTUP may be compressed already
}

namespace detail {
/// The class name is the server's: no more of it is repeated than a name has.
inline std::string refusal_of(std::string_view authenticator) {
  std::string name;
  for (const char c : authenticator.substr(0, 128)) name += c > ' ' && c < 0x7F ? c : '?';
  return "the server asks for \"" + name +
         "\", which the credentials are not for; if it may have them, name it in .auth.accepted_mechanisms";
}
}  // namespace detail

void machine::authenticate(reader body) noexcept {
  authenticate_message asked;
  if (const errc e = deserialize(body, asked); e != errc::ok) return shut_down(e, describe(e));
  if (options_.credentials == nullptr)
    return shut_down(errc::authentication_required, describe(errc::authentication_required));
  session_ = options_.credentials->begin(asked.authenticator);
  if (session_ == nullptr)
    return shut_down(errc::authenticator_refused, detail::refusal_of(asked.authenticator));
  handshake_body_.clear();
  writer out(handshake_body_);
  out.write(std::int32_t{0});
  if (const errc e = session_->initial_response(out); e != errc::ok) return shut_down(e, describe(e));
  if (const errc e = out.error(); e != errc::ok) return shut_down(e, describe(e));
  out.patch(0, static_cast<std::uint32_t>(out.position() - 4));
  send_handshake(opcode::auth_response, state::authenticating);
}

void machine::challenged(const response& answer) noexcept {
  auth_challenge_message challenge;  // AUTH_SUCCESS has the same body
  reader body = answer.body;
  if (const errc e = deserialize(body, challenge); e != errc::ok) return shut_down(e, describe(e));
  if (answer.code == opcode::auth_success) {
    const errc e = session_->success(challenge.token.bytes());
    forget_credentials();
    return e == errc::ok ? authenticated() : shut_down(e, describe(e));
  }
  handshake_body_.clear();
  writer out(handshake_body_);
  out.write(std::int32_t{0});
  if (const errc e = session_->evaluate_challenge(challenge.token.bytes(), out); e != errc::ok)
    return shut_down(e, describe(e));
  if (const errc e = out.error(); e != errc::ok) return shut_down(e, describe(e));
  out.patch(0, static_cast<std::uint32_t>(out.position() - 4));
  send_handshake(opcode::auth_response, state::authenticating);
}

// Of what was written only the buffers are left, which others will read and write.
void machine::forget_credentials() noexcept {
  session_.reset();
  handshake_body_.wipe();
  if (out_.empty()) out_.wipe();
}

void machine::authenticated() noexcept {
  if (options_.keyspace.empty()) return become_ready();
  handshake_body_.clear();
  writer out(handshake_body_);
  out.write_raw(std::string_view("USE \""));
  for (const char c : options_.keyspace)
    out.write_raw(c == '"' ? std::string_view("\"\"") : std::string_view(&c, 1));
  out.write_raw(std::string_view("\""));
  state_ = state::keyspace_sent;
  handshake_.kind = request_kind::query;
  handshake_.timestamp = no_timestamp;
  handshake_.text = {reinterpret_cast<const char*>(handshake_body_.data()), handshake_body_.size()};
  handshake_.deadline_ns = handshake_deadline_ns_;
  submit(handshake_);
}

void machine::become_ready() noexcept {
  state_ = state::ready;
  handshake_body_.release();
  handler_.on_ready();
}

std::int64_t machine::next_deadline() const noexcept {
  if (state_ == state::broken || state_ == state::idle) return never;
  std::int64_t next = deadlines_.next();
  if (state_ != state::ready) return next;
  if (orphan_check_ns_ < next) next = orphan_check_ns_;
  if (!heartbeat_pending()) {
    const std::int64_t beat = deadline_after(last_received_ns_, options_.heartbeat_interval_ns);
    if (beat < next) next = beat;
  }
  return next;
}

void machine::on_time() noexcept {
  std::int64_t silent_since = never;
  while (request* r = state_ == state::broken ? nullptr : deadlines_.pop_expired(clock_.now_ns)) {
    const bool sent = r->stream >= 0;
    if (sent && last_received_ns_ <= r->submitted_ns) silent_since = std::min(silent_since, r->submitted_ns);
    if (sent)
      abandon(*r);
    else
      leave_queue(*r);
    const std::string_view text = r->due_ns < r->deadline_ns ? "no answer within the attempt's timeout"
                                                             : describe(errc::request_timeout);
    end(*r, {.code = errc::request_timeout, .text = text, .sent = sent});
  }
  if (state_ != state::ready) return;
  if (silent_since != never) suspect(silent_since);
  if (clock_.now_ns >= orphan_check_ns_) look_for_old_orphans();
  if (state_ == state::ready && !heartbeat_pending() &&
      clock_.now_ns - last_received_ns_ >= options_.heartbeat_interval_ns)
    heartbeat();
}

void machine::heartbeat(std::int64_t deadline_ns) noexcept {
  heartbeat_.code = opcode::options;
  heartbeat_.timeout_ns = options_.heartbeat_timeout_ns;
  heartbeat_.deadline_ns = deadline_ns;
  submit(heartbeat_);
}

// A request has timed out, and nothing has come since it was sent. What the peer may be silent for has begun
// then: it is asked at once, and has a little time to answer.
void machine::suspect(std::int64_t silent_since) noexcept {
  if (heartbeat_pending()) return;
  const std::int64_t patience = options_.heartbeat_timeout_ns;
  heartbeat(std::max(deadline_after(silent_since, patience), deadline_after(clock_.now_ns, patience / 5)));
}

void machine::heartbeat_failed(const failure& why) noexcept {
  if (why.answer != nullptr) return;  // an ERROR is a sign of life too
  if (why.code != errc::request_timeout) return shut_down(static_cast<errc>(why.code.value()), why.text);
  // It may have waited for a stream id, or had little time, while the peer answered others.
  const bool had_all =
      why.sent && heartbeat_.due_ns - heartbeat_.submitted_ns >= options_.heartbeat_timeout_ns;
  if (!had_all && clock_.now_ns - last_received_ns_ < options_.heartbeat_timeout_ns) return;
  shut_down(errc::heartbeat_timeout, describe(errc::heartbeat_timeout));
}

// Nobody waits for the answer any more, but the id is taken until it comes.
void machine::abandon(request& r) noexcept {
  streams_.orphan(r.stream, clock_.now_ns / 1'000'000);
  r.stream = -1;
  if (worn_out_) return;
  if (has_only_orphans())
    orphan_check_ns_ = clock_.now_ns;
  else if (orphan_check_ns_ == never && streams_.orphans() > orphan_limit())
    orphan_check_ns_ = deadline_after(clock_.now_ns + 1'000'000, options_.orphan_age_ns);
}

// Some may still be answered, unless no id is left that could be sent with: then there is nothing to wait
// for.
void machine::look_for_old_orphans() noexcept {
  orphan_check_ns_ = never;
  bool worn_out = has_only_orphans();
  if (!worn_out && streams_.orphans() > orphan_limit()) {
    worn_out =
        streams_.old_orphans(clock_.now_ns / 1'000'000, options_.orphan_age_ns / 1'000'000) > orphan_limit();
    if (!worn_out) orphan_check_ns_ = deadline_after(clock_.now_ns + 1'000'000, options_.orphan_age_ns);
  }
  if (!worn_out) return;
  worn_out_ = handler_.on_worn_out();
  if (!worn_out_) shut_down(errc::too_many_orphans, describe(errc::too_many_orphans));
}

// The last thing that happens to a request here: it may be gone afterwards.
void machine::end(request& r, const failure& why) noexcept {
  deadline_lists::remove(r);
  r.stream = -1;
  r.owner = nullptr;
  if (r.internal)
    r.on_failure(r, why);
  else
    handler_.on_request_failed(r, why);
}

// Those that are deferred already keep their own reasons: whoever cancelled a request does not want it to be
// sent elsewhere.
void machine::defer_all(errc why) noexcept {
  const auto defer_each = [&](request_queue& queue) {
    while (request* r = unpark(queue)) defer(*r, why);
  };
  defer_each(queue_);
  defer_each(unprepared_);
  prepared_.for_each([&](prepared_entry& entry) { defer_each(entry.waiters); });
  streams_.drain([&](request& r) {
    r.stream = -1;
    defer(r, why, true);
  });
}

void machine::shut_down(errc why, std::string_view text) noexcept {
  if (state_ == state::broken) return;
  run_deferred();  // they have reasons of their own
  if (state_ == state::broken) return;
  state_ = state::broken;
  if (session_ != nullptr) forget_credentials();
  const std::string reason(text.empty() ? describe(why) : text);  // `text` may lie in a buffer of ours
  defer_all(why);
  ending_.splice(deferred_);
  while (request* r = next_ending()) {
    const errc its = r->pending_error;
    end(*r, {.code = its,
             .text = its == why ? std::string_view(reason) : describe(its),
             .sent = r->pending_sent});
  }
  handler_.on_broken(why, reason);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_MACHINE_IPP
