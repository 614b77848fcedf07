// SPDX-License-Identifier: MIT
// The order of a regular column.
// expect: coodie: rows are ordered by clustering columns only
// expect: "views"
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
  static_cast<void>(db::find<post>(col<&post::id> == p.id).order_by(col<&post::views>).all());
}
