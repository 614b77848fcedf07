// SPDX-License-Identifier: MIT
// Cancellation and shut_down in every state of a request: each ends once, never inside the call, and is told
// whether it was sent.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;

const statement known{"K"}, unknown{"U"};

// A request in each state that it can be in.
struct every_state : conversation {
  static constexpr std::uint32_t streams = 8;

  every_state() : conversation(streams) {
    options.max_queued = 3;
    get_ready();
    prepare(known, "id");
    submit(preparing);
    for (std::uint32_t i = 2; i < streams; ++i) submit(raw("filler"));
    submit(written);
    submit(queued);
    submit(queued_execute);
    turn();
    log.clear();
    unwritable.values_error = errc::value_out_of_range;
  }
  probe& preparing = execute("preparing", unknown);
  probe& written = execute("written", known);
  probe& queued = raw("queued");
  probe& queued_execute = execute("queued execute", known);
  probe& refused = raw("refused");
  probe& unwritable = query("unwritable", "q");

  [[nodiscard]] lines ends_of(std::initializer_list<const probe*> rs) const {
    lines out;
    for (const probe* r : rs) out.push_back(r->reason.message() + (r->sent ? ", sent" : ""));
    return out;
  }
};

}  // namespace

TEST_CASE("cancel: in every state", "[machine]") {
  every_state c;
  CHECK(c.preparing.stream == -1);
  CHECK(c.written.stream == 7);
  CHECK(c.queued.stream == -1);
  const std::uint32_t before = c.client.in_flight();
  for (probe* r : {&c.preparing, &c.written, &c.queued, &c.queued_execute}) c.cancel(*r);
  CHECK(c.log.empty());
  CHECK(c.client.has_deferred());
  CHECK(c.client.in_flight() == before);
  c.turn();
  CHECK(c.log == lines{"preparing: the request was cancelled", "written: the request was cancelled, sent",
                       "queued: the request was cancelled", "queued execute: the request was cancelled"});
  CHECK(c.client.orphans() == 1);
  CHECK(c.client.in_flight() == before - 4);
  CHECK_FALSE(c.client.has_deferred());
}

TEST_CASE("cancel: what was deferred already", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.query("r", "q");
  SECTION("because it could not be written") {
    r.values_error = errc::value_out_of_range;
    c.submit(r);
    c.cancel(r);
    c.turn();
    CHECK(r.reason == errc::cancelled);
    CHECK_FALSE(r.sent);
  }
  SECTION("because it was cancelled") {
    c.submit(r);
    c.cancel(r);
    c.cancel(r);
    c.turn();
    CHECK(r.reason == errc::cancelled);
    CHECK(r.sent);
    CHECK(c.client.orphans() == 1);
  }
  SECTION("because the connection is broken") {
    c.client.shut_down(errc::connection_closed);
    c.submit(r);
    c.cancel(r);
    c.turn();
    CHECK(r.reason == errc::cancelled);
    CHECK_FALSE(r.sent);
  }
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("cancel: a request that is just ending", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.submitted(c.raw("r"));
  r.then = [&] { c.client.cancel(r); };
  SECTION("with a result") { c.reply_void(c.take()); }
  SECTION("with an error") { c.reply_error(c.take(), protocol::error_code_v4::invalid, "no"); }
  SECTION("because time is up") {
    c.turn();
    c.pass(10 * seconds);
    c.take();
    c.reply(c.take(opcode::options), protocol::supported_message{});  // it lives
  }
  SECTION("with the connection") { c.client.shut_down(errc::closed); }
  SECTION("because it was cancelled") {
    c.client.cancel(r);
    c.client.run_deferred();
  }
  CHECK(r.ends == 1);
  CHECK_FALSE(c.client.has_deferred());
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("cancel: the answer comes in the same turn", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.submitted(c.raw("r"));
  const client_frame asked = c.take();
  c.cancel(r);
  c.reply_void(asked);
  c.turn();
  CHECK(c.log == lines{"r: the request was cancelled, sent"});
  CHECK(c.client.orphans() == 0);
  CHECK(c.broken_calls == 0);
}

TEST_CASE("cancel: the deadline comes in the same turn", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.submitted(c.raw("r"));
  c.turn();
  c.at(c.clock.now_ns + 10 * seconds);
  c.cancel(r);
  c.client.on_time();
  c.turn();
  CHECK(r.ends == 1);
  CHECK(r.reason == errc::cancelled);
}

TEST_CASE("holds: a request that was submitted here, by its key", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.raw("r");
  const probe& other = c.raw("other");
  r.cancel_key = 7;
  CHECK_FALSE(c.client.holds(r, 7));
  c.submit(r);
  CHECK(c.client.holds(r, 7));
  CHECK_FALSE(c.client.holds(r, 8));  // another request at the same address
  CHECK_FALSE(c.client.holds(other, 0));
  c.cancel(r);
  CHECK_FALSE(c.client.holds(r, 7));  // once is enough
  c.turn();
  CHECK_FALSE(c.client.holds(r, 7));
  auto gone = std::make_unique<probe>();
  const probe& dangling = *gone;
  gone.reset();
  CHECK_FALSE(c.client.holds(dangling, 7));
}

TEST_CASE("shut_down: every request in every state ends once", "[machine]") {
  every_state c;
  c.submit(c.refused);
  c.submit(c.unwritable);
  c.cancel(c.queued_execute);
  c.client.shut_down(errc::connection_closed, "reset by peer");
  CHECK(c.ends_of({&c.preparing, &c.written, &c.queued, &c.queued_execute, &c.refused, &c.unwritable}) ==
        lines{"the peer closed the connection", "the peer closed the connection, sent",
              "the peer closed the connection", "the request was cancelled",
              "too many requests wait for a connection", "too many requests wait for a connection"});
  CHECK(c.written.said == "reset by peer");
  CHECK(c.preparing.said == "reset by peer");
  CHECK(c.log.back() == "broken: reset by peer");
  CHECK(c.log.size() == every_state::streams - 2 + 6 + 1);
  CHECK(c.broken_calls == 1);
  CHECK(c.client.in_flight() == 0);
  CHECK_FALSE(c.client.has_deferred());
}

TEST_CASE("shut_down: the text may be the machine's own", "[machine]") {
  conversation c;
  c.get_ready();
  const probe& r = c.submitted(c.raw("r"));
  c.turn();
  // The view points into the input buffer, where the answer stood.
  const raw_bytes answer = conversation::frame(0, protocol::authenticate_message{std::string(100, 'x')});
  c.requests.front().then = [&] { c.client.shut_down(errc::closed, "bye"); };
  c.feed(answer);
  CHECK(r.answered == opcode::authenticate);
  CHECK(c.broken_text == "bye");
}

TEST_CASE("shut_down: again and again", "[machine]") {
  conversation c;
  const bool ready = GENERATE(false, true);
  if (ready) c.get_ready();
  c.when_broken = [&] { c.client.shut_down(errc::closed); };
  c.client.shut_down(errc::connection_failed);
  c.client.shut_down(errc::closed);
  CHECK(c.broken_calls == 1);
  CHECK(c.broken_by == errc::connection_failed);
}

TEST_CASE("shut_down: what is submitted afterwards ends at the next turn, not sent", "[machine]") {
  conversation c;
  c.get_ready();
  c.client.shut_down(errc::connection_closed);
  const probe& r = c.submitted(c.execute("r", known));
  CHECK(r.ends == 0);
  c.turn();
  CHECK(r.reason == errc::connection_closed);
  CHECK_FALSE(r.sent);
  CHECK(c.client.output().empty());
}

TEST_CASE("shut_down: re-entrancy", "[machine]") {
  conversation c;
  c.get_ready();
  probe& a = c.raw("a");
  probe& b = c.raw("b");
  probe& d = c.execute("d", unknown);
  probe& next = c.raw("next");
  for (probe* r : {&a, &b, &d}) c.submit(*r);
  c.turn();
  SECTION("the first that ends cancels the rest") {
    probe* all[] = {&a, &b, &d};
    for (probe* mine : all)
      mine->then = [&c, &all] {
        for (probe* r : all)
          if (r->ends == 0) c.cancel(*r);
      };
    c.client.shut_down(errc::connection_closed);
    int closed = 0, cancelled = 0;
    for (const probe* r : all) {
      closed += r->reason == errc::connection_closed ? 1 : 0;
      cancelled += r->reason == errc::cancelled ? 1 : 0;
      CHECK(r->sent == (r != &d));
    }
    CHECK(closed == 1);
    CHECK(cancelled == 2);
    CHECK(c.log.back() == "broken: the peer closed the connection");
    CHECK(c.log.size() == 4);
  }
  SECTION("one that ends submits, here of all places") {
    a.then = [&] { c.submit(next); };
    c.client.shut_down(errc::connection_closed);
    CHECK(next.ends == 0);
    c.turn();
    CHECK(next.reason == errc::connection_closed);
  }
  SECTION("one that ends shuts down") {
    a.then = [&] { c.client.shut_down(errc::closed); };
    c.client.shut_down(errc::connection_closed);
    CHECK(c.broken_by == errc::connection_closed);
    CHECK(c.broken_calls == 1);
  }
  CHECK(c.client.in_flight() == 0);
  CHECK(c.client.orphans() == 0);
}

TEST_CASE("run_deferred: re-entrancy", "[machine]") {
  conversation c;
  c.get_ready();
  probe& a = c.query("a", "q");
  probe& b = c.query("b", "q");
  probe& d = c.query("d", "q");
  probe& next = c.query("next", "q");
  for (probe* r : {&a, &b, &next}) r->values_error = errc::invalid_value;
  for (probe* r : {&a, &b, &d}) c.submit(*r);
  c.cancel(d);
  SECTION("submits what is deferred too: the next turn's") {
    a.then = [&] { c.submit(next); };
    c.client.run_deferred();
    CHECK(next.ends == 0);
    CHECK(c.log.size() == 3);
    c.turn();
    CHECK(next.reason == errc::invalid_value);
  }
  SECTION("cancels another") {
    a.then = [&] { c.cancel(b); };
    c.turn();
    CHECK(b.reason == errc::cancelled);
    CHECK_FALSE(b.sent);
    CHECK(d.sent);
  }
  SECTION("shuts down: the others have their own reasons") {
    a.then = [&] { c.client.shut_down(errc::closed); };
    c.client.run_deferred();
    CHECK(c.log.back() == "broken: the driver is closed");
    CHECK(b.reason == errc::invalid_value);
    CHECK(d.reason == errc::cancelled);
    CHECK(d.sent);
  }
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("ends: a request may be used again when it has ended", "[machine]") {
  conversation c;
  c.get_ready();
  probe& r = c.query("r", "q");
  r.values_error = errc::invalid_value;
  c.submit(r);
  c.turn();
  CHECK(r.reason == errc::invalid_value);
  r.values_error = errc::ok;
  r.deadline_ns = 0;
  for (int i = 0; i < 3; ++i) {
    r.ends = 0;
    c.submit(r);
    c.take();
    c.cancel(r);
    c.turn();
    CHECK(r.ends == 1);
    CHECK(r.reason == errc::cancelled);
    CHECK(r.sent);
  }
}
