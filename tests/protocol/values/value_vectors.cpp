// SPDX-License-Identifier: MIT
// Values that another codec encoded, tests/vectors/values.txt, through any_value and through the C++ types.
#include <map>
#include <set>

#include "tests/protocol/values/value_checks.hpp"
#include "tests/protocol/vector_file.hpp"

namespace {

struct street {
  std::optional<std::string> name;
  std::optional<std::int32_t> number;
};
struct mixed {
  std::optional<street> home;
  std::optional<std::vector<street>> others;
  std::optional<coodie::uuid> id;
};

}  // namespace

template <>
struct coodie::udt_fields<street> {
  static constexpr auto type_name = fixed_string("street");
  static constexpr auto members =
      std::make_tuple(udt_field<"name", &street::name>{}, udt_field<"number", &street::number>{});
};
template <>
struct coodie::udt_fields<mixed> {
  static constexpr auto type_name = fixed_string("Mixed");
  static constexpr auto members =
      std::make_tuple(udt_field<"home", &mixed::home>{}, udt_field<"Others", &mixed::others>{},
                      udt_field<"id", &mixed::id>{});
};

using namespace value_checks;
using coodie::any_value;

namespace {

cql_type type_of_line(const std::string& text) {
  if (text.find('(') == std::string::npos) return type_of(text);
  cql_type type;
  INFO(text);
  REQUIRE(coodie::parse_marshal_type(text, type) == errc::ok);
  return type;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      plain += text[++i] == '0' ? '\0' : text[i];
    else
      plain += text[i];
  }
  return plain;
}

/// Reads the body into a T and writes the same; every cut of the [bytes] fails.
template <class T>
void check_typed(const cql_type& type, const blob& body) {
  CHECK(coodie::value_codec<T>::accepts(type));
  T value{};
  REQUIRE(decoded_body(body, value) == errc::ok);
  CHECK(protocol::check_value(value) == errc::ok);
  CHECK(hex(encoded(value)) == hex(with_length(body)));
  if (body.size() < 100) check_sizes<T>(body, other_sizes::may_pass);
}

using typed_check = void (*)(const cql_type&, const blob&);

template <class... Ts>
std::map<std::string, typed_check, std::less<>> checks_by_name() {
  return {{std::string(coodie::value_codec<Ts>::cql_name.view()), &check_typed<Ts>}...};
}

const std::map<std::string, typed_check, std::less<>>& typed_checks() {
  static const auto checks = checks_by_name<
      std::int8_t, std::int16_t, std::int32_t, std::int64_t, float, double, bool, std::string, coodie::ascii,
      blob, coodie::uuid, coodie::timeuuid, coodie::timestamp, coodie::date, coodie::time, coodie::duration,
      coodie::varint, coodie::decimal, coodie::inet, coodie::counter, std::vector<std::int32_t>,
      std::vector<bool>, std::vector<std::string>, std::vector<coodie::timeuuid>, std::set<std::string>,
      std::array<bool, 2>, std::array<std::int8_t, 2>, std::array<std::int16_t, 2>,
      std::array<std::int32_t, 2>, std::array<std::int64_t, 2>, std::array<float, 2>, std::array<double, 2>,
      std::array<coodie::timestamp, 2>, std::array<coodie::date, 2>, std::array<coodie::time, 2>,
      std::array<coodie::uuid, 2>, std::array<std::string, 2>, std::array<float, 1536>,
      std::array<coodie::varint, 1>, std::array<coodie::timestamp, 1>, std::array<coodie::ascii, 2>,
      std::array<std::array<std::array<std::string, 3>, 1>, 3>,
      std::array<std::array<coodie::timeuuid, 1>, 3>, std::array<std::array<coodie::inet, 3>, 4>,
      std::array<std::array<coodie::date, 3>, 3>, street, mixed>();
  return checks;
}

/// What the text of a scalar parses into, encoded; nothing for types whose text is plain.
std::optional<blob> parsed(type_id id, std::string text) {
  if (text.size() > 1 && text.front() == '\'') text = text.substr(1, text.size() - 2);
  const auto body = [](const auto& value) -> std::optional<blob> {
    REQUIRE(value);
    const blob bytes = encoded(*value);
    return blob(bytes.begin() + 4, bytes.end());
  };
  switch (id) {
    case type_id::blob: return body(coodie::parse_blob(text));
    case type_id::uuid: return body(coodie::uuid::parse(text));
    case type_id::timeuuid: return body(coodie::timeuuid::parse(text));
    case type_id::timestamp: return body(coodie::parse_timestamp(text));
    case type_id::date: return body(coodie::parse_date(text));
    case type_id::time: return body(coodie::time::parse(text));
    case type_id::duration: return body(coodie::duration::parse(text));
    case type_id::inet: return body(coodie::inet::parse(text));
    case type_id::varint: return body(coodie::varint::parse(text));
    case type_id::decimal: return body(coodie::decimal::parse(text));
    default: return std::nullopt;
  }
}

}  // namespace

TEST_CASE("values of another codec: decoded, printed, encoded again") {
  const auto lines = read_vectors("values.txt", 3);
  CHECK(lines.size() >= 300);
  for (const auto& line : lines) {
    const cql_type type = type_of_line(line[0]);
    const exact_buffer body(wire(line[1]));
    CAPTURE(line[0], line[1]);
    any_value value;
    const auto n = static_cast<std::int32_t>(body.bytes().size());
    REQUIRE(coodie::decode_any(type, {body.bytes().data(), n}, value) == errc::ok);
    CHECK(to_literal(type, value) == unescaped(line[2]));
    blob again;
    REQUIRE(coodie::encode_any(type, value, again) == errc::ok);
    CHECK(hex(again) == line[1]);
  }
}

TEST_CASE("values of another codec through the C++ types") {
  std::size_t checked = 0;
  std::set<std::string> seen;
  for (const auto& line : read_vectors("values.txt", 3)) {
    const cql_type type = type_of_line(line[0]);
    const auto check = typed_checks().find(to_cql(type));
    if (check == typed_checks().end()) continue;
    CAPTURE(line[0], line[1]);
    check->second(type, wire(line[1]));
    seen.insert(check->first);
    ++checked;
  }
  CHECK(checked >= 300);
  for (const auto& [name, check] : typed_checks()) {
    CAPTURE(name);
    CHECK(seen.count(name) == 1);
  }
}

TEST_CASE("the literals of another codec parse into its bytes") {
  std::size_t checked = 0;
  for (const auto& line : read_vectors("values.txt", 3)) {
    CAPTURE(line[0], line[2]);
    const auto body = parsed(type_of_line(line[0]).id, unescaped(line[2]));
    if (!body) continue;
    CHECK(hex(*body) == line[1]);
    ++checked;
  }
  CHECK(checked >= 150);
}
