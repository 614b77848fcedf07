// SPDX-License-Identifier: MIT
// One column compared with another.
// expect: coodie: CQL does not compare one column with another
#include "coodie.hpp"

namespace db = coodie::sync;

struct post {
  coodie::uuid id{};
  std::string title{};
  std::int32_t views = 0;

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

auto f() { return db::find<post>(coodie::col<&post::views> == coodie::col<&post::views>); }
