// SPDX-License-Identifier: MIT
// Golden bytes of BATCH, its flags and its broken forms.
#include "protocol/messages/batch_message.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::consistency;
using coodie::protocol::batch_message;
using coodie::protocol::batch_type;

TEST_CASE("BATCH without statements, in all types and flags") {
  for (unsigned type = 0; type < 3; ++type) {
    for (unsigned flags : {0x00U, 0x10U, 0x20U, 0x30U}) {
      CAPTURE(type, flags);
      std::string text = "0" + std::to_string(type) + "0000 0001";
      text += flags == 0x00 ? "00" : flags == 0x10 ? "10" : flags == 0x20 ? "20" : "30";
      if ((flags & 0x10) != 0) text += "0009";
      if ((flags & 0x20) != 0) text += "00000000000003E8";
      check_golden<batch_message>(text, [&](const batch_message& m) {
        CHECK(static_cast<unsigned>(m.type) == type);
        CHECK(m.statements.empty());
        CHECK(m.options.consistency == consistency::one);
        CHECK(m.options.flags == flags);
        if ((flags & 0x10) != 0) CHECK(m.options.serial_consistency == consistency::local_serial);
        if ((flags & 0x20) != 0) CHECK(m.options.timestamp == 1000);
      });
    }
  }
  CHECK(static_cast<int>(batch_type::logged) == 0);
  CHECK(static_cast<int>(batch_type::unlogged) == 1);
  CHECK(static_cast<int>(batch_type::counter) == 2);
}

TEST_CASE("BATCH of texts and prepared statements") {
  check_golden<batch_message>(
      "00 0003"
      "00 00000002 'q1' 0000"
      "01 0002 ABCD 0003 00000001 01 FFFFFFFF FFFFFFFE"
      "00 00000000 0001 00000000"
      "0004 00",
      [](const batch_message& m) {
        REQUIRE(m.statements.size() == 3);
        CHECK_FALSE(m.statements[0].prepared);
        CHECK(m.statements[0].query == "q1");
        CHECK(m.statements[0].values.empty());
        CHECK(m.statements[1].prepared);
        CHECK(hex(m.statements[1].id) == "abcd");
        REQUIRE(m.statements[1].values.size() == 3);
        CHECK(hex(m.statements[1].values[0].bytes()) == "01");
        CHECK(m.statements[1].values[1].is_null());
        CHECK_FALSE(m.statements[1].values[1].is_unset());
        CHECK(m.statements[1].values[2].is_unset());
        CHECK_FALSE(m.statements[2].prepared);
        CHECK(m.statements[2].query.empty());
        REQUIRE(m.statements[2].values.size() == 1);
        CHECK_FALSE(m.statements[2].values[0].is_null());
        CHECK(m.options.consistency == consistency::quorum);
      });
}

TEST_CASE("BATCH flags that mean nothing there") {
  // the four rightmost bits must be 0
  for (const char* flags : {"01", "02", "04", "08", "0F", "11", "38"})
    CHECK(decode_error<batch_message>(std::string("00 0000 0001") + flags + std::string(64, '0')) ==
          errc::invalid_value);
  // names and unknown flags are ignored, as by servers, and not passed on
  batch_message message;
  CHECK(decode_error("00 0000 0001 D0 0008", message) == errc::ok);
  CHECK(serialized(message) ==
        "00000000011000"
        "08");
  // of the options of a query only two have a place
  message.options.set_page_size(3);
  message.options.set_skip_metadata();
  message.options.set_paging_state(value_of("p"));
  CHECK(serialized(message) ==
        "00000000011000"
        "08");
}

TEST_CASE("broken batches") {
  CHECK(decode_error<batch_message>("03 0000 0001 00") == errc::invalid_value);
  CHECK(decode_error<batch_message>("FF 0000 0001 00") == errc::invalid_value);
  CHECK(decode_error<batch_message>("00 0001 02 0000 0000 0001 00") == errc::invalid_value);
  CHECK(decode_error<batch_message>("00 0000 000B 00") == errc::invalid_value);
  CHECK(decode_error<batch_message>("00 0000 0001 10 00FF") == errc::invalid_value);
  CHECK(decode_error<batch_message>("00 0001 00 FFFFFFFF 0000 0001 00") == errc::negative_length);
  CHECK(decode_error<batch_message>("00 0001 01 0000 0001 FFFFFFFD 0001 00") == errc::negative_length);
}

TEST_CASE("counts of a batch that the message can't hold allocate nothing") {
  batch_message message;
  CHECK(decode_error("00 FFFF 01 0000 0000 0001 00", message) == errc::length_exceeds_input);
  CHECK(message.statements.capacity() == 0);
  CHECK(decode_error("00 0001 01 0000 FFFF 0001 00", message) == errc::length_exceeds_input);
  CHECK(message.statements[0].values.capacity() == 0);
}

TEST_CASE("a batch in steps is the same bytes") {
  batch_message message;
  message.type = batch_type::unlogged;
  const raw_bytes id = wire("0102");
  protocol::batch_statement text, prepared;
  text.query = "text";
  text.values = {null_value};
  prepared.prepared = true;
  prepared.id = id;
  prepared.values = {value_of("v"), unset_value};
  message.statements = {text, prepared};
  message.options.set_timestamp(7);

  protocol::byte_buffer out;
  protocol::writer to(out);
  protocol::begin_batch(to, batch_type::unlogged, 2);
  protocol::begin_batch_statement(to, std::string_view("text"), 1);
  to.write_null();
  protocol::begin_batch_statement(to, std::span<const std::byte>(id), 2);
  to.write_bytes(value_of("v"));
  to.write_unset();
  protocol::end_batch(to, message.options);
  CHECK(to.error() == errc::ok);
  CHECK(hex(out.bytes()) == serialized(message));
}

TEST_CASE("65535 statements fit, one more does not") {
  batch_message message, again;
  message.statements.resize(65535);
  const exact_buffer input(wire(serialized(message)));
  protocol::reader body = input.read();
  REQUIRE(deserialize(body, again) == errc::ok);
  CHECK(again.statements.size() == 65535);
  message.statements.emplace_back();
  CHECK(serialize_error(message) == errc::value_too_large);
  message.statements.resize(1);
  message.statements[0].values.assign(65536, null_value);
  CHECK(serialize_error(message) == errc::value_too_large);
}
