// SPDX-License-Identifier: MIT
// PREPARE again: the node has forgotten a statement, or its table has changed.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;

const statement a_statement{"A"}, b_statement{"B"};

}  // namespace

TEST_CASE("prepare: UNPREPARED is prepared again, quietly", "[machine]") {
  conversation c;
  c.piece = GENERATE(std::size_t{0}, std::size_t{1});
  c.get_ready();
  c.prepare(a_statement, "old");
  probe& r = c.execute("r", a_statement);
  r.value_count = 1;
  r.values = wire("00000000");
  c.submit(r);
  const client_frame first = c.take(opcode::execute);
  const std::int64_t deadline = r.deadline_ns;
  c.pass(seconds);
  c.reply_unprepared(first, "old");
  CHECK(c.log.empty());
  SECTION("and then executed") {
    c.reply_prepared(c.take(opcode::prepare), "new");
    const client_frame second = c.take(opcode::execute);
    CHECK(id_of(second) == "new");
    CHECK(second.as<protocol::execute_message>().parameters.values.size() == 1);
    CHECK(r.deadline_ns == deadline);
    SECTION("with success") {
      c.reply_void(second);
      CHECK(r.succeeded());
    }
    SECTION("forgotten once more: a loop") {
      c.reply_unprepared(second, "new");
      CHECK(r.reason == errc::prepare_loop);
      CHECK_FALSE(r.sent);
      CHECK(c.silent());
      // Of the next one nothing is held against it.
      const probe& next = c.submitted(c.execute("next", a_statement));
      client_frame asked = c.take();
      if (asked.code() == opcode::execute) {
        c.reply_unprepared(asked, "new");
        asked = c.take();
      }
      c.reply_prepared(asked, "new");
      c.reply_void(c.take(opcode::execute));
      CHECK(next.succeeded());
    }
  }
  SECTION("and can't be") {
    c.reply_error(c.take(opcode::prepare), protocol::error_code_v4::invalid, "no such table");
    CHECK(r.reason == server_errc::invalid);
    CHECK(r.said == "no such table");
    CHECK_FALSE(r.sent);
  }
  SECTION("within the time that it had from the start") {
    c.pass(deadline - c.clock.now_ns);
    CHECK(r.reason == errc::request_timeout);
  }
  SECTION("unless it is cancelled") {
    c.cancel(r);
    c.turn();
    CHECK(r.reason == errc::cancelled);
    c.inbox.clear();
  }
}

TEST_CASE("prepare: a request that failed over may be prepared again on each node", "[machine]") {
  conversation first, second;
  for (conversation* c : {&first, &second}) {
    c->get_ready();
    c->prepare(a_statement, "id");
  }
  probe r("r");
  r.kind = request_kind::execute;
  r.what = &a_statement;
  first.submit(r);
  first.reply_unprepared(first.take(opcode::execute), "id");
  first.reply_prepared(first.take(opcode::prepare), "id");
  // Its owner takes it elsewhere when the node says that it can't.
  first.reply_error(first.take(opcode::execute), protocol::error_code_v4::is_bootstrapping, "not now");
  CHECK(r.ends == 1);
  r.ends = 0;
  second.submit(r);
  second.reply_unprepared(second.take(opcode::execute), "id");
  CHECK(r.ends == 0);
  second.reply_prepared(second.take(opcode::prepare), "id");
  second.reply_void(second.take(opcode::execute));
  CHECK(r.ends == 1);
}

TEST_CASE("prepare: a thousand in flight when the node forgets", "[machine]") {
  conversation c;
  c.get_ready();
  c.prepare(a_statement, "id");
  std::deque<client_frame> asked;
  for (int i = 0; i < 1000; ++i) c.submit(c.execute(std::to_string(i), a_statement));
  for (int i = 0; i < 1000; ++i) asked.push_back(c.take(opcode::execute));
  for (int i = 0; i < 500; ++i) c.reply_unprepared(asked[static_cast<std::size_t>(i)], "id");
  const client_frame prepare = c.take(opcode::prepare);
  CHECK(c.silent());  // one is enough
  // Some were answered before.
  for (int i = 500; i < 700; ++i) c.reply_void(asked[static_cast<std::size_t>(i)]);
  c.reply_prepared(prepare, "id2");
  // And some say so only now, about the id that nobody uses any more.
  for (int i = 700; i < 1000; ++i) c.reply_unprepared(asked[static_cast<std::size_t>(i)], "id");
  for (int i = 0; i < 800; ++i) {
    const client_frame again = c.take(opcode::execute);
    CHECK(id_of(again) == "id2");
    c.reply_void(again);
  }
  CHECK(c.silent());
  CHECK(std::all_of(c.requests.begin(), c.requests.end(), [](const probe& r) { return r.succeeded(); }));
}

TEST_CASE("prepare: a node that forgets for ever is not asked to prepare all the time", "[machine]") {
  conversation c;
  c.get_ready();
  int prepares = 0;
  const auto ask = [&](const std::string& name) -> probe& {
    probe& r = c.execute(name, a_statement);
    c.submit(r);
    while (r.ends == 0) {
      const client_frame sent = c.take();
      if (sent.code() == opcode::prepare) {
        ++prepares;
        c.reply_prepared(sent, "id");
      } else {
        c.reply_unprepared(sent, "id");
      }
    }
    return r;
  };
  for (int i = 0; i < 200; ++i) CHECK(ask(std::to_string(i)).reason == errc::prepare_loop);
  CHECK(prepares == 6);  // the first time, and five times in vain
  c.pass(seconds);
  for (int i = 0; i < 200; ++i) CHECK(ask("later" + std::to_string(i)).reason == errc::prepare_loop);
  CHECK(prepares == 11);
  // Other statements are not held responsible, and neither is this one when the node is well again.
  c.prepare(b_statement, "idb");
  c.pass(seconds);
  const probe& well = c.submitted(c.execute("well", a_statement));
  c.reply_unprepared(c.take(opcode::execute), "id");
  c.reply_prepared(c.take(opcode::prepare), "id");
  c.reply_void(c.take(opcode::execute));
  CHECK(well.succeeded());
}

TEST_CASE("prepare: a statement of a table that has changed is prepared again", "[machine]") {
  conversation c;
  c.get_ready();
  c.prepare(a_statement, "ida");
  SECTION("before it is used") {
    c.client.recheck_statements("ks", "t");
    const probe& r = c.submitted(c.execute("r", a_statement));
    c.reply_prepared(c.take(opcode::prepare), "ida");
    c.reply_void(c.take(opcode::execute));
    CHECK(r.succeeded());
    c.submit(c.execute("next", a_statement));
    c.reply_void(c.take(opcode::execute));
  }
  SECTION("what is on its way goes on") {
    const probe& r = c.submitted(c.execute("r", a_statement));
    c.client.recheck_statements({}, {});
    c.reply_void(c.take(opcode::execute));
    CHECK(r.succeeded());
  }
  SECTION("an answer that may be older is not believed") {
    c.submit(c.execute("r", b_statement));
    const client_frame first = c.take(opcode::prepare);
    c.client.recheck_statements({}, {});
    c.reply_prepared(first, "old");
    c.reply_prepared(c.take(opcode::prepare), "new");
    const client_frame sent = c.take(opcode::execute);
    CHECK(id_of(sent) == "new");
    c.reply_void(sent);
    CHECK(c.silent());
  }
}
