// SPDX-License-Identifier: MIT
// A table without a partition key.
// expect: coodie: the table has no partition key
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  using table = coodie::table<"models">;
};

void f(const model& m) { db::save(m); }
