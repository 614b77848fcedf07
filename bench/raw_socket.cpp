// SPDX-License-Identifier: MIT
// The limit: a client that does nothing but move bytes, with the arguments and the output line of
// coodie-bench.
//
//   raw_socket HOST PORT read|write|page|sync REQUESTS IN_FLIGHT [--threads N] [--once]
//
// read, write, page: one epoll loop keeps IN_FLIGHT copies of one prepared request on the way; of an answer
// only its length is read. sync: blocking send and recv, one request at a time, a connection for each thread.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <thread>

#include "bench/measurement.hpp"
#include "protocol/bytes/writer.hpp"
#include "protocol/errc.ipp"  // a program of its own: it defines what it uses

namespace bench {
namespace {

using coodie::protocol::byte_buffer;
using coodie::protocol::load_big;
using coodie::protocol::writer;

constexpr std::size_t header_size = 9;
constexpr std::size_t read_size = 256 * 1024;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

template <class WriteBody>
byte_buffer request_frame(std::uint8_t opcode, WriteBody&& write_body) {
  byte_buffer frame;
  writer out(frame);
  out.write(std::uint32_t{0x04000000});  // version 4, request; no flags; stream 0
  out.write(opcode);
  out.write(std::uint32_t{0});
  write_body(out);
  out.patch(header_size - 4, static_cast<std::uint32_t>(frame.size() - header_size));
  return frame;
}

/// One connection: whole frames in, whole frames out.
class raw_connection {
 public:
  raw_connection(const char* host, std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host, &address.sin_addr) != 1)
      give_up("raw_socket: HOST is not an IPv4 address");
    if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      give_up("connect");
  }
  raw_connection(const raw_connection&) = delete;
  raw_connection& operator=(const raw_connection&) = delete;
  ~raw_connection() { ::close(descriptor_); }

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const byte_buffer& input() const { return in_; }

  void send(const std::byte* from, std::size_t size) {
    while (size > 0) {
      const ssize_t sent = ::send(descriptor_, from, size, MSG_NOSIGNAL);
      if (sent <= 0) give_up("send");
      from += sent;
      size -= static_cast<std::size_t>(sent);
    }
  }

  void receive_some() {
    std::byte* to = in_.reserve(read_size);
    const ssize_t got = to == nullptr ? -1 : ::recv(descriptor_, to, in_.room(), 0);
    if (got <= 0) give_up("recv");
    in_.commit(static_cast<std::size_t>(got));
  }

  /// The size of the frame at the front of the input; 0 while it is not whole.
  [[nodiscard]] std::size_t whole_frame() const {
    if (in_.size() < header_size) return 0;
    const std::size_t size = header_size + load_big<std::uint32_t>(in_.data() + header_size - 4);
    return in_.size() < size ? 0 : size;
  }

  void await_frame() {
    while (whole_frame() == 0) receive_some();
  }
  void drop_frame() { in_.consume(whole_frame()); }

 private:
  int descriptor_;
  byte_buffer in_;
};

const char* statement_text(workload mode) {
  if (mode == workload::write) {
    return "INSERT INTO bench.users (id, name, email, age, score, created) VALUES (?, ?, ?, ?, ?, ?)";
  }
  if (mode == workload::page) return "SELECT id, name, email, age, score, created FROM bench.users";
  return "SELECT id, name, email, age, score, created FROM bench.users WHERE id = ?";
}

void write_values(writer& out, workload mode) {
  constexpr std::byte value[16]{};
  if (mode == workload::page) return;
  out.write(static_cast<std::uint16_t>(mode == workload::write ? 6 : 1));
  out.write_bytes(std::span(value, 16));
  if (mode != workload::write) return;
  out.write_long_string("Alice Liddell");
  out.write_long_string("alice@wonderland.example");
  out.write_bytes(std::span(value, 4));
  out.write_bytes(std::span(value, 8));
  out.write_bytes(std::span(value, 8));
}

/// The EXECUTE that a driver sends: LOCAL_QUORUM, a page size for reads, a timestamp, no metadata asked for
/// (native_protocol_v4.spec section 4.1.4).
byte_buffer execute_frame(workload mode, std::span<const std::byte> id) {
  constexpr std::uint16_t local_quorum = 6;
  constexpr unsigned values = 1, skip_metadata = 2, page_size = 4, timestamp = 0x20;
  return request_frame(0x0A, [&](writer& out) {
    out.write_short_bytes(id);
    out.write(local_quorum);
    out.write(static_cast<std::uint8_t>(skip_metadata | timestamp | (mode == workload::page ? 0 : values) |
                                        (mode == workload::write ? 0 : page_size)));
    write_values(out, mode);
    if (mode != workload::write) out.write(std::int32_t{5000});
    out.write(std::int64_t{1700000000000000});
  });
}

/// STARTUP and PREPARE; returns the EXECUTE to send from then on.
byte_buffer shake_hands(raw_connection& link, workload mode) {
  const byte_buffer startup = request_frame(0x01, [](writer& out) {
    out.write(std::uint16_t{1});
    out.write_string("CQL_VERSION");
    out.write_string("3.0.0");
  });
  link.send(startup.data(), startup.size());
  link.await_frame();
  link.drop_frame();
  const byte_buffer prepare =
      request_frame(0x09, [&](writer& out) { out.write_long_string(statement_text(mode)); });
  link.send(prepare.data(), prepare.size());
  link.await_frame();
  coodie::protocol::reader body(link.input().bytes().subspan(header_size, link.whole_frame() - header_size));
  std::int32_t kind = 0;
  std::span<const std::byte> id;
  const bool read =
      body.read(kind) == coodie::errc::ok && kind == 4 && body.read_short_bytes(id) == coodie::errc::ok;
  if (!read) give_up("raw_socket: the server did not prepare the statement");
  byte_buffer execute = execute_frame(mode, id);
  link.drop_frame();
  return execute;
}

/// <rows_count> of a RESULT without metadata: behind kind, flags and the number of columns.
std::uint64_t rows_of(const byte_buffer& frame) {
  return load_big<std::uint32_t>(frame.data() + header_size + 12);
}

/// Keeps a window of requests on the way.
class pipeline {
 public:
  explicit pipeline(const arguments& what)
      : what_(what), link_(what.host, what.port), request_size_(0), epoll_(::epoll_create1(0)) {
    const byte_buffer request = shake_hands(link_, what.mode);
    request_size_ = request.size();
    for (unsigned i = 0; i < what.in_flight; ++i) {
      window_.insert(window_.end(), request.bytes().begin(), request.bytes().end());
    }
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, link_.descriptor(), &event);
    began_.resize(what.in_flight);
  }
  ~pipeline() { ::close(epoll_); }
  pipeline(const pipeline&) = delete;
  pipeline& operator=(const pipeline&) = delete;

  void run(std::uint64_t requests, observations& seen) {
    std::uint64_t sent = 0, answered = 0;
    const auto send_up_to = [&](std::uint64_t count) {
      count = std::min(count, requests - sent);
      if (count == 0) return;
      note_start(sent, sent + count, seen);
      link_.send(window_.data(), count * request_size_);
      sent += count;
    };
    send_up_to(what_.in_flight);
    while (answered < requests) {
      epoll_event event;
      ::epoll_wait(epoll_, &event, 1, -1);
      link_.receive_some();
      const std::uint64_t before = answered;
      for (; link_.whole_frame() != 0; ++answered) {
        if (what_.mode == workload::page) seen.add_rows(rows_of(link_.input()));
        if (seen.is_timed(answered)) seen.add_latency(steady::now() - began_[answered % what_.in_flight]);
        link_.drop_frame();
      }
      send_up_to(answered - before);
    }
  }

 private:
  /// Answers come in the order of the requests, so a request is known by its number.
  void note_start(std::uint64_t from, std::uint64_t to, const observations& seen) {
    const auto now = steady::now();
    for (; from < to; ++from) {
      if (seen.is_timed(from)) began_[from % what_.in_flight] = now;
    }
  }

  const arguments& what_;
  raw_connection link_;
  std::size_t request_size_;
  int epoll_;
  std::vector<std::byte> window_;
  std::vector<steady::time_point> began_;
};

void run_one_at_a_time(raw_connection& link, const byte_buffer& request, std::uint64_t requests,
                       observations& seen) {
  for (std::uint64_t i = 0; i < requests; ++i) {
    const auto began = steady::now();
    link.send(request.data(), request.size());
    link.await_frame();
    link.drop_frame();
    seen.add_latency(steady::now() - began);
  }
}

/// A blocking client for each thread, with a connection of its own.
class blocking_clients {
 public:
  explicit blocking_clients(const arguments& what) : what_(what) {
    for (unsigned i = 0; i < what.threads; ++i) {
      links_.push_back(std::make_unique<raw_connection>(what.host, what.port));
      request_ = shake_hands(*links_.back(), what.mode);
    }
  }

  void run(std::uint64_t requests, observations& seen) {
    const std::uint64_t each = requests / what_.threads;
    if (what_.threads == 1) return run_one_at_a_time(*links_[0], request_, requests, seen);
    std::vector<std::thread> threads;
    std::mutex merging;
    for (unsigned i = 0; i < what_.threads; ++i) {
      threads.emplace_back([&, i] {
        const std::uint64_t mine = i == 0 ? requests - each * (what_.threads - 1) : each;
        observations own(what_, mine);
        run_one_at_a_time(*links_[i], request_, mine, own);
        const std::lock_guard lock(merging);
        seen.merge(own);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

 private:
  const arguments& what_;
  std::vector<std::unique_ptr<raw_connection>> links_;
  byte_buffer request_;
};

template <class Client>
void measure_client(const arguments& what) {
  Client client(what);
  measure("raw", what, [&](std::uint64_t requests, observations& seen) { client.run(requests, seen); });
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bench::arguments what =
      bench::argument_reader("raw_socket", {}, bench::workload::sync).read(argc, argv);
  if (what.mode == bench::workload::sync) {
    bench::measure_client<bench::blocking_clients>(what);
  } else {
    bench::measure_client<bench::pipeline>(what);
  }
}
