// SPDX-License-Identifier: MIT
#include "protocol/machine/authenticator.hpp"

#include "tests/protocol/messages/message_checks.hpp"

namespace {
using namespace message_checks;

std::string first_token(const coodie::authenticator& credentials) {
  const auto session = credentials.begin("org.apache.cassandra.auth.PasswordAuthenticator");
  REQUIRE(session != nullptr);
  protocol::byte_buffer token;
  protocol::writer to(token);
  CHECK(session->initial_response(to) == errc::ok);
  return hex(token.bytes());
}
}  // namespace

TEST_CASE("plain_authenticator: RFC 4616", "[machine]") {
  const coodie::plain_authenticator plain("tim", "tanstaaftanstaaf");
  CHECK(first_token(plain) == hex(wire("00 'tim' 00 'tanstaaftanstaaf'")));
  CHECK(first_token(plain) == first_token(plain));  // one conversation for each connection
  CHECK(first_token(coodie::plain_authenticator("", "")) == "0000");
  CHECK(first_token(coodie::plain_authenticator("\xc3\xa9", "\xe2\x82\xac")) == "00c3a900e282ac");
}

TEST_CASE("plain_authenticator: a NUL would be the end of the name", "[machine]") {
  using namespace std::string_literals;
  for (const auto& plain :
       {coodie::plain_authenticator("admin\0x"s, "p"), coodie::plain_authenticator("u", "p\0"s)}) {
    protocol::byte_buffer token;
    protocol::writer to(token);
    CHECK(plain.begin("")->initial_response(to) == errc::configuration);
    CHECK(token.empty());
  }
}

TEST_CASE("plain_authenticator: no answer to a challenge, and no opinion about success", "[machine]") {
  const coodie::plain_authenticator plain("u", "p");
  const auto session = plain.begin("");
  protocol::byte_buffer token;
  protocol::writer to(token);
  CHECK(session->evaluate_challenge(wire("01"), to) == errc::authentication_failed);
  CHECK(token.empty());
  CHECK(session->success({}) == errc::ok);
  CHECK(session->success(wire("01")) == errc::ok);
}

TEST_CASE("plain_authenticator: a conversation outlives the credentials", "[machine]") {
  auto plain = std::make_unique<coodie::plain_authenticator>("user", std::string(100, 'p'));
  const auto session = plain->begin("");
  plain.reset();
  protocol::byte_buffer token;
  protocol::writer to(token);
  CHECK(session->initial_response(to) == errc::ok);
  CHECK(token.size() == 106);
}
