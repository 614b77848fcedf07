// SPDX-License-Identifier: MIT
// The snippets of docs/schema.md, compiled and run. tests/docs/check_snippets.py compares them.
#include <sstream>

#include "tests/docs/shop.hpp"

using namespace guide;

TEST_CASE("guide, schema: changing it", "[docs]") {
  const shop page;
  coodie::sync::init_coodie({.hosts = {"127.0.0.1"}, .port = page.port()});
  auto driver = coodie::get_driver();
  std::ostringstream complaints;
  // clang-format off
  // snippet: agreement
  auto created = driver->execute("CREATE TABLE shop.notes (id int PRIMARY KEY, note text)");
  if (!created.schema_agreed()) complaints << "some node does not know the table yet\n";  // docs: if (!created.schema_agreed()) std::cerr << "some node does not know the table yet\n";
  // end of snippet
  // clang-format on
  CHECK(complaints.str().empty());
}
