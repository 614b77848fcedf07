// SPDX-License-Identifier: MIT
// Types from the wire and from CQL, and back.
#include "protocol/values/cql_type.hpp"

#include "tests/protocol/allocation_count.hpp"
#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::parse_cql_type;
using coodie::to_cql;

namespace {

struct scalar {
  type_id id;
  const char* name;
};
constexpr scalar scalars[] = {
    {type_id::ascii, "ascii"},         {type_id::bigint, "bigint"},     {type_id::blob, "blob"},
    {type_id::boolean, "boolean"},     {type_id::counter, "counter"},   {type_id::decimal, "decimal"},
    {type_id::double_, "double"},      {type_id::float_, "float"},      {type_id::int_, "int"},
    {type_id::timestamp, "timestamp"}, {type_id::uuid, "uuid"},         {type_id::varchar, "text"},
    {type_id::varint, "varint"},       {type_id::timeuuid, "timeuuid"}, {type_id::inet, "inet"},
    {type_id::date, "date"},           {type_id::time, "time"},         {type_id::smallint, "smallint"},
    {type_id::tinyint, "tinyint"},     {type_id::duration, "duration"}};

blob written(const cql_type& type) {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  protocol::write_type(out, type);
  REQUIRE(out.error() == errc::ok);
  return {buffer.bytes().begin(), buffer.bytes().end()};
}

errc read(std::span<const std::byte> bytes, cql_type& type, std::size_t* rest = nullptr) {
  const exact_buffer input(bytes);
  protocol::reader in = input.read();
  const errc e = protocol::read_type(in, type);
  if (rest != nullptr) *rest = in.remaining();
  return e;
}

void check_wire(const cql_type& type, std::string_view bytes_text) {
  const blob bytes = wire(bytes_text);
  CHECK(hex(written(type)) == hex(bytes));
  cql_type found;
  std::size_t rest = 1;
  REQUIRE(read(bytes, found, &rest) == errc::ok);
  CHECK(same_encoding(found, type));
  CHECK(rest == 0);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    CAPTURE(n);
    cql_type untouched = type_id::ascii;
    CHECK(read(prefix(bytes, n), untouched) != errc::ok);
    CHECK(untouched == cql_type(type_id::ascii));
  }
  blob longer = bytes;
  longer.push_back(std::byte{0});
  CHECK(read(longer, found, &rest) == errc::ok);
  CHECK(rest == 1);
}

cql_type address() {
  cql_type type(type_id::udt);
  type.keyspace = "ks";
  type.name = "Addr";
  type.field_names = {"a", "b"};
  type.parameters = {type_id::int_, cql_type(type_id::list, {type_id::varchar})};
  return type;
}

std::string of_text(std::string_view text) {
  std::string digits;
  coodie::detail::append_hex(digits, text);
  return digits;
}

}  // namespace

TEST_CASE("every native type has its id and its name") {
  for (const scalar& each : scalars) {
    CAPTURE(each.name);
    CHECK(to_cql(each.id) == each.name);
    CHECK(type_of(each.name) == cql_type(each.id));
    if (each.id == type_id::duration) continue;
    const auto id = static_cast<std::uint16_t>(each.id);
    const blob bytes{static_cast<std::byte>(id >> 8), static_cast<std::byte>(id & 0xff)};
    check_wire(each.id, hex(bytes));
  }
  CHECK(type_of("varchar") == cql_type(type_id::varchar));
}

TEST_CASE("every id that is none is refused") {
  std::size_t known = 0;
  for (unsigned id = 0; id <= 0xffff; ++id) {
    const blob bytes{static_cast<std::byte>(id >> 8), static_cast<std::byte>(id & 0xff)};
    protocol::reader in(bytes);
    cql_type type;
    const errc e = protocol::read_type(in, type);
    if (e == errc::unknown_type) {
      CHECK(in.remaining() == 2);
      continue;
    }
    ++known;
    CHECK((e == errc::ok || e == errc::truncated || e == errc::length_exceeds_input));
  }
  CHECK(known == std::size(scalars) + 6);  // custom, list, map, set, udt, tuple
}

TEST_CASE("compound types on the wire") {
  check_wire(cql_type(type_id::list, {type_id::int_}), "0020 0009");
  check_wire(cql_type(type_id::set, {type_id::varchar}), "0022 000d");
  check_wire(cql_type(type_id::map, {type_id::varchar, cql_type(type_id::list, {type_id::int_})}),
             "0021 000d 0020 0009");
  check_wire(cql_type(type_id::tuple, {type_id::int_, type_id::uuid}), "0031 0002 0009 000c");
  check_wire(cql_type(type_id::tuple, {}), "0031 0000");
  check_wire(address(), "0030 0002 6b73 0004 41646472 0002 0001 61 0009 0001 62 0020 000d");
}

TEST_CASE("custom types on the wire") {
  cql_type custom(type_id::custom);
  custom.name = "some.Class";
  check_wire(custom, "0000 000a" + of_text("some.Class"));
  check_wire(type_id::duration,
             "0000 002c" + of_text("org.apache.cassandra.db.marshal.DurationType").substr(0));
  cql_type vector(type_id::vector, {type_id::float_});
  vector.dimensions = 3;
  const std::string name =
      "org.apache.cassandra.db.marshal.VectorType(org.apache.cassandra.db.marshal.FloatType , 3)";
  check_wire(vector, "0000 0059" + of_text(name));
  check_wire(cql_type(type_id::list, {vector}), "0020 0000 0059" + of_text(name));
}

TEST_CASE("duration has an id of its own in later versions of the protocol, which is read") {
  cql_type type;
  CHECK(read(wire("0015"), type) == errc::ok);
  CHECK(type == cql_type(type_id::duration));
}

TEST_CASE("custom classes that are like a vector but none stay custom") {
  for (const char* name :
       {"org.apache.cassandra.db.marshal.VectorType", "VectorType(FloatType)", "VectorType(FloatType , 0)",
        "VectorType(FloatType , -3)", "VectorType(FloatType , 4294967296)", "VectorType(FloatType , 3",
        "VectorType(FloatType , 3) ", "VectorTypes(FloatType , 3)", "DurationTypes", ""}) {
    const std::string_view text = name;
    cql_type type;
    const blob length{std::byte{0}, static_cast<std::byte>(text.size())};
    REQUIRE(read(wire("0000" + hex(length) + of_text(text)), type) == errc::ok);
    CAPTURE(name);
    if (text.ends_with(' ')) {
      CHECK(type.id == type_id::vector);
      continue;
    }
    CHECK(type.id == type_id::custom);
    CHECK(type.name == text);
  }
}

TEST_CASE("a count of fields beyond the input is refused") {
  cql_type type;
  CHECK(read(wire("0031 ffff 0009 0009"), type) == errc::length_exceeds_input);
  CHECK(read(wire("0030 0000 0000 ffff 0000"), type) == errc::length_exceeds_input);
}

TEST_CASE("types are as deep as the limit and no deeper") {
  std::string bytes, text;
  for (std::size_t depth = 1; depth < coodie::max_type_depth; ++depth) {
    bytes += "0020";
    text += depth == 1 ? "list<" : "frozen<list<";
  }
  std::string closing(2 * coodie::max_type_depth - 3, '>');
  cql_type type;
  CHECK(read(wire(bytes + "0009"), type) == errc::ok);
  CHECK(type_depth(type) == coodie::max_type_depth);
  CHECK(to_cql(type) == text + "int" + closing);
  cql_type same;
  CHECK(hex(written(type)) == bytes + "0009");
  CHECK(read(wire("0020" + bytes + "0009"), same) == errc::nesting_too_deep);
  CHECK(read(wire("0031 0001" + bytes + "0009"), same) == errc::nesting_too_deep);
  std::string bare;
  for (std::size_t depth = 1; depth < coodie::max_type_depth; ++depth) bare += "list<";
  const std::string end(coodie::max_type_depth - 1, '>');
  CHECK(parse_cql_type(bare + "int" + end, same) == errc::ok);
  CHECK(same_encoding(same, type));
  CHECK(parse_cql_type("set<" + bare + "int" + end + ">", same) == errc::nesting_too_deep);
  CHECK(parse_cql_type("frozen<" + bare + "int" + end + ">", same) == errc::ok);
  CHECK(parse_cql_type("frozen<frozen<" + bare + "int" + end + ">>", same) == errc::nesting_too_deep);
  CHECK(parse_cql_type(to_cql(type), same) == errc::ok);
  CHECK(same_encoding(same, type));
  CHECK(parse_cql_type(std::string(100'000, '<'), same) == errc::invalid_value);
  std::string frozen;
  for (int i = 0; i < 100'000; ++i) frozen += "frozen<";
  CHECK(parse_cql_type(frozen, same) == errc::nesting_too_deep);
}

static void check_text(std::string_view text, std::string_view canonical) {
  CAPTURE(text);
  const cql_type type = type_of(text);
  CHECK(to_cql(type) == canonical);
  CHECK(type_of(canonical) == type);
}

// Of the counts inside one another each may announce all that remains.
static void check_memory(const blob& bytes, errc expected) {
  CAPTURE(bytes.size());
  cql_type type = type_id::counter;
  const exact_buffer input(bytes);
  protocol::reader in = input.read();
  const std::size_t before = allocation_count::allocated();
  const errc e = protocol::read_type(in, type);
  CHECK(allocation_count::allocated() - before <= 256 * bytes.size() + 4096);
  CHECK(e == expected);
}

TEST_CASE("the memory of a type is bounded by its bytes") {
  for (const std::size_t size : {500U, 5'000U, 50'000U}) {
    blob tuples, user_types;
    const auto announce = [](blob& to, std::size_t least, std::size_t most) {
      to.resize(to.size() + 2);
      const auto n = std::min<std::size_t>((most - to.size()) / least, 0xffff);
      protocol::store_big(to.data() + to.size() - 2, static_cast<std::uint16_t>(n));
    };
    for (int depth = 0; depth < 63; ++depth) {
      tuples.insert(tuples.end(), {std::byte{0x00}, std::byte{0x31}});
      announce(tuples, 2, size);
    }
    for (int depth = 0; depth < 31; ++depth) {
      const blob part = wire(depth == 0 ? "0030 0000 0000" : "0000 0030 0000 0000");
      user_types.insert(user_types.end(), part.begin(), part.end());
      announce(user_types, 4, size);
    }
    tuples.resize(size, std::byte{0});  // custom classes without a name
    user_types.resize(size, std::byte{0});
    check_memory(tuples, errc::truncated);
    check_memory(user_types, errc::truncated);
    blob flat = wire("0031");
    announce(flat, 2, size);
    while (flat.size() < size) flat.insert(flat.end(), {std::byte{0}, std::byte{9}});
    check_memory(flat, errc::ok);
  }
}

TEST_CASE("types of CQL in any case and spacing") {
  check_text("INT", "int");
  check_text(" \t\r\nInt ", "int");
  check_text("varchar", "text");
  check_text("list<int>", "list<int>");
  check_text("LIST < INT >", "list<int>");
  check_text("map<text,frozen<list<int>>>", "map<text, frozen<list<int>>>");
  check_text("map<text, list<int>>", "map<text, frozen<list<int>>>");
  check_text("frozen<set<int>>", "frozen<set<int>>");
  check_text("frozen<map<text, frozen<set<int>>>>", "frozen<map<text, frozen<set<int>>>>");
  check_text("frozen<tuple<int, text>>", "tuple<int, text>");
  check_text("tuple<int, list<text>>", "tuple<int, frozen<list<text>>>");
  check_text("vector<float, 3>", "vector<float, 3>");
  check_text("vector<list<int>,0010>", "vector<frozen<list<int>>, 10>");
  check_text("list<vector<float , 2147483647 >>", "list<vector<float, 2147483647>>");
  check_text("frozen<int>", "int");
  check_text("address", "address");
  check_text("Address", "address");
  check_text("frozen<address>", "frozen<address>");
  check_text("\"Address\"", "\"Address\"");
  check_text("list<\"a\"\"b>\">", "list<frozen<\"a\"\"b>\">>");
  check_text("\"int\"", "\"int\"");
  check_text("\"plain\"", "plain");
  check_text("'some.Class'", "'some.Class'");
  check_text("'it''s'", "'it''s'");
  check_text("list<'some.Class(x)'>", "list<'some.Class(x)'>");
  check_text("empty", "'org.apache.cassandra.db.marshal.EmptyType'");
  check_text("'org.apache.cassandra.db.marshal.DurationType'", "duration");
  check_text("'org.apache.cassandra.db.marshal.VectorType(org.apache.cassandra.db.marshal.Int32Type , 2)'",
             "vector<int, 2>");
}

TEST_CASE("the name of a user type with its keyspace") {
  const cql_type type = type_of("Ks . \"Addr\"");
  CHECK(type.id == type_id::udt);
  CHECK(type.keyspace == "ks");
  CHECK(type.name == "Addr");
  CHECK(type_of("\"K\".addr").keyspace == "K");
  CHECK(to_cql(type) == "\"Addr\"");
}

TEST_CASE("text that is no type") {
  for (const char* text : {"",
                           " ",
                           "<",
                           ">",
                           "list",
                           "list<",
                           "list<>",
                           "list<int",
                           "list<int>>",
                           "list<int,int>",
                           "map<int>",
                           "map<int,int,int>",
                           "tuple",
                           "tuple<>",
                           "tuple<int,>",
                           "frozen",
                           "frozen<>",
                           "frozen<int",
                           "vector<float>",
                           "vector<float,>",
                           "vector<float,0>",
                           "vector<float,-1>",
                           "vector<float,x>",
                           "vector<float,3",
                           "vector<3,float>",
                           "vector<float,4294967299>",
                           "vector<float, 2147483648>",
                           "int int",
                           "int>",
                           "\"",
                           "\"a",
                           "\"\"",
                           "'",
                           "'a",
                           "a.",
                           ".a",
                           "a.b.c",
                           "a.\"\"",
                           "in-t",
                           "int,",
                           "\"int\"<int>",
                           "'x'y",
                           "int<text>"}) {
    CAPTURE(text);
    cql_type type = type_id::counter;
    CHECK(parse_cql_type(text, type) == errc::invalid_value);
    CHECK(type == cql_type(type_id::counter));
  }
}

TEST_CASE("frozen counts where it makes a difference") {
  CHECK_FALSE(type_of("list<int>") == type_of("frozen<list<int>>"));
  CHECK_FALSE(type_of("address") == type_of("frozen<address>"));
  CHECK(type_of("tuple<int>") == type_of("frozen<tuple<int>>"));
  CHECK(type_of("list<frozen<set<int>>>") == type_of("list<set<int>>"));
  CHECK(type_of("frozen<int>") == type_of("int"));
  CHECK(same_encoding(type_of("list<int>"), type_of("frozen<list<int>>")));
  CHECK_FALSE(same_encoding(type_of("list<int>"), type_of("list<bigint>")));
  CHECK_FALSE(type_of("vector<int, 2>") == type_of("vector<int, 3>"));
  CHECK_FALSE(type_of("list<int>") == type_of("set<int>"));
  CHECK_FALSE(type_of("a") == type_of("b"));
  CHECK_FALSE(type_of("tuple<int>") == type_of("tuple<int, int>"));
  cql_type other = address();
  other.field_names[1] = "c";
  CHECK_FALSE(address() == other);
  other = address();
  other.keyspace = "k2";
  CHECK_FALSE(address() == other);
}

TEST_CASE("a type whose names do not fit their length field is not written") {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  cql_type custom(type_id::custom);
  custom.name = std::string(65536, 'x');
  protocol::write_type(out, custom);
  CHECK(out.error() == errc::value_too_large);
  protocol::writer tuple_out(buffer);
  protocol::write_type(tuple_out, cql_type(type_id::tuple, std::vector<cql_type>(65536, type_id::int_)));
  CHECK(tuple_out.error() == errc::value_too_large);
}
