// SPDX-License-Identifier: MIT
// A pointer as a column.
// expect: coodie: pointers have no CQL type
// expect: "raw"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  const char* raw = nullptr;
  using table = coodie::table<"models", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
