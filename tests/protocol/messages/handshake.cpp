// SPDX-License-Identifier: MIT
// Golden bytes of the messages that make a connection ready.
#include "protocol/messages/handshake.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;

namespace {

// AUTH_CHALLENGE, AUTH_RESPONSE and AUTH_SUCCESS are one [bytes] each.
template <class Message>
void check_token() {
  check_golden<Message>("00000003 006161",
                        [](const Message& m) { CHECK(text_of(m.token) == std::string_view("\0aa", 3)); });
  check_golden<Message>("00000000", [](const Message& m) {
    CHECK_FALSE(m.token.is_null());
    CHECK(m.token.size() == 0);
  });
  check_golden<Message>("FFFFFFFF", [](const Message& m) { CHECK(m.token.is_null()); });
  // Any negative length is null; it is written back as -1.
  for (const char* negative : {"FFFFFFFE", "80000000"}) {
    Message message;
    CHECK(decode_error(negative, message) == errc::ok);
    CHECK(serialized(message) == "ffffffff");
  }
  CHECK(decode_error<Message>("7FFFFFFF 00") == errc::truncated);
}

}  // namespace

TEST_CASE("OPTIONS and READY have no body") {
  check_golden<protocol::options_message>("", [](const auto&) {});
  check_golden<protocol::ready_message>("", [](const auto&) {});
}

TEST_CASE("STARTUP") {
  check_golden<protocol::startup_message>(
      "0002 000B 'CQL_VERSION' 0005 '3.0.0' 000B 'COMPRESSION' 0003 'lz4'", [](const auto& m) {
        REQUIRE(m.options.size() == 2);
        REQUIRE(m.find("CQL_VERSION") != nullptr);
        CHECK(*m.find("CQL_VERSION") == "3.0.0");
        CHECK(*m.find("COMPRESSION") == "lz4");
        CHECK(m.find("cql_version") == nullptr);
        CHECK(m.find("") == nullptr);
      });
  check_golden<protocol::startup_message>("0000", [](const auto& m) { CHECK(m.options.empty()); });
  CHECK(decode_error<protocol::startup_message>("FFFF 0000 0000") == errc::length_exceeds_input);
}

TEST_CASE("SUPPORTED") {
  check_golden<protocol::supported_message>(
      "0003 000B 'CQL_VERSION' 0001 0005 '3.4.7'"
      "000B 'COMPRESSION' 0002 0006 'snappy' 0003 'lz4' 0005 'EMPTY' 0000",
      [](const auto& m) {
        REQUIRE(m.options.size() == 3);
        REQUIRE(m.find("COMPRESSION") != nullptr);
        CHECK(*m.find("COMPRESSION") == protocol::string_list{"snappy", "lz4"});
        CHECK(*m.find("CQL_VERSION") == protocol::string_list{"3.4.7"});
        CHECK(m.find("EMPTY")->empty());
        CHECK(m.find("PROTOCOL_VERSIONS") == nullptr);
      });
}

TEST_CASE("REGISTER") {
  check_golden<protocol::register_message>(
      "0002 000F 'TOPOLOGY_CHANGE' 000D 'SCHEMA_CHANGE'", [](const auto& m) {
        CHECK(m.event_types == protocol::string_list{"TOPOLOGY_CHANGE", "SCHEMA_CHANGE"});
      });
  check_golden<protocol::register_message>("0000", [](const auto& m) { CHECK(m.event_types.empty()); });
}

TEST_CASE("AUTHENTICATE") {
  check_golden<protocol::authenticate_message>(
      "002F 'org.apache.cassandra.auth.PasswordAuthenticator'",
      [](const auto& m) { CHECK(m.authenticator == "org.apache.cassandra.auth.PasswordAuthenticator"); });
  check_golden<protocol::authenticate_message>("0000", [](const auto& m) { CHECK(m.authenticator.empty()); });
}

TEST_CASE("the tokens of authentication") {
  check_token<protocol::auth_challenge_message>();
  check_token<protocol::auth_response_message>();
  check_token<protocol::auth_success_message>();
}

TEST_CASE("each message knows its opcode") {
  using coodie::protocol::opcode;
  CHECK(protocol::options_message::message_opcode == opcode::options);
  CHECK(protocol::ready_message::message_opcode == opcode::ready);
  CHECK(protocol::startup_message::message_opcode == opcode::startup);
  CHECK(protocol::supported_message::message_opcode == opcode::supported);
  CHECK(protocol::register_message::message_opcode == opcode::register_);
  CHECK(protocol::authenticate_message::message_opcode == opcode::authenticate);
  CHECK(protocol::auth_challenge_message::message_opcode == opcode::auth_challenge);
  CHECK(protocol::auth_response_message::message_opcode == opcode::auth_response);
  CHECK(protocol::auth_success_message::message_opcode == opcode::auth_success);
  CHECK(protocol::query_message::message_opcode == opcode::query);
  CHECK(protocol::prepare_message::message_opcode == opcode::prepare);
  CHECK(protocol::execute_message::message_opcode == opcode::execute);
  CHECK(protocol::batch_message::message_opcode == opcode::batch);
  CHECK(protocol::error_message::message_opcode == opcode::error);
  CHECK(protocol::result_message::message_opcode == opcode::result);
  CHECK(protocol::event_message::message_opcode == opcode::event);
}
