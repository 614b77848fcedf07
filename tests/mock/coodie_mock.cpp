// SPDX-License-Identifier: MIT
// coodie-mock: the mock cluster as a program, for clients of any language.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/mock/testing_all.hpp"

namespace {

constexpr const char* usage =
    "coodie-mock: an in-memory Cassandra cluster on loopback, for tests.\n"
    "\n"
    "  --port P           port of every node (9042); 0 takes a free one\n"
    "  --nodes N          nodes, on 127.0.0.1, 127.0.0.2, ... (1)\n"
    "  --datacenters D    datacenters that the nodes are spread over (1)\n"
    "  --racks R          racks of each datacenter (1)\n"
    "  --tokens T         tokens of each node (16)\n"
    "  --shards S         announce S shards a node, as ScyllaDB does (0: none)\n"
    "  --tablets NAME     with shards: this keyspace, or KEYSPACE.TABLE, has tablets; may be given again\n"
    "  --port-shift N     with shards: the shard-aware port leads N shards past the one that the client's "
    "port says\n"
    "  --rate-limit TEXT  statements with this in them, when executed, get ScyllaDB's rate-limit error\n"
    "  --user U --password P    ask for these credentials\n"
    "  --latency MS       wait so many milliseconds before each answer (0)\n"
    "  --no-compression   do not offer lz4\n"
    "  --record           at the end, print each request: node, shard, and whether it belonged there\n"
    "  --help             this text\n";

int fail(const std::string& error, const std::string& why, const std::string& fix) {
  std::fprintf(stderr, "Error: %s\nWhy: %s\nFix: %s\n", error.c_str(), why.c_str(), fix.c_str());
  return 2;
}

bool parse_number(std::string_view text, unsigned long least, unsigned long most, unsigned long& number) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  number = std::strtoul(std::string(text).c_str(), nullptr, 10);
  return number >= least && number <= most;
}

/// Reads the arguments; the exit code when the program is to end at once, else -1.
class argument_reader {
 public:
  argument_reader(int count, char** values) : arguments_(values + 1, values + count) { options.port = 9042; }

  int run() {
    while (at_ < arguments_.size()) {
      const std::string name(arguments_[at_++]);
      if (name == "--help" || name == "-h") return std::fputs(usage, stdout), 0;
      if (take_switch(name)) continue;
      if (at_ == arguments_.size() && is_known(name))
        return fail(name + " needs a value", "nothing follows it", "see --help");
      if (!is_known(name))
        return fail("there is no option " + name, "an option may be misspelt",
                    "see --help for those that there are");
      if (const int code = take(name, std::string(arguments_[at_++])); code >= 0) return code;
    }
    if (!options.password.empty() && options.user.empty())
      return fail("--password without --user", "a password belongs to a user", "give both, or neither");
    return -1;
  }

  coodie::testing::server_options options;
  std::vector<std::string> rate_limited;
  bool record = false;

 private:
  bool take_switch(std::string_view name) {
    if (name == "--no-compression") options.compression = false;
    if (name == "--record") record = true;
    return name == "--no-compression" || name == "--record";
  }

  struct number_option {
    std::string_view name;
    unsigned long least, most;
  };
  static constexpr number_option numbers[] = {
      {"--port", 0, 65535},  {"--nodes", 1, 1000},  {"--datacenters", 1, 1000}, {"--racks", 1, 1000},
      {"--tokens", 1, 4096}, {"--shards", 0, 1024}, {"--port-shift", 0, 1023},  {"--latency", 0, 60000}};

  static bool is_known(std::string_view name) {
    for (const auto& option : numbers)
      if (option.name == name) return true;
    return name == "--user" || name == "--password" || name == "--tablets" || name == "--rate-limit";
  }

  int take(const std::string& name, const std::string& value) {
    if (name == "--user") options.user = value;
    if (name == "--password") options.password = value;
    if (name == "--tablets") options.scylla.tablets.push_back(value);
    if (name == "--rate-limit") rate_limited.push_back(value);
    for (const auto& option : numbers) {
      unsigned long number = 0;
      if (option.name != name) continue;
      if (!parse_number(value, option.least, option.most, number))
        return fail(
            name + " is \"" + value + '"', "it is a number in a range",
            "give a number from " + std::to_string(option.least) + " to " + std::to_string(option.most));
      set(name, number);
    }
    return -1;
  }

  void set(std::string_view name, unsigned long number) {
    if (name == "--port") options.port = static_cast<std::uint16_t>(number);
    if (name == "--nodes") options.nodes = number;
    if (name == "--datacenters") options.datacenters = number;
    if (name == "--racks") options.racks = number;
    if (name == "--tokens") options.tokens_per_node = number;
    if (name == "--shards") options.shards = static_cast<std::uint32_t>(number);
    if (name == "--port-shift") options.scylla.port_shift = static_cast<std::uint32_t>(number);
    if (name == "--latency") options.latency = std::chrono::milliseconds(number);
  }

  std::vector<std::string_view> arguments_;
  std::size_t at_ = 0;
};

/// "request EXECUTE node=0 shard=2 ... statement=SELECT ...", one a line.
void print_requests(const coodie::testing::server& server) {
  for (const auto& request : server.requests()) {
    const std::string name(to_string(request.opcode));
    std::printf("request %s node=%zu shard=%u connection=%llu client_port=%u server_port=%u", name.c_str(),
                request.node, request.shard, static_cast<unsigned long long>(request.connection),
                static_cast<unsigned>(request.client_port), static_cast<unsigned>(request.server_port));
    if (request.token)
      std::printf(" token=%lld replica=%s", static_cast<long long>(*request.token),
                  server.reached_replica(request) ? "yes" : "no");
    if (!request.metadata_id.empty()) std::printf(" metadata_id=yes");
    std::printf(" statement=%s\n", request.statement.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  argument_reader arguments(argc, argv);
  if (const int code = arguments.run(); code >= 0) return code;
  // Before any thread is started, so that all of them leave the signals to sigwait().
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  std::string error;
  coodie::testing::server server(arguments.options, error);
  if (!error.empty()) {
    const bool taken = error.starts_with("cannot listen");
    return fail("the server could not be started", error,
                taken ? "choose another --port; 0 takes a free one" : "see --help");
  }
  using coodie::protocol::opcode;
  for (const auto& word : arguments.rate_limited)
    for (const auto code : {opcode::query, opcode::execute, opcode::batch})
      server.on({.opcode = code, .statement = word, .times = 0}, coodie::testing::react::rate_limit_error());
  for (const auto& point : server.contact_points()) std::printf("coodie-mock listens on %s\n", point.c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&ending, &received);
  if (arguments.record) print_requests(server);
  std::printf("coodie-mock stops\n");
  return 0;
}
