// SPDX-License-Identifier: MIT
// An index on a counter.
// expect: coodie: a counter can't be indexed
// expect: "n"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  coodie::counter n{};
  using table = coodie::table<"models", coodie::partition_key<&model::id>, coodie::indexed<&model::n>>;
};

void f(const model& m) { db::save(m); }
