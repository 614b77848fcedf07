// SPDX-License-Identifier: MIT
// The command line of a benchmark program: HOST PORT MODE REQUESTS IN_FLIGHT and flags.
#ifndef COODIE_BENCH_BENCH_ARGUMENTS_HPP
#define COODIE_BENCH_BENCH_ARGUMENTS_HPP

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace bench {

enum class workload { read, write, page, sync, connect, idle };

struct arguments {
  const char* host = "";
  std::uint16_t port = 0;
  workload mode = workload::read;
  const char* mode_name = "";
  std::uint64_t requests = 0;
  unsigned in_flight = 1;
  unsigned threads = 1;  ///< of mode sync
  unsigned loops = 0;    ///< of mode read: the driver's own; 0: one of the program's
  bool raw = false, borrowed = false, co_await_style = false;
  bool once = false;  ///< the measured part alone, for tools that count instructions
};

/// What is wrong with a command line, said on stderr; ends the program with status 2.
class argument_reader {
 public:
  /// `flags` are those that this program knows beside --threads, --loops and --once; `last` is the last mode.
  argument_reader(const char* program, std::vector<std::string_view> flags, workload last)
      : program_(program), flags_(std::move(flags)), modes_(static_cast<std::size_t>(last) + 1) {}

  [[nodiscard]] arguments read(int argc, char** argv) const {
    if (argc < 6) refuse("five arguments are needed", "");
    arguments out;
    out.host = argv[1];
    out.port = number<std::uint16_t>("PORT", argv[2], 65535);
    read_mode(argv[3], out);
    out.requests = number<std::uint64_t>("REQUESTS", argv[4], 1'000'000'000'000U);
    out.in_flight = number<unsigned>("IN_FLIGHT", argv[5], 32768);
    for (int i = 6; i < argc; ++i) {
      if (const number_flag* const known = find_number(argv[i]))
        out.*known->member = number<unsigned>(known->name, i + 1 < argc ? argv[++i] : "", known->most);
      else
        read_flag(argv[i], out);
    }
    check(out);
    if (out.mode == workload::sync) out.in_flight = out.threads;
    return out;
  }

 private:
  /// A flag with a number behind it.
  struct number_flag {
    const char* name;
    unsigned arguments::*member;
    std::uint64_t most;
  };
  static constexpr number_flag numbers[] = {{"--threads", &arguments::threads, 1024},
                                            {"--loops", &arguments::loops, 64}};
  static constexpr const char* modes[] = {"read", "write", "page", "sync", "connect", "idle"};

  [[nodiscard]] static const number_flag* find_number(std::string_view flag) {
    for (const number_flag& each : numbers)
      if (flag == each.name) return &each;
    return nullptr;
  }

  [[noreturn]] void refuse(const char* why, std::string_view what) const {
    std::fprintf(stderr, "%s: %s%.*s\nusage: %s HOST PORT ", program_, why, static_cast<int>(what.size()),
                 what.data(), program_);
    for (std::size_t i = 0; i < modes_; ++i) std::fprintf(stderr, "%s%s", i == 0 ? "" : "|", modes[i]);
    std::fputs(" REQUESTS IN_FLIGHT", stderr);
    for (const std::string_view flag : flags_)
      std::fprintf(stderr, " [%.*s]", static_cast<int>(flag.size()), flag.data());
    std::fputs(" [--threads N] [--loops N] [--once]\n", stderr);
    std::exit(2);
  }

  /// A whole number from 1 to `most`.
  template <class Number>
  [[nodiscard]] Number number(const char* name, std::string_view text, std::uint64_t most) const {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= most)
      return static_cast<Number>(value);
    std::fprintf(stderr, "%s: %s must be a number from 1 to %llu; ", program_, name,
                 static_cast<unsigned long long>(most));
    refuse("not ", text);
  }

  void read_mode(const char* text, arguments& out) const {
    for (std::size_t i = 0; i < modes_; ++i) {
      if (std::strcmp(text, modes[i]) != 0) continue;
      out.mode = static_cast<workload>(i);
      out.mode_name = modes[i];
      return;
    }
    refuse("there is no mode ", text);
  }

  void read_flag(std::string_view flag, arguments& out) const {
    bool known = flag == "--once";
    for (const std::string_view each : flags_) known = known || each == flag;
    if (!known) refuse("unknown flag ", flag);
    out.raw |= flag == "--raw";
    out.borrowed |= flag == "--borrowed";
    out.co_await_style |= flag == "--co_await";
    out.once |= flag == "--once";
  }

  void check(const arguments& what) const {
    if (what.threads > 1 && what.mode != workload::sync) refuse("--threads belongs to mode sync", "");
    if (what.loops != 0 && (what.mode != workload::read || what.raw || what.co_await_style))
      refuse("--loops belongs to mode read, without --raw and --co_await", "");
    if (what.borrowed && what.mode == workload::write) refuse("--borrowed reads; mode write does not", "");
    if (what.co_await_style && what.mode == workload::sync)
      refuse("mode sync blocks; --co_await does not", "");
  }

  const char* program_;
  std::vector<std::string_view> flags_;
  std::size_t modes_;
};

}  // namespace bench

#endif  // COODIE_BENCH_BENCH_ARGUMENTS_HPP
