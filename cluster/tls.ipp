// SPDX-License-Identifier: MIT
// What all TLS connections of a driver share: trust, the client's certificate, sessions.
#ifndef COODIE_CLUSTER_TLS_IPP
#define COODIE_CLUSTER_TLS_IPP

#include "cluster/tls.hpp"

#if COODIE_HAS_TLS
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cluster/tls_callbacks.hpp"

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "coodie: TLS needs OpenSSL 3.0 or newer"
#endif
#endif

namespace coodie::inline COODIE_ABI::cluster_detail {

#if COODIE_HAS_TLS

namespace detail {

template <auto Release>
struct releases {
  template <class T>
  void operator()(T* p) const noexcept {
    Release(p);
  }
};
template <class T, auto Release>
using openssl_owner = std::unique_ptr<T, releases<Release>>;
using bio_owner = openssl_owner<BIO, &BIO_free>;
using x509_owner = openssl_owner<X509, &X509_free>;
using crl_owner = openssl_owner<X509_CRL, &X509_CRL_free>;
using key_owner = openssl_owner<EVP_PKEY, &EVP_PKEY_free>;

/// PEM, and the option that it comes from. A key may be in it: it is wiped at the end.
struct pem_source {
  std::string option, text;

  pem_source() = default;
  pem_source(const pem_source&) = delete;
  pem_source& operator=(const pem_source&) = delete;
  ~pem_source() {
    if (!text.empty()) OPENSSL_cleanse(text.data(), text.size());
  }
  [[nodiscard]] bool given() const noexcept { return !option.empty(); }
  [[nodiscard]] bio_owner open() const {
    return bio_owner(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  }
};

inline constexpr std::size_t largest_pem = 16 * 1024 * 1024;

/// A whole file, without a buffer of the C library's that would keep a key.
[[nodiscard]] inline std::string read_pem_file(std::string_view path, std::string& text) {
  const std::string name(path);
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (file == nullptr) return std::strerror(errno);
  std::setvbuf(file, nullptr, _IONBF, 0);
  std::string why;
  std::size_t have = 0;
  do {
    std::string grown(have + (have < 8192 ? 8192 : have), '\0');
    if (have != 0) std::memcpy(grown.data(), text.data(), have);
    if (!text.empty()) OPENSSL_cleanse(text.data(), text.size());
    text.swap(grown);
    errno = 0;
    const std::size_t got = std::fread(text.data() + have, 1, text.size() - have, file);
    have += got;
    if (std::ferror(file) != 0) why = std::strerror(errno == 0 ? EIO : errno);
    if (got == 0) break;
  } while (why.empty() && have <= largest_pem);
  std::fclose(file);
  if (have > largest_pem) why = "it is larger than 16 MiB";
  text.resize(have);
  return why;
}

/// From a file or from memory. False, with the reason, when it can't be had.
[[nodiscard]] inline bool load_pem(std::string_view file, std::string_view pem, std::string_view what,
                                   pem_source& to, std::string& why) {
  const std::string name = ".tls." + std::string(what);
  if (!file.empty() && !pem.empty()) {
    why = "both " + name + "_file and " + name + "_pem are given; give one of them";
    return false;
  }
  if (!pem.empty()) {
    to.option = name + "_pem";
    to.text = pem;
    if (pem.size() > largest_pem) why = to.option + " is larger than 16 MiB";
  } else if (!file.empty()) {
    to.option = name + "_file \"" + std::string(file) + "\"";
    const std::string trouble = read_pem_file(file, to.text);
    if (!trouble.empty()) why = to.option + " can't be read: " + trouble;
  }
  return why.empty();
}

/// Calls `take` with each object of a kind; `read` is one of OpenSSL's PEM readers. An error of the last read
/// is the end when it says that no more begins.
template <class Owner, class Read, class Take>
[[nodiscard]] bool read_each(const pem_source& from, std::string_view kind, Read read, Take take,
                             std::string& why) {
  const bio_owner bio = from.open();
  std::size_t count = 0;
  for (;;) {
    Owner found(bio == nullptr ? nullptr : read(bio.get()));
    if (found == nullptr) break;
    if (!take(std::move(found), ++count)) {
      why = "the " + std::string(kind) + " number " + std::to_string(count) + " of " + from.option +
            " is not accepted: " + library_reason();
      return false;
    }
  }
  const unsigned long last = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (at_end && count != 0) return true;
  why = from.option +
        (at_end ? " has no " + std::string(kind) + " in PEM format"
                : " is malformed at its " + std::string(kind) + " number " + std::to_string(count + 1));
  return false;
}

// Never asks at the terminal.
inline int no_passphrase(char*, int, int, void*) { return -1; }

struct passphrase {
  std::string_view text;
  bool asked = false;

  static int give(char* to, int size, int, void* self) {
    auto& mine = *static_cast<passphrase*>(self);
    mine.asked = true;
    if (mine.text.empty() || mine.text.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(to, mine.text.data(), mine.text.size());
    return static_cast<int>(mine.text.size());
  }
};

[[nodiscard]] inline bool load_trust(SSL_CTX* context, const tls_options& options, std::string& why) {
  pem_source ca;
  if (!load_pem(options.ca_file, options.ca_pem, "ca", ca, why)) return false;
  if (!ca.given()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return true;
    why = "the certificates that the system trusts can't be loaded; set .tls.ca_file";
    return false;
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  // Whatever is listed is trusted, also a CA that another one has issued, or the certificate of a node.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return read_each<x509_owner>(
      ca, "certificate", [](BIO* bio) { return PEM_read_bio_X509_AUX(bio, nullptr, no_passphrase, nullptr); },
      [&](x509_owner found, std::size_t) { return X509_STORE_add_cert(store, found.get()) == 1; }, why);
}

[[nodiscard]] inline bool load_revocations(SSL_CTX* context, const tls_options& options, std::string& why) {
  pem_source lists;
  if (!load_pem(options.crl_file, options.crl_pem, "crl", lists, why)) return false;
  if (!lists.given()) return true;
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return read_each<crl_owner>(
      lists, "X509 CRL", [](BIO* bio) { return PEM_read_bio_X509_CRL(bio, nullptr, no_passphrase, nullptr); },
      [&](crl_owner found, std::size_t) { return X509_STORE_add_crl(store, found.get()) == 1; }, why);
}

[[nodiscard]] inline key_owner read_key(const pem_source& from, std::string_view given_passphrase,
                                        std::string& why) {
  passphrase secret{given_passphrase};
  const bio_owner bio = from.open();
  key_owner key(bio == nullptr ? nullptr
                               : PEM_read_bio_PrivateKey(bio.get(), nullptr, &passphrase::give, &secret));
  if (key != nullptr) return key;
  if (secret.asked && given_passphrase.empty())
    why = "the private key in " + from.option + " is encrypted; set .tls.key_passphrase";
  else if (secret.asked)
    why = ".tls.key_passphrase is not that of the private key in " + from.option;
  else
    why = from.option + " has no private key in PEM format, or a malformed one";
  return nullptr;
}

[[nodiscard]] inline bool load_certificate(SSL_CTX* context, const tls_options& options, std::string& why) {
  pem_source chain, key_text;
  if (!load_pem(options.certificate_file, options.certificate_pem, "certificate", chain, why) ||
      !load_pem(options.key_file, options.key_pem, "key", key_text, why))
    return false;
  if (!chain.given() && !key_text.given()) return true;
  if (!chain.given()) {
    why = key_text.option + " is a key without a certificate; set .tls.certificate_file";
    return false;
  }
  x509_owner own;
  const auto take = [&](x509_owner found, std::size_t number) {
    if (number != 1) return SSL_CTX_add1_chain_cert(context, found.get()) == 1;
    own = std::move(found);
    return SSL_CTX_use_certificate(context, own.get()) == 1;
  };
  if (!read_each<x509_owner>(
          chain, "certificate",
          [](BIO* bio) { return PEM_read_bio_X509(bio, nullptr, no_passphrase, nullptr); }, take, why))
    return false;
  const pem_source& key_source = key_text.given() ? key_text : chain;  // one file may hold both
  const key_owner key = read_key(key_source, options.key_passphrase, why);
  if (key == nullptr) return false;
  if (X509_check_private_key(own.get(), key.get()) != 1) {
    why =
        "the private key in " + key_source.option + " does not belong to the certificate in " + chain.option;
    return false;
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) == 1) return true;
  why = "the private key in " + key_source.option + " is not accepted: " + library_reason();
  return false;
}

[[nodiscard]] inline bool set_up_tls(SSL_CTX* context, const tls_options& options, std::string& why) {
  const int oldest = options.minimum_version == tls_version::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  if (SSL_CTX_set_min_proto_version(context, oldest) != 1) {
    why = "OpenSSL does not support the version .tls.minimum_version";
    return false;
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // ours is by node
  SSL_CTX_set_cert_cb(context, &tls_callbacks::certificate_asked, nullptr);
  return load_trust(context, options, why) && load_revocations(context, options, why) &&
         load_certificate(context, options, why);
}

}  // namespace detail

std::shared_ptr<tls_context> tls_context::make(const tls_options& options, std::string& why) {
  const detail::error_queue_guard errors;
  SSL_CTX* context = options.context.get();
  if (context != nullptr)
    SSL_CTX_up_ref(context);
  else
    context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr) {
    why = "OpenSSL can't be used: " + detail::library_reason();
    return nullptr;
  }
  auto made = std::make_shared<tls_context>(context, options);
  if (options.context.get() == nullptr && !detail::set_up_tls(context, options, why)) return nullptr;
  made->method_ = tls_callbacks::make_method();
  if (made->method_ != nullptr) return made;
  why = describe(errc::out_of_memory);
  return nullptr;
}

tls_context::~tls_context() {
  for (const auto& [where, session] : sessions_) SSL_SESSION_free(session);
  if (method_ != nullptr) BIO_meth_free(method_);
  SSL_CTX_free(context_);
}

// Copies on both ways: OpenSSL changes a session that is in use.
ssl_session_st* tls_context::session_for(const std::string& where) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(where);
  return found == sessions_.end() ? nullptr : SSL_SESSION_dup(found->second);
}

void tls_context::remember(const std::string& where, const ssl_session_st* session) {
  SSL_SESSION* copy = SSL_SESSION_dup(session);
  if (copy == nullptr) return;
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= most_sessions && !sessions_.contains(where)) {
    SSL_SESSION_free(sessions_.begin()->second);
    sessions_.erase(sessions_.begin());
  }
  SSL_SESSION*& kept = sessions_[where];
  if (kept != nullptr) SSL_SESSION_free(kept);
  kept = copy;
}

void tls_context::forget(const std::string& where) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(where);
  if (found == sessions_.end()) return;
  SSL_SESSION_free(found->second);
  sessions_.erase(found);
}

#else  // the definitions without OpenSSL: there is no context, and so no stream

std::shared_ptr<tls_context> tls_context::make(const tls_options&, std::string& why) {
  why =
      "coodie was compiled without TLS; define COODIE_TLS where coodie is compiled and link OpenSSL (-lssl "
      "-lcrypto)";
  return nullptr;
}
tls_context::~tls_context() = default;

#endif

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_TLS_IPP
