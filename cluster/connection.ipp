// SPDX-License-Identifier: MIT
#ifndef COODIE_CLUSTER_CONNECTION_IPP
#define COODIE_CLUSTER_CONNECTION_IPP

#include "cluster/connection.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

std::string to_string(const asio::ip::tcp::endpoint& endpoint) {
  std::error_code ignored;
  const std::string address = endpoint.address().to_string();
  const std::string port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

connection::connection(loop& runner, const protocol::machine_options& options, connection_owner& owner,
                       connection_target where, std::unique_ptr<tls_stream> tls,
                       std::shared_ptr<protocol::machine_siblings> siblings)
    : loop_(runner),
      owner_(owner),
      target_(std::move(where)),
      name_(to_string(target_.endpoint)),
      socket_(runner.executor()),
      tls_(std::move(tls)),
      machine_(options, runner.clock(), *this, std::move(siblings)),
      connect_timeout_ns_(options.connect_timeout_ns) {
  // Of a shortcut that a firewall may be in the way of: the node's other port is tried soon.
  if (target_.shard_count != 0) connect_timeout_ns_ /= 4;
}

void connection::open() noexcept {
  connect_deadline_ns_ = loop_.clock().now_ns + connect_timeout_ns_;
  want_attention();
  if (const asio::error_code ec = bind_source(); ec) {
    asio::post(loop_.executor(), [self = shared_from_this(), alive = owner_.keep_alive(), ec] {
      const loop::turn now(self->loop_);
      self->not_bound(ec);
    });
    return;
  }
  socket_.async_connect(target_.endpoint,
                        pooled(read_memory_, [self = shared_from_this(),
                                              alive = owner_.keep_alive()](const asio::error_code& ec) {
                          const loop::turn now(self->loop_);
                          self->connected(ec);
                        }));
}

namespace detail {
inline constexpr int source_port_tries = 100;
}  // namespace detail

// A server that shards puts a connection on the shard that the client's port names, modulo their number.
asio::error_code connection::bind_source() noexcept {
  asio::error_code ec;
  if (target_.from.is_unspecified() && target_.shard_count == 0) return ec;
  const auto protocol = target_.endpoint.protocol();
  socket_.open(protocol, ec);
  if (ec) return ec;
  asio::ip::address from = target_.from;
  if (from.is_unspecified())
    from = protocol == asio::ip::tcp::v6() ? asio::ip::address(asio::ip::address_v6::any())
                                           : asio::ip::address(asio::ip::address_v4::any());
  if (target_.shard_count == 0) {
    socket_.bind({from, 0}, ec);
    return ec;
  }
  const std::uint32_t count = target_.shard_count;
  const std::uint32_t first = target_.first_port, last = target_.last_port;
  const std::uint32_t places = (last - first + 1) / count;
  const std::uint32_t lowest = (first + count - 1) / count * count + target_.shard;
  ec = asio::error::address_in_use;
  std::uint32_t place = places == 0 ? 0 : static_cast<std::uint32_t>(owner_.random() % places);
  for (int tries = 0; tries < detail::source_port_tries; ++tries, ++place) {
    if (place >= places) place = 0;
    const std::uint32_t port = lowest + place * count;
    if (port > last) continue;
    socket_.bind({from, static_cast<std::uint16_t>(port)}, ec);
    if (!ec || ec != asio::error::address_in_use) return ec;
  }
  return ec;
}

void connection::not_bound(const asio::error_code& ec) noexcept {
  if (closed_) return;
  if (target_.from.is_unspecified()) return io_failed(ec);
  break_off(errc::connection_failed,
            ".bind_address " + target_.from.to_string() + " can't be used: " + ec.message());
}

void connection::connected(const asio::error_code& ec) noexcept {
  if (closed_) return;
  if (ec) return io_failed(ec);
  asio::error_code ignored;
  is_connected_ = true;
  prepare_socket(socket_, patience_in_read);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  if (tls_ == nullptr)
    machine_.start();
  else if (!shake_hands())
    return;
  want_attention();
  wait_readable();
}

void connection::submit(protocol::request& r) noexcept {
  r.owner = this;
  machine_.submit(r);
  want_attention();
}

void connection::cancel(protocol::request& r) noexcept {
  machine_.cancel(r);
  want_attention();
}

void connection::withdraw(protocol::request& r) noexcept {
  machine_.withdraw(r);
  want_attention();
}

void connection::look_alive() noexcept {
  machine_.look_alive();
  want_attention();
}

void connection::want_attention() noexcept {
  if (!attended) owner_.wants_attention(*this);
}

void connection::close(errc why) noexcept {
  if (!closed_) break_off(why, describe(why));
}

void connection::flush() noexcept {
  if (machine_.has_deferred()) [[unlikely]]
    machine_.run_deferred();
  if (!closed_ && !waits_writable_ && has_output()) write();
}

void connection::on_time() noexcept {
  if (closed_) return;
  if (loop_.clock().now_ns >= connect_deadline_ns_) {
    if (tls_ != nullptr && is_connected_ && !tls_->established())
      return break_off(errc::connect_timeout,
                       "the node did not complete the TLS handshake within connect_timeout");
    return close(errc::connect_timeout);
  }
  machine_.on_time();
  want_attention();
}

void connection::write() noexcept {
  if (tls_ != nullptr) return write_encrypted();
  while (!machine_.output().empty()) {
    const io_result gave = send_now(socket_, machine_.output());
    bytes_sent += gave.bytes;
    machine_.sent(gave.bytes);
    if (would_block(gave.error)) return wait_writable();
    if (gave.error) return io_failed(gave.error);
  }
}

void connection::wait_writable() noexcept {
  waits_writable_ = true;
  socket_.async_wait(socket_type::wait_write,
                     pooled(write_memory_, [self = shared_from_this(),
                                            alive = owner_.keep_alive()](const asio::error_code& ec) {
                       const loop::turn now(self->loop_);
                       self->waits_writable_ = false;
                       if (self->closed_) return;
                       if (ec) return self->io_failed(ec);
                       self->write();
                     }));
}

// Asio watches the socket and we read it: no buffer is tied up while nothing comes, and a thread that waits
// for one answer may read it first.
void connection::wait_readable() noexcept {
  socket_.async_wait(socket_type::wait_read,
                     pooled(read_memory_, [self = shared_from_this(),
                                           alive = owner_.keep_alive()](const asio::error_code& ec) {
                       const loop::turn now(self->loop_);
                       if (self->closed_) return;
                       if (ec) return self->io_failed(ec);
                       self->read();
                       if (!self->closed_) self->wait_readable();
                     }));
}

namespace detail {
// More may have come, but others have a turn too, and timers: a node may send without end.
inline constexpr int reads_in_a_turn = 16;
}  // namespace detail

void connection::read() noexcept {
  if (is_waited_on_) return;
  for (int i = 0; i < detail::reads_in_a_turn; ++i) {
    const std::span<std::byte> space = input_space();
    if (space.empty()) return close(errc::out_of_memory);
    if (!take_bytes(receive_now(socket_, space), space.size())) return;
  }
}

std::span<std::byte> connection::input_space() noexcept {
  return tls_ == nullptr ? machine_.input_space() : tls_->input_space();
}

// False when there is no use in reading more.
bool connection::take_bytes(const io_result& got, std::size_t space) noexcept {
  if (would_block(got.error)) return false;
  if (got.error || got.bytes == 0) {
    io_failed(got.error ? got.error : asio::error::eof);
    return false;
  }
  bytes_received += got.bytes;
  if (tls_ == nullptr)
    machine_.received(got.bytes);
  else
    take_encrypted(got.bytes);
  if (closed_) return false;
  flush();  // before more is read: the node can work meanwhile
  want_attention();
  return !closed_ && got.bytes == space;
}

std::span<std::byte> connection::begin_wait() noexcept {
  const std::span<std::byte> space = input_space();
  is_waited_on_ = !space.empty();
  return space;
}

bool connection::take_read(const io_result& got, std::size_t space) noexcept {
  is_waited_on_ = false;
  if (closed_) {  // meanwhile, by another thread, which left the descriptor to us
    asio::error_code ignored;
    socket_.close(ignored);
    return true;
  }
  if (take_bytes(got, space)) read();
  return !would_block(got.error);
}

void connection::io_failed(const asio::error_code& ec) noexcept {
  errc why = errc::connection_failed;
  if (ec == asio::error::eof || ec == asio::error::connection_reset || ec == asio::error::broken_pipe)
    why = errc::connection_closed;
  if (ec == asio::error::connection_refused) why = errc::connection_refused;
  std::string text = why == errc::connection_failed ? ec.message() : std::string(describe(why));
  // Some servers of TLS say nothing to who does not speak it.
  if (why == errc::connection_closed && tls_ == nullptr &&
      machine_.current() == protocol::machine::state::options_sent)
    text += " without an answer; if it speaks TLS on this port, set .tls.enabled";
  if (tls_ != nullptr && is_connected_ && why == errc::connection_closed) {
    tls_->input_ended();
    if (tls_->error() != errc::ok) return tls_ended();
  }
  break_off(why, text);
}

void connection::break_off(errc why, std::string_view text) noexcept {
  if (machine_.current() == protocol::machine::state::idle)
    on_broken(why, text);
  else
    machine_.shut_down(why, text);
}

void connection::on_ready() noexcept {
  connect_deadline_ns_ = protocol::never;  // which the handshake had to keep too
  was_ready_ = true;
  owner_.connection_ready(*this);
}

void connection::on_request_failed(protocol::request& r, const protocol::failure& why) noexcept {
  owner_.request_failed(*this, r, why);
}

void connection::on_request_answered(protocol::request& r, const protocol::response& answer) noexcept {
  owner_.request_answered(*this, r, answer);
}

void connection::on_prepared(const protocol::statement& what,
                             const protocol::prepared_result& prepared) noexcept {
  owner_.statement_prepared(*this, what, prepared);
}

void connection::on_event(const protocol::event_message& event) noexcept { owner_.event(*this, event); }

bool connection::on_worn_out() noexcept { return owner_.connection_worn_out(*this); }

void connection::on_broken(errc why, std::string_view text) noexcept {
  closed_ = true;
  connect_deadline_ns_ = protocol::never;
  if (tls_ != nullptr) say_last_words();
  asio::error_code ignored;
  if (is_waited_on_)
    end_wait_in_read(native_handle());
  else
    socket_.close(ignored);
  owner_.connection_broken(*this, why, text);
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CONNECTION_IPP
