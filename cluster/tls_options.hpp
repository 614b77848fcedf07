// SPDX-License-Identifier: MIT
// What can be said about TLS. Every default is here.
#ifndef COODIE_CLUSTER_TLS_OPTIONS_HPP
#define COODIE_CLUSTER_TLS_OPTIONS_HPP

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "protocol/config.hpp"

struct ssl_ctx_st;  // SSL_CTX of OpenSSL

namespace coodie::inline COODIE_ABI {

/// Names an SSL_CTX of the program, which is shared and not changed: SSL_CTX_free() may follow as soon as the
/// driver has been made. Trivially copyable.
class tls_context_ref {
 public:
  constexpr tls_context_ref() noexcept = default;
  constexpr tls_context_ref(ssl_ctx_st* context) noexcept : context_(context) {}
  [[nodiscard]] constexpr ssl_ctx_st* get() const noexcept { return context_; }

 private:
  ssl_ctx_st* context_ = nullptr;
};

enum class tls_version : std::uint8_t { v1_2, v1_3 };

/// What a node's certificate has to prove.
enum class tls_verification : std::uint8_t {
  full,           ///< a trusted CA has issued it, and for this very node
  chain_only,     ///< a trusted CA has issued it, for whomever: each node can pose as each other
  insecure_none,  ///< nothing: whoever is on the way can read and change everything
};

/// TLS of all connections of a driver. Needs COODIE_TLS, and OpenSSL 3.0 or newer. A file and its _pem are
/// two ways to say the same: give one of them. PEM everywhere. Whatever is given without `enabled` is an
/// error.
struct tls_options {
  bool enabled = false;
  /// An SSL_CTX of the program, instead of everything down to `minimum_version`.
  tls_context_ref context = {};
  /// Certificates that are trusted, CAs as a rule; neither: those that the system trusts.
  std::string_view ca_file = {};
  std::string_view ca_pem = {};
  /// The client's own certificate, followed by those of the CAs between it and the root.
  std::string_view certificate_file = {};
  std::string_view certificate_pem = {};
  /// Its private key.
  std::string_view key_file = {};
  std::string_view key_pem = {};
  std::string_view key_passphrase = {};
  /// Lists of revoked certificates. With them a node is refused when its certificate is listed, and when no
  /// list of its issuer is there or still valid.
  std::string_view crl_file = {};
  std::string_view crl_pem = {};
  tls_version minimum_version = tls_version::v1_2;
  tls_verification verification = tls_verification::full;
  /// The name that the certificate of every node has to be for; also asked for with SNI. Empty: a contact
  /// point that is a name is held to that name, a node that was discovered to its IP address.
  std::string_view server_name = {};
  /// A node that is connected to again needs half a handshake.
  bool session_resumption = true;
};
static_assert(std::is_trivially_copyable_v<tls_options>,
              "g++ 12 destroys other temporaries twice in co_await");

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_CLUSTER_TLS_OPTIONS_HPP
