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
    "  --shards S         announce S shards a node, as ScyllaDB does (0: none)\n"
    "  --user U --password P    ask for these credentials\n"
    "  --latency MS       wait so many milliseconds before each answer (0)\n"
    "  --no-compression   do not offer lz4\n"
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
      if (name == "--no-compression") {
        options.compression = false;
        continue;
      }
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

 private:
  struct number_option {
    std::string_view name;
    unsigned long least, most;
  };
  static constexpr number_option numbers[] = {{"--port", 0, 65535},       {"--nodes", 1, 1000},
                                              {"--datacenters", 1, 1000}, {"--racks", 1, 1000},
                                              {"--shards", 0, 1024},      {"--latency", 0, 60000}};

  static bool is_known(std::string_view name) {
    for (const auto& option : numbers)
      if (option.name == name) return true;
    return name == "--user" || name == "--password";
  }

  int take(const std::string& name, const std::string& value) {
    if (name == "--user") options.user = value;
    if (name == "--password") options.password = value;
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
    if (name == "--shards") options.shards = static_cast<std::uint32_t>(number);
    if (name == "--latency") options.latency = std::chrono::milliseconds(number);
  }

  std::vector<std::string_view> arguments_;
  std::size_t at_ = 0;
};

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
  const coodie::testing::server server(arguments.options, error);
  if (!error.empty()) {
    const bool taken = error.starts_with("cannot listen");
    return fail("the server could not be started", error,
                taken ? "choose another --port; 0 takes a free one" : "see --help");
  }
  for (const auto& point : server.contact_points()) std::printf("coodie-mock listens on %s\n", point.c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&ending, &received);
  std::printf("coodie-mock stops\n");
  return 0;
}
