// SPDX-License-Identifier: MIT
// The snippets of docs/schema.md, compiled and run. tests/docs/check_snippets.py compares them.
#include "orm/coodie_all.hpp"  // before Asio: with clang it tells Asio about coroutines

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <sstream>

#include "tests/docs/shop.hpp"

using namespace guide;

TEST_CASE("guide, schema: changing and reading it", "[docs]") {
  const shop page;
  coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = page.port()});
  auto driver = coodie::get_driver();
  std::ostringstream out, complaints;
  // clang-format off
  // snippet: agreement
  auto created = driver->execute("CREATE TABLE shop.notes (id int PRIMARY KEY, note text)");
  if (!created.schema_agreed()) complaints << "some node does not know the table yet\n";  // docs: if (!created.schema_agreed()) std::cerr << "some node does not know the table yet\n";
  // end of snippet
  // snippet: read_schema
  coodie::schema_metadata schema = coodie::sync::read_schema({.keyspaces = {"shop"}});

  for (const auto& table : schema.keyspaces[0].tables) {
    out << table.name << "\n";  // docs: std::cout << table.name << "\n";
    for (const auto& column : table.columns) out << "  " << column.name << " " << column.type << "\n";  // docs: for (const auto& column : table.columns) std::cout << "  " << column.name << " " << column.type << "\n";
  }
  if (const auto* orders = schema.find_table("shop", "orders"))
    out << orders->properties.comment << "\n";  // docs: std::cout << orders->properties.comment << "\n";
  // end of snippet
  // clang-format on
  CHECK(complaints.str().empty());
  CHECK(out.str().find("notes\n  id int\n  note text\n") == 0);
  CHECK(schema.find_table("shop", "orders") != nullptr);

  asio::io_context context;
  bool read = false;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        // snippet: aio read_schema
        auto found = co_await coodie::aio::read_schema();
        // end of snippet
        read = found.find_table("system", "local") != nullptr;
      },
      asio::detached);
  context.run();
  CHECK(read);
}

TEST_CASE("guide, schema: when it changes", "[docs]") {
  const shop page;
  coodie::schema_metadata schema;
  // clang-format off
  // snippet: schema_changed
  std::atomic<bool> outdated = true;
  const auto on_change = [&](const coodie::schema_event&) { outdated = true; };
  coodie::sync::init_coodie({
      .hosts = {"127.0.0.1"},
      .port = page.port(),  // docs: -
      .schema_changed = on_change,
  });
  // ...
  if (outdated.exchange(false)) schema = coodie::sync::read_schema({.keyspaces = {"shop"}});
  // end of snippet
  // clang-format on
  CHECK(schema.find_table("shop", "orders") != nullptr);
  static_cast<void>(coodie::get_driver()->execute("CREATE TABLE shop.later (id int PRIMARY KEY)"));
  for (int i = 0; i < 2500 && !outdated; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK(outdated);
  coodie::close_all();
}
