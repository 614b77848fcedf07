// SPDX-License-Identifier: MIT
// UUIDs: bytes, text, order, randomness.
#include "protocol/values/uuid.hpp"

#include <compare>
#include <set>
#include <thread>
#include <unordered_set>

#include "tests/protocol/values/value_checks.hpp"

using namespace value_checks;
using coodie::uuid;

TEST_CASE("a uuid is its sixteen bytes") {
  const uuid id = *uuid::parse("00112233-4455-6677-8899-AABBCCDDEEFF");
  check_golden(id, "00112233445566778899aabbccddeeff");
  CHECK(to_string(id) == "00112233-4455-6677-8899-aabbccddeeff");
  CHECK(id.version() == 6);
  check_golden(uuid{}, "00000000000000000000000000000000");
  CHECK(uuid{}.is_nil());
  CHECK_FALSE(id.is_nil());
  CHECK(coodie::value_codec<uuid>::accepts(cql_type(type_id::timeuuid)));
  CHECK_FALSE(coodie::value_codec<uuid>::accepts(cql_type(type_id::blob)));
}

TEST_CASE("text that is no uuid") {
  for (const char* text :
       {"", "0", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefff",
        "001122334455-6677-8899-aabbccddeeff0", "0011223g-4455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899+aabbccddeeff", "{0112233-4455-6677-8899-aabbccddeef}",
        "00112233-4455-6677-8899-aabbccddee f", "00112233-4455-6677-8899-aabbccddee-f"}) {
    CAPTURE(text);
    CHECK_FALSE(uuid::parse(text));
  }
}

TEST_CASE("random uuids are of version 4 and differ, on every thread") {
  constexpr std::size_t count = 2000, threads = 4;
  std::vector<std::vector<uuid>> made(threads);
  std::vector<std::thread> running;
  for (auto& mine : made)
    running.emplace_back([&mine] {
      for (std::size_t i = 0; i < count; ++i) mine.push_back(uuid::random());
    });
  for (auto& each : running) each.join();
  std::unordered_set<uuid> all;
  std::array<std::byte, 16> ones{}, zeros{};
  for (const auto& mine : made) {
    for (const uuid& id : mine) {
      all.insert(id);
      CHECK(id.version() == 4);
      CHECK((id.bytes[8] & std::byte{0xc0}) == std::byte{0x80});
      for (std::size_t i = 0; i < 16; ++i) {
        ones[i] |= id.bytes[i];
        zeros[i] |= ~id.bytes[i];
      }
    }
  }
  CHECK(all.size() == count * threads);
  CHECK(hex(ones) == "ffffffffffff4fffbfffffffffffffff");
  CHECK(hex(zeros) == "ffffffffffffbfff7fffffffffffffff");
}

TEST_CASE("uuids are ordered by their bytes") {
  const uuid low = *uuid::parse("7fffffff-ffff-ffff-ffff-ffffffffffff");
  const uuid high = *uuid::parse("80000000-0000-0000-0000-000000000000");
  CHECK(low < high);
  CHECK(std::is_eq(low <=> low));
}

TEST_CASE("Cassandra's order of uuids: version, then time for version 1, then bytes") {
  const auto before = [](const char* a, const char* b) {
    const uuid x = *uuid::parse(a), y = *uuid::parse(b);
    return coodie::compare_clustering(x, y) < 0 && coodie::compare_clustering(y, x) > 0;
  };
  CHECK(before("ffffffff-ffff-1fff-bfff-ffffffffffff", "00000000-0000-4000-8000-000000000000"));
  CHECK(before("ffffffff-0000-1000-8000-000000000000", "00000000-0001-1000-8000-000000000000"));
  CHECK(before("00000000-ffff-1000-8000-000000000000", "00000000-0000-1001-8000-000000000000"));
  CHECK(before("00000000-0000-4000-8000-000000000000", "80000000-0000-4000-8000-000000000000"));
  CHECK(before("00000000-0000-1000-7fff-ffffffffffff", "00000000-0000-1000-8000-000000000000"));
}
