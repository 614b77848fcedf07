// SPDX-License-Identifier: MIT
// A base class without a list of columns.
// expect: coodie: a struct with a base class can't be reflected
#include "coodie.hpp"

namespace db = coodie::sync;

struct base {
  std::int32_t id = 0;
};
struct model : base {
  std::string name{};

  using table = coodie::table<"models", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
