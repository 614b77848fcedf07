// SPDX-License-Identifier: MIT
// UUIDs of version 1: their time, order and uniqueness.
#include "protocol/values/timeuuid.hpp"

#include <set>
#include <thread>

#include "tests/protocol/values/value_checks.hpp"

#if defined(__unix__)
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace value_checks;
using coodie::timestamp;
using coodie::timeuuid;
using std::chrono::milliseconds;

TEST_CASE("a timeuuid is its sixteen bytes and its time") {
  const timeuuid id = *timeuuid::parse("04c284b0-833b-11ee-8080-808080808080");
  check_golden(id, "04c284b0833b11ee8080808080808080");
  CHECK(id.time() == timestamp(milliseconds(1700000000123)));
  CHECK(id.ticks() == 0x1ee833b04c284b0U);
  CHECK(to_string(id) == "04c284b0-833b-11ee-8080-808080808080");
  CHECK_FALSE(timeuuid::parse("04c284b0-833b-41ee-8080-808080808080"));
  CHECK_FALSE(timeuuid::parse("nonsense"));
  const coodie::uuid same = id;
  CHECK(timeuuid::from(same) == id);
  CHECK_FALSE(timeuuid::from(coodie::uuid::random()));
  CHECK(coodie::value_codec<timeuuid>::accepts(cql_type(type_id::timeuuid)));
  CHECK_FALSE(coodie::value_codec<timeuuid>::accepts(cql_type(type_id::uuid)));
}

TEST_CASE("the bounds of a millisecond are Cassandra's") {
  CHECK(to_string(timeuuid::min_at(timestamp())) == "13814000-1dd2-11b2-8080-808080808080");
  CHECK(to_string(timeuuid::max_at(timestamp())) == "1381670f-1dd2-11b2-7f7f-7f7f7f7f7f7f");
  const timestamp time(milliseconds(1700000000123));
  CHECK(to_string(timeuuid::min_at(time)) == "04c284b0-833b-11ee-8080-808080808080");
  for (int i = 0; i < 1000; ++i) {
    const timeuuid id = timeuuid::at(time);
    CHECK(id.time() == time);
    CHECK(timeuuid::min_at(time) <= id);
    CHECK(id <= timeuuid::max_at(time));
    CHECK(timeuuid::max_at(time - milliseconds(1)) < id);
    CHECK(id < timeuuid::min_at(time + milliseconds(1)));
  }
}

TEST_CASE("times before 1970 and at the ends of what a timeuuid can say") {
  for (std::int64_t ms : {std::int64_t{-1}, std::int64_t{-86'400'000}, std::int64_t{-12'219'292'800'000},
                          std::int64_t{103'072'857'660'683}}) {
    const timestamp time{milliseconds(ms)};
    CAPTURE(ms);
    CHECK(timeuuid::min_at(time).time() == time);
    CHECK(timeuuid::max_at(time).time() == time);
  }
  CHECK(timeuuid::min_at(timestamp::min()).ticks() == 0);
  CHECK(timeuuid::max_at(timestamp::max()).ticks() <= 0x0fffffffffffffffU);
  CHECK(timeuuid::max_at(timestamp::max()) == timeuuid::max_at(timestamp(milliseconds(103'072'857'660'683))));
}

TEST_CASE("timeuuids are ordered by time, then by signed bytes") {
  const auto before = [](const char* a, const char* b) {
    const timeuuid x = *timeuuid::parse(a), y = *timeuuid::parse(b);
    return x < y && y > x && x != y;
  };
  CHECK(before("ffffffff-0000-1000-8000-000000000000", "00000000-0001-1000-8000-000000000000"));
  CHECK(before("00000000-ffff-1000-8000-000000000000", "00000000-0000-1001-8000-000000000000"));
  CHECK(before("00000000-0000-1000-8000-000000000000", "00000000-0000-1000-7f00-000000000000"));
  CHECK(before("00000000-0000-1000-80ff-000000000000", "00000000-0000-1000-8000-000000000000"));
  CHECK(before("00000000-0000-1000-8000-000000000080", "00000000-0000-1000-8000-00000000007f"));
}

TEST_CASE("now() grows from call to call and is unique on every thread") {
  constexpr std::size_t count = 5000, threads = 4;
  std::vector<std::vector<timeuuid>> made(threads);
  std::vector<std::thread> running;
  const timestamp start = coodie::now();
  for (auto& mine : made)
    running.emplace_back([&mine] {
      for (std::size_t i = 0; i < count; ++i) mine.push_back(timeuuid::now());
    });
  for (auto& each : running) each.join();
  std::set<timeuuid> all;
  for (const auto& mine : made) {
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (i > 0) CHECK(mine[i - 1] < mine[i]);
      all.insert(mine[i]);
    }
  }
  CHECK(all.size() == count * threads);
  const timeuuid last = timeuuid::now();
  CHECK(*all.rbegin() < last);
  CHECK(last.time() >= start);
  CHECK(last.time() <= coodie::now() + milliseconds(10));
  CHECK(coodie::uuid(last).version() == 1);
  CHECK((last.bytes[8] & std::byte{0xc0}) == std::byte{0x80});
  CHECK((last.bytes[10] & std::byte{0x01}) == std::byte{0x01});
}

#if defined(__unix__)
TEST_CASE("a forked process draws other uuids") {
  static_cast<void>(timeuuid::now());
  static_cast<void>(coodie::uuid::random());
  int channel[2];
  REQUIRE(pipe(channel) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const timeuuid mine = timeuuid::now();
    const coodie::uuid random = coodie::uuid::random();
    const bool sent =
        write(channel[1], mine.bytes.data(), 16) == 16 && write(channel[1], random.bytes.data(), 16) == 16;
    _exit(sent ? 0 : 1);
  }
  const timeuuid mine = timeuuid::now();
  const coodie::uuid random = coodie::uuid::random();
  timeuuid theirs;
  coodie::uuid their_random;
  REQUIRE(read(channel[0], theirs.bytes.data(), 16) == 16);
  REQUIRE(read(channel[0], their_random.bytes.data(), 16) == 16);
  int status = 1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  close(channel[0]);
  close(channel[1]);
  CHECK(hex(std::span(theirs.bytes).subspan(8)) != hex(std::span(mine.bytes).subspan(8)));
  CHECK(their_random != random);
}
#endif
