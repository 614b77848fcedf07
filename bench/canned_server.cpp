// SPDX-License-Identifier: MIT
// A node that answers every request with a finished frame, to measure what a client costs.
//
//   canned_server PORT [PAGE_ROWS] [SHARDS] [NODES]
//
// One thread, one epoll loop, no storage. It serves one table,
//   bench.users (id uuid PRIMARY KEY, name text, email text, age int, score double, created timestamp):
//   SELECT ... WHERE id = ?      one row
//   SELECT ... (without WHERE)   one page of PAGE_ROWS rows (5000 unless told), the last one
//   INSERT, UPDATE, DELETE       VOID, and so is every BATCH
// and the system tables that a driver reads when it connects. Everything else is an invalid-request error.
// PORT 0 takes a free one. SHARDS above 0 announces a ScyllaDB node with so many shards. NODES plays so many
// nodes with 256 tokens each, on 127.0.0.1, 127.0.0.2 and so on, and three replicas of everything.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "bench/canned_statements.hpp"
#include "protocol/bytes/reader.hpp"
#include "protocol/errc.ipp"  // a program of its own, it defines what it uses

namespace bench {
namespace {

using coodie::errc;
using coodie::protocol::load_big;
using coodie::protocol::reader;

constexpr std::size_t read_size = 256 * 1024;
constexpr std::uint32_t protocol_error = 0x000A, unprepared = 0x2500;

frame_bytes supported_frame(unsigned shards, unsigned shard) {
  std::vector<std::pair<std::string, std::string>> options = {{"CQL_VERSION", "3.4.6"}, {"COMPRESSION", ""}};
  if (shards > 0) {
    options.insert(options.end(), {{"SCYLLA_SHARD", std::to_string(shard)},
                                   {"SCYLLA_NR_SHARDS", std::to_string(shards)},
                                   {"SCYLLA_SHARDING_IGNORE_MSB", "12"},
                                   {"SCYLLA_SHARDING_ALGORITHM", "biased-token-round-robin"},
                                   {"SCYLLA_PARTITIONER", "org.apache.cassandra.dht.Murmur3Partitioner"}});
  }
  return make_frame(0x06, [&](writer& out) {  // [string multimap]
    out.write(static_cast<std::uint16_t>(options.size()));
    for (const auto& [name, value] : options) {
      out.write_string(name);
      out.write(static_cast<std::uint16_t>(!value.empty()));
      if (!value.empty()) out.write_string(value);
    }
  });
}

int socket_of(std::uint32_t node, std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + node);
  if (::bind(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(made, 256) != 0)
    return -1;
  return made;
}

/// One client's connection: requests in, answers out. `flush` and `receive` return false when it is over.
class connection {
 public:
  connection(int descriptor, std::uint32_t node, statement_book& book, unsigned shards, unsigned shard)
      : descriptor_(descriptor), node_(node), book_(book), supported_(supported_frame(shards, shard)) {}
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() { ::close(descriptor_); }

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool has_output() const { return !out_.empty(); }

  bool receive() {
    std::byte* to = in_.reserve(read_size);
    if (to == nullptr) return false;
    const ssize_t got = ::recv(descriptor_, to, in_.room(), 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    in_.commit(static_cast<std::size_t>(got));
    while (in_.size() >= header_size) {
      const std::size_t length = load_big<std::uint32_t>(in_.data() + header_size - 4);
      if (in_.size() - header_size < length) break;
      if (!answer(in_.bytes().first(header_size + length))) return false;
      in_.consume(header_size + length);
    }
    return flush();
  }

  bool flush() {
    while (!out_.empty()) {
      const ssize_t sent = ::send(descriptor_, out_.data(), out_.size(), 0);
      if (sent < 0) return errno == EAGAIN;
      out_.consume(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  bool answer(std::span<const std::byte> frame) {
    const std::byte* stream = frame.data() + 2;
    reader body(frame.subspan(header_size));
    if (frame[0] != std::byte{4}) {  // a real node answers another version on stream 0
      static constexpr std::byte stream_0[2]{};
      return reply(error_frame(protocol_error, "Invalid or unsupported protocol version; supported: (4/v4)"),
                   stream_0);
    }
    switch (static_cast<unsigned>(frame[4])) {
      case 0x05: return reply(supported_, stream);
      case 0x01:
      case 0x0B: return reply(ready_, stream);
      case 0x07: return answer_text(body, stream, false);
      case 0x09: return answer_text(body, stream, true);
      case 0x0A: return answer_execute(body, stream);
      case 0x0D: return reply(void_, stream);
      default: return reply(error_frame(protocol_error, "unknown opcode"), stream);
    }
  }

  bool answer_text(reader body, const std::byte* stream, bool prepare) {
    std::string_view text;
    if (body.read_long_string(text) != errc::ok) return false;
    if (!prepare && (text.starts_with("USE ") || text.starts_with("use "))) {
      return reply(make_frame(0x08,
                              [](writer& out) {
                                out.write(std::int32_t{3});
                                out.write_string("bench");
                              }),
                   stream);
    }
    answering_node = node_;
    const canned_statement& known = book_.by_text(text);
    return reply(prepare ? known.prepared : known.rows, stream);
  }

  bool answer_execute(reader body, const std::byte* stream) {
    std::span<const std::byte> id;
    std::uint16_t consistency = 0;
    std::uint8_t flags = 0;
    if (body.read_short_bytes(id) != errc::ok || body.read(consistency) != errc::ok ||
        body.read(flags) != errc::ok) {
      return false;
    }
    if (const canned_statement* known = book_.by_id(id)) {
      constexpr std::uint8_t skip_metadata = 2;
      return reply((flags & skip_metadata) != 0 ? known->rows_without_metadata : known->rows, stream);
    }
    return reply(make_frame(0x00,
                            [&](writer& out) {
                              out.write(unprepared);
                              out.write_string("no statement has this id");
                              out.write_short_bytes(id);
                            }),
                 stream);
  }

  bool reply(const frame_bytes& frame, const std::byte* stream) {
    std::byte* to = out_.reserve(frame.size());
    if (to == nullptr) return false;
    std::memcpy(to, frame.data(), frame.size());
    std::memcpy(to + 2, stream, 2);
    out_.commit(frame.size());
    return true;
  }

  int descriptor_;
  std::uint32_t node_;
  statement_book& book_;
  frame_bytes supported_;
  frame_bytes ready_ = make_frame(0x02, [](writer&) {});
  frame_bytes void_ = void_frame();
  byte_buffer in_, out_;
};

class server {
 public:
  explicit server(unsigned shards) : shards_(shards), books_(node_count) {}

  /// All nodes on one port. Returns false with errno set.
  bool listen(std::uint16_t port) {
    epoll_ = ::epoll_create1(0);
    listening_port = port;
    for (std::uint32_t node = 0; node < node_count; ++node) {
      const int listener = socket_of(node, listening_port);
      if (listener < 0) return false;
      sockaddr_in address{};
      socklen_t size = sizeof address;
      if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
      listening_port = ntohs(address.sin_port);
      listeners_[listener] = node;
      if (!watch(listener, EPOLL_CTL_ADD, EPOLLIN)) return false;
    }
    return true;
  }

  [[noreturn]] void run() {
    for (;;) {
      epoll_event events[64];
      const int count = ::epoll_wait(epoll_, events, 64, -1);
      for (int i = 0; i < count; ++i) {
        const int descriptor = events[i].data.fd;
        if (const auto node = listeners_.find(descriptor); node != listeners_.end()) {
          accept_all(descriptor, node->second);
        } else if (const auto found = connections_.find(descriptor); found != connections_.end()) {
          serve(*found->second, events[i].events);
        }
      }
    }
  }

 private:
  bool watch(int descriptor, int operation, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    return ::epoll_ctl(epoll_, operation, descriptor, &event) == 0;
  }

  void accept_all(int listener, std::uint32_t node) {
    int descriptor;
    while ((descriptor = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0) {
      const int on = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const unsigned shard = shards_ == 0 ? 0 : accepted_++ % shards_;
      connections_[descriptor] = std::make_unique<connection>(descriptor, node, books_[node], shards_, shard);
      watch(descriptor, EPOLL_CTL_ADD, EPOLLIN);
    }
  }

  void serve(connection& client, std::uint32_t events) {
    const bool had_output = client.has_output();
    const bool alive = (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 ? client.receive() : client.flush();
    if (!alive) {
      connections_.erase(client.descriptor());
    } else if (client.has_output() != had_output) {
      watch(client.descriptor(), EPOLL_CTL_MOD, client.has_output() ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
  }

  unsigned shards_, accepted_ = 0;
  int epoll_ = -1;
  std::vector<statement_book> books_;                 // of each node
  std::unordered_map<int, std::uint32_t> listeners_;  // with their nodes
  std::unordered_map<int, std::unique_ptr<connection>> connections_;
};

int serve_forever(std::uint16_t port, std::uint32_t page_rows, unsigned shards, std::uint32_t nodes) {
  all_tables[0].rows = page_rows;
  if (nodes > 0) {
    node_count = nodes;
    tokens_per_node = 256;
    for (table& each : all_tables)
      if (each.write_value == write_peer) each.rows = nodes - 1;
  }
  server node(shards);
  if (!node.listen(port)) {
    std::perror("canned_server: listen on 127.0.0.1");
    return 1;
  }
  std::printf("listening on 127.0.0.1:%u\n", static_cast<unsigned>(listening_port));
  std::fflush(stdout);
  node.run();
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 5) {
    std::fputs("usage: canned_server PORT [PAGE_ROWS] [SHARDS] [NODES]\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  const auto number = [&](int i, long otherwise) {
    return argc > i ? std::strtol(argv[i], nullptr, 10) : otherwise;
  };
  return bench::serve_forever(static_cast<std::uint16_t>(number(1, 0)),
                              static_cast<std::uint32_t>(number(2, 5000)),
                              static_cast<unsigned>(number(3, 0)), static_cast<std::uint32_t>(number(4, 0)));
}
