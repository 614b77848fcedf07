// SPDX-License-Identifier: MIT
// What init_coodie says about options of TLS that can't be honoured, before it connects.
#include <cstdio>
#include <fstream>
#include <string>

#include "tests/catch.hpp"
#include "tests/driver/every_init.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/test_server.hpp"

using coodie::errc;
using coodie::init_options;
using coodie::tls_options;
using driver_tests::clean_registry;
using driver_tests::every_init;

namespace {

/// What every form of init_coodie says.
std::string refusal(const init_options& options) {
  const clean_registry clean;
  std::string message;
  for (const auto& each : every_init(options)) {
    INFO(each.form);
    CHECK(each.code == errc::configuration);
    if (!each.text.empty()) CHECK(each.type == "configuration_error");
    if (!each.message.empty()) message = each.message;
  }
  return message;
}

[[maybe_unused]] std::string refusal(const tls_options& tls) {
  return refusal(init_options{.hosts = {"127.0.0.1"}, .tls = tls});
}

}  // namespace

TEST_CASE("tls options: whatever is given without .enabled is an error", "[driver]") {
  const std::string expected = ".tls has options, but without .tls.enabled = true nothing would be encrypted";
  CHECK(refusal(tls_options{.ca_file = "ca.pem"}) == expected);
  CHECK(refusal(tls_options{.certificate_pem = "x"}) == expected);
  CHECK(refusal(tls_options{.key_passphrase = "x"}) == expected);
  CHECK(refusal(tls_options{.crl_file = "x"}) == expected);
  CHECK(refusal(tls_options{.minimum_version = coodie::tls_version::v1_3}) == expected);
  CHECK(refusal(tls_options{.verification = coodie::tls_verification::insecure_none}) == expected);
  CHECK(refusal(tls_options{.server_name = "db"}) == expected);
}

TEST_CASE("tls options: a session has its connections already", "[driver]") {
  const coodie::testing::server server;
  const auto hosts = server.hosts();
  const coodie::cluster cluster(tests::options_for(server, hosts));
  const coodie::session session = cluster.connect("");
  CHECK(refusal(init_options{.session = session, .tls = {.enabled = true}}) ==
        "a session has its connections already; give .tls to the coodie::cluster that makes it");
}

#if !COODIE_HAS_TLS

TEST_CASE("tls options: without COODIE_TLS nothing is done in plain instead", "[driver]") {
  CHECK(refusal(tls_options{.enabled = true}) ==
        "coodie was compiled without TLS; define COODIE_TLS where coodie is compiled and link OpenSSL "
        "(-lssl -lcrypto)");
}

#else

#include <openssl/ssl.h>

namespace {
const tests::authority& ca() {
  static const tests::authority made;
  return made;
}
/// A file that is there as long as this object.
struct temporary_file {
  std::string path = "/tmp/" + tests::random_name("coodie_tls") + ".pem";
  explicit temporary_file(const std::string& text) { std::ofstream(path) << text; }
  ~temporary_file() { std::remove(path.c_str()); }
};
}  // namespace

TEST_CASE("tls options: defaults", "[driver]") {
  const tls_options defaults;
  CHECK_FALSE(defaults.enabled);
  CHECK(defaults.minimum_version == coodie::tls_version::v1_2);
  CHECK(defaults.verification == coodie::tls_verification::full);
  CHECK(defaults.session_resumption);
}

TEST_CASE("tls options: a file and its PEM", "[driver]") {
  CHECK(refusal(tls_options{.enabled = true, .ca_file = "a", .ca_pem = "b"}) ==
        "both .tls.ca_file and .tls.ca_pem are given; give one of them");
  CHECK(refusal(tls_options{.enabled = true, .crl_file = "a", .crl_pem = "b"}) ==
        "both .tls.crl_file and .tls.crl_pem are given; give one of them");
  CHECK(refusal(tls_options{.enabled = true, .certificate_file = "a", .certificate_pem = "b"}) ==
        "both .tls.certificate_file and .tls.certificate_pem are given; give one of them");
}

TEST_CASE("tls options: files that can't be read", "[driver]") {
  CHECK(refusal(tls_options{.enabled = true, .ca_file = "/no/such/ca.pem"}) ==
        ".tls.ca_file \"/no/such/ca.pem\" can't be read: No such file or directory");
  CHECK(refusal(tls_options{.enabled = true, .ca_file = "/tmp"}) ==
        ".tls.ca_file \"/tmp\" can't be read: Is a directory");
  CHECK(refusal(tls_options{.enabled = true, .certificate_file = "/no/such/cert.pem"}) ==
        ".tls.certificate_file \"/no/such/cert.pem\" can't be read: No such file or directory");
  const std::string own = ca().issue({}).certificate;
  CHECK(refusal(tls_options{.enabled = true, .certificate_pem = own, .key_file = "/no/such/key.pem"}) ==
        ".tls.key_file \"/no/such/key.pem\" can't be read: No such file or directory");
  CHECK(refusal(tls_options{.enabled = true, .crl_file = "/no/such/crl.pem"}) ==
        ".tls.crl_file \"/no/such/crl.pem\" can't be read: No such file or directory");
}

TEST_CASE("tls options: files of something else", "[driver]") {
  const temporary_file empty(""), other("not PEM\n"), key(ca().issue({}).key);
  for (const auto* file : {&empty, &other, &key})
    CHECK(refusal(tls_options{.enabled = true, .ca_file = file->path}) ==
          ".tls.ca_file \"" + file->path + "\" has no certificate in PEM format");
  CHECK(refusal(tls_options{.enabled = true, .crl_pem = ca().certificate()}) ==
        ".tls.crl_pem has no X509 CRL in PEM format");
  std::string broken = ca().certificate();
  broken.resize(broken.size() / 2);
  CHECK(refusal(tls_options{.enabled = true, .ca_pem = broken}) ==
        ".tls.ca_pem is malformed at its certificate number 1");
  broken = ca().certificate() + broken;
  CHECK(refusal(tls_options{.enabled = true, .ca_pem = broken}) ==
        ".tls.ca_pem is malformed at its certificate number 2");
}

TEST_CASE("tls options: the client's key", "[driver]") {
  const tests::credential own = ca().issue({.name = "me"}), other = ca().issue({.name = "other"});
  tls_options tls{.enabled = true, .ca_pem = ca().certificate(), .certificate_pem = own.certificate};
  CHECK(refusal(tls) == ".tls.certificate_pem has no private key in PEM format, or a malformed one");
  tls.key_pem = other.key;
  CHECK(refusal(tls) ==
        "the private key in .tls.key_pem does not belong to the certificate in .tls.certificate_pem");
  tls.key_pem = own.certificate;
  CHECK(refusal(tls) == ".tls.key_pem has no private key in PEM format, or a malformed one");
  const std::string half = own.key.substr(0, own.key.size() / 2);
  tls.key_pem = half;
  CHECK(refusal(tls) == ".tls.key_pem has no private key in PEM format, or a malformed one");
  const std::string locked = tests::encrypt_key(own.key, "open sesame");
  tls.key_pem = locked;
  CHECK(refusal(tls) == "the private key in .tls.key_pem is encrypted; set .tls.key_passphrase");
  tls.key_passphrase = "open barley";
  CHECK(refusal(tls) == ".tls.key_passphrase is not that of the private key in .tls.key_pem");
  tls.certificate_pem = {};
  CHECK(refusal(tls) == ".tls.key_pem is a key without a certificate; set .tls.certificate_file");
}

TEST_CASE("tls options: a context of the program's brings everything", "[driver]") {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  CHECK(refusal(tls_options{.context = context}) ==
        ".tls has options, but without .tls.enabled = true nothing would be encrypted");
  CHECK(refusal(tls_options{.enabled = true, .context = context, .ca_pem = ca().certificate()}) ==
        ".tls.context brings its own certificates, keys and versions; leave out the options for them");
  SSL_CTX_free(context);
}

TEST_CASE("tls options: the name of the server", "[driver]") {
  CHECK(refusal(tls_options{.enabled = true, .server_name = "not a name"}) ==
        ".tls.server_name \"not a name\" is not the name or address of a host");
}
#endif
