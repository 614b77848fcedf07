// SPDX-License-Identifier: MIT
// Class names of org.apache.cassandra.db.marshal.
#include "protocol/values/marshal_type.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::parse_marshal_type;
using coodie::to_marshal;

static const std::string package = "org.apache.cassandra.db.marshal.";

/// The name with the package in front of each class.
static std::string full(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = text[i] >= 'A' && text[i] <= 'Z' &&
                        (i == 0 || text[i - 1] == '(' || text[i - 1] == ',' || text[i - 1] == ':');
    if (starts) name += package;
    name += text[i];
  }
  return name;
}

static void check_class(std::string_view text, std::string_view cql) {
  CAPTURE(text);
  cql_type type, bare;
  REQUIRE(parse_marshal_type(full(text), type) == errc::ok);
  CHECK(coodie::to_cql(type) == cql);
  CHECK(to_marshal(type) == full(text));
  REQUIRE(parse_marshal_type(text, bare) == errc::ok);
  CHECK(bare == type);
}

TEST_CASE("class names of every type") {
  check_class("AsciiType", "ascii");
  check_class("LongType", "bigint");
  check_class("BytesType", "blob");
  check_class("BooleanType", "boolean");
  check_class("CounterColumnType", "counter");
  check_class("DecimalType", "decimal");
  check_class("DoubleType", "double");
  check_class("FloatType", "float");
  check_class("Int32Type", "int");
  check_class("TimestampType", "timestamp");
  check_class("UUIDType", "uuid");
  check_class("UTF8Type", "text");
  check_class("IntegerType", "varint");
  check_class("TimeUUIDType", "timeuuid");
  check_class("InetAddressType", "inet");
  check_class("SimpleDateType", "date");
  check_class("TimeType", "time");
  check_class("ShortType", "smallint");
  check_class("ByteType", "tinyint");
  check_class("DurationType", "duration");
  check_class("ListType(Int32Type)", "list<int>");
  check_class("SetType(UTF8Type)", "set<text>");
  check_class("MapType(UTF8Type,FrozenType(ListType(Int32Type)))", "map<text, frozen<list<int>>>");
  check_class("FrozenType(SetType(UTF8Type))", "frozen<set<text>>");
  check_class("TupleType(Int32Type,UTF8Type)", "tuple<int, text>");
  check_class("VectorType(FloatType , 3)", "vector<float, 3>");
  check_class("VectorType(ListType(VectorType(Int32Type , 1)) , 1536)",
              "vector<frozen<list<vector<int, 1>>>, 1536>");
  check_class("UserType(ks,41646472,61:Int32Type,62:ListType(UTF8Type))", "\"Addr\"");
  check_class("UserType(ks,61)", "a");
}

TEST_CASE("what a user type's class name says") {
  cql_type type;
  REQUIRE(parse_marshal_type(
              "UserType( ks_1 , 41646472 , 61 : Int32Type , 6222 : FrozenType(UserType(k,63)) )", type) ==
          errc::ok);
  CHECK(type.keyspace == "ks_1");
  CHECK(type.name == "Addr");
  CHECK(type.field_names == std::vector<std::string>{"a", "b\""});
  REQUIRE(type.parameters.size() == 2);
  CHECK(type.parameters[0] == cql_type(type_id::int_));
  CHECK(type.parameters[1].name == "c");
  CHECK(type.parameters[1].frozen);
}

TEST_CASE("names with one type of CQL but another class") {
  cql_type type;
  CHECK(parse_marshal_type("ReversedType(Int32Type)", type) == errc::ok);
  CHECK(type == cql_type(type_id::int_));
  CHECK(parse_marshal_type(package + "DateType", type) == errc::ok);
  CHECK(type == cql_type(type_id::timestamp));
}

TEST_CASE("classes that are not known are kept with their arguments") {
  for (const char* text :
       {"some.Class", "CompositeType(Int32Type,UTF8Type)", "DynamicCompositeType(a=>BytesType)", "A(B(C()))",
        "LexicalUUIDType", "org.apache.cassandra.db.marshal.EmptyType"}) {
    cql_type type;
    CAPTURE(text);
    REQUIRE(parse_marshal_type(text, type) == errc::ok);
    CHECK(type.id == type_id::custom);
    CHECK(type.name == text);
    CHECK(to_marshal(type) == text);
    REQUIRE(parse_marshal_type("ListType(" + std::string(text) + ")", type) == errc::ok);
    CHECK(type.parameters.at(0).name == text);
  }
}

TEST_CASE("text that is no class name") {
  for (const char* text : {"",
                           " ",
                           "(",
                           "ListType",
                           "ListType(",
                           "ListType()",
                           "ListType(Int32Type",
                           "ListType(Int32Type,Int32Type)",
                           "MapType(Int32Type)",
                           "Int32Type)",
                           "Int32Type Int32Type",
                           "TupleType()",
                           "FrozenType",
                           "FrozenType(Int32Type",
                           "VectorType(FloatType)",
                           "VectorType(FloatType,)",
                           "VectorType(FloatType,0)",
                           "VectorType(FloatType,2147483648)",
                           "VectorType(FloatType,1x)",
                           "UserType(ks)",
                           "UserType(ks,6)",
                           "UserType(ks,zz)",
                           "UserType(ks,61,62)",
                           "UserType(ks,61,62:)",
                           "UserType(ks,61",
                           "A(B",
                           "A)",
                           "A(B))",
                           "A(B)C"}) {
    CAPTURE(text);
    cql_type type = type_id::counter;
    CHECK(parse_marshal_type(text, type) == errc::invalid_value);
    CHECK(type == cql_type(type_id::counter));
  }
}

TEST_CASE("class names are as deep as the limit and no deeper") {
  std::string text = "Int32Type";
  for (std::size_t depth = 1; depth < coodie::max_type_depth; ++depth) text = "ListType(" + text + ")";
  cql_type type;
  CHECK(parse_marshal_type(text, type) == errc::ok);
  CHECK(type_depth(type) == coodie::max_type_depth);
  CHECK(parse_marshal_type("SetType(" + text + ")", type) == errc::nesting_too_deep);
  CHECK(parse_marshal_type("FrozenType(" + text + ")", type) == errc::ok);
  CHECK(parse_marshal_type("FrozenType(FrozenType(" + text + "))", type) == errc::nesting_too_deep);
  CHECK(parse_marshal_type("ReversedType(FrozenType(" + text + "))", type) == errc::nesting_too_deep);
  std::string frozen;
  for (int i = 0; i < 100'000; ++i) frozen += "FrozenType(";
  CHECK(parse_marshal_type(frozen, type) == errc::nesting_too_deep);
  CHECK(parse_marshal_type(std::string(100'000, '('), type) == errc::invalid_value);
  CHECK(parse_marshal_type("A" + std::string(100'000, '('), type) == errc::invalid_value);
}
