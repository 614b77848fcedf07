// SPDX-License-Identifier: MIT
// The whole client against a server that lies: driver, pools, control connection, ORM.
//
// Laws: every call ends in time, with a result or with an error of coodie's that has words; memory is bounded
// by what was told; closing frees everything, connections too; afterwards another driver works.
#include "fuzz/client_async.hpp"

#include <deque>

namespace client_fuzzing {

class liar {
 public:
  liar() {
    for (const bool asynchronous : {false, true})
      for (const bool scylla : {false, true}) tell_truth({.scylla = scylla, .asynchronous = asynchronous});
    cassandra_.server.clear_rules();
    scylla_.server.clear_rules();
  }

  void run(std::span<const std::byte> input) {
    script from(input);
    const std::uint8_t choices = from.next();
    const client_choices made{.compressed = (choices & 1) != 0,
                              .scylla = (choices & 2) != 0,
                              .lazy = (choices & 4) != 0,
                              .in_keyspace = (choices & 8) == 0,
                              .two_loops = (choices & 16) != 0,
                              .asynchronous = (choices & 32) != 0};
    lying_server& server = made.scylla ? scylla_ : cassandra_;
    std::deque<lie> lies;
    while (!from.done() && lies.size() < most_lies) lies.emplace_back(from);
    for (lie& each : lies) server.server.on(each.filter(), react::rewrite(each.rewriter()));
    lie::told = 0;
    {
      const message_fuzzing::allocation_meter meter;
      run_program(server, made);
      demand(meter.peak() <= allowed + per_byte * lie::told, "memory is bounded by what was told");
      left_ += meter.live();
      demand(left_ < most_left, "what was allocated is freed");
    }
    server.server.clear_rules();
    server.server.clear_requests();
    wait_for_end(server);
    if (++runs_ % 16 == 0) tell_truth(made);
  }

 private:
  static constexpr std::size_t most_lies = 8;
  static constexpr std::size_t allowed = 16U << 20, per_byte = 256;
  static constexpr std::int64_t most_left = 1 << 20;  // in all runs

  static std::string run_program(lying_server& server, const client_choices& choices) {
    return choices.asynchronous ? async_client_program(server, choices).run()
                                : client_program(server, choices).run();
  }
  void tell_truth(client_choices choices) {
    lying_server& server = choices.scylla ? scylla_ : cassandra_;
    choices.in_keyspace = true;
    choices.patience = 5s;
    std::string trouble;
    {
      const message_fuzzing::allocation_meter meter;  // what a run leaves to the next one is freed here, too
      trouble = run_program(server, choices);
      left_ += meter.live();
    }
    demand(trouble.empty(), ("the truth is understood: " + trouble).c_str());
    wait_for_end(server);
  }
  static void wait_for_end(const lying_server& server) {
    const auto until = steady::now() + 5s;
    for (std::size_t i = 0; i < server.server.hosts().size(); ++i)
      while (server.server.connections(i) != 0) {
        demand(steady::now() < until, "closing closes every connection");
        std::this_thread::sleep_for(100us);
      }
  }
  static coodie::testing::server_options make_options(bool scylla) {
    coodie::testing::server_options made{.nodes = scylla ? std::size_t{1} : 2};
    made.tokens_per_node = 4;
    made.max_records = 4;
    made.user = "fuzz";
    made.password = "secret";
    if (!scylla) return made;
    made.shards = 2;
    made.scylla.tablets = {"fz"};
    return made;
  }

  lying_server cassandra_{make_options(false), "127.88.0."}, scylla_{make_options(true), "127.88.1."};
  std::size_t runs_ = 0;
  std::int64_t left_ = 0;
};

}  // namespace client_fuzzing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static client_fuzzing::liar world;
  world.run(std::as_bytes(std::span(data, size)));
  return 0;
}
