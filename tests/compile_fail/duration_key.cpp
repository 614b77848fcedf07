// SPDX-License-Identifier: MIT
// A duration as key.
// expect: coodie: a duration has no order and can't be a key column
// expect: "length"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  coodie::duration length{};
  using table =
      coodie::table<"models", coodie::partition_key<&model::id>, coodie::clustering_key<&model::length>>;
};

void f(const model& m) { db::save(m); }
