// SPDX-License-Identifier: MIT
// A list as key.
// expect: coodie: a list, set or map can't be a key column
// expect: "ids"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::vector<std::int32_t> ids{};
  using table = coodie::table<"models", coodie::partition_key<&model::ids>>;
};

void f(const model& m) { db::save(m); }
