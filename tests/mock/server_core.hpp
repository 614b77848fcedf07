// SPDX-License-Identifier: MIT
// The inside of a mock server: its thread, nodes, store and script.
#ifndef COODIE_TESTS_MOCK_SERVER_CORE_HPP
#define COODIE_TESTS_MOCK_SERVER_CORE_HPP

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cluster/asio_config.hpp"
#include "protocol/config.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/mock_node.hpp"
#include "tests/mock/replica_finder.hpp"
#include "tests/mock/rule_book.hpp"
#include "tests/mock/server_options.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// Everything but what is said otherwise is used by its own thread; run() gets there from others.
class server_core {
 public:
  COODIE_DECL explicit server_core(server_options options);
  COODIE_DECL ~server_core();
  server_core(const server_core&) = delete;
  server_core& operator=(const server_core&) = delete;

  /// Opens the ports and starts the thread. Tells what went wrong.
  [[nodiscard]] COODIE_DECL std::string start();

  /// Calls `what` on the server's thread and returns when it has been done. Any other thread. Does nothing
  /// when the server could not be started.
  template <class Function>
  void run(Function&& what) {
    if (!thread_.joinable()) return;
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    asio::post(context_, [&] {
      what();
      // Notified under the lock: the waiter's stack is gone right after it has seen `done`.
      const std::lock_guard lock(mutex);
      done = true;
      changed.notify_one();
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return done; });
  }

  /// The same with a node; does nothing when there is none of that number.
  template <class Function>
  void run_on_node(std::size_t node, Function&& what) {
    run([&] {
      if (node < nodes_.size()) what(*nodes_[node]);
    });
  }

  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] const server_options& options() const noexcept { return options_; }
  [[nodiscard]] store::engine& engine() noexcept { return *engine_; }
  [[nodiscard]] rule_book& rules() noexcept { return rules_; }
  [[nodiscard]] std::vector<std::unique_ptr<mock_node>>& nodes() noexcept { return nodes_; }
  [[nodiscard]] replica_finder& replicas() noexcept { return *replicas_; }
  [[nodiscard]] std::uint64_t next_connection() noexcept { return ++connections_; }

  /// Tells registered clients, and forgets the statements that the change makes invalid.
  COODIE_DECL void schema_changed(const store::schema_change_done& change);
  /// A node of that number listens and is known to the others, which are not told; nullptr when its port is
  /// taken.
  [[nodiscard]] COODIE_DECL mock_node* add_node(node_options joining);
  /// To be called after each change of engine().cluster().
  void cluster_changed() { ++engine_->cluster().revision; }

  /// No events are sent any more, but those that a test sends itself.
  bool events_suppressed = false;

  /// To registered clients of every node but one.
  COODIE_DECL void send_event(const event_reply& event, std::optional<std::size_t> but = std::nullopt);

  /// Counts a request, for those who wait for it.
  COODIE_DECL void request_taken();
  /// Any thread.
  [[nodiscard]] COODIE_DECL bool wait_for_requests(std::uint64_t count, std::chrono::milliseconds timeout);

 private:
  [[nodiscard]] COODIE_DECL std::string check_options() const;
  [[nodiscard]] COODIE_DECL std::string listen_on_one_port();
  [[nodiscard]] COODIE_DECL std::string listen();
  COODIE_DECL void make_nodes();
  COODIE_DECL void make_engine();

  server_options options_;
  rule_book rules_;
  std::uint64_t connections_ = 0;
  asio::io_context context_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::unique_ptr<store::engine> engine_;
  std::unique_ptr<replica_finder> replicas_;
  std::vector<std::unique_ptr<mock_node>> nodes_;
  std::mutex count_mutex_;
  std::condition_variable counted_;
  std::uint64_t count_ = 0;  // under count_mutex_
  std::thread thread_;
};

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_SERVER_CORE_HPP
