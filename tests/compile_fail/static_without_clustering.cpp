// SPDX-License-Identifier: MIT
// A static column in a table of one-row partitions.
// expect: coodie: a static column needs a clustering key
// expect: "name"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::int32_t id = 0;
  std::string name{};
  using table =
      coodie::table<"models", coodie::partition_key<&model::id>, coodie::static_column<&model::name>>;
};

void f(const model& m) { db::save(m); }
