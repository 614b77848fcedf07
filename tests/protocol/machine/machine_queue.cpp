// SPDX-License-Identifier: MIT
// Stream ids: all in use, free again, orphaned; and the queue in front of them.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;

const statement a_statement{"A"};

// Ready, with so many stream ids, all of them taken by requests whose names are numbers.
struct full_conversation : conversation {
  explicit full_conversation(std::uint32_t streams, std::uint32_t queued = 8192) : conversation(streams) {
    options.max_queued = queued;
    get_ready();
    prepare(a_statement, "ida");
    for (std::uint32_t i = 0; i < streams; ++i) submit(raw(std::to_string(i)));
    turn();
    asked.swap(inbox);
    CHECK(client.in_flight() == streams);
  }
  std::deque<client_frame> asked;
};

constexpr std::uint32_t all_streams = protocol::stream_table::max_streams;
constexpr std::uint32_t some_streams = 16;

}  // namespace

TEST_CASE("queue: 32,768 in flight, the rest waits and is sent in order", "[machine]") {
  full_conversation c(all_streams);
  CHECK(c.asked.size() == all_streams);
  CHECK(c.asked.back().header.stream == 32767);
  for (int i = 0; i < 5; ++i) c.submit(c.execute("late " + std::to_string(i), a_statement));
  CHECK(c.silent());
  CHECK(c.client.in_flight() == all_streams + 5);
  SECTION("one id after the other") {
    for (int i = 0; i < 5; ++i) {
      c.reply_void(c.asked[static_cast<std::size_t>(100 + i)]);
      const client_frame sent = c.take(opcode::execute);
      CHECK(sent.header.stream == 100 + i);
      CHECK(c.requests[c.requests.size() - 5 + static_cast<std::size_t>(i)].stream == 100 + i);
      CHECK(c.silent());
    }
  }
  SECTION("all at once") {
    raw_bytes answers;
    for (int i = 0; i < 10; ++i) {
      const raw_bytes one = conversation::frame(i, protocol::result_message{});
      answers.insert(answers.end(), one.begin(), one.end());
    }
    c.feed(answers);
    c.turn();
    REQUIRE(c.inbox.size() == 5);
    for (const client_frame& sent : c.inbox) c.reply_void(client_frame(sent));
    CHECK(c.log.size() == 15);
    for (int i = 0; i < 5; ++i)
      CHECK(c.log[static_cast<std::size_t>(10 + i)] == "late " + std::to_string(i) + ": RESULT");
  }
}

TEST_CASE("queue: who comes later does not overtake", "[machine]") {
  full_conversation c(some_streams);
  c.submit(c.raw("first"));
  c.submit(c.raw("second"));
  // The answer's handler asks for more while the freed id belongs to the one who waits.
  c.requests[1].then = [&] { c.submit(c.raw("third")); };
  c.reply_void(c.asked[0]);
  CHECK(c.silent() == false);
  CHECK(c.requests.back().name == "third");
  CHECK(c.requests.back().stream == -1);
  CHECK(c.take().header.stream == 0);
  CHECK(c.silent());
}

TEST_CASE("queue: full", "[machine]") {
  full_conversation c(some_streams, 3);
  for (const char* name : {"a", "b", "c"}) c.submit(c.raw(name));
  const probe& refused = c.submitted(c.raw("refused"));
  CHECK(refused.ends == 0);
  c.turn();
  CHECK(refused.reason == errc::queue_full);
  CHECK_FALSE(refused.sent);
  CHECK(c.log.size() == 1);
  SECTION("those who wait stay there whatever comes in") {
    c.feed("84 00 ffff 0c 0000000b 0009 'TELEPATHY'");
    c.feed("84 00 ffff 0c 0000000b 0009 'TELEPATHY'");
    c.turn();
    CHECK(c.log.size() == 1);
    CHECK(c.client.in_flight() == some_streams + 3);
  }
  SECTION("with a heartbeat among them") {
    for (probe& r : c.requests) CHECK(r.deadline_ns != 0);
    c.options.heartbeat_interval_ns = seconds;
    c.pass(seconds);
    CHECK(c.client.in_flight() == some_streams + 4);
    c.feed("84 00 ffff 0c 0000000b 0009 'TELEPATHY'");
    c.turn();
    CHECK(c.log.size() == 1);
    CHECK(c.client.in_flight() == some_streams + 4);
  }
  SECTION("who leaves it makes room at once") {
    for (probe& r : c.requests)
      if (r.name == "a" || r.name == "b") c.cancel(r);
    const probe& third = c.submitted(c.raw("third"));
    const probe& fourth = c.submitted(c.raw("fourth"));
    const probe& fifth = c.submitted(c.raw("fifth"));
    c.turn();
    CHECK(third.ends == 0);
    CHECK(fourth.ends == 0);
    CHECK(fifth.reason == errc::queue_full);
  }
  SECTION("room again") {
    c.reply_void(c.asked[0]);
    const probe& next = c.submitted(c.raw("next"));
    c.turn();
    CHECK(next.ends == 0);
  }
}

TEST_CASE("queue: those who wait for PREPARE count too", "[machine]") {
  conversation c;
  c.options.max_queued = 3;
  c.get_ready();
  for (int i = 0; i < 5; ++i) c.submit(c.execute(std::to_string(i), a_statement));
  c.turn();
  CHECK(c.log ==
        lines{"3: too many requests wait for a connection", "4: too many requests wait for a connection"});
  c.reply_prepared(c.take(opcode::prepare), "id");
  for (int i = 0; i < 3; ++i) c.reply_void(c.take(opcode::execute));
  CHECK(c.log.size() == 5);
}

TEST_CASE("queue: who has waited for PREPARE is not refused a place in the queue", "[machine]") {
  conversation c(some_streams);
  c.options.max_queued = 3;
  c.get_ready();
  for (int i = 0; i < 3; ++i) c.submit(c.execute(std::to_string(i), a_statement));
  const client_frame prepare = c.take(opcode::prepare);
  for (std::uint32_t i = 1; i < some_streams; ++i) c.submit(c.raw("filler"));
  c.turn();
  c.inbox.clear();
  c.reply_prepared(prepare, "id");  // frees one id for three
  CHECK(c.take(opcode::execute).header.stream == prepare.header.stream);
  c.turn();
  CHECK(c.log.empty());
  CHECK(c.client.in_flight() == some_streams + 2);
}

TEST_CASE("queue: a statement that has to be prepared first, behind a full table", "[machine]") {
  full_conversation c(some_streams);
  const statement b_statement{"B"};
  const probe& r = c.submitted(c.execute("r", b_statement));
  const probe& after = c.submitted(c.raw("after"));
  CHECK(c.silent());
  c.reply_void(c.asked[7]);
  const client_frame prepare = c.take(opcode::prepare);
  c.reply_prepared(prepare, "idb");
  // The id is for whoever waits longer; nobody waits for ever.
  for (int i = 0; i < 2; ++i) c.reply_void(i == 0 ? c.take() : (c.reply_void(c.asked[8]), c.take()));
  CHECK(r.succeeded());
  CHECK(after.succeeded());
}

TEST_CASE("queue: a statement that is forgotten while its requests wait for an id", "[machine]") {
  full_conversation c(some_streams);
  const probe& told = c.submitted(c.execute("told", a_statement));
  c.reply_void(c.asked[0]);
  const client_frame executed = c.take(opcode::execute);
  const probe& waits = c.submitted(c.execute("waits", a_statement));
  c.reply_unprepared(executed, "ida");
  // The one id that is free goes to PREPARE, for both.
  c.reply_prepared(c.take(opcode::prepare), "new");
  c.reply_void(c.take(opcode::execute));
  c.reply_void(c.take(opcode::execute));
  CHECK(told.succeeded());
  CHECK(waits.succeeded());
}

TEST_CASE("queue: one that can't be written does not keep the next from it", "[machine]") {
  full_conversation c(some_streams);
  probe& bad = c.query("bad", "text");
  bad.values_error = errc::value_out_of_range;
  const probe& good = c.raw("good");
  c.submit(bad);
  c.submit(c.requests.back());
  c.reply_void(c.asked[3]);
  CHECK(c.take(opcode::options).header.stream == 3);
  CHECK(bad.reason == errc::value_out_of_range);
  CHECK(good.stream == 3);
}

TEST_CASE("orphans: the late answer frees the id", "[machine]") {
  full_conversation c(some_streams);
  c.requests[1 + 5].timeout_ns = 0;
  c.cancel(c.requests[1 + 5]);
  c.turn();
  CHECK(c.log == lines{"5: the request was cancelled, sent"});
  CHECK(c.client.orphans() == 1);
  CHECK(c.client.in_flight() == some_streams - 1);
  const probe& waiting = c.submitted(c.raw("waiting"));
  CHECK(c.silent());  // the id is not free yet
  SECTION("a result") { c.reply_void(c.asked[5]); }
  SECTION("an error") { c.reply_error(c.asked[5], protocol::error_code_v4::invalid, "late"); }
  SECTION("garbage") { c.feed("84 0e 0005 00 00000000"); }
  CHECK(c.client.orphans() == 0);
  CHECK(c.take().header.stream == 5);
  CHECK(c.log.size() == 1);
  CHECK(waiting.ends == 0);
  // A second answer is for the new owner.
  c.feed(conversation::frame(5, protocol::ready_message{}));
  CHECK(waiting.answered == opcode::ready);
}

TEST_CASE("orphans: more than the limit, and old", "[machine]") {
  conversation c;
  c.options.orphan_limit = 3;
  c.get_ready();
  for (int i = 0; i < 4; ++i) {
    probe& r = c.raw(std::to_string(i));
    r.timeout_ns = 2 * seconds;
    c.submit(r);
  }
  c.turn();
  c.pass(2 * seconds);
  CHECK(c.client.orphans() == 4);
  CHECK(c.log.size() == 4);
  CHECK(c.broken_calls == 0);
  const std::int64_t orphaned = c.clock.now_ns;
  SECTION("the machine wants to look when they are old") {
    CHECK(c.client.next_deadline() > orphaned + c.options.orphan_age_ns);
    CHECK(c.client.next_deadline() <= orphaned + c.options.orphan_age_ns + 2 * ms);
    c.pass(c.options.orphan_age_ns);
    CHECK(c.broken_calls == 0);
    c.pass(2 * ms);
    CHECK(c.broken_by == errc::too_many_orphans);
  }
  SECTION("an answer in time") {
    c.reply_void(c.take());
    c.reply(c.inbox.back(), protocol::supported_message{});  // to whether it lives
    CHECK(c.client.orphans() == 3);
    c.pass(29 * seconds);
    CHECK(c.broken_calls == 0);
  }
  SECTION("young ones count when they are old") {
    c.reply_void(c.take());
    c.pass(seconds / 2);
    c.cancel(c.submitted(c.raw("young")));
    c.turn();
    CHECK(c.client.orphans() == 4);
    c.pass(seconds);
    CHECK(c.broken_calls == 0);
    c.pass(seconds);
    CHECK(c.broken_by == errc::too_many_orphans);
  }
  SECTION("traffic does not help") {
    for (int i = 0; i < 20 && c.broken_calls == 0; ++i) {
      c.submit(c.raw("r"));
      c.turn();
      c.reply_void(c.inbox.back());
      c.pass(seconds / 10);
    }
    CHECK(c.broken_by == errc::too_many_orphans);
  }
}

TEST_CASE("orphans: as many as the limit are borne", "[machine]") {
  conversation c;
  c.options.orphan_limit = 4;
  c.get_ready();
  for (int i = 0; i < 4; ++i) c.cancel(c.submitted(c.raw(std::to_string(i))));
  c.turn();
  c.pass(25 * seconds);
  CHECK(c.broken_calls == 0);
  CHECK(c.client.orphans() == 4);
}
