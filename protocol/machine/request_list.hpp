// SPDX-License-Identifier: MIT
// Lists of requests: those that wait for the same thing, and those that have a deadline.
#ifndef COODIE_PROTOCOL_MACHINE_REQUEST_LIST_HPP
#define COODIE_PROTOCOL_MACHINE_REQUEST_LIST_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "protocol/machine/request.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// First in, first out. Does not own its requests; must be empty when it is destroyed or moved.
class request_queue {
 public:
  request_queue() noexcept { head_.previous = head_.next = &head_; }
  request_queue(const request_queue&) = delete;
  request_queue& operator=(const request_queue&) = delete;

  [[nodiscard]] bool empty() const noexcept { return head_.next == &head_; }
  void push(request& r) noexcept { r.queue().insert_before(head_); }
  [[nodiscard]] request* pop() noexcept {
    if (empty()) return nullptr;
    request& first = request::from_queue(*head_.next);
    first.queue().unlink();
    return &first;
  }
  /// Takes all of `other`'s requests, behind its own.
  void splice(request_queue& other) noexcept {
    while (request* r = other.pop()) push(*r);
  }

 private:
  list_link head_;
};

inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// `ns` after `now`; `never` when that is beyond what can be said. Both are not negative.
[[nodiscard]] constexpr std::int64_t deadline_after(std::int64_t now, std::int64_t ns) noexcept {
  return ns < never - now ? now + ns : never;
}

/// Requests by deadline. Requests of one timeout come in the order of their deadlines, so that one list for
/// each timeout value is sorted by itself; a program uses few values. More than that share a list and are
/// sorted in.
class deadline_lists {
 public:
  deadline_lists() noexcept {
    for (line& l : lines_) l.head.previous = l.head.next = &l.head;
  }
  deadline_lists(const deadline_lists&) = delete;
  deadline_lists& operator=(const deadline_lists&) = delete;

  /// `r.due_ns` is set; `timeout_ns` is what it was made from.
  void add(request& r, std::int64_t timeout_ns) noexcept {
    line& l = line_of(timeout_ns);
    list_link* position = &l.head;
    while (position->previous != &l.head && request::from_timer(*position->previous).due_ns > r.due_ns)
      position = position->previous;
    r.timer().insert_before(*position);
  }
  static void remove(request& r) noexcept {
    if (r.timer().linked()) r.timer().unlink();
  }
  /// Whether `r`, which may be gone, is among them. Looks at all.
  [[nodiscard]] bool contains(const request& r) const noexcept {
    for (const line& l : lines_)
      for (const list_link* link = l.head.next; link != &l.head; link = link->next)
        if (link == static_cast<const timer_link*>(&r)) return true;
    return false;
  }
  /// The earliest deadline, or `never`.
  [[nodiscard]] std::int64_t next() const noexcept {
    std::int64_t earliest = never;
    for (const line& l : lines_)
      if (l.head.next != &l.head) {
        const std::int64_t first = request::from_timer(*l.head.next).due_ns;
        if (first < earliest) earliest = first;
      }
    return earliest;
  }
  /// Takes out a request that is due at `now`; nullptr when there is none.
  [[nodiscard]] request* pop_expired(std::int64_t now) noexcept {
    for (line& l : lines_) {
      if (l.head.next == &l.head) continue;
      request& first = request::from_timer(*l.head.next);
      if (first.due_ns > now) continue;
      first.timer().unlink();
      return &first;
    }
    return nullptr;
  }

 private:
  struct line {
    std::int64_t timeout_ns = 0;
    list_link head;
  };
  line& line_of(std::int64_t timeout_ns) noexcept {
    for (line& l : lines_) {
      if (l.timeout_ns == timeout_ns) return l;
      if (l.timeout_ns == 0 || l.head.next == &l.head) {
        l.timeout_ns = timeout_ns;
        return l;
      }
    }
    return lines_.back();
  }
  std::array<line, 4> lines_;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_REQUEST_LIST_HPP
