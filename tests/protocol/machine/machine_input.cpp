// SPDX-License-Identifier: MIT
// From bytes to the request that they answer: in any pieces, and when they are wrong.
#include <algorithm>

#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;
namespace frame_flag = protocol::frame_flag;

raw_bytes joined(const std::vector<raw_bytes>& parts) {
  raw_bytes all;
  for (const raw_bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// RESULT Void, and `more` bytes behind it, which a message may have.
raw_bytes result_of_size(std::int32_t stream, std::size_t more) {
  raw_bytes frame = conversation::frame(stream, protocol::result_message{});
  frame.resize(frame.size() + more, std::byte{0x77});
  protocol::store_big(frame.data() + 5, static_cast<std::uint32_t>(4 + more));
  return frame;
}

raw_bytes status_event(std::string_view change) {
  protocol::event_message event;
  event.type = protocol::event_type::status_change;
  event.change = change;
  event.node.size = 4;
  return conversation::frame(-1, event);
}

}  // namespace

TEST_CASE("input: three answers and an event, split at every byte", "[machine]") {
  const raw_bytes bytes = joined({result_of_size(1, 0), status_event("UP"),
                                  conversation::frame(0, protocol::ready_message{}), result_of_size(2, 5)});
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    conversation c;
    c.get_ready();
    for (const char* name : {"a", "b", "c"}) c.submit(c.raw(name));
    c.turn();
    c.feed(std::span(bytes).first(split));
    c.feed(std::span(bytes).subspan(split));
    CHECK(c.log == lines{"b: RESULT", "event STATUS_CHANGE UP", "a: READY", "c: RESULT"});
    CHECK(c.client.in_flight() == 0);
  }
}

TEST_CASE("input: pieces of every size", "[machine]") {
  const raw_bytes bytes = joined({result_of_size(1, 3), status_event("DOWN"), result_of_size(0, 1000)});
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    conversation c;
    c.get_ready();
    const probe& a = c.submitted(c.raw("a"));
    const probe& b = c.submitted(c.raw("b"));
    c.turn();
    c.piece = piece;
    c.feed(bytes);
    CHECK(c.log == lines{"b: RESULT", "event STATUS_CHANGE DOWN", "a: RESULT"});
    CHECK(b.body == "00000001777777");
    CHECK(a.body.size() == 2008);
  }
}

TEST_CASE("input: a frame that is larger than the buffer", "[machine]") {
  conversation c;
  c.get_ready();
  const std::size_t size = GENERATE(std::size_t{16 * 1024 - 13}, std::size_t{16 * 1024 - 12},
                                    std::size_t{256 * 1024}, std::size_t{3'000'000});
  c.piece = GENERATE(std::size_t{0}, std::size_t{1'000}, std::size_t{4'095});
  const probe& small = c.submitted(c.raw("small"));
  const probe& large = c.submitted(c.raw("large"));
  const probe& next = c.submitted(c.raw("next"));
  c.turn();
  c.feed(joined({result_of_size(0, 0), result_of_size(1, size), result_of_size(2, 1)}));
  CHECK(small.succeeded());
  CHECK(large.succeeded());
  CHECK(large.body.size() == 2 * (4 + size));
  CHECK(next.body == "0000000177");
  // Nothing of it is kept for long.
  CHECK(c.client.input_space().size() <= 1024 * 1024);
}

TEST_CASE("input: reads that fill the buffer make it larger, up to a limit", "[machine]") {
  conversation c(1);
  c.get_ready();
  std::size_t space = c.client.input_space().size();
  CHECK(space == 16 * 1024);
  for (const std::size_t expected : {32U, 64U, 128U, 256U, 256U, 256U}) {
    c.submit(c.raw("r"));
    c.turn();
    c.feed(result_of_size(0, space - 13));  // exactly
    space = c.client.input_space().size();
    CHECK(space == expected * 1024);
  }
  c.submit(c.raw("r"));
  c.turn();
  c.feed(result_of_size(0, space - 14));
  CHECK(c.client.input_space().size() == space);
  CHECK(c.log.size() == 7);
}

TEST_CASE("input: the buffer grows with what has come, not with what was announced", "[machine]") {
  conversation c;
  c.get_ready();
  c.submit(c.raw("r"));
  c.turn();
  raw_bytes head = conversation::frame(0, protocol::result_message{});
  protocol::store_big(head.data() + 5, protocol::max_body_size);
  c.feed(head);
  std::size_t came = head.size();
  CHECK(c.client.input_space().size() <= 64 * 1024);
  const raw_bytes some(1'000, std::byte{1});
  for (; came < 1'000'000; came += some.size()) {
    c.feed(some);
    REQUIRE(c.client.input_space().size() <= 3 * came + 64 * 1024);
  }
  CHECK(c.log.empty());
  CHECK(c.broken_calls == 0);
}

TEST_CASE("input: whoever has not shown credentials yet may send no more than a mebibyte", "[machine]") {
  conversation c;
  c.client.start();
  c.take(opcode::options);
  SECTION("as much") {
    c.feed("84000000060010 0000");
    CHECK(c.broken_calls == 0);
  }
  SECTION("or more") {
    c.feed("84000000060010 0001");
    CHECK(c.broken_by == errc::frame_too_large);
  }
}

TEST_CASE("input: max_frame_size", "[machine]") {
  conversation c;
  c.options.max_frame_size = 1'000;
  c.get_ready();
  const probe& r = c.submitted(c.raw("r"));
  c.turn();
  SECTION("as long as that") {
    c.feed(result_of_size(0, 996));
    CHECK(r.succeeded());
  }
  SECTION("one byte more is known from the header") {
    c.feed("84 00 0000 08 000003e9");
    CHECK(c.log == lines{"r: a frame is longer than max_frame_size, sent",
                         "broken: a frame is longer than max_frame_size"});
    CHECK(c.broken_by == errc::frame_too_large);
  }
}

TEST_CASE("input: every header that is wrong ends the connection", "[machine]") {
  struct row {
    const char* header;
    errc why;
  };
  const row rows[] = {
      {"03 00 0000 08 00000000", errc::unsupported_version},
      {"85 00 0000 08 00000000", errc::unsupported_version},
      {"04 00 0000 08 00000000", errc::invalid_direction},
      {"84 00 0000 0a 00000000", errc::invalid_direction},
      {"84 00 0000 04 00000000", errc::unknown_opcode},
      {"84 00 0000 11 00000000", errc::unknown_opcode},
      {"84 00 0000 08 10000001", errc::frame_too_large},
      {"84 00 0000 08 80000000", errc::frame_too_large},
      {"84 00 0001 08 00000000", errc::unknown_stream},
      {"84 00 7fff 08 00000000", errc::unknown_stream},
      {"84 00 ffff 08 00000000", errc::unknown_stream},
      {"84 00 fffe 0c 00000000", errc::unknown_stream},
      {"84 00 8000 08 00000000", errc::unknown_stream},
  };
  const std::size_t piece = GENERATE(std::size_t{0}, std::size_t{1});
  for (const row& r : rows) {
    CAPTURE(r.header);
    conversation c;
    c.piece = piece;
    c.get_ready();
    const probe& a = c.submitted(c.raw("a"));
    c.turn();
    c.feed(r.header);
    CHECK(c.broken_by == r.why);
    CHECK(c.broken_calls == 1);
    CHECK(a.reason == r.why);
    CHECK(a.sent);
    // What comes afterwards is nobody's.
    c.feed(result_of_size(0, 0));
    CHECK(a.ends == 1);
  }
}

TEST_CASE("input: an answer comes once", "[machine]") {
  conversation c;
  c.get_ready();
  c.submit(c.raw("a"));
  c.turn();
  c.feed(joined({result_of_size(0, 0), result_of_size(0, 0)}));
  CHECK(c.log == lines{"a: RESULT", "broken: a response to a stream id that is not in use"});
}

TEST_CASE("input: tracing id, warnings and payload stand before the message", "[machine]") {
  const raw_bytes id = wire("000102030405060708090a0b0c0d0e0f");
  protocol::frame_prelude prelude;
  prelude.tracing_id = id.data();
  prelude.warnings = {"slow", "really slow"};
  prelude.custom_payload = {{"key", value_of("value")}};
  struct row {
    std::uint8_t flags;
    lines expected;
  };
  const std::string trace = "trace 000102030405060708090a0b0c0d0e0f";
  const row rows[] = {
      {0, {}},
      {frame_flag::tracing, {trace}},
      {frame_flag::warnings, {"warning slow", "warning really slow"}},
      {frame_flag::custom_payload, {"payload key=value"}},
      {frame_flag::tracing | frame_flag::warnings | frame_flag::custom_payload,
       {trace, "warning slow", "warning really slow", "payload key=value"}},
      {0xF0, {}},  // flags that v4 does not define
      {0xF0 | frame_flag::tracing, {trace}},
  };
  for (const row& r : rows)
    for (const std::size_t piece : {std::size_t{0}, std::size_t{1}}) {
      conversation c;
      c.piece = piece;
      c.get_ready();
      const probe& good = c.submitted(c.raw("good"));
      const probe& bad = c.submitted(c.raw("bad"));
      c.turn();
      c.feed(conversation::frame(0, protocol::result_message{}, r.flags, prelude));
      protocol::error_message error;
      error.code = protocol::error_code_v4::overloaded;
      error.message = "busy";
      c.feed(conversation::frame(1, error, r.flags, prelude));
      CHECK(good.body == "00000001");
      CHECK(good.prelude == r.expected);
      CHECK(bad.reason == server_errc::overloaded);
      CHECK(bad.said == "busy");
      CHECK(bad.prelude == r.expected);
    }
}

TEST_CASE("input: a prelude that is cut short fails its request alone", "[machine]") {
  conversation c;
  c.get_ready();
  const probe& a = c.submitted(c.raw("a"));
  const probe& b = c.submitted(c.raw("b"));
  c.turn();
  SECTION("tracing id") { c.feed("84 02 0000 08 0000000f 000102030405060708090a0b0c0d0e"); }
  SECTION("warnings") { c.feed("84 08 0000 08 00000004 0001 0005"); }
  SECTION("payload") { c.feed("84 04 0000 08 00000004 0001 0005"); }
  SECTION("no body at all") { c.feed("84 0e 0000 08 00000000"); }
  CHECK((a.reason == errc::truncated || a.reason == errc::length_exceeds_input));
  CHECK(a.sent);
  CHECK(c.broken_calls == 0);
  c.feed(result_of_size(1, 0));
  CHECK(b.succeeded());
}

TEST_CASE("input: ERROR", "[machine]") {
  conversation c;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  c.get_ready();
  const probe& r = c.submitted(c.raw("r"));
  const client_frame asked = c.take();
  SECTION("known") {
    c.reply_error(asked, protocol::error_code_v4::invalid, "no such table");
    CHECK(r.reason == server_errc::invalid);
    CHECK(r.said == "no such table");
    CHECK(r.with_answer);
  }
  SECTION("0x0000 is an error too") {
    c.reply_error(asked, 0, "oops");
    CHECK(r.reason == server_errc::server_error);
  }
  SECTION("unknown: it keeps its number and text") {
    c.reply_error(asked, 0x4321, "new");
    CHECK(r.reason.value() == 0x14321);
    CHECK(r.reason.category() == coodie::server_category());
    CHECK(r.said == "new");
  }
  SECTION("UNPREPARED to what was not prepared") {
    c.reply_unprepared(asked, "id");
    CHECK(r.reason == server_errc::unprepared);
  }
  SECTION("cut short") {
    c.feed("84 00 0000 00 00000003 000000");
    CHECK(r.reason == errc::truncated);
    CHECK_FALSE(r.with_answer);
  }
  CHECK(r.sent);
  CHECK(c.broken_calls == 0);
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("input: events", "[machine]") {
  conversation c;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  c.get_ready();
  c.feed(status_event("UP"));
  protocol::event_message schema;
  schema.type = protocol::event_type::schema_change;
  schema.schema.change_type = "CREATED";
  schema.schema.target = "KEYSPACE";
  schema.schema.keyspace = "ks";
  c.feed(conversation::frame(-1, schema));
  CHECK(c.log == lines{"event STATUS_CHANGE UP", "event SCHEMA_CHANGE ks"});
  CHECK(c.client.unknown_events() == 0);
  c.feed("84 00 ffff 0c 0000000b 0009 'TELEPATHY'");
  CHECK(c.client.unknown_events() == 1);
  c.feed("84 00 ffff 0c 00000000");  // not even a type
  c.feed("84 02 ffff 0c 00000002 0000");
  CHECK(c.client.unknown_events() == 3);
  CHECK(c.log.size() == 2);
  CHECK(c.broken_calls == 0);
  // Warnings before an event.
  protocol::frame_prelude prelude;
  prelude.warnings = {"w"};
  c.feed(conversation::frame(-1, schema, frame_flag::warnings, prelude));
  CHECK(c.log.size() == 3);
}

TEST_CASE("input: compressed frames", "[machine]") {
  conversation c;
  c.options.compression = &run_lengths::algorithm;
  c.options.max_frame_size = 100'000;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  c.get_ready();
  const probe& r = c.submitted(c.raw("r"));
  const probe& other = c.submitted(c.raw("other"));
  c.turn();
  SECTION("an answer") {
    c.feed(run_lengths::compressed(result_of_size(0, 50'000)));
    CHECK(r.body.size() == 2 * 50'004);
    c.feed(result_of_size(1, 0));  // not every frame is
    CHECK(other.succeeded());
  }
  SECTION("an event and a frame with a prelude") {
    c.feed(run_lengths::compressed(status_event("UP")));
    protocol::frame_prelude prelude;
    prelude.warnings = {"w"};
    c.feed(run_lengths::compressed(
        conversation::frame(0, protocol::result_message{}, frame_flag::warnings, prelude)));
    CHECK(c.log == lines{"event STATUS_CHANGE UP", "r: RESULT"});
    CHECK(r.prelude == lines{"warning w"});
  }
  SECTION("an empty body") {
    c.feed(run_lengths::compressed(conversation::frame(0, protocol::ready_message{})));
    CHECK(r.answered == opcode::ready);
    CHECK(r.body.empty());
  }
  SECTION("a bomb") {
    c.feed("84 01 0000 08 00000006 7fffffff ff 00");
    CHECK(c.broken_by == errc::frame_too_large);
    CHECK(other.reason == errc::frame_too_large);
  }
  SECTION("a bomb that is just too large") {
    c.feed(run_lengths::compressed(result_of_size(0, 100'000 - 3)));
    CHECK(c.broken_by == errc::frame_too_large);
  }
  SECTION("garbage") {
    c.feed("84 01 0000 08 00000006 00000005 ff 00");
    CHECK(c.broken_by == errc::compression_error);
  }
  SECTION("too short to have a length") {
    c.feed("84 01 0000 08 00000000");
    CHECK(c.broken_by == errc::compression_error);
  }
}

TEST_CASE("input: re-entrancy in on_result", "[machine]") {
  conversation c;
  c.get_ready();
  probe& a = c.raw("a");
  probe& b = c.raw("b");
  probe& d = c.raw("d");
  c.submit(a);
  c.submit(b);
  c.turn();
  const raw_bytes both = joined({result_of_size(0, 0), result_of_size(1, 0)});
  SECTION("submits, and gets the id that was just freed") {
    a.then = [&] { c.submit(d); };
    c.feed(both);
    CHECK(c.log == lines{"a: RESULT", "b: RESULT"});
    CHECK(d.stream == 0);
    CHECK(c.client.in_flight() == 1);
  }
  SECTION("submits for ever") {
    int again = 0;
    std::function<void()> next = [&] {
      probe& r = c.raw("again");
      if (++again < 1000) r.then = next;
      c.submit(r);
      CHECK(r.stream == 0);
    };
    a.then = next;
    for (int i = 0; i < 1000; ++i) c.feed(result_of_size(0, 0));
    CHECK(again == 1000);
    CHECK(c.client.in_flight() == 2);
  }
  SECTION("cancels another, whose answer is already there") {
    a.then = [&] { c.cancel(b); };
    c.feed(both);
    CHECK(c.log == lines{"a: RESULT"});
    CHECK(c.client.orphans() == 0);
    c.turn();
    CHECK(c.log == lines{"a: RESULT", "b: the request was cancelled, sent"});
  }
  SECTION("shuts the machine down") {
    a.then = [&] { c.client.shut_down(errc::closed); };
    c.feed(both);
    CHECK(c.log == lines{"a: RESULT", "b: the driver is closed, sent", "broken: the driver is closed"});
  }
  SECTION("shuts down while another asks for more") {
    b.then = [&] { c.submit(d); };
    a.then = [&] { c.client.shut_down(errc::closed); };
    c.feed(both);
    c.turn();
    CHECK(c.log == lines{"a: RESULT", "b: the driver is closed, sent", "broken: the driver is closed",
                         "d: the peer closed the connection"});
    CHECK_FALSE(d.sent);
  }
}

TEST_CASE("input: a long frame can be taken with the memory that it stands in", "[machine]") {
  conversation c;
  c.get_ready();
  const std::size_t size = GENERATE(std::size_t{10'000}, std::size_t{40'000}, std::size_t{500'000});
  const raw_bytes frame = result_of_size(0, size);
  for (int round = 0; round < 3; ++round) {
    struct taker : protocol::request {
      protocol::byte_buffer memory;
      protocol::reader body;
      bool offered = false;
    } asked;
    asked.kind = protocol::request_kind::raw;
    asked.on_result = [](protocol::request& r, const protocol::response& answer) noexcept {
      taker& self = static_cast<taker&>(r);
      self.offered = answer.memory != nullptr;
      if (self.offered) self.memory = std::move(*answer.memory);
      self.body = answer.body;
    };
    c.client.submit(asked);
    c.turn();
    c.feed(frame);
    CHECK(asked.offered == (size > 16 * 1024));
    c.submit(c.raw("next"));
    c.turn();
    c.feed(result_of_size(0, 100));  // goes elsewhere
    if (asked.offered) {
      CHECK(asked.memory.capacity() >= size);
      CHECK(asked.body.remaining() == 4 + size);
      CHECK(asked.body.end()[-1] == std::byte{0x77});
      CHECK(std::equal(asked.body.position(), asked.body.end(), frame.begin() + 9));
    }
  }
  CHECK(c.log == lines{"next: RESULT", "next: RESULT", "next: RESULT"});
}

TEST_CASE("input: memory is offered only to a frame that stands in it alone", "[machine]") {
  conversation c;
  c.get_ready();
  struct looker : protocol::request {
    bool offered = false;
  } first, second;
  for (looker* each : {&first, &second}) {
    each->kind = protocol::request_kind::raw;
    each->on_result = [](protocol::request& r, const protocol::response& answer) noexcept {
      static_cast<looker&>(r).offered = answer.memory != nullptr;
    };
    c.client.submit(*each);
  }
  c.turn();
  c.feed(joined({result_of_size(0, 60'000), result_of_size(1, 60'000)}));
  CHECK_FALSE(first.offered);
}
