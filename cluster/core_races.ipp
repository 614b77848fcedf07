// SPDX-License-Identifier: MIT
// Speculative execution: several attempts of one request at the same time.
#ifndef COODIE_CLUSTER_CORE_RACES_IPP
#define COODIE_CLUSTER_CORE_RACES_IPP

#include <algorithm>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
inline constexpr std::int64_t percentile_period_ns = 100'000'000;  // so often a percentile is worked out
inline constexpr std::uint64_t least_samples = 100;                // before it means anything
}  // namespace detail

std::int64_t core::speculation_delay(const execution_profile& profile) noexcept {
  const speculation_options& how = profile.speculation;
  if (how.percentile <= 0) return how.delay.count();
  const std::int64_t now = loop_.clock().now_ns;
  if (now >= percentile_until_ns_) {
    percentile_until_ns_ = now + detail::percentile_period_ns;
    latency_histogram measured;
    counters_.latency.add_to(measured);
    percentile_ns_ =
        measured.count() < detail::least_samples ? 0 : measured.percentile(how.percentile).count();
  }
  return percentile_ns_ != 0 ? percentile_ns_ : how.delay.count();
}

// The request waits among those that have only their deadline, which ends everything. Its rivals are what
// the nodes see.
void core::start_race(protocol::request& r) noexcept {
  const auto& profile = *static_cast<const execution_profile*>(r.policy);
  if (r.timestamp == protocol::default_timestamp) r.clock_timestamp = loop_.clock().next_timestamp();
  auto* const made = new race(r);
  r.rivals = made;
  made->left = profile.speculation.most;
  r.due_ns = r.deadline_ns;
  delayed_.add(r, r.timeout_ns > 0 ? r.timeout_ns : profile.request_timeout_ns);
  want_time(r.due_ns);
  if (const std::int64_t wait = speculation_delay(profile); wait > 0) start_rival_in(*made, wait);
  auto& first = *made->rivals.emplace_back(std::make_unique<rival>(*made));
  first.is_first = true;
  route(first);
}

// By time; nearly always it is the last one.
void core::start_rival_in(race& what, std::int64_t ns) noexcept {
  what.next_start_ns = loop_.clock().now_ns + ns;
  protocol::list_link* place = &races_;
  while (place->previous != &races_ &&
         static_cast<race*>(place->previous)->next_start_ns > what.next_start_ns)
    place = place->previous;
  what.insert_before(*place);
  want_time(what.next_start_ns);
}

// It is time for one more attempt.
void core::start_rival(race& what) noexcept {
  if (what.linked()) what.unlink();
  if (what.left == 0 || closing_.load(std::memory_order_relaxed)) return;
  auto made = std::make_unique<rival>(what);
  connection* const to = pick(*made);
  if (to == nullptr) return;  // every node has it already
  --what.left;
  counters_.speculations.add();
  rival& started = *what.rivals.emplace_back(std::move(made));
  if (what.left != 0) {
    const auto& profile = *static_cast<const execution_profile*>(what.asked.policy);
    start_rival_in(what, std::max<std::int64_t>(speculation_delay(profile), 1'000'000));
  }
  to->submit(started);
}

namespace detail {
/// What one of the attempts has tried is the request's.
inline void move_attempts(protocol::request& from, protocol::request& to) {
  if (from.attempts == nullptr) return;
  auto& all = to.log();
  for (auto& attempt : from.attempts->attempts) all.push_back(std::move(attempt));
}
}  // namespace detail

void core::withdraw(protocol::request& r) noexcept {
  if (r.owner != nullptr) return static_cast<connection*>(r.owner)->withdraw(r);
  protocol::deadline_lists::remove(r);
  if (r.queue().linked()) r.queue().unlink();
}

// Its rivals are gone afterwards; what they tried is the request's.
protocol::request& core::end_race(race& what) noexcept {
  const std::unique_ptr<race> ended(&what);
  if (what.linked()) what.unlink();
  protocol::request& asked = what.asked;
  protocol::deadline_lists::remove(asked);
  asked.rivals = nullptr;
  for (const auto& one : what.rivals) {
    withdraw(*one);
    detail::move_attempts(*one, asked);
  }
  return asked;
}

void core::race_won(rival& winner, const protocol::response& answer, std::string_view host) noexcept {
  if (!winner.is_first) counters_.speculations_won.add();
  finish(end_race(*race::of(winner)), answer, host);
}

// While others run, one that fails does not matter.
void core::rival_failed(rival& loser, const protocol::failure& why) noexcept {
  race& what = *race::of(loser);
  if (what.rivals.size() == 1) {
    loser.owner = nullptr;
    return finish_failed(end_race(what), why);
  }
  detail::move_attempts(loser, what.asked);
  if (!why.host.empty()) what.asked.log().push_back({std::string(why.host), std::string(why.text)});
  std::erase_if(what.rivals, [&](const auto& one) { return one.get() == &loser; });
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_RACES_IPP
