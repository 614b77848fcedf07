// SPDX-License-Identifier: MIT
// Tuples and user-defined types.
#include "protocol/values/tuple_codecs.hpp"

#include "tests/protocol/values/value_checks.hpp"

namespace {

struct street_address {
  std::string street;
  std::int32_t number = 7;
  std::optional<std::string> extra;

  friend bool operator==(const street_address&, const street_address&) = default;
};

struct loose_address {
  std::optional<std::string> street;
  std::vector<std::int32_t> numbers;

  friend bool operator==(const loose_address&, const loose_address&) = default;
};

struct house {
  street_address at;
  std::map<std::string, street_address> neighbours;

  friend bool operator==(const house&, const house&) = default;
};

struct ascii_only {
  coodie::ascii text;
};

}  // namespace

template <>
struct coodie::udt_fields<street_address> {
  static constexpr auto type_name = fixed_string("street_address");
  static constexpr auto members = std::make_tuple(udt_field<"street", &street_address::street>{},
                                                  udt_field<"number", &street_address::number>{},
                                                  udt_field<"extra", &street_address::extra>{});
};
template <>
struct coodie::udt_fields<loose_address> {
  static constexpr auto type_name = fixed_string("Loose");
  static constexpr auto members = std::make_tuple(udt_field<"street", &loose_address::street>{},
                                                  udt_field<"numbers", &loose_address::numbers>{});
};
template <>
struct coodie::udt_fields<house> {
  static constexpr auto type_name = fixed_string("house");
  static constexpr auto members =
      std::make_tuple(udt_field<"at", &house::at>{}, udt_field<"neighbours", &house::neighbours>{});
};
template <>
struct coodie::udt_fields<ascii_only> {
  static constexpr auto type_name = fixed_string("select");
  static constexpr auto members = std::make_tuple(udt_field<"text", &ascii_only::text>{});
};

using namespace value_checks;
using coodie::value_codec;
using one_of_each = std::tuple<std::int32_t, std::string, std::optional<bool>>;

TEST_CASE("tuples") {
  using namespace std::string_literals;
  check_golden(std::tuple<std::int32_t>(1), "00000004 00000001");
  check_golden(std::pair<std::int8_t, std::string>(2, "a"), "00000001 02 00000001 61");
  check_golden(std::tuple<std::int8_t, std::pair<std::int8_t, std::int8_t>>(1, {2, 3}),
               "00000001 01 0000000a 00000001 02 00000001 03");
  const one_of_each value(1, "x", std::nullopt);
  CHECK(hex(encoded(value)) == hex(with_length(wire("00000004 00000001 00000001 78 ffffffff"))));
}

TEST_CASE("components that a tuple lacks at its end are null") {
  one_of_each found(5, "old", true);
  CHECK(decoded_body(wire("00000004 00000001 00000001 78"), found) == errc::ok);
  CHECK(found == one_of_each(1, "x", std::nullopt));
  CHECK(decoded_body(wire("00000004 00000001"), found) == errc::unexpected_null);
  CHECK(decoded_body(wire(""), found) == errc::unexpected_null);
  CHECK(decoded_body(wire("00000004 00000001 00000001 78 00000001 01 00000000"), found) ==
        errc::trailing_bytes);
  CHECK(decoded_body(wire("00000004 00000001 0000"), found) == errc::truncated);
}

TEST_CASE("names of tuples: frozen by themselves, what is inside is not") {
  CHECK(value_codec<one_of_each>::cql_name == "tuple<int, text, boolean>");
  CHECK(value_codec<std::vector<std::pair<std::int32_t, std::vector<bool>>>>::cql_name ==
        "list<tuple<int, frozen<list<boolean>>>>");
  CHECK(value_codec<std::tuple<street_address, loose_address>>::cql_name ==
        "tuple<frozen<street_address>, frozen<\"Loose\">>");
  CHECK(value_codec<ascii_only>::cql_name == "\"select\"");
}

TEST_CASE("tuples accept a type of as many components") {
  CHECK(value_codec<one_of_each>::accepts(type_of("frozen<tuple<int, text, boolean>>")));
  CHECK_FALSE(value_codec<one_of_each>::accepts(type_of("tuple<int, text>")));
  CHECK_FALSE(value_codec<one_of_each>::accepts(type_of("tuple<int, text, boolean, int>")));
  CHECK_FALSE(value_codec<one_of_each>::accepts(type_of("tuple<int, text, int>")));
  CHECK_FALSE(value_codec<one_of_each>::accepts(type_of("list<int>")));
}

static cql_type address_type(std::size_t fields) {
  cql_type type(type_id::udt);
  type.keyspace = "ks";
  type.name = "street_address";
  const std::pair<const char*, type_id> all[] = {{"street", type_id::varchar},
                                                 {"number", type_id::int_},
                                                 {"extra", type_id::varchar},
                                                 {"later", type_id::blob}};
  for (std::size_t i = 0; i < fields; ++i) {
    type.field_names.push_back(all[i].first);
    type.parameters.emplace_back(all[i].second);
  }
  return type;
}

static const std::string_view full_address = "00000003 616263 00000004 00000009 ffffffff";

TEST_CASE("user-defined types") {
  const street_address value{"abc", 9, std::nullopt};
  CHECK(hex(encoded(value)) == hex(with_length(wire(full_address))));
  street_address found;
  CHECK(decoded_body(wire(full_address), found) == errc::ok);
  CHECK(found == value);
  check_any(address_type(3), wire(full_address));
  const house home{value, {{"left", {"x", 1, "y"}}}};
  house same;
  CHECK(decoded(encoded(home), same) == errc::ok);
  CHECK(same == home);
}

TEST_CASE("every cut of a user-defined type is an error, but between fields") {
  const blob body = wire(full_address);
  for (std::size_t n = 0; n < body.size(); ++n) {
    street_address found;
    const errc e = decoded_body(prefix(body, n), found);
    CAPTURE(n);
    CHECK((e == errc::ok) == (n == 0 || n == 7 || n == 15));
  }
}

TEST_CASE("fields that the value lacks become null, or zero") {
  street_address found{"old", 3, "old"};
  CHECK(decoded_body(wire("00000001 61"), found) == errc::ok);
  CHECK(found == street_address{"a", 0, std::nullopt});
  found = {"old", 3, "old"};
  CHECK(decoded_body(wire(""), found) == errc::ok);
  CHECK(found == street_address{"", 0, std::nullopt});
  CHECK(decoded_body(wire("ffffffff"), found) == errc::unexpected_null);
}

TEST_CASE("fields that the C++ type lacks are passed over, if they are whole") {
  street_address found;
  CHECK(decoded_body(wire(std::string(full_address) + "00000002 abcd ffffffff"), found) == errc::ok);
  CHECK(found == street_address{"abc", 9, std::nullopt});
  CHECK(decoded_body(wire(std::string(full_address) + "00000002 ab"), found) == errc::truncated);
}

TEST_CASE("a null is taken by a user-defined type whose fields all take one") {
  loose_address loose{"x", {1}};
  CHECK(decoded(wire("ffffffff"), loose) == errc::ok);
  CHECK(loose == loose_address{});
  street_address strict;
  CHECK(decoded(wire("ffffffff"), strict) == errc::unexpected_null);
  std::optional<street_address> maybe = strict;
  CHECK(decoded(wire("ffffffff"), maybe) == errc::ok);
  CHECK_FALSE(maybe);
}

TEST_CASE("the server's user-defined type must agree in its name and the fields that both have") {
  using codec = value_codec<street_address>;
  CHECK(codec::accepts(address_type(3)));
  CHECK(codec::accepts(address_type(2)));
  CHECK(codec::accepts(address_type(4)));
  cql_type type = address_type(3);
  type.name = "Street_address";
  CHECK_FALSE(codec::accepts(type));
  type = address_type(3);
  type.field_names[1] = "numero";
  CHECK_FALSE(codec::accepts(type));
  type = address_type(3);
  type.parameters[2] = type_id::blob;
  CHECK_FALSE(codec::accepts(type));
  CHECK(codec::accepts(type_of("frozen<street_address>")));
  CHECK_FALSE(codec::accepts(type_of("int")));
}

TEST_CASE("user-defined types and tuples check their parts") {
  CHECK(protocol::check_value(ascii_only{{"x"}}) == errc::ok);
  CHECK(protocol::check_value(ascii_only{{"\x80"}}) == errc::invalid_value);
  CHECK(protocol::check_value(std::pair<std::int32_t, coodie::ascii>(1, {"\x80"})) == errc::invalid_value);
  CHECK(protocol::check_value(std::vector<ascii_only>{{{"\x80"}}}) == errc::invalid_value);
}
