// SPDX-License-Identifier: MIT
// Partition keys of one and of several components.
#include "protocol/routing/routing_key.hpp"

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using protocol::bytes_view;
using protocol::routing_key;

static bytes_view view(const blob& bytes) { return {bytes.data(), static_cast<std::int32_t>(bytes.size())}; }

TEST_CASE("a single component is its own bytes") {
  routing_key key;
  CHECK(key.bytes().empty());
  key.append_value(std::int32_t{5});
  CHECK(key.error() == errc::ok);
  CHECK(hex(key.bytes()) == "00000005");
  CHECK(key.token() == protocol::token_of(std::int32_t{5}));
  key.clear();
  CHECK(key.bytes().empty());
  key.append_value(std::string(""));
  CHECK(key.error() == errc::ok);
  CHECK(key.bytes().empty());
}

TEST_CASE("several components have lengths and ends") {
  routing_key key;
  key.append_value(std::int32_t{5});
  key.append_value(std::string("ab"));
  CHECK(hex(key.bytes()) ==
        "0004000000050000026162"
        "00");
  key.append_value(std::string(""));
  CHECK(hex(key.bytes()) ==
        "0004000000050000026162"
        "00"
        "000000");
  CHECK(key.token() == protocol::murmur3_token(key.bytes()));
}

TEST_CASE("encoded components and values give the same key") {
  routing_key encoded_key, value_key;
  encoded_key.append(view(wire("00000001")));
  encoded_key.append(view(wire("6162")));
  value_key.append_value(std::int32_t{1});
  value_key.append_value(std::string_view("ab"));
  CHECK(hex(encoded_key.bytes()) == hex(value_key.bytes()));
}

TEST_CASE("null is no component") {
  routing_key key;
  key.append_value(std::int32_t{1});
  key.append(bytes_view{});
  CHECK(key.error() == errc::unexpected_null);
  CHECK(key.bytes().empty());
  key.append_value(std::int32_t{2});
  CHECK(key.error() == errc::unexpected_null);
  key.clear();
  key.append_value(std::optional<std::int32_t>());
  CHECK(key.error() == errc::unexpected_null);
  key.clear();
  key.append_value(std::optional<std::int32_t>(7));
  CHECK(key.error() == errc::ok);
  CHECK(hex(key.bytes()) == "00000007");
}

TEST_CASE("a component is as long as its length can say") {
  routing_key key;
  key.append_value(std::string(65535, 'x'));
  CHECK(key.error() == errc::ok);
  CHECK(key.bytes().size() == 65535);
  key.append_value(std::string("y"));
  CHECK(key.bytes().size() == 65538 + 4);
  key.clear();
  key.append_value(std::string(65536, 'x'));
  CHECK(key.error() == errc::value_too_large);
}
