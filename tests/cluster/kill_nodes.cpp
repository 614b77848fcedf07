// SPDX-License-Identifier: MIT
// A minute of mixed load on three real nodes, while one is paused and resumed and another killed and started
// again: no idempotent request may fail, every write that was acknowledged is read back, and the driver is
// connected to a node within two seconds of its taking connections. tools/test --real runs it.
//
//   kill-nodes --hosts 127.0.0.1,127.0.0.2,127.0.0.3 --tool tools/cassandra [--seconds 60]
#include "cluster/asio_config.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "driver/driver_all.hpp"

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr std::string_view create_keyspace =
    "CREATE KEYSPACE IF NOT EXISTS coodie_kill WITH replication = {'class': 'NetworkTopologyStrategy', "
    "'replication_factor': 3}";
// A coordinator that has asked the paused replica asks another one only after 2.5 s, as Cassandra does while
// it has measured nothing; so a request may find all nodes too slow.
constexpr std::string_view create_table =
    "CREATE TABLE IF NOT EXISTS coodie_kill.t (k bigint PRIMARY KEY, v bigint) "
    "WITH speculative_retry = '2500ms'";
constexpr std::string_view empty_table = "TRUNCATE coodie_kill.t";
constexpr std::string_view write_row = "INSERT INTO coodie_kill.t (k, v) VALUES (?, ?)";
constexpr std::string_view read_row = "SELECT v FROM coodie_kill.t WHERE k = ?";
constexpr std::int64_t value_of_key = 7919;  // v is k times this: every row can be checked

struct settings {
  std::vector<std::string> hosts;
  std::string tool = "tools/cassandra";
  int seconds = 60;
};

settings read_settings(int argc, char** argv) {
  settings made;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--tool") made.tool = value;
    if (name == "--seconds") made.seconds = std::atoi(value.c_str());
    for (std::size_t from = 0; name == "--hosts" && from <= value.size();) {
      const std::size_t comma = std::min(value.find(',', from), value.size());
      made.hosts.push_back(value.substr(from, comma - from));
      from = comma + 1;
    }
  }
  return made;
}

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

/// What the callers have seen.
class tally {
 public:
  std::atomic<std::uint64_t> writes{0}, reads{0}, wrong{0}, errors{0};

  void note(const coodie::error_code& code, const coodie::diagnostics& diag, steady::time_point started) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady::now() - started).count();
    std::int64_t longest = longest_ms_.load();
    while (took > longest && !longest_ms_.compare_exchange_weak(longest, took)) {
    }
    if (!code) return;
    ++errors;
    const std::lock_guard lock(mutex_);
    ++kinds_[code.message() + "; " + std::string(diag.message())];
  }
  void acknowledged(std::int64_t key) {
    const std::lock_guard lock(mutex_);
    keys_.push_back(key);
  }
  /// A key that was written; 0 when there is none yet.
  [[nodiscard]] std::int64_t some_key(std::uint64_t random) {
    const std::lock_guard lock(mutex_);
    return keys_.empty() ? 0 : keys_[random % keys_.size()];
  }
  [[nodiscard]] std::vector<std::int64_t> keys() {
    const std::lock_guard lock(mutex_);
    return keys_;
  }
  [[nodiscard]] std::int64_t longest_ms() const { return longest_ms_; }
  void print_errors() {
    const std::lock_guard lock(mutex_);
    for (const auto& [what, count] : kinds_)
      std::printf("  error, %llu times: %s\n", static_cast<unsigned long long>(count), what.c_str());
  }

 private:
  std::atomic<std::int64_t> longest_ms_{0};
  std::mutex mutex_;
  std::vector<std::int64_t> keys_;
  std::map<std::string, std::uint64_t> kinds_;
};

const coodie::execute_options repeatable{.idempotent = true};

bool is_right(const coodie::result& rows, std::int64_t key) {
  for (const auto& row : rows) return row.get<std::int64_t>(0) == key * value_of_key;
  return false;
}

/// Writes a row, reads an old one, and so on, as a thread that blocks.
void call_blocking(coodie::abstract_driver& driver, tally& all, std::atomic<std::int64_t>& next_key,
                   const std::atomic<bool>& stop) {
  std::mt19937_64 random(std::random_device{}());
  while (!stop) {
    coodie::error_code code;
    coodie::diagnostics diag;
    const std::int64_t key = ++next_key;
    auto started = steady::now();
    static_cast<void>(driver.execute(write_row, {key, key * value_of_key}, repeatable, code, diag));
    all.note(code, diag, started);
    ++all.writes;
    if (!code) all.acknowledged(key);
    const std::int64_t old = all.some_key(random());
    started = steady::now();
    if (old != 0) {
      const auto rows = driver.execute(read_row, {old}, repeatable, code, diag);
      all.note(code, diag, started);
      ++all.reads;
      if (!code && !is_right(rows, old)) ++all.wrong;
    }
    std::this_thread::sleep_for(10ms);
  }
}

/// The same without blocking, many at once; returns when all have ended.
class asynchronous_caller {
 public:
  asynchronous_caller(coodie::abstract_driver& driver, tally& all) : driver_(driver), all_(all) {}

  void write(std::int64_t key) {
    start(write_row, {key, key * value_of_key}, [this, key](const coodie::result&) {
      ++all_.writes;
      all_.acknowledged(key);
    });
  }
  void read(std::int64_t key) {
    start(read_row, {key}, [this, key](const coodie::result& rows) {
      ++all_.reads;
      if (!is_right(rows, key)) ++all_.wrong;
    });
  }
  [[nodiscard]] int running() const { return running_; }
  void wait() const {
    while (running_ != 0) std::this_thread::sleep_for(1ms);
  }

 private:
  template <class F>
  void start(std::string_view statement, const coodie::value_list& values, F&& good) {
    ++running_;
    auto diag = std::make_shared<coodie::diagnostics>();
    driver_.execute_async(
        statement, values, repeatable, *diag,
        [this, diag, good, started = steady::now()](coodie::error_code code, const coodie::result& rows) {
          all_.note(code, *diag, started);
          if (!code) good(rows);
          --running_;
        });
  }

  coodie::abstract_driver& driver_;
  tally& all_;
  std::atomic<int> running_{0};
};

void call_asynchronously(asynchronous_caller& caller, tally& all, std::atomic<std::int64_t>& next_key,
                         const std::atomic<bool>& stop) {
  std::mt19937_64 random(std::random_device{}());
  while (!stop) {
    for (int i = 0; i < 2 && caller.running() < 256; ++i) {
      caller.write(++next_key);
      if (const std::int64_t old = all.some_key(random()); old != 0) caller.read(old);
    }
    std::this_thread::sleep_for(10ms);
  }
  caller.wait();
}

bool accepts(const std::string& host) {
  asio::io_context context;
  asio::ip::tcp::socket socket(context);
  asio::error_code ec;
  socket.connect({asio::ip::make_address(host), 9042}, ec);
  return !ec;
}

bool is_up(const coodie::abstract_driver& driver, const std::string& host) {
  for (const auto& node : driver.metrics().nodes)
    if (node.address.starts_with(host + ":")) return node.now == coodie::node_status::state::up;
  return false;
}

/// Until the driver is connected to a node that takes connections: seconds; -1: it does not come about.
double time_to_whole(const coodie::abstract_driver& driver, const std::string& host) {
  const auto start = steady::now();
  while (!is_up(driver, host)) {
    if (seconds_since(start) > 30) return -1;
    std::this_thread::sleep_for(5ms);
  }
  return seconds_since(start);
}

struct fault_times {
  double resumed = -1, restarted = -1, noticed_pause = -1, noticed_kill = -1;
};

double time_to_notice(const coodie::abstract_driver& driver, const std::string& host) {
  const auto start = steady::now();
  while (is_up(driver, host) && seconds_since(start) < 10) std::this_thread::sleep_for(5ms);
  return is_up(driver, host) ? -1 : seconds_since(start);
}

fault_times break_nodes(const settings& how, const coodie::abstract_driver& driver) {
  const auto tool = [&](const std::string& what) {
    std::printf("  %s\n", what.c_str());
    std::fflush(stdout);
    return std::system((how.tool + " " + what + " > /dev/null").c_str()) == 0;
  };
  fault_times took;
  std::this_thread::sleep_for(5s);
  static_cast<void>(tool("pause 2"));
  took.noticed_pause = time_to_notice(driver, how.hosts[1]);
  std::this_thread::sleep_for(12s);
  static_cast<void>(tool("resume 2"));
  took.resumed = time_to_whole(driver, how.hosts[1]);
  std::this_thread::sleep_for(3s);
  static_cast<void>(tool("kill 3"));
  took.noticed_kill = time_to_notice(driver, how.hosts[2]);
  std::this_thread::sleep_for(3s);
  std::thread starter([&] { static_cast<void>(tool("node 3")); });
  const auto start = steady::now();
  while (!accepts(how.hosts[2]) && seconds_since(start) < 120) std::this_thread::sleep_for(20ms);
  took.restarted = time_to_whole(driver, how.hosts[2]);
  starter.join();
  return took;
}

std::shared_ptr<coodie::abstract_driver> connect(const settings& how) {
  coodie::init_options options{.hosts = how.hosts};
  options.attempt_timeout = 1s;  // what hangs longer is asked of another node
  options.heartbeat_interval = 1s;
  options.heartbeat_timeout = 1s;
  options.reconnect_max = 1s;
  return coodie::sync::init_coodie(options);
}

/// Schema changes reach the other nodes a little later.
bool make_table(coodie::abstract_driver& driver) {
  coodie::error_code code;
  for (const std::string_view statement : {create_keyspace, create_table, empty_table})
    for (int tries = 0; tries < 30; ++tries) {
      coodie::diagnostics diag;
      static_cast<void>(driver.execute(statement, {}, {.timeout = 60s, .attempt_timeout = 60s}, code, diag));
      if (!code) break;
      std::this_thread::sleep_for(500ms);
    }
  if (code) std::fprintf(stderr, "Error: no table\nWhy: %s\n", code.message().c_str());
  return !code;
}

/// Every acknowledged write, read again.
std::uint64_t missing_rows(coodie::abstract_driver& driver, tally& written) {
  tally found;
  asynchronous_caller reader(driver, found);
  const auto keys = written.keys();
  for (const std::int64_t key : keys) {
    while (reader.running() >= 256) std::this_thread::sleep_for(200us);
    reader.read(key);
  }
  reader.wait();
  found.print_errors();
  return found.wrong + (keys.size() - found.reads);
}

}  // namespace

int main(int argc, char** argv) {
  const settings how = read_settings(argc, argv);
  if (how.hosts.size() != 3) {
    std::fputs("Error: three nodes are needed\nFix: --hosts A,B,C\n", stderr);
    return 2;
  }
  const auto driver = connect(how);
  if (!make_table(*driver)) return 2;
  tally all;
  std::atomic<std::int64_t> next_key{0};
  std::atomic<bool> stop{false};
  asynchronous_caller caller(*driver, all);
  std::vector<std::thread> threads;
  const auto start = steady::now();
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { call_blocking(*driver, all, next_key, stop); });
  threads.emplace_back([&] { call_asynchronously(caller, all, next_key, stop); });
  const fault_times took = break_nodes(how, *driver);
  std::this_thread::sleep_for(
      std::max(3s, std::chrono::seconds(how.seconds - static_cast<int>(seconds_since(start)))));
  stop = true;
  for (auto& t : threads) t.join();
  const double load = seconds_since(start);
  const std::uint64_t missing = missing_rows(*driver, all);
  const auto metrics = driver->metrics();
  std::printf("load for %.0f s: %llu writes, %llu reads, 4 blocking threads and up to 256 asynchronous\n",
              load, static_cast<unsigned long long>(all.writes), static_cast<unsigned long long>(all.reads));
  std::printf(
      "errors to callers: %llu; wrong reads: %llu; acknowledged writes %zu, of them not read back: %llu\n",
      static_cast<unsigned long long>(all.errors), static_cast<unsigned long long>(all.wrong),
      all.keys().size(), static_cast<unsigned long long>(missing));
  std::printf("longest request: %lld ms; retries %llu, attempts that took too long %llu\n",
              static_cast<long long>(all.longest_ms()), static_cast<unsigned long long>(metrics.retries),
              static_cast<unsigned long long>(metrics.attempt_timeouts));
  std::printf("paused node: left alone after %.3f s, connected %.3f s after it was resumed\n",
              took.noticed_pause, took.resumed);
  std::printf("killed node: left alone after %.3f s, connected %.3f s after it took connections\n",
              took.noticed_kill, took.restarted);
  all.print_errors();
  const auto in_time = [](double t) { return t >= 0 && t <= 2; };
  const bool good = all.errors == 0 && all.wrong == 0 && missing == 0 && all.writes > 1000 &&
                    in_time(took.resumed) && in_time(took.restarted);
  std::puts(good ? "ok" : "FAILED");
  return good ? 0 : 1;
}
