// SPDX-License-Identifier: MIT
// The bytes of a connected socket, taken and given without waiting, or waited for by a thread that has
// nothing else to do. On Linux the descriptor itself blocks, so that a lone caller pays for one system call
// and no more; everybody else says with each call that it does not want to.
#ifndef COODIE_CLUSTER_SOCKET_IO_HPP
#define COODIE_CLUSTER_SOCKET_IO_HPP

#include <chrono>
#include <cstddef>
#include <span>

#include "cluster/asio_config.hpp"

#if defined(__linux__)
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#endif

namespace coodie::inline COODIE_ABI::cluster_detail {

#if defined(__linux__)
inline constexpr bool can_wait_in_read = true;
#else
inline constexpr bool can_wait_in_read = false;
#endif

/// What a call on a socket gave: bytes, or why there are none. 0 bytes without an error: the peer has closed.
struct io_result {
  std::size_t bytes = 0;
  asio::error_code error{};
};

[[nodiscard]] inline bool would_block(const asio::error_code& error) noexcept {
  return error == asio::error::would_block || error == asio::error::try_again;
}

#if defined(__linux__)

namespace detail {
[[nodiscard]] inline io_result to_result(ssize_t n) noexcept {
  if (n >= 0) return {static_cast<std::size_t>(n), {}};
  return {0, asio::error_code(errno == EINTR ? EAGAIN : errno, asio::error::get_system_category())};
}
}  // namespace detail

/// Of a socket that has just connected; `patience` is how long wait_in_read() waits.
template <class Socket>
void prepare_socket(Socket& socket, std::chrono::microseconds patience) noexcept {
  asio::error_code ignored;
  socket.non_blocking(true, ignored);  // so that Asio does not do it later
  const int descriptor = static_cast<int>(socket.native_handle());
  const int flags = ::fcntl(descriptor, F_GETFL, 0);
  if (flags >= 0) ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
  timeval wait{};
  wait.tv_sec = static_cast<decltype(wait.tv_sec)>(patience.count() / 1'000'000);
  wait.tv_usec = static_cast<decltype(wait.tv_usec)>(patience.count() % 1'000'000);
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
}

template <class Socket>
[[nodiscard]] io_result receive_now(Socket& socket, std::span<std::byte> into) noexcept {
  return detail::to_result(
      ::recv(static_cast<int>(socket.native_handle()), into.data(), into.size(), MSG_DONTWAIT));
}

template <class Socket>
[[nodiscard]] io_result send_now(Socket& socket, std::span<const std::byte> bytes) noexcept {
  return detail::to_result(::send(static_cast<int>(socket.native_handle()), bytes.data(), bytes.size(),
                                  MSG_DONTWAIT | MSG_NOSIGNAL));
}

/// Waits for bytes, as long as prepare_socket() said; then would_block().
[[nodiscard]] inline io_result wait_in_read(int descriptor, std::span<std::byte> into) noexcept {
  return detail::to_result(::recv(descriptor, into.data(), into.size(), 0));
}

/// Ends a wait_in_read() of another thread: closing the descriptor would not, and its number could be
/// another's soon.
inline void end_wait_in_read(int descriptor) noexcept { ::shutdown(descriptor, SHUT_RDWR); }

#else

template <class Socket>
void prepare_socket(Socket& socket, std::chrono::microseconds) noexcept {
  asio::error_code ignored;
  socket.non_blocking(true, ignored);
}

template <class Socket>
[[nodiscard]] io_result receive_now(Socket& socket, std::span<std::byte> into) noexcept {
  io_result got;
  got.bytes = socket.read_some(asio::mutable_buffer(into.data(), into.size()), got.error);
  if (got.error == asio::error::eof) got.error.clear();
  return got;
}

template <class Socket>
[[nodiscard]] io_result send_now(Socket& socket, std::span<const std::byte> bytes) noexcept {
  io_result gave;
  gave.bytes = socket.write_some(asio::const_buffer(bytes.data(), bytes.size()), gave.error);
  return gave;
}

[[nodiscard]] inline io_result wait_in_read(int, std::span<std::byte>) noexcept {
  return {0, asio::error::would_block};
}
inline void end_wait_in_read(int) noexcept {}

#endif

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_SOCKET_IO_HPP
