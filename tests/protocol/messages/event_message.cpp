// SPDX-License-Identifier: MIT
// Golden bytes of every EVENT, and of those that are unknown.
#include "protocol/messages/event_message.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::protocol::event_message;
using coodie::protocol::event_type;

TEST_CASE("TOPOLOGY_CHANGE") {
  for (const char* change : {"0008 'NEW_NODE'", "000C 'REMOVED_NODE'", "000A 'MOVED_NODE'"}) {
    check_golden<event_message>(std::string("000F 'TOPOLOGY_CHANGE'") + change + "04 0A000001 00002352",
                                [&](const event_message& m) {
                                  CHECK(m.type == event_type::topology_change);
                                  CHECK(hex(bytes_of(m.change)) == hex(wire(change)).substr(4));
                                  CHECK(hex(m.node.address()) == "0a000001");
                                  CHECK(m.node.port == 9042);
                                });
  }
}

TEST_CASE("STATUS_CHANGE") {
  check_golden<event_message>("000D 'STATUS_CHANGE' 0002 'UP' 10 00000000000000000000000000000001 00004A38",
                              [](const event_message& m) {
                                CHECK(m.type == event_type::status_change);
                                CHECK(m.change == "UP");
                                CHECK(hex(m.node.address()) == "00000000000000000000000000000001");
                                CHECK(m.node.port == 19000);
                              });
  check_golden<event_message>("000D 'STATUS_CHANGE' 0004 'DOWN' 04 7F000002 00002352",
                              [](const event_message& m) { CHECK(m.change == "DOWN"); });
}

TEST_CASE("SCHEMA_CHANGE") {
  check_golden<event_message>("000D 'SCHEMA_CHANGE' 0007 'CREATED' 0008 'KEYSPACE' 0002 'ks'",
                              [](const event_message& m) {
                                CHECK(m.type == event_type::schema_change);
                                CHECK(m.schema.change_type == "CREATED");
                                CHECK(m.schema.target == "KEYSPACE");
                                CHECK(m.schema.keyspace == "ks");
                              });
  check_golden<event_message>(
      "000D 'SCHEMA_CHANGE' 0007 'DROPPED' 0008 'FUNCTION' 0002 'ks' 0001 'f' 0001 0003 'int'",
      [](const event_message& m) { CHECK(m.schema.arguments == protocol::string_list{"int"}); });
}

TEST_CASE("an unknown event has its own error") {
  CHECK(decode_error<event_message>("0014 'CLIENT_ROUTES_CHANGE' 000C 'UPDATE_NODES' 0000 0000") ==
        errc::unknown_event);
  CHECK(decode_error<event_message>("0000") == errc::unknown_event);
  CHECK(decode_error<event_message>("000D 'status_change' 0002 'UP' 04 7F000002 00002352") ==
        errc::unknown_event);
  // A target that later versions may bring.
  CHECK(decode_error<event_message>("000D 'SCHEMA_CHANGE' 0007 'CREATED' 0004 'VIEW' 0002 'ks'") ==
        errc::unknown_event);
}

TEST_CASE("broken events") {
  CHECK(decode_error<event_message>("000D 'STATUS_CHANGE' 0002 'UP' 06 7F00000200002352 0000") ==
        errc::invalid_value_size);
  CHECK(decode_error<event_message>("FFFF 'STATUS_CHANGE'") == errc::truncated);
  event_message message;
  message.type = event_type::status_change;
  CHECK(serialize_error(message) == errc::invalid_value_size);  // no address
}

TEST_CASE("names of event types") {
  CHECK(event_type_name(event_type::topology_change) == "TOPOLOGY_CHANGE");
  CHECK(event_type_name(event_type::status_change) == "STATUS_CHANGE");
  CHECK(event_type_name(event_type::schema_change) == "SCHEMA_CHANGE");
  CHECK(event_type_name(static_cast<event_type>(9)) == "UNKNOWN");
}
