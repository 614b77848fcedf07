// SPDX-License-Identifier: MIT
#include "protocol/config.hpp"

#if COODIE_HAS_TLS
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "tests/support/certificates.hpp"

namespace tests {
namespace {

template <auto Release>
struct releases {
  template <class T>
  void operator()(T* p) const noexcept {
    Release(p);
  }
};
using x509_pointer = std::unique_ptr<X509, releases<&X509_free>>;
using crl_pointer = std::unique_ptr<X509_CRL, releases<&X509_CRL_free>>;
using key_pointer = std::unique_ptr<EVP_PKEY, releases<&EVP_PKEY_free>>;
using bio_pointer = std::unique_ptr<BIO, releases<&BIO_free>>;

void need(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("OpenSSL refused: ") + what);
}

template <class F>
std::string to_pem(F&& write) {
  const bio_pointer bio(BIO_new(BIO_s_mem()));
  need(write(bio.get()) == 1, "writing PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string key_pem(EVP_PKEY* key) {
  return to_pem(
      [&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
}
std::string certificate_pem(X509* certificate) {
  return to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}
x509_pointer certificate_of(const std::string& pem) {
  const bio_pointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return x509_pointer(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  need(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::string alternative_names(const certificate_options& options) {
  std::string list;
  for (const std::string& host : options.hosts) list += (list.empty() ? "DNS:" : ",DNS:") + host;
  for (const std::string& address : options.addresses) list += (list.empty() ? "IP:" : ",IP:") + address;
  return list;
}

x509_pointer make(const certificate_options& options, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  x509_pointer made(X509_new());
  X509_set_version(made.get(), 2);
  unsigned char serial[8];
  RAND_bytes(serial, sizeof serial);
  serial[0] = static_cast<unsigned char>(serial[0] & 0x7FU) | 1U;
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made.get()));
  BN_free(number);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), options.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), options.valid_until);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
  X509* const above = issuer != nullptr ? issuer : made.get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(above));
  X509_set_pubkey(made.get(), key);
  add_extension(made.get(), above, NID_basic_constraints, options.is_ca ? "critical,CA:TRUE" : "CA:FALSE");
  if (options.is_ca) add_extension(made.get(), above, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(made.get(), above, NID_subject_key_identifier, "hash");
  if (issuer != nullptr) add_extension(made.get(), above, NID_authority_key_identifier, "keyid");
  if (const std::string names = alternative_names(options); !names.empty())
    add_extension(made.get(), above, NID_subject_alt_name, names);
  need(X509_sign(made.get(), issuer_key != nullptr ? issuer_key : key, EVP_sha256()) > 0, "a signature");
  return made;
}

key_pointer new_key() {
  key_pointer key(EVP_EC_gen("P-256"));
  need(key != nullptr, "a key");
  return key;
}

}  // namespace

struct authority::state {
  key_pointer key;
  x509_pointer certificate;
  std::string pem;
};

authority::authority(const std::string& name) : state_(std::make_unique<state>()) {
  state_->key = new_key();
  state_->certificate = make({.name = name, .is_ca = true}, state_->key.get(), nullptr, nullptr);
  state_->pem = certificate_pem(state_->certificate.get());
}
authority::authority(std::unique_ptr<state> made) : state_(std::move(made)) {}
authority::~authority() = default;
authority::authority(authority&&) noexcept = default;
authority& authority::operator=(authority&&) noexcept = default;

const std::string& authority::certificate() const noexcept { return state_->pem; }

credential authority::issue(const certificate_options& options) const {
  const key_pointer key = new_key();
  const x509_pointer made = make(options, key.get(), state_->certificate.get(), state_->key.get());
  return {certificate_pem(made.get()), key_pem(key.get())};
}

authority authority::issue_authority(const std::string& name, long valid_until) const {
  auto made = std::make_unique<state>();
  made->key = new_key();
  made->certificate = make({.name = name, .valid_until = valid_until, .is_ca = true}, made->key.get(),
                           state_->certificate.get(), state_->key.get());
  made->pem = certificate_pem(made->certificate.get());
  return authority(std::move(made));
}

std::string authority::revoke(const std::vector<credential>& revoked, long valid_until) const {
  const crl_pointer list(X509_CRL_new());
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(state_->certificate.get()));
  ASN1_TIME* time = ASN1_TIME_new();
  X509_gmtime_adj(time, -7200);
  X509_CRL_set1_lastUpdate(list.get(), time);
  for (const credential& each : revoked) {
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate_of(each.certificate).get()));
    X509_REVOKED_set_revocationDate(entry, time);
    X509_CRL_add0_revoked(list.get(), entry);
  }
  X509_gmtime_adj(time, valid_until);
  X509_CRL_set1_nextUpdate(list.get(), time);
  ASN1_TIME_free(time);
  X509_CRL_sort(list.get());
  need(X509_CRL_sign(list.get(), state_->key.get(), EVP_sha256()) > 0, "a signature");
  return to_pem([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, list.get()); });
}

credential self_signed(const certificate_options& options) {
  const key_pointer key = new_key();
  return {certificate_pem(make(options, key.get(), nullptr, nullptr).get()), key_pem(key.get())};
}

std::string encrypt_key(const std::string& key, const std::string& passphrase) {
  const bio_pointer from(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
  const key_pointer read(PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, nullptr));
  return to_pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, read.get(), EVP_aes_256_cbc(), passphrase.data(),
                                         static_cast<int>(passphrase.size()), nullptr, nullptr);
  });
}

certificate_options local_node() {
  return {.hosts = {"localhost"}, .addresses = {"127.0.0.1", "127.0.0.2", "127.0.0.3"}};
}

}  // namespace tests
#endif
