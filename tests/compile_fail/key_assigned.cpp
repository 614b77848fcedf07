// SPDX-License-Identifier: MIT
// An update of a key column.
// expect: coodie: a key column can't be changed
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
  db::update(p, col<& post::at> = p.at);
}
