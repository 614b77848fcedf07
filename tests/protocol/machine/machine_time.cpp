// SPDX-License-Identifier: MIT
// Deadlines and heartbeats; and when the machine wants to be woken.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;

constexpr std::int64_t start = 1'000 * seconds;

// Whatever arrives is a sign of life.
void some_event(conversation& c) { c.feed("84 00 ffff 0c 0000000b 0009 'TELEPATHY'"); }

}  // namespace

TEST_CASE("time: next_deadline in each state", "[machine]") {
  conversation c;
  CHECK(c.client.next_deadline() == protocol::never);
  c.client.start();
  CHECK(c.client.next_deadline() == start + 5 * seconds);
  c.at(start + seconds);
  c.reply(c.take(), protocol::supported_message{});
  CHECK(c.client.next_deadline() == start + 5 * seconds);
  c.reply(c.take(), protocol::ready_message{});
  CHECK(c.client.next_deadline() == start + 31 * seconds);  // idle since the last answer
  probe& r = c.raw("r");
  c.submit(r);
  CHECK(c.client.next_deadline() == start + 11 * seconds);
  probe& shorter = c.raw("shorter");
  shorter.timeout_ns = 5;
  c.submit(shorter);
  CHECK(c.client.next_deadline() == start + seconds + 5);
  c.at(start + seconds + 1);
  const client_frame first = c.take(), second = c.take();
  c.reply_void(second);
  CHECK(c.client.next_deadline() == start + 11 * seconds);
  c.reply_void(first);
  CHECK(c.client.next_deadline() == start + 31 * seconds + 1);
  c.client.shut_down(errc::closed);
  CHECK(c.client.next_deadline() == protocol::never);
}

TEST_CASE("time: a request times out when it is due, not before", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.raw("r");
  SECTION("the connection's default") { r.timeout_ns = 0; }
  SECTION("its own") { r.timeout_ns = 10 * seconds; }
  SECTION("a deadline from an earlier attempt") { r.deadline_ns = start + 10 * seconds; }
  c.submit(r);
  c.turn();
  c.pass(10 * seconds - 1);
  CHECK(r.ends == 0);
  c.pass(1);
  CHECK(r.reason == errc::request_timeout);
  CHECK(r.said == coodie::describe(errc::request_timeout));
  CHECK(r.sent);
  CHECK_FALSE(r.with_answer);
  CHECK(c.client.orphans() == 1);
  CHECK(c.broken_calls == 0);
}

TEST_CASE("time: several timeout values end in the order of their deadlines", "[machine]") {
  conversation c;
  c.options.heartbeat_interval_ns = 1'000 * seconds;
  c.options.heartbeat_timeout_ns = 1'000 * seconds;
  c.get_ready();
  const std::int64_t values[] = {7, 1, 3, 7, 2, 6, 5, 1, 4, 3};
  for (int i = 0; i < 10; ++i) {
    probe& r = c.raw(std::to_string(i));
    r.timeout_ns = values[i] * seconds;
    c.submit(r);
    c.pass(ms);
  }
  c.turn();
  c.pass(100 * seconds);
  lines expected;
  for (const int i : {1, 7, 4, 2, 9, 8, 6, 5, 0, 3})
    expected.push_back(std::to_string(i) + ": no answer within the request's timeout, sent");
  CHECK(c.log == expected);
}

TEST_CASE("time: late to be woken", "[machine]") {
  conversation c;
  c.get_ready();
  for (int i = 0; i < 3; ++i) c.submit(c.raw(std::to_string(i)));
  c.turn();
  c.at(start + 20 * seconds);
  c.client.on_time();
  CHECK(c.log.size() == 3);
  CHECK(c.client.next_deadline() > c.clock.now_ns);
}

TEST_CASE("time: woken too early, nothing happens", "[machine]") {
  conversation c;
  c.client.on_time();
  c.get_ready();
  c.submit(c.raw("r"));
  c.turn();
  c.inbox.clear();
  c.client.on_time();
  CHECK(c.log.empty());
  CHECK(c.silent());
  c.client.shut_down(errc::closed);
  c.client.on_time();
}

TEST_CASE("time: the longest timeouts do not wrap around", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.raw("r");
  r.timeout_ns = std::numeric_limits<std::int64_t>::max();
  c.submit(r);
  c.pass(20 * seconds);
  CHECK(r.ends == 0);
  c.reply_void(c.take());
  CHECK(r.succeeded());
}

TEST_CASE("time: no patience at all", "[machine]") {
  conversation c;
  SECTION("for the handshake") {
    c.options.connect_timeout_ns = GENERATE(std::int64_t{0}, std::int64_t{-1});
    c.client.start();
    CHECK(c.client.next_deadline() <= c.clock.now_ns);
    c.client.on_time();
    CHECK(c.broken_by == errc::connect_timeout);
  }
  SECTION("for a request, nor for the PREPARE that it needs") {
    const statement select("SELECT");
    c.get_ready();
    c.options.request_timeout_ns = 0;
    const probe& sent = c.submitted(c.raw("sent"));
    const probe& waiting = c.submitted(c.execute("waiting", select));
    c.client.on_time();
    CHECK(sent.reason == errc::request_timeout);
    CHECK(sent.sent);
    CHECK(waiting.reason == errc::request_timeout);
    CHECK_FALSE(waiting.sent);
    CHECK(c.client.ready());
  }
}

TEST_CASE("time: timeouts while waiting in the queue", "[machine]") {
  conversation c(16);
  c.get_ready();
  for (std::uint32_t i = 0; i < c.options.max_streams; ++i) {
    probe& r = c.raw("filler");
    r.timeout_ns = 20 * seconds;
    c.submit(r);
  }
  const probe& first = c.submitted(c.raw("first"));
  c.pass(seconds);
  const probe& second = c.submitted(c.raw("second"));
  c.pass(9 * seconds);
  CHECK(first.reason == errc::request_timeout);
  CHECK_FALSE(first.sent);
  CHECK(second.ends == 0);
  CHECK(c.client.orphans() == 0);
  c.inbox.resize(1);
  c.reply_void(c.take());
  CHECK(second.stream == 0);
}

TEST_CASE("time: re-entrancy in a timeout", "[machine]") {
  conversation c;
  c.get_ready();
  probe& a = c.raw("a");
  probe& b = c.raw("b");
  probe& next = c.raw("next");
  c.submit(a);
  c.submit(b);
  c.turn();
  SECTION("submits") {
    a.then = [&] { c.submit(next); };
    c.pass(10 * seconds);
    CHECK(c.log.size() == 2);
    CHECK(next.stream == 2);
    CHECK(next.deadline_ns == start + 20 * seconds);
  }
  SECTION("cancels another that is overdue as well") {
    a.then = [&] { c.cancel(b); };
    c.pass(10 * seconds);
    CHECK(b.reason == errc::cancelled);
    CHECK(b.sent);
  }
  SECTION("shuts down") {
    a.then = [&] { c.client.shut_down(errc::closed); };
    c.pass(10 * seconds);
    CHECK(c.log == lines{"a: no answer within the request's timeout, sent", "b: the driver is closed, sent",
                         "broken: the driver is closed"});
  }
}

TEST_CASE("heartbeat: OPTIONS after the connection was idle", "[machine]") {
  conversation c;
  c.get_ready();
  c.pass(30 * seconds - 1);
  CHECK(c.silent());
  c.pass(1);
  const client_frame beat = c.take(opcode::options);
  CHECK(beat.body().empty());
  CHECK(c.silent());
  CHECK(c.client.next_deadline() == start + 40 * seconds);
  SECTION("answered") {
    c.pass(10 * seconds - 1);
    c.reply(beat, protocol::supported_message{});
    CHECK(c.client.next_deadline() == c.clock.now_ns + 30 * seconds);
    c.pass(30 * seconds);
    CHECK(c.take(opcode::options).header.stream == 0);
  }
  SECTION("an error is an answer too") {
    c.reply_error(beat, protocol::error_code_v4::overloaded, "busy");
    CHECK(c.broken_calls == 0);
    CHECK(c.client.next_deadline() == c.clock.now_ns + 30 * seconds);
  }
  SECTION("missed") {
    const probe& r = c.submitted(c.raw("r"));
    c.turn();
    c.pass(10 * seconds - 1);
    CHECK(c.broken_calls == 0);
    c.pass(1);
    CHECK(c.broken_by == errc::heartbeat_timeout);
    CHECK(c.broken_calls == 1);
    // Both were due now; each is told once.
    CHECK(r.ends == 1);
  }
  SECTION("answered by bytes that make no sense") {
    c.feed("84 02 0000 06 00000001 00");
    CHECK(c.broken_by == errc::truncated);
  }
  SECTION("closed meanwhile") {
    c.client.shut_down(errc::connection_closed);
    CHECK(c.log == lines{"broken: the peer closed the connection"});
  }
}

TEST_CASE("heartbeat: none while traffic flows", "[machine]") {
  conversation c;
  c.get_ready();
  for (int i = 0; i < 100; ++i) {
    c.pass(29 * seconds);
    some_event(c);
    CHECK(c.silent());
  }
  c.pass(30 * seconds);
  CHECK(c.take(opcode::options).body().empty());
}

TEST_CASE("heartbeat: what we send is no sign of the peer's life", "[machine]") {
  conversation c;
  c.options.request_timeout_ns = 100 * seconds;
  c.get_ready();
  c.pass(20 * seconds);
  c.submit(c.raw("r"));
  c.take();
  c.pass(10 * seconds);
  c.take(opcode::options);
  c.pass(10 * seconds);
  CHECK(c.log ==
        lines{"r: the node did not answer a heartbeat, sent", "broken: the node did not answer a heartbeat"});
}

TEST_CASE("heartbeat: a request that times out has the peer asked at once", "[machine]") {
  conversation c;  // 10 s for a request, 30 s until a heartbeat, 10 s for its answer
  c.get_ready();
  const probe& r = c.submitted(c.raw("r"));
  c.take();
  c.pass(10 * seconds);
  CHECK(r.reason == errc::request_timeout);
  const client_frame beat = c.take(opcode::options);
  const probe& late = c.submitted(c.raw("late"));
  c.take();
  SECTION("a peer that says nothing has 2 s more") {
    c.pass(2 * seconds - 1);
    CHECK(c.broken_calls == 0);
    c.pass(1);
    CHECK(c.broken_by == errc::heartbeat_timeout);
    CHECK(late.reason == errc::heartbeat_timeout);
  }
  SECTION("it answers") {
    c.pass(seconds);
    c.reply(beat, protocol::supported_message{});
    c.pass(9 * seconds);
    CHECK(late.reason == errc::request_timeout);
    CHECK(c.broken_calls == 0);
    CHECK(c.silent());  // something has come since
  }
  SECTION("it answers somebody else") {
    c.pass(seconds);
    some_event(c);
    c.pass(5 * seconds);
    CHECK(c.broken_calls == 0);
  }
}

TEST_CASE("heartbeat: short timeouts do not shorten what the peer may be silent for", "[machine]") {
  conversation c;
  c.get_ready();
  c.pass(seconds);
  for (int i = 0; i < 3; ++i) {
    probe& r = c.raw("r" + std::to_string(i));
    r.timeout_ns = seconds;
    c.submit(r);
    c.take();
    c.pass(seconds);
    CHECK(r.reason == errc::request_timeout);
    if (i == 0) c.take(opcode::options);  // one is enough
    CHECK(c.silent());
  }
  c.pass(7 * seconds - 1);
  CHECK(c.broken_calls == 0);
  c.pass(1);  // 10 s since the first one was sent
  CHECK(c.broken_by == errc::heartbeat_timeout);
}

TEST_CASE("heartbeat: a request that times out while others are answered tells nothing", "[machine]") {
  conversation c;
  c.get_ready();
  c.submit(c.raw("slow"));
  const client_frame slow = c.take();
  c.pass(5 * seconds);
  some_event(c);
  c.pass(5 * seconds);
  CHECK(c.client.orphans() == 1);
  CHECK(c.silent());
  c.reply_void(slow);
  CHECK(c.client.orphans() == 0);
}

TEST_CASE("heartbeat: without a free stream id", "[machine]") {
  conversation c(16);
  c.options.request_timeout_ns = 1'000 * seconds;
  c.get_ready();
  for (std::uint32_t i = 0; i < c.options.max_streams; ++i) c.submit(c.raw("filler"));
  c.turn();
  c.inbox.clear();
  c.pass(30 * seconds);
  CHECK(c.silent());
  CHECK(c.client.next_deadline() == start + 40 * seconds);
  SECTION("a peer that says nothing at all is dead") {
    c.pass(10 * seconds);
    CHECK(c.broken_by == errc::heartbeat_timeout);
  }
  SECTION("a peer that says something is not, although the heartbeat could not be sent") {
    c.pass(5 * seconds);
    some_event(c);
    c.pass(5 * seconds);
    CHECK(c.broken_calls == 0);
    c.pass(40 * seconds);
    CHECK(c.broken_by == errc::heartbeat_timeout);
  }
  SECTION("it is sent as soon as there is one") {
    c.submit(c.raw("later"));
    c.feed(conversation::frame(7, protocol::ready_message{}));
    CHECK_FALSE(c.silent());
  }
}
