// SPDX-License-Identifier: MIT
// Golden bytes of schema changes for every target.
#include "protocol/messages/schema_change.hpp"

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::protocol::schema_change;

TEST_CASE("schema change of a keyspace") {
  check_golden<schema_change>("0007 'CREATED' 0008 'KEYSPACE' 0002 'ks'", [](const schema_change& c) {
    CHECK(c.change_type == "CREATED");
    CHECK(c.target == "KEYSPACE");
    CHECK(c.keyspace == "ks");
    CHECK(c.name.empty());
    CHECK(c.arguments.empty());
  });
}

TEST_CASE("schema change of a table and of a type") {
  check_golden<schema_change>("0007 'UPDATED' 0005 'TABLE' 0002 'ks' 0001 't'", [](const schema_change& c) {
    CHECK(c.change_type == "UPDATED");
    CHECK(c.target == "TABLE");
    CHECK(c.keyspace == "ks");
    CHECK(c.name == "t");
  });
  check_golden<schema_change>("0007 'DROPPED' 0004 'TYPE' 0002 'ks' 0002 'ty'", [](const schema_change& c) {
    CHECK(c.target == "TYPE");
    CHECK(c.name == "ty");
  });
}

TEST_CASE("schema change of a function and of an aggregate") {
  check_golden<schema_change>("0007 'CREATED' 0008 'FUNCTION' 0002 'ks' 0001 'f' 0002 0003 'int' 0004 'text'",
                              [](const schema_change& c) {
                                CHECK(c.target == "FUNCTION");
                                CHECK(c.name == "f");
                                CHECK(c.arguments == protocol::string_list{"int", "text"});
                              });
  check_golden<schema_change>("0007 'DROPPED' 0009 'AGGREGATE' 0002 'ks' 0001 'a' 0000",
                              [](const schema_change& c) {
                                CHECK(c.target == "AGGREGATE");
                                CHECK(c.arguments.empty());
                              });
}

TEST_CASE("an unknown change is passed on, an unknown target is not understood") {
  check_golden<schema_change>("0005 'MOVED' 0008 'KEYSPACE' 0000",
                              [](const schema_change& c) { CHECK(c.change_type == "MOVED"); });
  CHECK(decode_error<schema_change>("0007 'CREATED' 0004 'VIEW' 0002 'ks' 0001 'v'") == errc::invalid_value);
  CHECK(decode_error<schema_change>("0007 'CREATED' 0008 'keyspace' 0002 'ks'") == errc::invalid_value);
  schema_change change;
  change.target = "VIEW";
  CHECK(serialize_error(change) == errc::invalid_value);
}

TEST_CASE("nothing of an earlier schema change stays") {
  schema_change change;
  REQUIRE(decode_error("0007 'CREATED' 0008 'FUNCTION' 0002 'ks' 0001 'f' 0001 0003 'int'", change) ==
          errc::ok);
  REQUIRE(decode_error("0007 'CREATED' 0008 'KEYSPACE' 0002 'k2'", change) == errc::ok);
  CHECK(change.name.empty());
  CHECK(change.arguments.empty());
}
