// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_READ_AHEAD_IPP
#define COODIE_DRIVER_READ_AHEAD_IPP

#include <cstring>
#include <utility>

#include "cluster/asio_config.hpp"
#include "cluster/current_context.hpp"
#include "driver/cancel_key.hpp"
#include "driver/read_ahead.hpp"

namespace coodie::inline COODIE_ABI::detail {

void read_ahead::send() noexcept {
  request_.paging_state = state_;
  request_.cancel_key = next_cancel_key();
  request_.append_values = [](const protocol::request& r, protocol::writer& out) noexcept {
    out.write_raw(std::span<const std::byte>(static_cast<const ahead_request&>(r).of.values_));
    return out.error();
  };
  request_.on_result = [](protocol::request& r, const protocol::response& answer) noexcept {
    static_cast<ahead_request&>(r).of.answered(answer);
  };
  request_.on_failure = [](protocol::request& r, const protocol::failure& why) noexcept {
    static_cast<ahead_request&>(r).of.failed(why);
  };
  const std::shared_ptr<abstract_driver> alive = shared_from_this();
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    progress_ = progress::flying;
    self_ = alive;
  }
  behind_->start(request_);
}

protocol::request* read_ahead::end_flight(progress how) noexcept {
  const std::lock_guard lock(mutex_);
  progress_ = waiter_ == nullptr ? how : progress::nothing;
  return std::exchange(waiter_, nullptr);
}

// Whoever waits already gets the answer itself; else it is kept first, and then looked again whether somebody
// came meanwhile.
void read_ahead::answered(const protocol::response& answer) noexcept {
  const std::shared_ptr<abstract_driver> alive = std::move(self_);
  protocol::request* waiter = nullptr;
  {
    const std::lock_guard lock(mutex_);
    waiter = std::exchange(waiter_, nullptr);
    if (waiter != nullptr) progress_ = progress::nothing;
  }
  if (waiter != nullptr) return waiter->on_result(*waiter, answer);
  progress how = progress::answered;
  if (const errc e = keep(answer); e != errc::ok) {
    keep({.code = e, .text = describe(e)});
    how = progress::failed;
  }
  if (protocol::request* const late = end_flight(how)) hand_over(*late, how);
}

void read_ahead::failed(const protocol::failure& why) noexcept {
  const std::shared_ptr<abstract_driver> alive = std::move(self_);
  keep(why);
  if (protocol::request* const waiter = end_flight(progress::failed)) hand_over(*waiter, progress::failed);
}

errc read_ahead::keep(const protocol::response& answer) noexcept {
  answer_ = {.code = answer.code, .flags = answer.flags, .body = answer.body};
  if (answer.memory != nullptr) {
    memory_ = std::move(*answer.memory);  // what is in it stays where it is
    return errc::ok;
  }
  const std::size_t n = answer.body.remaining();
  memory_.clear();
  std::byte* const to = memory_.reserve(n);
  if (to == nullptr) return errc::out_of_memory;
  if (n != 0) std::memcpy(to, answer.body.position(), n);
  answer_.body = protocol::reader(to, to + n);
  return errc::ok;
}

void read_ahead::keep(const protocol::failure& why) noexcept {
  error_ = why.code;
  text_ = why.text;
  host_ = why.host;
  sent_ = why.sent;
  by_server_ = why.answer != nullptr && keep(*why.answer) == errc::ok;
}

void read_ahead::hand_over(protocol::request& to, progress how) noexcept {
  answer_.memory = &memory_;
  if (how == progress::answered) return to.on_result(to, protocol::response(answer_));
  to.attempts = std::move(request_.attempts);
  const std::string text = std::move(text_), host = std::move(host_);
  const protocol::response answer = answer_;
  to.on_failure(
      to,
      {.code = error_, .text = text, .answer = by_server_ ? &answer : nullptr, .host = host, .sent = sent_});
}

void read_ahead::start(protocol::request& what) noexcept {
  progress how = progress::nothing;
  {
    const std::lock_guard lock(mutex_);
    how = progress_;
    if (how == progress::flying)
      waiter_ = &what;
    else
      progress_ = progress::nothing;
  }
  if (how == progress::flying) return;
  const std::shared_ptr<abstract_driver> alive = shared_from_this();
  if (how == progress::nothing) return behind_->start(what);
  hand_over(what, how);
}

// A page that flies is waited for here and not in the driver, which would refuse to be waited for by the
// thread that has to bring it.
void read_ahead::run(protocol::blocking_request& what) noexcept {
  progress how = progress::nothing;
  {
    const std::lock_guard lock(mutex_);
    how = progress_;
  }
  if (how == progress::nothing) return behind_->run(what);
  auto* const loop = static_cast<asio::io_context*>(const_cast<void*>(context()));
  const bool on_loop = cluster_detail::current_context != nullptr ||
                       (loop != nullptr && loop->get_executor().running_in_this_thread());
  if (how == progress::flying && on_loop)
    return what.on_failure(what, {.code = errc::would_deadlock, .text = describe(errc::would_deadlock)});
  start(what);
  while (!what.is_done()) static_cast<void>(what.wait());
}

// The page itself stays on its way.
void read_ahead::cancel(protocol::request& what) noexcept {
  bool waits = false;
  {
    const std::lock_guard lock(mutex_);
    waits = waiter_ == &what;
    if (waits) waiter_ = nullptr;
  }
  if (waits) return what.on_failure(what, {.code = errc::cancelled, .text = describe(errc::cancelled)});
  behind_->cancel(what);
}

void read_ahead::close() noexcept {
  bool flies = false;
  {
    const std::lock_guard lock(mutex_);
    flies = progress_ == progress::flying;
    closed_ = true;
  }
  if (flies) behind_->cancel(request_);
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_READ_AHEAD_IPP
