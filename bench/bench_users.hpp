// SPDX-License-Identifier: MIT
// The table of the benchmarks as models, and the rows that are asked for.
#ifndef COODIE_BENCH_BENCH_USERS_HPP
#define COODIE_BENCH_BENCH_USERS_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/bench_arguments.hpp"
#include "coodie.hpp"  // before Asio: with clang it tells Asio about coroutines

#include <asio/awaitable.hpp>

namespace bench {

struct user {
  coodie::uuid id;
  std::string name;
  std::string email;
  std::int32_t age = 0;
  double score = 0;
  coodie::timestamp created;

  using table = coodie::table<"users", coodie::partition_key<&user::id>>;
};

/// The same row, its text where it was received.
struct borrowed_user {
  coodie::uuid id;
  std::string_view name;
  std::string_view email;
  std::int32_t age = 0;
  double score = 0;
  coodie::timestamp created;

  using table = coodie::table<"users", coodie::partition_key<&borrowed_user::id>>;
};

inline constexpr std::int32_t page_rows = 5000;

/// The ids of the rows, in an order that looks random to a ring.
[[nodiscard]] inline const std::vector<coodie::uuid>& all_ids() {
  static const auto ids = [] {
    const auto scattered = [](std::uint64_t x) {  // splitmix64
      x = (x + 1) * 0x9E3779B97F4A7C15U;
      x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
      x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
      return x ^ (x >> 31);
    };
    std::vector<coodie::uuid> made(page_rows);
    for (std::size_t row = 0; row < made.size(); ++row) {
      const std::uint64_t halves[] = {scattered(2 * row), scattered(2 * row + 1)};
      std::memcpy(made[row].bytes.data(), halves, sizeof halves);
    }
    return made;
  }();
  return ids;
}

/// One id after the other, again and again.
class row_ids {
 public:
  [[nodiscard]] const coodie::uuid& next() noexcept {
    if (++at_ == ids_.size()) at_ = 0;
    return ids_[at_];
  }

 private:
  const std::vector<coodie::uuid>& ids_ = all_ids();
  std::size_t at_ = 0;
};

[[nodiscard]] inline user alice(coodie::uuid id) {
  return {id, "Alice Liddell", "alice@wonderland.example", 7, 0.5, coodie::timestamp()};
}

/// An idle client is measured for REQUESTS seconds: as often asked whether it is alive as in a minute.
[[nodiscard]] inline std::chrono::nanoseconds heartbeat_of(const arguments& what) {
  constexpr std::chrono::nanoseconds usual = coodie::init_options{}.heartbeat_interval;
  return what.mode == workload::idle ? usual * static_cast<int>(what.requests) / 60 : usual;
}

/// A connected driver, registered as the default: on the program's own loop, or else for blocking calls.
[[nodiscard]] inline std::shared_ptr<coodie::abstract_driver> connect_to(const arguments& what,
                                                                         coodie::executor_ref loop = {}) {
  return coodie::sync::init_coodie({.hosts = {what.host},
                                    .keyspace = "bench",
                                    .driver_type = loop.context() == nullptr ? "scylla" : "acsylla",
                                    .port = what.port,
                                    .heartbeat_interval = heartbeat_of(what),
                                    .executor = loop,
                                    .loops = std::max(what.loops, 1U)});
}

inline void tell_filling() {
  std::fprintf(stderr, "coodie-bench: writes %d rows to bench.users first\n", page_rows);
}

/// Writes the rows, unless they are there.
inline void fill_table() {
  if (coodie::sync::find_one<user>(all_ids().back())) return;
  tell_filling();
  for (const coodie::uuid& id : all_ids()) {
    const user each = alice(id);
    coodie::sync::save(each);
  }
}
/// The same on the program's loop: a program without a thread stays one, and pays for no atomic operation.
inline asio::awaitable<void> fill_table_async() {
  if (co_await coodie::aio::find_one<user>(all_ids().back())) co_return;
  tell_filling();
  for (const coodie::uuid& id : all_ids()) {
    const user each = alice(id);
    co_await coodie::aio::save(each);
  }
}

}  // namespace bench

#endif  // COODIE_BENCH_BENCH_USERS_HPP
