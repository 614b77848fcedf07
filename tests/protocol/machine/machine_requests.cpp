// SPDX-License-Identifier: MIT
// What each kind of request looks like on the wire, and what happens when it can't be written.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;

const statement insert{"INSERT"};
const statement select_{"SELECT", statement_flag::skip_metadata | statement_flag::idempotent};
const statement conditional{"INSERT IF NOT EXISTS", statement_flag::conditional};
const statement counter{"UPDATE c = c + 1", statement_flag::counter};

// Ready, with all four statements prepared.
struct prepared_conversation : conversation {
  prepared_conversation() {
    get_ready();
    prepare(insert, "in");
    prepare(select_, "se");
    prepare(conditional, "co");
    prepare(counter, "ct");
  }
  // The body of what `r` becomes.
  std::string body_of(probe& r) {
    submit(r);
    const client_frame frame = take();
    reply_void(frame);
    CHECK(r.succeeded());
    return frame.body_hex();
  }
};

std::string hex_of(std::string_view text) { return hex(wire(text)); }

}  // namespace

TEST_CASE("requests: a whole EXECUTE", "[machine]") {
  prepared_conversation c;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  probe& r = c.execute("r", insert);
  r.value_count = 2;
  r.values = wire("00000004 0000002a ffffffff");
  c.submit(r);
  const client_frame frame = c.take();
  CHECK(hex(frame.bytes) ==
        hex_of("04 00 0000 0a 00000015 0002 'in' 0006 01 0002 00000004 0000002a ffffffff"));
  CHECK(r.stream == 0);
  c.feed("84 00 0000 08 00000004 00000001");
  CHECK(r.succeeded());
  CHECK(r.body == "00000001");
}

TEST_CASE("requests: every option of EXECUTE", "[machine]") {
  prepared_conversation c;
  probe& r = c.execute("r", insert);
  const raw_bytes state = wire("01 02 03");
  SECTION("nothing") { CHECK(c.body_of(r) == hex_of("0002 'in' 0006 00")); }
  SECTION("consistency") {
    r.consistency_level = coodie::consistency::one;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0001 00"));
  }
  SECTION("no values, although there is a function for them") {
    r.append_values = nullptr;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 00"));
  }
  SECTION("page size") {
    r.page_size = 5000;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 04 00001388"));
  }
  SECTION("paging state") {
    r.paging_state = state;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 08 00000003 010203"));
  }
  SECTION("serial consistency") {
    r.serial = coodie::consistency::local_serial;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 10 0009"));
  }
  SECTION("timestamp") {
    r.timestamp = 1;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 20 0000000000000001"));
  }
  SECTION("the least timestamp that can be told from none") {
    r.timestamp = protocol::default_timestamp + 1;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 20 8000000000000002"));
  }
  SECTION("all") {
    r.value_count = 1;
    r.values = wire("fffffffe");
    r.page_size = 1;
    r.paging_state = state;
    r.serial = coodie::consistency::serial;
    r.timestamp = 0x0102030405060708;
    CHECK(c.body_of(r) ==
          hex_of("0002 'in' 0006 3d 0001 fffffffe 00000001 00000003 010203 0008 0102030405060708"));
  }
  SECTION("skip_metadata is the statement's") {
    r.what = &select_;
    r.page_size = 10;
    CHECK(c.body_of(r) == hex_of("0002 'se' 0006 06 0000000a"));
  }
}

TEST_CASE("requests: the tracing flag", "[machine]") {
  prepared_conversation c;
  probe& r = c.execute("r", insert);
  r.tracing = true;
  c.submit(r);
  CHECK(hex(c.take().bytes) == hex_of("04 02 0000 0a 00000007 0002 'in' 0006 00"));
}

TEST_CASE("requests: the default timestamp", "[machine]") {
  prepared_conversation c;
  c.clock.now_us = 0x0102030405060708;
  probe& r = c.execute("r", insert);
  r.timestamp = protocol::default_timestamp;
  SECTION("is the clock's") {
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 20 0102030405060708"));
    probe& next = c.execute("next", insert);
    next.timestamp = protocol::default_timestamp;
    CHECK(c.body_of(next) == hex_of("0002 'in' 0006 20 0102030405060709"));
    c.clock.now_us = 5;  // somebody turned it back
    probe& last = c.execute("last", insert);
    last.timestamp = protocol::default_timestamp;
    CHECK(c.body_of(last) == hex_of("0002 'in' 0006 20 010203040506070a"));
  }
  SECTION("is off") {
    c.options.client_timestamps = false;
    CHECK(c.body_of(r) == hex_of("0002 'in' 0006 00"));
    probe& told = c.execute("told", insert);
    told.timestamp = 7;  // what the program says stands
    CHECK(c.body_of(told) == hex_of("0002 'in' 0006 20 0000000000000007"));
  }
  SECTION("is not for SELECT") {
    r.what = &select_;
    CHECK(c.body_of(r) == hex_of("0002 'se' 0006 02"));
  }
  SECTION("is not for a condition") {
    r.what = &conditional;
    CHECK(c.body_of(r) == hex_of("0002 'co' 0006 00"));
  }
  SECTION("is not for text") {
    r.kind = request_kind::query;
    r.text = "USE k";
    CHECK(c.body_of(r) == hex_of("00000005 'USE k' 0006 00"));
  }
  CHECK((c.clock.last_timestamp == 0 || c.options.client_timestamps));
}

TEST_CASE("requests: QUERY", "[machine]") {
  prepared_conversation c;
  probe& r = c.query("r", "SELECT");
  SECTION("text alone") {
    c.submit(r);
    CHECK(hex(c.take().bytes) == hex_of("04 00 0000 07 0000000d 00000006 'SELECT' 0006 00"));
  }
  SECTION("every option") {
    const raw_bytes state = wire("ff");
    r.value_count = 1;
    r.values = wire("00000000");
    r.consistency_level = coodie::consistency::all;
    r.page_size = 2;
    r.paging_state = state;
    r.serial = coodie::consistency::serial;
    r.timestamp = 3;
    CHECK(c.body_of(r) == hex_of("00000006 'SELECT' 0005 3d 0001 00000000 00000002 00000001 ff 0008"
                                 "0000000000000003"));
  }
  SECTION("no text") {
    r.text = {};
    CHECK(c.body_of(r) == hex_of("00000000 0006 00"));
  }
}

TEST_CASE("requests: BATCH", "[machine]") {
  prepared_conversation c;
  const raw_bytes two = wire("00000001 07 ffffffff");
  std::vector<protocol::batch_member> members = {{&insert, 2, two}, {&counter, 0, {}}};
  probe& r = c.batch("r", members);
  const std::string statements = "0002 01 0002 'in' 0002 00000001 07 ffffffff 01 0002 'ct' 0000";
  SECTION("logged") {
    c.submit(r);
    CHECK(hex(c.take().bytes) == hex_of("04 00 0000 0d 0000001d 00" + statements + "0006 00"));
  }
  SECTION("unlogged") {
    r.batch = protocol::batch_type::unlogged;
    CHECK(c.body_of(r) == hex_of("01" + statements + "0006 00"));
  }
  SECTION("counter") {
    r.batch = protocol::batch_type::counter;
    CHECK(c.body_of(r) == hex_of("02" + statements + "0006 00"));
  }
  SECTION("serial consistency and timestamp; a page has no place in it") {
    const raw_bytes state = wire("01");
    r.consistency_level = coodie::consistency::quorum;
    r.serial = coodie::consistency::local_serial;
    r.timestamp = 2;
    r.page_size = 100;
    r.paging_state = state;
    CHECK(c.body_of(r) == hex_of("00" + statements + "0004 30 0009 0000000000000002"));
  }
  SECTION("the default timestamp") {
    c.clock.now_us = 0x11;
    r.timestamp = protocol::default_timestamp;
    SECTION("is the clock's") {
      CHECK(c.body_of(r) == hex_of("00" + statements + "0006 20 0000000000000011"));
    }
    SECTION("is not for a batch with a condition") {
      members[1] = {&conditional, 0, {}};
      CHECK(c.body_of(r) ==
            hex_of("00 0002 01 0002 'in' 0002 00000001 07 ffffffff 01 0002 'co' 0000 0006 00"));
    }
  }
  SECTION("nothing in it") {
    r.members = {};
    CHECK(c.body_of(r) == hex_of("00 0000 0006 00"));
  }
}

TEST_CASE("requests: opcode and body as given", "[machine]") {
  prepared_conversation c;
  probe& r = c.raw("r");
  r.code = opcode::register_;
  r.text = std::string_view("\0\1\0\15STATUS_CHANGE", 17);
  c.submit(r);
  CHECK(hex(c.take().bytes) == hex_of("04 00 0000 0b 00000011 0001 000d 'STATUS_CHANGE'"));
}

TEST_CASE("requests: one that can't be written ends alone", "[machine]") {
  prepared_conversation c;
  probe& before = c.submitted(c.execute("before", insert));
  probe& bad = c.execute("bad", insert);
  SECTION("a value refuses") {
    bad.value_count = 3;
    bad.values = raw_bytes(100, std::byte{0x55});
    bad.values_error = errc::value_out_of_range;
  }
  SECTION("of text") {
    bad.kind = request_kind::query;
    bad.text = "text";
    bad.values = wire("00");
    bad.values_error = errc::value_too_large;
  }
  SECTION("too many values in a batch") {
    bad.kind = request_kind::batch;
    static const std::vector<protocol::batch_member> many(65536, protocol::batch_member{&insert, 0, {}});
    bad.members = many;
  }
  c.submit(bad);
  CHECK(bad.ends == 0);
  CHECK(c.client.has_deferred());
  probe& after = c.submitted(c.execute("after", insert));
  const client_frame first = c.take(), second = c.take();
  CHECK(bad.ends == 1);
  CHECK_FALSE(bad.sent);
  CHECK(bad.reason == (bad.kind == request_kind::execute ? errc::value_out_of_range : errc::value_too_large));
  CHECK(bad.said == coodie::describe(static_cast<errc>(bad.reason.value())));
  CHECK(hex(first.bytes) == hex_of("04 00 0000 0a 00000007 0002 'in' 0006 00"));
  CHECK(hex(second.bytes) == hex_of("04 00 0001 0a 00000007 0002 'in' 0006 00"));
  CHECK(c.silent());
  c.reply_void(first);
  c.reply_void(second);
  CHECK(before.succeeded());
  CHECK(after.succeeded());
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("requests: compressed when that makes them smaller", "[machine]") {
  conversation c;
  c.options.compression = &run_lengths::algorithm;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  c.get_ready();
  probe& r = c.raw("r");
  r.code = opcode::register_;
  const std::string same(600, 'a'), shorter(511, 'a');
  std::string different(600, ' ');
  for (std::size_t i = 0; i < different.size(); ++i) different[i] = static_cast<char>(i);
  SECTION("long and compressible") {
    r.text = same;
    r.tracing = true;
    c.submit(r);
    CHECK(hex(c.take().bytes) == hex_of("04 03 0000 0b 0000000a 00000258 ff'a' ff'a' 5a'a'"));
  }
  SECTION("short") {
    r.text = shorter;
    c.submit(r);
    const client_frame frame = c.take();
    CHECK(frame.header.flags == 0);
    CHECK(frame.header.length == 511);
  }
  SECTION("not compressible") {
    r.text = different;
    c.submit(r);
    const client_frame frame = c.take();
    CHECK(frame.header.flags == 0);
    CHECK(frame.header.length == 600);
  }
  SECTION("between others") {
    c.submit(c.raw("before"));
    r.text = same;
    c.submit(r);
    c.submit(c.raw("after"));
    CHECK(c.take().header.length == 0);
    CHECK(c.take().header.length == 10);
    CHECK(c.take().header.length == 0);
  }
}

TEST_CASE("requests: many in one write keep their order", "[machine]") {
  prepared_conversation c;
  c.piece = GENERATE(std::size_t{1}, std::size_t{4096}, std::size_t{0});
  for (int i = 0; i < 100; ++i) {
    probe& r = c.execute(std::to_string(i), insert);
    r.value_count = 1;
    r.values = wire("00000001");
    r.values.push_back(static_cast<std::byte>(i));
    c.submit(r);
  }
  CHECK(c.client.in_flight() == 100);
  lines expected;
  for (int i = 0; i < 100; ++i) {
    const client_frame frame = c.take();
    CHECK(frame.header.stream == i);
    CHECK(frame.bytes.back() == static_cast<std::byte>(i));
    c.reply_void(frame);
    expected.push_back(std::to_string(i) + ": RESULT");
  }
  CHECK(c.log == expected);
}
