// SPDX-License-Identifier: MIT
// Stands in front of the nodes of a mock server and speaks TLS for them.
#ifndef COODIE_TESTS_SUPPORT_TLS_PROXY_HPP
#define COODIE_TESTS_SUPPORT_TLS_PROXY_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/certificates.hpp"

namespace tests {

struct tls_proxy_options {
  credential own;              // the certificate may be followed by those of CAs
  std::string client_ca = {};  // a client has to have a certificate of it
  int oldest = 0, newest = 0;  // TLS1_2_VERSION, ...; 0: whatever OpenSSL allows
  bool tickets = true;
};

/// Listens on 127.0.0.1, 127.0.0.2, ..., one address for each of `ports`, all with the same port of its own,
/// and passes on to the same address and the port given. Has a thread of its own.
class tls_proxy {
 public:
  tls_proxy(const tls_proxy_options& options, const std::vector<std::uint16_t>& ports);
  ~tls_proxy();
  tls_proxy(const tls_proxy&) = delete;
  tls_proxy& operator=(const tls_proxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Handshakes that were done, and how many of them went on with an earlier session.
  [[nodiscard]] std::size_t handshakes() const noexcept;
  [[nodiscard]] std::size_t resumed() const noexcept;
  [[nodiscard]] std::size_t failed() const noexcept;
  /// What was asked for with SNI, a line each; "-" where nothing was.
  [[nodiscard]] std::vector<std::string> names_asked() const;
  /// The version and the cipher suite of the last handshake.
  [[nodiscard]] std::string version() const;
  /// Ends every connection. `rudely`: without saying so in TLS.
  void close_connections(bool rudely = false);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Passes plain bytes between a port of 127.0.0.1 of its own and another one.
struct byte_relay_options {
  std::size_t piece = 64 * 1024;            // so many bytes at once
  std::size_t end_after = ~std::size_t{0};  // bytes of the server, then the connection is closed
  std::size_t spoil_at = ~std::size_t{0};   // this byte of the server is changed
  bool silent_after = false;                // at the end it says nothing more, instead of closing
};

class byte_relay {
 public:
  byte_relay(std::uint16_t to, const byte_relay_options& options, const std::string& address = "127.0.0.1");
  ~byte_relay();
  byte_relay(const byte_relay&) = delete;
  byte_relay& operator=(const byte_relay&) = delete;
  [[nodiscard]] std::uint16_t port() const noexcept;
  void close_connections();
  /// Bytes of the server that have been passed on.
  [[nodiscard]] std::size_t passed() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tests

#endif  // COODIE_TESTS_SUPPORT_TLS_PROXY_HPP
