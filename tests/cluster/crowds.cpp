// SPDX-License-Identifier: MIT
// Many threads and many loops on one cluster handle, started and stopped again and again.
#include "driver/driver_all.hpp"

#include <asio/bind_executor.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <atomic>
#include <thread>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using coodie::errc;
using namespace std::chrono_literals;

namespace {

constexpr int rounds = 100;

/// What all callers of a round have seen.
struct tally {
  std::atomic<int> good{0}, wrong{0};
  std::atomic<int> running{0};  ///< asynchronous requests

  void note(const coodie::error_code& code, std::size_t rows) {
    if (!code && rows == 1)
      ++good;
    else if (code != errc::closed)
      ++wrong;
  }
};

/// An io_context of the program's with threads that run it.
class program_loop {
 public:
  explicit program_loop(int threads) : work_(asio::make_work_guard(context_)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  ~program_loop() {
    work_.reset();
    for (auto& t : threads_) t.join();
  }
  program_loop(const program_loop&) = delete;
  program_loop& operator=(const program_loop&) = delete;

  [[nodiscard]] asio::io_context& context() { return context_; }

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

/// One request after the other, on the program's loop, until the driver is closed.
void go_on_asking(coodie::abstract_driver& driver, program_loop& loop, tally& all) {
  driver.execute_async(prepared_question, {"local"}, {},
                       asio::bind_executor(loop.context().get_executor(),
                                           [&](coodie::error_code code, const coodie::result& rows) {
                                             all.note(code, rows.size());
                                             if (code)
                                               --all.running;
                                             else
                                               go_on_asking(driver, loop, all);
                                           }));
}

void start_asking(coodie::abstract_driver& driver, program_loop& loop, tally& all) {
  ++all.running;
  asio::post(loop.context(), [&] { go_on_asking(driver, loop, all); });
}

/// One blocking request after the other, of both kinds.
void ask_until_closed(coodie::abstract_driver& driver, tally& all) {
  for (int k = 0; k < 1000; ++k) {
    const outcome ended = k % 2 == 0 ? ask(driver) : ask(driver, prepared_question, {"local"});
    all.note(ended.code, ended.rows);
    if (ended.code) return;
  }
}

using loop_list = std::vector<std::unique_ptr<program_loop>>;

/// A driver's life: callers ask, asynchronously on the loops in turn, and it is closed in the midst of it.
/// How many were answered.
int live(const coodie::init_options& options, const loop_list& loops, std::size_t asynchronous_callers,
         std::size_t callers) {
  auto driver = tests::connect(options);
  tally all;
  for (std::size_t i = 0; i < asynchronous_callers; ++i) start_asking(*driver, *loops[i % loops.size()], all);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < callers; ++i) threads.emplace_back([&] { ask_until_closed(*driver, all); });
  const bool busy = eventually([&] { return all.good > 100; });
  driver->close();
  for (auto& t : threads) t.join();
  const bool ended = eventually([&] { return all.running == 0; });
  CHECK(busy);
  REQUIRE(ended);
  CHECK(all.wrong == 0);
  return all.good;
}

}  // namespace

TEST_CASE("crowds: 64 blocking threads and 8 asynchronous loops, started and stopped a hundred times",
          "[cluster][threads]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 2, .max_records = 1000});
  const auto hosts = server.hosts();
  int answered = 0;
  loop_list loops;
  for (int i = 0; i < 8; ++i) loops.push_back(std::make_unique<program_loop>(1));
  for (int round = 0; round < rounds; ++round) {
    auto options = tests::options_for(server, hosts);
    options.loops = round % 2 == 0 ? 8 : 1;
    options.lazy = round % 3 == 0;
    answered += live(options, loops, 8, 64);
  }
  CHECK(answered > rounds * 100);
  CHECK(eventually([&] { return server.connections(0) == 0 && server.connections(1) == 0; }));
}

TEST_CASE("crowds: the program's io_context run by several threads, started and stopped a hundred times",
          "[cluster][threads]") {
  coodie::testing::server server(coodie::testing::server_options{.nodes = 2, .max_records = 1000});
  const auto hosts = server.hosts();
  loop_list loops;
  loops.push_back(std::make_unique<program_loop>(4));
  for (int round = 0; round < rounds; ++round) {
    auto options = tests::options_for(server, hosts);
    options.driver_type = "acsylla";
    options.executor = loops[0]->context();
    static_cast<void>(live(options, loops, 16, 16));
  }
  CHECK(eventually([&] { return server.connections(0) == 0 && server.connections(1) == 0; }));
}
