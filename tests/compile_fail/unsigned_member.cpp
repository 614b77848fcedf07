// SPDX-License-Identifier: MIT
// An unsigned column.
// expect: coodie: unsigned integers have no CQL type
// expect: "count"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  unsigned count = 0;
  using table = coodie::table<"models", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
