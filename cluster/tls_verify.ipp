// SPDX-License-Identifier: MIT
// Whether a certificate proves who the node is, and what to say when it does not.
#ifndef COODIE_CLUSTER_TLS_VERIFY_IPP
#define COODIE_CLUSTER_TLS_VERIFY_IPP

#include "cluster/tls.hpp"

#if COODIE_HAS_TLS
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <ctime>

#include "cluster/tls_callbacks.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {

/// Text of the peer's, for a message: short, and without what would upset a log.
[[nodiscard]] inline std::string shown(std::string_view text) {
  constexpr std::size_t most = 64;
  std::string clean;
  for (const char c : text.substr(0, most)) clean += c > 0x1F && c < 0x7F && c != '"' ? c : '?';
  return "\"" + clean + (text.size() > most ? "...\"" : "\"");
}

[[nodiscard]] inline std::string_view text_of(const ASN1_STRING* text) noexcept {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

[[nodiscard]] inline std::string common_name(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return "a name without CN";
  return shown(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))));
}

[[nodiscard]] inline std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d UTC", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text;
}

[[nodiscard]] inline std::string address_text(std::string_view bytes) {
  std::string text;
  char part[8];
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned byte = static_cast<unsigned char>(bytes[i]);
    if (bytes.size() == 4)
      std::snprintf(part, sizeof part, i == 0 ? "%u" : ".%u", byte);
    else
      std::snprintf(part, sizeof part, i != 0 && i % 2 == 0 ? ":%02x" : "%02x", byte);
    text += part;
  }
  return text;
}

/// The names and addresses that a certificate is for.
[[nodiscard]] inline std::string subjects(const X509* certificate) {
  constexpr int most = 5;
  auto* names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string list;
  int told = 0;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    if (told++ == most) {
      list += ", ...";
      break;
    }
    list += list.empty() ? "" : ", ";
    list += name->type == GEN_DNS ? shown(text_of(name->d.dNSName))
                                  : address_text(text_of(name->d.iPAddress).substr(0, 16));
  }
  GENERAL_NAMES_free(names);
  if (list.empty()) return "no host at all (it has no subject alternative name)";
  return list;
}

/// Who a certificate of the chain belongs to; the server's own has depth 0.
[[nodiscard]] inline std::string whose(const X509* certificate, int depth) {
  if (depth == 0 || certificate == nullptr) return "the server's certificate";
  return "the certificate of " + common_name(X509_get_subject_name(certificate)) +
         ", which stands behind the server's,";
}

[[nodiscard]] inline std::string explain_rejection(int error, const X509* certificate, int depth) {
  const std::string who = whose(certificate, depth);
  const std::string issuer =
      certificate == nullptr ? "somebody" : common_name(X509_get_issuer_name(certificate));
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return who + " has expired: it was valid until " + date_of(X509_get0_notAfter(certificate));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return who + " is not yet valid: it will be from " + date_of(X509_get0_notBefore(certificate)) +
             " on, unless a clock is wrong";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return who + " is self-signed, and is not among those in .tls.ca_file";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return who + " was issued by " + issuer + ", which is not trusted; see .tls.ca_file";
    case X509_V_ERR_CERT_REVOKED: return who + " has been revoked by " + issuer;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return who + " was issued by " + issuer +
             ", of which .tls.crl_file has no list of revoked certificates";
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return "the list of certificates that " + issuer + " has revoked, in .tls.crl_file, has expired";
    default: return who + " is not accepted: " + X509_verify_cert_error_string(error);
  }
}

}  // namespace detail

// Called for each certificate of a chain, and for each thing that is wrong with it.
int tls_stream::judge(int accepted, x509_store_ctx_st* chain) noexcept {
  if (program_verifies_ != nullptr) accepted = program_verifies_(accepted, chain);
  const int error = X509_STORE_CTX_get_error(chain);
  const int depth = X509_STORE_CTX_get_error_depth(chain);
  X509* certificate = X509_STORE_CTX_get_current_cert(chain);
  if (accepted == 0 && error == X509_V_ERR_UNABLE_TO_GET_CRL && depth > 0) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);  // a list is wanted of who issued the server's certificate
    return 1;
  }
  if (accepted == 0) {
    rejection_ = detail::explain_rejection(error, certificate, depth);
    return 0;
  }
  if (depth != 0 || context_->verification_ != tls_verification::full || is_expected(certificate)) return 1;
  rejection_ =
      "the server's certificate is for " + detail::subjects(certificate) + ", not for " + expected_name();
  X509_STORE_CTX_set_error(chain, X509_V_ERR_HOSTNAME_MISMATCH);
  return 0;
}

namespace detail {
[[nodiscard]] inline bool is_for_name(X509* certificate, const std::string& name) noexcept {
  if (X509_check_ip_asc(certificate, name.c_str(), 0) == 1) return true;
  // The subject's CN is no name of a host (RFC 9525 section 2).
  constexpr unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  const std::size_t length = name.ends_with('.') ? name.size() - 1 : name.size();
  return X509_check_host(certificate, name.data(), length, flags, nullptr) == 1;
}
}  // namespace detail

bool tls_stream::is_expected(x509_st* certificate) const noexcept {
  if (certificate == nullptr) return false;
  if (!context_->server_name_.empty()) return detail::is_for_name(certificate, context_->server_name_);
  for (const std::string& name : peer_.names)
    if (detail::is_for_name(certificate, name)) return true;
  if (!peer_.address_counts) return false;
  const std::string address = peer_.address.substr(0, peer_.address.find('%'));  // without the interface
  return X509_check_ip_asc(certificate, address.c_str(), 0) == 1;
}

std::string tls_stream::expected_name() const {
  if (!context_->server_name_.empty()) return context_->server_name_;
  std::string list;
  for (const std::string& name : peer_.names) list += (list.empty() ? "" : " or ") + name;
  if (peer_.address_counts) list += (list.empty() ? "" : " or ") + peer_.address;
  return list;
}

// The handshake is done. With a resumed session no certificate has been looked at in it.
void tls_stream::check_peer() noexcept {
  if (context_->verification_ != tls_verification::insecure_none) {
    X509* certificate = SSL_get0_peer_certificate(ssl_);
    const long verdict = SSL_get_verify_result(ssl_);
    if (certificate == nullptr)
      return fail(errc::certificate_rejected, "the server has shown no certificate");
    if (verdict != X509_V_OK)
      return fail(errc::certificate_rejected,
                  detail::explain_rejection(static_cast<int>(verdict), certificate, 0));
    if (context_->verification_ == tls_verification::full && !is_expected(certificate))
      return fail(errc::certificate_rejected, "the server's certificate is for " +
                                                  detail::subjects(certificate) + ", not for " +
                                                  expected_name());
  }
  established_ = true;
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail
#endif

#endif  // COODIE_CLUSTER_TLS_VERIFY_IPP
