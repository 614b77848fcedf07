// SPDX-License-Identifier: MIT
// A day in ten minutes: nodes that stop, hang, reset and move, requests that time out or are cancelled,
// statements that are forgotten, schema changes, drivers that come and go. At the end the process is as large
// as it was after the first minute, has as many descriptors and threads, and everything works.
//
//   soak [--seconds 600]
#include "cluster/asio_config.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_server.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

namespace react = coodie::testing::react;
using coodie::errc;
using coodie::testing::node_fault;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
using driver_pointer = std::shared_ptr<coodie::abstract_driver>;

constexpr std::size_t nodes = 4;
constexpr std::size_t texts_kept = 1000;  // by a driver
constexpr std::string_view read_row = "SELECT v FROM soak.t WHERE k = ?";
constexpr std::string_view write_row = "INSERT INTO soak.t (k, v) VALUES (?, ?)";

struct size_of_process {
  double megabytes = 0;
  std::size_t descriptors = 0, threads = 0;
};

/// Without the memory that has been freed.
size_of_process measure() {
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
  size_of_process now;
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  now.megabytes = static_cast<double>(resident) * 4096 / 1048576;
  const auto count = [](const char* folder) {
    std::size_t entries = 0;
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(folder)) ++entries;
    return entries;
  };
  now.descriptors = count("/proc/self/fd");
  now.threads = count("/proc/self/task");
  return now;
}

/// A gate that all who make noise pass: closed, it lets the measurement have the process for itself.
class gate {
 public:
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] bool over() const { return over_; }
  void set(bool open) { open_ = open; }
  void end() { over_ = true; }
  template <class F>
  void run(F&& noise) {
    while (!over_) {
      if (!open_) {
        std::this_thread::sleep_for(5ms);
        continue;
      }
      ++busy_;
      if (open_) noise();
      --busy_;
    }
  }
  void close_and_wait() {
    open_ = false;
    while (busy_ != 0) std::this_thread::sleep_for(1ms);
  }

 private:
  std::atomic<bool> open_{true}, over_{false};
  std::atomic<int> busy_{0};
};

class random_source {
 public:
  [[nodiscard]] std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }

 private:
  std::mt19937_64 engine_{std::random_device{}()};
};

struct counts {
  std::atomic<std::uint64_t> requests{0}, failed{0}, cancelled{0}, late{0}, faults{0}, drivers{0}, schema{0};
};

class soak {
 public:
  soak() : server_(make_options()), hosts_(server_.hosts()) {
    const auto must = [&](const char* cql) {
      if (!server_.execute(cql).empty()) std::abort();
    };
    must("CREATE KEYSPACE soak WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}");
    must("CREATE TABLE soak.t (k int PRIMARY KEY, v int)");
    driver_ = open(2);
    fill_memory();
  }

  int run(int seconds) {
    std::vector<std::thread> threads;
    const auto noise = [&](void (soak::*what)(random_source&)) {
      threads.emplace_back([this, what] {
        random_source random;
        gate_.run([&] { (this->*what)(random); });
      });
    };
    for (int i = 0; i < 3; ++i) noise(&soak::call);
    noise(&soak::call_asynchronously);
    noise(&soak::break_something);
    noise(&soak::come_and_go);
    noise(&soak::change_schema);
    const auto start = steady::now();
    const auto first_at = std::min(60s, std::chrono::seconds(seconds / 2));
    std::this_thread::sleep_until(start + first_at);
    const size_of_process first = rest("after the first minute, or half of it all");
    for (auto next = start + first_at + 60s; next < start + std::chrono::seconds(seconds); next += 60s) {
      std::this_thread::sleep_until(next);
      static_cast<void>(rest("a minute later"));
    }
    std::this_thread::sleep_until(start + std::chrono::seconds(seconds));
    const size_of_process last = rest("at the end");
    gate_.end();
    for (auto& t : threads) t.join();
    return verdict(first, last, seconds < 120 ? 1.25 : 1.05);  // in a short one much is still warming up
  }

 private:
  static coodie::testing::server_options make_options() {
    coodie::testing::server_options made;
    made.nodes = nodes;
    made.max_records = 1000;
    made.trickle_interval = 50us;
    return made;
  }

  driver_pointer open(std::uint32_t loops) {
    coodie::init_options options{.hosts = hosts_, .port = server_.port()};
    options.consistency = coodie::consistency::one;
    options.reconnect_base = 10ms;
    options.reconnect_max = 200ms;
    options.connect_timeout = 500ms;
    options.request_timeout = 500ms;
    options.heartbeat_interval = 200ms;
    options.heartbeat_timeout = 200ms;
    options.refresh_interval = 2s;
    options.speculation = {.delay = 20ms};
    options.loops = loops;
    options.name = "soak" + std::to_string(++names_);
    options.lazy = true;
    const std::string name(options.name);
    options.name = name;
    auto made = coodie::sync::init_coodie(options);
    coodie::unregister_driver(name);
    return made;
  }

  // With as many texts as the driver keeps: on a busy machine that would take longer than a minute.
  void fill_memory() {
    coodie::error_code code;
    coodie::diagnostics diag;
    for (std::size_t i = 0; i < texts_kept; ++i)
      static_cast<void>(driver_->execute(text_that_comes_once(), {1}, {}, code, diag));
  }
  std::string text_that_comes_once() {
    return std::string(read_row) + " /* " + std::to_string(++texts_) + " */";
  }

  void note(const coodie::error_code& code, steady::time_point started, std::chrono::milliseconds limit) {
    ++counts_.requests;
    if (code) ++counts_.failed;
    if (code == errc::cancelled) ++counts_.cancelled;
    if (steady::now() - started > limit) ++counts_.late;
  }

  void call(random_source& random) {
    coodie::error_code code;
    coodie::diagnostics diag;
    const auto key = static_cast<std::int32_t>(random.below(1000));
    const auto started = steady::now();
    const std::chrono::milliseconds timeout = random.below(20) == 0 ? 5ms : 500ms;
    if (random.below(2) == 0)
      static_cast<void>(
          driver_->execute(read_row, {key}, {.timeout = timeout, .idempotent = true}, code, diag));
    else
      static_cast<void>(driver_->execute(write_row, {key, 1}, {.timeout = timeout}, code, diag));
    note(code, started, timeout + 3s);
    if (random.below(10) == 0) std::this_thread::sleep_for(1ms);
  }

  // A crowd, of which some are cancelled; ended when it returns.
  void call_asynchronously(random_source& random) {
    const std::size_t count = 1 + random.below(200);
    std::atomic<std::size_t> ended{0};
    std::vector<asio::cancellation_signal> signals(count);
    const std::string text(read_row);
    const std::string once =
        text_that_comes_once();  // as of a program that writes values into its statements
    for (std::size_t i = 0; i < count; ++i)
      driver_->execute_async(
          i == 0 ? once : text, {static_cast<std::int32_t>(random.below(1000))}, {.idempotent = true},
          asio::bind_cancellation_slot(
              signals[i].slot(),
              [&, started = steady::now()](coodie::error_code code, const coodie::result&) {
                note(code, started, 4s);
                ++ended;
              }));
    if (random.below(3) == 0) std::this_thread::sleep_for(1ms);
    while (ended != count) std::this_thread::sleep_for(500us);
    cancel_one(random);
  }

  // The signal is emitted on another thread than the handler's: nothing else may use the slot then.
  void cancel_one(random_source& random) {
    asio::io_context context;
    asio::cancellation_signal signal;
    bool ended = false;
    driver_->execute_async(
        read_row, {1}, {},
        asio::bind_cancellation_slot(
            signal.slot(),
            asio::bind_executor(context.get_executor(),
                                [&, started = steady::now()](coodie::error_code code, const coodie::result&) {
                                  note(code, started, 4s);
                                  ended = true;
                                })));
    if (random.below(2) == 0) std::this_thread::sleep_for(200us);
    signal.emit(asio::cancellation_type::terminal);
    while (!ended) {
      context.restart();
      context.run_for(10ms);
    }
  }

  void break_something(random_source& random) {
    const std::size_t node = random.below(nodes);
    ++counts_.faults;
    static constexpr node_fault lasting[] = {node_fault::silent, node_fault::frozen, node_fault::reset,
                                             node_fault::trickle};
    switch (random.below(7)) {
      case 0:
        server_.stop_node(node);
        std::this_thread::sleep_for(100ms);
        static_cast<void>(server_.start_node(node));
        break;
      case 1: server_.close_connections(node); break;
      case 2: server_.forget_prepared(); break;
      case 3:
        server_.on({.statement = "soak.t", .times = 50}, react::ignore());
        std::this_thread::sleep_for(50ms);
        server_.clear_rules();
        break;
      case 4:
        server_.on({.statement = "soak.t", .times = 10}, react::error(0x1001));
        server_.on({.statement = "soak.t", .times = 2}, react::garbage("no frame"));
        std::this_thread::sleep_for(50ms);
        server_.clear_rules();
        break;
      case 5: {
        const bool away = random.below(2) == 0;
        static_cast<void>(
            server_.move_node(nodes - 1, away ? "127.0.0.60" : hosts_[nodes - 1], server_.port()));
        break;
      }
      default:
        server_.set_fault(node, lasting[random.below(4)]);
        std::this_thread::sleep_for(150ms);
        server_.set_fault(node, node_fault::none);
        break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random.below(80)));
  }

  // A driver that lives for a moment; what it has not answered when it is closed ends all the same.
  void come_and_go(random_source& random) {
    ++counts_.drivers;
    auto driver = open(1 + static_cast<std::uint32_t>(random.below(3)));
    std::atomic<int> ended{0};
    for (int i = 0; i < 20; ++i)
      driver->execute_async(read_row, {i}, {.timeout = 300ms},
                            [&](coodie::error_code, const coodie::result&) { ++ended; });
    if (random.below(2) == 0) {
      coodie::error_code code;
      coodie::diagnostics diag;
      static_cast<void>(driver->execute(read_row, {1}, {}, code, diag));
    }
    if (random.below(4) != 0) driver->close();
    while (ended != 20) std::this_thread::sleep_for(500us);
    driver.reset();
    std::this_thread::sleep_for(20ms);
  }

  void change_schema(random_source& random) {
    ++counts_.schema;
    coodie::error_code code;
    coodie::diagnostics diag;
    const std::string table = "soak.other" + std::to_string(random.below(5));
    static_cast<void>(driver_->execute("CREATE TABLE IF NOT EXISTS " + table + " (k int PRIMARY KEY, v int)",
                                       {}, {}, code, diag));
    static_cast<void>(
        driver_->execute("INSERT INTO " + table + " (k, v) VALUES (?, ?)", {1, 2}, {}, code, diag));
    static_cast<void>(driver_->execute("DROP TABLE IF EXISTS " + table, {}, {}, code, diag));
    std::this_thread::sleep_for(100ms);
  }

  [[nodiscard]] bool all_up() const {
    const auto m = driver_->metrics();
    std::size_t up = 0;
    for (const auto& node : m.nodes) up += node.now == coodie::node_status::state::up ? 1U : 0U;
    return up == nodes && m.connections == nodes * 2 && m.in_flight == 0;
  }

  void explain() const {
    const auto m = driver_->metrics();
    std::printf("  %llu connections, %llu in flight, %llu orphans, %llu waiting\n",
                static_cast<unsigned long long>(m.connections), static_cast<unsigned long long>(m.in_flight),
                static_cast<unsigned long long>(m.orphans), static_cast<unsigned long long>(m.waiting));
    for (const auto& node : m.nodes)
      std::printf("  %s: %s, %u connections, %llu in flight; %s\n", node.address.c_str(),
                  std::string(to_string(node.now)).c_str(), node.connections,
                  static_cast<unsigned long long>(node.in_flight), node.last_error.c_str());
  }

  /// Everything is made whole and quiet, and measured.
  size_of_process rest(const char* when) {
    gate_.close_and_wait();
    server_.clear_rules();
    for (std::size_t i = 0; i < nodes; ++i) {
      server_.set_fault(i, node_fault::none);
      static_cast<void>(server_.start_node(i));
    }
    static_cast<void>(server_.move_node(nodes - 1, hosts_[nodes - 1], server_.port()));
    server_.forget_prepared();
    server_.clear_requests();
    const auto start = steady::now();
    bool whole = all_up();
    for (; !whole && steady::now() - start < 20s; whole = all_up()) std::this_thread::sleep_for(10ms);
    whole_ = whole_ && whole;
    std::this_thread::sleep_for(500ms);  // what was closed is gone on the other side, too
    const size_of_process now = measure();
    std::printf("%s: %.1f MB, %zu descriptors, %zu threads; %llu requests%s\n", when, now.megabytes,
                now.descriptors, now.threads, static_cast<unsigned long long>(counts_.requests),
                whole ? "" : "; NOT WHOLE");
    if (!whole) explain();
    std::fflush(stdout);
    gate_.set(true);
    return now;
  }

  int verdict(const size_of_process& first, const size_of_process& last, double growth) {
    const auto number = [](const std::atomic<std::uint64_t>& n) {
      return static_cast<unsigned long long>(n);
    };
    std::printf(
        "%llu requests, of which %llu failed (%llu cancelled), %llu far beyond their time; %llu faults, %llu "
        "drivers, "
        "%llu schema changes\n",
        number(counts_.requests), number(counts_.failed), number(counts_.cancelled), number(counts_.late),
        number(counts_.faults), number(counts_.drivers), number(counts_.schema));
    // Pages of the allocator come and go by a few percent.
    const bool same_size = last.megabytes <= first.megabytes * growth + 2;
    const bool same_count = last.descriptors <= first.descriptors && last.threads <= first.threads;
    const bool good = same_size && same_count && whole_ && counts_.late == 0;
    std::puts(good ? "ok" : "FAILED");
    return good ? 0 : 1;
  }

  coodie::testing::server server_;
  const std::vector<std::string> hosts_;
  driver_pointer driver_;
  gate gate_;
  counts counts_;
  std::atomic<std::uint64_t> names_{0}, texts_{0};
  bool whole_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  int seconds = 600;
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--seconds") seconds = std::atoi(argv[i + 1]);
  return soak().run(seconds);
}
