// SPDX-License-Identifier: MIT
// Metadata of rows and of markers: golden bytes in every combination of flags, and jumping over them.
#include "protocol/messages/result_metadata.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::type_id;
using coodie::protocol::result_metadata;
namespace flag = coodie::protocol::metadata_flag;

namespace {

struct markers {
  result_metadata metadata;
  std::vector<std::uint16_t> pk_indexes;
};
errc deserialize(protocol::reader& body, markers& m) {
  return protocol::deserialize_markers(body, m.metadata, m.pk_indexes);
}
void serialize(protocol::writer& out, const markers& m) {
  protocol::serialize_markers(out, m.metadata, m.pk_indexes);
}

std::string golden_metadata(unsigned flags) {
  std::string text = "0000000" + std::to_string(flags) + "00000002";
  if ((flags & flag::has_more_pages) != 0) text += "00000003 AABBCC";
  if ((flags & flag::no_metadata) != 0) return text;
  const bool global = (flags & flag::global_tables_spec) != 0;
  const std::string spec = "0002 'ks' 0001 't'";
  if (global) text += spec;
  text += (global ? "" : spec) + "0002 'id' 000C";
  text += (global ? "" : spec) + "0001 'm' 0021 000D 0022 0009";
  return text;
}

errc skip_error(std::string_view text) {
  const exact_buffer input(wire(text));
  protocol::reader body = input.read();
  return protocol::skip_metadata(body);
}

// The shortest metadata around one type.
std::string with_type(std::string_view type) {
  return "00000000 00000001 0000 0000 0000" + std::string(type);
}

}  // namespace

TEST_CASE("flags of metadata have the specification's bits") {
  CHECK(flag::global_tables_spec == 0x0001);
  CHECK(flag::has_more_pages == 0x0002);
  CHECK(flag::no_metadata == 0x0004);
}

TEST_CASE("metadata of rows in every combination of flags") {
  for (unsigned flags = 0; flags < 8; ++flags) {
    CAPTURE(flags);
    check_golden<result_metadata>(golden_metadata(flags), [&](const result_metadata& m) {
      CHECK(m.flags == flags);
      CHECK(m.column_count == 2);
      CHECK(m.has_more_pages() == ((flags & 2) != 0));
      CHECK(m.no_metadata == ((flags & 4) != 0));
      CHECK(hex(m.paging_state.bytes()) == ((flags & 2) != 0 ? "aabbcc" : ""));
      CHECK(m.paging_state.is_null() == ((flags & 2) == 0));
      REQUIRE(m.columns.size() == ((flags & 4) != 0 ? 0 : 2));
      CHECK(m.keyspace == ((flags & 5) == 1 ? "ks" : ""));
      CHECK(m.table == ((flags & 5) == 1 ? "t" : ""));
      if (m.columns.empty()) return;
      for (const auto& column : m.columns) {
        CHECK(column.keyspace == "ks");
        CHECK(column.table == "t");
      }
      CHECK(m.columns[0].name == "id");
      CHECK(m.columns[0].type.id == type_id::uuid);
      CHECK(m.columns[1].name == "m");
      CHECK(m.columns[1].type ==
            coodie::cql_type(type_id::map, {type_id::varchar, {type_id::set, {type_id::int_}}}));
    });
  }
}

TEST_CASE("jumping over metadata finds the same place and tells the same") {
  for (unsigned flags = 0; flags < 8; ++flags) {
    CAPTURE(flags);
    raw_bytes bytes = wire(golden_metadata(flags));
    const std::size_t size = bytes.size();
    bytes.push_back(std::byte{0xEE});
    const exact_buffer input(bytes);
    protocol::reader body = input.read();
    std::uint32_t seen = 99, columns = 99;
    protocol::bytes_view paging_state{nullptr, 5};
    REQUIRE(protocol::skip_metadata(body, seen, columns, paging_state) == errc::ok);
    CHECK(body.remaining() == 1);
    CHECK(seen == flags);
    CHECK(columns == 2);
    CHECK(paging_state.is_null() == ((flags & 2) == 0));
    CHECK(hex(paging_state.bytes()) == ((flags & 2) != 0 ? "aabbcc" : ""));
    for (std::size_t n = 0; n < size; ++n) {
      CAPTURE(n);
      const exact_buffer part(prefix(bytes, n));
      body = part.read();
      CHECK(protocol::skip_metadata(body) == errc::truncated);
    }
  }
}

TEST_CASE("columns of different tables") {
  check_golden<result_metadata>("00000000 00000002 0001 'a' 0001 'b' 0001 'c' 0009 0001 'd' 0000 0000 0002",
                                [](const result_metadata& m) {
                                  CHECK(m.columns[0].keyspace == "a");
                                  CHECK(m.columns[0].table == "b");
                                  CHECK(m.columns[0].name == "c");
                                  CHECK(m.columns[1].keyspace == "d");
                                  CHECK(m.columns[1].table.empty());
                                  CHECK(m.columns[1].name.empty());
                                  CHECK(m.columns[1].type.id == type_id::bigint);
                                });
}

TEST_CASE("no columns, with and without a global table") {
  check_golden<result_metadata>("00000000 00000000",
                                [](const result_metadata& m) { CHECK(m.columns.empty()); });
  check_golden<result_metadata>("00000001 00000000 0001 'k' 0000",
                                [](const result_metadata& m) { CHECK(m.keyspace == "k"); });
  check_golden<result_metadata>("00000004 00000000", [](const result_metadata& m) { CHECK(m.no_metadata); });
}

TEST_CASE("nothing of earlier metadata stays") {
  result_metadata m;
  REQUIRE(decode_error("00000003 00000001 00000001 AA 0002 'ks' 0001 't' 0001 'c' 0009", m) == errc::ok);
  REQUIRE(decode_error("00000004 00000003", m) == errc::ok);
  CHECK(m.keyspace.empty());
  CHECK(m.table.empty());
  CHECK(m.columns.empty());
  CHECK(m.paging_state.is_null());
  CHECK(m.no_metadata);
  REQUIRE(decode_error("00000000 00000000", m) == errc::ok);
  CHECK_FALSE(m.no_metadata);
}

TEST_CASE("flags that the specification does not define are kept") {
  check_golden<result_metadata>("80000008 00000001 0000 0000 0001 'x' 0009", [](const result_metadata& m) {
    CHECK(m.flags == 0x80000008);
    CHECK(m.columns.size() == 1);
  });
}

TEST_CASE("a paging state may be empty or null") {
  check_golden<result_metadata>("00000006 00000001 00000000", [](const result_metadata& m) {
    CHECK(m.has_more_pages());
    CHECK_FALSE(m.paging_state.is_null());
    CHECK(m.paging_state.size() == 0);
  });
  check_golden<result_metadata>("00000006 00000001 FFFFFFFF", [](const result_metadata& m) {
    CHECK(m.has_more_pages());
    CHECK(m.paging_state.is_null());
  });
}

TEST_CASE("flags that follow from the members") {
  result_metadata m;
  m.columns.resize(1);
  m.columns[0].name = "c";
  m.columns[0].type = type_id::int_;
  m.paging_state = value_of("p");
  CHECK(serialized(m) == hex(wire("00000002 00000001 00000001 'p' 0000 0000 0001 'c' 0009")));
  m.no_metadata = true;
  m.column_count = 7;
  CHECK(serialized(m) == hex(wire("00000006 00000007 00000001 'p'")));
}

TEST_CASE("counts of columns that can't be") {
  for (const char* count : {"FFFFFFFF", "80000000", "FFFFFFFE"}) {
    CHECK(decode_error<result_metadata>(std::string("00000000") + count) == errc::negative_length);
    CHECK(decode_error<result_metadata>(std::string("00000004") + count) == errc::negative_length);
    CHECK(skip_error(std::string("00000000") + count) == errc::negative_length);
    CHECK(decode_error<markers>(std::string("00000000") + count + "00000000") == errc::negative_length);
    CHECK(decode_error<markers>(std::string("00000000 00000000") + count) == errc::negative_length);
  }
  for (const char* count : {"00000002", "00010000", "7FFFFFFF"}) {
    result_metadata m;
    CHECK(decode_error(std::string("00000000") + count + "0000 0000 0000 0009", m) ==
          errc::length_exceeds_input);
    CHECK(m.columns.capacity() == 0);
    CHECK(skip_error(std::string("00000000") + count + "0000 0000 0000 0009") == errc::truncated);
    CHECK(decode_error(std::string("00000001") + count + "0000 0000 0000 0009", m) ==
          errc::length_exceeds_input);
    CHECK(m.columns.capacity() == 0);
    markers k;
    CHECK(decode_error(std::string("00000000 00000000") + count + "0000", k) == errc::length_exceeds_input);
    CHECK(k.pk_indexes.capacity() == 0);
  }
  // Without metadata nothing is sized by the count.
  result_metadata m;
  CHECK(decode_error("00000004 7FFFFFFF", m) == errc::ok);
  CHECK(m.column_count == 0x7FFFFFFF);
  CHECK(m.columns.capacity() == 0);
}

TEST_CASE("every type is read, and jumped over, to the same place") {
  for (const char* type :
       {"0001",
        "0002",
        "0003",
        "0004",
        "0005",
        "0006",
        "0007",
        "0008",
        "0009",
        "000B",
        "000C",
        "000D",
        "000E",
        "000F",
        "0010",
        "0011",
        "0012",
        "0013",
        "0014",
        "0000 0003 'x.Y'",
        "0020 0009",
        "0021 000D 0020 0009",
        "0022 0021 0001 0002",
        "0031 0000",
        "0031 0002 0009 0031 0001 000D",
        "0030 0002 'ks' 0001 'u' 0000",
        "0030 0002 'ks' 0001 'u' 0002 0001 'a' 0009 0001 'b' 0020 0030 0000 0000 0001 0000 000D",
        "0000 002C 'org.apache.cassandra.db.marshal.DurationType'"}) {
    CAPTURE(type);
    check_golden<result_metadata>(with_type(type),
                                  [](const result_metadata& m) { CHECK(m.columns.size() == 1); });
    const raw_bytes bytes = wire(with_type(type));
    for (std::size_t n = 0; n <= bytes.size(); ++n) {
      const exact_buffer part(prefix(bytes, n));
      protocol::reader body = part.read();
      CHECK(protocol::skip_metadata(body) == (n == bytes.size() ? errc::ok : errc::truncated));
    }
  }
}

TEST_CASE("all 65536 type ids are known to both readers or to none") {
  for (unsigned id = 0; id < 0x10000; ++id) {
    std::byte raw[2];
    protocol::store_big(raw, static_cast<std::uint16_t>(id));
    const std::string text = with_type(hex(raw) + "0000 0000 0000 0000 0000 0000");
    result_metadata m;
    const errc read = decode_error(text, m);
    const errc skipped = skip_error(text);
    if ((read == errc::unknown_type) != (skipped == errc::unknown_type)) {
      CAPTURE(id, coodie::describe(read), coodie::describe(skipped));
      CHECK(false);
    }
  }
  CHECK(skip_error(with_type("000A")) == errc::unknown_type);
  CHECK(skip_error(with_type("0016")) == errc::unknown_type);
  CHECK(skip_error(with_type("0023 0009")) == errc::unknown_type);
}

TEST_CASE("types may be nested 64 deep") {
  for (std::size_t depth : {std::size_t{63}, std::size_t{64}, std::size_t{65}, std::size_t{1000}}) {
    std::string type;
    for (std::size_t i = 1; i < depth; ++i) type += "0020";
    type += "0009";
    const errc expected = depth <= coodie::max_type_depth ? errc::ok : errc::nesting_too_deep;
    CHECK(decode_error<result_metadata>(with_type(type)) == expected);
    CHECK(skip_error(with_type(type)) == expected);
  }
}

TEST_CASE("metadata of markers, with and without partition key indexes") {
  check_golden<markers>(
      "00000001 00000003 00000002 0002 0000 0002 'ks' 0001 't' 0001 'b' 0009 0001 'v' 000D 0001 'a' 0002",
      [](const markers& m) {
        CHECK(m.metadata.column_count == 3);
        CHECK(m.pk_indexes == std::vector<std::uint16_t>{2, 0});
        REQUIRE(m.metadata.columns.size() == 3);
        CHECK(m.metadata.columns[2].name == "a");
        CHECK(m.metadata.columns[2].table == "t");
        CHECK(m.metadata.columns[2].type.id == type_id::bigint);
      });
  check_golden<markers>("00000000 00000001 00000000 0002 'ks' 0001 't' 0001 'b' 0009",
                        [](const markers& m) { CHECK(m.pk_indexes.empty()); });
  check_golden<markers>("00000000 00000000 00000000",
                        [](const markers& m) { CHECK(m.metadata.columns.empty()); });
  check_golden<markers>("00000001 00000000 00000000 0002 'ks' 0001 't'",
                        [](const markers& m) { CHECK(m.metadata.table == "t"); });
  // The flags of rows mean nothing here: markers are always described.
  check_golden<markers>("00000006 00000001 00000000 0000 0000 0000 0009", [](const markers& m) {
    CHECK(m.metadata.columns.size() == 1);
    CHECK_FALSE(m.metadata.no_metadata);
  });
  // ScyllaDB's mark of a conditional statement.
  check_golden<markers>("80000001 00000000 00000000 0000 0000",
                        [](const markers& m) { CHECK(m.metadata.flags == 0x80000001); });
}

TEST_CASE("an index of a marker that does not exist is refused") {
  CHECK(decode_error<markers>("00000001 00000001 00000001 0001 0000 0000 0000 0009") == errc::invalid_value);
  CHECK(decode_error<markers>("00000001 00000001 00000001 FFFF 0000 0000 0000 0009") == errc::invalid_value);
  CHECK(decode_error<markers>("00000001 00000000 00000001 0000 0000 0000") == errc::invalid_value);
}
