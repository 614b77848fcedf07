// SPDX-License-Identifier: MIT
// The machine's way out: from a request to bytes.
#ifndef COODIE_PROTOCOL_MACHINE_MACHINE_REQUESTS_IPP
#define COODIE_PROTOCOL_MACHINE_MACHINE_REQUESTS_IPP

#include <algorithm>

#include "protocol/machine/machine.hpp"

namespace coodie::inline COODIE_ABI::protocol {

prepared_entry& prepared_table::add(const statement& what) {
  const std::uint32_t slot = what.slot();
  if (slot >= entries_.size()) entries_.resize(slot + 8);
  std::unique_ptr<prepared_entry>& entry = entries_[slot];
  if (entry != nullptr && entry->preparing) outlived_.push_back(std::move(entry));
  entry = std::make_unique<prepared_entry>();
  entry->what = &what;
  entry->key = {slot, what.serial()};
  std::erase_if(outlived_, [](const auto& old) { return !old->preparing; });
  return *entry;
}

void machine::submit(request& r) noexcept {
  if (state_ == state::broken) [[unlikely]]
    return defer(r, errc::connection_closed);
  const std::int64_t timeout = r.timeout_ns > 0 ? r.timeout_ns : options_.request_timeout_ns;
  if (r.deadline_ns == 0) r.deadline_ns = deadline_after(clock_.now_ns, timeout);
  r.prepare_attempts = 0;  // another node may have forgotten the statement too
  r.submitted_ns = clock_.now_ns;
  r.due_ns = r.deadline_ns;
  if (r.attempt_timeout_ns > 0) [[unlikely]]
    r.due_ns = std::min(r.due_ns, deadline_after(clock_.now_ns, r.attempt_timeout_ns));
  deadlines_.add(r, r.due_ns == r.deadline_ns ? timeout : r.attempt_timeout_ns);
  send(r, admission::asked);
}

void machine::send(request& r, admission queueing) noexcept {
  prepared_entry* const entry = entry_of(r);
  if (entry != nullptr && !is_usable(*entry)) [[unlikely]] {
    if (queueing == admission::asked && is_full()) return defer(r, errc::queue_full);
    return wait_for(*entry, r);
  }
  // The connection's own requests go first: others may be waiting for their answer.
  if ((!queue_.empty() && !r.internal) || !streams_.take(r)) [[unlikely]] {
    if (queueing == admission::asked && is_full() && !r.internal) return defer(r, errc::queue_full);
    return park(queue_, r);
  }
  write(r, entry);
}

void machine::write(request& r, const prepared_entry* entry) noexcept {
  if (const errc e = encode(r, entry); e != errc::ok) [[unlikely]] {
    streams_.release(r.stream);
    r.stream = -1;
    defer(r, e);
  }
}

void machine::wait_for(prepared_entry& entry, request& r) noexcept {
  park(entry.waiters, r);
  const bool is_asked_for =
      entry.preparing || any_sibling(entry.key, [](machine&, prepared_entry& its) { return its.preparing; });
  if (!is_asked_for) prepare(entry);
}

// As many of those that wait for a stream id as there are ids.
void machine::send_waiting() noexcept {
  while (!queue_.empty() && streams_.available()) {
    request& r = *unpark(queue_);
    prepared_entry* const entry = entry_of(r);
    if (entry != nullptr && !is_usable(*entry))  // forgotten meanwhile
      wait_for(*entry, r);
    else if (streams_.take(r))
      write(r, entry);
  }
}

// The statement of an execute; the first of a batch that is not usable; nullptr when there is none.
prepared_entry* machine::entry_of(const request& r) noexcept {
  if (r.kind == request_kind::execute) [[likely]]
    return &prepared_.find_or_add(*r.what);
  if (r.kind == request_kind::batch)
    for (const batch_member& member : r.members) {
      prepared_entry& entry = prepared_.find_or_add(*member.what);
      if (!is_usable(entry)) return &entry;
    }
  return nullptr;
}

void machine::prepare(prepared_entry& entry) noexcept {
  entry.preparing = true;
  entry.self = this;
  entry.internal = true;
  entry.kind = request_kind::raw;
  entry.code = opcode::prepare;
  entry.query = entry.what->text;
  entry.text = entry.query;
  entry.deadline_ns = 0;
  entry.on_result = [](request& r, const response& answer) noexcept {
    auto& e = static_cast<prepared_entry&>(r);
    e.self->prepared(e, answer);
  };
  entry.on_failure = [](request& r, const failure& why) noexcept {
    auto& e = static_cast<prepared_entry&>(r);
    e.self->prepare_failed(e, why);
  };
  submit(entry);
}

// While it is in a queue, pending_error tells whether it is about to end.
void machine::park(request_queue& where, request& r) noexcept {
  r.pending_error = errc::ok;
  where.push(r);
  ++waiting_;
}

request* machine::unpark(request_queue& where) noexcept {
  request* r = where.pop();
  if (r != nullptr) --waiting_;
  return r;
}

void machine::leave_queue(request& r) noexcept {
  r.queue().unlink();
  --waiting_;
}

// It has no deadline any more: it ends in this turn of the loop.
void machine::defer(request& r, errc why, bool sent) noexcept {
  deadline_lists::remove(r);
  r.pending_error = why;
  r.pending_sent = sent;
  deferred_.push(r);
  ++deferred_count_;
}

request* machine::next_ending() noexcept {
  request* r = ending_.pop();
  if (r != nullptr) --deferred_count_;
  return r;
}

void machine::run_deferred() noexcept {
  ending_.splice(deferred_);
  while (request* r = next_ending()) {
    const errc why = r->pending_error;
    end(*r, {.code = why, .text = describe(why), .sent = r->pending_sent});
  }
}

void machine::cancel(request& r) noexcept {
  if (r.stream >= 0) {
    abandon(r);
    return defer(r, errc::cancelled, true);
  }
  if (!r.queue().linked()) return;  // it is ending just now
  if (r.pending_error != errc::ok) {
    r.pending_error = errc::cancelled;
    return;
  }
  leave_queue(r);
  defer(r, errc::cancelled);
}

void machine::withdraw(request& r) noexcept {
  deadline_lists::remove(r);
  if (r.stream >= 0) {
    abandon(r);
  } else if (r.queue().linked()) {
    if (r.pending_error != errc::ok) {
      r.queue().unlink();
      --deferred_count_;
    } else {
      leave_queue(r);
    }
  }
  r.owner = nullptr;
}

// Looks at addresses only, until it has found one that is alive.
bool machine::holds(const request& r, std::uint64_t cancel_key) const noexcept {
  const bool here = deadlines_.contains(r);
  return here && r.cancel_key == cancel_key;
}

query_options machine::options_of(const request& r, std::uint8_t statement_flags) noexcept {
  query_options options;
  options.consistency = r.consistency_level;
  if ((statement_flags & statement_flag::skip_metadata) != 0) options.set_skip_metadata();
  if (r.page_size > 0) options.set_page_size(r.page_size);
  if (!r.paging_state.empty())
    options.set_paging_state({r.paging_state.data(), static_cast<std::int32_t>(r.paging_state.size())});
  if (r.serial != no_serial_consistency) options.set_serial_consistency(r.serial);
  if (r.timestamp > default_timestamp) {
    options.set_timestamp(r.timestamp);
  } else if (r.timestamp == default_timestamp && options_.client_timestamps &&
             (statement_flags & (statement_flag::skip_metadata | statement_flag::conditional)) == 0) {
    if (r.clock_timestamp == 0) r.clock_timestamp = clock_.next_timestamp();
    options.set_timestamp(r.clock_timestamp);
  }
  return options;
}

void machine::encode_batch(const request& r, writer& out) noexcept {
  begin_batch(out, r.batch, r.members.size());
  std::uint8_t flags = 0;
  for (const batch_member& member : r.members) {
    const std::string& id = prepared_.find(*member.what)->id;
    begin_batch_statement(out, std::as_bytes(std::span(id)), member.value_count);
    out.write_raw(member.values);
    flags |= member.what->flags & statement_flag::conditional;
  }
  query_options options = options_of(r, flags);
  options.flags &= static_cast<std::uint8_t>(query_flag::serial_consistency | query_flag::timestamp);
  end_batch(out, options);
}

// Text with values bound in place has none that the server would have to know the types of; schema changes
// and the like take no timestamp.
void machine::encode_query(const request& r, writer& out) noexcept {
  const query_options options = options_of(r, statement_flag::conditional);
  out.write_long_string(r.text);
  begin_parameters(out, options, r.value_count);
  if (r.append_values != nullptr)
    if (const errc e = r.append_values(r, out); e != errc::ok) out.fail(e);
  end_parameters(out, options);
}

namespace detail {
[[nodiscard]] inline opcode opcode_of(const request& r) noexcept {
  if (r.kind == request_kind::raw) return r.code;
  return r.kind == request_kind::batch ? opcode::batch : opcode::query;
}
// begin_frame(), and <n: short>, then n times <key: string><value: bytes>, when there is a payload.
inline void begin_with_payload(writer& out, opcode code, const request& r, std::uint8_t flags) noexcept {
  static_cast<void>(begin_frame(out, code, static_cast<std::int16_t>(r.stream), flags));
  if (r.payload.empty()) return;
  frame_prelude prelude;
  for (const payload_entry& entry : r.payload)
    prelude.custom_payload.emplace_back(
        entry.key, bytes_view{entry.value.data(), static_cast<std::int32_t>(entry.value.size())});
  write_request_prelude(out, frame_flag::custom_payload, prelude);
}
}  // namespace detail

void machine::encode_execute(const request& r, const prepared_entry& entry, std::uint8_t flags,
                             writer& out) noexcept {
  const query_options options = options_of(r, r.what->flags);
  if (r.payload.empty() && !features_.metadata_id) [[likely]] {
    begin_execute(out, static_cast<std::int16_t>(r.stream), flags, entry.id, options, r.value_count);
  } else {
    detail::begin_with_payload(out, opcode::execute, r, flags);
    out.write_string(entry.id);
    if (features_.metadata_id) out.write_string(entry.metadata_id);
    begin_parameters(out, options, r.value_count);
  }
  if (r.append_values != nullptr)
    if (const errc e = r.append_values(r, out); e != errc::ok) [[unlikely]]
      out.fail(e);
  end_parameters(out, options);
}

void machine::encode_other(const request& r, std::uint8_t flags, writer& out) noexcept {
  detail::begin_with_payload(out, detail::opcode_of(r), r, flags);
  if (r.kind == request_kind::batch) return encode_batch(r, out);
  if (r.kind == request_kind::query) return encode_query(r, out);
  if (r.code == opcode::prepare) return out.write_long_string(r.text);
  out.write_raw(r.text);
}

errc machine::encode(request& r, const prepared_entry* entry) noexcept {
  writer out(out_);
  const std::size_t start = out.position();
  std::uint8_t flags = r.tracing ? frame_flag::tracing : std::uint8_t{0};
  if (!r.payload.empty()) [[unlikely]]
    flags |= frame_flag::custom_payload;
  if (r.kind == request_kind::execute) [[likely]]
    encode_execute(r, *entry, flags, out);
  else
    encode_other(r, flags, out);
  end_frame(out, start);
  if (compressing_ && out.error() == errc::ok && r.code != opcode::startup) [[unlikely]]
    compress_frame(*options_.compression, out_, start, scratch_);
  return out.error();
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_MACHINE_REQUESTS_IPP
