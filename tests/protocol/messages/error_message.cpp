// SPDX-License-Identifier: MIT
// Golden bytes of ERROR for every code, known and unknown.
#include "protocol/messages/error_message.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::consistency;
using coodie::protocol::error_message;
namespace code = coodie::protocol::error_code_v4;

namespace {

// A connection on which ScyllaDB announced 0xF000 for its rate limit.
struct limited_error : error_message {};
errc deserialize(protocol::reader& body, limited_error& m) { return protocol::deserialize(body, m, 0xF000); }
void serialize(protocol::writer& out, const limited_error& m) { protocol::serialize(out, m, 0xF000); }

std::string code_hex(std::int32_t number) {
  std::byte raw[4];
  protocol::store_big(raw, number);
  return hex(raw);
}

}  // namespace

TEST_CASE("codes without fields keep number and text") {
  for (std::int32_t number : {code::server_error, code::protocol_error, code::bad_credentials,
                              code::overloaded, code::is_bootstrapping, code::truncate_error,
                              code::syntax_error, code::unauthorized, code::invalid, code::config_error,
                              // not in the specification
                              std::int32_t{0x0001}, std::int32_t{0x1600}, std::int32_t{0x1700},
                              std::int32_t{0x7FFFFFFF}, std::int32_t{-1}, std::int32_t{-0x7FFFFFFF - 1}}) {
    CAPTURE(number);
    check_golden<error_message>(code_hex(number) + "0007 'message'", [&](const error_message& m) {
      CHECK(m.code == number);
      CHECK(m.message == "message");
    });
  }
  check_golden<error_message>("00002200 0000", [](const error_message& m) { CHECK(m.message.empty()); });
}

TEST_CASE("the codes are the specification's") {
  CHECK(code::server_error == 0x0000);
  CHECK(code::protocol_error == 0x000A);
  CHECK(code::bad_credentials == 0x0100);
  CHECK(code::unavailable == 0x1000);
  CHECK(code::overloaded == 0x1001);
  CHECK(code::is_bootstrapping == 0x1002);
  CHECK(code::truncate_error == 0x1003);
  CHECK(code::write_timeout == 0x1100);
  CHECK(code::read_timeout == 0x1200);
  CHECK(code::read_failure == 0x1300);
  CHECK(code::function_failure == 0x1400);
  CHECK(code::write_failure == 0x1500);
  CHECK(code::syntax_error == 0x2000);
  CHECK(code::unauthorized == 0x2100);
  CHECK(code::invalid == 0x2200);
  CHECK(code::config_error == 0x2300);
  CHECK(code::already_exists == 0x2400);
  CHECK(code::unprepared == 0x2500);
}

TEST_CASE("unavailable") {
  check_golden<error_message>("00001000 0001 'm' 0004 00000002 00000001", [](const error_message& m) {
    CHECK(m.code == code::unavailable);
    CHECK(m.consistency == consistency::quorum);
    CHECK(m.required == 2);
    CHECK(m.alive == 1);
  });
}

TEST_CASE("write timeout") {
  check_golden<error_message>("00001100 0001 'm' 0006 00000001 00000002 0006 'SIMPLE'",
                              [](const error_message& m) {
                                CHECK(m.consistency == consistency::local_quorum);
                                CHECK(m.received == 1);
                                CHECK(m.block_for == 2);
                                CHECK(m.write_type == "SIMPLE");
                              });
}

TEST_CASE("read timeout") {
  check_golden<error_message>("00001200 0001 'm' 0005 00000002 00000003 01", [](const error_message& m) {
    CHECK(m.consistency == consistency::all);
    CHECK(m.received == 2);
    CHECK(m.block_for == 3);
    CHECK(m.data_present == 1);
  });
}

TEST_CASE("read failure") {
  check_golden<error_message>("00001300 0001 'm' 0001 00000000 00000001 00000004 FF",
                              [](const error_message& m) {
                                CHECK(m.consistency == consistency::one);
                                CHECK(m.received == 0);
                                CHECK(m.block_for == 1);
                                CHECK(m.num_failures == 4);
                                CHECK(m.data_present == 0xFF);
                              });
}

TEST_CASE("function failure") {
  check_golden<error_message>("00001400 0001 'm' 0002 'ks' 0002 'fn' 0002 0003 'int' 000A 'list<text>'",
                              [](const error_message& m) {
                                CHECK(m.keyspace == "ks");
                                CHECK(m.function == "fn");
                                CHECK(m.arg_types == protocol::string_list{"int", "list<text>"});
                              });
  error_message huge;
  CHECK(decode_error("00001400 0000 0000 0000 FFFF 0000", huge) == errc::length_exceeds_input);
  CHECK(huge.arg_types.capacity() == 0);
}

TEST_CASE("write failure") {
  check_golden<error_message>("00001500 0001 'm' 0000 00000005 00000006 00000007 0009 'BATCH_LOG'",
                              [](const error_message& m) {
                                CHECK(m.consistency == consistency::any);
                                CHECK(m.received == 5);
                                CHECK(m.block_for == 6);
                                CHECK(m.num_failures == 7);
                                CHECK(m.write_type == "BATCH_LOG");
                              });
}

TEST_CASE("already exists") {
  check_golden<error_message>("00002400 0001 'm' 0002 'ks' 0001 't'", [](const error_message& m) {
    CHECK(m.keyspace == "ks");
    CHECK(m.table == "t");
  });
  check_golden<error_message>("00002400 0001 'm' 0002 'ks' 0000", [](const error_message& m) {
    CHECK(m.keyspace == "ks");
    CHECK(m.table.empty());
  });
}

TEST_CASE("unprepared") {
  check_golden<error_message>("00002500 0001 'm' 0003 00FF01",
                              [](const error_message& m) { CHECK(hex(m.id) == "00ff01"); });
}

TEST_CASE("ScyllaDB's rate limit, when it was agreed on") {
  check_golden<limited_error>("0000F000 0001 'm' 01 00", [](const error_message& m) {
    CHECK(m.code == 0xF000);
    CHECK(m.op_type == 1);
    CHECK(m.rejected_by_coordinator == 0);
  });
  check_golden<limited_error>("0000F000 0001 'm' 00 01", [](const error_message& m) {
    CHECK(m.op_type == 0);
    CHECK(m.rejected_by_coordinator == 1);
  });
  // Other codes are as ever on such a connection.
  check_golden<limited_error>("00002200 0001 'm'",
                              [](const error_message& m) { CHECK(m.code == code::invalid); });
  // Without the agreement the number is unknown and the rest of the body is left alone.
  const exact_buffer input(wire("0000F000 0001 'm' 01 00"));
  protocol::reader body = input.read();
  error_message message;
  CHECK(deserialize(body, message) == errc::ok);
  CHECK(message.code == 0xF000);
  CHECK(body.remaining() == 2);
}

TEST_CASE("an unknown consistency or negative numbers in an error are passed on") {
  check_golden<error_message>("00001000 0000 0BAD FFFFFFFF 80000000", [](const error_message& m) {
    CHECK(static_cast<std::uint16_t>(m.consistency) == 0x0BAD);
    CHECK_FALSE(is_known(m.consistency));
    CHECK(m.required == -1);
    CHECK(m.alive == -0x7FFFFFFF - 1);
  });
}

TEST_CASE("fields of an earlier error do not stay") {
  error_message message;
  REQUIRE(decode_error("00001500 0001 'm' 0004 00000005 00000006 00000007 0009 'BATCH_LOG'", message) ==
          errc::ok);
  REQUIRE(decode_error("00002200 0001 'x'", message) == errc::ok);
  CHECK(message.received == 0);
  CHECK(message.block_for == 0);
  CHECK(message.num_failures == 0);
  CHECK(message.write_type.empty());
  CHECK(message.consistency == consistency::any);
}
