// SPDX-License-Identifier: MIT
// A request that is on its way to several nodes at the same time.
#ifndef COODIE_CLUSTER_RACE_HPP
#define COODIE_CLUSTER_RACE_HPP

#include <cstdint>
#include <memory>
#include <vector>

#include "protocol/machine/request.hpp"
#include "protocol/machine/request_list.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

struct race;

/// One of the attempts. Asks what the race's request asks, and ends no later.
struct rival final : protocol::request {
  explicit rival(race& of) noexcept;
  bool is_first = false;
};

/// Of a request that may be executed twice. The request itself waits meanwhile; request::rivals of it and
/// of the rivals is this.
struct race : protocol::list_link {
  explicit race(protocol::request& r) noexcept : asked(r) {}

  protocol::request& asked;
  std::int64_t next_start_ns = protocol::never;
  std::uint32_t left = 0;  ///< rivals that may still be started
  std::vector<std::unique_ptr<rival>> rivals;

  [[nodiscard]] static race* of(const protocol::request& r) noexcept { return static_cast<race*>(r.rivals); }
  /// The rival that a request is; nullptr for the request of a race, and for all others.
  [[nodiscard]] static rival* rival_of(protocol::request& r) noexcept {
    if (r.rivals == nullptr) [[likely]]
      return nullptr;
    return &of(r)->asked == &r ? nullptr : static_cast<rival*>(&r);
  }
};

inline rival::rival(race& of) noexcept {
  const protocol::request& r = of.asked;
  kind = r.kind;
  batch = r.batch;
  code = r.code;
  tracing = r.tracing;
  idempotent = r.idempotent;
  has_token = r.has_token;
  given = r.given;
  value_count = r.value_count;
  consistency_level = r.consistency_level;
  serial = r.serial;
  page_size = r.page_size;
  what = r.what;
  text = r.text;
  members = r.members;
  paging_state = r.paging_state;
  timestamp = r.timestamp;
  clock_timestamp = r.clock_timestamp;
  timeout_ns = r.timeout_ns;
  attempt_timeout_ns = r.attempt_timeout_ns;
  token = r.token;
  payload = r.payload;
  started_ns = r.started_ns;
  deadline_ns = r.deadline_ns;
  policy = r.policy;
  rivals = &of;
  if (r.append_values != nullptr)
    append_values = [](const protocol::request& self, protocol::writer& out) noexcept {
      const protocol::request& asked = cluster_detail::race::of(self)->asked;
      return asked.append_values(asked, out);
    };
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_RACE_HPP
