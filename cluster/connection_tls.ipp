// SPDX-License-Identifier: MIT
// A connection with TLS between its socket and its machine.
#ifndef COODIE_CLUSTER_CONNECTION_TLS_IPP
#define COODIE_CLUSTER_CONNECTION_TLS_IPP

#include "cluster/connection.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

// Goes on with the handshake; false when it has failed.
bool connection::shake_hands() noexcept {
  tls_->handshake();
  if (tls_->error() != errc::ok) {
    tls_ended();
    return false;
  }
  if (tls_->established()) machine_.start();
  return true;
}

void connection::take_encrypted(std::size_t n) noexcept {
  tls_->received(n);
  if (!tls_->established() && !shake_hands()) return;
  while (tls_->established() && !closed_) {
    const std::span<std::byte> space = machine_.input_space();
    if (space.empty()) return close(errc::out_of_memory);
    const std::size_t plain = tls_->decrypt(space);
    if (plain != 0) {
      machine_.received(plain);
      continue;
    }
    if (tls_->error() != errc::ok) return tls_ended();
    if (tls_->ended()) return break_off(errc::connection_closed, describe(errc::connection_closed));
    return;
  }
}

void connection::write_encrypted() noexcept {
  for (;;) {
    if (tls_->output().empty()) {
      if (!tls_->established() || machine_.output().empty()) return;
      const std::size_t taken = tls_->encrypt(machine_.output());
      if (taken == 0) return tls_ended();
      machine_.sent(taken);
    }
    const io_result gave = send_now(socket_, tls_->output());
    bytes_sent += gave.bytes;
    tls_->sent(gave.bytes);
    if (would_block(gave.error)) return wait_writable();
    if (gave.error) {
      read_last_words();
      if (!closed_) io_failed(gave.error);
      return;
    }
  }
}

void connection::tls_ended() noexcept {
  const std::string text = tls_->text();
  break_off(tls_->error(), text);
}

// A server that refuses us says why, and closes: the reason is there to be read although writing fails.
void connection::read_last_words() noexcept {
  if (is_waited_on_) return;
  const std::span<std::byte> space = tls_->input_space();
  if (space.empty()) return;
  const io_result got = receive_now(socket_, space);
  if (!got.error && got.bytes != 0) take_encrypted(got.bytes);
}

// An alert, or the announcement of the end. If there is no room for it now, the peer does without.
void connection::say_last_words() noexcept {
  if (!is_connected_) return;
  tls_->say_goodbye();
  if (!waits_writable_ && !tls_->output().empty()) static_cast<void>(send_now(socket_, tls_->output()));
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CONNECTION_TLS_IPP
