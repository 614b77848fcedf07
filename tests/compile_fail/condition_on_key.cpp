// SPDX-License-Identifier: MIT
// only_if on a key column.
// expect: coodie: only_if(...) can't look at a key column
// expect: "at"
#include "coodie.hpp"

using coodie::col;
namespace db = coodie::sync;

struct post {
  coodie::uuid id{};
  coodie::timestamp at{};
  std::int32_t part = 0;
  std::string title{};
  std::optional<std::string> author{};
  std::int32_t views = 0;
  float score = 0;
  std::vector<std::string> tags{};

  using table = coodie::table<"posts", coodie::partition_key<&post::id>,
                              coodie::clustering_key<&post::at, coodie::desc, &post::part>,
                              coodie::indexed<&post::author>>;
};

void f(const post& p) {
  static_cast<void>(p);
  db::update(p, col<& post::views> = 1, coodie::only_if(col<&post::at> == p.at));
}
