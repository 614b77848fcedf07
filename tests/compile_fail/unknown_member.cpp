// SPDX-License-Identifier: MIT
// A column of another struct.
// expect: coodie: the column belongs to another struct
// expect: post
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
struct other {
  std::string name{};
};

void f(const post& p) {
  static_cast<void>(p);
  static_cast<void>(db::find<post>(col<&other::name> == "x").all());
}
