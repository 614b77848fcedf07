// SPDX-License-Identifier: MIT
// Two columns of one name.
// expect: coodie: two columns have the same name
// expect: "b"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0, a = 0, b = 0;
  using table = coodie::table<"models", coodie::partition_key<&model::id>, coodie::column<&model::a, "b">>;
};

void f(const model& m) { db::save(m); }
