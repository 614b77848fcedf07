// SPDX-License-Identifier: MIT
// A removal of one object under a bare condition.
// expect: coodie: remove(object) takes only_if(...) or if_exists
#include "coodie.hpp"

namespace db = coodie::sync;

struct post {
  coodie::uuid id{};
  std::string title{};
  std::int32_t views = 0;

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

void f(const post& p) { db::remove(p, coodie::col<&post::views> == 1); }
