// SPDX-License-Identifier: MIT
// = on a counter.
// expect: coodie: a counter can't be set
// expect: "count"
#include "coodie.hpp"

using coodie::col;
namespace db = coodie::sync;

struct views {
  std::string url{};
  coodie::counter count{};

  using table = coodie::table<"views", coodie::partition_key<&views::url>>;
};

void f(const views& v) { db::update(v, col<& views::count> = coodie::counter{5}); }
