// SPDX-License-Identifier: MIT
// From OPTIONS to ready, and every way to fail on it.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;
using state = machine::state;

// Answers that a server has for each step; each but the right ones ends the connection.
struct any_message {
  const char* name;
  opcode code;
  raw_bytes (*frame)(std::int32_t stream);
};

const any_message every_answer[] = {
    {"READY", opcode::ready,
     [](std::int32_t s) { return conversation::frame(s, protocol::ready_message{}); }},
    {"SUPPORTED", opcode::supported,
     [](std::int32_t s) { return conversation::frame(s, protocol::supported_message{}); }},
    {"AUTHENTICATE", opcode::authenticate,
     [](std::int32_t s) { return conversation::frame(s, protocol::authenticate_message{"x"}); }},
    {"AUTH_CHALLENGE", opcode::auth_challenge,
     [](std::int32_t s) { return conversation::frame(s, protocol::auth_challenge_message{}); }},
    {"AUTH_SUCCESS", opcode::auth_success,
     [](std::int32_t s) { return conversation::frame(s, protocol::auth_success_message{}); }},
    {"RESULT", opcode::result,
     [](std::int32_t s) { return conversation::frame(s, protocol::result_message{}); }},
    {"EVENT", opcode::event,
     [](std::int32_t s) {
       protocol::event_message event;
       event.node.size = 4;
       return conversation::frame(s, event);
     }},
};

// A SASL mechanism with two challenges.
class challenge_authenticator final : public coodie::authenticator {
 public:
  std::unique_ptr<coodie::authentication_session> begin(std::string_view mechanism) const noexcept override {
    if (mechanism != "org.example.Challenge") return nullptr;
    return std::make_unique<session>(*this);
  }
  errc first = errc::ok, second = errc::ok, last = errc::ok;
  errc written = errc::ok, answered = errc::ok;  // of what the mechanism writes and does not look after
  mutable lines seen;

 private:
  struct session final : coodie::authentication_session {
    explicit session(const challenge_authenticator& its_owner) : owner(its_owner) {}
    errc initial_response(protocol::writer& token) noexcept override {
      token.write_raw(std::string_view("hello"));
      token.fail(owner.written);
      return owner.first;
    }
    errc evaluate_challenge(std::span<const std::byte> challenge, protocol::writer& token) noexcept override {
      owner.seen.push_back("challenge " + std::string(text_of(challenge)));
      if (!challenge.empty()) token.write_raw(challenge);
      if (owner.second == errc::ok) token.fail(owner.answered);
      return owner.second;
    }
    errc success(std::span<const std::byte> token) noexcept override {
      owner.seen.push_back("success " + std::string(text_of(token)));
      return owner.last;
    }
    const challenge_authenticator& owner;
  };
};

// The machine at each step of the longest handshake; returns what waits for an answer.
client_frame go_to(conversation& c, state step) {
  client_frame asked;
  c.client.start();
  asked = c.take(opcode::options);
  if (step == state::options_sent) return asked;
  c.reply(asked, protocol::supported_message{});
  asked = c.take(opcode::startup);
  if (step == state::startup_sent) return asked;
  c.reply(asked, protocol::authenticate_message{"org.example.Challenge"});
  asked = c.take(opcode::auth_response);
  if (step == state::authenticating) return asked;
  c.reply(asked, protocol::auth_success_message{});
  asked = c.take(opcode::query);
  CHECK(c.client.current() == state::keyspace_sent);
  return asked;
}

constexpr state steps[] = {state::options_sent, state::startup_sent, state::authenticating,
                           state::keyspace_sent};

bool is_right(state step, opcode answer) {
  switch (step) {
    case state::options_sent: return answer == opcode::supported;
    case state::startup_sent: return answer == opcode::ready || answer == opcode::authenticate;
    case state::authenticating: return answer == opcode::auth_challenge || answer == opcode::auth_success;
    case state::keyspace_sent: return answer == opcode::result;
    default: return false;
  }
}

}  // namespace

TEST_CASE("handshake: OPTIONS, SUPPORTED, STARTUP, READY as bytes", "[machine]") {
  conversation c;
  c.piece = GENERATE(from_range(std::begin(pieces), std::end(pieces)));
  CHECK(c.client.current() == state::idle);
  CHECK(c.client.next_deadline() == protocol::never);
  CHECK(c.client.output().empty());
  c.client.start();
  CHECK(c.client.current() == state::options_sent);
  CHECK(hex(c.take().bytes) == "040000000500000000");
  c.feed("84 00 0000 06 00000002 0000");
  CHECK(c.client.current() == state::startup_sent);
  const client_frame startup = c.take();
  CHECK(hex(std::span(startup.bytes).first(5)) == "0400000001");
  CHECK(startup.body_hex() == hex(wire("0003"
                                       "000b 'CQL_VERSION' 0005 '3.0.0'"
                                       "000b 'DRIVER_NAME' 000e 'coodie for C++'"
                                       "000e 'DRIVER_VERSION' 0005 '" COODIE_VERSION "'")));
  CHECK(c.ready_calls == 0);
  c.feed("84 00 0000 02 00000000");
  CHECK(c.client.current() == state::ready);
  CHECK(c.log == lines{"ready"});
  CHECK(c.silent());
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("handshake: requests may be started in on_ready", "[machine]") {
  conversation c;
  probe& r = c.raw("r");
  c.when_ready = [&] { c.submit(r); };
  c.reply(c.up_to_startup(), protocol::ready_message{});
  c.reply(c.take(opcode::options), protocol::supported_message{});
  CHECK(c.log == lines{"ready", "r: SUPPORTED"});
}

TEST_CASE("handshake: shut down in on_ready", "[machine]") {
  conversation c;
  c.when_ready = [&] { c.client.shut_down(errc::closed); };
  c.reply(c.up_to_startup(), protocol::ready_message{});
  CHECK(c.log == lines{"ready", "broken: the driver is closed"});
}

TEST_CASE("handshake: PLAIN", "[machine]") {
  const coodie::plain_authenticator plain("cassandra", "s3cret");
  conversation c;
  c.options.credentials = &plain;
  c.piece = GENERATE(from_range(std::begin(pieces), std::end(pieces)));
  c.reply(c.up_to_startup(),
          protocol::authenticate_message{"org.apache.cassandra.auth.PasswordAuthenticator"});
  CHECK(c.client.current() == state::authenticating);
  const client_frame response = c.take();
  CHECK(hex(response.bytes) == hex(wire("04 00 0000 0f 00000015 00000011 00 'cassandra' 00 's3cret'")));

  SECTION("accepted") {
    c.reply(response, protocol::auth_success_message{});
    CHECK(c.log == lines{"ready"});
  }
  SECTION("refused") {
    c.reply_error(response, protocol::error_code_v4::bad_credentials,
                  "Provided username cassandra and/or password are incorrect");
    CHECK(c.broken_by == errc::authentication_failed);
    CHECK(c.broken_text == "Provided username cassandra and/or password are incorrect");
  }
  SECTION("challenged, which PLAIN has no answer to") {
    c.reply(response, protocol::auth_challenge_message{});
    CHECK(c.broken_by == errc::authentication_failed);
  }
  CHECK(c.ready_calls + c.broken_calls == 1);
  CHECK(c.broken_text.find("s3cret") == std::string::npos);
}

TEST_CASE("handshake: a server that asks for credentials when there are none", "[machine]") {
  conversation c;
  c.reply(c.up_to_startup(), protocol::authenticate_message{"PasswordAuthenticator"});
  CHECK(c.broken_by == errc::authentication_required);
  CHECK(c.broken_text == coodie::describe(errc::authentication_required));
}

TEST_CASE("handshake: a mechanism that the authenticator refuses is named", "[machine]") {
  const challenge_authenticator credentials;
  conversation c;
  c.options.credentials = &credentials;
  c.reply(c.up_to_startup(), protocol::authenticate_message{"org.example.Other"});
  CHECK(c.broken_by == errc::authenticator_refused);
  CHECK(c.broken_text.find("org.example.Other") != std::string::npos);
}

TEST_CASE("handshake: of a mechanism's name no more is told than a name has", "[machine]") {
  const challenge_authenticator credentials;
  conversation c;
  c.options.credentials = &credentials;
  const std::string endless = "evil\n\x1b[2J" + std::string(60'000, 'x');
  c.reply(c.up_to_startup(), protocol::authenticate_message{endless});
  CHECK(c.broken_by == errc::authenticator_refused);
  CHECK(c.broken_text.size() < 300);
  CHECK(c.broken_text.find('\n') == std::string::npos);
}

TEST_CASE("handshake: a mechanism with challenges", "[machine]") {
  challenge_authenticator credentials;
  conversation c;
  c.options.credentials = &credentials;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  client_frame asked = go_to(c, state::authenticating);
  CHECK(text_of(asked.as<protocol::auth_response_message>().token) == "hello");

  SECTION("two challenges, one of them null") {
    c.reply(asked, protocol::auth_challenge_message{value_of("what is six by nine")});
    asked = c.take();
    CHECK(text_of(asked.as<protocol::auth_response_message>().token) == "what is six by nine");
    c.reply(asked, protocol::auth_challenge_message{null_value});
    asked = c.take();
    const auto token = asked.as<protocol::auth_response_message>().token;
    CHECK(token.length == 0);
    c.reply(asked, protocol::auth_success_message{value_of("welcome")});
    CHECK(credentials.seen == lines{"challenge what is six by nine", "challenge ", "success welcome"});
    CHECK(c.log == lines{"ready"});
  }
  SECTION("the client does not trust the server") {
    credentials.last = errc::authentication_failed;
    c.reply(asked, protocol::auth_success_message{value_of("forged")});
    CHECK(c.broken_by == errc::authentication_failed);
    CHECK(c.ready_calls == 0);
  }
  SECTION("the client has no answer") {
    credentials.second = errc::authentication_failed;
    c.reply(asked, protocol::auth_challenge_message{value_of("?")});
    CHECK(c.broken_by == errc::authentication_failed);
    CHECK(c.silent());
  }
  SECTION("the answer could not be written") {
    credentials.answered = errc::out_of_memory;
    c.reply(asked, protocol::auth_challenge_message{value_of("?")});
    CHECK(c.broken_by == errc::out_of_memory);
    CHECK(c.silent());
  }
}

TEST_CASE("handshake: the first response can't be made", "[machine]") {
  challenge_authenticator credentials;
  errc& where = GENERATE(false, true) ? credentials.first : credentials.written;
  where = errc::value_too_large;
  conversation c;
  c.options.credentials = &credentials;
  c.reply(c.up_to_startup(), protocol::authenticate_message{"org.example.Challenge"});
  CHECK(c.broken_by == errc::value_too_large);
  CHECK(c.silent());
}

TEST_CASE("handshake: the keyspace is used before the connection is ready", "[machine]") {
  conversation c;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  c.options.keyspace = "My \"ks\"";
  c.reply(c.up_to_startup(), protocol::ready_message{});
  CHECK(c.client.current() == state::keyspace_sent);
  CHECK(c.ready_calls == 0);
  const client_frame use = c.take();
  // LOCAL_QUORUM, no flags: a timestamp has no place in USE.
  CHECK(hex(use.bytes) == hex(wire("04 00 0000 07 00000016 0000000f 'USE \"My \"\"ks\"\"\"' 0006 00")));

  SECTION("it exists") {
    protocol::result_message used;
    used.kind = protocol::result_kind::set_keyspace;
    used.set_keyspace.keyspace = "My \"ks\"";
    c.reply(use, used);
    CHECK(c.log == lines{"ready"});
  }
  SECTION("it does not exist: the program has to be changed") {
    c.reply_error(use, protocol::error_code_v4::invalid, "Keyspace 'My \"ks\"' does not exist");
    CHECK(c.broken_by == errc::configuration);
    CHECK(c.broken_text == "Keyspace 'My \"ks\"' does not exist");
  }
  SECTION("the role may not use it") {
    c.reply_error(use, protocol::error_code_v4::unauthorized, "no");
    CHECK(c.broken_by == errc::configuration);
  }
  SECTION("the node can't tell now: another attempt may help") {
    c.reply_error(use, protocol::error_code_v4::is_bootstrapping, "Cannot read from a bootstrapping node");
    CHECK(c.broken_by == errc::connection_failed);
    CHECK(c.broken_text == "Cannot read from a bootstrapping node");
  }
}

TEST_CASE("handshake: compression", "[machine]") {
  conversation c;
  c.options.compression = &run_lengths::algorithm;
  c.client.start();
  protocol::supported_message offer;
  SECTION("offered") {
    offer.options = {{"COMPRESSION", {"snappy", "lz4"}}};
    c.reply(c.take(), offer);
    const client_frame startup = c.take();
    CHECK(startup.header.flags == 0);
    const auto options = startup.as<protocol::startup_message>();
    REQUIRE(options.find("COMPRESSION") != nullptr);
    CHECK(*options.find("COMPRESSION") == "lz4");
    // The answer may be compressed already.
    c.feed(run_lengths::compressed(conversation::frame(0, protocol::ready_message{})));
    CHECK(c.log == lines{"ready"});
  }
  SECTION("not offered") {
    offer.options = {{"COMPRESSION", {"snappy"}}};
    c.reply(c.take(), offer);
    CHECK(c.broken_by == errc::compression_unsupported);
    CHECK(c.silent());
  }
  SECTION("nothing offered") {
    c.reply(c.take(), offer);
    CHECK(c.broken_by == errc::compression_unsupported);
  }
  SECTION("used by the server before it was agreed on") {
    c.feed(run_lengths::compressed(conversation::frame(0, offer)));
    CHECK(c.broken_by == errc::compression_not_agreed);
  }
}

TEST_CASE("handshake: compression that was not asked for is not agreed on", "[machine]") {
  conversation c;
  CHECK(c.up_to_startup().as<protocol::startup_message>().find("COMPRESSION") == nullptr);
  c.feed(run_lengths::compressed(conversation::frame(0, protocol::ready_message{})));
  CHECK(c.broken_by == errc::compression_not_agreed);
}

TEST_CASE("handshake: every message at every step", "[machine]") {
  const challenge_authenticator credentials;
  for (const state step : steps)
    for (const any_message& answer : every_answer) {
      conversation c;
      c.options.credentials = &credentials;
      c.options.keyspace = "ks";
      const client_frame asked = go_to(c, step);
      CAPTURE(static_cast<int>(step), answer.name);
      CHECK(c.client.current() == step);
      c.feed(answer.frame(asked.header.stream));
      if (is_right(step, answer.code)) {
        // An empty mechanism's name is none that the authenticator knows.
        CHECK((c.broken_calls == 0 || c.broken_by == errc::authenticator_refused));
      } else {
        CHECK(c.broken_by == errc::unexpected_message);
        CHECK(c.broken_calls == 1);
        CHECK(c.silent());
      }
    }
}

TEST_CASE("handshake: an ERROR at every step keeps the server's text", "[machine]") {
  const challenge_authenticator credentials;
  for (const state step : steps) {
    conversation c;
    c.options.credentials = &credentials;
    c.options.keyspace = "ks";
    const client_frame asked = go_to(c, step);
    c.reply_error(asked, protocol::error_code_v4::protocol_error, "I do not like you");
    CHECK(c.log == lines{"broken: I do not like you"});
    CHECK(c.broken_by == errc::connection_failed);
  }
}

TEST_CASE("handshake: closed, or too slow, or garbled at every step", "[machine]") {
  const challenge_authenticator credentials;
  const state step = GENERATE(from_range(std::begin(steps), std::end(steps)));
  conversation c;
  c.options.credentials = &credentials;
  c.options.keyspace = "ks";
  CAPTURE(static_cast<int>(step));
  const client_frame asked = go_to(c, step);
  CHECK(c.client.next_deadline() == c.clock.now_ns + c.options.connect_timeout_ns);
  SECTION("closed by the peer") {
    c.client.shut_down(errc::connection_closed);
    CHECK(c.log == lines{"broken: the peer closed the connection"});
    c.client.shut_down(errc::connection_failed);
    CHECK(c.broken_calls == 1);
  }
  SECTION("connect_timeout is of the whole handshake") {
    c.pass(c.options.connect_timeout_ns - 1);
    CHECK(c.broken_calls == 0);
    c.pass(1);
    CHECK(c.broken_by == errc::connect_timeout);
    CHECK(c.broken_calls == 1);
  }
  SECTION("a body that is cut short") {
    const opcode code = step == state::options_sent     ? opcode::supported
                        : step == state::startup_sent   ? opcode::authenticate
                        : step == state::authenticating ? opcode::auth_challenge
                                                        : opcode::error;
    raw_bytes cut = wire("84 00 0000 00 00000001 00");
    cut[3] = static_cast<std::byte>(asked.header.stream);
    cut[4] = static_cast<std::byte>(code);
    c.feed(cut);
    CHECK(c.broken_by == errc::truncated);
  }
  SECTION("an answer on another stream") {
    c.feed(conversation::frame(asked.header.stream + 1, protocol::ready_message{}));
    CHECK(c.broken_by == errc::unknown_stream);
  }
  CHECK(c.client.current() == state::broken);
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("handshake: connect_timeout goes on counting between the steps", "[machine]") {
  conversation c;
  c.client.start();
  client_frame asked = c.take();
  c.pass(3 * seconds);
  c.reply(asked, protocol::supported_message{});
  asked = c.take();
  c.pass(2 * seconds - 1);
  CHECK(c.broken_calls == 0);
  c.pass(1);
  CHECK(c.broken_by == errc::connect_timeout);
}

TEST_CASE("handshake: a peer that speaks something else", "[machine]") {
  struct row {
    const char* what;
    raw_bytes bytes;
    errc why;
  };
  const row rows[] = {
      {"v3 answers with its own version", wire("83 00 0000 00 0000000a 0000000a 0004 'v4 !'"),
       errc::unsupported_version},
      {"v5", wire("85 00 0000 06 00000002 0000"), errc::unsupported_version},
      {"v2's header is shorter", wire("82 00 00 00 00000000"), errc::unsupported_version},
      {"one byte tells", wire("83"), errc::unsupported_version},
      {"HTTP", wire("'HTTP/1.1 400 Bad Request'"), errc::unsupported_version},
      {"TLS alert", wire("15 03 01 00 02 02 46"), errc::tls_required},
      {"zeros", raw_bytes(64), errc::unsupported_version},
      {"our own bytes come back", wire("04 00 0000 05 00000000"), errc::invalid_direction},
      {"a request", wire("84 00 0000 07 00000000"), errc::invalid_direction},
      {"an opcode that does not exist", wire("84 00 0000 7f 00000000"), errc::unknown_opcode},
      {"a body of 4 GiB", wire("84 00 0000 06 ffffffff"), errc::frame_too_large},
  };
  for (const row& r : rows)
    for (const std::size_t piece : pieces) {
      CAPTURE(r.what, piece);
      conversation c;
      c.piece = piece;
      c.client.start();
      c.turn();
      // Also when more follows.
      for (std::size_t at = 0; at < r.bytes.size() && c.broken_calls == 0; at += 9)
        c.feed(std::span(r.bytes).subspan(at, std::min<std::size_t>(9, r.bytes.size() - at)));
      CHECK(c.broken_by == r.why);
      CHECK(c.broken_calls == 1);
    }
}

TEST_CASE("handshake: an answer before anything was asked", "[machine]") {
  conversation c;
  c.reply(c.up_to_startup(), protocol::ready_message{});
  c.feed(conversation::frame(0, protocol::ready_message{}));
  CHECK(c.broken_by == errc::unknown_stream);
}
