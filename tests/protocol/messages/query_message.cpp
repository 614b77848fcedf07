// SPDX-License-Identifier: MIT
// Golden bytes of QUERY, PREPARE and EXECUTE.
#include "protocol/messages/query_message.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::consistency;

TEST_CASE("QUERY") {
  check_golden<protocol::query_message>("00000008 'SELECT 1' 0001 00", [](const auto& m) {
    CHECK(m.query == "SELECT 1");
    CHECK(m.parameters.consistency == consistency::one);
    CHECK(m.parameters.values.empty());
  });
  check_golden<protocol::query_message>("00000000 000A 25 0001 00000000 00000064 0000000000000001",
                                        [](const auto& m) {
                                          CHECK(m.query.empty());
                                          CHECK(m.parameters.consistency == consistency::local_one);
                                          REQUIRE(m.parameters.values.size() == 1);
                                          CHECK_FALSE(m.parameters.values[0].is_null());
                                          CHECK(m.parameters.page_size == 100);
                                          CHECK(m.parameters.timestamp == 1);
                                        });
  // A text with a NUL and with bytes that are not UTF-8 passes as it is.
  check_golden<protocol::query_message>("00000004 00FF'a'00 0000 00", [](const auto& m) {
    CHECK(m.query == std::string_view("\0\xFF\x61\0", 4));
  });
  CHECK(decode_error<protocol::query_message>("FFFFFFFF 0001 00") == errc::negative_length);
  CHECK(decode_error<protocol::query_message>("80000000 0001 00") == errc::negative_length);
  CHECK(decode_error<protocol::query_message>("7FFFFFFF 0001 00") == errc::truncated);
}

TEST_CASE("PREPARE") {
  check_golden<protocol::prepare_message>("00000003 'USE'", [](const auto& m) { CHECK(m.query == "USE"); });
  check_golden<protocol::prepare_message>("00000000", [](const auto& m) { CHECK(m.query.empty()); });
  CHECK(decode_error<protocol::prepare_message>("FFFFFFFE") == errc::negative_length);
}

TEST_CASE("EXECUTE") {
  check_golden<protocol::execute_message>(
      "0010 000102030405060708090A0B0C0D0E0F 0006 13 0002 00000001 07 FFFFFFFE 0008", [](const auto& m) {
        CHECK(hex(m.id) == "000102030405060708090a0b0c0d0e0f");
        CHECK(m.parameters.consistency == consistency::local_quorum);
        REQUIRE(m.parameters.values.size() == 2);
        CHECK(hex(m.parameters.values[0].bytes()) == "07");
        CHECK(m.parameters.values[1].is_unset());
        CHECK(m.parameters.has(protocol::query_flag::skip_metadata));
        CHECK(m.parameters.serial_consistency == consistency::serial);
      });
  check_golden<protocol::execute_message>("0000 0000 00", [](const auto& m) { CHECK(m.id.empty()); });
}

TEST_CASE("texts longer than 65535 bytes") {
  const std::string text(70000, 'q');
  protocol::query_message query, again;
  query.query = text;
  const exact_buffer input(wire(serialized(query)));
  protocol::reader body = input.read();
  REQUIRE(deserialize(body, again) == errc::ok);
  CHECK(again.query == text);
}

TEST_CASE("an id longer than 65535 bytes is refused") {
  const std::string text(65536, 'i');
  protocol::execute_message message;
  message.id = bytes_of(text);
  CHECK(serialize_error(message) == errc::value_too_large);
  message.id = bytes_of(text).subspan(1);
  CHECK(serialize_error(message) == errc::ok);
}
