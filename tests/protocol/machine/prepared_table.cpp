// SPDX-License-Identifier: MIT
#include "protocol/machine/prepared_table.hpp"

#include <deque>
#include <string>

#include "tests/catch.hpp"

namespace {
using coodie::protocol::prepared_entry;
using coodie::protocol::prepared_table;
using coodie::protocol::statement;
}  // namespace

TEST_CASE("prepared_table: an entry for each statement, which stays where it is", "[machine]") {
  prepared_table table;
  const std::string text = "SELECT";
  std::deque<statement> statements;
  std::deque<prepared_entry*> entries;
  for (int i = 0; i < 100; ++i) statements.emplace_back(text);
  // From the last to the first, so that the table grows at once and then fills.
  for (auto s = statements.rbegin(); s != statements.rend(); ++s) {
    CHECK(table.find(*s) == nullptr);
    prepared_entry& entry = table.find_or_add(*s);
    CHECK(entry.what == &*s);
    CHECK_FALSE(entry.ready());
    entry.id = std::to_string(entries.size());
    CHECK(entry.ready());
    entries.push_front(&entry);
  }
  for (std::size_t i = 0; i < statements.size(); ++i) {
    CHECK(table.find(statements[i]) == entries[i]);
    CHECK(&table.find_or_add(statements[i]) == entries[i]);
    CHECK(entries[i]->id == std::to_string(99 - i));
  }
  std::size_t visited = 0;
  table.for_each([&](prepared_entry&) { ++visited; });
  CHECK(visited == 100);
  CHECK(table.find(statement("later")) == nullptr);
}

TEST_CASE("prepared_table: who gets the slot of another starts afresh", "[machine]") {
  prepared_table table;
  const statement first("first");
  prepared_entry& old = table.find_or_add(first);
  old.id = "old";
  first.retire();
  const statement second("second");
  REQUIRE(second.slot() != 0);
  CHECK(table.find(second) == nullptr);
  CHECK_FALSE(table.find_or_add(second).ready());
  CHECK(table.find_or_add(second).what == &second);
}

TEST_CASE("prepared_table: what is being prepared outlives its statement", "[machine]") {
  prepared_table table;
  std::deque<prepared_entry*> olds;
  for (int i = 0; i < 3; ++i) {
    const statement gone("gone");
    olds.push_back(&table.find_or_add(gone));
    olds.back()->preparing = true;
    olds.back()->query = std::to_string(i);
    gone.retire();
  }
  for (std::size_t i = 0; i < olds.size(); ++i) CHECK(olds[i]->query == std::to_string(i));
  for (prepared_entry* old : olds) old->preparing = false;
  const statement next("next");
  CHECK(table.find_or_add(next).what == &next);
}
