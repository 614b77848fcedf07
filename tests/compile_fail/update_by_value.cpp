// SPDX-License-Identifier: MIT
// An update without a column.
// expect: coodie: update() takes assignments (col<&T::member> = value)
#include "coodie.hpp"

namespace db = coodie::sync;

struct post {
  coodie::uuid id{};
  std::string title{};
  std::int32_t views = 0;

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

void f(const post& p) { db::update(p, 5); }
