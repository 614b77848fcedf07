// SPDX-License-Identifier: MIT
// A client's connection: its socket, and what faults do to it.
#ifndef COODIE_TESTS_MOCK_MOCK_OUTPUT_IPP
#define COODIE_TESTS_MOCK_MOCK_OUTPUT_IPP

#include <chrono>
#include <utility>

#include "tests/mock/mock_connection.hpp"
#include "tests/mock/mock_replies.hpp"
#include "tests/mock/server_core.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

void mock_connection::close() {
  std::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  node_.forget(shared_from_this());
}

void mock_connection::reset() {
  reset_socket(socket_);
  node_.forget(shared_from_this());
}

bool mock_connection::halted() const noexcept { return frozen_ || node_.fault() == node_fault::frozen; }

void mock_connection::pause() {
  std::error_code ignored;
  socket_.cancel(ignored);
}

void mock_connection::resume() {
  if (halted()) return;
  if (std::exchange(parked_, false)) {
    take_frames();
    if (socket_.is_open() && !closes_) read();
  }
  flush();
}

void mock_connection::read() {
  constexpr std::size_t chunk = 64 * 1024;
  std::byte* to = input_.reserve(chunk);
  if (to == nullptr || !socket_.is_open()) return close();
  socket_.async_read_some(asio::buffer(to, chunk),
                          [self = shared_from_this()](std::error_code failed, std::size_t bytes) {
                            self->have_read(failed, bytes);
                          });
}

void mock_connection::have_read(std::error_code failed, std::size_t bytes) {
  const bool given_up = failed == asio::error::operation_aborted && socket_.is_open();
  if (failed && !given_up) return close();
  input_.commit(bytes);
  if (halted()) {
    parked_ = true;
    return;
  }
  take_frames();
  if (socket_.is_open() && !closes_) read();
}

[[nodiscard]] inline std::string event_frame(const event_reply& event) {
  protocol::byte_buffer frame;
  protocol::writer out(frame);
  const std::size_t start = protocol::begin_frame(out, protocol::opcode::event, protocol::event_stream);
  write_event(out, event);
  protocol::end_frame(out, start);
  return std::string(store::as_octets(frame.bytes()));
}

void mock_connection::deliver(protocol::byte_buffer frame, const reaction& wanted) {
  const auto wait = wanted.delay + node_.core().options().latency;
  if (wait.count() <= 0) return send_now(std::move(frame), wanted);
  auto timer = std::make_shared<asio::steady_timer>(socket_.get_executor(), wait);
  auto late = std::make_shared<protocol::byte_buffer>(std::move(frame));
  timer->async_wait([self = shared_from_this(), timer, late, wanted](std::error_code failed) {
    if (!failed) self->send_now(std::move(*late), wanted);
  });
}

void mock_connection::send_now(protocol::byte_buffer frame, const reaction& wanted) {
  if (wanted.event) send_event(*wanted.event, true);
  if (wanted.byte_interval.count() > 0) byte_interval_ = wanted.byte_interval;
  if (wanted.flood) flood_ = event_frame(*wanted.flood);
  switch (wanted.kind) {
    case reaction::what::drop:
    case reaction::what::ignore: return;
    case reaction::what::close: closes_ = true; return flush();
    case reaction::what::reset: return reset();
    case reaction::what::freeze: frozen_ = true; return pause();
    case reaction::what::garbage:
      return send(std::as_bytes(std::span(wanted.bytes.data(), wanted.bytes.size())));
    case reaction::what::half_frame:
      closes_ = true;
      frame.truncate(frame.size() / 2);
      break;
    case reaction::what::corrupt_length:
      protocol::store_big(frame.data() + 5, std::uint32_t{0x7fffffff});
      break;
    case reaction::what::rewrite: {
      const std::string made = wanted.rewriter.make(wanted.rewriter.context, store::as_octets(frame.bytes()));
      return send(store::as_bytes(made));
    }
    case reaction::what::other_stream: protocol::store_big(frame.data() + 2, wanted.stream); break;
    case reaction::what::answer:
    case reaction::what::error: break;
  }
  send(frame.bytes());
}

void mock_connection::send_event(const event_reply& event, bool anyway) {
  if (!anyway && (registered_ >> static_cast<unsigned>(event.type) & 1U) == 0) return;
  if (node_.fault() == node_fault::silent) return;
  const std::string frame = event_frame(event);
  send(store::as_bytes(frame));
}

void mock_connection::send(std::span<const std::byte> bytes) {
  protocol::writer(pending_).write_raw(bytes);
  if (!reading_) flush();
}

// What is to be written next. A flood never ends.
void mock_connection::refill() {
  constexpr int events_at_once = 1000;
  if (!being_written_.empty()) return;
  if (pending_.empty() && !flood_.empty() && !closes_)
    for (int i = 0; i < events_at_once; ++i) protocol::writer(pending_).write_raw(std::string_view(flood_));
  std::swap(being_written_, pending_);
}

std::chrono::microseconds mock_connection::byte_interval() const noexcept {
  if (byte_interval_.count() > 0) return byte_interval_;
  const bool trickles = node_.fault() == node_fault::trickle;
  return trickles ? node_.core().options().trickle_interval : std::chrono::microseconds(0);
}

void mock_connection::flush() {
  if (writing_ || !socket_.is_open() || halted()) return;
  refill();
  if (being_written_.empty()) {
    if (closes_) close();
    return;
  }
  writing_ = true;
  const std::size_t size = byte_interval().count() > 0 ? 1 : being_written_.size();
  socket_.async_write_some(asio::buffer(being_written_.data(), size),
                           [self = shared_from_this()](std::error_code failed, std::size_t bytes) {
                             self->have_written(failed, bytes);
                           });
}

void mock_connection::have_written(std::error_code failed, std::size_t bytes) {
  const bool given_up = failed == asio::error::operation_aborted && socket_.is_open();
  if (failed && !given_up) {
    writing_ = false;
    return close();
  }
  being_written_.consume(bytes);
  const auto interval = byte_interval();
  if (interval.count() <= 0) {
    writing_ = false;
    return flush();
  }
  auto timer = std::make_shared<asio::steady_timer>(socket_.get_executor(), interval);
  timer->async_wait([self = shared_from_this(), timer](std::error_code) {
    self->writing_ = false;
    self->flush();
  });
}

void mock_connection::write_trace_of(const mock_request& request,
                                     std::chrono::steady_clock::time_point begin) {
  const auto took = std::chrono::steady_clock::now() - begin;
  std::error_code ignored;
  const prepared_entry* entry = node_.find_prepared(request.id());
  const trace_origin origin{*tracing_id_, socket_.remote_endpoint(ignored).address().to_string(),
                            node_.address(), std::chrono::duration_cast<std::chrono::microseconds>(took)};
  write_trace(node_.core().engine(), origin, request, entry == nullptr ? nullptr : entry->statement.get(),
              entry == nullptr ? std::string() : entry->text);
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_OUTPUT_IPP
