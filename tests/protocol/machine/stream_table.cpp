// SPDX-License-Identifier: MIT
#include "protocol/machine/stream_table.hpp"

#include <deque>
#include <set>

#include "tests/catch.hpp"

namespace {
using coodie::protocol::request;
using coodie::protocol::stream_table;
}  // namespace

TEST_CASE("stream_table: 32,768 ids, each once", "[machine]") {
  stream_table table;
  std::deque<request> owners(stream_table::max_streams);
  std::set<std::int32_t> seen;
  for (request& r : owners) {
    REQUIRE(table.take(r));
    seen.insert(r.stream);
  }
  CHECK(seen.size() == 32768);
  CHECK(*seen.begin() == 0);
  CHECK(*seen.rbegin() == 32767);
  CHECK(table.in_use() == 32768);
  request one_more;
  CHECK_FALSE(table.take(one_more));
  CHECK(one_more.stream == -1);
  for (request& r : owners) CHECK(table.find(r.stream) == &r);
  table.release(12345);
  REQUIRE(table.take(one_more));
  CHECK(one_more.stream == 12345);
  CHECK_FALSE(table.take(one_more));
}

TEST_CASE("stream_table: the id that was freed last is used next", "[machine]") {
  stream_table table;
  request a, b, c;
  REQUIRE(table.take(a));
  REQUIRE(table.take(b));
  CHECK(a.stream == 0);
  CHECK(b.stream == 1);
  table.release(0);
  REQUIRE(table.take(c));
  CHECK(c.stream == 0);
  CHECK(table.in_use() == 2);
}

TEST_CASE("stream_table: limits", "[machine]") {
  const std::uint32_t limit = GENERATE(0U, 1U, 2U, 63U, 64U, 65U, 127U, 128U, 129U, 1000U);
  stream_table table(limit);
  std::deque<request> owners(limit);
  for (request& r : owners) REQUIRE(table.take(r));
  request one_more;
  CHECK_FALSE(table.take(one_more));
  CHECK_FALSE(table.take(one_more));
  CHECK(table.in_use() == limit);
}

TEST_CASE("stream_table: a limit beyond the protocol's is the protocol's", "[machine]") {
  stream_table table(100'000);
  std::deque<request> owners(stream_table::max_streams);
  for (request& r : owners) REQUIRE(table.take(r));
  request one_more;
  CHECK_FALSE(table.take(one_more));
}

TEST_CASE("stream_table: what is not in use is not found", "[machine]") {
  stream_table table;
  CHECK(table.find(0) == nullptr);
  CHECK_FALSE(table.is_orphan(0));
  request r;
  REQUIRE(table.take(r));
  for (const std::int32_t id : {-32768, -2, -1, 1, 63, 64, 32767, 32768, 65536}) {
    CHECK(table.find(id) == nullptr);
    CHECK_FALSE(table.is_orphan(id));
  }
  CHECK(table.find(0) == &r);
  table.release(0);
  CHECK(table.find(0) == nullptr);
}

TEST_CASE("stream_table: an orphan keeps its id until it is released", "[machine]") {
  stream_table table(2);
  request a, b, c;
  REQUIRE(table.take(a));
  REQUIRE(table.take(b));
  table.orphan(a.stream, 5'000);
  CHECK(table.find(a.stream) == nullptr);
  CHECK(table.is_orphan(a.stream));
  CHECK(table.in_use() == 1);
  CHECK(table.orphans() == 1);
  CHECK_FALSE(table.take(c));
  table.release(a.stream);
  CHECK_FALSE(table.is_orphan(a.stream));
  CHECK(table.orphans() == 0);
  CHECK(table.in_use() == 1);
  CHECK(table.take(c));
}

TEST_CASE("stream_table: old orphans", "[machine]") {
  stream_table table;
  std::deque<request> owners(10);
  for (request& r : owners) REQUIRE(table.take(r));
  // Milliseconds that do not fit into 31 bits, as on a machine that has been on for a month.
  const std::int64_t start = GENERATE(std::int64_t{0}, std::int64_t{0x7FFFFFFF} - 4, std::int64_t{1} << 40);
  for (std::int32_t id = 0; id < 9; ++id) table.orphan(id, start + id);
  CHECK(table.old_orphans(start + 8, 100) == 0);
  CHECK(table.old_orphans(start + 100, 100) == 0);  // as old as that is not older
  CHECK(table.old_orphans(start + 101, 100) == 1);
  CHECK(table.old_orphans(start + 104, 100) == 4);
  CHECK(table.old_orphans(start + 10'000, 100) == 9);
  CHECK(table.old_orphans(start + 8, 0) == 8);
  // An age that no orphan reaches, also where a pointer has 32 bits.
  CHECK(table.old_orphans(start + 10'000, std::int64_t{1} << 32) == 0);
}

TEST_CASE("stream_table: drain hands out each request once and forgets orphans", "[machine]") {
  stream_table table;
  std::deque<request> owners(200);
  for (request& r : owners) REQUIRE(table.take(r));
  for (std::int32_t id = 0; id < 200; id += 3) table.orphan(id, 1);
  table.release(1);
  std::set<request*> drained;
  table.drain([&](request& r) {
    CHECK(r.stream >= 0);
    CHECK(drained.insert(&r).second);
  });
  CHECK(drained.size() == 200 - 67 - 1);
  CHECK(table.in_use() == 0);
  CHECK(table.orphans() == 0);
  CHECK(table.find(2) == nullptr);
}
