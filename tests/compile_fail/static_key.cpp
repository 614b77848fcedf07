// SPDX-License-Identifier: MIT
// A key column that is static.
// expect: coodie: a key column can't be static
// expect: "id"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0, at = 0;
  using table = coodie::table<"models", coodie::partition_key<&model::id>, coodie::clustering_key<&model::at>,
                              coodie::static_column<&model::id>>;
};

void f(const model& m) { db::save(m); }
