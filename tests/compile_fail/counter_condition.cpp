// SPDX-License-Identifier: MIT
// A conditional update of a counter.
// expect: coodie: a table with counters takes no only_if and no if_exists
#include "coodie.hpp"

using coodie::col;
namespace db = coodie::sync;

struct views {
  std::string url{};
  coodie::counter count{};

  using table = coodie::table<"views", coodie::partition_key<&views::url>>;
};

void f(const views& v) { db::update(v, col<& views::count> += 1, coodie::if_exists); }
