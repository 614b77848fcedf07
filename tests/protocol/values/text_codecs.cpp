// SPDX-License-Identifier: MIT
// text, ascii and blob, owned and borrowed.
#include "protocol/values/text_codecs.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using namespace std::string_literals;

TEST_CASE("text is its bytes") {
  check_golden(""s, "", other_sizes::may_pass);
  check_golden("a"s, "61", other_sizes::may_pass);
  check_golden("naïve 🚀"s, "6e61c3af766520f09f9a80", other_sizes::may_pass);
  check_golden("a\0b"s, "610062", other_sizes::may_pass);
  check_golden(blob{}, "", other_sizes::may_pass);
  check_golden(wire("00ff80"), "00ff80", other_sizes::may_pass);
  check_golden(coodie::ascii{"~"}, "7e", other_sizes::may_pass);
}

TEST_CASE("text of every length around the small-string limit, into strings of every length") {
  for (std::size_t before = 0; before < 40; before += 3) {
    for (std::size_t n = 0; n < 40; ++n) {
      std::string target(before, 'x');
      const std::string source(n, 'y');
      REQUIRE(decoded(encoded(source), target) == errc::ok);
      CHECK(target == source);
    }
  }
}

TEST_CASE("a string with room keeps its memory") {
  std::string target;
  target.reserve(100);
  const char* memory = target.data();
  REQUIRE(decoded(encoded(std::string(60, 'z')), target) == errc::ok);
  CHECK(target.data() == memory);
}

TEST_CASE("a long text comes through") {
  const std::string source(100'000, 'q');
  std::string target;
  REQUIRE(decoded(encoded(source), target) == errc::ok);
  CHECK(target == source);
}

TEST_CASE("borrowed text and bytes point into the input") {
  const exact_buffer input(wire("00000002 6162"));
  protocol::reader in = input.read();
  std::string_view text;
  REQUIRE(protocol::get_value(in, text) == errc::ok);
  CHECK(text == "ab");
  CHECK(reinterpret_cast<const std::byte*>(text.data()) == input.bytes().data() + 4);
  in = input.read();
  std::span<const std::byte> bytes;
  REQUIRE(protocol::get_value(in, bytes) == errc::ok);
  CHECK(bytes.data() == input.bytes().data() + 4);
  CHECK(bytes.size() == 2);
  CHECK(hex(encoded(text)) == "000000026162");
  CHECK(hex(encoded(bytes)) == "000000026162");
}

TEST_CASE("null is no text") {
  std::string text = "kept";
  CHECK(decoded(wire("ffffffff"), text) == errc::unexpected_null);
  CHECK(text == "kept");
  CHECK(decoded(wire("80000000"), text) == errc::unexpected_null);
}

TEST_CASE("ascii refuses to write other characters") {
  CHECK(protocol::check_value(coodie::ascii{"plain"}) == errc::ok);
  CHECK(protocol::check_value(coodie::ascii{"caf\xc3\xa9"}) == errc::invalid_value);
  CHECK(protocol::check_value(coodie::ascii{"\x80"}) == errc::invalid_value);
  CHECK(protocol::check_value(std::vector<coodie::ascii>{{"a"}, {"\xff"}}) == errc::invalid_value);
}

TEST_CASE("text is read from ascii columns, ascii not from text, blobs also from custom types") {
  using coodie::value_codec;
  CHECK(value_codec<std::string>::accepts(cql_type(type_id::ascii)));
  CHECK(value_codec<std::string>::accepts(cql_type(type_id::varchar)));
  CHECK_FALSE(value_codec<std::string>::accepts(cql_type(type_id::blob)));
  CHECK(value_codec<std::string_view>::accepts(cql_type(type_id::varchar)));
  CHECK(value_codec<coodie::ascii>::accepts(cql_type(type_id::ascii)));
  CHECK_FALSE(value_codec<coodie::ascii>::accepts(cql_type(type_id::varchar)));
  CHECK(value_codec<blob>::accepts(cql_type(type_id::custom)));
  CHECK(value_codec<std::span<const std::byte>>::accepts(cql_type(type_id::blob)));
  CHECK_FALSE(value_codec<blob>::accepts(cql_type(type_id::varchar)));
}
