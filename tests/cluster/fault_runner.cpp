// SPDX-License-Identifier: MIT
#include "tests/cluster/fault_runner.hpp"

#include <atomic>
#include <functional>
#include <future>
#include <optional>
#include <set>
#include <thread>

#include "tests/cluster/fault_world.hpp"
#include "tests/support/test_server.hpp"

namespace fault_tests {
namespace {

namespace react = coodie::testing::react;
using coodie::errc;
using coodie::protocol::opcode;
using coodie::testing::lie;
using coodie::testing::node_fault;
using coodie::testing::reaction;
using coodie::testing::server;
using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr std::string_view read_five = "SELECT v FROM ks.t WHERE p = ?";
constexpr std::size_t its_rows = 5;
constexpr auto patience = 20s;  // whatever takes longer hangs

const std::string other_version = "\x85\x00\x00\x00\x08\x00\x00\x00\x04\x00\x00\x00\x01"s;
const std::string first_half = "\x84\x00\x00\x00\x08\x00\x10\x00\x00\x00\x00\x00\x02"s;  // of a megabyte

template <class F>
bool eventually(F&& condition) {
  const auto until = std::chrono::steady_clock::now() + 8s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

/// How a request ended.
struct ending {
  coodie::error_code code;
  std::size_t rows = 0;
};

/// A BATCH of two inserts, as the ORM makes it.
struct two_inserts : coodie::protocol::request {
  static inline const coodie::protocol::statement insert{"INSERT INTO ks.t (p, c, v) VALUES (?, ?, ?)",
                                                         coodie::protocol::statement_flag::idempotent};
  std::vector<std::byte> values;
  std::vector<coodie::protocol::batch_member> two;
  std::promise<ending> done;

  explicit two_inserts(bool may_be_repeated) {
    for (const int value : {2, 1, 1})
      for (const int each : {0, 0, 0, 4, 0, 0, 0, value}) values.push_back(static_cast<std::byte>(each));
    two.assign(2, {&insert, 3, values});
    kind = coodie::protocol::request_kind::batch;
    members = two;
    idempotent = may_be_repeated;
    on_result = [](request& r, const coodie::protocol::response&) noexcept {
      static_cast<two_inserts&>(r).done.set_value({{}, its_rows});
    };
    on_failure = [](request& r, const coodie::protocol::failure& why) noexcept {
      static_cast<two_inserts&>(r).done.set_value({why.code, 0});
    };
  }
};

/// A fault as the mock does it: what the first request that is hit gets, and what happens to its node then.
struct blow {
  std::optional<reaction> answer;                       // instead of the answer
  bool every_time = false;                              // not only the first time
  std::function<void(server&, std::size_t)> then = {};  // with the node that was asked
};

class stage {
 public:
  stage(fault what, moment when, std::size_t step) : what_(what), when_(when), step_(step) {
    if (is_dns()) names_.push_back("cluster" + std::to_string(++count_) + ".fault.test");
    if (what == fault::half_open && when == moment::connecting) {
      hole_.emplace();
      port_ = hole_->port();
    } else {
      make_server();
    }
    if (is_dns())
      name_server::set(names_[0], when == moment::connecting ? std::vector<std::string>{}
                                                             : std::vector<std::string>{"127.0.0.1"});
    if (is_dns() && when_ == moment::closing) name_server::hang(names_[0]);
    connect();
  }
  ~stage() {
    if (is_dns()) name_server::release(names_[0]);
    if (clock_moved_) step_wall_clock(-3600s);
  }
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  report play(caller by) {
    report made;
    blow hit = blow_of();
    before();
    std::optional<coodie::testing::rule_id> rule;
    if (server_ && hit.answer) rule = server_->on(filter(hit), *hit.answer);
    const auto start = std::chrono::steady_clock::now();
    auto pending = ask(by);
    std::thread striker([&] { strike(hit, rule); });
    const bool ended = pending.wait_for(patience) == std::future_status::ready;
    made.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    striker.join();
    if (!ended) driver_->close();
    const ending its = pending.get();
    if (asker_.joinable()) asker_.join();
    made.saw = ended ? name(its) : "nothing: it hangs";
    if (rule && server_->applied(*rule) == 0) made.afterwards = "the fault was not seen";
    if (when_ == moment::closing && !is_destroyed_soon()) made.afterwards = "closing takes long";
    const std::string trouble = recover();
    if (made.afterwards.empty()) made.afterwards = trouble;
    return made;
  }

 private:
  [[nodiscard]] bool is_dns() const { return what_ == fault::dns_changed; }
  [[nodiscard]] bool is_early() const { return when_ == moment::connecting || when_ == moment::handshake; }
  [[nodiscard]] std::size_t nodes() const { return is_early() ? 1 : 3; }

  void make_server() {
    server_.emplace(coodie::testing::server_options{.nodes = nodes(), .port = port_});
    port_ = server_->port();
    const auto must = [&](const std::string& cql) { static_cast<void>(server_->execute(cql)); };
    must("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}");
    must("CREATE TABLE ks.t (p int, c int, v int, PRIMARY KEY (p, c))");
    for (std::size_t i = 0; i < its_rows; ++i)
      must("INSERT INTO ks.t (p, c, v) VALUES (1, " + std::to_string(i) + ", 7)");
    server_->suppress_events(is_dns());
  }

  /// Only the time that the cell names is short: whatever else would end the request comes far too late.
  void connect() {
    if (names_.empty()) names_ = {"127.0.0.1"};
    coodie::init_options options{.hosts = names_, .port = port_};
    options.reconnect_base = 10ms;
    options.reconnect_max = 100ms;
    options.consistency = coodie::consistency::one;
    options.lazy = is_early() || (is_dns() && when_ == moment::closing && !closed_before_);
    const by within = cell_of(what_, when_).within;
    if (within == by::connect_timeout) options.connect_timeout = 500ms;
    if (within == by::request_timeout) options.request_timeout = 500ms;
    if (within == by::heartbeat) {
      options.heartbeat_interval = 150ms;
      options.heartbeat_timeout = 350ms;
    }
    driver_ = tests::connect(options);
  }

  [[nodiscard]] coodie::testing::request_filter filter(const blow& hit) const {
    coodie::testing::request_filter wanted{.times = hit.every_time || is_early() ? std::size_t{0} : 1};
    switch (when_) {
      case moment::connecting: wanted.opcode = opcode::options; break;
      case moment::handshake: wanted.opcode = step_ % 2 == 0 ? opcode::options : opcode::startup; break;
      case moment::preparing: wanted.opcode = opcode::prepare; break;
      case moment::batch: wanted.opcode = opcode::batch; break;
      case moment::paging: wanted.skip = 1; [[fallthrough]];
      default: wanted.opcode = opcode::execute; break;
    }
    return wanted;
  }

  // What has to be wrong before the request is made.
  void before() {
    if (when_ != moment::connecting) return;
    if (what_ == fault::refused || what_ == fault::all_nodes_gone) server_->stop_node(0);
    if (what_ == fault::reset) server_->set_fault(0, node_fault::reset);
    if (what_ == fault::node_paused || what_ == fault::node_killed) server_->set_fault(0, node_fault::frozen);
    if (what_ == fault::node_moved) static_cast<void>(server_->move_node(0, "127.0.0.90", port_));
  }

  // First they are gone: else a request that has been on all of the old ones may still be sent to a new one.
  void move_all(server& s) {
    for (std::size_t i = 0; i < nodes(); ++i) s.stop_node(i);
    std::this_thread::sleep_for(200ms);
    std::vector<std::string> places;
    for (std::size_t i = 0; i < nodes(); ++i) places.push_back("127.0.0." + std::to_string(101 + i));
    name_server::set(names_[0], places);
    for (std::size_t i = 0; i < nodes(); ++i) static_cast<void>(s.move_node(i, places[i], port_));
  }

  [[nodiscard]] reaction error_of_step() const {
    static const std::vector<std::vector<std::int32_t>> codes = {
        {0x1000, 0x1002},
        {0x1001, 0x0000, 0x1003},
        {0x1100, 0x1200, 0x1300, 0x1400, 0x1500},
        {0x000A, 0x2000, 0x2100, 0x2200, 0x2300, 0x2400, 0x7777},
        {0x2500},
        {0x0100}};
    const auto& row =
        codes[static_cast<std::size_t>(what_) - static_cast<std::size_t>(fault::error_not_ready)];
    const std::size_t at = when_ == moment::handshake ? step_ / 2 : step_;
    return react::error(row[at % row.size()]);
  }

  /// The answer of a node to which something else happens then: none, or half of one.
  [[nodiscard]] reaction no_answer() const {
    return when_ == moment::half_answer ? react::garbage(first_half) : react::ignore();
  }

  [[nodiscard]] blow blow_of() {
    blow made = plain_blow();
    if (when_ != moment::closing) return made;
    made.every_time = true;  // nothing but the end of the driver ends the request
    if (made.answer && made.answer->kind != reaction::what::ignore) made.answer = made.answer->after(2s);
    return made;
  }

  [[nodiscard]] blow plain_blow() {
    const auto to_node = [](auto act) { return std::function<void(server&, std::size_t)>(act); };
    const bool half = when_ == moment::half_answer;
    // These are there before the request is.
    const bool is_before = when_ == moment::connecting && what_ != fault::clock_stepped;
    if (is_before) return {};
    switch (what_) {
      case fault::refused:
        if (when_ == moment::closing)
          return {react::ignore(), true, to_node([](server& s, std::size_t) {
                    for (std::size_t i = 0; i < 3; ++i) s.stop_node(i);
                  })};
        return {};
      case fault::reset:
        if (half)
          return {no_answer(), false,
                  to_node([](server& s, std::size_t n) { s.set_fault(n, node_fault::reset); })};
        return {react::reset()};
      case fault::half_open:
        if (half)
          return {no_answer(), false,
                  to_node([](server& s, std::size_t n) { s.set_fault(n, node_fault::frozen); })};
        return {react::freeze()};
      case fault::silent: return {no_answer()};
      case fault::slow: return {react::trickle(100us)};
      case fault::garbage:
        return {half ? react::tell(lie::cell_size) : react::garbage("there is no frame in here")};
      case fault::wrong_stream: return {react::other_stream(12345)};
      case fault::wrong_version: return {react::garbage(other_version)};
      case fault::truncated: {
        const bool has_rows = when_ == moment::written || when_ == moment::paging;
        return {has_rows ? react::tell(lie::row_count) : react::half_frame()};
      }
      case fault::oversized: return {react::corrupt_length()};
      case fault::error_not_ready:
      case fault::error_of_node:
      case fault::error_of_replicas:
      case fault::error_of_statement:
      case fault::error_unprepared:
      case fault::error_credentials: return {error_of_step()};
      case fault::node_paused:
        return {no_answer(), false,
                to_node([](server& s, std::size_t n) { s.set_fault(n, node_fault::frozen); })};
      case fault::node_killed:
        return {no_answer(), false, to_node([](server& s, std::size_t n) { s.stop_node(n); })};
      case fault::node_moved:
        return {no_answer(), false, to_node([this](server& s, std::size_t n) {
                  static_cast<void>(s.move_node(n, "127.0.0." + std::to_string(90 + n), port_));
                })};
      case fault::all_nodes_gone:
        return {no_answer(), true, to_node([this](server& s, std::size_t) {
                  for (std::size_t i = 0; i < nodes(); ++i) s.stop_node(i);
                })};
      case fault::dns_changed:
        if (when_ == moment::closing) return {};
        return {no_answer(), true, to_node([this](server& s, std::size_t) { move_all(s); })};
      case fault::clock_stepped:
        return {react::delay(200ms), false, to_node([this](server&, std::size_t) {
                  clock_moved_ = true;
                  step_wall_clock(3600s);
                })};
    }
    return {};
  }

  void strike(const blow& hit, const std::optional<coodie::testing::rule_id>& rule) {
    if (!server_) return;
    if (what_ == fault::node_killed && when_ == moment::connecting) {
      std::this_thread::sleep_for(100ms);  // the kernel takes the connection, the node is slow to do so
      return server_->stop_node(0);
    }
    if (is_dns() && when_ == moment::closing) {
      std::this_thread::sleep_for(100ms);  // the name is being looked up
      return driver_->close();
    }
    if (!rule || (!hit.then && when_ != moment::closing)) return;
    if (!eventually([&] { return server_->applied(*rule) != 0; })) return;
    if (when_ == moment::closing) driver_->close();
    if (hit.then) hit.then(*server_, node_of(filter(hit)));
  }

  [[nodiscard]] std::size_t node_of(const coodie::testing::request_filter& what) const {
    std::size_t node = 0;
    for (const auto& request : server_->requests(*what.opcode)) node = request.node;
    return node;
  }

  [[nodiscard]] std::future<ending> ask(caller by) {
    if (when_ == moment::batch) return ask_batch(by);
    auto promise = std::make_shared<std::promise<ending>>();
    auto future = promise->get_future();
    coodie::execute_options options{.idempotent = by.idempotent};
    if (when_ == moment::paging) options.page_size = 2;
    if (by.blocking) {
      asker_ = std::thread([this, promise, options] {
        ending ended;
        coodie::diagnostics diag;
        ended.rows = driver_->execute(read_five, {1}, options, ended.code, diag).size();
        promise->set_value(ended);
      });
    } else {
      driver_->execute_async(read_five, {1}, options,
                             [promise](coodie::error_code code, const coodie::result& rows) {
                               promise->set_value({code, rows.size()});
                             });
    }
    return future;
  }

  [[nodiscard]] std::future<ending> ask_batch(caller by) {
    batch_.emplace(by.idempotent);
    auto future = batch_->done.get_future();
    if (by.blocking)
      asker_ = std::thread([this] {
        struct waiting : coodie::protocol::blocking_request {
          coodie::error_code code;
        } r;
        r.kind = batch_->kind;
        r.members = batch_->members;
        r.idempotent = batch_->idempotent;
        r.on_result = [](coodie::protocol::request& self, const coodie::protocol::response&) noexcept {
          static_cast<waiting&>(self).finish();
        };
        r.on_failure = [](coodie::protocol::request& self, const coodie::protocol::failure& why) noexcept {
          static_cast<waiting&>(self).code = why.code;
          static_cast<waiting&>(self).finish();
        };
        driver_->run(r);
        batch_->done.set_value({r.code, r.code ? 0 : its_rows});
      });
    else
      driver_->start(*batch_);
    return future;
  }

  [[nodiscard]] static std::string name(const ending& its) {
    if (!its.code) return its.rows == its_rows ? "answer" : std::to_string(its.rows) + " rows";
    if (its.code.category() == coodie::server_category()) {
      return its.code == coodie::server_errc::bad_credentials || its.code.value() != 0 ? "the error" : "";
    }
    switch (static_cast<errc>(its.code.value())) {
      case errc::no_host_available: return "no_host_available";
      case errc::connection_closed: return "connection_closed";
      case errc::heartbeat_timeout: return "heartbeat_timeout";
      case errc::request_timeout: return "request_timeout";
      case errc::unsupported_version: return "unsupported_version";
      case errc::unknown_stream: return "unknown_stream";
      case errc::frame_too_large: return "frame_too_large";
      case errc::authentication_failed: return "authentication_failed";
      case errc::length_exceeds_input:
      case errc::truncated: return "truncated";
      case errc::closed: return "closed";
      default: return its.code.message();
    }
  }

  void mend() {
    hole_.reset();
    if (!server_) make_server();
    server_->clear_rules();
    for (std::size_t i = 0; i < nodes(); ++i) {
      server_->set_fault(i, node_fault::none);
      if (when_ == moment::closing || is_early())
        static_cast<void>(server_->move_node(i, "127.0.0." + std::to_string(1 + i), port_));
      static_cast<void>(server_->start_node(i));
    }
    if (!is_dns()) return;
    name_server::release(names_[0]);
    if (is_early() || when_ == moment::closing) name_server::set(names_[0], {"127.0.0.1"});
  }

  /// Of a driver that was closed while the fault is there: nothing of it stays behind.
  [[nodiscard]] bool is_destroyed_soon() {
    const auto start = std::chrono::steady_clock::now();
    driver_->close();
    if (answers()) return false;
    driver_.reset();
    return std::chrono::steady_clock::now() - start < 2s;
  }

  [[nodiscard]] bool answers() const {
    coodie::error_code code;
    coodie::diagnostics diag;
    return driver_->execute(read_five, {1}, {.timeout = 2s}, code, diag).size() == its_rows && !code;
  }

  /// Every node is asked again.
  [[nodiscard]] bool all_answer() {
    server_->clear_requests();
    for (int i = 0; i < 12; ++i)
      if (!answers()) return false;
    std::set<std::size_t> asked;
    for (const auto& request : server_->requests(opcode::execute)) asked.insert(request.node);
    return asked.size() == nodes();
  }

  /// The fault is gone; what does not work then.
  [[nodiscard]] std::string recover() {
    mend();
    if (when_ == moment::closing) {
      closed_before_ = true;
      connect();
    }
    if (!eventually([&] { return answers(); })) return "the driver does not work again";
    if (!eventually([&] { return all_answer(); })) return "not every node is asked again";
    if (!eventually([&] { return driver_->metrics().in_flight == 0; })) return "requests are left over";
    driver_->close();
    driver_.reset();
    const bool left = eventually([&] {
      std::size_t open = 0;
      for (std::size_t i = 0; i < nodes(); ++i) open += server_->connections(i);
      return open <= (what_ == fault::half_open ? 1 : 0);  // which the node does not read that it is closed
    });
    return left ? "" : "connections are left over";
  }

  static inline std::atomic<int> count_{0};
  const fault what_;
  const moment when_;
  const std::size_t step_;
  std::uint16_t port_ = 0;
  std::vector<std::string> names_;
  std::optional<black_hole> hole_;
  std::optional<server> server_;
  std::shared_ptr<coodie::abstract_driver> driver_;
  std::optional<two_inserts> batch_;
  std::thread asker_;
  bool clock_moved_ = false, closed_before_ = false;
};

/// Errors come in each of their codes, handshakes have two messages that may be answered wrongly.
std::size_t steps_of(fault what, moment when) {
  static constexpr std::size_t codes[] = {2, 3, 5, 7, 1, 1};
  const bool is_error = what >= fault::error_not_ready && what <= fault::error_credentials;
  const std::size_t errors =
      is_error && when != moment::closing
          ? codes[static_cast<std::size_t>(what) - static_cast<std::size_t>(fault::error_not_ready)]
          : 1;
  return when == moment::handshake ? 2 * errors : errors;
}

}  // namespace

std::vector<report> run_cell(fault what, moment when, caller by) {
  std::vector<report> all;
  for (std::size_t step = 0; step < steps_of(what, when); ++step) {
    all.push_back(stage(what, when, step).play(by));
    all.back().step = std::to_string(step);
  }
  return all;
}

}  // namespace fault_tests
