// SPDX-License-Identifier: MIT
// A table name with a dash.
// expect: coodie: the name of a table is 1 to 48 letters, digits and underscores
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  using table = coodie::table<"blog-posts", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
