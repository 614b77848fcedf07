// SPDX-License-Identifier: MIT
// The table of the benchmarks as models, and the rows that are asked for.
#ifndef COODIE_BENCH_BENCH_USERS_HPP
#define COODIE_BENCH_BENCH_USERS_HPP

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "bench/bench_arguments.hpp"
#include "coodie.hpp"

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

/// The ids of the rows that are read and written, again and again, in an order that looks random to a ring.
class row_ids {
 public:
  [[nodiscard]] coodie::uuid next() noexcept {
    at_ = at_ + 1 < page_rows ? at_ + 1 : 0;
    return of_row(at_);
  }
  /// The id of row 0 to page_rows - 1.
  [[nodiscard]] static coodie::uuid of_row(std::uint32_t row) noexcept {
    coodie::uuid id;
    const std::uint64_t halves[] = {scattered(2 * row), scattered(2 * row + 1)};
    std::memcpy(id.bytes.data(), halves, sizeof halves);
    return id;
  }

 private:
  static std::uint64_t scattered(std::uint64_t x) noexcept {  // splitmix64
    x = (x + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
  }
  std::uint32_t at_ = 0;
};

[[nodiscard]] inline user alice(coodie::uuid id) {
  return {id, "Alice Liddell", "alice@wonderland.example", 7, 0.5, coodie::timestamp()};
}

/// A connected driver, registered as the default.
[[nodiscard]] inline std::shared_ptr<coodie::abstract_driver> connect_to(const arguments& what,
                                                                         coodie::executor_ref loop = {}) {
  return coodie::sync::init_coodie({.hosts = {what.host},
                                    .keyspace = "bench",
                                    .driver_type = loop.context() == nullptr ? "scylla" : "acsylla",
                                    .port = what.port,
                                    .executor = loop});
}

/// Writes the rows, unless they are there. Not measured.
inline void fill_table(const arguments& what) {
  const auto driver = connect_to(what);
  if (what.mode != workload::write && !coodie::sync::find_one<user>(row_ids::of_row(page_rows - 1))) {
    std::fprintf(stderr, "coodie-bench: writes %d rows to bench.users first\n", page_rows);
    for (std::uint32_t row = 0; row < page_rows; ++row) {
      const user each = alice(row_ids::of_row(row));
      coodie::sync::save(each);
    }
  }
  driver->close();
}

}  // namespace bench

#endif  // COODIE_BENCH_BENCH_USERS_HPP
