// SPDX-License-Identifier: MIT
// TLS that can't be: each thing that is wrong has a message of its own, and nothing is sent in plain instead.
#include "tests/cluster/tls_cluster.hpp"

#if COODIE_HAS_TLS
#include <functional>

#include "tests/driver/tcp_listener.hpp"

using namespace tls_tests;
using namespace std::chrono_literals;
using namespace std::string_literals;
using tests::certificate_options;
using tests::credential;
using tests::local_node;
using tests::tls_proxy_options;

namespace {

/// What init says to a node with this certificate.
attempt meet(const credential& own, const std::function<void(coodie::tls_options&)>& change = {}) {
  const tls_cluster c(tls_proxy_options{.own = own});
  coodie::init_options options = c.options();
  if (change) change(options.tls);
  attempt made = try_to_connect(options);
  CHECK(made.driver == nullptr);
  CHECK(made.diag.server_message().empty());
  CHECK(made.reason() == made.message());
  CHECK(c.server.request_count() == 0);
  return made;
}

certificate_options local_node_valid(long from, long until) {
  certificate_options options = local_node();
  options.valid_from = from;
  options.valid_until = until;
  return options;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("tls refuses: an expired certificate", "[cluster]") {
  const attempt made = meet(test_ca().issue(local_node_valid(-7200, -3600)));
  CHECK(made.code == errc::certificate_rejected);
  CHECK(has(made.message(), "the server's certificate has expired: it was valid until 20"));
  CHECK(has(made.message(), " UTC"));
}

TEST_CASE("tls refuses: a certificate that is not yet valid", "[cluster]") {
  const attempt made = meet(test_ca().issue(local_node_valid(3600, 7200)));
  CHECK(made.code == errc::certificate_rejected);
  CHECK(has(made.message(), "the server's certificate is not yet valid: it will be from 20"));
}

TEST_CASE("tls refuses: an expired authority behind the certificate", "[cluster]") {
  const tests::authority between = test_ca().issue_authority("old one", -60);
  credential own = between.issue(local_node());
  own.certificate += between.certificate();
  const attempt made = meet(own);
  CHECK(made.code == errc::certificate_rejected);
  CHECK(has(made.message(), "the certificate of \"old one\", which stands behind the server's, has expired"));
}

TEST_CASE("tls refuses: a certificate for another name", "[cluster]") {
  attempt made =
      meet(test_ca().issue({.hosts = {"a.example.org", "b.example.org"}, .addresses = {"10.0.0.1", "::1"}}));
  CHECK(made.code == errc::certificate_rejected);
  CHECK(made.message() ==
        "the server's certificate is for \"a.example.org\", \"b.example.org\", 10.0.0.1, "
        "0000:0000:0000:0000:0000:0000:0000:0001, not for 127.0.0.1");
  const credential local = test_ca().issue(local_node());
  made = meet(local, [](coodie::tls_options& tls) { tls.server_name = "cassandra.example.org"; });
  CHECK(has(made.message(), "not for cassandra.example.org"));
  // A name in the subject alone is none.
  made = meet(test_ca().issue({.name = "127.0.0.1"}));
  CHECK(made.message() ==
        "the server's certificate is for no host at all (it has no subject alternative name), not for "
        "127.0.0.1");
}

TEST_CASE("tls refuses: names that would fill the log", "[cluster]") {
  certificate_options many;
  for (int i = 0; i < 300; ++i) many.hosts.push_back("n" + std::to_string(i) + "." + std::string(40, 'x'));
  const attempt made = meet(test_ca().issue(many));
  CHECK(made.code == errc::certificate_rejected);
  CHECK(made.message().size() < 400);
}

TEST_CASE("tls refuses: another authority", "[cluster]") {
  const tests::authority other("somebody else's CA");
  const attempt made = meet(other.issue(local_node()));
  CHECK(made.code == errc::certificate_rejected);
  CHECK(made.message() ==
        "the server's certificate was issued by \"somebody else's CA\", which is not trusted; see "
        ".tls.ca_file");
}

TEST_CASE("tls refuses: an authority of the same name", "[cluster]") {
  const attempt made = meet(tests::authority().issue(local_node()));
  CHECK(made.code == errc::certificate_rejected);
}

TEST_CASE("tls refuses: what the system does not trust, when no authority is given", "[cluster]") {
  const attempt made = meet(test_ca().issue(local_node()), [](coodie::tls_options& tls) { tls.ca_pem = {}; });
  CHECK(made.code == errc::certificate_rejected);
  CHECK(has(made.message(), "which is not trusted"));
}

TEST_CASE("tls refuses: a self-signed certificate", "[cluster]") {
  const attempt made = meet(tests::self_signed(local_node()));
  CHECK(made.code == errc::certificate_rejected);
  CHECK(made.message() == "the server's certificate is self-signed, and is not among those in .tls.ca_file");
}

TEST_CASE("tls refuses: a certificate that was revoked", "[cluster]") {
  const credential good = test_ca().issue(local_node()), bad = test_ca().issue(local_node());
  const std::string list = test_ca().revoke({bad});
  const attempt made = meet(bad, [&](coodie::tls_options& tls) { tls.crl_pem = list; });
  CHECK(made.code == errc::certificate_rejected);
  CHECK(made.message() == "the server's certificate has been revoked by \"coodie test CA\"");

  const tls_cluster c(tls_proxy_options{.own = good});
  coodie::init_options options = c.options();
  options.tls.crl_pem = list;
  CHECK(try_to_connect(options).driver != nullptr);
}

TEST_CASE("tls refuses: a list of revocations that says nothing", "[cluster]") {
  const credential own = test_ca().issue(local_node());
  const std::string foreign = tests::authority("another").revoke({}), old = test_ca().revoke({}, -60);
  attempt made = meet(own, [&](coodie::tls_options& tls) { tls.crl_pem = foreign; });
  CHECK(made.message() ==
        "the server's certificate was issued by \"coodie test CA\", of which .tls.crl_file has no list of "
        "revoked "
        "certificates");
  made = meet(own, [&](coodie::tls_options& tls) { tls.crl_pem = old; });
  CHECK(made.message() ==
        "the list of certificates that \"coodie test CA\" has revoked, in .tls.crl_file, has expired");
}

TEST_CASE("tls refuses: an authority that was revoked", "[cluster]") {
  const tests::authority between = test_ca().issue_authority("lost its key");
  credential own = between.issue(local_node());
  own.certificate += between.certificate();
  const std::string none = between.revoke({}), lists = none + test_ca().revoke({{between.certificate(), ""}});
  const attempt made = meet(own, [&](coodie::tls_options& tls) { tls.crl_pem = lists; });
  CHECK(made.message() ==
        "the certificate of \"lost its key\", which stands behind the server's, has been revoked by \"coodie "
        "test CA\"");
  // Without a list of the root, the list of who issued the server's certificate is enough.
  const tls_cluster c(tls_proxy_options{.own = own});
  coodie::init_options options = c.options();
  options.tls.crl_pem = none;
  CHECK(try_to_connect(options).driver != nullptr);
}

TEST_CASE("tls refuses: a server without TLS", "[cluster]") {
  const coodie::testing::server plain;
  const auto hosts = plain.hosts();
  coodie::init_options options = tests::options_for(plain, hosts);
  options.tls = {.enabled = true, .ca_pem = test_ca().certificate()};
  const attempt made = try_to_connect(options);
  CHECK(made.code == errc::tls_unsupported);
  CHECK(made.message() == "the server does not speak TLS on this port");
  CHECK(plain.requests().empty());
}

TEST_CASE("tls refuses: a server of something else", "[cluster]") {
  const std::string answer =
      GENERATE("HTTP/1.1 400 Bad Request\r\n\r\n"s, "SSH-2.0-OpenSSH\r\n"s, "\x84"s, ""s);
  const driver_tests::tcp_listener other(answer, true);
  coodie::init_options options{.hosts = {"127.0.0.1"}, .port = other.port()};
  options.tls = {.enabled = true, .ca_pem = test_ca().certificate()};
  const attempt made = try_to_connect(options);
  if (answer.empty()) {
    CHECK(made.code == errc::no_host_available);
    CHECK(made.reason() ==
          "the server closed the connection instead of answering in TLS; does it speak TLS on this port?");
  } else {
    CHECK(made.code == errc::tls_unsupported);
  }
}

TEST_CASE("tls refuses: a client without it", "[cluster]") {
  SECTION("the server answers with an alert") {
    const driver_tests::tcp_listener server("\x15\x03\x03\x00\x02\x02\x46"s, true);
    const attempt made = try_to_connect({.hosts = {"127.0.0.1"}, .port = server.port()});
    CHECK(made.code == errc::tls_required);
    CHECK(made.message() == "the server speaks TLS on this port; set .tls.enabled in the options");
  }
  SECTION("the server only closes the connection") {
    const tls_cluster c;
    const attempt made = try_to_connect({.hosts = c.hosts, .port = c.proxy.port()});
    CHECK(made.code == errc::no_host_available);
    CHECK(has(made.reason(), "set .tls.enabled"));
  }
}

TEST_CASE("tls refuses: no version in common", "[cluster]") {
  SECTION("the server is too old") {
    const tls_cluster c(
        {.own = test_ca().issue(local_node()), .oldest = TLS1_1_VERSION, .newest = TLS1_1_VERSION});
    const attempt made = try_to_connect(c.options());
    CHECK(made.code == errc::tls_failed);
    CHECK(has(made.message(), "the server supports no version of TLS that is allowed here"));
  }
  SECTION("the client wants more") {
    const tls_cluster c({.own = test_ca().issue(local_node()), .newest = TLS1_2_VERSION});
    coodie::init_options options = c.options();
    options.tls.minimum_version = coodie::tls_version::v1_3;
    const attempt made = try_to_connect(options);
    CHECK(made.code == errc::tls_failed);
    CHECK(has(made.message(), "the server supports no version of TLS that is allowed here"));
  }
}

TEST_CASE("tls refuses: the client's certificate is missing, or of another authority", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const tests::authority clients("clients");
  const tls_cluster c({.own = test_ca().issue(local_node()),
                       .client_ca = clients.certificate(),
                       .oldest = version,
                       .newest = version});
  coodie::init_options options = c.options();
  attempt made = try_to_connect(options);
  CHECK(made.code == errc::client_certificate_rejected);
  CHECK(made.message() ==
        "the server wants a certificate of the client; set .tls.certificate_file and .tls.key_file");
  const credential foreign = test_ca().issue({.name = "me"});
  options.tls.certificate_pem = foreign.certificate;
  options.tls.key_pem = foreign.key;
  made = try_to_connect(options);
  CHECK(made.code == errc::client_certificate_rejected);
  CHECK(made.message() == "the server refused the client's certificate: unknown CA");
}

TEST_CASE("tls refuses: a server that goes away in the handshake", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const tls_cluster c({.own = test_ca().issue(local_node()), .oldest = version, .newest = version});
  coodie::init_options options = c.options();
  std::size_t failures = 0;
  for (std::size_t bytes = 0; bytes < 1400; bytes += 61) {
    const tests::byte_relay relay(c.proxy.port(), {.end_after = bytes});
    options.port = relay.port();
    const attempt made = try_to_connect(options);
    INFO(bytes << " " << made.reason());
    REQUIRE(made.driver == nullptr);
    CHECK(made.code == errc::no_host_available);
    if (has(made.reason(), "during the TLS handshake") || has(made.reason(), "instead of answering in TLS"))
      ++failures;
  }
  CHECK(failures > 5);
}

TEST_CASE("tls refuses: a server that falls silent in the handshake", "[cluster]") {
  const tls_cluster c;
  const tests::byte_relay relay(c.proxy.port(), {.end_after = GENERATE(0U, 300U), .silent_after = true});
  coodie::init_options options = c.options();
  options.port = relay.port();
  options.connect_timeout = 100ms;
  const auto before = std::chrono::steady_clock::now();
  const attempt made = try_to_connect(options);
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  CHECK(made.code == errc::no_host_available);
  CHECK(made.reason() == "the node did not complete the TLS handshake within connect_timeout");
}

TEST_CASE("tls refuses: bytes that were changed on the way", "[cluster]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const tls_cluster c({.own = test_ca().issue(local_node()), .oldest = version, .newest = version});
  coodie::init_options options = c.options();
  options.connect_timeout = 300ms;
  std::size_t refused = 0;
  for (std::size_t at = 0; at < 1000; at += 23) {
    const tests::byte_relay relay(c.proxy.port(), {.spoil_at = at});
    options.port = relay.port();
    const attempt made = try_to_connect(options);
    INFO(at << " " << made.reason());
    CHECK(made.driver == nullptr);
    if (made.code == errc::tls_failed || made.code == errc::certificate_rejected) ++refused;
  }
  CHECK(refused > 20);
}
#endif
