// SPDX-License-Identifier: MIT
// Golden bytes of every RESULT kind, and the way straight to the rows.
#include "protocol/messages/result_message.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::type_id;
using coodie::protocol::result_kind;
using coodie::protocol::result_message;

namespace {

// RESULT whose rows are walked, so that a prefix that ends in a row fails too.
struct walked_result : result_message {};
errc deserialize(protocol::reader& body, walked_result& m) {
  if (errc e = protocol::deserialize(body, static_cast<result_message&>(m)); e != errc::ok) return e;
  if (m.kind != result_kind::rows) return errc::ok;
  const std::byte* first = body.position();
  const auto columns = static_cast<std::uint32_t>(m.rows.metadata.column_count);
  if (errc e = protocol::skip_rows(body, columns, m.rows.rows_count); e != errc::ok) return e;
  m.rows.rows = protocol::reader(first, body.position());
  return errc::ok;
}
void serialize(protocol::writer& out, const walked_result& m) {
  protocol::serialize(out, static_cast<const result_message&>(m));
}

const std::string two_rows =
    "00000002 00000001 00000002 0002 'ks' 0001 't' 0001 'a' 0009 0001 'b' 000D"
    "00000002 00000004 00000007 00000002 'hi' FFFFFFFF 00000000";

}  // namespace

TEST_CASE("kinds have the specification's numbers") {
  CHECK(static_cast<int>(result_kind::void_) == 1);
  CHECK(static_cast<int>(result_kind::rows) == 2);
  CHECK(static_cast<int>(result_kind::set_keyspace) == 3);
  CHECK(static_cast<int>(result_kind::prepared) == 4);
  CHECK(static_cast<int>(result_kind::schema_change) == 5);
}

TEST_CASE("unknown kinds have their own error") {
  for (const char* kind :
       {"00000000", "00000006", "00000100", "01000000", "7FFFFFFF", "80000000", "FFFFFFFF"})
    CHECK(decode_error<result_message>(std::string(kind) + std::string(64, '0')) ==
          errc::unknown_result_kind);
  result_message message;
  message.kind = static_cast<result_kind>(6);
  CHECK(serialize_error(message) == errc::unknown_result_kind);
}

TEST_CASE("void") {
  check_golden<result_message>("00000001",
                               [](const result_message& m) { CHECK(m.kind == result_kind::void_); });
}

TEST_CASE("set_keyspace") {
  check_golden<result_message>("00000003 0002 'ks'", [](const result_message& m) {
    CHECK(m.kind == result_kind::set_keyspace);
    CHECK(m.set_keyspace.keyspace == "ks");
  });
}

TEST_CASE("schema_change") {
  check_golden<result_message>("00000005 0007 'CREATED' 0005 'TABLE' 0002 'ks' 0001 't'",
                               [](const result_message& m) {
                                 CHECK(m.kind == result_kind::schema_change);
                                 CHECK(m.schema_change.target == "TABLE");
                                 CHECK(m.schema_change.name == "t");
                               });
  CHECK(decode_error<result_message>("00000005 0007 'CREATED' 0001 'X' 0000") == errc::invalid_value);
}

TEST_CASE("rows") {
  check_golden<walked_result>(two_rows, [](const walked_result& m) {
    CHECK(m.kind == result_kind::rows);
    CHECK(m.rows.rows_count == 2);
    CHECK(m.rows.metadata.columns.size() == 2);
    protocol::reader rows = m.rows.rows;
    protocol::bytes_view cell;
    REQUIRE(rows.read_bytes(cell) == errc::ok);
    CHECK(hex(cell.bytes()) == "00000007");
    REQUIRE(rows.read_bytes(cell) == errc::ok);
    CHECK(text_of(cell) == "hi");
    REQUIRE(rows.read_bytes(cell) == errc::ok);
    CHECK(cell.is_null());
    REQUIRE(rows.read_bytes(cell) == errc::ok);
    CHECK_FALSE(cell.is_null());
    CHECK(rows.empty());
  });
  check_golden<walked_result>("00000002 00000004 00000001 00000001 00000001 FF",
                              [](const walked_result& m) { CHECK(m.rows.rows_count == 1); });
}

TEST_CASE("no rows") {
  check_golden<walked_result>("00000002 00000001 00000001 0002 'ks' 0001 't' 0001 'a' 0009 00000000",
                              [](const walked_result& m) {
                                CHECK(m.rows.rows_count == 0);
                                CHECK(m.rows.rows.empty());
                              });
  check_golden<walked_result>("00000002 00000006 00000003 00000001 AA 00000000", [](const walked_result& m) {
    CHECK(m.rows.metadata.has_more_pages());
    CHECK(m.rows.metadata.column_count == 3);
  });
  check_golden<walked_result>("00000002 00000000 00000000 00000000",
                              [](const walked_result& m) { CHECK(m.rows.metadata.column_count == 0); });
}

TEST_CASE("more rows than the bytes can hold are refused before anybody counts on them") {
  const std::string head = "00000002 00000004 00000002";  // two columns, no metadata
  CHECK(decode_error<result_message>(head + "00000001 FFFFFFFF FFFFFFFF") == errc::ok);
  CHECK(decode_error<result_message>(head + "00000001 FFFFFFFF FFFFFF") == errc::length_exceeds_input);
  CHECK(decode_error<result_message>(head + "00000002 FFFFFFFF FFFFFFFF") == errc::length_exceeds_input);
  CHECK(decode_error<result_message>(head + "7FFFFFFF FFFFFFFF FFFFFFFF") == errc::length_exceeds_input);
  CHECK(decode_error<result_message>(head + "80000000 FFFFFFFF FFFFFFFF") == errc::negative_length);
  CHECK(decode_error<result_message>(head + "FFFFFFFF FFFFFFFF FFFFFFFF") == errc::negative_length);
  // The product of rows and columns does not wrap around.
  CHECK(decode_error<result_message>("00000002 00000004 40000000 00000004" + std::string(32, '0')) ==
        errc::length_exceeds_input);
  CHECK(decode_error<result_message>("00000002 00000004 7FFFFFFF 7FFFFFFF" + std::string(32, '0')) ==
        errc::length_exceeds_input);
  // Rows without columns take no bytes: nothing would bound them.
  CHECK(decode_error<result_message>("00000002 00000000 00000000 00000001") == errc::length_exceeds_input);
  CHECK(decode_error<result_message>("00000002 00000004 00000000 7FFFFFFF") == errc::length_exceeds_input);
  CHECK(decode_error<result_message>("00000002 00000000 00000000 00000001 00000000") ==
        errc::length_exceeds_input);
  protocol::reader nothing;
  CHECK(protocol::skip_rows(nothing, 0, 1) == errc::length_exceeds_input);
  CHECK(protocol::skip_rows(nothing, 0, 0) == errc::ok);
  CHECK(protocol::skip_rows(nothing, 1, 1) == errc::truncated);
}

TEST_CASE("open_rows goes straight to the first row") {
  for (const std::string& head :
       {std::string("00000001 00000002 0002 'ks' 0001 't' 0001 'a' 0009 0001 'b' 000D"),
        std::string("00000004 00000002"), std::string("00000006 00000002 00000002 ABCD"),
        std::string("00000002 00000002 00000002 ABCD 0000 0000 0001 'a' 0020 0009 0000 0000 0000 000D")}) {
    CAPTURE(head);
    const raw_bytes bytes = wire(head + "00000001 00000001 2A FFFFFFFF");
    const std::size_t row = 9;  // the last bytes
    const exact_buffer input(bytes);
    protocol::reader body = input.read();
    std::uint32_t flags = 0, columns = 0, rows = 0;
    protocol::bytes_view paging_state;
    REQUIRE(protocol::open_rows(body, flags, columns, paging_state, rows) == errc::ok);
    CHECK(body.remaining() == row);
    CHECK(columns == 2);
    CHECK(rows == 1);
    CHECK(hex(paging_state.bytes()) == ((flags & 2) != 0 ? "abcd" : ""));
    for (std::size_t n = 0; n < bytes.size() - 1; ++n) {
      CAPTURE(n);
      const exact_buffer part(prefix(bytes, n));
      body = part.read();
      const errc e = protocol::open_rows(body, flags, columns, paging_state, rows);
      if (n < bytes.size() - row) CHECK(e == errc::truncated);
      if (n >= bytes.size() - row && n < bytes.size() - 1) CHECK(e == errc::length_exceeds_input);
    }
  }
}

TEST_CASE("open_rows refuses what rows_result refuses") {
  for (const char* text : {"00000004 00000002 00000002 FFFFFFFF FFFFFFFF", "00000004 00000000 00000001",
                           "00000004 FFFFFFFF 00000000", "00000004 00000001 FFFFFFFF",
                           "00000000 00000001 0000 0000 0000 000A 00000000", "00000004 40000000 00000004"}) {
    CAPTURE(text);
    const exact_buffer input(wire(text));
    protocol::reader body = input.read();
    std::uint32_t flags = 0, columns = 0, rows = 0;
    protocol::bytes_view paging_state;
    protocol::rows_result result;
    const errc e = protocol::open_rows(body, flags, columns, paging_state, rows);
    CHECK(e != errc::ok);
    body = input.read();
    CHECK(deserialize(body, result) == e);
  }
}

TEST_CASE("rows in steps are the same bytes") {
  protocol::result_metadata metadata;
  metadata.flags = protocol::metadata_flag::global_tables_spec;
  metadata.keyspace = "ks";
  metadata.table = "t";
  metadata.columns.resize(2);
  metadata.columns[0].name = "a";
  metadata.columns[0].type = type_id::int_;
  metadata.columns[1].name = "b";
  metadata.columns[1].type = type_id::varchar;
  protocol::byte_buffer out;
  protocol::writer to(out);
  to.write(std::uint8_t{0});  // something in front
  const std::size_t position = protocol::begin_rows(to, metadata);
  to.write(std::int32_t{4});
  to.write(std::int32_t{7});
  to.write_bytes(value_of("hi"));
  to.write_null();
  to.write_bytes(value_of(""));
  protocol::end_rows(to, position, 2);
  CHECK(to.error() == errc::ok);
  CHECK(hex(out.bytes().subspan(1)) == hex(wire(two_rows)));
}

TEST_CASE("prepared") {
  check_golden<result_message>(
      "00000004 0002 ABCD"
      "00000001 00000002 00000001 0001 0002 'ks' 0001 't' 0001 'v' 000D 0002 'id' 000C"
      "00000001 00000001 0002 'ks' 0001 't' 0001 'v' 000D",
      [](const result_message& m) {
        CHECK(m.kind == result_kind::prepared);
        CHECK(hex(m.prepared.id) == "abcd");
        CHECK(m.prepared.markers.columns.size() == 2);
        CHECK(m.prepared.markers.columns[1].name == "id");
        CHECK(m.prepared.pk_indexes == std::vector<std::uint16_t>{1});
        REQUIRE(m.prepared.columns.columns.size() == 1);
        CHECK(m.prepared.columns.columns[0].type.id == type_id::varchar);
      });
  // Not a select: the metadata of the rows is empty.
  check_golden<result_message>(
      "00000004 0000 00000001 00000000 00000000 0002 'ks' 0001 't' 00000004 00000000",
      [](const result_message& m) {
        CHECK(m.prepared.id.empty());
        CHECK(m.prepared.columns.no_metadata);
        CHECK(m.prepared.columns.column_count == 0);
      });
}

TEST_CASE("kinds are read one by one too") {
  const exact_buffer input(wire("00000003 0001 'k'"));
  protocol::reader body = input.read();
  result_kind kind{};
  REQUIRE(protocol::read_result_kind(body, kind) == errc::ok);
  CHECK(kind == result_kind::set_keyspace);
  protocol::set_keyspace_result result;
  REQUIRE(deserialize(body, result) == errc::ok);
  CHECK(result.keyspace == "k");
}
