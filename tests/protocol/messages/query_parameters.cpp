// SPDX-License-Identifier: MIT
// Query parameters: golden bytes, all 256 flag bytes, and writing them in steps.
#include "protocol/messages/query_parameters.hpp"

#include <type_traits>

#include "tests/protocol/messages/message_checks.hpp"

using namespace message_checks;
using coodie::consistency;
using coodie::protocol::query_options;
using coodie::protocol::query_parameters;
namespace flag = coodie::protocol::query_flag;

static_assert(std::is_trivially_copyable_v<query_options>);

namespace {

// What the specification says that follows <consistency><flags> for these flags.
std::string golden_tail(unsigned flags) {
  std::string text;
  if ((flags & flag::values) != 0) {
    const bool named = (flags & flag::names) != 0;
    text += "0003";
    text += std::string(named ? "0001 'x'" : "") + "00000004 0000002A";
    text += std::string(named ? "0000" : "") + "FFFFFFFF";
    text += std::string(named ? "0002 'yy'" : "") + "FFFFFFFE";
  }
  if ((flags & flag::page_size) != 0) text += "00001388";
  if ((flags & flag::paging_state) != 0) text += "00000002 AABB";
  if ((flags & flag::serial_consistency) != 0) text += "0009";
  if ((flags & flag::timestamp) != 0) text += "0005AF3107A40000";
  return text;
}

void check_values(unsigned flags, const query_parameters& p) {
  const bool has_values = (flags & flag::values) != 0;
  const bool named = has_values && (flags & flag::names) != 0;
  REQUIRE(p.values.size() == (has_values ? 3 : 0));
  REQUIRE(p.names.size() == (named ? 3 : 0));
  if (named) CHECK(p.names == std::vector<std::string_view>{"x", "", "yy"});
  if (!has_values) return;
  CHECK(hex(p.values[0].bytes()) == "0000002a");
  CHECK(p.values[1].is_null());
  CHECK_FALSE(p.values[1].is_unset());
  CHECK(p.values[2].is_unset());
}

void check_options(unsigned flags, const query_parameters& p) {
  CHECK(p.consistency == consistency::quorum);
  CHECK(p.flags == (flags & 0x7F));
  CHECK(p.has(flag::skip_metadata) == ((flags & 0x02) != 0));
  if ((flags & flag::page_size) != 0) CHECK(p.page_size == 5000);
  if ((flags & flag::paging_state) != 0) CHECK(hex(p.paging_state.bytes()) == "aabb");
  if ((flags & flag::paging_state) == 0) CHECK(p.paging_state.is_null());
  if ((flags & flag::serial_consistency) != 0) CHECK(p.serial_consistency == consistency::local_serial);
  if ((flags & flag::timestamp) != 0) CHECK(p.timestamp == 1600000000000000);
}

std::string flags_hex(unsigned flags) {
  const std::byte byte{static_cast<std::uint8_t>(flags)};
  return hex({&byte, 1});
}

}  // namespace

TEST_CASE("flags of query parameters have the specification's bits") {
  CHECK(flag::values == 0x01);
  CHECK(flag::skip_metadata == 0x02);
  CHECK(flag::page_size == 0x04);
  CHECK(flag::paging_state == 0x08);
  CHECK(flag::serial_consistency == 0x10);
  CHECK(flag::timestamp == 0x20);
  CHECK(flag::names == 0x40);
}

TEST_CASE("query parameters in all combinations of flags") {
  for (unsigned flags = 0; flags < 128; ++flags) {
    CAPTURE(flags);
    check_golden<query_parameters>("0004" + flags_hex(flags) + golden_tail(flags),
                                   [&](const query_parameters& p) {
                                     check_options(flags, p);
                                     check_values(flags, p);
                                   });
  }
}

TEST_CASE("a flag that the specification does not define is ignored and not passed on") {
  for (unsigned flags = 128; flags < 256; ++flags) {
    CAPTURE(flags);
    const exact_buffer input(wire("0004" + flags_hex(flags) + golden_tail(flags)));
    protocol::reader body = input.read();
    query_parameters p;
    REQUIRE(deserialize(body, p) == errc::ok);
    CHECK(body.empty());
    check_options(flags, p);
    check_values(flags, p);
    CHECK(serialized(p) == hex(wire("0004" + flags_hex(flags - 128) + golden_tail(flags))));
  }
}

TEST_CASE("what a flag does not announce is left over from no earlier message") {
  query_parameters p;
  REQUIRE(decode_error("0004 7F" + golden_tail(0x7F), p) == errc::ok);
  REQUIRE(decode_error("0001 00", p) == errc::ok);
  CHECK(p.consistency == consistency::one);
  CHECK(p.flags == 0);
  CHECK(p.values.empty());
  CHECK(p.names.empty());
  CHECK(p.page_size == 0);
  CHECK(p.paging_state.is_null());
  CHECK(p.timestamp == 0);
  CHECK(serialized(p) == "000100");
}

TEST_CASE("the setters set member and flag") {
  query_parameters p;
  CHECK(serialized(p) == "000600");
  p.set_skip_metadata();
  CHECK(serialized(p) == "000602");
  p.set_page_size(-1);
  CHECK(serialized(p) == "000606ffffffff");
  p.set_paging_state(value_of("ps"));
  p.set_serial_consistency(consistency::local_serial);
  p.set_timestamp(-2);
  CHECK(serialized(p) == "00063effffffff0000000270730009fffffffffffffffe");
  p.values = {null_value};
  CHECK(serialized(p).substr(0, 18) == "00063f0001ffffffff");
  p.names = {"n"};
  CHECK(serialized(p).substr(0, 24) == "00067f000100016effffffff");
}

TEST_CASE("integers at their edges") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const auto number = static_cast<std::int64_t>(std::uint64_t{1} << bit);
    for (std::int64_t timestamp : {number, static_cast<std::int64_t>((std::uint64_t{1} << bit) - 1)}) {
      query_parameters p, again;
      p.set_timestamp(timestamp);
      p.set_page_size(static_cast<std::int32_t>(static_cast<std::uint32_t>(timestamp)));
      const exact_buffer input(wire(serialized(p)));
      protocol::reader body = input.read();
      REQUIRE(deserialize(body, again) == errc::ok);
      CHECK(again.timestamp == timestamp);
      CHECK(again.page_size == p.page_size);
    }
  }
}

TEST_CASE("broken query parameters") {
  // consistency and serial consistency that do not exist
  CHECK(decode_error<query_parameters>("000B 00") == errc::invalid_value);
  CHECK(decode_error<query_parameters>("0001 10 000B") == errc::invalid_value);
  // a value's length below -2
  CHECK(decode_error<query_parameters>("0001 01 0001 FFFFFFFD") == errc::negative_length);
  CHECK(decode_error<query_parameters>("0001 41 0001 0000 80000000") == errc::negative_length);
  // a value longer than the message
  CHECK(decode_error<query_parameters>("0001 01 0001 7FFFFFFF 00") == errc::truncated);
  CHECK(decode_error<query_parameters>("0001 01 0001 00000002 00") == errc::truncated);
}

TEST_CASE("a count of values that the message can't hold allocates nothing") {
  for (const char* count : {"0002", "0100", "8000", "FFFF"}) {
    query_parameters p;
    CHECK(decode_error(std::string("0001 01") + count + "FFFFFFFF", p) == errc::length_exceeds_input);
    CHECK(p.values.capacity() == 0);
    CHECK(decode_error(std::string("0001 41") + count + "0000 FFFFFFFF", p) == errc::length_exceeds_input);
    CHECK(p.values.capacity() == 0);
    CHECK(p.names.capacity() == 0);
  }
}

TEST_CASE("a named value takes at least six bytes") {
  query_parameters p;
  CHECK(decode_error("0001 41 0003 0000 FFFFFFFF 0000 FFFFFFFF", p) == errc::length_exceeds_input);
  CHECK(p.values.capacity() == 0);
}

TEST_CASE("names are as many as values, or none") {
  query_parameters p;
  p.values = {null_value, null_value};
  p.names = {"a"};
  CHECK(serialize_error(p) == errc::invalid_value);
  p.names = {"a", "b", "c"};
  CHECK(serialize_error(p) == errc::invalid_value);
  p.names = {};
  p.flags = flag::names;
  CHECK(serialize_error(p) == errc::invalid_value);
  p.values = {};
  p.names = {"a"};
  CHECK(serialize_error(p) == errc::invalid_value);
}

TEST_CASE("65535 values fit, one more does not") {
  query_parameters p, again;
  p.values.assign(65535, unset_value);
  const exact_buffer input(wire(serialized(p)));
  protocol::reader body = input.read();
  REQUIRE(deserialize(body, again) == errc::ok);
  CHECK(again.values.size() == 65535);
  CHECK(again.values.back().is_unset());
  p.values.push_back(null_value);
  CHECK(serialize_error(p) == errc::value_too_large);
}

TEST_CASE("query parameters in steps are the same bytes") {
  for (unsigned flags = 0; flags < 64; ++flags) {
    CAPTURE(flags);
    query_options options;
    options.consistency = consistency::quorum;
    options.flags = static_cast<std::uint8_t>(flags);
    options.page_size = 5000;
    options.serial_consistency = consistency::local_serial;
    options.timestamp = 1600000000000000;
    const raw_bytes state = wire("AABB");
    options.paging_state = {state.data(), 2};
    protocol::byte_buffer out;
    protocol::writer to(out);
    const bool with_values = (flags & flag::values) != 0;
    protocol::begin_parameters(to, options, with_values ? 3 : 0);
    if (with_values) {
      to.write(std::int32_t{4});
      to.write(std::int32_t{42});
      to.write_null();
      to.write_unset();
    }
    protocol::end_parameters(to, options);
    CHECK(to.error() == errc::ok);
    CHECK(hex(out.bytes()) == hex(wire("0004" + flags_hex(flags) + golden_tail(flags))));
  }
  protocol::byte_buffer out;
  protocol::writer to(out);
  protocol::begin_parameters(to, {}, 65536);
  CHECK(to.error() == errc::value_too_large);
}
