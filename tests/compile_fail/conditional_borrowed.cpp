// SPDX-License-Identifier: MIT
// A conditional write of a struct that borrows.
// expect: coodie: a conditional write returns a row
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  std::string_view name{};

  using table = coodie::table<"models", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::insert(m); }
