// SPDX-License-Identifier: MIT
// PREPARE: once for whoever waits.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;

errc refuse_check(const statement&, const protocol::prepared_result&, std::string& why) {
  why = "column \"age\" is int on the server, text in the model";
  return errc::type_mismatch;
}
int checks = 0;
errc counting_check(const statement&, const protocol::prepared_result& prepared, std::string&) {
  ++checks;
  return text_of(prepared.id) == "id" ? errc::ok : errc::invalid_value;
}

const statement a_statement{"A"}, b_statement{"B"}, c_statement{"C"};
const statement refused_statement{"R", 0, refuse_check};
const statement checked_statement{"K", 0, counting_check};

}  // namespace

TEST_CASE("prepare: PREPARE, then EXECUTE with the id", "[machine]") {
  conversation c;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  c.get_ready();
  const probe& r = c.submitted(c.execute("r", a_statement));
  CHECK(c.client.in_flight() == 2);
  const client_frame asked = c.take();
  CHECK(hex(asked.bytes) ==
        "04000000090000000500000001"
        "41");
  CHECK(c.silent());
  c.reply_prepared(asked, "some id");
  const client_frame executed = c.take();
  CHECK(id_of(executed) == "some id");
  CHECK(executed.header.stream == 0);
  c.reply_void(executed);
  CHECK(r.succeeded());
  // From now on it is known.
  c.submit(c.execute("again", a_statement));
  CHECK(id_of(c.take()) == "some id");
}

TEST_CASE("prepare: once for all who wait, in their order", "[machine]") {
  conversation c;
  c.get_ready();
  for (const char* name : {"1", "2", "3", "4"}) {
    probe& r = c.execute(name, a_statement);
    r.value_count = 1;
    r.values = wire("00000001");
    r.values.push_back(static_cast<std::byte>(*name));
    c.submit(r);
  }
  c.submit(c.execute("other", b_statement));
  const client_frame prepare_a = c.take(opcode::prepare), prepare_b = c.take(opcode::prepare);
  CHECK(prepare_a.as<protocol::prepare_message>().query == "A");
  CHECK(prepare_b.as<protocol::prepare_message>().query == "B");
  CHECK(c.silent());
  c.reply_prepared(prepare_a, "ida");
  for (const char name : {'1', '2', '3', '4'}) {
    const client_frame executed = c.take(opcode::execute);
    CHECK(executed.bytes.back() == static_cast<std::byte>(name));
    CHECK(id_of(executed) == "ida");
  }
  CHECK(c.silent());
  c.reply_prepared(prepare_b, "idb");
  CHECK(id_of(c.take()) == "idb");
}

TEST_CASE("prepare: an error reaches all who wait, and nobody else", "[machine]") {
  conversation c;
  c.get_ready();
  for (const char* name : {"1", "2", "3"}) c.submit(c.execute(name, a_statement));
  c.submit(c.execute("other", b_statement));
  c.reply_error(c.take(), protocol::error_code_v4::syntax_error, "line 1:0 no viable alternative");
  CHECK(c.log == lines{"1: syntax error", "2: syntax error", "3: syntax error"});  // never sent
  for (int i = 0; i < 3; ++i) {
    CHECK(c.requests[static_cast<std::size_t>(i)].said == "line 1:0 no viable alternative");
    CHECK(c.requests[static_cast<std::size_t>(i)].with_answer);
  }
  CHECK(c.requests.back().ends == 0);
  // The next one tries again.
  c.inbox.clear();
  const probe& again = c.submitted(c.execute("again", a_statement));
  c.reply_prepared(c.take(opcode::prepare), "id");
  c.reply_void(c.take(opcode::execute));
  CHECK(again.succeeded());
}

TEST_CASE("prepare: what is not an answer to PREPARE", "[machine]") {
  conversation c;
  c.get_ready();
  const probe& r = c.submitted(c.execute("r", a_statement));
  const client_frame asked = c.take(opcode::prepare);
  SECTION("RESULT Void") {
    c.reply_void(asked);
    CHECK(r.reason == errc::unexpected_message);
  }
  SECTION("READY") {
    c.reply(asked, protocol::ready_message{});
    CHECK(r.reason == errc::unexpected_message);
  }
  SECTION("an empty id") {
    c.reply_prepared(asked, "");
    CHECK(r.reason == errc::unexpected_message);
  }
  SECTION("cut short") {
    c.feed("84 00 0000 08 00000006 00000004 0002");
    CHECK(r.reason == errc::truncated);
  }
  SECTION("a RESULT kind that does not exist") {
    c.feed("84 00 0000 08 00000004 00000009");
    CHECK(r.reason == errc::unknown_result_kind);
  }
  SECTION("a prelude that is cut short") {
    c.feed("84 02 0000 08 00000004 00000004");
    CHECK(r.reason == errc::truncated);
  }
  CHECK_FALSE(r.sent);
  CHECK(c.broken_calls == 0);
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("prepare: the check of the model", "[machine]") {
  conversation c;
  c.get_ready();
  SECTION("fails with its own text, for all") {
    for (const char* name : {"1", "2"}) c.submit(c.execute(name, refused_statement));
    c.reply_prepared(c.take(), "id");
    CHECK(c.silent());
    for (const probe& r : c.requests) {
      CHECK(r.reason == errc::type_mismatch);
      CHECK(r.said == "column \"age\" is int on the server, text in the model");
      CHECK_FALSE(r.sent);
    }
  }
  SECTION("runs once for each PREPARE") {
    checks = 0;
    for (const char* name : {"1", "2"}) c.submit(c.execute(name, checked_statement));
    c.reply_prepared(c.take(), "id");
    CHECK(checks == 1);
    CHECK(c.take().code() == opcode::execute);
  }
}

TEST_CASE("prepare: a batch prepares what it needs", "[machine]") {
  conversation c;
  c.get_ready();
  const raw_bytes value = wire("00000001 61");
  const protocol::batch_member members[] = {
      {&a_statement, 1, value}, {&b_statement, 0, {}}, {&a_statement, 1, value}, {&c_statement, 0, {}}};
  const probe& r = c.submitted(c.batch("r", members));
  for (const char* id : {"ida", "idb", "idc"}) c.reply_prepared(c.take(opcode::prepare), id);
  client_frame sent = c.take(opcode::batch);
  const auto ids = [&] {
    lines out;
    for (const auto& s : sent.as<protocol::batch_message>().statements) out.emplace_back(text_of(s.id));
    return out;
  };
  CHECK(ids() == lines{"ida", "idb", "ida", "idc"});

  SECTION("success") {
    c.reply_void(sent);
    CHECK(r.succeeded());
  }
  SECTION("the node has forgotten all three: it names one at a time") {
    for (const char* id : {"ida", "idb", "idc"}) {
      c.reply_unprepared(sent, id);
      CHECK(c.log.empty());
      c.reply_prepared(c.take(opcode::prepare), std::string(id) + "2");
      sent = c.take(opcode::batch);
    }
    CHECK(ids() == lines{"ida2", "idb2", "ida2", "idc2"});
    c.reply_void(sent);
    CHECK(r.succeeded());
  }
  SECTION("it forgets for ever") {
    int rounds = 0;
    while (r.ends == 0 && ++rounds < 100) {
      c.reply_unprepared(sent, "ida");
      if (r.ends != 0) break;
      c.reply_prepared(c.take(opcode::prepare), "ida");
      sent = c.take(opcode::batch);
    }
    CHECK(r.reason == errc::prepare_loop);
    CHECK_FALSE(r.sent);
    CHECK(rounds <= 5);
  }
  SECTION("one can't be prepared any more") {
    c.reply_unprepared(sent, "idb");
    c.reply_error(c.take(opcode::prepare), protocol::error_code_v4::invalid, "dropped");
    CHECK(r.said == "dropped");
    CHECK_FALSE(r.sent);
  }
  SECTION("an id that is none of its own is a loop, not an endless one") {
    int rounds = 0;
    while (r.ends == 0 && ++rounds < 100) {
      c.reply_unprepared(sent, "????");
      if (r.ends == 0) sent = c.take(opcode::batch);
    }
    CHECK(r.reason == errc::prepare_loop);
    CHECK(rounds <= 5);
  }
}

TEST_CASE("prepare: a batch with more members than can be counted", "[machine]") {
  conversation c;
  c.get_ready();
  c.prepare(a_statement, "ida");
  const std::vector<protocol::batch_member> members(1000, protocol::batch_member{&a_statement, 0, {}});
  const probe& r = c.submitted(c.batch("r", members));
  int rounds = 0;
  while (r.ends == 0 && ++rounds < 2000) {
    c.reply_unprepared(c.take(opcode::batch), "?");
    c.turn();
  }
  CHECK(rounds == 256);
  CHECK(r.reason == errc::prepare_loop);
}

TEST_CASE("prepare: two batches and an execute are told the same", "[machine]") {
  conversation c;
  c.get_ready();
  c.prepare(a_statement, "ida");
  c.prepare(b_statement, "idb");
  const protocol::batch_member members[] = {{&a_statement, 0, {}}, {&b_statement, 0, {}}};
  const probe& first = c.submitted(c.batch("first", members));
  const probe& second = c.submitted(c.batch("second", members));
  const probe& third = c.submitted(c.execute("third", a_statement));
  const probe& fourth = c.submitted(c.batch("fourth", members));
  std::deque<client_frame> sent;
  for (int i = 0; i < 4; ++i) sent.push_back(c.take());
  c.reply_unprepared(sent[0], "ida");
  c.reply_unprepared(sent[1], "ida");  // while it is being prepared already
  c.reply_unprepared(sent[2], "ida");
  const client_frame prepare = c.take(opcode::prepare);
  CHECK(c.silent());
  c.reply_prepared(prepare, "ida2");
  c.reply_unprepared(sent[3], "ida");  // when it has been prepared
  for (int i = 0; i < 4; ++i) c.reply_void(c.take());
  CHECK(c.silent());
  for (const probe* r : {&first, &second, &third, &fourth}) {
    CAPTURE(r->name);
    CHECK(r->succeeded());
  }
}

TEST_CASE("prepare: timeouts while waiting for it", "[machine]") {
  conversation c;
  c.get_ready();
  probe& hasty = c.execute("hasty", a_statement);
  hasty.timeout_ns = 1 * seconds;
  probe& normal = c.execute("normal", a_statement);
  probe& patient = c.execute("patient", a_statement);
  patient.timeout_ns = 25 * seconds;
  c.submit(hasty);
  c.submit(normal);
  c.submit(patient);
  const client_frame prepare = c.take(opcode::prepare);
  CHECK(c.client.next_deadline() == c.clock.now_ns + seconds);
  c.pass(seconds);
  CHECK(c.log == lines{"hasty: no answer within the request's timeout"});  // not sent
  CHECK(c.client.next_deadline() == c.clock.now_ns + 9 * seconds);

  SECTION("the answer comes for the others") {
    c.reply_prepared(prepare, "id");
    c.reply_void(c.take(opcode::execute));
    c.reply_void(c.take(opcode::execute));
    CHECK(normal.succeeded());
    CHECK(patient.succeeded());
  }
  SECTION("it never comes: who has time left asks again") {
    probe& late = c.execute("late", a_statement);
    c.pass(8 * seconds);
    c.submit(late);  // its ten seconds begin now
    c.pass(seconds);
    CHECK(normal.reason == errc::request_timeout);
    CHECK_FALSE(normal.sent);
    CHECK(patient.ends == 0);
    CHECK(late.ends == 0);
    const client_frame again = c.take(opcode::prepare);
    CHECK(again.header.stream != prepare.header.stream);
    CHECK(c.client.orphans() == 1);
    c.take(opcode::options);  // whether it lives
    c.reply_prepared(again, "id");
    c.reply_prepared(prepare, "id");  // late
    CHECK(c.client.orphans() == 0);
    c.reply_void(c.take(opcode::execute));
    c.reply_void(c.take(opcode::execute));
    CHECK(patient.succeeded());
    CHECK(late.succeeded());
  }
  SECTION("nobody waits any more when it comes") {
    c.cancel(normal);
    c.cancel(patient);
    c.turn();
    CHECK(c.client.in_flight() == 1);
    c.reply_prepared(prepare, "id");
    CHECK(c.silent());
    c.submit(c.execute("next", a_statement));
    CHECK(id_of(c.take(opcode::execute)) == "id");
  }
}

TEST_CASE("prepare: a connection without patience does not ask for ever", "[machine]") {
  conversation c;
  c.options.request_timeout_ns = 0;
  c.get_ready();
  probe& r = c.execute("r", a_statement);
  r.timeout_ns = seconds;
  c.submit(r);
  c.turn();
  c.client.on_time();
  CHECK(r.reason == errc::request_timeout);
  CHECK_FALSE(r.sent);
}

TEST_CASE("prepare: a statement may die as soon as nobody waits for it", "[machine]") {
  conversation c(16);
  c.get_ready();
  auto text = std::make_unique<std::string>("SELECT * FROM t");
  auto dying = std::make_unique<statement>(*text, 0, counting_check);
  checks = 0;
  probe& r = c.execute("r", *dying);
  SECTION("PREPARE is written") {
    c.submit(r);
    const client_frame asked = c.take(opcode::prepare);
    c.cancel(r);
    c.turn();
    dying.reset();
    text.reset();
    c.reply_prepared(asked, "id");
    CHECK(checks == 0);  // there is nothing to compare with
  }
  SECTION("PREPARE waits for a stream id") {
    for (std::uint32_t i = 0; i < c.options.max_streams; ++i) c.submit(c.raw("filler"));
    c.submit(r);
    c.turn();
    c.cancel(r);
    c.turn();
    dying.reset();
    text.reset();
    c.reply(c.take(opcode::options), protocol::supported_message{});
    c.turn();
    while (c.inbox.size() > 1) c.inbox.pop_front();
    CHECK(c.take(opcode::prepare).as<protocol::prepare_message>().query == "SELECT * FROM t");
  }
  CHECK(r.reason == errc::cancelled);
}

TEST_CASE("prepare: an answer that nobody waited for is checked when somebody comes", "[machine]") {
  conversation c;
  c.get_ready();
  checks = 0;
  probe& first = c.execute("first", checked_statement);
  c.submit(first);
  const client_frame asked = c.take(opcode::prepare);
  c.cancel(first);
  c.turn();
  SECTION("it is right") {
    c.reply_prepared(asked, "id");
    CHECK(checks == 0);
    probe& second = c.submitted(c.execute("second", checked_statement));
    c.reply_void(c.take(opcode::execute));
    CHECK(checks == 1);
    CHECK(second.succeeded());
  }
  SECTION("it is wrong, and asked for again") {
    c.reply_prepared(asked, "other");
    probe& second = c.submitted(c.execute("second", checked_statement));
    CHECK(checks == 1);
    c.reply_prepared(c.take(opcode::prepare), "other");
    CHECK(checks == 2);
    CHECK(second.reason == errc::invalid_value);
  }
}

TEST_CASE("prepare: who gets the slot of a statement that is gone is prepared itself", "[machine]") {
  conversation c;
  c.get_ready();
  auto gone = std::make_unique<statement>("gone");
  probe& first = c.execute("first", *gone);
  const statement* next = nullptr;
  std::unique_ptr<statement> heir;
  const auto pass_on = [&] {
    const std::uint32_t slot = gone->slot();
    gone->retire();
    gone.reset();
    heir = std::make_unique<statement>("heir");
    REQUIRE(heir->slot() == slot);
    next = heir.get();
  };
  SECTION("it was prepared") {
    c.submit(first);
    c.reply_prepared(c.take(opcode::prepare), "old");
    c.reply_void(c.take(opcode::execute));
    CHECK(first.succeeded());
    pass_on();
    c.submit(c.execute("second", *next));
    c.turn();
  }
  SECTION("it is being prepared") {
    c.submit(first);
    const client_frame asked = c.take(opcode::prepare);
    c.cancel(first);
    c.turn();
    pass_on();
    c.submit(c.execute("second", *next));
    c.turn();
    SECTION("and the answer comes late") { c.reply_prepared(asked, "old"); }
    SECTION("and the answer is an error") { c.reply_error(asked, protocol::error_code_v4::invalid, "no"); }
  }
  const client_frame asked = c.take(opcode::prepare);
  CHECK(asked.as<protocol::prepare_message>().query == "heir");
  c.reply_prepared(asked, "new");
  const client_frame executed = c.take(opcode::execute);
  const auto id = executed.as<protocol::execute_message>().id;
  CHECK(std::string_view(reinterpret_cast<const char*>(id.data()), id.size()) == "new");
  c.reply_void(executed);
  CHECK(c.client.in_flight() == 0);
}

TEST_CASE("prepare: re-entrancy when it fails", "[machine]") {
  conversation c;
  c.get_ready();
  probe& first = c.execute("first", a_statement);
  probe& second = c.execute("second", a_statement);
  probe& third = c.execute("third", a_statement);
  SECTION("submits the same again") {
    probe& next = c.execute("next", a_statement);
    first.then = [&] { c.submit(next); };
    c.submit(first);
    c.submit(second);
    const client_frame asked = c.take(opcode::prepare);
    c.reply_error(asked, protocol::error_code_v4::invalid, "no");
    CHECK(c.log == lines{"first: invalid", "second: invalid"});
    c.reply_prepared(c.take(opcode::prepare), "id");
    c.reply_void(c.take(opcode::execute));
    CHECK(next.succeeded());
  }
  SECTION("cancels another that waits") {
    first.then = [&] { c.cancel(third); };
    for (probe* r : {&first, &second, &third}) c.submit(*r);
    c.reply_error(c.take(opcode::prepare), protocol::error_code_v4::invalid, "no");
    c.turn();
    CHECK(first.reason == server_errc::invalid);
    CHECK(second.reason == server_errc::invalid);
    CHECK(third.reason == errc::cancelled);
  }
  SECTION("shuts down: all have ended before on_broken") {
    first.then = [&] { c.client.shut_down(errc::closed); };
    for (probe* r : {&first, &second, &third}) c.submit(*r);
    c.reply_error(c.take(opcode::prepare), protocol::error_code_v4::invalid, "no");
    CHECK(c.log.front() == "first: invalid");
    CHECK(c.log.back() == "broken: the driver is closed");
    CHECK(c.log.size() == 4);
    CHECK(c.client.in_flight() == 0);
  }
}
