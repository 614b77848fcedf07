// SPDX-License-Identifier: MIT
// A key that may be null.
// expect: coodie: a key column can't be null
// expect: "id"
#include "coodie.hpp"

namespace db = coodie::sync;

struct model {
  std::optional<std::int32_t> id{};
  using table = coodie::table<"models", coodie::partition_key<&model::id>>;
};

void f(const model& m) { db::save(m); }
