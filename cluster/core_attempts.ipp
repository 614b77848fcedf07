// SPDX-License-Identifier: MIT
// What becomes of an attempt: an answer, another attempt, or an error.
#ifndef COODIE_CLUSTER_CORE_ATTEMPTS_IPP
#define COODIE_CLUSTER_CORE_ATTEMPTS_IPP

#include <algorithm>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
/// A connection to a shard goes to another port than the one that the node is known by.
[[nodiscard]] inline std::string_view host_of(const connection& c) noexcept {
  return c.home != nullptr ? std::string_view(c.home->name) : std::string_view(c.name());
}
/// Of a batch that of its first member.
[[nodiscard]] inline std::string_view text_of(const protocol::request& r) noexcept {
  if (r.what != nullptr) return r.what->text;
  return r.members.empty() ? r.text : r.members[0].what->text;
}
}  // namespace detail

void core::request_answered(connection& c, protocol::request& r, const protocol::response& answer) noexcept {
  if (node* const n = c.home) [[likely]]
    n->counters->latency.record(loop_.clock().now_ns - r.submitted_ns);
  if (answer.prelude != nullptr) [[unlikely]] {
    if (!answer.prelude->custom_payload.empty()) learn_tablet(r, *answer.prelude);
    if (!answer.prelude->warnings.empty()) log_warnings(c, r, *answer.prelude);
  }
  if (rival* const winner = race::rival_of(r)) [[unlikely]]
    return race_won(*winner, answer, detail::host_of(c));
  finish(r, answer, detail::host_of(c));
}

void core::learn_tablet(const protocol::request& r, const protocol::frame_prelude& prelude) noexcept {
  const protocol::statement* what = r.what;
  if (r.kind == protocol::request_kind::batch && !r.members.empty()) what = r.members[0].what;
  if (what == nullptr || !config_->token_aware) return;
  for (const auto& [key, value] : prelude.custom_payload)
    if (key == "tablets-routing-v1")
      if (auto told = read_tablet(value.bytes())) routes_.learn_tablet(*what, std::move(*told));
}

// A result has them too, but most calls give no result.
void core::log_warnings(const connection& c, const protocol::request& r,
                        const protocol::frame_prelude& prelude) const noexcept {
  if (!logs(log_level::warning)) return;
  for (const std::string_view warning : prelude.warnings)
    log(log_level::warning,
        "the server warns: " + std::string(warning) + ": " + std::string(detail::text_of(r)),
        detail::host_of(c));
}

void core::statement_prepared(connection& c, const protocol::statement& what,
                              const protocol::prepared_result& prepared) noexcept {
  counters_.prepares.add();
  routes_.learn(what, prepared, c.features().lwt_mask);
}

namespace detail {
/// The trouble is with the connection or the node, not with the request: no server has said anything about
/// it.
[[nodiscard]] inline bool is_of_connection(const connection& c, const protocol::failure& why) noexcept {
  return !c.ready() || why.code == errc::request_timeout || why.code == errc::queue_full;
}
}  // namespace detail

retry_decision core::decide(const connection& c, const protocol::request& r,
                            const protocol::failure& why) const noexcept {
  if (closing_.load(std::memory_order_relaxed) || why.code == errc::cancelled) return {};
  if (why.answer == nullptr && !detail::is_of_connection(c, why)) return {};
  failed_attempt a;
  a.code = why.code;
  a.statement = r.what != nullptr ? r.what->text : r.kind == protocol::request_kind::query ? r.text : "";
  a.idempotent = r.idempotent;
  a.conditional = is_conditional(r);
  a.sent = why.sent;
  a.retries = r.retries;
  a.consistency = r.consistency_level;
  protocol::error_message error;
  if (why.answer != nullptr) {
    protocol::reader body = why.answer->body;
    if (deserialize(body, error) == errc::ok) {
      a.required = error.replicas_required();
      a.received = error.replicas_there();
      a.data_present = error.data_present != 0;
      a.write_type = error.write_type;
    }
  }
  const auto& profile = *static_cast<const execution_profile*>(r.policy);
  return profile.own_policy ? profile.own_policy(a) : decide_retry(profile.policy, a);
}

void core::log_attempt(protocol::request& r, const connection& c, std::string_view why) noexcept {
  r.log().push_back({std::string(detail::host_of(c)), std::string(why)});
}

void core::request_failed(connection& c, protocol::request& r, const protocol::failure& why) noexcept {
  const bool timed_out = why.code == errc::request_timeout;
  if (node* const n = c.home) {
    n->counters->failures.add();
    if (timed_out) n->counters->timeouts.add();
  }
  const bool over = timed_out && loop_.clock().now_ns >= r.deadline_ns;
  if (timed_out && !over) counters_.attempt_timeouts.add();
  if (why.code == errc::too_many_orphans && !why.sent && c.worn_out) return route(r);  // was no attempt
  const retry_decision how = over ? retry_decision{} : decide(c, r, why);
  if (how.action != retry_decision::what::fail) return try_again(c, r, why, how);
  fail(c, r, why);
}

void core::fail(const connection& c, protocol::request& r, const protocol::failure& why) noexcept {
  protocol::failure told = why;
  told.host = detail::host_of(c);
  finish_failed(r, told);
}

namespace detail {
// RESULT of kind void.
inline constexpr std::byte nothing[] = {std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}};
}  // namespace detail

void core::try_again(connection& c, protocol::request& r, const protocol::failure& why,
                     const retry_decision& how) noexcept {
  using action = retry_decision::what;
  if (how.action == action::succeed) {
    const protocol::response answer{.body = protocol::reader(detail::nothing)};
    if (rival* const winner = race::rival_of(r)) return race_won(*winner, answer, detail::host_of(c));
    return finish(r, answer, detail::host_of(c));
  }
  const bool same = how.action == action::same_node && c.ready();
  log_attempt(r, c, why.text);
  if (why.code == errc::request_timeout) r.attempts->took_too_long = true;
  if (how.consistency) r.consistency_level = *how.consistency;
  const auto& profile = *static_cast<const execution_profile*>(r.policy);
  std::int64_t wait = how.delay.count();
  if (wait == 0 && profile.retry_backoff_ns > 0 && why.answer != nullptr) {
    const unsigned doublings = std::min<unsigned>(r.retries, 20);
    const bool at_most = profile.retry_backoff_ns > profile.retry_backoff_max_ns >> doublings;
    wait = at_most ? profile.retry_backoff_max_ns : profile.retry_backoff_ns << doublings;
  }
  if (r.retries < 255) ++r.retries;
  const bool in_time = wait <= 0 || protocol::deadline_after(loop_.clock().now_ns, wait) < r.deadline_ns;
  connection* const next = !in_time ? nullptr : same ? &c : pick_next(r);
  if (next != nullptr) {
    counters_.retries.add();
    if (wait <= 0) return next->submit(r);
    if (same) {
      r.attempts->attempts.pop_back();  // so that it may be there again
      r.stays_on = c.home;
    }
    return delay(r, wait);
  }
  if (why.answer == nullptr && !c.ready()) return fail_later(r, errc::no_host_available);
  r.attempts->attempts.pop_back();  // it is the error itself
  if (r.attempts->attempts.empty()) r.attempts.reset();
  fail(c, r, why);
}

// Where it has not been. When it has been everywhere, and one node was left because others might be faster:
// any of them once more, and now it may take the time that the request has.
connection* core::pick_next(protocol::request& r) noexcept {
  if (connection* const c = pick(r)) return c;
  protocol::attempt_log& log = *r.attempts;
  const bool others_run = r.rivals != nullptr && race::of(r)->rivals.size() > 1;
  if (!log.took_too_long || r.attempt_timeout_ns <= 0 || others_run) return nullptr;
  r.attempt_timeout_ns = 0;
  log.first_excluded = log.attempts.size();
  return pick(r);
}

// Nobody has it meanwhile but the list of those that wait for their time.
void core::delay(protocol::request& r, std::int64_t ns) noexcept {
  r.due_ns = protocol::deadline_after(loop_.clock().now_ns, ns);
  delayed_.add(r, ns);
  want_time(r.due_ns);
}

// Its time has come: another attempt, or the end.
void core::resume(protocol::request& r) noexcept {
  const bool parked = r.queue().linked();  // in parked_, agreeing_ or asked_
  if (parked) r.queue().unlink();
  if (loop_.clock().now_ns < r.deadline_ns) {
    const void* const stays_on = std::exchange(r.stays_on, nullptr);
    for (const auto& n : nodes_)
      if (n.get() == stays_on && n->ready()) return n->link_for(r.has_token, r.token)->submit(r);
    return route(r);
  }
  if (r.kind == protocol::request_kind::agreement) return disagree(r);
  if (r.rivals != nullptr && race::rival_of(r) == nullptr) static_cast<void>(end_race(*race::of(r)));
  finish_failed(r, {.code = errc::request_timeout, .text = describe(errc::request_timeout), .sent = !parked});
}

void core::cancel_here(protocol::request& r) noexcept {
  if (r.owner != nullptr) return static_cast<connection*>(r.owner)->cancel(r);
  if (!r.timer().linked()) return;  // it is ending just now
  protocol::deadline_lists::remove(r);
  if (r.queue().linked()) r.queue().unlink();
  if (r.rivals != nullptr) static_cast<void>(end_race(*race::of(r)));
  fail_later(r, errc::cancelled);
}

void core::end_delayed(errc why) noexcept {
  while (protocol::request* r = delayed_.pop_expired(protocol::never)) {
    if (r->queue().linked()) r->queue().unlink();
    if (rival* const one = race::rival_of(*r)) {
      one->owner = nullptr;
      continue;  // its race is in the list too
    }
    if (r->rivals != nullptr) static_cast<void>(end_race(*race::of(*r)));
    fail_later(*r, why);
  }
}

void core::report(const protocol::request& r, const error_code& code, std::string_view host,
                  const protocol::response* answer) noexcept {
  const std::string_view statement = detail::text_of(r);
  const std::int64_t took = loop_.clock().now_ns - r.started_ns;
  const auto before = r.attempts == nullptr ? 0 : static_cast<std::uint32_t>(r.attempts->attempts.size());
  const std::uint32_t attempts = before + (host.empty() ? 0 : 1);
  if (config_->tracker)
    config_->tracker({.statement = statement,
                      .node = host,
                      .attempts = attempts,
                      .latency = std::chrono::nanoseconds(took),
                      .error = code,
                      .tracing_id = answer != nullptr ? answer->tracing_id() : std::nullopt});
  if (config_->slow_request_ns > 0 && took >= config_->slow_request_ns && logs(log_level::warning))
    log(log_level::warning,
        "slow request, " + std::to_string(took / 1'000'000) + " ms: " + std::string(statement), host);
}

void core::finish(protocol::request& r, const protocol::response& answer, std::string_view host) noexcept {
  counters_.latency.record(loop_.clock().now_ns - r.started_ns);
  if (config_->tracker || config_->slow_request_ns > 0) [[unlikely]]
    report(r, {}, host, &answer);
  r.on_result(r, answer);
}

void core::finish_failed(protocol::request& r, const protocol::failure& why) noexcept {
  if (rival* const loser = race::rival_of(r)) return rival_failed(*loser, why);
  if (r.kind == protocol::request_kind::agreement) return r.on_failure(r, why);  // the statement was counted
  counters_.errors[static_cast<std::size_t>(kind_of(why.code))].add();
  if (config_->tracker || config_->slow_request_ns > 0) report(r, why.code, why.host, why.answer);
  r.on_failure(r, why);
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_ATTEMPTS_IPP
