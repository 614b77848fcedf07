// SPDX-License-Identifier: MIT
#include "tests/support/tls_proxy.hpp"

#include "protocol/config.hpp"

#if COODIE_HAS_TLS
#include "cluster/asio_config.hpp"

#include <asio.hpp>
#include <asio/ssl.hpp>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

namespace tests {
namespace {
using asio::ip::tcp;

/// Reads from one and writes to the other until either ends; calls `end` then.
template <class From, class To, class End>
struct pump : std::enable_shared_from_this<pump<From, To, End>> {
  From& from;
  To& to;
  End end;
  std::vector<char> buffer;
  std::function<std::size_t(char*, std::size_t)> look = {};  // at what was read; how much of it goes on

  pump(From& f, To& t, End e, std::size_t piece) : from(f), to(t), end(std::move(e)), buffer(piece) {}

  void go() {
    from.async_read_some(asio::buffer(buffer),
                         [self = this->shared_from_this()](std::error_code ec, std::size_t n) {
                           if (ec) return self->end();
                           const std::size_t more = self->look ? self->look(self->buffer.data(), n) : n;
                           asio::async_write(self->to, asio::buffer(self->buffer.data(), more),
                                             [self, all = more == n](std::error_code failed, std::size_t) {
                                               if (failed || !all) return self->end();
                                               self->go();
                                             });
                         });
  }
};

tcp::acceptor listen_on(asio::io_context& context, const std::string& address, std::uint16_t port) {
  return {context, tcp::endpoint(asio::ip::make_address(address), port)};
}

}  // namespace

struct tls_proxy::state {
  struct session : std::enable_shared_from_this<session> {
    state& owner;
    asio::ssl::stream<tcp::socket> client;
    tcp::socket node;
    tcp::endpoint where;

    session(state& s, tcp::socket socket, tcp::endpoint target)
        : owner(s), client(std::move(socket), s.tls), node(s.context), where(std::move(target)) {}

    void start() {
      client.async_handshake(asio::ssl::stream_base::server,
                             [self = shared_from_this()](std::error_code ec) { self->shaken(ec); });
    }
    void shaken(std::error_code ec) {
      if (ec) {
        ++owner.failed;
        return end();
      }
      SSL* ssl = client.native_handle();
      {
        const std::lock_guard lock(owner.mutex);
        const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        owner.names.emplace_back(name == nullptr ? "-" : name);
        owner.version = SSL_get_version(ssl);
      }
      if (SSL_session_reused(ssl) == 1) ++owner.resumed;
      ++owner.handshakes;
      node.async_connect(where, [self = shared_from_this()](std::error_code refused) {
        if (refused) return self->end();
        self->relay();
      });
    }
    void relay() {
      std::error_code ignored;
      node.set_option(tcp::no_delay(true), ignored);
      client.next_layer().set_option(tcp::no_delay(true), ignored);
      const auto end_both = [self = shared_from_this()] { self->end(); };
      std::make_shared<pump<decltype(client), tcp::socket, decltype(end_both)>>(client, node, end_both,
                                                                                64 * 1024)
          ->go();
      std::make_shared<pump<tcp::socket, decltype(client), decltype(end_both)>>(node, client, end_both,
                                                                                64 * 1024)
          ->go();
    }
    void end() {
      if (goodbye == nothing) return close();
      if (goodbye == said) return;
      goodbye = said;
      client.async_shutdown([self = shared_from_this()](std::error_code) { self->close(); });
    }
    void close() {
      std::error_code ignored;
      client.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
      client.next_layer().close(ignored);
      node.close(ignored);
      owner.sessions.erase(shared_from_this());
    }
    // Asio's TLS can't do it beside a read.
    void say_goodbye() {
      std::error_code ignored;
      goodbye = wanted;
      client.next_layer().cancel(ignored);
    }
    enum { nothing, wanted, said } goodbye = nothing;
  };

  asio::io_context context;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  std::vector<tcp::acceptor> acceptors;
  std::vector<std::uint16_t> ports;
  std::set<std::shared_ptr<session>> sessions;
  std::atomic<std::size_t> handshakes{0}, resumed{0}, failed{0};
  std::mutex mutex;  // guards the next two
  std::vector<std::string> names;
  std::string version;
  std::thread runner;

  void set_up(const tls_proxy_options& options) {
    tls.use_certificate_chain(asio::buffer(options.own.certificate));
    tls.use_private_key(asio::buffer(options.own.key), asio::ssl::context::pem);
    SSL_CTX* native = tls.native_handle();
    SSL_CTX_set_min_proto_version(native, options.oldest);
    SSL_CTX_set_max_proto_version(native, options.newest);
    if (options.oldest != 0 && options.oldest < TLS1_2_VERSION) SSL_CTX_set_security_level(native, 0);
    static constexpr unsigned char id[] = "coodie";
    SSL_CTX_set_session_id_context(native, id, sizeof id - 1);
    if (!options.tickets) {
      SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
      SSL_CTX_set_num_tickets(native, 0);
      SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    }
    if (options.client_ca.empty()) return;
    tls.add_certificate_authority(asio::buffer(options.client_ca));
    tls.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  }

  void accept(std::size_t node) {
    acceptors[node].async_accept([this, node](std::error_code ec, tcp::socket socket) {
      if (ec) return;
      const auto address = acceptors[node].local_endpoint().address();
      auto made = std::make_shared<session>(*this, std::move(socket), tcp::endpoint(address, ports[node]));
      sessions.insert(made);
      made->start();
      accept(node);
    });
  }
};

tls_proxy::tls_proxy(const tls_proxy_options& options, const std::vector<std::uint16_t>& ports)
    : state_(std::make_unique<state>()) {
  state_->set_up(options);
  state_->ports = ports;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::uint16_t own = i == 0 ? std::uint16_t{0} : port();
    state_->acceptors.push_back(listen_on(state_->context, "127.0.0." + std::to_string(i + 1), own));
  }
  for (std::size_t i = 0; i < ports.size(); ++i) state_->accept(i);
  state_->runner = std::thread([this] { state_->context.run(); });
}

tls_proxy::~tls_proxy() {
  asio::post(state_->context, [this] {
    for (auto& acceptor : state_->acceptors) acceptor.close();
    const auto all = state_->sessions;
    for (const auto& each : all) each->close();
    state_->context.stop();
  });
  state_->runner.join();
}

std::uint16_t tls_proxy::port() const noexcept { return state_->acceptors.front().local_endpoint().port(); }
std::size_t tls_proxy::handshakes() const noexcept { return state_->handshakes; }
std::size_t tls_proxy::resumed() const noexcept { return state_->resumed; }
std::size_t tls_proxy::failed() const noexcept { return state_->failed; }
std::vector<std::string> tls_proxy::names_asked() const {
  const std::lock_guard lock(state_->mutex);
  return state_->names;
}
std::string tls_proxy::version() const {
  const std::lock_guard lock(state_->mutex);
  return state_->version;
}
void tls_proxy::close_connections(bool rudely) {
  asio::post(state_->context, [this, rudely] {
    const auto all = state_->sessions;
    for (const auto& each : all) rudely ? each->close() : each->say_goodbye();
  });
}

struct byte_relay::state {
  asio::io_context context;
  tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  tcp::endpoint to;
  byte_relay_options options;
  std::atomic<std::size_t> passed{0};
  std::thread runner;

  struct pair {
    tcp::socket client, server;
    bool keeps_silent = false;
  };
  std::vector<std::shared_ptr<pair>> pairs;

  void accept() {
    acceptor.async_accept([this](std::error_code ec, tcp::socket socket) {
      if (ec) return;
      auto both = std::make_shared<pair>(pair{std::move(socket), tcp::socket(context)});
      std::error_code ignored;
      both->server.connect(to, ignored);
      both->client.set_option(tcp::no_delay(true), ignored);
      both->server.set_option(tcp::no_delay(true), ignored);
      pairs.push_back(both);
      relay(both);
      accept();
    });
  }
  void relay(const std::shared_ptr<pair>& both) {
    const auto end = [both] {
      std::error_code ignored;
      both->server.close(ignored);
      if (!both->keeps_silent) both->client.close(ignored);
    };
    std::make_shared<pump<tcp::socket, tcp::socket, decltype(end)>>(both->client, both->server, end,
                                                                    options.piece)
        ->go();
    auto back = std::make_shared<pump<tcp::socket, tcp::socket, decltype(end)>>(both->server, both->client,
                                                                                end, options.piece);
    back->look = [this, both, seen = std::size_t{0}](char* bytes, std::size_t n) mutable {
      if (options.spoil_at >= seen && options.spoil_at < seen + n) bytes[options.spoil_at - seen] ^= 0x55;
      const std::size_t most = options.end_after - seen;
      const std::size_t more = n < most ? n : most;
      both->keeps_silent = more < n && options.silent_after;
      seen += more;
      passed = seen;
      return more;
    };
    back->go();
  }
};

byte_relay::byte_relay(std::uint16_t to, const byte_relay_options& options, const std::string& address)
    : state_(std::make_unique<state>()) {
  state_->to = {asio::ip::make_address(address), to};
  state_->options = options;
  state_->accept();
  state_->runner = std::thread([this] { state_->context.run(); });
}
byte_relay::~byte_relay() {
  state_->context.stop();
  state_->runner.join();
}
void byte_relay::close_connections() {
  asio::post(state_->context, [this] {
    std::error_code ignored;
    for (const auto& both : state_->pairs) {
      both->client.close(ignored);
      both->server.close(ignored);
    }
  });
}
std::uint16_t byte_relay::port() const noexcept { return state_->acceptor.local_endpoint().port(); }
std::size_t byte_relay::passed() const noexcept { return state_->passed; }

}  // namespace tests
#endif
