// SPDX-License-Identifier: MIT
// One connection's TLS: a server that is right until it is not, and bytes of anybody.
//
// Laws: what is decrypted is what the server has encrypted; an error stays, has a text, and ends everything;
// it never owes the peer more than 1 MiB and a record.
#include "cluster/tls.hpp"

#include "fuzz/fuzz_laws.hpp"

#if COODIE_HAS_TLS
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace {
using coodie::errc;
using coodie::cluster_detail::tls_context;
using coodie::cluster_detail::tls_stream;
using fuzz_laws::law;

/// A server of OpenSSL between two buffers.
class memory_server {
 public:
  explicit memory_server(bool old) : ssl_(SSL_new(context())) {
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (old) SSL_set_max_proto_version(ssl_, TLS1_2_VERSION);
    SSL_set_accept_state(ssl_);
  }
  ~memory_server() { SSL_free(ssl_); }
  memory_server(const memory_server&) = delete;
  memory_server& operator=(const memory_server&) = delete;

  void take(std::span<const std::byte> bytes) {
    BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
    SSL_do_handshake(ssl_);
    char ignored[1024];
    while (SSL_read(ssl_, ignored, sizeof ignored) > 0) {
    }
  }
  std::string output() {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl_), &bytes);
    std::string taken(bytes, static_cast<std::size_t>(size));
    static_cast<void>(BIO_reset(SSL_get_wbio(ssl_)));
    return taken;
  }
  void say(std::size_t n) {
    if (SSL_is_init_finished(ssl_) == 1)
      SSL_write(ssl_, std::string(n + 1, 'x').data(), static_cast<int>(n + 1));
  }
  void update_key() { SSL_key_update(ssl_, SSL_KEY_UPDATE_REQUESTED); }
  void renegotiate() { SSL_renegotiate(ssl_); }
  void end() { SSL_shutdown(ssl_); }

 private:
  static SSL_CTX* context() {
    static SSL_CTX* const made = [] {
      SSL_CTX* context = SSL_CTX_new(TLS_server_method());
      EVP_PKEY* key = EVP_EC_gen("P-256");
      X509* own = X509_new();
      ASN1_INTEGER_set(X509_get_serialNumber(own), 1);
      X509_gmtime_adj(X509_getm_notBefore(own), 0);
      X509_gmtime_adj(X509_getm_notAfter(own), 86400);
      X509_set_pubkey(own, key);
      X509_sign(own, key, EVP_sha256());
      SSL_CTX_use_certificate(context, own);
      SSL_CTX_use_PrivateKey(context, key);
      SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
      return context;
    }();
    return made;
  }
  SSL* ssl_;
};

std::shared_ptr<tls_context> any_server() {
  static const auto made = [] {
    std::string why;
    return tls_context::make({.enabled = true, .verification = coodie::tls_verification::insecure_none}, why);
  }();
  return made;
}

class conversation {
 public:
  explicit conversation(std::span<const std::uint8_t> script)
      : script_(script),
        server_(next() % 2 == 0),
        client_(any_server(), {.where = "x", .address = "::1", .names = {}}) {}

  void run() {
    client_.handshake();
    if (next() % 4 != 0) shake_hands();
    while (at_ < script_.size()) {
      step();
      check();
    }
    client_.say_goodbye();
    client_.input_ended();
    check();
  }

 private:
  std::uint8_t next() { return at_ < script_.size() ? script_[at_++] : std::uint8_t{0}; }

  void shake_hands() {
    for (int i = 0; i < 4; ++i) {
      pass_on();
      feed(server_.output());
    }
  }
  void pass_on() {
    server_.take(client_.output());
    client_.sent(client_.output().size());
  }
  void step() {
    const std::uint8_t what = next(), size = next();
    switch (what % 10) {
      case 0: return feed(server_.output());
      case 1: return pass_on();
      case 2: {  // bytes of anybody
        std::string bytes;
        for (std::uint8_t i = 0; i < size % 64; ++i) bytes += static_cast<char>(next());
        return feed(bytes);
      }
      case 3: {  // changed on the way
        std::string bytes = server_.output();
        if (!bytes.empty()) bytes[next() % bytes.size()] ^= static_cast<char>(size | 1);
        return feed(bytes);
      }
      case 4: return feed(server_.output().substr(0, size));  // and the rest is lost
      case 5: return server_.say(std::size_t{size} * 300);
      case 6: return server_.update_key();
      case 7: return server_.renegotiate();
      case 8: {
        const std::string plain(std::size_t{size} * 300 + 1, 'p');
        if (client_.established())
          static_cast<void>(
              client_.encrypt({reinterpret_cast<const std::byte*>(plain.data()), plain.size()}));
        return;
      }
      default:
        if (size < 16) server_.end();
    }
  }
  void feed(const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size() && client_.error() == errc::ok;) {
      const auto space = client_.input_space();
      law(!space.empty(), "there is room for what comes");
      const std::size_t n = std::min(space.size(), bytes.size() - at);
      std::memcpy(space.data(), bytes.data() + at, n);
      client_.received(n);
      at += n;
      if (!client_.established()) client_.handshake();
      decrypt();
    }
  }
  void decrypt() {
    std::byte plain[700];
    while (client_.established()) {
      const std::size_t n = client_.decrypt(plain);
      for (std::size_t i = 0; i < n; ++i) law(plain[i] == std::byte{'x'}, "what comes out went in");
      if (n == 0) return;
    }
  }
  void check() {
    law(client_.text().empty() == (client_.error() == errc::ok), "an error has a text");
    law(client_.output().size() < 1024 * 1024 + 128 * 1024, "what it owes has an end");
    if (was_ != errc::ok) law(client_.error() == was_, "an error stays");
    was_ = client_.error();
  }

  std::span<const std::uint8_t> script_;
  std::size_t at_ = 0;
  memory_server server_;
  tls_stream client_;
  errc was_ = errc::ok;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  conversation({data, size}).run();
  return 0;
}
#else
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }
#endif
