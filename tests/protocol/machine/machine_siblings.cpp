// SPDX-License-Identifier: MIT
// Several connections to one node: what one has prepared, the others need not.
#include "tests/protocol/machine/scripted_server.hpp"

namespace {

using namespace machine_checks;

const statement a_statement{"A"}, b_statement{"B"};

struct two_connections {
  std::shared_ptr<protocol::machine_siblings> node = std::make_shared<protocol::machine_siblings>();
  conversation first{protocol::stream_table::max_streams, node};
  conversation second{protocol::stream_table::max_streams, node};

  two_connections() {
    first.get_ready();
    second.get_ready();
  }
  probe& ask(conversation& c, const statement& what = a_statement) {
    return c.submitted(c.execute("r" + std::to_string(c.requests.size()), what));
  }
  void answer(conversation& c, std::string_view id) {
    const client_frame asked = c.take(opcode::execute);
    CHECK(id_of(asked) == id);
    c.reply_void(asked);
  }
};

}  // namespace

TEST_CASE("siblings: what one connection has prepared, the other executes", "[machine]") {
  two_connections c;
  c.first.prepare(a_statement, "id");
  const probe& r = c.ask(c.second);
  c.answer(c.second, "id");
  CHECK(r.succeeded());
  // Not another statement.
  c.ask(c.second, b_statement);
  c.second.reply_prepared(c.second.take(opcode::prepare), "other");
  c.answer(c.second, "other");
}

TEST_CASE("siblings: PREPARE is in flight once for all of them", "[machine]") {
  two_connections c;
  const probe& one = c.ask(c.first);
  const probe& two = c.ask(c.second);
  CHECK(c.second.silent());
  const client_frame asked = c.first.take(opcode::prepare);
  SECTION("and all go on with what it brings") {
    c.first.reply_prepared(asked, "id");
    c.answer(c.first, "id");
    c.answer(c.second, "id");
    CHECK(one.succeeded());
    CHECK(two.succeeded());
    CHECK(c.second.silent());
  }
  SECTION("and all end with what the server says") {
    c.first.reply_error(asked, protocol::error_code_v4::invalid, "no such table");
    for (const probe* r : {&one, &two}) {
      CHECK(r->reason == server_errc::invalid);
      CHECK(r->said == "no such table");
      CHECK_FALSE(r->sent);
    }
    CHECK(c.first.silent());
    CHECK(c.second.silent());
  }
  SECTION("unless its connection breaks") {
    c.first.client.shut_down(errc::connection_closed);
    CHECK(one.reason == errc::connection_closed);
    c.second.reply_prepared(c.second.take(opcode::prepare), "id");
    c.answer(c.second, "id");
    CHECK(two.succeeded());
  }
  SECTION("unless nobody there waits any more") {
    c.first.cancel(c.first.requests.front());
    c.first.turn();
    c.first.reply_prepared(asked, "id");
    c.second.reply_prepared(c.second.take(opcode::prepare), "id");
    c.answer(c.second, "id");
    CHECK(two.succeeded());
    // The answer is not lost.
    c.ask(c.first);
    c.answer(c.first, "id");
  }
  SECTION("unless there is no answer in time") {
    c.first.pass(5 * seconds);
    c.second.at(c.first.clock.now_ns);
    const probe& later = c.ask(c.second);
    CHECK(c.second.silent());
    c.first.pass(one.deadline_ns - c.first.clock.now_ns);
    CHECK(one.reason == errc::request_timeout);
    c.second.pass(c.first.clock.now_ns - c.second.clock.now_ns);
    CHECK(two.reason == errc::request_timeout);
    c.second.reply_prepared(c.second.take(opcode::prepare), "id");
    c.answer(c.second, "id");
    CHECK(later.succeeded());
    c.first.inbox.clear();
  }
  SECTION("and who has enough of waiting leaves") {
    c.second.cancel(c.second.requests.front());
    c.second.turn();
    CHECK(two.reason == errc::cancelled);
    CHECK(c.second.client.waiting() == 0);
    c.first.reply_prepared(asked, "id");
    c.answer(c.first, "id");
    CHECK(c.second.silent());
  }
}

TEST_CASE("siblings: a node that has forgotten a statement is told it once", "[machine]") {
  two_connections c;
  c.first.prepare(a_statement, "id");
  const probe& one = c.ask(c.first);
  const probe& two = c.ask(c.second);
  const client_frame from_first = c.first.take(opcode::execute), from_second = c.second.take(opcode::execute);
  c.first.reply_unprepared(from_first, "id");
  c.second.reply_unprepared(from_second, "id");
  const probe& three = c.ask(c.second);
  CHECK(c.second.silent());
  c.first.reply_prepared(c.first.take(opcode::prepare), "id");
  c.answer(c.first, "id");
  c.answer(c.second, "id");
  c.answer(c.second, "id");
  for (const probe* r : {&one, &two, &three}) CHECK(r->succeeded());
}

TEST_CASE("siblings: who hears late that a statement was forgotten has it again already", "[machine]") {
  two_connections c;
  c.first.prepare(a_statement, "id");
  const probe& one = c.ask(c.first);
  const probe& two = c.ask(c.second);
  const client_frame from_second = c.second.take(opcode::execute);
  c.first.reply_unprepared(c.first.take(opcode::execute), "id");
  c.first.reply_prepared(c.first.take(opcode::prepare), "id");
  c.answer(c.first, "id");
  c.second.reply_unprepared(from_second, "id");  // of the time before
  c.answer(c.second, "id");
  CHECK(one.succeeded());
  CHECK(two.succeeded());
}

TEST_CASE("siblings: a table has changed while its statement is prepared", "[machine]") {
  two_connections c;
  c.ask(c.first);
  const probe& two = c.ask(c.second);
  const client_frame asked = c.first.take(opcode::prepare);
  for (conversation* each : {&c.first, &c.second}) each->client.recheck_statements("ks", "t");
  SECTION("it is asked for again") {
    c.first.reply_prepared(asked, "old");
    CHECK(c.second.silent());
    c.first.reply_prepared(c.first.take(opcode::prepare), "new");
  }
  SECTION("by who still waits") {
    c.first.cancel(c.first.requests.front());
    c.first.turn();
    c.first.reply_prepared(asked, "old");
    c.second.reply_prepared(c.second.take(opcode::prepare), "new");
    c.ask(c.first);
  }
  c.answer(c.first, "new");
  c.answer(c.second, "new");
  CHECK(two.succeeded());
}

TEST_CASE("siblings: a connection that is not ready is of no help", "[machine]") {
  two_connections c;
  c.first.prepare(a_statement, "id");
  c.first.client.shut_down(errc::connection_closed);
  c.ask(c.second);
  c.second.reply_prepared(c.second.take(opcode::prepare), "id");
  c.answer(c.second, "id");
}

TEST_CASE("siblings: a statement of which the text goes away while others wait", "[machine]") {
  two_connections c;
  c.ask(c.second, b_statement);
  c.second.reply_prepared(c.second.take(opcode::prepare), "other");
  c.answer(c.second, "other");
  auto brief = std::make_unique<statement>("C");
  probe& one = c.ask(c.first, *brief);
  const client_frame asked = c.first.take(opcode::prepare);
  c.first.cancel(one);
  c.first.turn();
  brief->retire();
  brief.reset();
  c.first.reply_prepared(asked, "gone");
  CHECK(c.second.silent());
}
