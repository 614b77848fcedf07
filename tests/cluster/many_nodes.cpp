// SPDX-License-Identifier: MIT
// More nodes than a caller polls itself, and turns that have something to write for many of them.
#include "driver/driver_all.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include "tests/cluster/mock_cluster.hpp"

using namespace cluster_tests;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t node_count = 12;

/// Asks `at_once` questions, and a new one for each answer, until `all` were asked.
class chain {
 public:
  chain(coodie::abstract_driver& driver, int at_once, int all) : driver_(driver), left_(all) {
    for (int i = 0; i < at_once; ++i) ask_next();
  }
  [[nodiscard]] int answered() const { return answered_; }
  [[nodiscard]] int failed() const { return failed_; }

 private:
  void ask_next() {
    if (left_.fetch_sub(1) <= 0) return;
    driver_.execute_async(any_question, {}, {}, [this](coodie::error_code code, const coodie::result&) {
      code ? ++failed_ : ++answered_;
      if (!code) ask_next();
    });
  }

  coodie::abstract_driver& driver_;
  std::atomic<int> left_, answered_{0}, failed_{0};
};

}  // namespace

TEST_CASE("many nodes: asynchronous requests and callers at once", "[cluster][threads]") {
  mock_cluster cluster(node_count);
  REQUIRE(cluster.all_answer());
  std::atomic<int> good{0};
  {
    chain asynchronous(*cluster.driver, 100, 1000);
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 8; ++caller)
      callers.emplace_back([&] {
        for (int i = 0; i < 50; ++i)
          if (ask(*cluster.driver).rows == 1) ++good;
      });
    for (std::thread& caller : callers) caller.join();
    CHECK(eventually([&] { return asynchronous.answered() == 1000; }));
    CHECK(asynchronous.failed() == 0);
  }
  CHECK(good == 8 * 50);
}

TEST_CASE("many nodes: closed while requests wait to be written", "[cluster][threads]") {
  mock_cluster cluster(node_count);
  REQUIRE(cluster.all_answer());
  chain asynchronous(*cluster.driver, 200, 1'000'000);
  std::this_thread::sleep_for(20ms);
  cluster.driver->close();
  CHECK(eventually([&] { return asynchronous.failed() == 200; }));
}

TEST_CASE("many nodes: on a loop of the program's", "[cluster][threads]") {
  asio::io_context context(1);
  auto work = asio::make_work_guard(context);
  std::thread runner([&] { context.run(); });
  {
    mock_cluster cluster(node_count, {.executor = context});
    chain asynchronous(*cluster.driver, 300, 3000);
    CHECK(eventually([&] { return asynchronous.answered() == 3000; }));
    CHECK(asynchronous.failed() == 0);
    cluster.driver->close();
  }
  context.stop();
  runner.join();
}
