// SPDX-License-Identifier: MIT
#include "orm/prepared_check.hpp"

#include "orm/statements.hpp"
#include "tests/catch.hpp"
#include "tests/orm/models.hpp"

namespace {

using namespace orm_tests;
using coodie::cql_type;
using coodie::errc;
using coodie::type_id;
namespace protocol = coodie::protocol;

protocol::result_metadata metadata(std::initializer_list<std::pair<std::string_view, cql_type>> columns) {
  protocol::result_metadata all;
  for (const auto& [name, type] : columns) all.columns.push_back({"ks", "readings", name, type});
  all.column_count = static_cast<std::int32_t>(all.columns.size());
  return all;
}
cql_type list_of(type_id element) { return {type_id::list, {cql_type(element)}}; }
cql_type set_of(type_id element) { return {type_id::set, {cql_type(element)}}; }
cql_type map_of(type_id key, type_id value) { return {type_id::map, {cql_type(key), cql_type(value)}}; }

std::string why(std::initializer_list<std::pair<std::string_view, cql_type>> markers) {
  protocol::prepared_result prepared;
  prepared.markers = metadata(markers);
  std::string sentence;
  const errc e = coodie::detail::check_write<reading>(prepared, sentence);
  CHECK((e == errc::ok) == sentence.empty());
  if (e != errc::ok) CHECK(e == errc::schema_mismatch);
  return sentence;
}

}  // namespace

TEST_CASE("markers are compared with the columns of their names", "[orm]") {
  CHECK(why({{"sensor", type_id::varchar}, {"year", type_id::int_}, {"notes", list_of(type_id::varchar)}})
            .empty());
  CHECK(
      why({{"flags", set_of(type_id::int_)}, {"extra", map_of(type_id::varchar, type_id::bigint)}}).empty());
  CHECK(
      why({{"[ttl]", type_id::int_}, {"[timestamp]", type_id::bigint}, {"[limit]", type_id::int_}}).empty());
  CHECK(why({{"in(year)", list_of(type_id::int_)}, {"key(extra)", type_id::varchar}}).empty());
  CHECK(why({{"extra", set_of(type_id::varchar)}}).empty());  // the keys that `extra - ?` takes away
  CHECK(why({{"year", type_id::bigint}}) ==
        "column year of table ks.readings has the type bigint on the server, but the member year is int "
        "(int); change "
        "the one or the other");
  CHECK(why({{"in(year)", list_of(type_id::bigint)}}).find("column year") == 0);
  CHECK(why({{"flags", set_of(type_id::bigint)}}).find("set<bigint>") != std::string::npos);
  CHECK(why({{"notes", set_of(type_id::varchar)}}).find("list<text>") != std::string::npos);
}

TEST_CASE("the rows of a select have to be the columns that it names", "[orm]") {
  protocol::prepared_result prepared;
  std::string sentence;
  const auto check = [&] {
    sentence.clear();
    return coodie::detail::check_read<point, point>(prepared, sentence);
  };
  prepared.columns = metadata({{"x", type_id::int_}, {"y", type_id::int_}, {"label", type_id::varchar}});
  CHECK(check() == errc::ok);
  prepared.columns = metadata({{"x", type_id::int_}, {"label", type_id::varchar}, {"y", type_id::int_}});
  CHECK(check() == errc::schema_mismatch);
  CHECK(sentence == "the server returns column label where y was asked for");
  prepared.columns = metadata({{"x", type_id::int_}, {"y", type_id::int_}});
  CHECK(check() == errc::schema_mismatch);
  CHECK(sentence == "the server returns 2 columns, not the 3 that were asked for");
  prepared.columns = metadata({{"x", type_id::int_}, {"y", type_id::int_}, {"label", type_id::ascii}});
  CHECK(check() == errc::ok);
  prepared.columns = metadata({{"x", type_id::int_}, {"y", type_id::int_}, {"label", type_id::blob}});
  CHECK(check() == errc::schema_mismatch);
  prepared.columns = {};
  prepared.columns.no_metadata = true;
  CHECK(check() == errc::ok);
}

TEST_CASE("a statement carries its check", "[orm]") {
  using coodie::detail::statement_of;
  const auto& statement = statement_of<coodie::detail::insert_source<point, false, 0>>;
  protocol::prepared_result prepared;
  prepared.markers = metadata({{"x", type_id::varchar}});
  std::string sentence;
  REQUIRE(statement.check != nullptr);
  CHECK(statement.check(statement, prepared, sentence) == errc::schema_mismatch);
}
