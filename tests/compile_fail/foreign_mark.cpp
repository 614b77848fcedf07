// SPDX-License-Identifier: MIT
// A mark that names a member of another struct.
// expect: coodie: a mark of the table does not name a member of this struct
#include "coodie.hpp"

namespace db = coodie::sync;

struct other {
  std::int32_t id = 0;
};
struct model {
  std::int32_t id = 0;
  using table = coodie::table<"models", coodie::partition_key<&other::id>>;
};

void f(const model& m) { db::save(m); }
