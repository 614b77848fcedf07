// SPDX-License-Identifier: MIT
// save on a table with counters.
// expect: coodie: a table with counters can't be saved or inserted
#include "coodie.hpp"

namespace db = coodie::sync;

struct views {
  std::string url{};
  coodie::counter count{};

  using table = coodie::table<"views", coodie::partition_key<&views::url>>;
};

void f(const views& v) { db::save(v); }
