// SPDX-License-Identifier: MIT
// The machine's way in: from bytes to the request that they answer.
#ifndef COODIE_PROTOCOL_MACHINE_MACHINE_INPUT_IPP
#define COODIE_PROTOCOL_MACHINE_MACHINE_INPUT_IPP

#include <cstring>

#include "protocol/machine/machine.hpp"

namespace coodie::inline COODIE_ABI::protocol {

namespace detail {
inline constexpr std::size_t smallest_input = 16 * 1024;
inline constexpr std::size_t largest_input = 256 * 1024;  // larger only while a larger frame arrives
// A body so long is cheaper to hand over than to copy, when it fills at least half of its memory.
inline constexpr std::size_t smallest_taken = 16 * 1024;

/// What a body stands in alone, if it is worth being taken.
[[nodiscard]] inline byte_buffer* memory_of(byte_buffer& buffer, std::size_t body) noexcept {
  return buffer.empty() && body > smallest_taken && body >= buffer.capacity() / 2 ? &buffer : nullptr;
}
}  // namespace detail

std::span<std::byte> machine::input_space() noexcept {
  std::size_t wanted = detail::smallest_input;
  if (in_.empty()) {
    if (in_.capacity() > most_kept) in_.release();
    if (inflated_.capacity() > most_kept) inflated_.release();
    // Memory that was given away with its frame: the next frame will be as long.
    const std::size_t had = in_.capacity() != 0 ? in_.capacity() : input_capacity_;
    if (had > wanted && had <= most_kept) wanted = had;
    if (input_was_full_ && wanted < detail::largest_input) wanted *= 2;
  } else if (in_.room() < detail::smallest_input / 4) {
    // A frame that is longer than the buffer: the buffer grows with what has come, not with what was
    // announced.
    wanted = in_.size() > detail::smallest_input ? in_.size() : detail::smallest_input;
  } else {
    wanted = 1;
  }
  input_was_full_ = false;
  std::byte* to = in_.reserve(wanted);
  input_capacity_ = in_.capacity();
  return to == nullptr ? std::span<std::byte>{} : std::span<std::byte>{to, in_.room()};
}

void machine::received(std::size_t n) noexcept {
  input_was_full_ = n == in_.room();
  in_.commit(n);
  last_received_ns_ = clock_.now_ns;
  while (next_frame()) {
  }
  if (!queue_.empty() && state_ == state::ready) [[unlikely]]
    send_waiting();
}

// A server of TLS answers plain bytes with an alert (RFC 8446 section 5.1).
void machine::refuse_peer(errc why) noexcept {
  constexpr std::byte tls_alert{0x15};
  if (why == errc::unsupported_version && *in_.data() == tls_alert) why = errc::tls_required;
  shut_down(why, describe(why));
}

// Takes one whole frame from the input; false when there is none, or no use in looking for more.
bool machine::next_frame() noexcept {
  if (state_ == state::broken || in_.empty()) return false;
  if (in_.size() < frame_header_size) [[unlikely]] {
    const errc e = check_frame_version(static_cast<std::uint8_t>(*in_.data()), direction::response);
    if (e != errc::ok) refuse_peer(e);
    return false;
  }
  frame_header header;
  if (const errc e = parse_frame_header(in_.data(), direction::response, frame_limit(), header);
      e != errc::ok) [[unlikely]] {
    refuse_peer(e);
    return false;
  }
  if (in_.size() - frame_header_size < header.length) return false;
  const std::byte* body = in_.data() + frame_header_size;
  in_.consume(frame_header_size + header.length);  // the bytes stay where they are until input_space()
  response answer{.code = header.code(),
                  .flags = header.flags,
                  .body = reader(body, body + header.length),
                  .memory = detail::memory_of(in_, header.length)};
  dispatch(header.stream, answer);
  return true;
}

void machine::dispatch(std::int16_t stream, response& answer) noexcept {
  if ((answer.flags & frame_flag::compression) != 0) [[unlikely]] {
    const errc e = decompress_body(compressing_ ? options_.compression : nullptr, answer.flags,
                                   {answer.body.position(), answer.body.remaining()}, inflated_,
                                   frame_limit(), answer.body);
    if (e != errc::ok) return shut_down(e, describe(e));
    inflated_.clear();  // all of it is the body
    answer.memory = detail::memory_of(inflated_, answer.body.remaining());
  }
  if (stream < 0) [[unlikely]] {
    if (stream == event_stream && answer.code == opcode::event) return take_event(answer.flags, answer.body);
    return shut_down(errc::unknown_stream, describe(errc::unknown_stream));
  }
  request* const r = streams_.take_back(stream);
  if (r == nullptr) [[unlikely]] {
    if (!streams_.is_orphan(stream)) return shut_down(errc::unknown_stream, describe(errc::unknown_stream));
    return streams_.release(stream);
  }
  end_with(*r, answer);
}

void machine::end_with(request& r, response& answer) noexcept {
  frame_prelude prelude;
  constexpr auto with_prelude = frame_flag::tracing | frame_flag::warnings | frame_flag::custom_payload;
  if ((answer.flags & with_prelude) != 0) [[unlikely]] {
    if (const errc e = read_prelude(answer.flags, answer.body, prelude); e != errc::ok)
      return end(r, {.code = e, .text = describe(e), .sent = true});
    answer.prelude = &prelude;
  }
  if (answer.code == opcode::error) [[unlikely]]
    return answer_error(r, answer);
  if (features_.metadata_id && r.kind == request_kind::execute) [[unlikely]]
    take_metadata_id(r, answer.body);
  deadline_lists::remove(r);
  r.stream = -1;
  r.owner = nullptr;
  if (r.internal) [[unlikely]]
    r.on_result(r, answer);
  else
    handler_.on_request_answered(r, answer);
}

namespace detail {
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
}  // namespace detail

// ScyllaDB's SCYLLA_USE_METADATA_ID: rows that look otherwise than when the statement was prepared bring
// their metadata, and a new id in front of it, for the next EXECUTE. The id is taken out, so that what
// follows is plain v4: nobody else needs to know.
void machine::take_metadata_id(const request& r, reader& body) noexcept {
  constexpr std::uint32_t metadata_changed = 0x0008;
  reader in = body;
  result_kind kind{};
  std::uint32_t flags = 0;
  std::int32_t count = 0;
  bytes_view paging_state;
  std::span<const std::byte> id;
  if (read_result_kind(in, kind) != errc::ok || kind != result_kind::rows) return;
  if (in.read(flags) != errc::ok || (flags & metadata_changed) == 0 || in.read(count) != errc::ok) return;
  if ((flags & metadata_flag::has_more_pages) != 0 && in.read_bytes(paging_state) != errc::ok) return;
  const auto before = static_cast<std::size_t>(in.position() - body.position());
  if (in.read_short_bytes(id) != errc::ok) return;
  if (prepared_entry* entry = prepared_.find(*r.what)) entry->metadata_id.assign(detail::as_text(id));
  auto* const begin = const_cast<std::byte*>(body.position());  // of a buffer of ours
  std::byte* const moved = begin + 2 + id.size();
  std::memmove(moved, begin, before);
  store_big(moved + 4, flags & ~metadata_changed);
  body = reader(moved, body.position() + body.remaining());
}

void machine::answer_error(request& r, const response& answer) noexcept {
  error_message error;
  reader body = answer.body;
  r.stream = -1;
  if (const errc e = deserialize(body, error, features_.rate_limit_error); e != errc::ok)
    return end(r, {.code = e, .text = describe(e), .sent = true});
  if (features_.rate_limit_error != 0 && error.code == features_.rate_limit_error) [[unlikely]]
    return end(r,
               {.code = server_errc::rate_limited, .text = error.message, .answer = &answer, .sent = true});
  if (error.code == error_code_v4::unprepared && prepare_again(r, error)) return;
  end(r, {.code = server_error_code(error.code), .text = error.message, .answer = &answer, .sent = true});
}

// The node has forgotten a statement. Once for each statement that is no reason to trouble anybody. The
// deadline stays what it was. When preparing it again is of no use, the node
// is not asked to any more for a while.
bool machine::prepare_again(request& r, const error_message& error) noexcept {
  if (r.kind != request_kind::execute && r.kind != request_kind::batch) return false;
  const std::string_view id = detail::as_text(error.id);
  prepared_entry* const known = entry_named(r, id);
  const std::size_t allowed = r.kind == request_kind::batch ? r.members.size() : 1;
  const bool in_vain = r.prepare_attempts >= allowed || r.prepare_attempts == 255 ||
                       (known != nullptr && r.prepare_attempts != 0 && known->again_for == &r);
  if (in_vain || (known != nullptr && known->is_hopeless(clock_.now_ns))) {
    if (in_vain && known != nullptr) known->note_vain(clock_.now_ns);
    end(r, {.code = errc::prepare_loop, .text = describe(errc::prepare_loop)});
    return true;
  }
  ++r.prepare_attempts;
  if (known != nullptr) {
    known->again_for = &r;
    known->id.clear();
    any_sibling(known->key, [&](machine&, prepared_entry& its) {
      if (its.id == id) its.id.clear();
      return false;
    });
  }
  send(r, admission::given);
  return true;
}

// nullptr when it is being prepared again, or has been, for somebody who was told the same.
prepared_entry* machine::entry_named(const request& r, std::string_view id) const noexcept {
  const auto look_at = [&](const statement& what) {
    prepared_entry* const entry = prepared_.find(what);
    return entry != nullptr && entry->id == id ? entry : nullptr;
  };
  if (r.kind == request_kind::execute) return look_at(*r.what);
  for (const batch_member& member : r.members)
    if (prepared_entry* const entry = look_at(*member.what)) return entry;
  return nullptr;
}

namespace detail {
inline errc read_prepared(const response& answer, bool with_metadata_id, prepared_result& found) noexcept {
  if (answer.code != opcode::result) return errc::unexpected_message;
  reader body = answer.body;
  result_kind kind{};
  if (const errc e = read_result_kind(body, kind); e != errc::ok) return e;
  if (kind != result_kind::prepared) return errc::unexpected_message;
  if (const errc e = deserialize(body, found, with_metadata_id); e != errc::ok) return e;
  return found.id.empty() ? errc::unexpected_message : errc::ok;
}
}  // namespace detail

// Compares it with what the program expects; then it may be used.
errc machine::accept_prepared(prepared_entry& entry, const prepared_result& found,
                              std::string& why) noexcept {
  const statement::check_function check = entry.what->check;
  const errc e = check == nullptr ? errc::ok : check(*entry.what, found, why);
  if (e != errc::ok) return e;
  entry.id.assign(detail::as_text(found.id));
  entry.metadata_id.assign(detail::as_text(found.metadata_id));
  const auto& named = found.markers.columns.empty() ? found.columns.columns : found.markers.columns;
  entry.keyspace = named.empty() ? std::string_view() : named[0].keyspace;
  entry.table = named.empty() ? std::string_view() : named[0].table;
  handler_.on_prepared(*entry.what, found);
  return e;
}

void machine::prepared(prepared_entry& entry, const response& answer) noexcept {
  prepared_result found;
  std::string text;
  errc e = detail::read_prepared(answer, features_.metadata_id, found);
  if (std::exchange(entry.stale, false)) {  // what it says may be of the table as it was
    if (!entry.waiters.empty()) return prepare(entry);
    return prepare_ended(entry);
  }
  if (e == errc::ok && entry.waiters.empty()) {
    // Nobody waits any more, so that the statement may be gone, and with it what to compare with.
    entry.unchecked.assign(answer.body.position(), answer.body.position() + answer.body.remaining());
    return prepare_ended(entry);
  }
  if (e == errc::ok) e = accept_prepared(entry, found, text);
  if (e != errc::ok)
    return prepare_failed(entry, {.code = e, .text = text.empty() ? describe(e) : std::string_view(text)});
  prepare_ended(entry);
}

// A node keeps the id of a text for whoever prepares it next, also when the table has other types by then:
// the id alone does not tell that rows have changed.
void machine::recheck_statements(std::string_view keyspace, std::string_view table) noexcept {
  prepared_.for_each([&](prepared_entry& entry) {
    if (!keyspace.empty() && !entry.depends_on(keyspace, table)) return;
    entry.id.clear();
    entry.unchecked.clear();
    entry.stale = entry.preparing;
  });
}

// For who comes after an answer that nobody waited for. False: it has to be asked for again.
bool machine::accept_late(prepared_entry& entry) noexcept {
  if (entry.unchecked.empty() || entry.preparing) return false;
  const std::vector<std::byte> body = std::exchange(entry.unchecked, {});
  prepared_result found;
  std::string text;
  return detail::read_prepared({.body = reader(body)}, features_.metadata_id, found) == errc::ok &&
         accept_prepared(entry, found, text) == errc::ok;
}

void machine::prepare_failed(prepared_entry& entry, const failure& why) noexcept {
  // Who came later, has more time or another connection asks again.
  const bool again =
      state_ == state::broken || (why.code == errc::request_timeout && options_.request_timeout_ns > 0);
  if (again) return prepare_ended(entry);
  failure reason = why;
  reason.sent = false;  // the statement itself was never executed
  prepare_ended(entry, &reason);
}

void machine::prepare_ended(prepared_entry& entry, const failure* why) noexcept {
  entry.preparing = false;
  entry.text = {};
  entry.query = {};
  const statement_key key = entry.key;
  go_on(entry, why);  // the entry may be gone now
  any_sibling(key, [why](machine& other, prepared_entry& its) {
    if (!its.preparing) other.go_on(its, why);
    return false;
  });
}

// Who waited for the statement: with it, or by asking for it once more; or ends.
void machine::go_on(prepared_entry& entry, const failure* why) noexcept {
  unprepared_.splice(entry.waiters);
  while (request* r = unpark(unprepared_)) {
    if (why == nullptr)
      send(*r, admission::given);
    else
      end(*r, *why);
  }
}

// Calls f(machine&, prepared_entry&) with what the other connections to the node know of the statement, until
// it returns true.
template <class F>
bool machine::any_sibling(statement_key key, F&& f) noexcept {
  if (siblings_ == nullptr) return false;
  return siblings_->any_of([&](machine& other) {
    if (&other == this || !other.ready()) return false;
    prepared_entry* const its = other.prepared_.find(key);
    return its != nullptr && f(other, *its);
  });
}

bool machine::accept_of_sibling(prepared_entry& entry) noexcept {
  return !entry.preparing && any_sibling(entry.key, [&](machine&, prepared_entry& its) {
    if (its.ready()) entry.learn(its);
    return its.ready();
  });
}

void machine::take_event(std::uint8_t flags, reader body) noexcept {
  event_message event;
  frame_prelude prelude;
  errc e = read_prelude(flags, body, prelude);
  if (e == errc::ok) e = deserialize(body, event);
  if (e == errc::ok)
    handler_.on_event(event);
  else
    ++unknown_events_;  // to be ignored; a lying length inside an event harms nobody else
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_MACHINE_INPUT_IPP
