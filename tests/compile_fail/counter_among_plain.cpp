// SPDX-License-Identifier: MIT
// A counter beside another column.
// expect: coodie: a table with counters can hold nothing else
// expect: "name"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  std::string name{};
  coodie::counter n{};
  using table = coodie::table<"models", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
