// SPDX-License-Identifier: MIT
// What OpenSSL calls, and what it says when something fails.
#ifndef COODIE_CLUSTER_TLS_CALLBACKS_HPP
#define COODIE_CLUSTER_TLS_CALLBACKS_HPP

#include <cstring>
#include <string>

#include "cluster/tls.hpp"

#if COODIE_HAS_TLS
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {

/// The thread's queue of errors is left as it was found: it is the program's too.
class error_queue_guard {
 public:
  error_queue_guard() noexcept : before_(ERR_peek_last_error()), marked_(ERR_set_mark() == 1) {}
  ~error_queue_guard() {
    if (marked_)
      ERR_pop_to_mark();
    else
      ERR_clear_error();
  }
  error_queue_guard(const error_queue_guard&) = delete;
  error_queue_guard& operator=(const error_queue_guard&) = delete;
  [[nodiscard]] bool is_unchanged() const noexcept { return ERR_peek_last_error() == before_; }

 private:
  unsigned long before_;
  bool marked_;
};

/// What OpenSSL complained about last on this thread.
[[nodiscard]] inline std::string library_reason() {
  const unsigned long last = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(last);
  return reason != nullptr ? reason : "error " + std::to_string(last) + " of OpenSSL";
}

}  // namespace detail

struct tls_callbacks {
  [[nodiscard]] static tls_stream& of(const SSL* ssl) noexcept {
    return *static_cast<tls_stream*>(SSL_get_ex_data(ssl, 0));
  }

  // The two buffers of a stream as one BIO: no bytes are copied but those that OpenSSL itself moves.
  static int read(BIO* bio, char* to, std::size_t size, std::size_t* got) noexcept {
    tls_stream& self = *static_cast<tls_stream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const std::size_t n = size < self.in_.size() ? size : self.in_.size();
    if (n == 0) {
      BIO_set_retry_read(bio);
      return 0;
    }
    std::memcpy(to, self.in_.data(), n);
    self.in_.consume(n);
    *got = n;
    return 1;
  }
  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* taken) noexcept {
    tls_stream& self = *static_cast<tls_stream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    std::byte* to = self.out_.size() > tls_stream::most_output ? nullptr : self.out_.reserve(size);
    if (to == nullptr) return 0;  // and no retry: memory is short, or the peer reads nothing
    std::memcpy(to, from, size);
    self.out_.commit(size);
    *taken = size;
    return 1;
  }
  static long control(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH ? 1 : 0; }
  static int create(BIO* bio) noexcept {
    BIO_set_init(bio, 1);
    return 1;
  }
  [[nodiscard]] static BIO_METHOD* make_method() noexcept {
    BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "coodie");
    if (made == nullptr) return nullptr;
    BIO_meth_set_read_ex(made, &read);
    BIO_meth_set_write_ex(made, &write);
    BIO_meth_set_ctrl(made, &control);
    BIO_meth_set_create(made, &create);
    return made;
  }

  static int verify(int accepted, X509_STORE_CTX* chain) noexcept {
    const auto* ssl =
        static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    return of(ssl).judge(accepted, chain);
  }
  static int certificate_asked(SSL* ssl, void*) noexcept {
    of(ssl).asked_for_certificate_ = true;
    return 1;
  }
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail
#endif

#endif  // COODIE_CLUSTER_TLS_CALLBACKS_HPP
