// SPDX-License-Identifier: MIT
// The driver itself: the nodes, a connection to each, and the way of a request to one of them.
#ifndef COODIE_CLUSTER_CORE_HPP
#define COODIE_CLUSTER_CORE_HPP

#include <random>
#include <string>
#include <vector>

#include "cluster/callback.hpp"
#include "cluster/cluster_config.hpp"
#include "cluster/connection.hpp"
#include "cluster/topology.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// How starting ended: errc::ok, or the reason with what every host answered.
struct start_report {
  errc code = errc::ok;
  std::string text;
  std::vector<protocol::attempt_log::attempt> attempts;
};

/// One cluster as one keyspace sees it. Connects to the contact points, learns the nodes, keeps a connection
/// to each, sends a request to a replica of its token when it knows it, fails over, reconnects. Thread-safe
/// where it says so; the rest happens on the loop.
class core final : public std::enable_shared_from_this<core>, private loop_client, private connection_owner {
 public:
  [[nodiscard]] COODIE_DECL static std::shared_ptr<core> make(cluster_config config);
  COODIE_DECL explicit core(cluster_config config);
  COODIE_DECL ~core();

  /// From any thread. `done` is called once, on the loop.
  COODIE_DECL void connect(coodie::detail::callback<start_report> done);
  /// From any thread. Starting, if it has not ended, ends with errc::cancelled, and the core is closed.
  COODIE_DECL void abandon_start() noexcept;
  /// From any thread.
  COODIE_DECL void start(protocol::request& r) noexcept;
  COODIE_DECL void run(protocol::blocking_request& r) noexcept;
  COODIE_DECL void cancel(protocol::request& r) noexcept;
  /// From any thread, again and again. On an own loop it returns when everything has ended.
  COODIE_DECL void close() noexcept;

  [[nodiscard]] const cluster_config& config() const noexcept { return config_; }
  [[nodiscard]] loop& runner() noexcept { return loop_; }
  /// The caller's io_context is being destroyed.
  COODIE_DECL void context_gone() noexcept;

 private:
  struct node {
    explicit node(node_info what) : info(std::move(what)) {}
    node_info info;
    std::shared_ptr<connection> link;  // nullptr between two attempts
    std::string last_error;
    std::int64_t backoff_ns = 0;
    std::int64_t reconnect_at_ns = protocol::never;
    bool tried = false;  // an attempt has ended

    [[nodiscard]] bool ready() const noexcept { return link != nullptr && link->ready(); }
  };

  // loop_client
  COODIE_DECL void take(protocol::request& r) noexcept override;
  COODIE_DECL void collect_signals() noexcept override;
  COODIE_DECL void take_signals() noexcept override;
  COODIE_DECL void end_turn() noexcept override;
  [[nodiscard]] COODIE_DECL bool has_work() const noexcept override;
  [[nodiscard]] COODIE_DECL bool wait_for_answer(int wake_descriptor) noexcept override;
  [[nodiscard]] COODIE_DECL bool begin_wait(const protocol::request& r) noexcept override;
  COODIE_DECL void wait() noexcept override;
  [[nodiscard]] COODIE_DECL bool end_wait() noexcept override;
  [[nodiscard]] std::shared_ptr<void> keep_alive() noexcept override { return shared_from_this(); }

  // connection_owner
  COODIE_DECL void connection_ready(connection& c) noexcept override;
  COODIE_DECL void connection_broken(connection& c, errc why, std::string_view text) noexcept override;
  COODIE_DECL void request_failed(connection& c, protocol::request& r,
                                  const protocol::failure& why) noexcept override;
  COODIE_DECL void event(const protocol::event_message& event) noexcept override;
  COODIE_DECL void wants_attention(connection& c) noexcept override;

  // Starting
  COODIE_DECL void resolve_contacts();
  COODIE_DECL void contact_resolved(const contact_point& contact, const asio::error_code& error,
                                    const asio::ip::tcp::resolver::results_type& found);
  COODIE_DECL void add_contact(const asio::ip::tcp::endpoint& where);
  COODIE_DECL void contact_failed(std::string host, errc why, std::string text);
  COODIE_DECL void learn_topology(connection& from);
  COODIE_DECL void topology_known(topology found);
  COODIE_DECL void learning_failed();
  COODIE_DECL void started_if_complete();
  COODIE_DECL void report_start(start_report report);
  [[nodiscard]] COODIE_DECL start_report failed_start() const;

  // Requests
  COODIE_DECL void route(protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL connection* pick(const protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL connection* pick_any(const protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL bool try_elsewhere(const connection& c, const protocol::request& r,
                                               const protocol::failure& why) noexcept;
  COODIE_DECL void fail_later(protocol::request& r, errc why) noexcept;
  COODIE_DECL void run_deferred() noexcept;

  [[nodiscard]] COODIE_DECL bool may_write_later() const noexcept;
  COODIE_DECL void write_later() noexcept;

  // Nodes
  COODIE_DECL void open(node& n);
  [[nodiscard]] COODIE_DECL node* node_of(const connection& c) noexcept;
  COODIE_DECL void schedule_reconnect(node& n) noexcept;
  COODIE_DECL void arm_timer() noexcept;
  COODIE_DECL void on_timer() noexcept;
  COODIE_DECL void shut_down(errc why) noexcept;

  cluster_config config_;
  loop loop_;
  std::vector<std::unique_ptr<node>> nodes_;
  protocol::replica_map tokens_;
  std::vector<std::shared_ptr<connection>> attention_, attending_;
  enum class writing : std::uint8_t { at_end_of_turn, posted, due };
  writing writing_ = writing::at_end_of_turn;
  handler_memory writing_memory_;
  std::vector<std::shared_ptr<connection>> graveyard_;  // broken in this turn; their functions may still run
  protocol::request_queue deferred_;
  std::size_t next_node_ = 0;

  /// What a lone caller waits for, between begin_wait() and end_wait().
  struct answer_wait {
    std::shared_ptr<connection> on;
    std::span<std::byte> into;
    int descriptor = -1;
    io_result got;
  };
  answer_wait awaited_;
  std::minstd_rand jitter_;

  std::optional<asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>, loop::io_executor>>
      timer_;
  std::int64_t timer_at_ns_ = protocol::never;      // when it fires
  std::int64_t timer_wanted_ns_ = protocol::never;  // when somebody wants it to

  std::optional<asio::ip::basic_resolver<asio::ip::tcp, loop::io_executor>> resolver_;
  std::size_t resolving_ = 0;  // names without an answer
  bool learning_ = false, learned_ = false;
  std::int64_t start_deadline_ns_ = protocol::never;
  coodie::detail::callback<start_report> started_;
  std::vector<protocol::attempt_log::attempt> start_attempts_;
  std::vector<errc> start_errors_;

  /// What other threads ask for.
  struct signals {
    std::vector<std::pair<protocol::request*, std::uint64_t>> cancellations;
    bool connect = false, abandon = false;
  };
  std::mutex signal_mutex_;  // guards the next one
  signals signals_;
  signals collected_;
  bool shutting_down_ = false;

  std::atomic<bool> closing_{false}, closed_{false}, gone_{false};
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_HPP
