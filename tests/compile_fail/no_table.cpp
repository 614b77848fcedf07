// SPDX-License-Identifier: MIT
// A struct without a table.
// expect: coodie: this type has no table
#include "coodie.hpp"

namespace db = coodie::sync;

struct plain {
  std::int32_t id = 0;
};

void f(const plain& p) { db::save(p); }
