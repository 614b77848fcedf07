// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_TRACE_OPERATION_IPP
#define COODIE_ORM_TRACE_OPERATION_IPP

#include <algorithm>
#include <utility>

#include "driver/profile_name.hpp"
#include "orm/call_settings.hpp"
#include "orm/trace_operation.hpp"

namespace coodie::inline COODIE_ABI::detail {

inline namespace trace_steps {
inline constexpr std::int64_t longest_pause_ns = 100'000'000;

inline constinit const protocol::statement read_session{
    "SELECT client, command, coordinator, duration, parameters, request, started_at "
    "FROM system_traces.sessions WHERE session_id = ?",
    protocol::statement_flag::idempotent};
inline constinit const protocol::statement read_events{
    "SELECT event_id, activity, source, source_elapsed, thread "
    "FROM system_traces.events WHERE session_id = ?",
    protocol::statement_flag::idempotent};

/// A value that may be null, which leaves `into` as it is.
template <class T>
[[nodiscard]] errc get_if_known(const row& from, std::string_view column, T& into) {
  std::optional<T> value;
  const errc e = from.get(column, value);
  if (value) into = std::move(*value);
  return e;
}
[[nodiscard]] inline errc get_microseconds(const row& from, std::string_view column,
                                           std::optional<std::chrono::microseconds>& into) {
  std::optional<std::int32_t> value;
  const errc e = from.get(column, value);
  if (value) into = std::chrono::microseconds(*value);
  return e;
}
[[nodiscard]] inline errc read_event(const row& from, trace_event& event) {
  std::optional<std::chrono::microseconds> elapsed;
  errc e = get_if_known(from, "event_id", event.id);
  if (e == errc::ok) e = get_if_known(from, "activity", event.activity);
  if (e == errc::ok) e = get_if_known(from, "source", event.source);
  if (e == errc::ok) e = get_microseconds(from, "source_elapsed", elapsed);
  if (e == errc::ok) e = get_if_known(from, "thread", event.thread);
  event.source_elapsed = elapsed.value_or(std::chrono::microseconds());
  return e;
}
}  // namespace trace_steps

trace_operation::trace_operation(const uuid& id, const trace_options& options)
    : options_(options), until_(clock::now() + options.wait) {
  trace_.id = id;
  options_.profile = keep_profile_name(options.profile);
}

errc trace_operation::check(diagnostics* diag) const noexcept {
  if (options_.wait.count() < 0 || options_.wait > longest_timeout)
    return report(errc::invalid_query, "wait must not be negative or above a week", diag);
  call_settings settings;
  settings.timeout_ns = timeout_in_ns(options_.timeout);
  return check_settings(settings, diag);
}

void trace_operation::prepare_request(protocol::request& r) const noexcept {
  call_settings settings;
  settings.consistency = options_.consistency;
  settings.timeout_ns = timeout_in_ns(options_.timeout);
  settings.profile = options_.profile;
  describe_execute(r, reads_events_ ? read_events : read_session, 1, settings);
  r.timestamp = protocol::no_timestamp;
  r.give_page_size(1000);
}

errc trace_operation::take_session(const result& rows, diagnostics* diag) {
  const bool over = clock::now() >= until_;
  if (rows.empty())
    return over ? report(errc::document_not_found,
                         "there is no trace of this id, or not yet: nodes write them behind the answer", diag)
                : errc::ok;
  const row session = rows[0];
  errc e = get_if_known(session, "client", trace_.client);
  if (e == errc::ok) e = get_if_known(session, "command", trace_.command);
  if (e == errc::ok) e = get_if_known(session, "coordinator", trace_.coordinator);
  if (e == errc::ok) e = get_microseconds(session, "duration", trace_.duration);
  if (e == errc::ok) e = get_if_known(session, "parameters", trace_.parameters);
  if (e == errc::ok) e = get_if_known(session, "request", trace_.request);
  if (e == errc::ok) e = get_if_known(session, "started_at", trace_.started_at);
  reads_events_ = trace_.duration.has_value() || over;
  return e;
}

errc trace_operation::take_events() {
  for (const row each : events_)
    if (const errc e = read_event(each, trace_.events.emplace_back()); e != errc::ok) return e;
  return errc::ok;
}

errc trace_operation::consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
  return decode_safely([&]() -> errc {
    pause_ns_ = 0;
    if (reads_events_) {
      if (const errc e = events_.append(answer, more); e != errc::ok) return e;
      paging_state_.assign(events_.paging_state().begin(), events_.paging_state().end());
      return more ? errc::ok : take_events();
    }
    result rows;
    bool unused = false;
    errc e = rows.append(answer, unused);
    if (e == errc::ok) e = take_session(rows, diag);
    more = e == errc::ok;
    if (!reads_events_) {
      pause_ns_ = next_pause_ns_;
      next_pause_ns_ = std::min(2 * next_pause_ns_, longest_pause_ns);
    }
    return e;
  });
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_TRACE_OPERATION_IPP
