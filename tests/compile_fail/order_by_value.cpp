// SPDX-License-Identifier: MIT
// An order that is no column.
// expect: coodie: .order_by() takes columns, each with coodie::asc or coodie::desc behind it or none
#include "coodie.hpp"

namespace db = coodie::sync;

struct post {
  coodie::uuid id{};
  std::string title{};
  std::int32_t views = 0;

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

auto f(const post& p) { return db::find<post>(coodie::col<&post::id> == p.id).order_by(5); }
