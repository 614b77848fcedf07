// SPDX-License-Identifier: MIT
// One connection's TLS: bytes in, bytes out, and what a failure means.
#ifndef COODIE_CLUSTER_TLS_STREAM_IPP
#define COODIE_CLUSTER_TLS_STREAM_IPP

#include "cluster/tls.hpp"

#if COODIE_HAS_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "cluster/tls_callbacks.hpp"
#endif

namespace coodie::inline COODIE_ABI::cluster_detail {

#if COODIE_HAS_TLS

namespace detail {
inline constexpr std::size_t tls_record = 16 * 1024 + 512;   // the longest one, with all that is around it
inline constexpr std::size_t more_records = 4 * tls_record;  // while much arrives
inline constexpr std::size_t most_encrypted = 64 * 1024;     // bytes between two writes to the socket

[[nodiscard]] inline bool is_ip_address(const std::string& text) noexcept {
  ASN1_OCTET_STRING* parsed = a2i_IPADDRESS(text.c_str());
  ASN1_OCTET_STRING_free(parsed);
  return parsed != nullptr;
}

/// SSL_get_error() would take an error that the program has left in the thread's queue for one of ours.
[[nodiscard]] inline bool wants_more(const SSL* ssl, const error_queue_guard& errors) noexcept {
  return SSL_want(ssl) == SSL_READING && errors.is_unchanged();
}

/// What a failure means that OpenSSL reports with `reason`, unless it is about the server's certificate.
struct tls_failure {
  errc code;
  std::string text;
};

[[nodiscard]] inline tls_failure client_certificate_failure(bool has_certificate, const std::string& alert) {
  if (has_certificate)
    return {errc::client_certificate_rejected, "the server refused the client's certificate: " + alert};
  return {errc::client_certificate_rejected,
          "the server wants a certificate of the client; set .tls.certificate_file and .tls.key_file"};
}

[[nodiscard]] inline tls_failure no_common_version() {
  return {errc::tls_failed,
          "the server supports no version of TLS that is allowed here; see .tls.minimum_version, and enable "
          "TLS 1.2 "
          "or 1.3 on the server"};
}

[[nodiscard]] inline tls_failure explain_alert(int alert, bool asked, bool has_certificate,
                                               const std::string& name) {
  const std::string said = SSL_alert_desc_string_long(alert);
  switch (alert) {
    case SSL_AD_PROTOCOL_VERSION: return no_common_version();
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_DECRYPT_ERROR:
    case SSL_AD_CERTIFICATE_REQUIRED: return client_certificate_failure(has_certificate, said);
    case SSL_AD_UNRECOGNIZED_NAME:
      return {errc::tls_failed, "the server knows no \"" + name + "\"; see .tls.server_name"};
    case SSL_AD_HANDSHAKE_FAILURE:
      if (asked && !has_certificate) return client_certificate_failure(false, said);
      return {errc::tls_failed,
              "the server refused the handshake; it may support no cipher suite of this client"};
    case SSL_AD_INTERNAL_ERROR:  // of Cassandra on some libraries, for a certificate that it does not trust
      if (asked && has_certificate)
        return client_certificate_failure(true, said + " (it may not trust who issued it)");
      [[fallthrough]];
    default: return {errc::tls_failed, "the server ended TLS: " + said};
  }
}

[[nodiscard]] inline bool is_version_failure(int reason) noexcept {
  return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_WRONG_SSL_VERSION ||
         reason == SSL_R_VERSION_TOO_LOW || reason == SSL_R_VERSION_TOO_HIGH ||
         reason == SSL_R_NO_PROTOCOLS_AVAILABLE;
}

}  // namespace detail

tls_stream::tls_stream(std::shared_ptr<tls_context> context, tls_peer peer)
    : context_(std::move(context)), peer_(std::move(peer)) {
  const detail::error_queue_guard errors;
  ssl_ = SSL_new(context_->context_);
  BIO* bio = ssl_ == nullptr ? nullptr : BIO_new(context_->method_);
  if (bio == nullptr) {
    fail(errc::out_of_memory, std::string(describe(errc::out_of_memory)));
    return;
  }
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_ex_data(ssl_, 0, this);
  SSL_set_connect_state(ssl_);
  SSL_set_options(ssl_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_set_mode(ssl_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (context_->verification_ == tls_verification::insecure_none) {
    SSL_set_verify(ssl_, SSL_VERIFY_NONE, nullptr);
  } else {
    program_verifies_ = SSL_get_verify_callback(ssl_);
    SSL_set_verify(ssl_, SSL_VERIFY_PEER, &tls_callbacks::verify);
  }
  std::string name = context_->server_name_;
  if (name.empty() && !peer_.names.empty()) name = peer_.names.front();
  while (name.ends_with('.')) name.pop_back();
  if (!name.empty() && !detail::is_ip_address(name)) SSL_set_tlsext_host_name(ssl_, name.c_str());
  if (SSL_SESSION* session = context_->resumes_ ? context_->session_for(peer_.where) : nullptr) {
    SSL_set_session(ssl_, session);
    SSL_SESSION_free(session);
  }
}

tls_stream::~tls_stream() {
  if (established_ && error_ == errc::ok) keep_session();
  if (ssl_ == nullptr) return;
  const detail::error_queue_guard errors;
  SSL_set_quiet_shutdown(ssl_, 1);
  SSL_shutdown(ssl_);  // else the session counts as broken
  SSL_free(ssl_);
}

void tls_stream::fail(errc why, std::string text) noexcept {
  if (error_ != errc::ok) return;
  error_ = why;
  text_ = std::move(text);
  if (!established_ && context_->resumes_) context_->forget(peer_.where);
}

void tls_stream::handshake() noexcept {
  if (error_ != errc::ok || established_) return;
  const detail::error_queue_guard errors;
  if (SSL_do_handshake(ssl_) == 1) return check_peer();
  if (!detail::wants_more(ssl_, errors)) fail_by_library();
}

std::span<std::byte> tls_stream::input_space() noexcept {
  const std::size_t wanted = input_was_full_ ? detail::more_records : detail::tls_record;
  input_was_full_ = false;
  std::byte* to = in_.reserve(in_.empty() && in_.capacity() > wanted ? in_.capacity() : wanted);
  return to == nullptr ? std::span<std::byte>{} : std::span<std::byte>{to, in_.room()};
}

void tls_stream::received(std::size_t n) noexcept {
  input_was_full_ = n == in_.room();
  in_.commit(n);
  if (heard_ || n == 0) return;
  heard_ = true;
  // A server of TLS begins with a handshake message or an alert.
  const auto first = static_cast<unsigned char>(*in_.data());
  if (first != SSL3_RT_HANDSHAKE && first != SSL3_RT_ALERT)
    fail(errc::tls_unsupported, std::string(describe(errc::tls_unsupported)));
}

std::size_t tls_stream::decrypt(std::span<std::byte> into) noexcept {
  if (error_ != errc::ok || ended_) return 0;
  const detail::error_queue_guard errors;
  std::size_t got = 0;
  if (SSL_read_ex(ssl_, into.data(), into.size(), &got) == 1) {
    if (!has_read_) [[unlikely]] {
      has_read_ = true;
      keep_session();
    }
    return got;
  }
  if ((SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0 && errors.is_unchanged())
    ended_ = true;
  else if (!detail::wants_more(ssl_, errors))
    fail_by_library();
  return 0;
}

std::size_t tls_stream::encrypt(std::span<const std::byte> plain) noexcept {
  if (error_ != errc::ok) return 0;
  const detail::error_queue_guard errors;
  const std::size_t wanted = plain.size() < detail::most_encrypted ? plain.size() : detail::most_encrypted;
  std::size_t taken = 0;
  while (taken < wanted) {
    std::size_t n = 0;
    if (SSL_write_ex(ssl_, plain.data() + taken, wanted - taken, &n) != 1) {
      fail_by_library();
      return 0;
    }
    taken += n;
  }
  return taken;
}

void tls_stream::say_goodbye() noexcept {
  if (!established_ || error_ != errc::ok) return;
  const detail::error_queue_guard errors;
  SSL_shutdown(ssl_);
}

// SSL_SESSION_is_resumable() is false until a ticket has come.
void tls_stream::keep_session() noexcept {
  if (!context_->resumes_) return;
  const SSL_SESSION* session = SSL_get_session(ssl_);
  if (session != nullptr && SSL_SESSION_is_resumable(session) == 1) context_->remember(peer_.where, session);
}

void tls_stream::input_ended() noexcept {
  if (established_ || error_ != errc::ok) return;
  if (heard_)
    fail(errc::connection_closed, "the server closed the connection during the TLS handshake");
  else
    fail(errc::connection_closed,
         "the server closed the connection instead of answering in TLS; does it speak TLS on this port?");
}

// The cause of an error of OpenSSL, which is in the thread's queue.
void tls_stream::fail_by_library() noexcept {
  const unsigned long last = ERR_peek_last_error();
  const int reason = ERR_GET_REASON(last);
  if (!rejection_.empty()) return fail(errc::certificate_rejected, rejection_);
  if (out_.size() > most_output)
    return fail(errc::tls_failed, "the server makes TLS answer more than it reads");
  if (ERR_GET_LIB(last) == ERR_LIB_SSL) {
    const bool has_certificate = SSL_get_certificate(ssl_) != nullptr;
    detail::tls_failure why{errc::ok, {}};
    if (reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256)
      why = detail::explain_alert(reason - SSL_AD_REASON_OFFSET, asked_for_certificate_ && !has_read_,
                                  has_certificate, expected_name());
    else if (!established_ && detail::is_version_failure(reason))
      why = detail::no_common_version();
    else if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
      why = {errc::certificate_rejected, std::string(describe(errc::certificate_rejected))};
    if (why.code != errc::ok) return fail(why.code, std::move(why.text));
  }
  fail(errc::tls_failed, (established_ ? "the TLS connection failed: " : "the TLS handshake failed: ") +
                             (last == 0 ? std::string("OpenSSL gives no reason") : detail::library_reason()));
}

#else

tls_stream::tls_stream(std::shared_ptr<tls_context> context, tls_peer peer)
    : context_(std::move(context)), peer_(std::move(peer)) {
  static_cast<void>(ssl_), static_cast<void>(program_verifies_), static_cast<void>(input_was_full_);
  static_cast<void>(heard_), static_cast<void>(has_read_), static_cast<void>(asked_for_certificate_);
  fail(errc::configuration, std::string(describe(errc::configuration)));
}
tls_stream::~tls_stream() = default;
void tls_stream::fail(errc why, std::string text) noexcept {
  error_ = why;
  text_ = std::move(text);
}
void tls_stream::handshake() noexcept {}
std::span<std::byte> tls_stream::input_space() noexcept { return {}; }
void tls_stream::received(std::size_t) noexcept {}
std::size_t tls_stream::decrypt(std::span<std::byte>) noexcept { return 0; }
std::size_t tls_stream::encrypt(std::span<const std::byte>) noexcept { return 0; }
void tls_stream::say_goodbye() noexcept {}
void tls_stream::input_ended() noexcept {}

#endif

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_TLS_STREAM_IPP
