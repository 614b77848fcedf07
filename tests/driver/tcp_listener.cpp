// SPDX-License-Identifier: MIT
#include "tests/driver/tcp_listener.hpp"

#include "cluster/asio_config.hpp"

#include <array>
#include <asio/write.hpp>
#include <thread>

namespace driver_tests {

using asio::ip::tcp;

struct tcp_listener::state {
  asio::io_context context;
  tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::string answer;
  bool closes_then = false;
  std::thread thread;

  struct client {
    explicit client(tcp::socket s) : socket(std::move(s)) {}
    tcp::socket socket;
    std::array<char, 512> bytes{};
  };
  void accept() {
    acceptor.async_accept([this](const asio::error_code& ec, tcp::socket socket) {
      if (ec) return;
      read(std::make_shared<client>(std::move(socket)));
      accept();
    });
  }
  void read(const std::shared_ptr<client>& from) {
    from->socket.async_read_some(asio::buffer(from->bytes),
                                 [this, from](const asio::error_code& ec, std::size_t) {
                                   if (ec) return;
                                   asio::error_code ignored;
                                   if (!answer.empty())
                                     asio::write(from->socket, asio::buffer(answer), ignored);
                                   if (!closes_then) read(from);
                                 });
  }
};

tcp_listener::tcp_listener(std::string answer, bool closes_then) : state_(std::make_unique<state>()) {
  state_->answer = std::move(answer);
  state_->closes_then = closes_then;
  state_->accept();
  state_->thread = std::thread([this] { state_->context.run(); });
}

tcp_listener::~tcp_listener() {
  state_->context.stop();
  state_->thread.join();
}

std::uint16_t tcp_listener::port() const noexcept { return state_->acceptor.local_endpoint().port(); }

std::uint16_t free_port() {
  asio::io_context context;
  const tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return acceptor.local_endpoint().port();
}

}  // namespace driver_tests
