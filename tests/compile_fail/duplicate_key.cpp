// SPDX-License-Identifier: MIT
// A column twice in the key.
// expect: coodie: a column stands twice in the key
// expect: "id"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  using table =
      coodie::table<"models", coodie::partition_key<&model::id>, coodie::clustering_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
