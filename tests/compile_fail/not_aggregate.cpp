// SPDX-License-Identifier: MIT
// A constructor without a list of columns.
// expect: coodie: a struct with constructors or private members can't be reflected
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  model();
  std::int32_t id = 0;

  using table = coodie::table<"models", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
