// SPDX-License-Identifier: MIT
// Lists, maps and [inet]: limits of their counts, order, double keys.
#include "protocol/messages/notations.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;

namespace {

// The notations have read_ and write_ functions of their own names; these give them the names of messages.
struct list_field {
  protocol::string_list list;
};
struct map_field {
  protocol::string_map map;
};
struct multimap_field {
  protocol::string_multimap map;
};
struct bytes_map_field {
  protocol::bytes_map map;
};
struct inet_field {
  protocol::node_address node;
};
errc deserialize(protocol::reader& in, list_field& f) { return protocol::read_string_list(in, f.list); }
errc deserialize(protocol::reader& in, map_field& f) { return protocol::read_string_map(in, f.map); }
errc deserialize(protocol::reader& in, multimap_field& f) {
  return protocol::read_string_multimap(in, f.map);
}
errc deserialize(protocol::reader& in, bytes_map_field& f) { return protocol::read_bytes_map(in, f.map); }
errc deserialize(protocol::reader& in, inet_field& f) { return protocol::read_inet(in, f.node); }
void serialize(protocol::writer& out, const list_field& f) { protocol::write_string_list(out, f.list); }
void serialize(protocol::writer& out, const map_field& f) { protocol::write_string_map(out, f.map); }
void serialize(protocol::writer& out, const multimap_field& f) {
  protocol::write_string_multimap(out, f.map);
}
void serialize(protocol::writer& out, const bytes_map_field& f) { protocol::write_bytes_map(out, f.map); }
void serialize(protocol::writer& out, const inet_field& f) { protocol::write_inet(out, f.node); }

}  // namespace

TEST_CASE("[string list]") {
  check_golden<list_field>("0000", [](const list_field& f) { CHECK(f.list.empty()); });
  check_golden<list_field>("0003 0001 'x' 0000 0003 'abc'", [](const list_field& f) {
    CHECK(f.list == protocol::string_list{"x", "", "abc"});
  });
}

TEST_CASE("[string map] keeps order and double keys") {
  check_golden<map_field>("0000", [](const map_field& f) { CHECK(f.map.empty()); });
  check_golden<map_field>("0003 0001 'b' 0001 '1' 0001 'a' 0000 0001 'b' 0001 '2'", [](const map_field& f) {
    CHECK(f.map == protocol::string_map{{"b", "1"}, {"a", ""}, {"b", "2"}});
  });
}

TEST_CASE("[string multimap]") {
  check_golden<multimap_field>("0000", [](const multimap_field& f) { CHECK(f.map.empty()); });
  check_golden<multimap_field>("0002 0001 'k' 0002 0001 'v' 0000 0000 0000", [](const multimap_field& f) {
    CHECK(f.map == protocol::string_multimap{{"k", {"v", ""}}, {"", {}}});
  });
}

TEST_CASE("[bytes map] tells null from empty") {
  check_golden<bytes_map_field>("0002 0001 'n' FFFFFFFF 0001 'e' 00000000", [](const bytes_map_field& f) {
    REQUIRE(f.map.size() == 2);
    CHECK(f.map[0].second.is_null());
    CHECK_FALSE(f.map[1].second.is_null());
  });
}

TEST_CASE("[inet]") {
  check_golden<inet_field>("04 7F000001 00002352", [](const inet_field& f) {
    CHECK(hex(f.node.address()) == "7f000001");
    CHECK(f.node.port == 9042);
  });
  check_golden<inet_field>("10 20010DB8000000000000000000000001 FFFFFFFF", [](const inet_field& f) {
    CHECK(hex(f.node.address()) == "20010db8000000000000000000000001");
    CHECK(f.node.port == -1);
  });
  for (const char* size : {"00", "01", "03", "05", "0F", "11", "80", "FF"}) {
    CAPTURE(size);
    inet_field field;
    CHECK(decode_error(std::string(size) + std::string(600, '0'), field) == errc::invalid_value_size);
    CHECK(field.node.address().empty());  // never a size that the array has not
  }
  inet_field odd;
  odd.node.size = 5;
  CHECK(serialize_error(odd) == errc::invalid_value_size);
}

TEST_CASE("counts that the input can't hold allocate nothing") {
  for (const char* count : {"0003", "0100", "7FFF", "8000", "FFFF"}) {
    CAPTURE(count);
    const std::string text = std::string(count) + "0000 0000";
    list_field list;
    CHECK(decode_error(text, list) == errc::length_exceeds_input);
    CHECK(list.list.capacity() == 0);
    map_field map;
    CHECK(decode_error(text, map) == errc::length_exceeds_input);
    CHECK(map.map.capacity() == 0);
    multimap_field multimap;
    CHECK(decode_error(text, multimap) == errc::length_exceeds_input);
    CHECK(multimap.map.capacity() == 0);
    bytes_map_field bytes;
    CHECK(decode_error(text, bytes) == errc::length_exceeds_input);
    CHECK(bytes.map.capacity() == 0);
  }
  // The inner list of a multimap.
  CHECK(decode_error<multimap_field>("0001 0000 0002 0000") == errc::length_exceeds_input);
}

TEST_CASE("65535 entries fit, one more does not") {
  list_field list;
  list.list.assign(65535, "");
  CHECK(serialized(list).size() == 2 * (2 + 2 * 65535));
  list.list.push_back("");
  CHECK(serialize_error(list) == errc::value_too_large);
  map_field map;
  map.map.assign(65536, {"", ""});
  CHECK(serialize_error(map) == errc::value_too_large);
  multimap_field multimap;
  multimap.map.assign(65536, {});
  CHECK(serialize_error(multimap) == errc::value_too_large);
  bytes_map_field bytes;
  bytes.map.assign(65536, {});
  CHECK(serialize_error(bytes) == errc::value_too_large);
}

TEST_CASE("65535 bytes fit a string, one more does not") {
  const std::string text(65536, 's');
  list_field list;
  list.list = {std::string_view(text).substr(1)};
  const std::string bytes = serialized(list);
  CHECK(bytes.substr(0, 8) == "0001ffff");
  const exact_buffer input(wire(bytes));
  protocol::reader in = input.read();
  list_field again;
  REQUIRE(deserialize(in, again) == errc::ok);
  CHECK(again.list == list.list);
  list.list = {text};
  CHECK(serialize_error(list) == errc::value_too_large);
}
