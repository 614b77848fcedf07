// SPDX-License-Identifier: MIT
// TLS between a socket and a protocol::machine, without I/O of its own. The declarations need no header of
// OpenSSL, and are the same with and without COODIE_TLS: only the definitions differ.
#ifndef COODIE_CLUSTER_TLS_HPP
#define COODIE_CLUSTER_TLS_HPP

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/tls_options.hpp"
#include "protocol/bytes/buffer.hpp"
#include "protocol/errc.hpp"

struct bio_method_st;
struct bio_st;
struct ssl_session_st;
struct ssl_st;
struct x509_st;
struct x509_store_ctx_st;

namespace coodie::inline COODIE_ABI::cluster_detail {

class tls_stream;

/// Who has to be at the other end.
struct tls_peer {
  std::string where;               ///< "address:port", for the sessions
  std::string address;             ///< IP address
  std::vector<std::string> names;  ///< of contact points that have this address
  bool address_counts = true;      ///< else one of the names has to be in the certificate
};

/// Trust, the client's certificate and the sessions of one driver. Thread-safe.
class tls_context {
 public:
  /// nullptr when the options can't be honoured: `why` tells which and what to do.
  [[nodiscard]] COODIE_DECL static std::shared_ptr<tls_context> make(const tls_options& options,
                                                                     std::string& why);
  explicit tls_context(ssl_ctx_st* context, const tls_options& options)
      : context_(context),
        verification_(options.verification),
        server_name_(options.server_name),
        resumes_(options.session_resumption) {}
  COODIE_DECL ~tls_context();
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

 private:
  friend class tls_stream;
  static constexpr std::size_t most_sessions = 1024;

  /// A session of its own for the caller, or nullptr.
  [[nodiscard]] COODIE_DECL ssl_session_st* session_for(const std::string& where);
  COODIE_DECL void remember(const std::string& where, const ssl_session_st* session);
  COODIE_DECL void forget(const std::string& where) noexcept;

  ssl_ctx_st* context_;
  bio_method_st* method_ = nullptr;
  tls_verification verification_;
  std::string server_name_;
  bool resumes_;
  std::mutex mutex_;  // guards the next one
  std::map<std::string, ssl_session_st*> sessions_;
};

/// One connection's TLS as its client. Cipher bytes of the socket go to input_space() and come from output();
/// plain bytes go through encrypt() and decrypt(). Not thread-safe, but for what it shares with others.
class tls_stream {
 public:
  COODIE_DECL tls_stream(std::shared_ptr<tls_context> context, tls_peer peer);
  COODIE_DECL ~tls_stream();
  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;

  /// Goes on with the handshake, as far as the bytes reach. Called once to begin it.
  COODIE_DECL void handshake() noexcept;
  /// The handshake is done, and the peer is who it has to be.
  [[nodiscard]] bool established() const noexcept { return established_; }

  /// Where the next cipher bytes of the peer go; empty when memory is short.
  [[nodiscard]] COODIE_DECL std::span<std::byte> input_space() noexcept;
  /// `n` bytes of input_space() were filled.
  COODIE_DECL void received(std::size_t n) noexcept;
  /// Plain bytes from the peer; 0: none, yet or any more. Precondition established().
  [[nodiscard]] COODIE_DECL std::size_t decrypt(std::span<std::byte> into) noexcept;

  /// Takes so many of the bytes, not more than 64 KiB; 0 when it has failed. Precondition established().
  [[nodiscard]] COODIE_DECL std::size_t encrypt(std::span<const std::byte> plain) noexcept;
  /// Cipher bytes for the peer.
  [[nodiscard]] std::span<const std::byte> output() const noexcept { return out_.bytes(); }
  void sent(std::size_t n) noexcept { out_.consume(n); }
  /// Puts the announcement of the end into the output.
  COODIE_DECL void say_goodbye() noexcept;

  /// The peer has closed the connection, or reading failed: says what that means here.
  COODIE_DECL void input_ended() noexcept;
  /// The peer has said that it sends no more.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// errc::ok until something has failed; then nothing works any more.
  [[nodiscard]] errc error() const noexcept { return error_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  friend struct tls_callbacks;
  static constexpr std::size_t most_output = 1024 * 1024;  // bytes that a peer may make us owe it

  COODIE_DECL void fail(errc why, std::string text) noexcept;
  COODIE_DECL void fail_by_library() noexcept;
  [[nodiscard]] COODIE_DECL bool is_expected(x509_st* certificate) const noexcept;
  [[nodiscard]] COODIE_DECL std::string expected_name() const;
  [[nodiscard]] COODIE_DECL int judge(int accepted, x509_store_ctx_st* chain) noexcept;
  COODIE_DECL void check_peer() noexcept;
  COODIE_DECL void keep_session() noexcept;

  std::shared_ptr<tls_context> context_;
  tls_peer peer_;
  ssl_st* ssl_ = nullptr;
  int (*program_verifies_)(int, x509_store_ctx_st*) = nullptr;
  protocol::byte_buffer in_, out_;
  bool established_ = false;
  bool ended_ = false;
  bool heard_ = false;  // bytes have come
  bool input_was_full_ = false;
  bool has_read_ = false;  // plain bytes
  bool asked_for_certificate_ = false;
  errc error_ = errc::ok;
  std::string text_;
  std::string rejection_;  // why the certificate is not accepted
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_TLS_HPP
