// SPDX-License-Identifier: MIT
// The snippets of docs/prepared-statements.md, compiled and run. tests/docs/check_snippets.py compares them.
#include "orm/coodie_all.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <iostream>
#include <string>

#include "tests/catch.hpp"
#include "tests/driver/idle_driver.hpp"
#include "tests/mock/testing_all.hpp"

namespace db = coodie::sync;
using coodie::col;
using coodie::protocol::opcode;

namespace {

struct user {
  std::int32_t id = 0;
  std::string name = {};

  using table = coodie::table<"users", coodie::partition_key<&user::id>>;
};

struct guide {
  coodie::testing::server server{};
  driver_tests::clean_registry clean{};

  guide() {
    REQUIRE(server
                .execute("CREATE KEYSPACE my_ks WITH replication = {'class': 'SimpleStrategy', "
                         "'replication_factor': 1}")
                .empty());
    db::init_coodie({.hosts = {"127.0.0.1"}, .keyspace = "my_ks", .port = server.port()});
    db::sync_table<user>();
  }
};

}  // namespace

TEST_CASE("guide, prepared statements: once", "[docs]") {
  guide page;
  page.server.clear_requests();
  const auto driver = coodie::get_driver();
  // snippet: prepared once
  for (std::int32_t id = 0; id < 100; ++id) db::save(user{.id = id, .name = "Ada"});

  for (std::int32_t id = 0; id < 100; ++id)
    driver->execute("UPDATE users SET name = ? WHERE id = ?", {"Grace", id});
  // end of snippet
  CHECK(page.server.requests(opcode::prepare).size() == 2);
  CHECK(page.server.requests(opcode::execute).size() == 200);
  page.server.clear_requests();
  // snippet: not prepared
  driver->execute("TRUNCATE users");  // no values: sent as text
  // end of snippet
  CHECK(page.server.requests(opcode::prepare).empty());
}

TEST_CASE("guide, prepared statements: a table that does not fit", "[docs]") {
  guide page;
  REQUIRE(page.server.execute("DROP TABLE my_ks.users").empty());
  REQUIRE(page.server.execute("CREATE TABLE my_ks.users (id int PRIMARY KEY, name int)").empty());
  std::string said;
  // snippet: mismatch
  try {
    db::get<user>(1);
  } catch (const coodie::schema_error& e) {
    said = e.diagnostics().message();
  }
  // end of snippet
  CHECK(
      said.find("column name of table my_ks.users has the type int on the server, but the member name is ") !=
      std::string::npos);
}

TEST_CASE("guide, prepared statements: batches", "[docs]") {
  guide page;
  const auto driver = coodie::get_driver();
  std::vector<user> users;
  for (std::int32_t id = 0; id < 1000; ++id) users.push_back({.id = id, .name = "Ada"});
  // snippet: batch of text
  coodie::batch batch;
  batch.execute("INSERT INTO users (id, name) VALUES (?, ?)", {1, "Ada"})
      .execute("DELETE FROM users WHERE id = ?", {2})
      .save(user{.id = 3, .name = "Grace"});
  driver->execute_batch(batch);  // or db::apply(batch)
  // end of snippet
  CHECK(db::find<user>().count() == 2);
  std::size_t requests = 0;
  // snippet: batch in parts
  coodie::batch many(coodie::batch_kind::unlogged);
  for (const user& each : users) many.save(each);
  coodie::error_code ec;
  coodie::diagnostics diag;
  auto sent = db::apply(many, {.chunk = {.members = 100, .bytes = 4000}}, ec, diag);
  if (ec) std::cerr << diag.message() << "\n";  // and diag.batch() in numbers
  // end of snippet
  requests = sent.requests;
  CHECK(!ec);
  CHECK(requests == 10);
  CHECK(sent.members == 1000);
}

TEST_CASE("guide, prepared statements: traces", "[docs]") {
  guide page;
  const auto driver = coodie::get_driver();
  std::size_t events = 0;
  const auto print = [&](const coodie::trace_event&) { ++events; };
  // snippet: trace
  auto traced = driver->execute("SELECT name FROM users WHERE id = ?", {1}, {.tracing = true});
  auto trace = db::get_trace(*traced.tracing_id());
  for (const coodie::trace_event& event : trace.events) print(event);
  // end of snippet
  CHECK(events == trace.events.size());
  CHECK(events != 0);
  CHECK(trace.duration);
}
