// SPDX-License-Identifier: MIT
// The driver on one loop: the nodes, the connections to them, and the way of a request to one of them.
#ifndef COODIE_CLUSTER_CORE_HPP
#define COODIE_CLUSTER_CORE_HPP

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/callback.hpp"
#include "cluster/cluster_config.hpp"
#include "cluster/connection.hpp"
#include "cluster/control.hpp"
#include "cluster/metrics.hpp"
#include "cluster/name_lookup.hpp"
#include "cluster/node.hpp"
#include "cluster/node_board.hpp"
#include "cluster/race.hpp"
#include "cluster/schema_round.hpp"
#include "cluster/statement_routes.hpp"
#include "cluster/topology.hpp"
#include "protocol/routing/routing.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// Once one node answers, the others get so long before the program goes on without them.
inline constexpr std::int64_t start_grace_ns = 1'000'000'000;

/// How starting ended: errc::ok, or the reason with what every host answered.
struct start_report {
  errc code = errc::ok;
  std::string text;         ///< our sentence
  std::string server_text;  ///< the server's, when one has said something
  std::vector<protocol::attempt_log::attempt> attempts;
};

/// What is known about the cluster, as one loop tells it the others.
struct known_cluster {
  std::shared_ptr<const cluster_view> view;
  std::string local_datacenter;
  std::vector<std::pair<asio::ip::address, std::string>> contact_names;
};

/// One cluster as one keyspace and one loop see it. Connects to the contact points, learns the nodes and
/// keeps up with their changes, keeps connections to each, sends a request to a replica of its token when it
/// knows it, tries again, reconnects. Thread-safe where it says so; the rest happens on the loop.
class core final : public std::enable_shared_from_this<core>,
                   private loop_client,
                   private connection_owner,
                   private control_owner {
 public:
  [[nodiscard]] COODIE_DECL static std::shared_ptr<core> make(
      std::shared_ptr<const cluster_config> config, std::size_t index = 0,
      protocol::shared_timestamps* timestamps = nullptr);
  COODIE_DECL core(std::shared_ptr<const cluster_config> config, std::size_t index,
                   protocol::shared_timestamps* timestamps);
  COODIE_DECL ~core();

  /// From any thread. `done` is called once, on the loop.
  COODIE_DECL void connect(coodie::detail::callback<start_report> done);
  /// The same for a loop that is told about the cluster by another one, which has to come first.
  COODIE_DECL void follow(known_cluster cluster, coodie::detail::callback<start_report> done);
  /// From any thread: the cluster has changed.
  COODIE_DECL void tell(known_cluster cluster);
  /// Before connect(): whom to tell. Called on the loop.
  void on_change(coodie::detail::callback<known_cluster> listener) { listener_ = std::move(listener); }
  /// Of a lazy driver, before the first request, on the first core: whom to tell that connecting has failed.
  void on_failed_start(coodie::detail::callback<start_report> listener) { on_failure_ = std::move(listener); }
  /// The same on the others: who connects when they are asked for something. Called on the loop.
  void on_first_request(coodie::detail::callback<> connects) { connects_for_us_ = std::move(connects); }
  /// From any thread: a core that follows has requests.
  COODIE_DECL void wake() noexcept;
  /// From any thread: the first core could not connect.
  COODIE_DECL void tell_failure(start_report report);
  /// The same for changes of tables, which on_change() does not tell.
  void on_schema_change(coodie::detail::callback<> listener) { schema_listener_ = std::move(listener); }
  /// From any thread: what is prepared is compared with the tables again before it is used.
  COODIE_DECL void tell_schema_changed() noexcept;
  /// From any thread. Starting, if it has not ended, ends with errc::cancelled, and the core is closed.
  COODIE_DECL void abandon_start() noexcept;
  /// From any thread.
  COODIE_DECL void start(protocol::request& r) noexcept;
  COODIE_DECL void run(protocol::blocking_request& r) noexcept;
  COODIE_DECL void cancel(protocol::request& r) noexcept;
  /// From any thread, again and again. On an own loop it returns when everything has ended.
  COODIE_DECL void close() noexcept;

  [[nodiscard]] const cluster_config& config() const noexcept { return *config_; }
  [[nodiscard]] loop& runner() noexcept { return loop_; }
  /// From any thread.
  COODIE_DECL void add_to(metrics_snapshot& total) const;
  /// What connect() has learned. On the loop.
  [[nodiscard]] known_cluster known() const { return {view_, local_datacenter_, contact_names_}; }
  /// The caller's io_context is being destroyed.
  COODIE_DECL void context_gone() noexcept;

 private:
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
  COODIE_DECL void request_answered(connection& c, protocol::request& r,
                                    const protocol::response& answer) noexcept override;
  COODIE_DECL void statement_prepared(connection& c, const protocol::statement& what,
                                      const protocol::prepared_result& prepared) noexcept override;
  COODIE_DECL void event(connection& c, const protocol::event_message& event) noexcept override;
  [[nodiscard]] COODIE_DECL bool connection_worn_out(connection& c) noexcept override;
  COODIE_DECL void wants_attention(connection& c) noexcept override;
  [[nodiscard]] COODIE_DECL std::uint64_t random() noexcept override;

  // control_owner
  COODIE_DECL void topology_found(connection& from, topology found) noexcept override;
  COODIE_DECL void control_lost() noexcept override;
  COODIE_DECL void told_up(const asio::ip::address& address) noexcept override;
  COODIE_DECL void told_down(const asio::ip::address& address) noexcept override;
  void control_wants_time(std::int64_t at_ns) noexcept override { want_time(at_ns); }
  [[nodiscard]] std::shared_ptr<void> control_lifetime() noexcept override { return shared_from_this(); }

  // Starting: core_start.ipp
  COODIE_DECL void resolve_contacts();
  COODIE_DECL void look_up_contact(std::size_t number);
  COODIE_DECL void contact_resolved(const found_name& found);
  COODIE_DECL void add_contact(const asio::ip::tcp::endpoint& where);
  COODIE_DECL void name_contact(const asio::ip::address& address, std::string name);
  COODIE_DECL void contact_failed(std::string host, errc why, std::string text);
  [[nodiscard]] COODIE_DECL errc choose_datacenter(const topology& found, std::string& why);
  COODIE_DECL void refuse_start(errc why, std::string text);
  COODIE_DECL void refuse_start_without_nodes();
  COODIE_DECL void started_if_complete();
  COODIE_DECL void report_start(start_report report);
  COODIE_DECL void fail_parked(const start_report& report) noexcept;
  COODIE_DECL void start_lazily();
  COODIE_DECL void accept_requests() noexcept;
  [[nodiscard]] COODIE_DECL start_report failed_start() const;
  COODIE_DECL void look_for_contacts_again();

  // Nodes: core_nodes.ipp
  COODIE_DECL void adopt(std::shared_ptr<const cluster_view> view);
  COODIE_DECL void describe_node(node& n, const node_info& info);
  COODIE_DECL void drop_node(node& n) noexcept;
  COODIE_DECL void give_up_contact(node& n) noexcept;
  COODIE_DECL void sort_nodes();
  [[nodiscard]] COODIE_DECL node_distance distance_of(const node_info& info) const;
  [[nodiscard]] COODIE_DECL asio::ip::tcp::endpoint translated(const asio::ip::tcp::endpoint& where) const;
  COODIE_DECL void find_control() noexcept;
  COODIE_DECL void recheck_statements(std::string_view keyspace, std::string_view table) noexcept;
  COODIE_DECL void look_after_control(connection& ready) noexcept;
  COODIE_DECL void fill(node& n) noexcept;
  COODIE_DECL void close_excess(node& n) noexcept;
  COODIE_DECL void close_worn_out(node& n) noexcept;
  COODIE_DECL void open(node& n, std::uint32_t shard) noexcept;
  [[nodiscard]] COODIE_DECL std::unique_ptr<tls_stream> open_tls(const asio::ip::tcp::endpoint& where,
                                                                 bool is_contact) const;
  [[nodiscard]] COODIE_DECL std::uint16_t shard_port(const node& n) const noexcept;
  COODIE_DECL void place(node& n, const std::shared_ptr<connection>& c) noexcept;
  COODIE_DECL void take_over(node& n, std::shared_ptr<connection>& place,
                             const std::shared_ptr<connection>& c) noexcept;
  COODIE_DECL void take_out(node& n, connection& c) noexcept;
  COODIE_DECL void node_changed(node& n) noexcept;
  COODIE_DECL void schedule_reconnect(node& n) noexcept;
  template <class F>
  void for_each_link(F&& f) const {
    for (const auto& n : nodes_) n->for_each_link(f);
  }
  /// To be held while what is done with them may change the nodes.
  [[nodiscard]] std::vector<std::shared_ptr<connection>> all_links() const {
    std::vector<std::shared_ptr<connection>> all;
    for_each_link([&](connection& c) { all.push_back(c.shared_from_this()); });
    return all;
  }

  // Requests: core_requests.ipp
  COODIE_DECL void begin(protocol::request& r) noexcept;
  COODIE_DECL void route(protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL connection* pick(protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL connection* pick_next(protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL connection* pick_replica(const protocol::request& r,
                                                     const statement_route& how) noexcept;
  [[nodiscard]] COODIE_DECL connection* pick_tablet_replica(const protocol::request& r,
                                                            const statement_route& how) noexcept;
  template <class Replica>
  [[nodiscard]] connection* pick_best(const protocol::request& r, const statement_route& how,
                                      std::size_t count, Replica&& replica) noexcept;
  [[nodiscard]] COODIE_DECL connection* nearer(const protocol::request& r, connection* replica) noexcept;
  [[nodiscard]] COODIE_DECL connection* pick_any(const protocol::request& r) noexcept;
  [[nodiscard]] bool is_excluded(const protocol::request& r, const node& n) const noexcept {
    return (r.attempts != nullptr || r.rivals != nullptr) && was_tried(r, n);
  }
  [[nodiscard]] COODIE_DECL bool was_tried(const protocol::request& r, const node& n) const noexcept;
  COODIE_DECL void find_token(protocol::request& r, const statement_route& how) noexcept;
  [[nodiscard]] COODIE_DECL bool is_conditional(const protocol::request& r,
                                                const statement_route& how) const noexcept;
  [[nodiscard]] bool is_conditional(const protocol::request& r) const noexcept {
    return is_conditional(r, routes_.of(r));
  }
  COODIE_DECL void settle_options(protocol::request& r) noexcept;
  COODIE_DECL void fail_later(protocol::request& r, errc why) noexcept;
  COODIE_DECL void run_deferred() noexcept;

  // Agreement on the schema: core_schema.ipp
  COODIE_DECL void await_agreement(protocol::request& r) noexcept;
  COODIE_DECL void ask_for_schema() noexcept;
  COODIE_DECL void schema_told(const std::shared_ptr<schema_round>& round) noexcept;
  COODIE_DECL void disagree(protocol::request& r) noexcept;

  // What becomes of an attempt: core_attempts.ipp
  [[nodiscard]] COODIE_DECL retry_decision decide(const connection& c, const protocol::request& r,
                                                  const protocol::failure& why) const noexcept;
  COODIE_DECL void learn_tablet(const protocol::request& r, const protocol::frame_prelude& prelude) noexcept;
  COODIE_DECL void log_warnings(const connection& c, const protocol::request& r,
                                const protocol::frame_prelude& prelude) const noexcept;
  COODIE_DECL void fail(const connection& c, protocol::request& r, const protocol::failure& why) noexcept;
  COODIE_DECL void log_attempt(protocol::request& r, const connection& c, std::string_view why) noexcept;
  COODIE_DECL void try_again(connection& c, protocol::request& r, const protocol::failure& why,
                             const retry_decision& how) noexcept;
  COODIE_DECL void delay(protocol::request& r, std::int64_t ns) noexcept;
  COODIE_DECL void resume(protocol::request& r) noexcept;
  COODIE_DECL void finish_failed(protocol::request& r, const protocol::failure& why) noexcept;
  COODIE_DECL void finish(protocol::request& r, const protocol::response& answer,
                          std::string_view host) noexcept;
  COODIE_DECL void report(const protocol::request& r, const error_code& code, std::string_view host,
                          const protocol::response* answer) noexcept;
  COODIE_DECL void cancel_here(protocol::request& r) noexcept;
  COODIE_DECL void end_delayed(errc why) noexcept;
  // Several at once: core_races.ipp
  COODIE_DECL void start_race(protocol::request& r) noexcept;
  COODIE_DECL void start_rival(race& what) noexcept;
  COODIE_DECL void start_rival_in(race& what, std::int64_t ns) noexcept;
  COODIE_DECL void race_won(rival& winner, const protocol::response& answer, std::string_view host) noexcept;
  COODIE_DECL void rival_failed(rival& loser, const protocol::failure& why) noexcept;
  [[nodiscard]] COODIE_DECL protocol::request& end_race(race& what) noexcept;
  COODIE_DECL void withdraw(protocol::request& r) noexcept;
  [[nodiscard]] COODIE_DECL std::int64_t speculation_delay(const execution_profile& profile) noexcept;

  COODIE_DECL void log(log_level level, std::string_view text, std::string_view where = {}) const noexcept;
  [[nodiscard]] bool logs(log_level level) const noexcept {
    return static_cast<bool>(config_->log) && level >= config_->log_from;
  }
  void want_time(std::int64_t at_ns) noexcept {
    if (at_ns < timer_wanted_ns_) timer_wanted_ns_ = at_ns;
  }
  [[nodiscard]] COODIE_DECL bool may_write_later() const noexcept;
  COODIE_DECL void write_later() noexcept;
  COODIE_DECL void arm_timer() noexcept;
  COODIE_DECL void on_timer() noexcept;
  COODIE_DECL void look_at_times(std::int64_t now) noexcept;
  COODIE_DECL void publish(connection& c, node* left = nullptr) noexcept;
  COODIE_DECL void shut_down(errc why) noexcept;

  const std::shared_ptr<const cluster_config> config_;
  const std::size_t index_;  // 0 has the control connection
  loop loop_;
  control control_;
  coodie::detail::callback<known_cluster> listener_;
  coodie::detail::callback<> schema_listener_;
  bool missed_events_ = false;  // there was no control connection for a while
  std::string local_datacenter_;
  std::shared_ptr<const cluster_view> view_;
  std::vector<std::unique_ptr<node>> nodes_;  // in the order of view_, once there is one
  std::vector<node*> by_distance_[connected_distances];
  std::size_t connections_ = 0;  // that have not ended
  node_board board_;
  core_counters counters_;
  statement_routes routes_;

  std::vector<std::shared_ptr<connection>> attention_, attending_;
  enum class writing : std::uint8_t { at_end_of_turn, posted, due };
  writing writing_ = writing::at_end_of_turn;
  handler_memory writing_memory_;
  std::vector<std::shared_ptr<connection>> graveyard_;  // broken in this turn; their functions may still run
  std::vector<std::unique_ptr<node>> dropped_;          // in this turn
  protocol::request_queue deferred_;
  protocol::deadline_lists delayed_;              // requests that no connection has: they wait for their time
  protocol::request_queue parked_;                // those of delayed_ that wait until there is a node to ask
  protocol::request_queue agreeing_;              // those of delayed_ that wait for the next round ...
  protocol::request_queue asked_;                 // ... and for the one that is going on
  std::shared_ptr<schema_round> round_;           // nullptr: none is
  std::int64_t next_round_ns_ = protocol::never;  // when another one begins
  std::string behind_;                            // the nodes that kept the last one from agreement
  protocol::list_link races_;                     // by the time at which the next rival starts
  std::int64_t percentile_ns_ = 0, percentile_until_ns_ = 0;
  std::size_t next_node_ = 0;
  std::uint64_t random_state_;

  /// What find_token() works with; kept for the next request.
  struct key_search {
    protocol::byte_buffer encoded;
    std::vector<protocol::bytes_view> values;
    protocol::routing_key key;
  };
  key_search key_search_;

  /// What a lone caller waits for, between begin_wait() and end_wait().
  struct answer_wait {
    std::shared_ptr<connection> on;
    std::span<std::byte> into;
    int descriptor = -1;
    io_result got;
  };
  answer_wait awaited_;

  std::optional<asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>, loop::io_executor>>
      timer_;
  std::int64_t timer_at_ns_ = protocol::never;      // when it fires
  std::int64_t timer_wanted_ns_ = protocol::never;  // when somebody wants it to
  bool timer_is_due_ = false;                       // a caller has waited for it: the event loop has it now

  std::shared_ptr<name_lookup> names_;
  /// While names are looked up: the program's event loop has something to wait for.
  std::optional<asio::executor_work_guard<loop::io_executor>> names_work_;
  std::vector<bool> looked_up_;  // by number of contact point: now
  std::size_t resolving_ = 0;    // names without an answer
  bool starting_ = false;        // asked to, also when nobody waits for it
  bool accepting_ = false;       // requests are not parked any more
  bool others_wait_ = false;     // cores that follow have requests
  /// Of the addresses of contact points; an address that was given has none.
  std::vector<std::pair<asio::ip::address, std::string>> contact_names_;
  std::int64_t start_deadline_ns_ = protocol::never;
  std::int64_t contacts_again_ns_ = 0;  // no earlier
  coodie::detail::callback<start_report> started_, on_failure_;
  coodie::detail::callback<> connects_for_us_;
  std::vector<protocol::attempt_log::attempt> start_attempts_;
  std::vector<errc> start_errors_;
  errc start_failure_ = errc::ok;  // of the last start that requests have waited for
  std::string start_failure_text_;

  /// What other threads ask for.
  struct signals {
    std::vector<std::pair<protocol::request*, std::uint64_t>> cancellations;
    std::optional<known_cluster> cluster;
    std::vector<found_name> names;
    std::optional<start_report> failure;
    bool connect = false, wake = false, abandon = false, schema_changed = false;
  };
  /// From any thread: `set` is told the signals, and the loop sees them in a turn to come.
  template <class F>
  void ask(F&& set) {
    {
      const std::lock_guard lock(signal_mutex_);
      set(signals_);
    }
    loop_.signal();
  }
  std::mutex signal_mutex_;  // guards the next one
  signals signals_;
  signals collected_;
  bool shutting_down_ = false;

  std::atomic<bool> closing_{false}, closed_{false}, gone_{false};
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_HPP
