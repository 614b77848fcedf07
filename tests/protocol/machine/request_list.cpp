// SPDX-License-Identifier: MIT
#include "protocol/machine/request_list.hpp"

#include <deque>
#include <vector>

#include "tests/catch.hpp"

namespace {
using coodie::protocol::deadline_lists;
using coodie::protocol::never;
using coodie::protocol::request;
using coodie::protocol::request_queue;

void add(deadline_lists& lists, request& r, std::int64_t now, std::int64_t timeout) {
  r.due_ns = now + timeout;
  lists.add(r, timeout);
}
// The deadlines in the order in which they expire, one nanosecond after the other.
std::vector<std::int64_t> expire_all(deadline_lists& lists) {
  std::vector<std::int64_t> order;
  while (lists.next() != never) {
    const std::int64_t next = lists.next();
    CHECK(lists.pop_expired(next - 1) == nullptr);
    request* r = lists.pop_expired(next);
    REQUIRE(r != nullptr);
    CHECK(r->due_ns == next);
    CHECK_FALSE(r->timer().linked());
    order.push_back(next);
  }
  CHECK(lists.pop_expired(never) == nullptr);
  return order;
}
}  // namespace

TEST_CASE("request_queue: first in, first out", "[machine]") {
  request_queue queue;
  request a, b, c;
  CHECK(queue.empty());
  CHECK(queue.pop() == nullptr);
  queue.push(a);
  queue.push(b);
  queue.push(c);
  CHECK_FALSE(queue.empty());
  CHECK(a.queue().linked());
  SECTION("all") {
    CHECK(queue.pop() == &a);
    CHECK_FALSE(a.queue().linked());
    queue.push(a);
    CHECK(queue.pop() == &b);
    CHECK(queue.pop() == &c);
    CHECK(queue.pop() == &a);
    CHECK(queue.pop() == nullptr);
  }
  SECTION("one leaves from the middle") {
    b.queue().unlink();
    CHECK(queue.pop() == &a);
    CHECK(queue.pop() == &c);
    CHECK(queue.empty());
  }
  SECTION("spliced behind others") {
    request_queue other;
    request d;
    other.push(d);
    other.splice(queue);
    CHECK(queue.empty());
    CHECK(other.pop() == &d);
    CHECK(other.pop() == &a);
    CHECK(other.pop() == &b);
    CHECK(other.pop() == &c);
    other.splice(queue);
    CHECK(other.empty());
  }
}

TEST_CASE("deadline_lists: nothing waits", "[machine]") {
  deadline_lists lists;
  CHECK(lists.next() == never);
  CHECK(lists.pop_expired(never) == nullptr);
  request r;
  CHECK_FALSE(lists.contains(r));
  deadline_lists::remove(r);  // is not there
}

TEST_CASE("deadline_lists: one timeout value", "[machine]") {
  deadline_lists lists;
  std::deque<request> rs(5);
  for (std::size_t i = 0; i < rs.size(); ++i) add(lists, rs[i], static_cast<std::int64_t>(i * 10), 100);
  CHECK(lists.next() == 100);
  for (const request& r : rs) CHECK(lists.contains(r));
  deadline_lists::remove(rs[0]);
  CHECK_FALSE(lists.contains(rs[0]));
  CHECK(lists.next() == 110);
  CHECK(lists.pop_expired(109) == nullptr);
  CHECK(lists.pop_expired(125) == &rs[1]);
  CHECK(lists.pop_expired(125) == &rs[2]);
  CHECK(lists.pop_expired(125) == nullptr);
  CHECK(expire_all(lists) == std::vector<std::int64_t>{130, 140});
}

TEST_CASE("deadline_lists: more timeout values than lists", "[machine]") {
  deadline_lists lists;
  std::deque<request> rs(70);
  std::vector<std::int64_t> expected;
  for (std::size_t i = 0; i < rs.size(); ++i) {
    const std::int64_t timeout = static_cast<std::int64_t>(1 + i * 37 % 7) * 1'000;
    add(lists, rs[i], static_cast<std::int64_t>(i), timeout);
    expected.push_back(rs[i].due_ns);
  }
  for (const request& r : rs) CHECK(lists.contains(r));
  std::sort(expected.begin(), expected.end());
  CHECK(expire_all(lists) == expected);
}

TEST_CASE("deadline_lists: a list whose requests are gone serves another value", "[machine]") {
  deadline_lists lists;
  std::deque<request> rs(100);
  std::int64_t now = 0;
  for (request& r : rs) {
    add(lists, r, now, 1'000 + now);
    now += 1'000'000;
    CHECK(lists.next() == r.due_ns);
    CHECK(lists.pop_expired(r.due_ns) == &r);
    CHECK(lists.next() == never);
  }
}

TEST_CASE("deadline_lists: a deadline that was set before", "[machine]") {
  deadline_lists lists;
  request early, late, again;
  add(lists, early, 0, 1'000);
  add(lists, late, 500, 1'000);
  again.due_ns = 1'200;  // of an earlier attempt
  lists.add(again, 1'000);
  CHECK(expire_all(lists) == std::vector<std::int64_t>{1'000, 1'200, 1'500});
}
