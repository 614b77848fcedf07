// SPDX-License-Identifier: MIT
// The whole client's fuzzer: the servers that lie, and a small program that believes them.
#ifndef COODIE_FUZZ_CLIENT_WORLD_HPP
#define COODIE_FUZZ_CLIENT_WORLD_HPP

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fuzz/client_lies.hpp"
#include "orm/coodie_all.hpp"

namespace client_fuzzing {

namespace db = coodie::sync;
namespace react = coodie::testing::react;
using coodie::col;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

struct document {
  std::int32_t k = 0;
  std::int32_t c = 0;
  std::string v = {};
  std::optional<std::int64_t> n = {};
  std::vector<std::string> notes = {};
  std::map<std::string, std::int32_t> extra = {};

  using table = coodie::table<"t", coodie::partition_key<&document::k>, coodie::clustering_key<&document::c>>;
};

/// A mock cluster on addresses that nobody else has, so that a lie about a port meets nobody.
class lying_server {
 public:
  explicit lying_server(coodie::testing::server_options options, const std::string& network)
      : server(std::move(options)) {
    for (std::size_t i = 0; i < server.hosts().size(); ++i)
      demand(server.move_node(i, network + std::to_string(i + 1), server.port(i)), "the node has an address");
    hosts = {server.hosts()[0]};
    port = server.port();
    const auto must = [&](const std::string& cql) { demand(server.execute(cql).empty(), cql.c_str()); };
    must("CREATE KEYSPACE fz WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    must(
        "CREATE TABLE fz.t (k int, c int, v text, n bigint, notes list<text>, extra map<text, int>, "
        "PRIMARY KEY (k, c))");
    for (int i = 0; i < 12; ++i)
      must("INSERT INTO fz.t (k, c, v, n, notes, extra) VALUES (1, " + std::to_string(i) +
           ", 'a text', 5, ['one', 'two'], {'three': 3})");
    server.on({.times = 0}, react::rewrite({mark_thread, nullptr}));
  }

  coodie::testing::server server;
  std::vector<std::string> hosts;
  std::uint16_t port = 0;

 private:
  // What the server's thread allocates is not the client's.
  static std::string mark_thread(void*, std::string_view frame) {
    message_fuzzing::allocation_meter::ignore_thread();
    return std::string(frame);
  }
};

/// How the client is made.
struct client_choices {
  bool compressed = false, scylla = false, lazy = false, in_keyspace = true, two_loops = false,
       asynchronous = false;
  std::chrono::milliseconds patience{100};
};

/// Whatever a lie says is a node is an address of ours, where nobody listens unless it is true.
inline constexpr auto stay_at_home = [](const coodie::node_endpoint& where) -> coodie::node_endpoint {
  if (where.address.starts_with("127.88.")) return where;
  const std::size_t hash = std::hash<std::string>()(where.address);
  return {"127.99." + std::to_string(hash % 256) + "." + std::to_string(hash / 256 % 254 + 1), 9};
};

/// What a blocking program does with a driver. Each call ends in time, with a result or with an error that
/// has words.
class client_program {
 public:
  client_program(const lying_server& server, const client_choices& choices)
      : server_(server), choices_(choices) {}

  /// What went wrong; empty: nothing.
  std::string run() {
    call([&](auto& ec, auto& diag) { driver_ = db::init_coodie(options(), ec, diag); });
    if (driver_ == nullptr) return trouble_;
    ask("SELECT * FROM fz.t");
    ask("SELECT k, c, v, n, notes, extra FROM fz.t WHERE k = ?", {1});
    read_documents();
    write_documents();
    call([&](auto& ec, auto& diag) {
      static_cast<void>(db::sync_table<document>({.keyspace = "fz", .dry_run = true}, ec, diag));
    });
    static_cast<void>(driver_->metrics());
    call([&](auto&, auto&) { driver_->close(); });
    coodie::unregister_driver("default");
    driver_.reset();
    return trouble_;
  }

 protected:
  static constexpr auto slack = 4s;  // of a machine that does other things too
  static constexpr std::size_t most_rows = 4000;

  void note(const coodie::error_code& ec, const coodie::diagnostics& diag) {
    const std::string words = coodie::detail::describe_failure(ec, diag);
    demand(words.starts_with("coodie: "), "an error has words");
    trouble_ += words + "\n";
  }

  [[nodiscard]] coodie::init_options options() const {
    coodie::init_options made{.hosts = server_.hosts, .port = server_.port};
    if (choices_.in_keyspace) made.keyspace = "fz";
    made.auth = {.user = "fuzz", .password = "secret"};
    made.connect_timeout = made.request_timeout = choices_.patience;
    made.heartbeat_interval = made.heartbeat_timeout = choices_.patience / 2;
    made.reconnect_base = 1ms;
    made.reconnect_max = 20ms;
    made.compression = choices_.compressed ? coodie::compression::lz4 : coodie::compression::none;
    made.max_frame_size = 256 * 1024;
    made.consistency = coodie::consistency::one;
    made.page_size = 5;
    made.lazy = choices_.lazy;
    made.loops = choices_.two_loops ? 2 : 1;
    made.address_translator = stay_at_home;
    return made;
  }
  const lying_server& server_;
  const client_choices choices_;
  std::shared_ptr<coodie::abstract_driver> driver_;
  std::string trouble_;

 private:
  /// Without exceptions.
  template <class F>
  void call(F&& what) {
    coodie::error_code ec;
    coodie::diagnostics diag;
    const auto start = steady::now();
    what(ec, diag);
    demand(steady::now() - start < choices_.patience * 40 + slack, "a call ends in time");
    if (ec) note(ec, diag);
  }
  /// With: nothing else than coodie::error comes.
  template <class F>
  void call_throwing(F&& what) {
    call([&](auto& ec, auto& diag) {
      try {
        what();
      } catch (const coodie::error& e) {
        ec = e.code();
        diag = e.diagnostics();
        demand(static_cast<bool>(ec), "an exception has a code");
      }
    });
  }

  void ask(std::string_view statement, const coodie::value_list& values = {}) {
    call_throwing([&] {
      const coodie::result answer = driver_->execute(statement, values);
      for (const auto& row : answer) {
        static_cast<void>(row.get<std::optional<std::string>>("v"));
        static_cast<void>(row.get<std::optional<std::int32_t>>("c"));
      }
      static_cast<void>(answer.rows<document>());
    });
  }

  void read_documents() {
    const auto first = col<&document::k> == 1;
    call([&](auto& ec, auto& diag) { static_cast<void>(db::find<document>(first).all(ec, diag)); });
    call_throwing([&] {
      std::size_t count = 0;
      for (const document& each : db::find<document>(first).stream())
        if (++count == most_rows || each.v.size() > most_rows) break;
    });
    call([&](auto& ec, auto& diag) { static_cast<void>(db::find_one<document>(1, 2, ec, diag)); });
    call([&](auto& ec, auto& diag) { static_cast<void>(db::find<document>(first).count(ec, diag)); });
  }
  void write_documents() {
    const document made{.k = 2, .c = 1, .v = "written", .n = 1, .notes = {"x"}, .extra = {{"y", 1}}};
    call([&](auto& ec, auto& diag) { db::save(made, ec, diag); });
    call_throwing([&] { static_cast<void>(db::insert(made)); });
    call_throwing([&] {
      static_cast<void>(db::update(made, col<& document::n> = 2, coodie::only_if(col<&document::n> == 1)));
    });
    call([&](auto& ec, auto& diag) {
      coodie::batch both;
      both.save(made).remove(made);
      static_cast<void>(db::apply(both, ec, diag));
    });
  }
};

}  // namespace client_fuzzing

#endif  // COODIE_FUZZ_CLIENT_WORLD_HPP
